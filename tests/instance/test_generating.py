"""The programs that write generated instances say which names they take."""

from __future__ import annotations

import sys

import pytest

from benchmarks import (
    engine_instances,
    engines,
    scaled_instances,
    staged_instances,
    vehicle_instances,
    vehicles,
)

PROGRAMS = [
    (engine_instances, "NAME FILE", ("random", "random.0", "round.10", "random.1.2")),
    (
        scaled_instances,
        "SIZE FOLDER",
        ("300.60", "176.60.3", "300.43.3", "300.60.0", "300.60.6", "300.60.3.trucks", "5001.60.3", "300.1001.3"),
    ),
    (staged_instances, "NAME FOLDER", ("gateway.30.10", "30.10.3", "europe")),
    (vehicle_instances, "SIZE FOLDER", ("20", "20.0", "20.8.1", "²0.8")),
]


def ended(program, arguments, monkeypatch, capsys) -> str:
    """Return what a program says that ends with exit code 2."""
    monkeypatch.setattr(sys, "argv", ["program", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        program.main()
    assert end.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(("program", "words", "names"), PROGRAMS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_name_that_there_is_not_is_refused_with_those_there_are(program, words, names, tmp_path, monkeypatch, capsys):
    usage = f"usage: python -m {program.__name__} {words}\n{words.split()[0]} is "
    assert ended(program, [], monkeypatch, capsys).startswith(usage)
    for name in names:
        said = ended(program, [name, tmp_path / "new"], monkeypatch, capsys)
        assert said.startswith(usage)
        assert f"error: there is no {name}" in said
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("program", "name", "meant"),
    [(staged_instances, "gateway.30.10.4", "gateway.30.10.3"), (engine_instances, "randon.10", "random")],
)
def test_a_name_that_may_have_been_meant_is_told(program, name, meant, tmp_path, monkeypatch, capsys):
    said = ended(program, [name, tmp_path / "new"], monkeypatch, capsys)
    assert said.endswith(f"error: there is no {name}; did you mean '{meant}'?\n")


@pytest.mark.parametrize("program", [engines, vehicles])
def test_a_row_that_may_have_been_meant_is_told(program, monkeypatch, capsys):
    row = program.cases()[0].name
    said = ended(program, [f"{row}x"], monkeypatch, capsys)
    assert said.endswith(f"error: there is no row {row}x; did you mean '{row}'?; --list shows all\n")


def test_a_folder_in_none_is_refused(tmp_path, monkeypatch, capsys):
    said = ended(scaled_instances, ["300.60.3", tmp_path / "none" / "new"], monkeypatch, capsys)
    assert said.endswith(f"error: {tmp_path / 'none' / 'new'}: there is no folder {tmp_path / 'none'}\n")
    assert not (tmp_path / "none").exists()


def test_a_folder_that_exists_is_refused(tmp_path, monkeypatch, capsys):
    said = ended(staged_instances, ["gateway.30.10.3", tmp_path], monkeypatch, capsys)
    assert f"File exists: '{tmp_path}'" in said


def test_a_name_that_there_is_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["program", "aplike.5", str(tmp_path / "five")])
    engine_instances.main()
    assert capsys.readouterr().out == f"{tmp_path / 'five'} written\n"
    assert (tmp_path / "five").read_text(encoding="utf-8").startswith("5\n")
