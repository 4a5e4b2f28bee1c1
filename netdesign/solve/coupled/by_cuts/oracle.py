"""Where the cuts come from: each flow over gates and hubs that are partly open, at prices of what has to fly there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.search_state import for_each
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.multiple.relaxation import CommodityOracle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.parts import FreightParts

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """Prices of a tonne that has to fly.

    Parameters
    ----------
    lane
        Of the minimum of each lane, EUR/t, shape (airports, sites).
    hub
        Of the minimum of each hub, EUR/t, shape (sites,).
    """

    lane: Floats
    hub: Floats


@dataclass(frozen=True)
class SharePoint:
    """How open sites and their lanes are: y, shape (sites,), and l, shape (airports, sites)."""

    is_open: Floats
    lanes: Floats


@dataclass(frozen=True)
class Served:
    """What freight costs over a point, prices not included, EUR/year, shape (parts,), and how it flies.

    Parameters
    ----------
    cost
        EUR/year, shape (parts,).
    load
        What flies over each gate, t/year, shape (parts, sites); 0 for freight between cities.
    paid
        What the last tonne of each flow costs where it is paid at the prices, EUR/t; for each gated freight.
    """

    cost: Floats
    load: Floats
    paid: tuple[Floats, ...]


@dataclass(frozen=True)
class GateCuts:
    """Rows ``theta_p - sum_g pay_pg F_pg >= const_p - sum_g lane_pg l_ag - sum_e hub_pe y_e``, one for each part p.

    ``F_pg`` is what of the part flies over gate g, and a its airport. All of shape (parts, sites) but const.

    Parameters
    ----------
    const, lane, hub
        EUR/year.
    pay
        EUR/t.
    prices
        From which ``pay`` is.
    """

    prices: Prices
    const: Floats
    pay: Floats
    lane: Floats
    hub: Floats


class GateOracle:
    """Serves freight over points, and cuts there.

    Parameters
    ----------
    freight
        In parts.
    dearest
        What leaving a flow behind costs, EUR/year; more than a plan worth having.
    state
        Clock and threads.
    """

    def __init__(self, freight: FreightParts, dearest: float, state: SearchState) -> None:
        self.freight, self._dearest, self._state = freight, dearest, state
        self._loops = load_compiled("partly_gated", state.notify)
        self._beside = None if freight.beside is None else CommodityOracle(freight.beside, state)
        if self._beside is not None:
            self._beside.dearest = dearest

    @property
    def least(self) -> Floats:
        """What each part costs at least, EUR/year, shape (parts,)."""
        found = [one.least for one in self.freight.gated]
        if self._beside is not None:
            found.append(self._beside.least)
        return np.concatenate(found)

    def close_all_but(self, sites: NDArray[np.intp]) -> None:
        """Close the other sites for good."""
        if self._beside is not None:
            self._beside.close_all_but(sites)
        self.freight = self.freight.over(sites)

    def served(self, point: SharePoint, prices: Prices) -> Served:
        """Serve what flies over a point where it is paid; what goes between cities costs nothing here.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        freight = self.freight
        cost, load = np.zeros(freight.parts), np.zeros((freight.parts, freight.sites))
        paid = tuple(np.empty(len(one.flows.volume)) for one in freight.gated)

        def fill(number: int) -> None:
            one, own = freight.gated[number], freight.slices[number]
            pays = one.paid(prices.lane, prices.hub)
            legs, raised = one.priced(pays)
            dearest = self._dearest + raised * float(one.flows.volume.max())
            lanes = point.lanes[one.airport]
            self._loops.served_partly(
                legs, one.flows, lanes, point.is_open, dearest, cost[own], load[own], paid[number]
            )
            cost[own] += load[own] @ (pays - raised)
            paid[number][:] -= raised

        for_each(range(len(freight.gated)), fill, self._state)
        return Served(cost, load, paid)

    def cuts(self, point: SharePoint, prices: Prices, salt: int) -> GateCuts:
        """Return the cuts that are tight at a point and at prices.

        Parameters
        ----------
        point, prices
            As of ``served``.
        salt
            Any number: of the many tight cuts, which.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        freight = self.freight
        shape = freight.parts, freight.sites
        found = GateCuts(prices, np.zeros(freight.parts), np.zeros(shape), np.zeros(shape), np.zeros(shape))

        def fill(number: int) -> None:
            one, own = freight.gated[number], freight.slices[number]
            pays = one.paid(prices.lane, prices.hub)
            legs, raised = one.priced(pays)
            dearest = self._dearest + raised * float(one.flows.volume.max())
            self._loops.gate_cuts(
                legs, one.flows, point.lanes[one.airport], point.is_open, dearest, salt % 2 == 0,
                found.const[own], found.lane[own], found.hub[own],
            )  # fmt: skip
            found.const[own] -= raised * one.volume
            found.pay[own] = pays

        for_each(range(len(freight.gated)), fill, self._state)
        if self._beside is not None:
            own = freight.slices[-1]
            beside = self._beside.cuts(point.is_open, salt)
            found.const[own], found.hub[own] = beside.const, beside.slope
        return found

    def margins(self, airport: int, served: Served, point: SharePoint, prices: Prices) -> tuple[Floats, Floats]:
        """Return by how much a tonne that fills lanes of an airport is dearer over closed lanes, and how much it is.

        The first is in EUR/t, shape (sites, flows), infinite at open lanes; the other in t/year, shape (flows,).
        """
        freight = self.freight
        fills = [n for n, one in enumerate(freight.gated) if one.airport == airport and one.fills_lane]
        ends = np.cumsum([0, *(len(freight.gated[n].flows.volume) for n in fills)])
        volume = np.concatenate([freight.gated[n].flows.volume for n in fills])
        closed = np.flatnonzero(point.lanes[airport] <= 0.0)
        margin, found = np.full((len(closed), len(volume)), np.inf), np.full((freight.sites, len(volume)), np.inf)
        for n, first, last in zip(fills, ends[:-1], ends[1:], strict=True):
            one = freight.gated[n]
            legs = one.legs._replace(lane=one.legs.lane - (prices.hub if one.fills_hub else 0.0))
            self._loops.margins(legs, one.flows, served.paid[n], point.is_open, closed, np.arange(first, last), margin)
        found[closed] = margin
        return found, volume
