"""Shares inside the deadline and caps on carbon that no permitted set of hubs keeps, whatever else is left out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING

from netdesign.analysis.explain.amounts import amount_of
from netdesign.analysis.explain.freight_figures import carbon_figures, service_figures
from netdesign.analysis.stating_model import stating_model
from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import FREIGHT
from netdesign.network.operated import by_fullest_vehicles, with_least_waits
from netdesign.network.services import LEGS
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Solution

FEW_SETS = 2_000
"""Number of sets of hubs that engines may look through soon."""

ROUNDING = 1e-9
"""Share by which a bound may miss what is asked by rounding."""


def least_legs(instance: Instance, network: Network) -> Network:
    """Return legs on which a tonne emits its share of a full vehicle, and waits as if departures were most frequent."""
    full, fast = by_fullest_vehicles(instance, network), with_least_waits(network)
    return replace(full, **{name: replace(getattr(full, name), time_h=getattr(fast, name).time_h) for name in LEGS})


def without_coupling(question: Question) -> Question:
    """Return the question in which nothing is asked of freight, and each commodity takes its own routes.

    Every plan of a question answers it; without vehicles its legs have to be those of ``least_legs``.
    """
    instance = question.instance
    policies = instance.policies
    for policy in FREIGHT:
        policies = policy.without(policies)
    problem = instance.problem.model_copy(update={"allocation": Allocation.MULTIPLE})
    free = instance.replace(services=None, problem=problem, policies=policies)
    return replace(question, instance=free, asked=AUTO, model=cache(partial(stating_model, free)))


def is_out_of_reach(
    question: Question, solved: Callable[[Question], Solution | None], scope: SearchScope = EVERYTHING
) -> bool:
    """Return whether a share or a cap is out of reach of all sets of hubs in a scope, each by itself.

    Where there are many sets this is not looked at, and False is returned.

    Parameters
    ----------
    question
        The problem, with legs that are no worse than those of any plan.
    solved
        Returns the solution of a question about an amount, which is bounds if it is stopped; None where there is none.
    scope
        The sets.
    """
    instance = question.instance
    if number_of_sets(instance, scope) > FEW_SETS:
        return False
    for figure in chain(service_figures(instance), carbon_figures(instance)):
        amount = amount_of(without_coupling(question), figure)
        solution = None if amount is None else solved(amount.question)
        if amount is None or solution is None or figure.asked is None:
            continue
        value, slack = amount.value(solution.bound), ROUNDING * max(1.0, abs(figure.asked))
        if value > figure.asked + slack if figure.rises else value < figure.asked - slack:
            return True
    return False
