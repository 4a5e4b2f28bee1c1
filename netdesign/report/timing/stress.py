"""The answer of ``netdesign stress`` over years: what plans cost in drawn worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.stages import RiskMeasure
from netdesign.report.sentences import unkept
from netdesign.report.stress_draws import (
    DrawnWords,
    exactness_line,
    lost_lines,
    robust_lines,
    worlds_lines,
    worlds_table,
)
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.timing.sentences import TREE, module_list, proven_words, years_of
from netdesign.report.words import amount, best_of, ended_line, money, time_line
from netdesign.results.stress_draws import DrawnCostsPart
from netdesign.results.timing_stress_document import WorldMethod
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.timing_stress_document import PlanDrawsPart, StressedPlanPart, TimingStressDocument
    from netdesign.results.years_parts import NodePlanPart

_NAMES = {
    "best": "best plan",
    "fixed": "fixed at the root",
    "mean": "plan for the mean",
    "nothing": "no orders",
}


def timing_stress_text(result: TimingStressDocument, asked: AskedOverYears) -> str:
    """Return the whole answer as text; ``asked`` has what the result does not hold."""
    tables = [*_list_tables(result), *_draw_tables(result)]
    return render(timing_stress_lines(result, asked), tables, time_line(result.times, {}))


def timing_stress_lines(result: TimingStressDocument, asked: AskedOverYears) -> list[str]:
    """Return the sentences that answer what plans cost in drawn worlds."""
    years = years_of(result.scenario, result.problem)
    if result.termination is Termination.INFEASIBLE:
        return [f"No plan is permitted{unkept(asked.forbidding)}. Proven."]
    if not result.plans:
        return [f"{years}: no plan was found before the search stopped.", ended_line(result.termination)]
    best = result.plans[0]
    # The result as a whole may be cut short where the search for the best plan was not.
    proof = "proven" if best.termination is Termination.OPTIMAL else proven_words(result)
    lines = [f"{years}: the {best_of('plan', best.termination)} {_costs(result)}; {proof}."]
    lines.append("What plans order; it stands in all worlds, and operations adapt:")
    lines += [f"  {name_of_plan(one.names)}: {_orders(one)}." for one in result.plans]
    lines += [f"Not looked at: {_NAMES.get(one.name, one.name)}, which {one.why}." for one in result.left_out]
    if result.draws is not None:
        lines += _draw_lines(result, result.draws)
    if result.termination.is_limit:
        lines.append(ended_line(result.termination))
    return lines


def _costs(result: TimingStressDocument) -> str:
    cost, year = money(result.objective), result.problem["first_year"]
    what = {
        RiskMeasure.EXPECTED: f"costs {cost}" if result.scenario != TREE else f"has an expected cost of {cost}",
        RiskMeasure.CVAR: f"has a mean cost of {cost} on the dearest {1.0 - result.risk.level:.0%} of the paths",
        RiskMeasure.REGRET: f"has a largest regret of {cost}",
    }
    return f"{what[result.risk.measure]}, discounted to {year}, at the present values"


def name_of_plan(names: Sequence[str]) -> str:
    """Return the names of a plan in words."""
    return ", ".join(_NAMES.get(name, name) for name in names)


def _orders(plan: StressedPlanPart) -> str:
    """Return orders and closings of a plan by node."""
    parts = [_orders_of(node) for node in plan.nodes if node.orders or node.closings]
    return "; ".join(parts) if parts else "nothing"


def _orders_of(node: NodePlanPart) -> str:
    orders = module_list([(one.hub, one.module, one.count) for one in node.orders])
    closed = f"close {', '.join(node.closings)}" if node.closings else ""
    return f"{node.node} {', '.join(part for part in (orders, closed) if part)}"


def _draw_lines(result: TimingStressDocument, draws: PlanDrawsPart) -> Iterator[str]:
    words = _words(result, draws)
    yield from worlds_lines(draws, words)
    if not draws.worlds:
        return
    if result.scenario == TREE:
        yield "What a plan costs in a world is the mean of the paths of the tree."
    yield from robust_lines(draws, draws.plans, words)
    yield from lost_lines(draws.plans, words)
    if draws.method is WorldMethod.BUILT:
        yield f"The years of each world were built anew, as {draws.why_built}."
    yield exactness_line(draws, draws.plans, words)


def _words(result: TimingStressDocument, draws: PlanDrawsPart) -> DrawnWords:
    names = [name_of_plan(one.names) for one in draws.plans]
    titles = ["the best plan", *(f'The plan "{name}"' for name in names[1:])]
    year = result.problem["first_year"]
    return DrawnWords("plan", "plans", names, titles, money, "", f", discounted to {year}")


def _list_tables(result: TimingStressDocument) -> list[TextTable]:
    if not result.plans:
        return []
    first = result.plans[0].objective
    rows = [[name_of_plan(one.names), amount(one.objective), amount(one.objective - first)] for one in result.plans]
    what = {
        RiskMeasure.EXPECTED: "cost",
        RiskMeasure.CVAR: "cost on the dearest paths",
        RiskMeasure.REGRET: "largest regret",
    }
    title = f"The plans at the present values, EUR, discounted to {result.problem['first_year']}"
    return [TextTable(title, ["plan", what[result.risk.measure], "above the best"], rows)]


def _draw_tables(result: TimingStressDocument) -> list[TextTable]:
    draws = result.draws
    if draws is None or not draws.worlds:
        return []
    return [worlds_table(draws, draws.plans, _words(result, draws))]


def timing_stress_records(result: TimingStressDocument) -> list[dict[str, object]]:
    """Return one record for each plan, for CSV and tables."""
    drawn = result.draws.plans if result.draws is not None else []
    names = list(DrawnCostsPart.model_fields)
    return [
        {
            "place": place + 1,
            "plan": ", ".join(one.names),
            "orders": _orders(one),
            "termination": one.termination.value,
            "objective": one.objective,
            "bound": one.bound,
            "expected": one.expected,
            **{name: getattr(drawn[place], name) if drawn else None for name in names},
        }
        for place, one in enumerate(result.plans)
    ]


def timing_stress_csv(result: TimingStressDocument) -> str:
    """Return CSV text with one row for each plan."""
    records = timing_stress_records(result)
    header = list(records[0]) if records else ["place", "plan", "orders"]
    return to_csv(header, [list(record.values()) for record in records])
