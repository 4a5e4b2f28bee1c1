"""The cheapest division of one city's freight over some hubs: departures on each leg, and what goes where."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.modes import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.solve.scheduled.freight import Floats, Positions

MOST_TRIED = 500_000
"""Most choices of departures that are tried on the legs to some hubs."""


@dataclass(frozen=True)
class Choices:
    """Departures that a city may choose on its legs to one hub, as columns.

    Parameters
    ----------
    cost
        Of all departures, EUR/year, shape (choices,).
    tonnes
        Most that they carry, t/year, shape (ways, choices).
    each
        For each way the cost of all of each entry with them, EUR/year, shape (entries, choices); infinite where it has
        no route with them.
    modes
        Positions of the mode of each way, shape (ways, choices); ``NONE`` where that leg is not used.
    """

    cost: Floats
    tonnes: Floats
    each: list[Floats]
    modes: NDArray[np.intp]

    def chosen(self, which: NDArray[np.generic]) -> Choices:
        """Return some of them, by position or by a mask."""
        each = [values[:, which] for values in self.each]
        return Choices(self.cost[which], self.tonnes[:, which], each, self.modes[:, which])

    def beside(self, other: Choices) -> Choices:
        """Return the choices of both ways, on legs that are not paired: each with each of the other, or with none."""
        mine, its = np.meshgrid(np.arange(-1, len(self.cost)), np.arange(-1, len(other.cost)), indexing="ij")
        pairs = mine.ravel()[1:], its.ravel()[1:]
        parts = [one._or_none(which) for one, which in zip((self, other), pairs, strict=True)]
        cost, tonnes, modes = (
            np.stack([getattr(part, name).reshape(-1) for part in parts]) for name in ("cost", "tonnes", "modes")
        )
        return Choices(cost.sum(axis=0), tonnes, [part.each[0] for part in parts], modes)

    def _or_none(self, which: Positions) -> Choices:
        """Return the choices at some positions, -1 standing for a leg that is not used."""
        nothing = Choices(
            np.append(self.cost, 0.0),
            np.append(self.tonnes, [[0.0]], axis=1),
            [np.append(self.each[0], np.full((len(self.each[0]), 1), np.inf), axis=1)],
            np.append(self.modes, [[NONE]], axis=1),
        )
        return nothing.chosen(which)

    def needed(self) -> Choices:
        """Return the choices that no other replaces: it costs no more, carries no less and serves as well."""
        order = np.argsort(self.cost, kind="stable")
        takes = np.concatenate([self.cost[None], -self.tonnes, *self.each])[:, order]
        kept: list[int] = []
        for place in range(len(order)):
            if not any((takes[:, other] <= takes[:, place]).all() for other in kept):
                kept.append(place)
        return self.chosen(order[kept])


@dataclass(frozen=True)
class DividedCity:
    """The cheapest division of a city.

    Parameters
    ----------
    cost
        No division costs less, EUR/year; infinite where there is none.
    parts
        Way and number of an entry, mode, and share of the entry that goes with it.
    is_carried
        Whether the parts cost that much, and the departures carry them.
    """

    cost: float
    parts: list[tuple[tuple[int, int], int, float]] = field(default_factory=list)
    is_carried: bool = False


def cheapest_of_city(
    volume: Sequence[Floats], choices: Sequence[Choices], over_several: float = -math.inf
) -> DividedCity:
    """Return the cheapest division of the freight of a city, or of one way of it.

    Parameters
    ----------
    volume
        t/year of each entry of each way.
    choices
        For each hub what may be chosen on the legs to it.
    over_several
        A bound of what the freight costs over two hubs or more, EUR/year.
    """
    best = DividedCity(math.inf)
    useful = [one for one in choices if len(one.cost)]
    for number in range(1, len(useful) + 1):
        if number > 1 and best.cost <= over_several:
            break
        for legs in itertools.combinations(useful, number):
            found = _over(volume, legs, best.cost)
            if found is not None and found.cost < best.cost:
                best = found
    return best


def _over(volume: Sequence[Floats], legs: tuple[Choices, ...], cut_off: float) -> DividedCity | None:
    """Return the cheapest division over all of some legs, None where it costs the cut-off or more."""
    best_route = [np.min([leg.each[way].min(axis=1) for leg in legs], axis=0) for way in range(len(volume))]
    floor = sum(float(values.sum()) for values in best_route) + sum(float(leg.cost.min()) for leg in legs)
    if not floor < cut_off:
        return None
    if len(legs) > 1:
        # No choice may cost more over the cheapest of its leg than is left.
        legs = tuple(leg.chosen(leg.cost - leg.cost.min() < cut_off - floor).needed() for leg in legs)
        if math.prod(len(leg.cost) for leg in legs) > MOST_TRIED:
            return DividedCity(floor)
    grid = np.meshgrid(*(np.arange(len(leg.cost)) for leg in legs), indexing="ij")
    tried = [leg.chosen(places.ravel()) for leg, places in zip(legs, grid, strict=True)]
    cost = np.sum([leg.cost for leg in tried], axis=0)
    shares = []
    for way, volumes in enumerate(volume):
        each = np.stack([leg.each[way] for leg in tried])
        tonnes = np.stack([leg.tonnes[way] for leg in tried])
        share = _filled(each[:, 0], tonnes / volumes[0]) if len(volumes) == 1 else _cheapest_legs(each)
        is_served = tonnes.sum(axis=0) >= volumes.sum() * (1 - ROUNDING)
        # A share of 0 costs nothing where there is no route.
        taken = np.where(share > 0, share * np.where(share > 0, each, 0.0), 0.0).sum(axis=(0, 1))
        cost = np.where(is_served, cost + taken, np.inf)
        shares.append(share)
    which = int(cost.argmin())
    if not cost[which] < cut_off:
        return None
    parts, is_carried = [], True
    for way, share in enumerate(shares):
        own = share[:, :, which]
        loads, most = own @ volume[way], np.array([leg.tonnes[way, which] for leg in tried])
        is_carried &= bool((loads <= most * (1 + ROUNDING)).all())
        for leg, number in np.argwhere(own > 0).tolist():
            parts.append(((way, number), int(tried[leg].modes[way, which]), float(own[leg, number])))
    return DividedCity(float(cost[which]), parts, is_carried)


def _filled(each: Floats, most: Floats) -> Floats:
    """Return the shares of one entry that fill the cheapest leg first, shape (legs, 1, choices).

    Parameters
    ----------
    each
        Cost of all of it on each leg, shape (legs, choices).
    most
        Share that each leg carries, in that shape.
    """
    order = np.argsort(each, axis=0, kind="stable")
    room = np.take_along_axis(np.minimum(most, 1.0), order, axis=0)
    left = np.maximum(1.0 - np.cumsum(room, axis=0) + room, 0.0)
    share = np.empty(each.shape)
    np.put_along_axis(share, order, np.minimum(room, np.where(left > ROUNDING, left, 0.0)), axis=0)
    return share[:, None]


def _cheapest_legs(each: Floats) -> Floats:
    """Return the shares where each entry takes its cheapest leg, whatever that carries, shape (legs, entries, ...)."""
    return np.asarray(np.arange(len(each))[:, None, None] == each.argmin(axis=0), dtype=np.float64)
