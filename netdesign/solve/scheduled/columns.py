"""Columns of a set of hubs: modes of city legs, and shares of routes with them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.gate_routes import gate_routes
from netdesign.solve.scheduled.lanes import lanes_of
from netdesign.solve.scheduled.modes import city_modes
from netdesign.solve.scheduled.shared_legs import hour_limits, shared_legs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.scheduled.choice_bounds import ChoiceBounds
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.gate_routes import GateRoutes
    from netdesign.solve.scheduled.lanes import Lane
    from netdesign.solve.scheduled.modes import Modes
    from netdesign.solve.scheduled.shared_legs import Departures, SharedLegs


@dataclass(frozen=True)
class ShareColumns:
    """Shares of entries on routes as columns, as policies read them; each belongs to a mode of its party.

    Parameters
    ----------
    entry, mode
        Positions of entries, and of modes among those of the set.
    gate
        Site of the gate.
    commodity, first_hub, last_hub, time_h, co2e, is_late
        As in ``CandidateRoutes``; t CO2e/t without what the vehicles of cities emit, and of other vehicles where
        these are choices.
    cost
        EUR/year of the whole entry on the route, beside departures that are choices.
    legs, limit_h
        Lane and inter-hub leg among the shared ones, ``NONE`` where no departures are chosen there, and the most hours
        over the least that they may take; shape (2, columns).
    """

    entry: Positions
    mode: Positions
    gate: Positions
    commodity: Positions
    first_hub: Positions
    last_hub: Positions
    time_h: Floats
    co2e: Floats
    is_late: NDArray[np.bool_]
    cost: Floats
    legs: NDArray[np.intp]
    limit_h: Floats

    def __getitem__(self, kept: NDArray[np.bool_]) -> ShareColumns:
        return ShareColumns(**{name: values[..., kept] for name, values in vars(self).items()})


@dataclass(frozen=True)
class SetColumns:
    """What the columns of a set mean.

    Parameters
    ----------
    hubs
        Places in ``CityFreight.sites``.
    modes, shares
        Of the set.
    shared
        Choices of departures on inter-hub legs and lanes; None where these are priced as if full.
    """

    hubs: Positions
    modes: Modes
    shares: ShareColumns
    shared: SharedLegs | None = None

    def without(self, freight: CityFreight, lanes: set[Lane]) -> SetColumns:
        """Return the columns without routes over some lanes."""
        if not lanes:
            return self
        place, listed = lanes_of(freight, self.shares)
        is_kept = np.array([lane not in lanes for lane in listed], dtype=bool)
        return replace(self, shares=self.shares[is_kept[place]])

    def narrowed(self, is_kept: NDArray[np.bool_]) -> SetColumns:
        """Return the columns with some of the shares, and the modes that still have any."""
        has_share = np.zeros(len(self.modes), dtype=bool)
        has_share[self.shares.mode[is_kept]] = True
        shares = self.shares[is_kept]
        shares = replace(shares, mode=(np.cumsum(has_share) - 1)[shares.mode])
        return replace(self, modes=self.modes.chosen(has_share), shares=shares)


@dataclass(frozen=True)
class _Listed:
    """Routes in a list: entry, mode, places of gate and hub in the set; whether late, shared legs and their limits."""

    entry: Positions
    mode: Positions
    gate: Positions
    hub: Positions
    is_late: NDArray[np.bool_]
    legs: NDArray[np.intp]
    limit_h: Floats


def relaxed_columns(
    bounds: ChoiceBounds, freight: CityFreight, hubs: Positions, *, all_modes: bool = False
) -> SetColumns:
    """Return the columns of a set with inter-hub legs and lanes as if their vehicles were full and left at once.

    With ``all_modes`` also those are there that only what others wait for may make worth while.
    """
    every = city_modes(freight, places=hubs) if all_modes else bounds.modes
    modes = every.chosen(_permitted_modes(every, freight, hubs))
    routes = bounds.routes_over(hubs)
    mode, entry = entries_of_modes(freight, modes)
    hub = np.searchsorted(hubs, modes.site[mode])
    row, gate = np.nonzero(np.isfinite(routes.cost[entry, :, hub]))
    return columns_of_modes(freight, hubs, routes, modes, (entry[row], mode[row], gate))


def whole_columns(
    freight: CityFreight, relaxed: SetColumns, slack: float, departures: Departures | None = None
) -> SetColumns:
    """Return columns with choices of departures on inter-hub legs and lanes.

    Parameters
    ----------
    freight, relaxed
        All freight, and the columns as if vehicles there were full, with all modes.
    slack
        EUR/year that departures may cost over what the freight on them pays for full vehicles.
    departures
        As in ``shared_legs``.
    """
    hubs, modes, shares = relaxed.hubs, relaxed.modes, relaxed.shares
    routes = gate_routes(freight, freight.network, hubs)
    shared = shared_legs(freight, shares, slack, departures)
    gate = np.searchsorted(freight.sites[freight.gates_of(hubs)], shares.gate)
    hub = np.searchsorted(hubs, modes.site[shares.mode])
    left_h = routes.slack_h[shares.entry, gate, hub] - modes.extra_h[freight.way[shares.entry], shares.mode]
    cases, place = np.unique(np.concatenate((shared.on, left_h[None])), axis=1, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(place.ravel(), minlength=cases.shape[1]))
    parts = []
    for rows, (lane, between, hours) in zip(np.split(order, ends[:-1]), cases.T.tolist(), strict=True):
        legs = {way: int(leg) for way, leg in enumerate((lane, between)) if leg != NONE}
        for late, limits in hour_limits(shared, list(legs.values()), hours):
            limit = np.full((2, len(rows)), math.inf)
            limit[list(legs)] = np.array(limits)[:, None]
            parts.append((rows, np.full(len(rows), late), limit))
    if not parts:
        # No departures may carry any freight.
        return replace(relaxed.narrowed(np.zeros(len(shares.entry), dtype=bool)), shared=shared)
    which, is_late, limit = (np.concatenate(column, axis=-1) for column in zip(*parts, strict=True))
    listed = _Listed(
        shares.entry[which], shares.mode[which], gate[which], hub[which], is_late, shared.on[:, which], limit
    )
    return SetColumns(hubs, modes, _priced(freight, hubs, routes, modes, listed), shared)


def _priced(freight: CityFreight, hubs: Positions, routes: GateRoutes, modes: Modes, listed: _Listed) -> ShareColumns:
    """Return the permitted routes of a list with their prices."""
    kept = ~(listed.is_late & freight.is_hard[listed.entry])
    entry, mode, gate, hub = (values[kept] for values in (listed.entry, listed.mode, listed.gate, listed.hub))
    is_late, cell = listed.is_late[kept], (entry, gate, hub)
    gate_site, hub_site = freight.sites[freight.gates_of(hubs)[gate]], freight.sites[hubs[hub]]
    inbound = freight.is_inbound[entry]
    late = np.where(is_late, freight.penalty[entry], 0.0)
    return ShareColumns(
        entry=entry,
        mode=mode,
        gate=gate_site,
        commodity=freight.commodity[entry],
        first_hub=np.where(inbound, gate_site, hub_site),
        last_hub=np.where(inbound, hub_site, gate_site),
        time_h=routes.time_h[cell] + modes.extra_h[freight.way[entry], mode],
        co2e=routes.co2e[cell],
        is_late=is_late,
        cost=freight.volume[entry] * (routes.cost[cell] + late),
        legs=listed.legs[:, kept],
        limit_h=listed.limit_h[:, kept],
    )


def columns_of_modes(
    freight: CityFreight,
    hubs: Positions,
    routes: GateRoutes,
    modes: Modes,
    listed: tuple[Positions, Positions, Positions],
) -> SetColumns:
    """Return the columns of routes in a list: entry, mode and place of the gate in the set.

    Parameters
    ----------
    freight, hubs
        All freight, and places in ``CityFreight.sites``.
    routes, modes
        Routes over the hubs by place in the set, and the modes.
    listed
        Of permitted routes.
    """
    entry, mode, gate = listed
    hub = np.searchsorted(hubs, modes.site[mode])
    is_late = modes.extra_h[freight.way[entry], mode] > routes.slack_h[entry, gate, hub]
    nothing = np.full((2, len(entry)), NONE)
    every = _Listed(entry, mode, gate, hub, is_late, nothing, np.full(nothing.shape, np.inf))
    return SetColumns(hubs, modes, _priced(freight, hubs, routes, modes, every))


def choices_of(columns: SetColumns, values: Floats) -> tuple[Floats, Positions]:
    """Return the values of the shares, and the positions of the chosen modes."""
    shares = len(columns.shares.cost)
    return values[:shares], np.flatnonzero(values[shares : shares + len(columns.modes)] > 0.5)


def entries_of_modes(freight: CityFreight, modes: Modes) -> tuple[Positions, Positions]:
    """Return all pairs of a mode and an entry of its party, ordered by mode."""
    size = np.diff(np.append(freight.start, len(freight.party)))[modes.party]
    mode = np.repeat(np.arange(len(modes)), size)
    return mode, freight.start[modes.party[mode]] + np.arange(len(mode)) - np.repeat(np.cumsum(size) - size, size)


def _permitted_modes(modes: Modes, freight: CityFreight, hubs: Positions) -> NDArray[np.bool_]:
    """Return which modes the allocation permits over a set of hubs."""
    is_hub = np.zeros(len(freight.sites), dtype=bool)
    is_hub[hubs] = True
    permitted = is_hub[modes.site]
    if freight.instance.problem.route_hubs == 2:
        own = freight.own[modes.party]
        is_home = (own != NONE) & is_hub[own]
        permitted &= ~is_home | (own == modes.site)
    if freight.is_single and len(freight.parties):
        # The same hub both ways is the same pair.
        both = np.zeros(len(freight.parties), dtype=bool)
        for city in freight.cities:
            if city.both != NONE:
                both[[city.inbound, city.outbound]] = True
        permitted &= ~(both[modes.party] & freight.is_paired[freight.node[modes.party], modes.site])
    return permitted
