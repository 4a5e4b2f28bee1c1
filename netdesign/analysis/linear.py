"""The linear reading of an instance with vehicles: what it answers if each tonne pays its share of a full truck."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.best_by_hub_count import steps_between
from netdesign.analysis.network_searches import network_searches
from netdesign.analysis.stating_model import stating_model
from netdesign.errors import UsageError
from netdesign.instance.blocks import Allocation, Objective
from netdesign.network import build_network
from netdesign.network.services import LEGS
from netdesign.results.document import LinearNetworkPart, LinearPart
from netdesign.results.part import finite
from netdesign.solve.auto import make_engine
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from netdesign.analysis.network_searches import NetworkSearch
    from netdesign.network import Network
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Solution


def linear_reading(question: Question) -> tuple[LinearPart | None, bool]:
    """Solve an instance with vehicles once more without them.

    Each commodity then takes the hubs that are cheapest for it, since nothing but a shared vehicle tied it to the
    others of its city. There is no such reading where the instance has no vehicles, what they carry has no price by the
    tonne, or no engine states the rest of the problem. What is returned beside it is whether the time was enough.
    """
    if not _has_vehicles_to_price(question):
        return None, True
    if question.watch.is_over:
        return None, False
    asked = by_the_tonne(question)
    if asked is None:
        return None, True
    engine = cache(partial(make_engine, asked))
    found = []
    try:
        for one in network_searches(asked, engine):
            if question.watch.is_over:
                return None, False
            found.append(_network(one, one.solve()))
    except UsageError:
        return None, True
    return LinearPart(networks=found, steps=steps_between(found)), True


def _has_vehicles_to_price(question: Question) -> bool:
    instance = question.instance
    return instance.services is not None and instance.problem.objective is Objective.COST


def by_the_tonne(question: Question) -> Question | None:
    """Return the question without vehicles; None where it has none, or no price without them."""
    if not _has_vehicles_to_price(question):
        return None
    instance = question.instance
    allocation = instance.problem.allocation
    free = Allocation.MULTIPLE if allocation is Allocation.SINGLE_EACH_WAY else allocation
    linear = instance.replace(services=None, problem=instance.problem.model_copy(update={"allocation": free}))
    network = build_network(linear)
    if _is_unpriced(question.network, network):
        return None
    model = cache(partial(stating_model, linear))
    return replace(question, instance=linear, network=network, asked=AUTO, model=model, has_users_model=False)


def _is_unpriced(served: Network, linear: Network) -> bool:
    """Return whether the legs of some kind that vehicles serve are free by the tonne."""
    if served.services is None:
        return True
    for name in LEGS:
        legs, is_served = getattr(linear, name), getattr(served.services, name).is_served
        carriage = (legs.air + legs.road)[is_served]
        if carriage.size and not np.any(carriage[np.isfinite(carriage)]):
            return True
    return False


def _network(search: NetworkSearch, solution: Solution) -> LinearNetworkPart:
    hubs = [] if solution.plan is None else list(solution.plan.open_hubs)
    return LinearNetworkPart(
        hubs=search.question.instance.number_of_hubs(hubs) or search.number,
        open_hubs=hubs,
        termination=solution.termination,
        objective=solution.objective,
        bound=finite(solution.bound),
    )
