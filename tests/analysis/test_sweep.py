"""Each row of a sweep is the best network with its values, as brute force finds it."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest

import netdesign as nd
from netdesign.analysis import sweep_rows
from netdesign.analysis.sweep import sweep_values
from netdesign.analysis.sweep_call import ScenarioTable, SweepCall
from netdesign.analysis.swept_figures import Combination, SweptFigure
from netdesign.analysis.verify import verify
from netdesign.results.result_file import to_json
from netdesign.results.resuming import EarlierResult
from netdesign.results.row_parts import NOT_SOLVED
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from tests.analysis.test_alternatives import ranking
from tests.analysis.test_runner_up import wide
from tests.analysis.test_tipping import KINDS, moved
from tests.support.small_brute import SmallProblem
from tests.support.solving import written

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.row_parts import SweepRowPart
    from netdesign.results.sweep_document import SweepDocument
    from tests.support.solving import Document

EXACT = SolveLimits(relative_gap=1e-9)

SAME = pytest.approx


def over(*texts: str) -> tuple[SweptFigure, ...]:
    """Return figures with their values."""
    return tuple(map(SweptFigure.from_text, texts))


def swept(name: str, *texts: str, **options: object) -> SweepDocument:
    """Return the rows of a bundled instance."""
    return sweep_values(name, SweepCall(over=over(*texts)), Watch(EXACT), **options)[1]


def answer(document: Document, folder: Path, *texts: str) -> SweepDocument:
    """Return the rows of a document, which the referee then confirms."""
    with written(document, folder):
        found = sweep_values(str(folder), SweepCall(over=over(*texts)), Watch(EXACT))[1]
        contradictions, _ = verify(str(folder), found)
    assert contradictions.contradictions == ()
    return found


def same_but_times(document: SweepDocument) -> str:
    """Return a result as text, without the seconds."""
    return to_json(document.model_copy(update={"times": {}}))


class Ranked(NamedTuple):
    """All permitted sets with what they cost, the cheapest first; and the cost of today's network."""

    costs: list[tuple[float, frozenset[str]]]
    today: float | None


def ranked_small(document: Document) -> Ranked:
    """Return all sets of a small document by brute force; its first city is today's hub."""
    brute = SmallProblem(document)
    costs = [(brute.value(hubs), frozenset(hubs)) for hubs in brute.hub_sets() if "C0" in hubs]
    return Ranked(sorted(costs, key=lambda one: one[0]), brute.value(("C0",)))


def agree(row: SweepRowPart, ranked: Ranked) -> None:
    """Compare a row with brute force."""
    feasible = [one for one in ranked.costs if math.isfinite(one[0])]
    if not feasible:
        assert (row.termination in (Termination.INFEASIBLE, NOT_SOLVED), row.plan) == (True, None)
        return
    least = feasible[0][0]
    assert row.objective == SAME(least, rel=1e-6)
    assert row.bound == SAME(least, rel=1e-6)
    assert any(set(row.open_hubs) == hubs and cost == SAME(least, rel=1e-6) for cost, hubs in feasible)
    others = [cost for cost, hubs in feasible if hubs != set(row.open_hubs)]
    if row.runner_up is not None:
        assert (row.runner_up.objective is None) == (not others)
        if others:
            assert row.runner_up.objective == SAME(min(others), rel=1e-6)
    if row.today is not None and ranked.today is not None:
        assert row.today.objective == SAME(ranked.today, rel=1e-6)


def drawn_values(draw: Random, low: float, high: float) -> str:
    """Return a few values of a range, as they are typed."""
    return ",".join(dict.fromkeys(f"{draw.uniform(low, high):.4g}" for _ in range(draw.randint(1, 3))))


def agree_on_small(seed: int, folder: Path) -> int:
    """Compare all rows of a draw over two figures; return how many networks are best in some row."""
    draw = Random(f"sweep {seed}")
    document = wide(f"sweep {seed}", sites=draw.randint(3, 5))
    document["problem"] = {"allocation": "multiple"}
    first = f"hubs.{draw.choice(document['tables']['hubs'])['id']}.fixed_cost_eur_per_year"
    second = draw.choice(["volume_factor", "factors.inter_hub", "factors.collection"])
    texts = f"{first}={drawn_values(draw, 0, 15_000)}", f"{second}={drawn_values(draw, 0.2, 3)}"
    found = answer(document, folder, *texts)
    assert [one.name for one in found.figures] == [first, second]
    assert len(found.rows) == math.prod(text.count(",") + 1 for text in texts)
    for row in found.rows:
        at = moved(moved(document, first, row.values[0]), second, row.values[1])
        agree(row, ranked_small(at))
    agree(found.present, ranked_small(document))
    return len({tuple(row.open_hubs) for row in found.rows})


