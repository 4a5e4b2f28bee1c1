"""The legs of what is left of a network while something is out, with those of the site that takes what stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from netdesign.instance.failures import OutKind
from netdesign.network.legs import LEG_COLUMNS, without_legs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.failures import Outage
    from netdesign.network.legs import LegArrays, Network
    from netdesign.network.services import ServiceArrays


def without_outage(instance: Instance, network: Network, outage: Outage | None) -> Network:
    """Return the legs without the lane or the leg between two sites that is out, in both directions."""
    if outage is None or outage.kind is OutKind.HUB:
        return network
    sites, nodes = instance.site_position, instance.node_position
    gone = {name: np.zeros(getattr(network, name).road.shape, dtype=bool) for name in _SHAPED}
    if outage.kind is OutKind.LANE:
        airport, hub = nodes[outage.ends[0]], sites[outage.ends[1]]
        gone["collection"][airport, hub] = gone["distribution"][hub, airport] = True
    else:
        one, other = (sites[name] for name in outage.ends)
        gone["inter_hub"][one, other] = gone["inter_hub"][other, one] = True
    changed: dict[str, Any] = {name: without_legs(getattr(network, name), where) for name, where in gone.items()}
    if network.services is not None:
        served = {name: _without_services(getattr(network.services, name), where) for name, where in gone.items()}
        changed["services"] = replace(network.services, **served)
    return replace(network, **changed)


_Shaped = Literal["collection", "inter_hub", "distribution"]
_SHAPED: tuple[_Shaped, ...] = ("collection", "inter_hub", "distribution")
_SERVED = {"departure_eur": np.inf, "travel_h": np.inf, "departure_co2e": np.inf, "km": np.inf, "least_wait_h": 0.0}
"""Columns of services, with what they have where no vehicle goes."""


def _without_services(services: ServiceArrays, gone: NDArray[np.bool_]) -> ServiceArrays:
    missing = {name: np.where(gone, none, getattr(services, name)) for name, none in _SERVED.items()}
    return replace(services, **missing)


@dataclass(frozen=True)
class _Place:
    """Which legs of one kind are kept, in an array with room for ``nowhere``, and which are its own."""

    kept: tuple[Any, ...]
    shape: tuple[int, int]
    own: tuple[Any, Any]

    def resized(self, values: NDArray[np.float64], none: float) -> NDArray[np.float64]:
        """Return an array of legs, the last two axes of it, with ``none`` where nothing is kept."""
        found = np.full((*values.shape[:-2], *self.shape), none)
        part = values[(..., *self.kept)]
        found[..., : part.shape[-2], : part.shape[-1]] = part
        return found

    def legs(self, legs: LegArrays) -> LegArrays:
        """Return the legs that are kept, and those of ``nowhere``, which take nothing."""
        columns: dict[str, Any] = {}
        for name in LEG_COLUMNS:
            columns[name] = self.resized(getattr(legs, name), 0.0 if name in ("air", "border") else np.inf)
            columns[name][self.own] = 0.0
        return replace(legs, **columns)

    def services(self, services: ServiceArrays) -> ServiceArrays:
        """Return what vehicles take on the legs that are kept; none goes to ``nowhere``."""
        return replace(
            services, **{name: self.resized(getattr(services, name), none) for name, none in _SERVED.items()}
        )


def with_nowhere(instance: Instance, network: Network, kept: NDArray[np.intp], penalty: float) -> Network:
    """Return the legs of the sites that are kept, and of ``nowhere`` as the last one."""
    nodes, sites = len(instance.nodes), len(kept) + 1
    last, others, every = sites - 1, slice(0, nodes - 1), slice(None)
    places: dict[_Shaped, _Place] = {
        "collection": _Place((every, kept), (nodes, sites), (others, last)),
        "inter_hub": _Place(np.ix_(kept, kept), (sites, sites), (last, last)),
        "distribution": _Place((kept, every), (sites, nodes), (last, others)),
    }
    services = network.services
    changed: dict[str, Any] = {name: place.legs(getattr(network, name)) for name, place in places.items()}
    if services is not None:
        served: dict[str, Any] = {name: place.services(getattr(services, name)) for name, place in places.items()}
        changed["services"] = replace(services, **served)
    return replace(
        network,
        handling=np.append(network.handling[kept], penalty),
        hub_h=np.append(network.hub_h[kept], _hours_nowhere(instance)),
        **changed,
    )


def _hours_nowhere(instance: Instance) -> float:
    """Return hours of ``nowhere`` with which nothing there is late: the penalty is all that it costs."""
    over = [
        stream.origin_h + stream.last_mile_h - stream.deadline_h
        for stream in instance.streams
        if stream.deadline_h is not None
    ]
    return -max([0.0, *over])
