"""Every file of a reading is opened once, and the digest is of what was read then."""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from netdesign.errors import InstanceError
from netdesign.instance import files as files_
from netdesign.instance.published.formats import FORMATS
from netdesign.instance.published.reading import Reading
from netdesign.instance.read import read_instance, read_source
from tests.small_instances import LEGS

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


@pytest.mark.parametrize("format_in", sorted(FORMATS))
def test_a_published_file_is_opened_once(format_in, tmp_path, request):
    """What is wrong with it is told from the bytes that were read."""
    (tmp_path / "x.txt").write_bytes(b"1 x")
    opened = request.getfixturevalue("opened")
    with pytest.raises(InstanceError):
        read_source(tmp_path / "x.txt", reading=Reading(format_in))
    assert opened() == ["x.txt"]


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