def test_rows_are_those_of_brute_force(tmp_path):
    assert max(agree_on_small(seed, tmp_path) for seed in range(10)) > 1


@pytest.mark.long
@pytest.mark.parametrize("seeds", [range(first, first + 15) for first in range(10, 115, 15)], ids=str)
def test_rows_of_further_draws_are_those_of_brute_force(seeds, tmp_path):
    assert max(agree_on_small(seed, tmp_path) for seed in seeds) > 1


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(15))
def test_rows_with_policies_in_force(kind, seed, tmp_path):
    make, force = KINDS[kind]
    draw = Random(f"sweep with policies {seed}")
    document = make(draw)
    if not ranking(force(document)):
        return
    figure = draw.choice(["factors.inter_hub", "air.inbound_rate_eur_per_kg"])
    block, name = figure.split(".")
    if block not in document and block != "factors":
        return
    value = float(document.get(block, {}).get(name, 1.0)) or 0.5
    found = answer(document, tmp_path, f"{figure}={0.4 * value:.3g},{1.9 * value:.3g}")
    for row in found.rows:
        at = force(moved(document, figure, row.values[0]))
        agree(row, Ranked([(one.cost, one.hubs) for one in ranking(at)], None))


def test_a_range_has_its_ends_where_a_step_hits_them():
    assert SweptFigure.from_text("volume_factor=0:1:0.1").values == tuple(step / 10 for step in range(11))
    assert SweptFigure.from_text("volume_factor=0:1:0.3").values == (0.0, 0.3, 0.6, 0.9)
    assert SweptFigure.from_text("a;b = 5, 1:2:1,-3").values == (5.0, 1.0, 2.0, -3.0)
    assert SweptFigure.from_text("a; b=2:2:1") == SweptFigure(("a", "b"), (2.0,))


def test_the_last_figure_moves_fastest():
    found = swept("tiny", "volume_factor=1,2", "road.speed_kmh=70,100")
    assert [row.values for row in found.rows] == [[1, 70], [1, 100], [2, 70], [2, 100]]
    assert [(one.name, one.unit, one.value) for one in found.figures] == [
        ("volume_factor", "1", 1.0),
        ("road.speed_kmh", "km/h", 100.0),
    ]


def test_rows_of_a_table_stand_before_values_and_may_leave_a_figure_as_it_is():
    rows = Combination((1.0, None), "base"), Combination((4.0, 70.0), "boom")
    table = ScenarioTable((("volume_factor",), ("road.speed_kmh",)), rows)
    call = SweepCall(over=over("factors.inter_hub=0.4,0.5"), table=table)
    _, found = sweep_values("tiny", call, Watch(EXACT))
    assert [(row.scenario, row.values) for row in found.rows] == [
        ("base", [1, None, 0.4]),
        ("base", [1, None, 0.5]),
        ("boom", [4, 70, 0.4]),
        ("boom", [4, 70, 0.5]),
    ]
    assert found.rows[1].objective == found.present.objective == 347_000
    assert verify("tiny", found)[0].contradictions == ()


def test_a_price_that_is_not_in_force_yet_has_no_present_value():
    found = swept("benelux", "policies.carbon.price_eur_per_t=0,200")
    assert found.figures[0].value is None
    free, priced = found.rows
    assert free.objective < priced.objective
    assert verify("benelux", found)[0].contradictions == ()


def test_a_combination_without_a_network_is_a_row_with_its_reason():
    found = swept("tiny", "volume_factor=-1,1", "policies.hub_count.min=1,9")
    assert [row.termination for row in found.rows] == [NOT_SOLVED, NOT_SOLVED, "optimal", NOT_SOLVED]
    assert found.rows[0].reason == "volume_factor: -1 is not over 0"
    assert found.rows[3].reason.startswith("policies.hub_count")
    assert found.termination is Termination.OPTIMAL
    assert verify("tiny", found)[0].contradictions == ()


