"""Routes on legs with services: which can be late by the wait for departures, and what keeps them in time."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SizeError
from netdesign.formulation.departures import leg_services
from netdesign.formulation.route_legs import RouteLegs
from netdesign.network.candidates import all_routes
from netdesign.network.routes import hard_deadline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.network.services import LegPlace

    Floats = NDArray[np.float64]


MOST_ROWS = 300_000
"""Most choices of hours for which rows are listed: some minutes of building."""


class ServedRoutes:
    """All routes of an instance with services, told apart by whether they can be late.

    Parameters
    ----------
    instance, network
        The problem with its services, and its legs.

    Attributes
    ----------
    services
        Those of the legs that routes use.
    levels
        For each leg the hours over its least that its departures can take, ascending.
    candidates
        The routes; those that are late with any departures are so and cost their penalty.
    is_doubtful
        Whether departures decide that a route is late, where that matters.
    penalty
        Late penalty of each route, EUR/t.
    is_closed
        Whether no vehicle goes on a leg of the route, or it is late with any departures and may not be.
    """

    def __init__(self, instance: Instance, network: Network) -> None:
        found = all_routes(instance, network)
        self.legs = RouteLegs(instance, network, found)
        self.services = leg_services(self.legs)
        self.levels: dict[LegPlace, Floats] = {}
        for service in self.services:
            for place, way in enumerate(service.ways):
                self.levels[way] = np.unique([one.extra_h[place] for one in service.choices])
        fewest, most = np.zeros(len(found)), np.zeros(len(found))
        for leg, members in self.legs.on.items():
            fewest[members] += self.levels[leg].min(initial=np.inf)
            most[members] += self.levels[leg].max(initial=0.0)
        is_late = found.is_late | (fewest > self.legs.slack_h)
        self.is_doubtful = ~is_late & (most > self.legs.slack_h)
        self.is_closed = np.isinf(fewest) | (is_late & hard_deadline(instance)[found.commodity])
        self.penalty = instance.late_penalty[found.commodity]
        cost = found.cost + np.where(is_late & ~found.is_late, self.penalty, 0.0)
        self.candidates = replace(found, cost=cost, is_late=is_late)

    @property
    def legs_of_doubtful(self) -> dict[int, list[LegPlace]]:
        """The legs with a service of each doubtful route, that with most choices of hours last.

        Raises
        ------
        SizeError
            There are too many choices.
        """
        found: dict[int, list[LegPlace]] = {int(route): [] for route in np.flatnonzero(self.is_doubtful)}
        for leg in sorted(self.legs.on, key=lambda leg: len(self.levels[leg])):
            members = self.legs.on[leg]
            for route in members[self.is_doubtful[members]].tolist():
                found[route].append(leg)
        rows = sum(math.prod(len(self.levels[leg]) for leg in own[:-1]) for own in found.values())
        if rows > MOST_ROWS:
            message = (
                f"the model would have {rows:,} rows for what waits make late; at most {MOST_ROWS:,} are built: state "
                "a smaller departures_per_week.max (168 where it is left out), or fewer vehicles"
            )
            raise SizeError(message)
        return found


def in_time_rows(levels: Sequence[Floats], slack_h: float) -> list[tuple[float, ...]]:
    """Return the rows that a route in time must keep: at least one of its legs has no more than these hours.

    A choice of one level a leg has a sum within the slack if, and only if, it keeps all rows.

    Parameters
    ----------
    levels
        For each leg the hours that it can take, ascending.
    slack_h
        Most hours of all legs together.
    """
    *others, last = levels
    found: dict[tuple[int, ...], int] = {}
    for chosen in itertools.product(*(range(len(level)) for level in others)):
        # All of these take at least so long, or a row before this one holds.
        left = slack_h - sum(float(level[i]) for level, i in zip(others, chosen, strict=True))
        found[chosen] = int(np.searchsorted(last, left, side="right"))
    rows = []
    for chosen, allowed in found.items():
        # Where one step sooner asks for as much, that row is the tighter one.
        sooner = [(*chosen[:i], chosen[i] - 1, *chosen[i + 1 :]) for i in range(len(chosen)) if chosen[i]]
        if allowed < len(last) and all(found[one] > allowed for one in sooner):
            before = [float(level[i - 1]) if i else -np.inf for level, i in zip(others, chosen, strict=True)]
            rows.append((*before, float(last[allowed - 1]) if allowed else -np.inf))
    return rows
