"""The program of a set of hubs whose departures between hubs are settled: freight in groups, and modes of cities.

Entries of one airport, way and late penalty over one hub of their cities, which are late over the same gates, pay the
same more for each gate than for another. So their freight is one flow over each gate: the program has as many columns
as modes, and a few for each group. It states the same as that of single entries, whose shares follow from its flows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.city_choices import BY_HUB, BY_LANE, KINDS
from netdesign.solve.coupled.rows import DEAREST
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import SCALE
from netdesign.solve.scheduled.columns import entries_of_modes
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.set_program import add_cities

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from netdesign.network.services import LegPlace
    from netdesign.solve.coupled.rows import Minima
    from netdesign.solve.lp.builder import LinearProgram
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.compiled_bounds import CompiledBounds
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.lanes import Lanes
    from netdesign.solve.scheduled.shared_legs import SharedLegs

_LEAST_T = 1e-9
"""Freight of no volume pays nothing for a tonne."""

_BITS = 62
"""Gates that are told apart by one number."""


@dataclass(frozen=True)
class FreightGroups:
    """The freight of a set in groups.

    Parameters
    ----------
    cell
        Pair of a mode and an entry of its party of each share, as ``entries_of_modes`` lists them.
    mode, entry
        Of each pair.
    of_cell
        Group of each pair, ``NONE`` where the entry has no route.
    share, gate, group
        Of each flow, one for each gate of a group: a share that takes it, the place of the gate in the set, and the
        group.
    flow
        Of each share, the one that it is a part of.
    """

    cell: Positions
    mode: Positions
    entry: Positions
    of_cell: Positions
    share: Positions
    gate: Positions
    group: Positions
    flow: Positions


@dataclass(frozen=True)
class GroupedProgram:
    """The program of a set in groups.

    Parameters
    ----------
    program
        Columns: modes, then flows, then what is short of minima.
    money
        EUR of one unit of the objective.
    """

    program: LinearProgram
    money: float
    _columns: SetColumns
    _groups: FreightGroups

    def values_of_columns(self, values: Floats) -> Floats:
        """Return the values of shares, modes and departures that values of this program stand for."""
        groups, modes, shared = self._groups, len(self._columns.modes), self._columns.shared
        chosen = values[:modes]
        flow = np.maximum(values[modes : modes + len(groups.share)], 0.0)
        total = np.bincount(groups.group, flow, int(groups.group.max(initial=-1)) + 1)
        # A group without freight takes its first gate.
        is_first = np.append(True, np.diff(groups.group) != 0)
        part = np.where(is_first, 1.0, 0.0)
        np.divide(flow, total[groups.group], out=part, where=total[groups.group] > 0.0)
        share = part[groups.flow] * chosen[groups.mode[groups.cell]]
        return np.concatenate((share, chosen, np.ones(0 if shared is None else len(shared.services))))


def is_settled(shared: SharedLegs | None, in_use: Collection[LegPlace]) -> bool:
    """Return whether each service on some legs has one choice of departures, and no other service has any."""
    services = [] if shared is None else shared.services
    is_certain = all(len(service.cost) == 1 for service in services)
    return is_certain and {way for service in services for way in service.ways} == set(in_use)


def grouped_program(
    freight: CityFreight, columns: SetColumns, bounds: CompiledBounds, fixed: float, lanes: Lanes
) -> GroupedProgram:
    """Return the program of a set in groups.

    Parameters
    ----------
    freight, columns
        All freight, and the columns of the set with departures between hubs, all of which leave.
    bounds
        Labels of the freight, and what lanes and hubs have to get.
    fixed
        Fixed cost of the hubs, EUR/year.
    lanes
        Whether lanes are in service, where that is settled; the columns have no routes over those that are not.
    """
    shares, modes, groups = columns.shares, columns.modes, _groups(freight, columns, bounds.label)
    builder, unit = LpBuilder(), max(float(freight.volume.mean()), 1.0)
    per_t = shares.cost / np.maximum(freight.volume[shares.entry], _LEAST_T)
    first = np.zeros(int(groups.group.max(initial=-1)) + 1, dtype=np.intp)
    first[groups.group[::-1]] = np.arange(len(groups.group))[::-1]
    # What each pair pays over the first gate of its group is in the cost of its mode.
    base = np.zeros(len(groups.mode))
    is_first = groups.flow == first[groups.group[groups.flow]]
    base[groups.cell[is_first]] = shares.cost[is_first]
    cost = modes.cost + np.bincount(groups.mode, base, len(modes))
    more = per_t[groups.share] - per_t[groups.share[first[groups.group]]]
    money = max(float(cost.max(initial=0.0)), 1.0) * len(freight.party) / SCALE
    is_whole = np.bincount(groups.mode[groups.of_cell == NONE], minlength=len(modes)) == 0
    chosen = builder.add_columns(np.zeros(len(modes)), is_whole.astype(np.float64), cost / money, is_integer=True)
    flow = builder.add_columns(np.zeros(len(more)), cost=more * unit / money)
    add_cities(builder, freight, modes, chosen)
    balance = builder.add_rows(len(first), 0.0, 0.0)
    builder.enter(balance[groups.group], flow)
    # Entries of one party may be of one group.
    pair = np.where(groups.of_cell == NONE, NONE, groups.of_cell * len(modes) + groups.mode)
    pairs, place = np.unique(pair, return_inverse=True)
    weight = np.bincount(place.ravel(), freight.volume[groups.entry], len(pairs)) / unit
    has_group = pairs != NONE
    of_group, of_mode = np.divmod(pairs[has_group], max(len(modes), 1))
    builder.enter(balance[of_group], chosen[of_mode], -weight[has_group])
    kind = bounds.kind[shares.entry[groups.share]]
    _add_lanes(builder, columns, bounds, (kind, groups.gate, flow), unit, lanes, freight)
    _add_hubs(builder, columns, bounds.minima, (kind, groups.gate, flow), unit, money)
    beside = _add_departures(builder, columns, groups, flow, unit)
    return GroupedProgram(replace(builder.program(), offset=(fixed + beside) / money), money, columns, groups)


def _groups(freight: CityFreight, columns: SetColumns, label: Positions) -> FreightGroups:
    shares, entries = columns.shares, len(freight.party)
    mode, entry = entries_of_modes(freight, columns.modes)
    cell = np.searchsorted(mode * entries + entry, shares.mode * entries + shares.entry)
    gate = np.searchsorted(freight.sites[columns.hubs], shares.gate)
    has_route, is_late = _bits(cell, gate, len(mode)), _bits(cell[shares.is_late], gate[shares.is_late], len(mode))
    # Of no volume nothing can be learned about what a tonne pays.
    has_freight = (freight.volume[entry] > 0.0).astype(np.intp)
    keys = np.vstack((label[entry], has_freight, columns.modes.site[mode], has_route, is_late))
    of_cell = np.full(len(mode), NONE)
    routed = np.flatnonzero(has_route.any(axis=0))
    of_cell[routed] = np.unique(keys[:, routed], axis=1, return_inverse=True)[1].ravel()
    hubs = len(columns.hubs)
    found, share, flow = np.unique(of_cell[cell] * hubs + gate, return_index=True, return_inverse=True)
    return FreightGroups(cell, mode, entry, of_cell, share, found % hubs, found // hubs, flow.ravel())


def _bits(row: Positions, place: Positions, rows: int) -> NDArray[np.int64]:
    """Return which places each row has, as bits of a few numbers, shape (numbers, rows)."""
    number, bit = np.divmod(place, _BITS)
    found = np.zeros((int(number.max(initial=0)) + 1, rows), dtype=np.int64)
    np.bitwise_or.at(found.ravel(), number * rows + row, np.left_shift(1, bit))
    return found


def _add_lanes(
    builder: LpBuilder,
    columns: SetColumns,
    bounds: CompiledBounds,
    flows: tuple[Positions, Positions, Positions],
    unit: float,
    lanes: Lanes,
    freight: CityFreight,
) -> None:
    """State that lanes in service carry their minimum."""
    (kind, gate, flow), least = flows, bounds.minima.lane
    sites, airports = freight.sites[columns.hubs].tolist(), bounds.airports.tolist()
    for (airport, site), is_open in lanes.items():
        if is_open and least > 0.0:
            is_on = (kind // KINDS == airports.index(airport)) & (kind & BY_LANE > 0) & (gate == sites.index(site))
            builder.add_row(flow[is_on], np.full(int(is_on.sum()), unit / least), 1.0, np.inf)


def _add_hubs(
    builder: LpBuilder,
    columns: SetColumns,
    minima: Minima,
    flows: tuple[Positions, Positions, Positions],
    unit: float,
    money: float,
) -> None:
    """State what has to enter at hubs, or is paid for."""
    kind, gate, flow = flows
    for place, hub in enumerate(columns.hubs.tolist()):
        due, highest = float(minima.hub[hub]), float(minima.highest[hub])
        if due > 0.0:
            is_in = (kind & BY_HUB > 0) & (gate == place)
            own, values = flow[is_in], np.full(int(is_in.sum()), unit / due)
            if highest < DEAREST:
                own = np.append(own, builder.add_columns(np.zeros(1), 1.0, highest * due / money))
                values = np.append(values, 1.0)
            builder.add_row(own, values, 1.0, np.inf)


def _add_departures(
    builder: LpBuilder, columns: SetColumns, groups: FreightGroups, flow: Positions, unit: float
) -> float:
    """State that departures between hubs carry their freight; return what these cost, EUR/year."""
    shared = columns.shared
    if shared is None:
        return 0.0
    for leg, (number, _) in enumerate(shared.legs):
        is_on = (columns.shares.legs[:, groups.share] == leg).any(axis=0)
        tonnes = float(shared.services[number].tonnes[0])
        builder.add_row(flow[is_on], np.full(int(is_on.sum()), unit / tonnes), -np.inf, 1.0)
    return sum(float(service.cost[0]) for service in shared.services)