def test_no_feasible_row_ends_as_infeasible(tmp_path):
    document = wide("infeasible", sites=3) | {"problem": {"allocation": "single"}, "policies": {"capacity": {}}}
    for row in document["tables"]["demand"]:
        row["volume_t_per_year"] = 100 if (row["origin"], row["destination"]) == ("C0", "C1") else 1
    for row in document["tables"]["hubs"]:
        row["capacity_t_per_year"] = 60
    found = answer(document, tmp_path, "factors.inter_hub=0.1,1")
    assert found.termination is Termination.INFEASIBLE
    assert {row.reason for row in found.rows} == {"no permitted network is feasible; in force: capacity"}


class Stopping(sweep_rows.RowFinder):
    """Ends the search once some rows are found."""

    rows = 2

    def row(self, combination: Combination) -> sweep_rows.FoundRow | None:
        found = super().row(combination)
        type(self).rows -= 1
        if not type(self).rows:
            self.watch.stopped.set()
        return found


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_sweep_that_was_ended_goes_on_to_the_same_result(rows, tmp_path, monkeypatch):
    texts = "volume_factor=0.5,1,4", "road.speed_kmh=70,100"
    whole = swept("tiny", *texts)
    with monkeypatch.context() as patched:
        patched.setattr("netdesign.analysis.sweep.RowFinder", Stopping)
        patched.setattr(Stopping, "rows", rows)
        ended = swept("tiny", *texts)
    assert (ended.termination, ended.left, len(ended.rows)) == (Termination.INTERRUPTED, 6 - rows, rows)
    assert verify("tiny", ended)[0].contradictions == ()
    # What is known is not searched again.
    again = swept("tiny", *texts, earlier=EarlierResult(tmp_path / "r.json", ended))
    assert same_but_times(again) == same_but_times(whole)


def test_what_is_found_is_kept_meanwhile():
    from netdesign.analysis.listeners import Listeners

    kept: list[SweepDocument] = []
    swept("tiny", "volume_factor=1,2", listeners=Listeners(keep=kept.append))
    assert kept[0].termination == "running"
    assert kept[0].left == 1


def test_processes_find_the_same_rows():
    found = swept("tiny", "volume_factor=0.5:4:0.05")
    shared = swept("tiny", "volume_factor=0.5:4:0.05", workers=2)
    assert same_but_times(shared) == same_but_times(found)


def test_helpers_find_rows_as_this_process_does():
    """Not all rows are done here: without a process of its own, the function that helpers call gives the same."""
    import pickle

    from netdesign.analysis.problem import source_named
    from netdesign.analysis.sweep_jobs import RowJob, RowSetup, rows_of_job

    found = swept("tiny", "volume_factor=0.5,4")
    call = SweepCall()
    setup = RowSetup(source_named("tiny", call), call, (("volume_factor",),), EXACT, None).pickled()
    combinations = SweepCall(over=over("volume_factor=0.5,4")).combinations
    job = pickle.loads(pickle.dumps(RowJob(setup, tuple(combinations), 60.0)))
    rows = pickle.loads(pickle.dumps(rows_of_job(job)))
    assert [row.part.objective for row in rows] == [row.objective for row in found.rows]
    assert rows_of_job(RowJob(setup, job.combinations, 0.0)) == [None, None]


def test_a_plan_that_serves_other_volumes_is_stated_once():
    found = swept("tiny", "volume_factor=1:1.5:0.1")
    assert {row.plan for row in found.rows} == {found.present.plan}
    assert len(found.plans) == 2  # today's too


def test_the_problem_itself_may_be_swept():
    """With one stop at a hub for each parcel a second hub is of less use; a model that states one problem keeps it."""
    found = swept("tiny", "problem.route_hubs=1,2")
    asked = [nd.solve("tiny", set={"problem.route_hubs": number}) for number in (1, 2)]
    assert [row.objective for row in found.rows] == [one.objective for one in asked]
    assert found.rows[0].objective > found.rows[1].objective
    without_promise = "streams.parcels={}"
    call = SweepCall((without_promise,), over=over("problem.route_hubs=1,2"), model="multiple_allocation_flow")
    _, named = sweep_values("tiny", call, Watch(EXACT))
    assert [row.termination for row in named.rows] == [NOT_SOLVED, "optimal"]
