"""What minima cost where they bind, and whom they keep from the cheapest hubs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

import numpy as np

from netdesign.analysis.within_limits import solved_in_time
from netdesign.instance.blocks import Objective
from netdesign.instance.options import fix_hubs
from netdesign.network import best_routes, price_routes
from netdesign.results.document import AwayPart, MinimaPart, MinimumPolicy
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Solution

_MINIMA = get_args(MinimumPolicy)
_WORTH_NAMING = 1e-7
"""Relative extra cost over the cheapest route that counts as rounding."""


def minimum_effect(question: Question, plan: Plan, best: Solution | None = None) -> tuple[MinimaPart | None, bool]:
    """Return the cost of each minimum in force for the open hubs of a plan, or None where none binds.

    The cost of a minimum is the difference to the best operation of the same hubs without it. It is left out where that
    is no cheaper than what is proven with the minimum: the difference may then be no more than the gap of a search.
    What is returned beside it is whether the time was enough to find all of them.

    Parameters
    ----------
    question
        The problem.
    plan
        Whose hubs are operated without each minimum.
    best
        The best operation of these hubs; None where it is not known.
    """
    instance = question.instance
    in_force = [name for name in _MINIMA if getattr(instance.policies, name) is not None]
    if not in_force or instance.problem.objective is not Objective.COST:
        return None, True
    away = away_from_cheapest(instance, question.network, plan)
    if not away and instance.services is None:
        return None, True
    if question.watch.is_over:
        return None, False
    fixed = fix_hubs(instance, plan.open_hubs)
    today = _best_operation(question.with_instance(fixed)) if best is None else best
    costs: dict[MinimumPolicy, float] = {}
    is_whole = today is not None or not question.watch.is_over
    for name in in_force:
        relaxed = fixed.replace(policies=fixed.policies.model_copy(update={name: None}))
        without = _best_operation(question.with_instance(relaxed))
        is_whole &= without is not None or not question.watch.is_over
        if today is not None and without is not None and _is_certain(today, without):
            costs[name] = (today.objective or 0.0) - (without.objective or 0.0)
    return (MinimaPart(cost_by_policy=costs, away=away) if costs else None), is_whole


def _best_operation(question: Question) -> Solution | None:
    solution = solved_in_time(question, partial(make_engine, question), SearchScope(task="what minima cost"))
    return solution if solution.termination is Termination.OPTIMAL else None


def _is_certain(today: Solution, without: Solution) -> bool:
    """Return whether a plan without a minimum is cheaper than any with it, by more than rounding."""
    return today.bound - (without.objective or 0.0) > _WORTH_NAMING * abs(today.objective or 0.0)


def away_from_cheapest(instance: Instance, network: Network, plan: Plan) -> list[AwayPart]:
    """Return the commodities of a plan that do not take their cheapest permitted route over its hubs, dearest first.

    None where vehicles leave: freight shares their price, so that no commodity has a cheapest route by itself.
    """
    if instance.services is not None:
        return []
    first, last, cheapest = best_routes(instance, network, [instance.site_position[name] for name in plan.open_hubs])
    cost = price_routes(instance, network, plan.commodity, plan.first_hub, plan.last_hub).total
    extra = cost - cheapest[plan.commodity]
    rows = np.flatnonzero(extra > _WORTH_NAMING * np.abs(cost))
    order = rows[np.argsort(-(extra * plan.volume)[rows], kind="stable")]
    return [_away(instance, plan, (first, last), int(row), float(extra[row])) for row in order]


def _away(
    instance: Instance, plan: Plan, cheapest: tuple[NDArray[np.intp], NDArray[np.intp]], row: int, extra: float
) -> AwayPart:
    commodities, commodity = instance.commodities, plan.commodity[row]

    def site(position: int) -> str:
        return instance.sites[position].id

    return AwayPart(
        origin=instance.nodes[commodities.origin[commodity]].id,
        destination=instance.nodes[commodities.destination[commodity]].id,
        stream=instance.streams[commodities.stream[commodity]].name,
        volume_t_per_year=float(plan.volume[row]),
        hubs=(site(plan.first_hub[row]), site(plan.last_hub[row])),
        cheapest_hubs=(site(cheapest[0][commodity]), site(cheapest[1][commodity])),
        extra_cost=extra * float(plan.volume[row]),
    )
