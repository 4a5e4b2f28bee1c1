"""Links of one set of hubs where each city has one of them: branches, bounded by prices between cities."""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.hub_links import connect
from netdesign.solve.kernels.hub_room import room_of_set
from netdesign.solve.kernels.link_branches import (
    FREE,
    LEFT_OUT,
    count_links,
    fits,
    join_links,
    link_room,
    next_depth,
    note_choice,
)
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.set_allocation import ascend
from netdesign.solve.kernels.set_tables import fill_tables
from netdesign.solve.kernels.types import (
    city_pairs,
    compiled,
    cube,
    flows,
    hub_room,
    hub_set,
    hub_sets,
    inlined,
    legs,
    matrix,
    number,
    place,
    places,
    statuses,
    tables,
    vector,
)


@inlined
def _first_free(status, cost):
    """Return the first link that is free, -1 where none is, and what all free ones cost, EUR/year."""
    first, total = -1, 0.0
    for e in range(len(status)):
        if status[e] == FREE:
            total += cost[e]
            if first < 0:
                first = e
    return first, total


@inlined
def _owed(status, cost, number_owed):
    """Return what so many of the free links cost at least, EUR/year."""
    if number_owed <= 0:
        return 0.0
    costs = np.sort(cost[status == FREE])
    return costs[:number_owed].sum()


@inlined
def _fill_between(hub, way, between):
    """Fill in what it costs from hub to hub where both are of the set, shape (sites, sites)."""
    for a in range(len(hub)):
        for b in range(len(hub)):
            between[hub[a], hub[b]] = way[a, b]


@inlined
def _join_all(straight, hub, most_on_a_route, way, longer, row, between):
    """Fill in what it costs from hub to hub of a set with all its links; ``way``, ``longer``, ``row`` overwritten."""
    for a in range(len(hub)):
        for b in range(len(hub)):
            way[a, b] = straight[hub[a], hub[b]]
    connect(way, most_on_a_route, longer, row)
    _fill_between(hub, way, between)


@compiled(nb.void(matrix, hub_set, place, matrix))
def join_all(straight, hub, most_on_a_route, between):
    """Fill in what it costs from hub to hub of one set with all its links.

    Parameters
    ----------
    straight, most_on_a_route
        As of ``bound_linked_sets``.
    hub
        Ascending positions, shape (hubs,).
    between
        Filled where both ends are of the set, EUR/t, shape (sites, sites).
    """
    size = len(hub)
    way, longer, row = np.empty((size, size)), np.empty((size, size)), np.empty(size)
    _join_all(straight, hub, most_on_a_route, way, longer, row, between)


@compiled(nb.void(matrix, legs, flows, city_pairs, hub_room, hub_sets, place, vector, number, number, place, vector))
def bound_linked_sets(
    straight, linked, flows, pairs, room, sets, most_on_a_route, spent, limit, cut_off, passes, bound
):  # fmt: skip
    """Fill in a bound of each set with all links, EUR/year, shape (sets,); ``NEVER`` where a city can have no hub.

    Parameters
    ----------
    straight
        What each link and the pass through the hub at its end cost, EUR/t, shape (sites, sites).
    linked
        The legs; those between hubs are overwritten.
    flows, pairs
        The freight.
    room
        Of all sites.
    sets
        Ascending positions, shape (sets, hubs).
    most_on_a_route
        Most links of a route, 0 for any number.
    spent
        What is paid in any case for each set, EUR/year, shape (sets,).
    limit, cut_off, passes
        As of ``fill_tables`` and ``ascend``; with what is spent in the cut-off.
    """
    cities, size = len(pairs.own), sets.shape[1]
    way, longer, row = np.empty((size, size)), np.empty((size, size)), np.empty(size)
    unary, cost = np.empty((cities, size)), np.empty((len(pairs.first), size, size))
    alive, price = np.empty((cities, size), np.bool_), np.empty(size)
    for s in range(len(sets)):
        hub = sets[s]
        _join_all(straight, hub, most_on_a_route, way, longer, row, linked.between)
        beside = fill_tables(flows, linked, pairs, hub, limit, unary, cost, alive)
        if beside >= limit:
            bound[s] = NEVER
            continue
        price[:] = 0.0
        own_room = room_of_set(room, hub)
        bound[s] = spent[s] + ascend(pairs, own_room, beside, unary, cost, alive, price, cut_off - spent[s], passes)


