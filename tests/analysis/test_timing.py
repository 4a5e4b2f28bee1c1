"""``netdesign timing``: what it answers is right, and said the same way in every format."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.analysis.timing.value_of_information import operate_schedule
from netdesign.cli.timing import RiskName
from netdesign.errors import ExitCode
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.stages import RiskMeasure
from netdesign.results.staged_document import ScheduledOrder, SearchedPart, TimingDocument
from netdesign.solve.auto import choose_staged_engine
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.dynamic import FixedCalendar
from tests.support.small_instances import STAGES, write_instance
from tests.support.staged import question_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.solve.multistage.question import StagedQuestion

ONE_OF_EACH = STAGES.replace("most: 2", "most: 1")
ON_BRANCHES = STAGES[STAGES.index("    - {of: volume, where: up") : STAGES.index("  tree:")]
TREE = STAGES[STAGES.index("  tree:") :]


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """Return the folder of the small instance over years."""
    return write_instance(tmp_path_factory.mktemp("stages"), STAGES)


ANSWERS: dict[tuple[str, ...], TimingDocument] = {}
"""Of the calls so far: several tests look at the same answer."""


def answered(netdesign, *call: object) -> TimingDocument:
    words = tuple(map(str, call))
    if words not in ANSWERS:
        ended = netdesign("timing", *words, "--format", "json", "--quiet")
        assert (ended.code, ended.err) == (ExitCode.ANSWERED, "")
        ANSWERS[words] = TimingDocument.model_validate_json(ended.out)
    return ANSWERS[words]


# The calendar of a path


def test_the_calendar_says_what_opens_when_and_what_it_costs(stages, netdesign):
    """B and C open in 2027; each year's cost adds up, and the years to the objective."""
    found = answered(netdesign, stages)
    assert (found.termination, found.gap, found.scenario) == (Termination.OPTIMAL, 0.0, "base")
    assert [node.open_hubs for node in found.nodes] == [["A"], ["A", "B", "C"], ["A", "B", "C"]]
    for node in found.nodes:
        parts = node.costs.model_dump()
        total, back = parts.pop("total"), parts.pop("handed_on")
        assert total == pytest.approx(sum(parts.values()) - back)
    [path] = found.paths
    discounted = sum(node.costs.total / 1.08 ** (node.year - 2026) for node in found.nodes)
    assert found.objective == path.cost == pytest.approx(discounted - path.salvage)
    # A has 100 t; 170 t come in 2026, so that others lift 70 t at EUR 5.
    assert [bought.t_per_year for bought in found.nodes[0].contract] == pytest.approx([70.0])
    assert found.nodes[0].costs.contract == pytest.approx(350.0)


def test_the_printed_years_less_the_salvage_are_the_printed_cost(netdesign):
    """Of Benelux in stages at 8 %; every figure as it is printed, in EUR m with two digits."""
    lines = netdesign("timing", "benelux-stages", "--quiet").out.splitlines()
    text = " ".join(lines)
    cost, salvage, years = (
        float(re.search(pattern, text)[1])
        for pattern in (
            r"the best plan costs EUR ([\d.]+) m",
            r"Salvage: capital worth EUR ([\d.]+) m is left over at the horizon",
            r"taken off the EUR ([\d.]+) m that the years of the calendar cost, both discounted\.",
        )
    )
    rows = [line.split() for line in lines if re.match(r" 20\d\d  ", line)]
    discounted = sum(float(row[-1]) / 1.08 ** (int(row[0]) - 2026) for row in rows)
    assert len(rows) == 5
    assert discounted == pytest.approx(years, abs=0.03)
    assert years - salvage == pytest.approx(cost, abs=0.015)


def test_where_nothing_is_left_over_no_salvage_is_told(stages, netdesign):
    """All is bought by the tonne, and nothing ordered."""
    cheap = "stages.contract.price_eur_per_t=0"
    ended = netdesign("timing", stages, "--quiet", "--set", cheap, "--max-new", "0")
    assert ended.code == ExitCode.ANSWERED
    assert "order nothing" in ended.out
    assert "Salvage" not in ended.out


