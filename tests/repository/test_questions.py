"""docs/questions.md: every command and every call of its table runs as it stands."""

from __future__ import annotations

import re

import pytest

import netdesign as nd
from netdesign.errors import ExitCode
from scripts.doc_transcripts import ROOT

ROW = re.compile(
    r"^\| (?P<question>[^|]+) \| `netdesign (?P<command>[^`]+)` \|[^|]*\| `(?P<call>[^`]+)` \|", re.MULTILINE
)
ROWS = [found.groupdict() for found in ROW.finditer((ROOT / "docs" / "questions.md").read_text(encoding="utf-8"))]
ENDING = {"explain": ExitCode.INFEASIBLE}
"""With which code a command ends, where it is not 0."""


def test_the_table_has_a_row_for_each_command_that_asks():
    asking = {
        "solve",
        "timing",
        "alternatives",
        "compare",
        "tipping",
        "sweep",
        "frontier",
        "stress",
        "explain",
        "report",
        "verify",
    }
    assert {row["command"].split()[0] for row in ROWS} == asking


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """The file that the first command writes and the last one reads."""
    file = tmp_path_factory.mktemp("questions") / "result.json"
    nd.solve("benelux").save(file)
    return file


@pytest.mark.long
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["question"])
def test_a_command_runs_as_it_stands(row, netdesign, result, monkeypatch):
    monkeypatch.chdir(result.parent)
    ended = netdesign(*row["command"].split(), "--quiet")
    assert ended.code == ENDING.get(row["command"].split()[0], ExitCode.ANSWERED), ended.err
    assert "warning" not in ended.err


@pytest.mark.long
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["question"])
def test_a_call_from_python_runs_as_it_stands(row, result):
    names = {"nd": nd, "inst": nd.read("benelux"), "years": nd.read("benelux-stages"), "result": str(result)}
    answer = eval(row["call"], names)
    assert answer.exit_code == ENDING.get(row["command"].split()[0], ExitCode.ANSWERED)
