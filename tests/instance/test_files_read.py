"""Every file of a reading is opened once, and the digest is of what was read then."""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from netdesign.errors import InstanceError, UsageError
from netdesign.instance import files as files_
from netdesign.instance import resolve
from netdesign.instance.document import parse_yaml
from netdesign.instance.files import split_csv
from netdesign.instance.published.formats import FORMATS
from netdesign.instance.published.reading import Reading
from netdesign.instance.read import read_instance, read_source
from netdesign.instance.schema import COLUMNS
from netdesign.results import result_file
from tests.instance.bad.case import faults
from tests.support.small_instances import LEGS, write_instance

DENSE = LEGS[: LEGS.index("  legs:")] + (
    "  leg_matrices: {cost_eur_per_t: cost.csv, time_h: also.csv, km: km.npz}\n"
    "  demand: demand.csv\n"
)  # fmt: skip
COSTS = ",A,B,C,X\nA,,1,1,1\nB,1,,1,1\nC,1,1,,1\nX,1,1,1,\n"
DEMAND = "origin,destination,volume_t_per_year\nB,C,300\n"


@pytest.fixture
def dense(tmp_path):
    """Return the folder of an instance with matrices, one of them under two names."""
    (tmp_path / "instance.yaml").write_text(DENSE, encoding="utf-8")
    (tmp_path / "cost.csv").write_text(COSTS, encoding="utf-8")
    (tmp_path / "also.csv").symlink_to("cost.csv")
    (tmp_path / "demand.csv").write_text(DEMAND, encoding="utf-8")
    ids = list("ABCX")
    np.savez(tmp_path / "km.npz", origins=ids, destinations=ids, values=np.ones((4, 4)))
    return tmp_path


_OPENED: list[str] = []


@functools.cache
def _listening() -> None:
    """Note every file that is opened, by whatever means; a hook stays for the life of the process."""
    sys.addaudithook(
        lambda event, given: (
            _OPENED.append(os.fsdecode(given[0])) if event == "open" and isinstance(given[0], str | bytes) else None
        )
    )


@pytest.fixture
def opened(tmp_path):
    """Return a function that names the files of the test's folder that were opened since."""
    _listening()
    _OPENED.clear()
    return lambda: [Path(name).name for name in _OPENED if name.startswith(str(tmp_path))]


def test_each_file_of_an_instance_is_opened_once(dense, opened):
    source = read_source(dense)
    assert sorted(opened()) == ["also.csv", "cost.csv", "demand.csv", "instance.yaml", "km.npz"]
    assert sorted(path.name for path in source.files) == sorted(opened())


def test_the_digest_is_of_each_name_and_what_was_read(dense):
    expected = hashlib.sha256()
    for name in ("also.csv", "cost.csv", "demand.csv", "instance.yaml", "km.npz"):
        expected.update(name.encode() + b"\0" + (dense / name).read_bytes() + b"\0")
    instance = read_instance(dense)
    assert instance.digest == expected.hexdigest()
    assert instance.files == read_source(dense).files


def test_a_file_that_changes_after_it_was_read_does_not_change_the_digest(dense, monkeypatch):
    """A digest of a second reading would vouch for figures that were never solved."""
    before = read_source(dense).digest
    real = files_.Files.digest

    def changed_first(self, named):
        (dense / "demand.csv").write_text(DEMAND.replace("300", "999"), encoding="utf-8")
        return real(self, named)

    monkeypatch.setattr(files_.Files, "digest", changed_first)
    source = read_source(dense)
    assert source.located.data["tables"]["demand"][0]["volume_t_per_year"] == "300"
    assert source.digest == before


def test_a_file_under_two_names_is_read_once(dense, monkeypatch):
    """A link to a file is that file, although it changes between the two readings of its name."""
    real, read = files_._identified, []

    def noted(path, most):
        found = real(path, most)
        read.append(found[0])
        return found

    monkeypatch.setattr(files_, "_identified", noted)
    with files_.one_reading() as files:
        assert files.read(dense / "cost.csv", "cost.csv") is files.read(dense / "also.csv", "also.csv")
    assert read[0] == read[1]


@pytest.mark.parametrize("format_in", [name for name in sorted(FORMATS) if not FORMATS[name].is_folder])
def test_a_published_file_is_opened_once(format_in, tmp_path, request):
    """What is wrong with it is told from the bytes that were read."""
    (tmp_path / "x.txt").write_bytes(b"1 x")
    opened = request.getfixturevalue("opened")
    with pytest.raises(InstanceError):
        read_source(tmp_path / "x.txt", reading=Reading(format_in))
    assert opened() == ["x.txt"]


def too_large(action) -> str:
    """Return the one message of what is refused."""
    with pytest.raises(InstanceError) as refused:
        action()
    (fault,) = refused.value.faults
    return str(fault)


def test_large_yaml_is_refused_before_it_is_read():
    """A megabyte of brackets takes 300 MB and a minute."""
    assert too_large(lambda: parse_yaml("[" + "[]," * 100_000 + "]", "x")) == (
        "x: has 200,001 commas, colons, brackets and line ends; at most 200,000 are read as YAML: large tables belong "
        "in CSV files beside it"
    )
    assert too_large(lambda: parse_yaml("a" * (8 * 1024 * 1024 + 1), "x")) == (
        "x: has 8,388,609 characters; at most 8,388,608 are read as YAML: large tables belong in CSV files beside it"
    )


