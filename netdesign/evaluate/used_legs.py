"""The legs that a plan uses, each once: what flows on it, and what leaves there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.evaluate.services import leg_volumes
from netdesign.network.services import LegPlace, leg_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.evaluate.referee import Evaluation
    from netdesign.evaluate.services import ServiceLoad
    from netdesign.instance import Instance
    from netdesign.instance.services import LegKind
    from netdesign.plan import Plan


class UsedLeg(NamedTuple):
    """A leg with freight or departures.

    Parameters
    ----------
    place
        Where it stands in the arrays of the network.
    kind
        Air where it is a lane, whichever its place.
    origin, destination
        Positions of the nodes.
    volume
        t/year.
    load
        What the departures of the plan do; None where none are due.
    """

    place: LegPlace
    kind: LegKind
    origin: int
    destination: int
    volume: float
    load: ServiceLoad | None


def used_legs(instance: Instance, plan: Plan, evaluation: Evaluation) -> Iterator[UsedLeg]:
    """Yield the legs with freight or departures in the order of the way of freight; none from a place to itself."""
    loads = {load.place: load for load in evaluation.services if load.place is not None}
    for name, volumes in leg_volumes(instance, plan).items():
        carried = [LegPlace(name, row, column) for row, column in np.argwhere(volumes > 0).tolist()]
        # A vehicle that comes back without freight goes all the same.
        for place in sorted({*carried, *(place for place in loads if place.legs == name)}):
            kind, origin, destination = leg_ends(instance, place)
            if origin != destination:
                volume = float(volumes[place.row, place.column])
                yield UsedLeg(place, kind, origin, destination, volume, loads.get(place))


def idle_links(instance: Instance, plan: Plan) -> Iterator[UsedLeg]:
    """Yield the chosen hub links that carry nothing either way, each once, from its first end to its second."""
    carried = {frozenset(ends) for ends in zip(plan.steps.start.tolist(), plan.steps.end.tolist(), strict=True)}
    for ends in plan.links:
        row, column = (instance.site_position[name] for name in ends)
        if {row, column} not in carried:
            place = LegPlace("inter_hub", row, column)
            kind, origin, destination = leg_ends(instance, place)
            yield UsedLeg(place, kind, origin, destination, 0.0, None)
