"""What ``compare`` adds on request: the regret of each configuration against the best network, and its failures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.network_searches import NetworkSearch
from netdesign.analysis.stress.failure_parts import network_failures
from netdesign.analysis.stress.failures import check_objective, terms_of
from netdesign.analysis.stress.network_failures import all_operated, failures_of
from netdesign.network import build_network
from netdesign.results.part import finite
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import SearchScope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.compare import ComparisonRow
    from netdesign.analysis.further_columns import FurtherColumns
    from netdesign.instance import Instance
    from netdesign.instance.blocks import Objective
    from netdesign.results.stress_failures import NetworkFailuresPart
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Termination


class BestNetwork(NamedTuple):
    """The best permitted network, against which regret is measured.

    Parameters
    ----------
    hubs
        Its open sites; empty without a plan.
    objective, bound
        In the unit of the objective; None where nothing is known.
    termination
        Why the search stopped.
    """

    hubs: tuple[str, ...]
    objective: float | None
    bound: float | None
    termination: Termination


def check_further(further: FurtherColumns, question: Question) -> None:
    """Check before any solve that the columns can be filled.

    Raises
    ------
    UsageError
        They cannot.
    """
    if further.failures:
        check_objective(question.instance)


def best_network(question: Question) -> BestNetwork:
    """Search for the best permitted network."""
    scope = SearchScope(task="best network")
    engine = partial(make_engine, question)
    solution = NetworkSearch(question, question.instance.hub_range[1], engine, scope).solve()
    hubs = () if solution.plan is None else solution.plan.open_hubs
    return BestNetwork(hubs, solution.objective, finite(solution.bound), solution.termination)


def with_regret(
    rows: Sequence[ComparisonRow], instances: Sequence[Instance], best: BestNetwork, minimised: Objective
) -> list[ComparisonRow]:
    """Return rows with what each has more than the best network, and no more than, as far as it is proven.

    A result file may be of a problem that minimises something else, and has no regret then.
    """

    def regret(row: ComparisonRow, instance: Instance) -> ComparisonRow:
        objective = row.network.objective if row.network is not None else None
        if objective is None or instance.problem.objective is not minimised:
            return row
        return replace(
            row,
            regret=None if best.objective is None else objective - best.objective,
            regret_at_most=None if best.bound is None else objective - best.bound,
        )

    return list(map(regret, rows, instances))


def with_failures(
    rows: Sequence[tuple[ComparisonRow, Instance]], question: Question, days: int | None
) -> list[tuple[ComparisonRow, Instance]]:
    """Return rows with what their failures cost, each on the instance that prices it.

    Raises
    ------
    UsageError
        By the rates of an instance something is out for more than the whole year.
    """
    found = []
    for row, instance in rows:
        if row.network is not None and row.network.plan is not None and row.failure is None:
            asked = question
            if instance is not question.instance:
                asked = replace(question, instance=instance, network=build_network(instance))
            row = replace(row, failures=_failures(row, asked, days))
        found.append((row, instance))
    return found


def _failures(row: ComparisonRow, question: Question, days: int | None) -> NetworkFailuresPart:
    instance, network = question.instance, question.network
    assert row.network is not None
    terms = terms_of(instance, days)
    look = failures_of(instance, network, row.network, terms)
    look.check_rates()
    operated = all_operated([look], question)[0]
    return network_failures(instance, network, operated, terms)
