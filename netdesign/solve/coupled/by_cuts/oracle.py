"""Where the cuts come from: each flow over gates and hubs that are partly open, at prices of what couples freight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.gate_freight import FIRST, GATE, HUB_ROWS, LIFTED
from netdesign.solve.core.route_matrices import ABSENT
from netdesign.solve.core.search_state import for_each
from netdesign.solve.coupled.by_cuts.parts import NO_AIRPORT
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.gate_legs import GateFlows, GateLegs
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.parts import FreightGroup, FreightParts
    from netdesign.solve.coupled.by_cuts.rows import CouplingRows

    Floats = NDArray[np.float64]

_LEFT_BEHIND = 100.0
"""What leaving a flow behind costs where routes cost nothing, times all freight: more than all rows together pay."""

_OPEN = 1e-7
"""Sites and lanes less open than this are closed."""


@dataclass(frozen=True)
class SharePoint:
    """How open sites and their lanes are: y, shape (sites,), and l, shape (airports, sites)."""

    is_open: Floats
    lanes: Floats

    @classmethod
    def of(cls, is_open: Floats, lanes: Floats) -> SharePoint:
        """Return a point at which what is hardly open is closed."""
        shares = (np.where(share > _OPEN, np.minimum(share, 1.0), 0.0) for share in (is_open, lanes))
        return cls(*shares)

    def tobytes(self) -> bytes:
        """Return what tells points apart."""
        return self.is_open.tobytes() + self.lanes.tobytes()

    def gates(self, airport: int | NDArray[np.intp]) -> Floats:
        """Return how open the gates of airports are, or of freight between cities, shape (..., sites)."""
        return np.append(self.lanes, self.is_open[None], axis=0)[airport]


@dataclass(frozen=True)
class Served:
    """What freight costs over a point, prices not included, and what it takes.

    Parameters
    ----------
    cost
        EUR/year, shape (parts,).
    taken
        Of each activity, t/year, shape (parts, activities).
    paid
        What the last tonne of each flow costs at the prices, EUR/t; for each group.
    """

    cost: Floats
    taken: Floats
    paid: tuple[Floats, ...]


@dataclass(frozen=True)
class GateCuts:
    """Rows ``theta_p - sum_c pay_pc a_pc >= const_p - sum_g gate_pg l_ag - sum_e hub_pe y_e``, one for each part p.

    ``a_pc`` is what the part takes of activity c, and a its airport. Cuts on shortage alone have no theta: see
    ``ShortageCuts``.

    Parameters
    ----------
    prices
        Of the rows, from which ``pay`` is, EUR/t, shape (rows,).
    const
        EUR/year, shape (parts,).
    pay
        EUR/t, shape (parts, activities).
    gate, hub
        EUR/year, shape (parts, sites).
    is_on_cost
        Whether there is a theta; without one, t/year stand for EUR/year.
    """

    prices: Floats
    const: Floats
    pay: Floats
    gate: Floats
    hub: Floats
    is_on_cost: bool = True


class GateOracle:
    """Serves freight over points, and cuts there.

    Parameters
    ----------
    freight, rows
        In parts, and what couples them.
    dearest
        What leaving a flow behind costs, EUR/year; more than a plan worth having.
    state
        Clock and threads.
    """

    def __init__(self, freight: FreightParts, rows: CouplingRows, dearest: float, state: SearchState) -> None:
        self.freight, self.rows, self._dearest, self._state = freight, rows, dearest, state
        self._loops = load_compiled("partly_gated", state.notify)

    @property
    def least(self) -> Floats:
        """What each part costs at least, EUR/year, shape (parts,)."""
        return np.concatenate([one.least for one in self.freight.groups])

    def close_all_but(self, sites: NDArray[np.intp]) -> None:
        """Close the other sites for good."""
        self.freight = self.freight.over(sites)

    def without_costs(self) -> GateOracle:
        """Return an oracle of the freight at hand where no route costs anything, and prices are in t/t."""
        dearest = _LEFT_BEHIND * float(self.freight.volume.sum())
        return GateOracle(self.freight.without_costs(), self.rows, dearest, self._state)

    def served(self, point: SharePoint, prices: Floats) -> Served:
        """Serve freight over a point at prices of the rows.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        freight, pay = self.freight, self.rows.pay(prices)
        value, taken = np.zeros(freight.parts), np.zeros((freight.parts, self.rows.activities))
        paid = tuple(np.empty(len(one.flows.volume)) for one in freight.groups)

        def fill(number: int) -> None:
            one, own = freight.groups[number], freight.slices[number]
            legs, flows, raised = self._priced(one, pay[own.start])
            self._loops.served_partly(
                legs, one.emissions, flows, point.gates(one.airport), point.is_open, self._left_behind(one, raised),
                one.is_first, self.rows.counts_last, value[own], taken[own], paid[number],
            )  # fmt: skip
            entering = slice(FIRST * freight.sites, (FIRST + 1) * freight.sites)
            value[own] += (pay[own] * taken[own]).sum(axis=1) - raised * taken[own, entering].sum(axis=1)
            paid[number][:] -= raised

        for_each(range(len(freight.groups)), fill, self._state)
        return Served(value, taken, paid)

    def cuts(self, point: SharePoint, prices: Floats, salt: int) -> GateCuts:
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
        freight, shape = self.freight, (self.freight.parts, self.freight.sites)
        found = GateCuts(prices, np.zeros(freight.parts), self.rows.pay(prices), np.zeros(shape), np.zeros(shape))

        def fill(number: int) -> None:
            one, own = freight.groups[number], freight.slices[number]
            legs, flows, raised = self._priced(one, found.pay[own.start])
            self._loops.gate_cuts(
                legs, flows, point.gates(one.airport), point.is_open, self._left_behind(one, raised), salt % 2 == 0,
                found.const[own], found.gate[own], found.hub[own],
            )  # fmt: skip
            found.const[own] -= raised * one.volume
            if one.airport == NO_AIRPORT:
                found.hub[own] += found.gate[own]
                found.gate[own] = 0.0

        for_each(range(len(freight.groups)), fill, self._state)
        return found

    def _left_behind(self, one: FreightGroup, raised: float) -> float:
        """Return what leaving a flow behind costs where all legs are raised, EUR/year."""
        return self._dearest + raised * float(one.flows.volume.max())

    def _priced(self, one: FreightGroup, pay: Floats) -> tuple[GateLegs, GateFlows, float]:
        """Return legs and flows at what activities are paid, raised alike so that none costs less; and by what."""
        legs, flows = self._at(one, pay)
        below = [
            float(np.max(old - new, initial=0.0, where=old < ABSENT))
            for old, new in ((one.legs.lane, legs.lane), (one.legs.far, legs.far))
        ]
        lane, far = (
            np.where(leg < ABSENT, leg + more, ABSENT) for leg, more in zip((legs.lane, legs.far), below, strict=True)
        )
        return legs._replace(lane=lane, far=far), flows, sum(below)

    def _at(self, one: FreightGroup, pay: Floats) -> tuple[GateLegs, GateFlows]:
        """Return legs and flows at what activities are paid, EUR/t, shape (activities,)."""
        at_gate, entering, lifted = pay[: HUB_ROWS * self.freight.sites].reshape(HUB_ROWS, -1)[[GATE, FIRST, LIFTED]]
        carbon, late = -pay[HUB_ROWS * self.freight.sites], -pay[HUB_ROWS * self.freight.sites + 1 :]
        lane, step, far = (leg.copy() for leg in one.legs[:3])
        lane -= at_gate
        if one.is_first:
            lane -= entering + lifted
        else:
            far -= entering + lifted
        if lifted.any():
            # The last hub: it lifts what it has not collected.
            handed = np.broadcast_to(-self.rows.counts_last * lifted, step.shape)
            more = handed if one.is_first else handed.T
            step += np.where(np.eye(len(lane), dtype=bool), 0.0, more)
        if carbon > 0.0:
            lane, step, far = (
                leg + carbon * emitted for leg, emitted in zip((lane, step, far), one.emissions, strict=True)
            )
        lane, step, far = (
            np.ascontiguousarray(np.where(old < ABSENT, new, ABSENT))
            for old, new in zip(one.legs[:3], (lane, step, far), strict=True)
        )
        flows, group = one.flows, one.flows.group
        if late.any():
            due = np.where(group >= 0, late[0] + np.where(group > 0, late[np.maximum(group, 0)], 0.0), 0.0)
            flows = flows._replace(penalty=flows.penalty + due)
        return one.legs._replace(lane=lane, step=step, far=far), flows

    def margins(self, airport: int, served: Served, point: SharePoint, prices: Floats) -> tuple[Floats, Floats]:
        """Return by how much a tonne that fills lanes of an airport is dearer over closed lanes, and how much it is.

        The first is in EUR/t, shape (sites, flows), infinite at open lanes; the other in t/year, shape (flows,).
        """
        freight, pay = self.freight, self.rows.pay(prices)
        fills = [n for n, one in enumerate(freight.groups) if one.airport == airport and one.fills_lane]
        ends = np.cumsum([0, *(len(freight.groups[n].flows.volume) for n in fills)])
        volume = np.concatenate([freight.groups[n].flows.volume for n in fills])
        closed = np.flatnonzero(point.lanes[airport] <= 0.0)
        margin, found = np.full((len(closed), len(volume)), np.inf), np.full((freight.sites, len(volume)), np.inf)
        for n, first, last in zip(fills, ends[:-1], ends[1:], strict=True):
            legs, flows = self._at(freight.groups[n], pay[freight.slices[n].start])
            self._loops.margins(legs, flows, served.paid[n], point.is_open, closed, np.arange(first, last), margin)
        found[closed] = margin
        return found, volume