def test_a_large_csv_is_refused_before_it_is_split(tmp_path):
    (tmp_path / "x.csv").write_text("a,b,c\n" * 5, encoding="utf-8")
    message = "x.csv: has about 15 cells; at most 14 are read"
    assert too_large(lambda: split_csv(tmp_path / "x.csv", "x.csv", most=14)) == message
    assert len(split_csv(tmp_path / "x.csv", "x.csv", most=15)[0]) == 5


def test_a_header_of_a_thousand_strange_columns_is_not_listed_whole(dense):
    (dense / "demand.csv").write_text(",".join(f"x{n}" for n in range(1000)) + "\n", encoding="utf-8")
    with pytest.raises(InstanceError) as refused:
        read_instance(dense)
    assert len(refused.value.faults) < 30
    assert "the columns from here to 1000 are not looked at; this is no such table" in refused.value.message


def test_more_pairs_than_fit_into_memory_are_refused(monkeypatch, tmp_path):
    """Every leg between all places is held at once."""
    monkeypatch.setattr(resolve, "MOST_PAIRS", 399)
    text = LEGS.replace("    - {id: C, country: NL}\n", "    - {id: C, country: NL}\n" + "".join(
        f"    - {{id: D{n}}}\n" for n in range(16)))  # fmt: skip
    (tmp_path / "instance.yaml").write_text(text, encoding="utf-8")
    assert too_large(lambda: read_instance(tmp_path)) == (
        "instance.yaml:8:3: tables.cities: 20 places with legs between them are 400 pairs; at most 399 are computed"
    )


def test_a_cell_that_swallows_rows_is_odd(dense):
    """A quotation mark left open in one note and another in a later one: the rows between are a note."""
    text = 'origin,destination,volume_t_per_year,note\nB,C,300,"rail\nC,B,100,road"\nB,A,5,"one,\ntwo"\n'
    (dense / "demand.csv").write_text(text, encoding="utf-8")
    (warning,) = read_source(dense).located.warnings
    assert str(warning) == (
        "demand.csv:3:4: note: goes over several lines, one of which looks like a row; is a quotation mark left open?"
    )


def test_a_result_is_not_read_where_it_is_too_large_or_has_a_key_twice(tmp_path, monkeypatch):
    path = tmp_path / "r.json"
    path.write_text('{"format": "netdesign.result/1", "bound": 1, "bound": 2}', encoding="utf-8")
    with pytest.raises(UsageError, match=r"r\.json: the key 'bound' stands twice in one block"):
        result_file.read_json(path)
    monkeypatch.setattr(result_file, "MOST_RESULT_ENTRIES", 2)
    with pytest.raises(UsageError, match=r"r\.json: has about 3 entries; at most 2 are read"):
        result_file.read_json(path)


def test_memory_that_is_not_there_is_no_defect(monkeypatch, tmp_path, netdesign):
    """The machine is too small for the call, which nobody can mend in the code."""
    (tmp_path / "instance.yaml").write_text(LEGS, encoding="utf-8")

    message = "Unable to allocate 75 GiB"

    def starve(*_given):
        raise MemoryError(message)

    monkeypatch.setattr("netdesign.analysis.check.build_network", starve)
    ended = netdesign("check", tmp_path)
    assert (ended.code, ended.err) == (
        2, "netdesign: too large: this machine has not the memory for it: Unable to allocate 75 GiB\n"
    )  # fmt: skip


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(files_.FileRefusedError, match="is no ordinary file"):
        files_.read_ordinary(tmp_path / "pipe")


def test_a_file_that_is_longer_than_it_says_is_too_large(tmp_path, monkeypatch):
    """Files of the kernel have no size; what counts is what comes."""
    (tmp_path / "x").write_bytes(b"123456")
    with pytest.raises(files_.FileRefusedError, match="has 6 bytes; at most 5 are read"):
        files_.read_ordinary(tmp_path / "x", most=5)
    version = Path("/proc/version")
    if version.exists():
        with pytest.raises(files_.FileRefusedError, match="at most 5 are read"):
            files_.read_ordinary(version, most=5)


def test_a_column_that_no_row_has_is_missing_once(tmp_path, netdesign):
    """At the head of the table; where its heading is misspelt that says it, and what every row lacks is said once."""
    rows = "".join(f"{end},1\n" for end in ("B,C", "C,B", "A,B", "B,A"))
    text = LEGS[: LEGS.index("  demand:")] + "  demand: demand.csv\n"
    folder = write_instance(tmp_path, text)
    unknown = f"unknown column; allowed: {', '.join(COLUMNS['demand'])}"
    cases = {
        "from,destination,volume_t_per_year": [
            "demand.csv:1: tables.demand.origin: is missing in every row",
            f"demand.csv:1:1: from: {unknown}",
        ],
        "origin_,destination,volume_t_per_year": [f"demand.csv:1:1: origin_: {unknown}; did you mean 'origin'?"],
        "origin,destination,tonnes": [
            f"demand.csv:1:3: tonnes: {unknown}",
            "demand.csv:2: tables.demand.0: give either volume_t_per_year or share (and 3 more rows)",
        ],
    }
    for header, lines in cases.items():
        (folder / "demand.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
        assert netdesign("check", folder).err == faults(*lines)
