"""The program of a set of hubs: hub and departures of each city as binary choices, and the policies on freight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import FREIGHT, Policy
from netdesign.instance.policies.carbon import CarbonPolicy
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.policy_rows import add_policy_rows
from netdesign.solve.lp.session import SCALE
from netdesign.solve.scheduled.columns import entries_of_modes
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.hub_links import SetLinks
from netdesign.solve.scheduled.hub_room import add_room
from netdesign.solve.scheduled.lanes import counts, lane_minimum, lanes_of
from netdesign.solve.scheduled.least_departures import least_departures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.network.services import LegPlace
    from netdesign.solve.lp.builder import LinearProgram
    from netdesign.solve.scheduled.columns import SetColumns, ShareColumns
    from netdesign.solve.scheduled.freight import CityFreight, Positions
    from netdesign.solve.scheduled.hub_room import HubRoom, RoomRows
    from netdesign.solve.scheduled.lanes import Lane
    from netdesign.solve.scheduled.modes import Modes

_PARTS = 4.0
"""Units in the least that a choice of departures carries: what HiGHS takes for rounding is then for the referee too."""


@dataclass(frozen=True)
class SetProgram:
    """The program of a set of hubs.

    Parameters
    ----------
    program
        Columns: shares, then modes, then departures on shared legs and hub links, then what is short of minima and of
        least departures, then what others handle and what is over on peak days.
    money
        EUR of one unit of the objective.
    coupling
        First of the rows that couple cities; those before state what each takes by itself.
    room
        Rows of what hubs lift; None where that is not limited.
    """

    program: LinearProgram
    money: float
    coupling: int
    room: RoomRows | None


def set_program(
    freight: CityFreight,
    columns: SetColumns,
    fixed: float,
    lanes: Mapping[Lane, bool],
    legs: Mapping[LegPlace, bool],
    room: HubRoom | None = None,
) -> SetProgram:
    """Return the program of a set, with all policies on freight in force.

    Of lanes only those that are settled to be in service carry their minimum: others may carry less, so that there the
    program is a relaxation. Where vehicles on shared legs count as full, services that are settled to be in use pay for
    their least departures at least, and for their hub links.

    Where departures on inter-hub legs and lanes are choices, or no freight is on one with a service, the program
    states the set exactly; otherwise it is a relaxation.

    Parameters
    ----------
    freight, columns
        All freight, none of which is beside, and the columns of the set.
    fixed
        Fixed cost of the hubs, EUR/year.
    lanes, legs
        Whether lanes and shared services are in use, where that is settled; the columns have no routes over those that
        are not.
    room
        What the hubs lift; None for all that there is.
    """
    shares, modes = columns.shares, columns.modes
    money = (
        max(float(shares.cost.max(initial=0.0)), float(modes.cost.max(initial=0.0)), 1.0) * len(freight.party) / SCALE
    )
    builder = LpBuilder()
    share = builder.add_columns(np.zeros(len(shares.cost)), cost=shares.cost / money)
    chosen = builder.add_columns(np.zeros(len(modes)), 1.0, modes.cost / money, is_integer=True)
    add_cities(builder, freight, modes, chosen)
    _add_links(builder, freight, columns, share, chosen)
    coupling = builder.rows
    in_use = {leg for leg, is_used in legs.items() if is_used}
    of_services = _add_shared(builder, freight, columns, share, in_use, money)
    departures = np.concatenate([*of_services, np.empty(0, dtype=np.intp)])
    links = SetLinks.of(freight.instance, freight.sites[columns.hubs])
    if columns.shared is None:
        fixed += links.due(in_use)
    else:
        links.add(builder, columns.shared.services, of_services, money)
    _add_least_departures(builder, freight, columns, share, in_use, money)
    _add_lane_minima(builder, freight, shares, share, {lane for lane, is_open in lanes.items() if is_open})
    names = {freight.instance.sites[site].id for site in freight.sites[columns.hubs]}
    for policy in FREIGHT:
        if policy.NAME == Policy.CARBON:
            _add_carbon_cap(builder, freight, columns, (share, chosen, departures))
        elif policy.NAME != Policy.AIR_LANE:
            add_policy_rows(builder, policy.rows(freight.instance, shares), names, share, money)
    rows = None if room is None else add_room(builder, freight, columns, share, room, money)
    return SetProgram(replace(builder.program(), offset=fixed / money), money, coupling, rows)


def add_cities(builder: LpBuilder, freight: CityFreight, modes: Modes, chosen: Positions) -> None:
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
    sites = np.unique(modes.site).tolist()
    for city in freight.cities:
        if NONE in (city.inbound, city.outbound) or not (freight.is_single or city.both != NONE):
            continue
        for site in sites:
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


def _add_lane_minima(
    builder: LpBuilder, freight: CityFreight, shares: ShareColumns, share: Positions, in_service: set[Lane]
) -> None:
    """State that lanes in service carry their minimum."""
    least = lane_minimum(freight.instance)
    place, lanes = lanes_of(freight, shares)
    counted = counts(freight, shares)
    for lane in in_service if least > 0 else ():
        members = (
            np.flatnonzero((place == lanes.index(lane)) & counted) if lane in lanes else np.empty(0, dtype=np.intp)
        )
        builder.add_row(share[members], freight.volume[shares.entry[members]] / least, 1.0, np.inf)


def _add_least_departures(
    builder: LpBuilder, freight: CityFreight, columns: SetColumns, share: Positions, in_use: set[LegPlace], money: float
) -> None:
    """State what shared services in use pay beyond full vehicles, where their departures are no choices."""
    if not in_use or columns.shared is not None:
        return
    least = least_departures(freight, columns.shares)
    for leg in in_use:
        if leg not in least.names:
            # No route is left that uses it.
            builder.add_row(share[:0], np.empty(0), 1.0, np.inf)
            continue
        service = least.names.index(leg)
        whole = float(least.cost[service]) or 1.0
        way, members = np.nonzero(least.service_on == service)
        short = builder.add_columns(np.zeros(1), 1.0, least.cost[service] / money)
        paid = least.paid[way, members] / whole
        builder.add_row(np.append(share[members], short), np.append(paid, 1.0), 1.0, np.inf)


def _add_shared(
    builder: LpBuilder, freight: CityFreight, columns: SetColumns, share: Positions, in_use: set[LegPlace], money: float
) -> list[Positions]:
    """State that departures on shared legs are due where freight is, carry it, and are as fast as it counts on.

    Services in use have some in any case. Return the columns of each service.
    """
    shared, shares = columns.shared, columns.shares
    of_service: list[Positions] = []
    if shared is None:
        return of_service
    for service in shared.services:
        choices = builder.add_columns(np.zeros(len(service.cost)), 1.0, service.cost / money, is_integer=True)
        builder.add_row(choices, np.ones(len(choices)), 1.0 if service.ways[0] in in_use else -np.inf, 1.0)
        of_service.append(choices)
    for leg, (number, _) in enumerate(shared.legs):
        service, choices, hours = shared.services[number], of_service[number], shared.hours(leg)
        on = [np.flatnonzero(legs == leg) for legs in shares.legs]
        members, limit = np.concatenate(on), np.concatenate([h[own] for h, own in zip(shares.limit_h, on, strict=True)])
        if not len(members):
            continue
        order = np.lexsort((limit, shares.entry[members]))
        members, limit = members[order], limit[order]
        starts = np.flatnonzero(np.append(True, np.diff(shares.entry[members]) != 0))
        for start, end in zip(starts, np.append(starts[1:], len(members)), strict=True):
            own = limit[start:end]
            for most in np.unique(own):
                within, fast = members[start:end][own <= most], choices[hours <= most]
                values = np.append(np.ones(len(within)), -np.ones(len(fast)))
                builder.add_row(np.append(share[within], fast), values, -np.inf, 0.0)
        if len(choices):
            # No more counts than all freight that may pass.
            most_t = float(freight.instance.commodities.volume[np.unique(shares.commodity[members])].sum())
            carried = np.minimum(service.tonnes, most_t)
            unit = float(carried.min()) / _PARTS or 1.0
            values = np.append(freight.volume[shares.entry[members]], -carried) / unit
            builder.add_row(np.append(share[members], choices), values, -np.inf, 0.0)
    return of_service


def _add_carbon_cap(
    builder: LpBuilder,
    freight: CityFreight,
    of_set: SetColumns,
    columns: tuple[Positions, Positions, Positions],
) -> None:
    shares, services = of_set.shares, [] if of_set.shared is None else of_set.shared.services
    by_vehicles = [of_set.modes.co2e, *(service.co2e for service in services)]
    for limit in CarbonPolicy().limits(freight.instance):
        emitted = np.concatenate((limit.weight[shares.commodity] * shares.co2e, *by_vehicles))
        builder.add_row(np.concatenate(columns), emitted / limit.scale, -np.inf, limit.most / limit.scale)
