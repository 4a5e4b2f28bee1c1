"""What theory says of plans over years and scenarios, on random small instances."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from netdesign.errors import InstanceError
from netdesign.instance.stages import RiskMeasure
from netdesign.network.staged import build_networks
from netdesign.solve.auto import choose_staged_engine
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.multistage.question import StagedQuestion
from tests.support.staged_strategies import Document, random_staged, read_staged_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.staged import StagedInstance

pytestmark = pytest.mark.long

DRAWS = 60
SAME = 1e-6


def cost(staged: StagedInstance) -> float | None:
    """Return the optimum, None where there is no plan."""
    question = StagedQuestion(staged, build_networks(staged), Watch(SolveLimits()))
    return choose_staged_engine(question).engine(question).solve().objective


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> list[Document]:
    """Some instances, among them paths and trees, without regret, whose reference would move too."""
    folder = tmp_path_factory.mktemp("drawn")
    documents = [random_staged(Random(seed), folder) for seed in range(DRAWS)]
    return [
        document
        for document in documents
        if document["stages"].get("risk", {}).get("measure") != RiskMeasure.REGRET.value and is_read(document, folder)
    ]


def is_read(document: Document, folder: Path) -> bool:
    """Tell whether an instance has no faults; some draws contradict themselves."""
    try:
        read_staged_document(document, folder)
    except InstanceError:
        return False
    return True


def changed(document: Document, **stages: Any) -> Document:
    """Return a copy with other values in its stages; None takes one away."""
    found = copy.deepcopy(document)
    for name, value in stages.items():
        if value is None:
            found["stages"].pop(name, None)
        else:
            found["stages"][name] = value
    return found


def never_dearer(documents: list[tuple[Document, Document]], folder: Path) -> int:
    """Check that the second of each pair costs no more than the first; return how many pairs have plans."""
    counted = 0
    for tight, loose in documents:
        before = cost(read_staged_document(tight, folder))
        if before is None:
            continue
        after = cost(read_staged_document(loose, folder))
        assert after is not None
        assert after <= before + SAME * abs(before)
        counted += 1
    return counted


def test_a_tree_of_one_path_is_the_path(tmp_path, drawn):
    counted = 0
    for document in drawn:
        if document["tables"].get("tree"):
            continue
        first = document["stages"]["first_year"]
        if first == document["stages"]["last_year"]:
            continue
        tree = copy.deepcopy(document)
        tree["tables"]["tree"] = [
            {"id": "first", "first_year": first},
            {"id": "then", "parent": "first", "first_year": first + 1, "probability": 1},
        ]
        path, same = (cost(read_staged_document(one, tmp_path)) for one in (document, tree))
        assert same == (None if path is None else pytest.approx(path, rel=SAME))
        counted += path is not None
    assert counted >= 5


def test_more_budget_never_costs_more(tmp_path, drawn):
    pairs = []
    for document in drawn:
        budget = document["stages"].get("capital_budget")
        if budget is None:
            continue
        more = copy.deepcopy(budget)
        if "total_eur" in more:
            more["total_eur"] *= 1.5
        more["by_year_eur"] = {year: 1.5 * amount for year, amount in more.get("by_year_eur", {}).items()}
        pairs += [
            (document, changed(document, capital_budget=more)),
            (document, changed(document, capital_budget=None)),
        ]
    assert never_dearer(pairs, tmp_path) >= 6


def test_more_modules_never_cost_more(tmp_path, drawn):
    pairs = []
    for document in drawn[:16]:
        more = changed(document, largest_area_m2=None)
        more["tables"]["modules"][0]["most"] = more["tables"]["modules"][0].get("most", 1) + 1
        pairs.append((document, more))
    assert never_dearer(pairs, tmp_path) >= 6


def test_more_sites_never_cost_more(tmp_path, drawn):
    pairs = []
    for document in drawn:
        fewer = copy.deepcopy(document)
        policies = fewer.setdefault("policies", {})
        bound = {*policies.get("required", ()), *policies.get("forbidden", ())}
        free = [
            hub["id"] for hub in fewer["tables"]["hubs"] if hub.get("status") != "existing" and hub["id"] not in bound
        ]
        if not free:
            continue
        policies["forbidden"] = [*policies.get("forbidden", ()), free[-1]]
        if is_read(fewer, tmp_path):
            pairs.append((fewer, document))
    assert never_dearer(pairs, tmp_path) >= 6


def test_equal_years_without_interest_are_one_year_times_their_number(tmp_path, drawn):
    counted = 0
    for document in drawn:
        if document["tables"].get("tree"):
            continue
        # What must have opened by the last year may wait for it.
        policies = document.get("policies", {})
        if "required" in policies or any("min" in policies.get(name, {}) for name in ("hub_count", "new_hubs")):
            continue
        flat = changed(document, discount_rate=0, closing=False, capital_budget=None)
        flat["tables"]["paths"] = []
        flat["stages"].pop("scenarios", None)
        for module in flat["tables"]["modules"]:
            module |= {"lead_years": 0, "capital_eur": 0, "sorting_capital_eur": 0, "area_m2": 0}
        one = changed(flat, last_year=flat["stages"]["first_year"])
        if not (is_read(flat, tmp_path) and is_read(one, tmp_path)):
            continue
        years = flat["stages"]["last_year"] - flat["stages"]["first_year"] + 1
        single, all_years = (cost(read_staged_document(version, tmp_path)) for version in (one, flat))
        assert all_years == (None if single is None else pytest.approx(years * single, rel=SAME))
        counted += single is not None
    assert counted >= 4
