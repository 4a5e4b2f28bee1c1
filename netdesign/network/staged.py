"""Networks of a staged instance; years with equal legs share them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import charges
from netdesign.network.legs import build_network

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.network.legs import Network


def build_networks(staged: StagedInstance) -> tuple[Network, ...]:
    """Return the legs of each node's instance, in the order of the nodes."""
    built: list[tuple[Instance, Network]] = []
    by_prices: dict[int, Network] = {}
    found = []
    for node in staged.nodes:
        # Nodes with the same prices share the tuple of sites, whatever their volumes.
        key = id(node.instance.sites)
        if key not in by_prices:
            by_prices[key] = _network(node.instance, built)
        found.append(by_prices[key])
    return tuple(found)


def _network(instance: Instance, built: list[tuple[Instance, Network]]) -> Network:
    for other, network in built:
        legs = with_legs_of(instance, other, network)
        if legs is not None:
            return legs
    network = build_network(instance)
    built.append((instance, network))
    return network


def with_legs_of(instance: Instance, other: Instance, network: Network) -> Network | None:
    """Return the legs of an instance that has those of another one; None where it has not.

    Parameters
    ----------
    instance, other
        Years of one instance, or one instance with two values of a figure.
    network
        Of the other.
    """
    if instance.nodes != other.nodes or not _has_legs_of(instance, other):
        return None
    return replace(
        network,
        handling=np.array([site.handling_cost for site in instance.sites]),
        hub_h=np.array([site.hub_h for site in instance.sites]),
    )


def _has_legs_of(instance: Instance, other: Instance) -> bool:
    """Return whether two years of one instance have the same legs; places and names are the same in all of them."""
    leg_data = [
        (one.road, one.air, one.border, one.factors, one.services, charges(one.policies)) for one in (instance, other)
    ]
    if leg_data[0] != leg_data[1]:
        return False
    waits = [[site.night_wait_h for site in one.sites] for one in (instance, other)]
    if waits[0] != waits[1] or instance.links != other.links:
        return False
    if instance.legs is None or other.legs is None:
        return instance.legs is other.legs
    # What follows from km does so in all years.
    columns = ("cost", "time_h", "km", "co2e")
    return all(np.array_equal(getattr(instance.legs, c), getattr(other.legs, c), equal_nan=True) for c in columns)
