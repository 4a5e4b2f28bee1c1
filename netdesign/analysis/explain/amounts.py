"""Questions whose objective is how far a figure has to give: what it counts has a price, and all else is free."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.analysis.explain.free import free_instance, free_legs, free_vehicles, with_prices_of_new_hubs
from netdesign.analysis.stating_model import stating_model
from netdesign.instance.blocks import Objective
from netdesign.instance.policies import Policy
from netdesign.instance.policies.carbon import Carbon
from netdesign.network.services import LEGS
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.analysis.explain.figure import Figure
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.engine import Question


class Amount(NamedTuple):
    """A question without vehicles, whose objective is an amount.

    Parameters
    ----------
    question
        It.
    value
        Returns the value of the figure at an amount.
    """

    question: Question
    value: Callable[[float], float]


def amount_of(question: Question, figure: Figure) -> Amount | None:
    """Return the question how far a figure has to give at least; None where no price of an instance states it.

    Parameters
    ----------
    question
        The problem with the figure left out, without vehicles.
    figure
        The figure.
    """
    instance = question.instance
    by_policy = {
        Policy.SERVICE: _late,
        Policy.CARBON: _emitted,
        Policy.MINIMUM_THROUGHPUT: _short,
        Policy.FIXED_COST_CAP: _fixed,
    }
    is_stated = instance.problem.objective is Objective.COST and instance.services is None
    if figure.policy == Policy.SERVICE:
        is_stated &= bool(instance.commodities.volume[counted_in_share(instance, figure.subject)].any())
    if not is_stated or question.has_users_model or figure.policy not in by_policy:
        return None
    free, legs = free_instance(instance), free_legs(question.network)
    if figure.policy == Policy.FIXED_COST_CAP:
        free = with_prices_of_new_hubs(free, instance)
    elif instance.policies.fixed_cost_cap_eur_per_year is not None:
        # The cap is on the prices of hubs, which have to stay then.
        return None
    changed, network, value = by_policy[Policy(figure.policy)](free, legs, figure)
    model = cache(partial(stating_model, changed))
    return Amount(replace(question, instance=changed, network=network, model=model), value)


def _late(instance: Instance, network: Network, figure: Figure) -> tuple[Instance, Network, Callable[[float], float]]:
    """Return what is late and counts, as an amount: its commodities are in streams of their own, with a price of 1."""
    counts = counted_in_share(instance, figure.subject)
    volume = float(instance.commodities.volume[counts].sum())
    count = len(instance.streams)
    priced = [replace(stream, late_penalty=1.0) for stream in instance.streams]
    streams = np.where(counts, instance.commodities.stream + count, instance.commodities.stream)
    changed = instance.replace(
        streams=(*instance.streams, *priced), commodities=replace(instance.commodities, stream=streams)
    )
    return changed, network, lambda late: 1.0 - late / volume


def counted_in_share(instance: Instance, country: str) -> NDArray[np.bool_]:
    """Return the commodities that a share inside the deadline is about: of a country, or all where it is empty."""
    counts = np.isfinite(instance.deadline_h)
    return np.asarray(counts & (instance.european_country == country) if country else counts)


def _emitted(
    instance: Instance, network: Network, figure: Figure
) -> tuple[Instance, Network, Callable[[float], float]]:
    """Return what is emitted, as an amount."""
    del figure
    policies = instance.policies.model_copy(update={"carbon": Carbon(price_eur_per_t=1.0, cap_t_per_year=None)})
    legs = {name: replace(getattr(network, name), prices=(("co2e", 1.0),)) for name in LEGS}
    return instance.replace(policies=policies), replace(network, **legs), lambda emitted: emitted


def _short(instance: Instance, network: Network, figure: Figure) -> tuple[Instance, Network, Callable[[float], float]]:
    """Return what a hub is short of, as an amount."""
    asked, policies = figure.asked or 0.0, instance.policies
    if policies.minimum_throughput is None:
        raise AssertionError
    changes = {"tonnes_per_year": asked, "share": None, "shortfall_eur_per_t": 1.0}
    hubs = (
        hub.model_copy(update=changes) if hub.site == figure.subject else hub
        for hub in policies.minimum_throughput.hubs
    )
    throughput = policies.minimum_throughput.model_copy(update={"hubs": tuple(hubs)})
    changed = instance.replace(policies=policies.model_copy(update={"minimum_throughput": throughput}))
    return changed, network, lambda short: asked - short


def _fixed(instance: Instance, network: Network, figure: Figure) -> tuple[Instance, Network, Callable[[float], float]]:
    """Return what new hubs cost, as an amount."""
    del figure
    return instance, network, lambda fixed: fixed


def emitted_by_vehicles(question: Question, figure: Figure) -> Question | None:
    """Return the question how much vehicles emit at least, in t CO2e/year; None where no price states it.

    Parameters
    ----------
    question
        The problem with the cap left out, and with its vehicles.
    figure
        The figure.
    """
    instance = question.instance
    has_cost = instance.problem.objective is Objective.COST and not question.has_users_model
    if figure.policy != Policy.CARBON or instance.services is None or not has_cost:
        return None
    if instance.policies.fixed_cost_cap_eur_per_year is not None:
        return None
    free, network = free_vehicles(free_instance(instance), free_legs(question.network))
    changed, legs, _ = _emitted(free, network, figure)
    model = cache(partial(stating_model, changed))
    return replace(question, instance=changed, network=legs, asked=AUTO, model=model)
