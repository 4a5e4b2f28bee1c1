"""Measurements of networks with chosen hub links: cases that can be asked, and rows that tell what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.filling import Filling
from benchmarks.link_cases import CLASSES, LinkCase, cases
from benchmarks.links import COLUMNS, UNBUILT, agreement, model_cells
from benchmarks.process import ROOT
from benchmarks.scip_run import export_words
from benchmarks.tables import read_table
from netdesign.instance import read_instance
from netdesign.instance.blocks import HubNetwork
from netdesign.instance.published.reading import Reading
from scripts.doc_links import links_markdown, outcome
from tests.support.literature import collection, published

if TYPE_CHECKING:
    from pathlib import Path


def read_case(case: LinkCase):
    """Read the instance of a case as its call does."""
    words = export_words(case.options)
    given: dict[str, object] = {}
    overrides = []
    for option, value in zip(words[::2], words[1::2], strict=True):
        if option == "--set":
            overrides.append(value)
        else:
            is_file = option in ("--fixed-costs", "--capacities")
            given[option[2:].replace("-", "_")] = str(published(value)) if is_file else value
    numbers = {"nodes": int, "alpha": float, "fixed_cost_factor": float}
    reading = Reading(**{name: numbers.get(name, str)(value) for name, value in given.items()})
    return read_instance(published(case.file), overrides, reading)


@pytest.mark.long
def test_every_case_is_of_its_class():
    collection()
    found = cases()
    assert len({case.name for case in found}) == len(found)
    assert {case.kind for case in found} == set(CLASSES)
    # Larger cuts of AP are asked in the same words, and take their time to read.
    for case in (case for case in found if not case.name.startswith(("AP100", "AP200"))):
        instance = read_case(case)
        what, _, allocation = case.kind.partition(", ")
        assert instance.problem.network is HubNetwork.CHOSEN, case.name
        assert f"{instance.problem.allocation} allocation" == allocation, case.name
        assert instance.policies.hub_links is not None, case.name
        is_counted = instance.hub_range[0] == instance.hub_range[1]
        assert is_counted == (what == "p hubs" or case.name.startswith("TR81.")), case.name
        assert any(site.fixed_cost for site in instance.sites) == (what != "p hubs"), case.name
        assert any(site.capacity < float("inf") for site in instance.sites) == (what == "capacities"), case.name


def test_cases_go_on_where_the_table_stops(tmp_path, capsys):
    collection()
    first, second = cases()[:2]
    rest = [f"{COLUMNS[0]},limit_s", f'"{first.name}",300.0']
    (tmp_path / "links.csv").write_text("\n".join(rest) + "\n", encoding="utf-8")

    def measure(case: LinkCase, _: Path) -> dict[str, object]:
        return {"name": case.name, "limit_s": 1.0}

    parts = {"columns": ("name", "limit_s"), "shown": ("name",), "classes": CLASSES, "cases": [first, second]}
    Filling("", tmp_path / "links.csv", **parts, measure=measure, warm=lambda _: None).main([])
    assert capsys.readouterr().out.split("\n")[0] == second.name
    assert [row["name"] for row in read_table(tmp_path / "links.csv")] == [first.name, second.name]


ENDED = {"termination": "optimal", "value": 100.0, "bound": 100.0}


@pytest.mark.parametrize(
    ("others", "word"),
    [
        ([ENDED, ENDED], "agrees"),
        ([ENDED, {"note": "pyscipopt is not installed"}], "agrees"),
        ([{"termination": "time_limit", "value": 101.0, "bound": 90.0}], ""),
        ([{"termination": "time_limit", "value": 99.0, "bound": 90.0}], "contradicts"),
        ([{"termination": "time_limit", "value": None, "bound": 101.0}], "contradicts"),
        ([{**ENDED, "value": 99.9, "bound": 99.9}], "contradicts"),
        ([{**ENDED, "value": 100.0001}], "agrees"),
    ],
)
def test_a_plan_under_a_bound_is_a_contradiction(others, word):
    assert agreement([ENDED, *others]) == word
    assert agreement([*others, ENDED]) == word


def test_a_model_that_was_built_too_late_has_no_seconds_and_no_ratio():
    late = {"termination": "time_limit", "value": None, "bound": None, "solve_s": 0.0002, "note": ""}
    cells = model_cells("straight", late, 2.5)
    assert (cells["straight_s"], cells["straight_ratio"], cells["straight_note"]) == ("", "", UNBUILT)
    cells = model_cells("scip", late | {"solve_s": 30.0}, 2.5)
    assert (cells["scip_s"], cells["scip_ratio"], cells["scip_note"]) == (30.0, 12.0, "")
    assert model_cells("scip", ENDED | {"solve_s": 0.001}, 0.002)["scip_ratio"] == 0.5
    assert model_cells("scip", ENDED | {"solve_s": 5.0}, None)["scip_ratio"] == ""


MEASURED = {
    "name": "AP25.3, 2 links, multiple", "class": "p hubs, multiple allocation", "goal_s": "", "goal_ratio": "",
    "seconds": "3.4", "solve_s": "0.2", "value": "151308.778", "gap": "0.0", "termination": "optimal", "links": "2",
    "engine": "enumeration", "straight_s": "28.647", "straight_termination": "optimal", "straight_ratio": "153.2",
    "scip_s": "60.028", "scip_termination": "timelimit", "scip_ratio": "321.0", "check": "agrees", "note": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({}, "proven"),
        ({"goal_s": "5", "goal_ratio": "100"}, "met"),
        ({"goal_s": "3"}, "proven, goal open"),
        ({"goal_ratio": "200"}, "proven, goal open"),
        ({"goal_ratio": "100", "straight_ratio": ""}, "proven, goal open"),
        ({"termination": "time_limit", "gap": "0.02"}, "open: gap 2.00 %"),
        ({"termination": "", "gap": "", "note": "killed after 9 s"}, "open: killed after 9 s"),
        ({"check": "contradicts"}, "**values differ**"),
    ],
)
def test_the_outcome_of_a_row(changed, word):
    assert outcome({**MEASURED, **changed}) == word


def test_a_model_without_proof_is_a_lower_bound_and_the_model_itself_no_rival():
    line = links_markdown([MEASURED]).splitlines()[-1]
    assert line == (
        "| AP25.3, 2 links | enumeration | 3.4 | 0.2 | 28.65 | 153 | over 60.03 | over 321 "
        "| 151,308.78 | 2 |  | proven |"
    )
    alone = {
        "engine": "monolithic incomplete_multiple_allocation",
        "straight_ratio": "",
        "scip_s": "",
        "scip_note": "-",
    }
    cells = links_markdown([{**MEASURED, **alone}]).splitlines()[-1].split(" | ")
    assert cells[1:8] == ["the model", "3.4", "0.2", "", "", "-", ""]


def test_the_committed_rows_are_of_cases_and_agree():
    """A row of a case that was renamed would be lost when the table is written again."""
    collection()
    rows = read_table(ROOT / "benchmarks" / "links.csv")
    assert rows
    assert {row["name"] for row in rows} <= {case.name for case in cases()}
    assert "contradicts" not in {row["check"] for row in rows}