def test_an_order_says_from_when_it_is_in_use(stages, netdesign):
    found = answered(netdesign, stages, "--set", "modules.l.lead_years=2", "--set", "modules.s.capacity_t_per_year=1")
    orders = [(node.year, order.module, order.in_use_from) for node in found.nodes for order in node.orders]
    assert (2026, "l", 2028) in orders


def test_a_delay_costs_what_the_best_later_plan_costs_more(stages, netdesign):
    found = answered(netdesign, stages)
    assert [(delay.hub, delay.ordered) for delay in found.delays] == [("B", 2026), ("C", 2026)]
    for delay in found.delays:
        own = [order.year for order in delay.later.orders if order.hub == delay.hub]
        assert min(own, default=9999) > delay.ordered
        assert delay.extra_cost.value == pytest.approx(delay.later.objective - found.objective)
        assert delay.extra_cost.value > 0


# A has both modules and can have no more: 170 t a year, and hardly anybody else lifts any.
FULL = (
    *("--set", "stages.installed=[{site: A, module: s}, {site: A, module: l}]", "--set", "modules.s.most=1"),
    *("--set", "modules.s.capacity_t_per_year=60", "--set", "modules.l.capacity_t_per_year=110"),
    *("--set", "stages.contract.most_t_per_year=5"),
)


def test_a_hub_that_cannot_wait_says_so(stages, netdesign):
    """In 2027 there are 240 t, and what is in use at B then has to be ordered in 2026."""
    [delay] = answered(netdesign, stages, *FULL, "--close", "C").delays
    assert (delay.hub, delay.extra_cost.is_infinite) == ("B", True)
    assert delay.later.termination is Termination.INFEASIBLE
    shown = netdesign("timing", stages, *FULL, "--close", "C").out
    line = "  B: to order it after 2026, if at all, is impossible: no plan without it is permitted; proven."
    assert line in shown.splitlines()


def test_the_one_year_model_is_that_of_a_year_with_modules_at_once(stages, netdesign, tmp_path):
    """Its cost is that of a horizon of one year with lead 0, whose capital bears its annuity."""
    found = answered(netdesign, stages)
    assert [year.year for year in found.single_years] == [2026, 2028]
    text = STAGES.replace("last_year: 2028", "last_year: 2026").replace("yearly_eur", "lead_years: 0, yearly_eur")
    text = text[: text.index("  paths:")].replace("  scenarios: {flat: {}}\n", "")
    folder = tmp_path / "one"
    folder.mkdir()
    alone = answered(netdesign, write_instance(folder, text))
    assert found.single_years[0].best.objective == pytest.approx(alone.objective)


def test_a_scenario_replaces_the_base_path(stages, netdesign):
    base, flat = answered(netdesign, stages), answered(netdesign, stages, "--scenario", "flat")
    assert [node.volume_t_per_year for node in flat.nodes] == [170.0] * 3
    assert flat.objective < base.objective
    assert flat.scenario == "flat"


# Options on hubs


