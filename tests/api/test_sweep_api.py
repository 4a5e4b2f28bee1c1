"""Sweep from Python and from the command line: one answer, as sentences, tables, CSV, JSON and a file."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

import netdesign as nd
from netdesign.api.swept import table_of
from netdesign.errors import ExitCode

CALL = ("sweep", "tiny", "--over", "volume_factor=-1,0.5,4", "--over", "road.speed_kmh=70,100")
CUT = "netdesign.analysis.sweep_rows.RowFinder.row"


@pytest.fixture(scope="module")
def answer():
    """Six rows of which two cannot be solved."""
    return nd.sweep("tiny", {"volume_factor": [-1, 0.5, 4], "road.speed_kmh": "70,100"})


def test_an_answer_has_rows_and_networks(answer):
    assert [row.open_hubs for row in answer.rows] == [[], [], ["B"], ["B"], ["B", "D", "E"], ["B", "D", "E"]]
    assert answer.networks == {("B",): 2, ("B", "D", "E"): 2}
    assert (answer.present.open_hubs, answer.left, answer.exit_code) == (["B", "D"], 0, 0)
    assert repr(answer) == "<SweepAnswer tiny: 6 of 6 combinations, optimal>"
    assert "<th>volume_factor</th>" in answer._repr_html_()
    assert answer.sentences == (
        "At the present values the best network is B + D, EUR 0.35 m a year; proven.",
        "6 combinations: B in 2, B + D + E in 2; each is proven.",
        "2 could not be solved, the first for this reason: volume_factor: -1 is not over 0.",
    )


def test_csv_has_a_row_for_each_combination(answer):
    rows = list(csv.DictReader(io.StringIO(answer.to_csv())))
    assert [row["volume_factor"] for row in rows] == ["-1.0"] * 2 + ["0.5"] * 2 + ["4.0"] * 2
    assert [row["termination"] for row in rows] == ["not_solved"] * 2 + ["optimal"] * 4
    assert rows[0]["reason"] == "volume_factor: -1 is not over 0"
    assert rows[2]["open_hubs"] == "B"
    assert float(rows[2]["objective"]) == answer.rows[2].objective == answer.table["objective"][2]
    assert list(answer.table) == list(rows[0])


def test_a_file_is_written_and_verified(answer, tmp_path):
    answer.save(tmp_path / "s.json")
    data = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert data["format"] == "netdesign.sweep/1"
    assert data["options"]["over"] == ["volume_factor=-1,0.5,4", "road.speed_kmh=70,100"]
    assert nd.verify("tiny", tmp_path / "s.json")
    assert nd.verify("tiny", answer, prove=True)


def test_an_instance_sweeps_with_its_changes():
    inst = nd.read("tiny").with_values({"road.speed_kmh": 70})
    found = nd.sweep(inst, {"volume_factor": [1]})
    assert found.rows[0].objective == nd.solve(inst).objective == 382_000


def test_a_table_may_be_columns_or_a_data_frame():
    pandas = pytest.importorskip("pandas")
    columns = {"scenario": ["now", "boom"], "volume_factor": [None, 4], "road.speed_kmh": [100, None]}
    frame = pandas.DataFrame(columns)
    assert table_of(frame) == table_of(columns)
    found = nd.sweep("tiny", table=frame)
    assert [(row.scenario, row.values) for row in found.rows] == [("now", [None, 100]), ("boom", [4, None])]
    assert found.table["scenario"] == ["now", "boom"]
    assert found.rows[0].objective == found.present.objective


def test_python_has_the_words_of_python():
    for call, message in (
        (
            lambda: nd.sweep("tiny"),
            'name at least one figure with its values, such as over={"volume_factor": [0.5, 1, 2]}, or give a table of '
            'them with table="FILE.csv"',
        ),
        (
            lambda: nd.sweep("tiny", {"volume_factor": 2}),
            "over volume_factor: give a list of numbers, or a text such as",
        ),
        (lambda: nd.sweep("tiny", {"volume_factor": [True]}), "over volume_factor: 'True' is no number"),
        (lambda: nd.sweep("tiny", {"volume_factor": ["two"]}), "over volume_factor: 'two' is no number"),
        (lambda: nd.sweep("tiny", {"volume_factor": [1]}, workers=0), "workers 0: give a whole number from 1 to 256"),
        (lambda: nd.sweep("tiny", table={"volume_factor": []}), "table: has no rows"),
        (lambda: nd.sweep("tiny", {"volume_factor": [1]}, step=2), "sweep: step: unknown keyword"),
    ):
        with pytest.raises(nd.UsageError, match=f"^{re.escape(message)}"):
            call()


def test_the_command_prints_what_python_has(netdesign, tmp_path, answer):
    ended = netdesign(*CALL, "-o", tmp_path / "s.json", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.partition("Time:")[0] == str(answer).partition("Time:")[0]
    assert netdesign("verify", "tiny", tmp_path / "s.json").code == 0
    assert netdesign(*CALL, "--format", "csv", "--quiet").out == answer.to_csv()
    assert netdesign(*CALL, "--workers", "2", "--format", "csv", "--quiet").out == answer.to_csv()


def stop_after(rows, monkeypatch):
    """End a sweep with so many rows."""
    from netdesign.analysis.sweep_rows import RowFinder

    row, found = RowFinder.row, []

    def then_stop(self, combination):
        found.append(row(self, combination))
        if len(found) == rows:
            self.watch.stopped.set()
        return found[-1]

    monkeypatch.setattr(RowFinder, "row", then_stop)


def test_a_sweep_that_was_ended_keeps_its_rows_and_goes_on(netdesign, tmp_path, monkeypatch, answer):
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patched:
        stop_after(4, patched)
        ended = netdesign(*CALL, "-o", "s.json", "--quiet")
    assert ended.code == ExitCode.STOPPED_WITH_PLAN
    left = "The search was ended by an interruption: 2 of 6 combinations are left; with -o FILE, --resume goes on."
    assert left in " ".join(ended.out.split())
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]
    other = netdesign("sweep", "tiny", "--over", "volume_factor=1", "-o", "s.json", "--quiet", "--resume")
    assert other == (
        ExitCode.USAGE,
        "",
        "netdesign: --resume: s.json: was left by a call with --over volume_factor=-1,0.5,4,road.speed_kmh=70,100; "
        "repeat that call, name another file, or remove this one\n",
    )
    again = netdesign(*CALL, "-o", "s.json", "--quiet", "--resume", "--format", "csv")
    assert (again.code, again.out) == (0, answer.to_csv())


def test_what_is_kept_meanwhile_is_gone_on_from(netdesign, tmp_path, monkeypatch, answer):
    """A call that is killed leaves FILE.partial; a longer list stays."""
    monkeypatch.chdir(tmp_path)
    whole = json.loads(answer.to_json()) | {"termination": "running", "left": 2}
    del whole["rows"][4:]
    (tmp_path / "s.json.partial").write_text(json.dumps(whole), encoding="utf-8")
    with monkeypatch.context() as patched:
        stop_after(1, patched)
        assert netdesign(*CALL, "-o", "s.json", "--quiet").code == ExitCode.STOPPED_WITHOUT_PLAN
    assert len(json.loads((tmp_path / "s.json.partial").read_text(encoding="utf-8"))["rows"]) == 4
    again = netdesign(*CALL, "-o", "s.json", "--quiet", "--resume", "--format", "csv")
    assert (again.code, again.out) == (0, answer.to_csv())
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]


def test_what_is_false_in_an_earlier_result_is_no_answer(netdesign, tmp_path, monkeypatch, answer):
    monkeypatch.chdir(tmp_path)
    false = json.loads(answer.to_json())
    false["rows"][2]["inside"] = 0.5
    (tmp_path / "s.json").write_text(json.dumps(false), encoding="utf-8")
    ended = netdesign(*CALL, "-o", "s.json", "--quiet", "--resume")
    assert ended.code == ExitCode.CONTRADICTED
    assert "volume_factor = 0.5, road.speed_kmh = 70: inside: states 0.5; the plan gives 0.1" in ended.err


def test_a_sweep_without_a_network_is_infeasible(netdesign):
    late = ("--set", "policies.service={share: 0.99}", "--set", "road.speed_kmh=20")
    ended = netdesign("sweep", "tiny", "--over", "volume_factor=1,2", *late, "--quiet")
    assert ended.code == ExitCode.INFEASIBLE
    assert ended.out.startswith(
        "At the present values no permitted network is feasible: none keeps every policy in force (service); proven.\n"
        "No network is feasible in 2; proven. Of the first: `netdesign explain INSTANCE --set volume_factor=1`, with "
        "the other\n"
        "options of this call, says why.\n"
    )


def test_a_users_model_is_run_for_each_row(tmp_path):
    from netdesign import catalogue

    mine = tmp_path / "mine.py"
    mine.write_bytes(catalogue.models()["multiple_allocation_path"].read_bytes())
    found = nd.sweep("tiny", {"volume_factor": [1, 4]}, model=mine, workers=2)
    assert found.sentences[-1].startswith("All this is proven of the model ")
    assert [row.open_hubs for row in found.rows] == [["B", "D"], ["B", "D", "E"]]
