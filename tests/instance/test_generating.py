"""The programs that write generated instances say which names they take."""

from __future__ import annotations

import sys

import pytest

from benchmarks import engine_instances, scaled_instances, staged_instances, vehicle_instances

PROGRAMS = [
    (engine_instances, "NAME FILE", ("random", "random.0", "round.10", "random.1.2")),
    (scaled_instances, "SIZE FOLDER", ("300.60", "176.60.3", "300.43.3", "300.60.0", "300.60.6", "300.60.3.trucks")),
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
        assert said.endswith(f"error: there is no {name}\n")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_exists_is_refused(tmp_path, monkeypatch, capsys):
    said = ended(staged_instances, ["gateway.30.10.3", tmp_path], monkeypatch, capsys)
    assert f"File exists: '{tmp_path}'" in said


def test_a_name_that_there_is_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["program", "aplike.5", str(tmp_path / "five")])
    engine_instances.main()
    assert (tmp_path / "five").read_text(encoding="utf-8").startswith("5\n")
