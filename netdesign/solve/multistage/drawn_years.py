"""Years with some hubs open at any prices and volumes, as drawn worlds have them, carried by the tonne."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import HubMinima, limits_on_routes
from netdesign.solve.multistage.dominated_routes import dominated_routes
from netdesign.solve.multistage.peak_days import PeakDay, peak_factors
from netdesign.solve.multistage.question import is_served
from netdesign.solve.multistage.year import Years, routes_over, short_prices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.solve.multistage.year import Year

    Floats = NDArray[np.float64]

    OpenYear = tuple[int, tuple[int, ...]]
    """Position of a node, and positions of its open sites, ascending."""


def why_not_drawn(staged: StagedInstance) -> str:
    """Return why years do not follow from prices and volumes; empty where they do."""
    if is_served(staged):
        return "vehicles leave" if staged.base.services is not None else "cities have one hub each way"
    if any(limits_on_routes(node.instance) for node in staged.nodes):
        return "policies limit all freight together"
    return ""


class DrawnYears:
    """Years that are operated with certain hubs open.

    Parameters
    ----------
    staged, networks
        The problem at some prices and volumes, and the legs of each node.
    opened
        The years, each with its open hubs.
    """

    def __init__(self, staged: StagedInstance, networks: Sequence[Network], opened: Sequence[OpenYear]) -> None:
        years = Years(staged, networks)
        self._routes: dict[OpenYear, int] = {}
        self._late: list[NDArray[np.bool_]] = []
        self._places: list[int] = []
        self._years: list[_DrawnYear] = []
        for node, hubs in opened:
            # Years with the same prices have the same routes.
            key = (years.like[node], hubs)
            if key not in self._routes:
                self._routes[key] = len(self._late)
                _, priced = routes_over(staged.nodes[node].instance, networks[node], np.array(hubs, dtype=np.intp))
                self._late.append(priced.is_late)
            self._places.append(self._routes[key])
            self._years.append(_DrawnYear(staged, node, years.year(node, hubs)))
        self._ends = np.cumsum([0, *(late.size for late in self._late)])

    def prices_of(self, staged: StagedInstance, networks: Sequence[Network]) -> Floats:
        """Return all prices of years that a problem with the same structure has, infinite where a route is missing."""
        costs = [
            routes_over(staged.nodes[node].instance, networks[node], np.array(hubs, dtype=np.intp))[0].ravel()
            for node, hubs in self._routes
        ]
        return np.concatenate([*costs, *(year.short_prices(staged.nodes[year.node].instance) for year in self._years)])

    def at(self, prices: Floats, volumes: Sequence[Floats]) -> list[Year]:
        """Return all years at prices as of ``prices_of``, and at the volumes of each node, t/year."""
        found, begin = [], int(self._ends[-1])
        for place, year in zip(self._places, self._years, strict=True):
            end = begin + len(year.base.hubs)
            cost = prices[self._ends[place] : self._ends[place + 1]].reshape(self._late[place].shape).copy()
            own = year.at(cost, prices[begin:end], volumes[year.node])
            if not own.is_single:
                cost[dominated_routes([cost, self._late[place]], own, own.minimum > 0)] = np.inf
            found.append(own)
            begin = end
        return found


class _DrawnYear:
    """A year with its open hubs; what does not depend on prices and volumes is computed once."""

    def __init__(self, staged: StagedInstance, node: int, base: Year) -> None:
        self.node, self.base = node, base
        instance = staged.nodes[node].instance
        self._peaks = [
            (factor, peak.price) for factor, peak in zip(peak_factors(staged, instance), base.peaks, strict=True)
        ]
        self._minima = HubMinima(instance, base.hubs)

    def short_prices(self, instance: Instance) -> Floats:
        """Return the price of a shortfall at each open hub, EUR/t."""
        return short_prices(instance, np.array(self.base.hubs, dtype=np.intp))

    def at(self, cost: Floats, short_price: Floats, volume: Floats) -> Year:
        """Return the year at prices and volumes."""
        return replace(
            self.base,
            cost=cost,
            measures={},
            volume=volume,
            peaks=tuple(PeakDay(factor * volume, price) for factor, price in self._peaks),
            entering=np.where(self._minima.counts, volume, 0.0),
            minimum=self._minima.at(volume),
            short_price=short_price,
        )
