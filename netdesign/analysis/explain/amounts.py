"""Questions whose objective is how far a figure has to give: what it counts has a price, and all else is free."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netdesign.analysis.stating_model import stating_model
from netdesign.instance.blocks import Objective
from netdesign.instance.policies import Policy
from netdesign.instance.policies.carbon import Carbon
from netdesign.network.services import LEGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.analysis.explain.figure import Figure
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.network.legs import LegArrays
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
    if not is_stated or question.has_users_model or figure.policy not in by_policy:
        return None
    free, legs = _free(instance), _free_legs(question.network)
    if figure.policy == Policy.FIXED_COST_CAP:
        free = _with_prices_of_new_hubs(free, instance)
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


def _with_prices_of_new_hubs(free: Instance, instance: Instance) -> Instance:
    sites = [
        replace(site, fixed_cost=0.0 if site.id in instance.existing else own.fixed_cost)
        for site, own in zip(free.sites, instance.sites, strict=True)
    ]
    return free.replace(sites=tuple(sites))


def _free(instance: Instance) -> Instance:
    """Return an instance without prices: of hubs, of being late, of carbon and of what hubs are short of."""
    policies, throughput = instance.policies, instance.policies.minimum_throughput
    changes: dict[str, object] = {}
    if throughput is not None:
        hubs = (
            hub if hub.shortfall_eur_per_t is None else hub.model_copy(update={"shortfall_eur_per_t": 0.0})
            for hub in throughput.hubs
        )
        changes["minimum_throughput"] = throughput.model_copy(update={"hubs": tuple(hubs)})
    if policies.carbon is not None:
        changes["carbon"] = policies.carbon.model_copy(update={"price_eur_per_t": None})
    return instance.replace(
        policies=policies.model_copy(update=changes),
        streams=tuple(replace(stream, late_penalty=0.0) for stream in instance.streams),
        sites=tuple(replace(site, handling_cost=0.0, fixed_cost=0.0) for site in instance.sites),
    )


def _free_legs(network: Network) -> Network:
    """Return the legs without what they cost."""

    def free(legs: LegArrays) -> LegArrays:
        columns = {name: np.where(np.isfinite(getattr(legs, name)), 0.0, np.inf) for name in ("air", "road", "border")}
        return replace(legs, prices=(), **columns)

    changed: dict[str, Any] = {name: free(getattr(network, name)) for name in LEGS}
    return replace(network, handling=np.zeros_like(network.handling), **changed)