@inlined
def _add_raised(filled_unary, filled_cost, raised, unary, cost, alive, price):
    """Add to tables what the bound of other tables, as they were filled and raised, has moved, struck and priced."""
    price[:] = raised.price
    unary += raised.unary - filled_unary
    cost += raised.cost - filled_cost
    alive &= raised.alive


@inlined
def _bound_below(
    straight, linked, flows, pairs, hub_room, hub, start, end, status, filled_unary, filled_cost, raised,
    most_on_a_route, limit, paid, cut_off, passes, room, unary, pair_cost, alive, price,
):  # fmt: skip
    """Return what allocations are not under over the links that are chosen or kept; ``NEVER`` where there is none."""
    join_links(straight, hub, start, end, status, room.kept, room.way)
    connect(room.way, most_on_a_route, room.longer, room.reach)
    _fill_between(hub, room.way, linked.between)
    beside = fill_tables(flows, linked, pairs, hub, limit, unary, pair_cost, alive)
    if beside >= limit:
        return NEVER
    _add_raised(filled_unary, filled_cost, raised, unary, pair_cost, alive, price)
    return paid + ascend(pairs, hub_room, beside, unary, pair_cost, alive, price, cut_off - paid, passes)


@compiled(
    number(
        legs, legs, flows, city_pairs, hub_room, hub_set, places, places, vector, places, matrix, cube, tables,
        number, number, place, statuses, places, places, statuses,
    )
)  # fmt: skip
def branch_on_links(
    straight, linked, flows, pairs, own_room, hub, start, end, cost, rules, filled_unary, filled_cost, raised,
    limit, cut_off, passes, status, order, at, best,
):  # fmt: skip
    """Look on for a choice of links of one set of hubs with which cities may be allocated under the cut-off.

    Branch and bound: with all links that are not left out an allocation costs no more than with those chosen. What
    freight pays more over fewer links is added to the tables that the bound with all links has left behind.

    Parameters
    ----------
    straight
        The legs, those between hubs over each link.
    linked, flows, pairs
        As of ``bound_linked_sets``; ``linked`` has the ways over the choice where one is found.
    own_room
        Of the hubs of the set.
    hub
        Ascending positions, shape (hubs,).
    start, end, cost, rules, status, order, at, best
        As of ``choose_links``; links are branched on in their order.
    filled_unary, filled_cost
        The tables with all links, as they were filled.
    raised
        The same as the bound has left them.
    limit, cut_off, passes
        As of ``fill_tables`` and ``ascend``; without fixed cost of hubs, and with that of links.

    Returns
    -------
    float
        What the choice costs at least, EUR/year, without fixed cost of hubs; ``NEVER`` where none is found yet.
    """
    least, most, most_at_hub = rules[0], rules[1], rules[3]
    depth, found, room = at[0], NEVER, link_room(len(hub), len(start))
    unary, pair_cost, alive = np.empty_like(raised.unary), np.empty_like(raised.cost), np.empty_like(raised.alive)
    price = np.empty_like(raised.price)
    for _ in range(at[1]):
        chosen, left, paid = count_links(status, cost)
        branch, free_cost = _first_free(status, cost)
        # No further link may be chosen once there are the most.
        is_full = chosen >= most
        room.kept[:] = not is_full
        left = chosen if is_full else left
        bound = NEVER
        if chosen <= most and left >= least and fits(start, end, status, rules, room):
            bound = _bound_below(
                straight, linked, flows, pairs, own_room, hub, start, end, status, filled_unary, filled_cost, raised,
                rules[5], limit, paid + _owed(status, cost, least - chosen), cut_off, passes, room,
                unary, pair_cost, alive, price,
            )  # fmt: skip
        is_leaf = is_full or (left <= most and room.may.max() <= most_at_hub and free_cost == 0.0)
        if bound < cut_off and is_leaf:
            found = bound
            note_choice(status, room.kept, best)
        depth = next_depth(status, order, depth, -1 if is_leaf or bound >= cut_off else branch, LEFT_OUT)
        if depth == 0 or found < NEVER:
            break
    at[0] = depth if depth > 0 else -1
    return found
