"""The program of a set of hubs: hub and departures of each city as binary choices, and the policies on freight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import FREIGHT, Counted, Policy
from netdesign.instance.policies.carbon import CarbonPolicy
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import SCALE
from netdesign.solve.scheduled.bounds import costs_of_modes
from netdesign.solve.scheduled.freight import IN, NONE, OUT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.policies import RouteRow
    from netdesign.solve.lp.builder import LinearProgram
    from netdesign.solve.scheduled.bounds import SetBounds
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.modes import Modes


@dataclass(frozen=True)
class ShareColumns:
    """Shares of entries on routes as columns, as policies read them; each belongs to a mode of its party.

    Parameters
    ----------
    entry, mode, gate
        Positions of entries and of modes among those of the set, and site of the gate.
    commodity, first_hub, last_hub, time_h, co2e, is_late
        As in ``CandidateRoutes``; hours and t CO2e/t without what the vehicles of cities take.
    cost
        EUR/year of the whole entry on the route, beside the mode.
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


@dataclass(frozen=True)
class SetColumns:
    """What the columns of a set mean: its hubs by place in ``CityFreight.sites``, modes of parties, shares of routes."""

    hubs: Positions
    modes: Modes
    shares: ShareColumns


@dataclass(frozen=True)
class SetProgram:
    """The program of a set of hubs.

    Parameters
    ----------
    program
        Columns: shares, then modes, then lanes, then what is short of minima.
    money
        EUR of one unit of the objective.
    """

    program: LinearProgram
    money: float


def set_columns(bounds: SetBounds, freight: CityFreight, hubs: NDArray[np.int32]) -> SetColumns:
    """Return the modes and routes of a set of hubs, by place in ``CityFreight.sites``.

    Inter-hub legs and lanes are priced as if their vehicles were full and left at once.
    """
    modes = bounds.modes.chosen(_permitted_modes(bounds.modes, freight, hubs))
    return SetColumns(np.asarray(hubs, dtype=np.intp), modes, _share_columns(bounds, freight, hubs, modes))


def set_program(freight: CityFreight, columns: SetColumns, fixed: float) -> SetProgram:
    """Return the program of a set, with all policies on freight in force.

    Where no freight is on an inter-hub leg or lane with a service, the program states the set exactly; otherwise it
    is a relaxation.

    Parameters
    ----------
    freight, columns
        All freight, none of which is beside, and the columns of the set.
    fixed
        Fixed cost of the hubs, EUR/year.
    """
    shares, modes = columns.shares, columns.modes
    money = max(float(shares.cost.max(initial=0.0)), float(modes.cost.max(initial=0.0)), 1.0) * len(freight.party) / SCALE
    builder = LpBuilder()
    share = builder.add_columns(np.zeros(len(shares.cost)), cost=shares.cost / money)
    chosen = builder.add_columns(np.zeros(len(modes)), 1.0, modes.cost / money, is_integer=True)
    _add_cities(builder, freight, modes, chosen)
    _add_links(builder, freight, columns, share, chosen)
    _add_lanes(builder, freight, shares, share)
    names = {freight.instance.sites[site].id for site in freight.sites[columns.hubs]}
    for policy in FREIGHT:
        if policy.NAME == Policy.CARBON:
            _add_carbon_cap(builder, freight, columns, share, chosen)
        elif policy.NAME != Policy.AIR_LANE:
            _add_policy(builder, policy.rows(freight.instance, shares), names, share, money)
    return SetProgram(replace(builder.program(), offset=fixed / money), money)


def _permitted_modes(modes: Modes, freight: CityFreight, hubs: NDArray[np.int32]) -> NDArray[np.bool_]:
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


def _share_columns(bounds: SetBounds, freight: CityFreight, hubs: NDArray[np.int32], modes: Modes) -> ShareColumns:
    routes = bounds.routes.through(hubs)
    mode, entry = entries_of_modes(freight, modes)
    cost = costs_of_modes(freight, routes, entry, modes.chosen(mode))
    row, gate = np.nonzero(np.isfinite(cost))
    entry, mode, site = entry[row], mode[row], modes.site[mode[row]]
    extra = modes.extra_h[freight.way[entry], mode]
    gate_site, hub_site = freight.sites[hubs[gate]], freight.sites[site]
    inbound = freight.is_inbound[entry]
    slack = routes.slack_h[entry, gate, site]
    return ShareColumns(
        entry=entry,
        mode=mode,
        gate=gate_site,
        commodity=freight.commodity[entry],
        first_hub=np.where(inbound, gate_site, hub_site),
        last_hub=np.where(inbound, hub_site, gate_site),
        time_h=routes.time_h[entry, gate, site] + extra,
        co2e=routes.co2e[entry, gate, site],
        is_late=extra > slack,
        cost=cost[row, gate],
    )


def entries_of_modes(freight: CityFreight, modes: Modes) -> tuple[Positions, Positions]:
    """Return all pairs of a mode and an entry of its party, ordered by mode."""
    size = np.diff(np.append(freight.start, len(freight.party)))[modes.party]
    mode = np.repeat(np.arange(len(modes)), size)
    return mode, freight.start[modes.party[mode]] + np.arange(len(mode)) - np.repeat(np.cumsum(size) - size, size)


