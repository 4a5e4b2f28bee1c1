"""Cuts of a model with departures: how many of them the freight of a commodity needs, on its first and on its last leg.

All that a commodity sends takes some routes, so that its departures, each with the part of its volume that they carry
at most, and its routes without departures add up to 1 at least. A program that takes parts of departures keeps that
with a little of a second one; by mixed-integer rounding (Nemhauser and Wolsey 1990, A recursive procedure to generate
all cuts for 0-1 mixed integer programs) it has to take more of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from netdesign.network.services import LegsName

    Columns = NDArray[np.intp]
    Floats = NDArray[np.float64]

_ENDS: tuple[LegsName, ...] = ("collection", "distribution")

_ROUNDING = 1e-9
_LEAST_REST = 0.01
"""Least part of a unit that rounding has to take up: with less, coefficients are large."""

_LEAST_VIOLATION = 1e-3
"""Part of its right-hand side by which a cut has to be violated."""


class Cut(NamedTuple):
    """A row ``sum of weight x column >= least``."""

    columns: Columns
    weights: Floats
    least: float


class _Leg(NamedTuple):
    """The columns of routes of a commodity over a leg, those of its departures, and what part of it each carries."""

    shares: Columns
    choices: Columns
    carried: Floats


class _Cover(NamedTuple):
    """What carries a commodity at one end: routes without departures there, and legs with them."""

    beside: Columns
    legs: tuple[_Leg, ...]


class DepartureCuts:
    """The cuts of a model.

    Parameters
    ----------
    model
        With the variables of ``add_services``.
    column_of
        Column of each variable, by its ``id``; variables without one are 0.
    """

    def __init__(self, model: Any, column_of: Mapping[int, int]) -> None:
        self._shares = np.array([column_of.get(id(one), -1) for one in model.route_share.values()], dtype=np.intp)
        self._model, self._column_of = model, column_of
        self._covers = [cover for end in _ENDS for cover in self._covers_at(end)]

    def violated(self, values: Floats) -> list[Cut]:
        """Return the cut of each commodity and end that some values of the columns violate most, if any."""
        found = (_most_violated(cover, values) for cover in self._covers)
        return [cut for cut in found if cut is not None]

    def _covers_at(self, end: LegsName) -> Iterator[_Cover]:
        """Yield the covers of all commodities with departures at one end."""
        model, routes = self._model, self._model.routes
        volume = model.instance.commodities.volume
        legs: dict[int, list[_Leg]] = {}
        has_departures = np.zeros(len(routes), dtype=bool)
        for name, service in model.leg_services.items():
            for place, way in enumerate(service.ways):
                members = model.served.legs.on.get(way)
                if way.legs != end or members is None:
                    continue
                has_departures[members] = True
                choices = model.choices_of[name]
                columns = np.array([self._column_of[id(model.service[one])] for one in choices], dtype=np.intp)
                tonnes = np.array([model.choices[one].carries[place] for one in choices])
                for r in np.unique(routes.commodity[members]).tolist():
                    own = members[routes.commodity[members] == r]
                    carried = np.minimum(tonnes / volume[r], 1.0) if volume[r] > 0 else np.ones(len(tonnes))
                    legs.setdefault(r, []).append(_Leg(self._columns(own), columns, carried))
        for r, own_legs in legs.items():
            beside = np.flatnonzero((routes.commodity == r) & ~has_departures)
            yield _Cover(self._columns(beside), tuple(own_legs))

    def _columns(self, routes: Columns) -> Columns:
        found = self._shares[routes]
        return found[found >= 0]


def _most_violated(cover: _Cover, values: Floats) -> Cut | None:
    """Return the cut of a cover that values violate most; None where they violate none."""
    used = [leg.carried[values[leg.choices] > _ROUNDING] for leg in cover.legs]
    best, most = None, _LEAST_VIOLATION
    for unit in np.unique(np.concatenate(used)).tolist() if used else []:
        whole = np.floor(1.0 / unit + _ROUNDING) if unit > _ROUNDING else 0.0
        rest = 1.0 / unit - whole if whole else 0.0
        if rest < _LEAST_REST:
            continue
        cut = _rounded(cover, values, unit, whole, rest)
        violation = 1.0 - float(cut.weights @ values[cut.columns]) / cut.least
        if violation > most:
            best, most = cut, violation
    return best


def _rounded(cover: _Cover, values: Floats, unit: float, whole: float, rest: float) -> Cut:
    """Return a cut by rounding a cover in some unit; of each leg it has the departures or the routes.

    Parameters
    ----------
    cover, values
        The cover, and values of all columns.
    unit, whole, rest
        Of a commodity: the part that is one, how many of them it is, and what part of one is left.
    """
    continuous = 1.0 / (unit * rest)
    columns, weights = [cover.beside], [np.full(len(cover.beside), continuous)]
    for leg in cover.legs:
        units = np.floor(leg.carried / unit + _ROUNDING)
        left = np.maximum(leg.carried / unit - units, 0.0)
        rounded = units + np.minimum(left, rest) / rest
        if float(rounded @ values[leg.choices]) <= continuous * float(values[leg.shares].sum()):
            columns.append(leg.choices)
            weights.append(rounded)
        else:
            columns.append(leg.shares)
            weights.append(np.full(len(leg.shares), continuous))
    least = (whole + 1.0) * (1.0 - _ROUNDING)
    return Cut(np.concatenate(columns), np.concatenate(weights), least)