@pytest.mark.parametrize(
    ("call", "opened"),
    [
        pytest.param(("--close", "B"), {"A", "C"}, marks=pytest.mark.long),
        pytest.param(("--close", "B,C"), {"A"}, marks=pytest.mark.long),
        (("--max-new", "0"), {"A"}),
        (("--hubs", "2", "--close", "C"), {"A", "B"}),
        (("--scenario", "flat", "--open", "B,C", "--set", "modules.s.capital_eur=99999"), {"A", "B", "C"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_on_hubs_hold_in_every_year(call, opened, stages, netdesign):
    for tree in ((), ("--tree",)) if "--scenario" not in call else ((),):
        found = answered(netdesign, stages, *call, *tree)
        leaves = [node for node in found.nodes if node.year == 2028]
        assert {frozenset(leaf.open_hubs) for leaf in leaves} == {frozenset(opened)}


@pytest.mark.parametrize(
    "call",
    [
        ("--hubs", "2", "--close", "C"),
        pytest.param(("--open", "C", "--max-new", "1"), marks=pytest.mark.long),
        pytest.param(("--tree",), marks=pytest.mark.long),
    ],
    ids=" ".join,
)
def test_options_mean_the_same_to_every_engine(call, stages, netdesign):
    costs = [
        answered(netdesign, stages, *call, "--engine", engine).objective
        for engine in ("dynamic", "configurations", "decomposition", "monolithic")
    ]
    assert costs == pytest.approx([costs[0]] * 4, rel=1e-6)


def test_a_plan_that_orders_too_early_is_rejected_by_the_referee(tmp_path):
    question = question_of(tmp_path, STAGES)
    plan = choose_staged_engine(question).engine(question).solve().plan
    later = replace(question.staged, not_before={"B": 2027})
    found = evaluate_staged(later, question.networks, plan)
    assert [str(one) for one in found.violations] == ["orders: 2026: B: nothing may be ordered before 2027"]


# The tree


def test_a_tree_has_its_policy_and_its_values(stages, netdesign):
    found = answered(netdesign, stages, "--tree")
    assert [path.leaf for path in found.paths] == ["up 2028", "down 2028"]
    assert found.expected == pytest.approx(0.6 * found.paths[0].cost + 0.4 * found.paths[1].cost)
    assert found.objective == found.expected
    assert found.largest_regret == pytest.approx(max(path.cost - path.known.objective for path in found.paths))
    assert found.cvar == pytest.approx(max(path.cost for path in found.paths))
    known = 0.6 * found.paths[0].known.objective + 0.4 * found.paths[1].known.objective
    values = found.values
    assert values.perfect_information.value == pytest.approx(found.objective - known)
    assert values.waiting.value == pytest.approx(values.fixed.objective - found.objective)
    assert values.stochastic_solution.value == pytest.approx(values.mean_on_tree.objective - found.objective)
    # The plan for the mean is one that is fixed, and knowing more is never dearer.
    assert 0 <= values.waiting.value <= values.stochastic_solution.value
    assert values.perfect_information.value >= 0


@pytest.mark.parametrize(
    "measure",
    [pytest.param(one, marks=[pytest.mark.long] * (one is not RiskMeasure.REGRET)) for one in RiskMeasure],
)
def test_values_are_never_negative(measure, stages, netdesign):
    values = answered(netdesign, stages, "--tree", "--risk", measure.value).values
    for value in (values.waiting, values.perfect_information, values.stochastic_solution):
        assert 0 <= value.at_least <= value.value <= value.at_most


def test_a_tree_of_one_path_is_that_path(tmp_path, netdesign):
    """Nothing is uncertain: waiting and knowing are worth nothing, and the plan costs what it costs on the path."""
    one = "  tree:\n    - {id: now, first_year: 2026}\n"
    folder = write_instance(tmp_path, STAGES.replace(ON_BRANCHES, "").replace(TREE, one))
    tree, path = answered(netdesign, folder, "--tree"), answered(netdesign, folder)
    assert tree.objective == pytest.approx(path.objective)
    for value in (tree.values.waiting, tree.values.perfect_information, tree.values.stochastic_solution):
        assert value.value == pytest.approx(0.0, abs=1e-6 * tree.objective)


def schedules(years: tuple[int, ...], hubs: str) -> Iterator[SearchedPart]:
    """Yield every calendar of an instance with one module of each size a hub, of which A has the small one."""
    kinds = [(hub, module) for hub in hubs for module in "sl" if (hub, module) != ("A", "s")]
    for when in itertools.product((None, *years), repeat=len(kinds)):
        orders = [
            ScheduledOrder(year=year, hub=hub, module=module, count=1)
            for year, (hub, module) in zip(when, kinds, strict=True)
            if year
        ]
        yield SearchedPart.model_construct(orders=sorted(orders, key=lambda order: order.year), closings=[])


def least(question: StagedQuestion, hubs: str) -> float:
    found = [operate_schedule(question, schedule) for schedule in schedules((2026, 2027), hubs)]
    return min(solution.objective for solution in found if solution.objective is not None)


@pytest.mark.parametrize(
    ("measure", "hubs"),
    [
        (RiskMeasure.EXPECTED, "AB"),
        *(pytest.param(measure, "ABC", marks=pytest.mark.long) for measure in RiskMeasure),
    ],
)
def test_the_best_fixed_calendar_is_that_of_all_calendars(measure, hubs, tmp_path):
    """All 27 or 243 of them are operated on the tree; what is ordered in 2028 is of no use to anybody."""
    risk = (f"stages.risk.measure={measure.value}", "stages.risk.level=0.5")
    closed = [f"hubs.{hub}.status=closed" for hub in "ABC" if hub not in hubs]
    question = question_of(tmp_path, ONE_OF_EACH, *risk, *closed, scenario="tree")
    best, found = least(question, hubs), FixedCalendar(question).solve()
    slack = 1e-6 * 1e4
    assert found.bound <= best + slack
    assert found.objective >= best - slack
    if found.termination is Termination.OPTIMAL:
        assert found.objective == pytest.approx(best, rel=1e-6)
    if measure is not RiskMeasure.REGRET:
        assert found.termination is Termination.OPTIMAL


def test_waiting_may_be_worth_everything(stages, netdesign):
    """On `up` the 510 t of 2028 need B; on `down` there are 85 t, and an open B must get 100."""
    call = ("--tree", "--close", "C", "--set", "stages.installed=[{site: A, module: s}, {site: A, module: l}]")
    call += ("--set", "modules.s.most=1", "--set", "stages.contract.most_t_per_year=20")
    call += ("--set", "policies.minimum_throughput={counts: all, hubs: [{site: B, tonnes_per_year: 100}]}")
    call += ("--set", "stages.minimum_throughput=hard")
    values = answered(netdesign, stages, *call).values
    assert values.waiting.is_infinite
    assert values.fixed.termination is Termination.INFEASIBLE
    lines = netdesign("timing", stages, *call).out.splitlines()
    begin = "Value of waiting: infinite. No calendar that is fixed now is permitted on every branch; proven."
    assert begin in lines


# What is not permitted

PEAK = (
    "--set",
    "stages.peaks=[{stream: parcels, factor: 2.5, days: 10}]",
    "--set",
    "stages.capital_budget={total_eur: 700}",
)


@pytest.mark.parametrize(
    "more", [(), pytest.param(("--tree",), marks=pytest.mark.long), ("--tree", "--risk", "regret")], ids=" ".join
)
def test_policies_that_clash_are_named(more, stages, netdesign):
    """EUR 700 buy no module, and without one the peak of 2028 is over what A and the contract lift."""
    ended = netdesign("timing", stages, *PEAK, *more, "--quiet")
    assert ended.code == ExitCode.INFEASIBLE
    line = "No plan is permitted: peak and capital budget clash; without any one of them there is a plan. Proven."
    assert ended.out.splitlines()[0] == line


def test_a_single_policy_that_cannot_be_kept_is_named(stages, netdesign):
    call = ("--max-new", "0", "--set", "stages.contract.most_t_per_year=80", "--set", "modules.s.most=1")
    ended = netdesign("timing", stages, *call, "--set", "modules.l.capacity_t_per_year=100", "--quiet")
    assert ended.code == ExitCode.INFEASIBLE
    line = "No plan is permitted: number of new hubs cannot be kept; without it there is a plan. Proven."
    assert ended.out.splitlines()[0] == line


def test_volume_that_nothing_lifts_is_called_so(stages, netdesign):
    ended = netdesign("timing", stages, "--set", "paths.0.factor=50", "--quiet")
    assert ended.code == ExitCode.INFEASIBLE
    line = "No plan is permitted: modules and contract cannot lift the volume, whatever policy is left out. Proven."
    assert ended.out.splitlines()[0] == line


# Formats and limits


@pytest.mark.parametrize("more", [(), pytest.param(("--tree",), marks=pytest.mark.long)], ids=" ".join)
def test_every_format_is_the_same_in_every_run(more, stages, netdesign):
    for format_ in ("table", "json", "csv"):
        first, second = (netdesign("timing", stages, *more, "--format", format_, "--quiet") for _ in range(2))
        texts = [ended.out for ended in (first, second)]
        if format_ == "json":
            texts = [json.dumps(json.loads(text) | {"times": {}}) for text in texts]
        lines = [[line for line in text.splitlines() if not line.startswith("Time: ")] for text in texts]
        assert lines[0] == lines[1]
        assert first.code == second.code == 0


def test_csv_has_a_row_a_node(stages, netdesign):
    rows = list(csv.DictReader(io.StringIO(netdesign("timing", stages, "--tree", "--format", "csv").out)))
    assert [row["node"] for row in rows] == ["now 2026", "up 2027", "up 2028", "down 2027", "down 2028"]
    assert all(float(row["total_eur"]) > 0 for row in rows)


def test_the_sentences_of_a_policy_stand_under_their_branch(stages, netdesign):
    lines = netdesign("timing", stages, "--tree", "--quiet").out.splitlines()
    assert lines[0].startswith("Tree of 2 paths, 2026 to 2028: the best plan has an expected cost of EUR 7,354")
    assert lines[2].startswith("  2026: open B with l from 2027, ordered in 2026; open C with s from 2027")
    assert any(line.startswith("    if up (60%; 294 t in 2027): enlarge B by s from 2028") for line in lines)
    assert any(line.startswith("    if down (40%; 170 t in 2027): keep A + B + C, order nothing.") for line in lines)


def test_a_hub_that_opens_in_the_first_year_is_opened_and_one_that_stood_before_is_enlarged(stages, netdesign):
    """Where modules take no time, the first year has new hubs, which are new on every path too."""
    at_once = ("--set", "modules.l.lead_years=0", "--set", "modules.s.lead_years=0")
    lines = netdesign("timing", stages, "--tree", *at_once, "--quiet").out.splitlines()
    assert lines[2] == "  2026: open B with s from 2026, ordered in 2026; open C with s from 2026, ordered in 2026."
    assert lines[3].startswith(
        "    if up (60%; 294 t in 2027): enlarge B by s from 2027, ordered in 2027; enlarge C by s"
    )
    assert lines[4].startswith("    enlarge A by s from 2028")
    assert [line.split()[3:6] for line in lines if line.startswith((" up ", " down "))] == 2 * [["B", "+", "C"]]


def test_a_limit_ends_with_what_is_known(stages, netdesign):
    ended = netdesign("timing", stages, "--time-limit", "1e-9", "--quiet", "--format", "json")
    assert ended.code == ExitCode.STOPPED_WITHOUT_PLAN
    assert json.loads(ended.out)["termination"] == "time_limit"


def test_the_engine_is_named_with_its_reason(stages, netdesign):
    assert answered(netdesign, stages).engine["name"] == "dynamic"
    asked = answered(netdesign, stages, "--engine", "monolithic")
    assert asked.engine == {"name": "monolithic", "reason": "as asked for"}
    assert asked.objective == pytest.approx(answered(netdesign, stages).objective, rel=1e-6)


def test_measures_of_risk_have_one_name_everywhere():
    """The command line has its own list, which loads no schema."""
    assert [name.value for name in RiskName] == [measure.value for measure in RiskMeasure]


def test_years_taken_away_leave_one_year(stages, netdesign):
    """`--set stages=null` is all it takes; tables of modules, paths and tree are left aside."""
    ended = netdesign("solve", stages, "--set", "stages=null", "--quiet")
    assert ended.code == ExitCode.ANSWERED
    assert ended.out.startswith("A second hub pays: A + B")


def test_check_tells_of_all_futures(stages, netdesign):
    found = json.loads(netdesign("check", stages, "--format", "json").out)
    assert (found["years"], found["modules"], found["scenarios"]) == ("2026 to 2028", ["s", "l"], ["flat"])
    assert found["volume_in_last_year_t"] == {"base": 340, "flat": 170, "tree up": 510, "tree down": 85}


def test_check_finds_a_fault_of_the_tree(tmp_path, netdesign):
    """A price that would fall under zero on one branch only."""
    text = STAGES.replace("  tree:", "    - {of: legs.0.cost_eur_per_t, where: up, at_year: 2028, factor: -1}\n  tree:")
    ended = netdesign("check", write_instance(tmp_path, text))
    assert ended.code == ExitCode.BAD_INSTANCE


def test_moments_of_a_calendar_are_its_years(tmp_path):
    question = question_of(tmp_path, STAGES, scenario="tree")
    plan = FixedCalendar(question).solve().plan
    by_year: dict[int, set[object]] = {}
    for node, own in zip(question.staged.nodes, plan.nodes, strict=True):
        by_year.setdefault(node.year, set()).add(own.orders)
    assert all(len(orders) == 1 for orders in by_year.values())
    assert np.isfinite(FixedCalendar(question).solve().bound)