def _add_cities(builder: LpBuilder, freight: CityFreight, modes: Modes, chosen: Positions) -> None:
    """State that each city has one hub each way, and one choice of departures there."""
    row_of = np.full((2, len(freight.parties)), NONE)
    rows = 0
    for city in freight.cities:
        for alone in (city.inbound, city.outbound):
            if alone != NONE:
                row_of[0, alone] = rows
                if city.both != NONE:
                    row_of[int(alone == city.outbound), city.both] = rows
                rows += 1
    first = builder.add_rows(rows, 1.0, 1.0)
    for of_way in row_of:
        row = of_way[modes.party]
        has = row != NONE
        builder.enter(first[row[has]], chosen[has])
    by_pair: dict[tuple[int, int], list[int]] = {}
    for position, pair in enumerate(zip(modes.party.tolist(), modes.site.tolist(), strict=True)):
        by_pair.setdefault(pair, []).append(position)
    for city in freight.cities:
        if NONE in (city.inbound, city.outbound) or not (freight.is_single or city.both != NONE):
            continue
        for site in range(len(freight.sites)):
            there, back = (chosen[by_pair.get((one, site), [])] for one in (city.inbound, city.outbound))
            if freight.is_single:
                if len(there) or len(back):
                    values = np.append(np.ones(len(there)), -np.ones(len(back)))
                    builder.add_row(np.append(there, back), values, 0.0, 0.0)
            elif city.both != NONE and freight.is_paired[freight.node[city.both], site] and len(there) and len(back):
                both = chosen[by_pair.get((city.both, site), [])]
                columns = np.concatenate((there, back, both))
                builder.add_row(columns, np.ones(len(columns)), -np.inf, 1.0)


def _add_links(
    builder: LpBuilder, freight: CityFreight, columns: SetColumns, share: Positions, chosen: Positions
) -> None:
    """State that the shares of an entry with a mode of its party add up to the choice of the mode."""
    shares, entries = columns.shares, len(freight.party)
    # A row for every pair, as a mode on which an entry has no route is no choice.
    mode, entry = entries_of_modes(freight, columns.modes)
    rows = builder.add_rows(len(mode), 0.0, 0.0)
    place = np.searchsorted(mode * entries + entry, shares.mode * entries + shares.entry)
    builder.enter(rows[place], share)
    builder.enter(rows, chosen[mode], -1.0)


def _add_lanes(builder: LpBuilder, freight: CityFreight, shares: ShareColumns, share: Positions) -> None:
    """State that a lane carries nothing, or at least its minimum, where that is in force."""
    instance = freight.instance
    policy = instance.policies.air_lane
    if policy is None:
        return
    commodities, sites = instance.commodities, len(instance.sites)
    inbound = freight.is_inbound[shares.entry]
    overseas = np.where(inbound, commodities.origin[shares.commodity], commodities.destination[shares.commodity])
    lanes, lane = np.unique(overseas * sites + shares.gate, return_inverse=True)
    is_open = builder.add_columns(np.zeros(len(lanes)), 1.0, is_integer=True)
    groups, group = np.unique(shares.entry * len(lanes) + lane, return_inverse=True)
    rows = builder.add_rows(len(groups), -np.inf, 0.0)
    builder.enter(rows[group], share)
    builder.enter(rows, is_open[groups % len(lanes)], -1.0)
    if policy.tonnes_per_year > 0:
        counted = {Counted.INBOUND: inbound, Counted.OUTBOUND: ~inbound, Counted.ALL: np.ones_like(inbound)}[policy.counts]
        minima = builder.add_rows(len(lanes), 0.0, np.inf)
        volume = freight.volume[shares.entry[counted]] / policy.tonnes_per_year
        builder.enter(minima[lane[counted]], share[counted], volume)
        builder.enter(minima, is_open, -1.0)


def _add_policy(builder: LpBuilder, rows: list[RouteRow], hubs: set[str], share: Positions, money: float) -> None:
    for row in rows:
        if row.hub_weight and row.name not in hubs:
            continue
        columns, values = share[row.routes], row.weights
        if row.relief is not None:
            short = builder.add_columns(np.zeros(1), 1.0, row.relief / money)
            columns, values = np.append(columns, short), np.append(values, 1.0)
        builder.add_row(columns, values, row.least - row.hub_weight, row.most - row.hub_weight)


def _add_carbon_cap(
    builder: LpBuilder, freight: CityFreight, of_set: SetColumns, share: Positions, chosen: Positions
) -> None:
    shares, modes = of_set.shares, of_set.modes
    for limit in CarbonPolicy().limits(freight.instance):
        by_tonne = limit.weight[shares.commodity] * shares.co2e
        columns, values = np.append(share, chosen), np.append(by_tonne, modes.co2e) / limit.scale
        builder.add_row(columns, values, -np.inf, limit.most / limit.scale)
