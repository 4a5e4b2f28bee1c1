"""Sets of hubs with chosen links within capacities: bounds at prices of these, and the branches over the links of one.

Each tonne pays at the hubs that it loads and on the links that have a capacity (Lagrange multipliers); at such prices
nothing but links couples the freight, and what a network costs at them, less what its capacities are worth, is no more
than what it costs within its capacities (Held, Wolfe and Crowder 1974).
"""

from __future__ import annotations

import numba as nb
import numpy as np

from netdesign.solve.kernels.hub_links import bound_set, set_room
from netdesign.solve.kernels.limit_prices import dearest_price, fill_priced, move_prices, worth_of_room
from netdesign.solve.kernels.link_branches import (
    CHOSEN,
    FREE,
    LEFT_OUT,
    count_links,
    fits,
    link_room,
    next_depth,
    note_choice,
)
from netdesign.solve.kernels.link_choice import bound_below, dearest_branch, worth_room
from netdesign.solve.kernels.link_loads import fill_loads, fill_ways, load_room
from netdesign.solve.kernels.names import NEVER
from netdesign.solve.kernels.types import (
    compiled,
    flag_matrix,
    flows,
    hub_set,
    hub_sets,
    inlined,
    legs,
    matrix,
    number,
    place,
    places,
    statuses,
    vector,
)

_STALLED = 4
"""Prices without a better bound after which steps are halved."""

_AT_FIRST, _AT_A_BRANCH, _AT_A_CHOICE = 30, 4, 30
"""Prices that are tried for all links of a set, for a branch, and for a choice."""


@compiled(
    nb.void(
        vector, legs, legs, flows, matrix, flag_matrix, hub_sets, *[place] * 3, vector, matrix, number, vector, number,
        place, vector, matrix,
    )
)  # fmt: skip
def raise_linked_bounds(
    fixed, legs, priced, flows, link_cost, is_required, sets, least, most, most_on_a_route,
    hub_limit, link_limit, second, prices, cut_off, tries, bound, found,
):  # fmt: skip
    """Bound sets of hubs within capacities with all links, each by its own prices, until a bound is at the cut-off.

    Parameters
    ----------
    fixed, legs, flows, link_cost, is_required, sets, least, most, most_on_a_route
        As of ``price_linked_sets``.
    priced
        Legs like these, overwritten.
    hub_limit, link_limit
        What sites take, and links there and back, t/year, shapes (sites,) and (sites, sites); ``NEVER`` for any volume.
    second
        What a tonne counts at each hub after its first: 1 or 0.
    prices
        Of a tonne at each site, where each set begins, EUR/t, shape (sites,).
    cut_off
        EUR/year.
    tries
        How many prices are tried for each set.
    bound, found
        Filled: the best bound, EUR/year, shape (sets,), and its prices at hubs, shape (sets, hubs).
    """
    size = sets.shape[1]
    room, loads, dearest = set_room(size), load_room(size, most_on_a_route), dearest_price(flows, cut_off)
    own, toll = np.empty(size), np.empty((size, size))
    hub_room, link_room_of = np.empty(size), np.empty((size, size))
    for s in range(len(sets)):
        hub, factor, stalled = sets[s], 1.0, 0
        bound[s] = -NEVER
        toll[:] = 0.0
        for a in range(size):
            own[a], hub_room[a] = prices[hub[a]], hub_limit[hub[a]]
            for b in range(size):
                link_room_of[a, b] = link_limit[hub[a], hub[b]]
        is_traced = second > 0.0 or link_room_of.min() < NEVER
        loads.before[:] = -1
        for _ in range(tries):
            fill_priced(legs, hub, own, toll, second, priced)
            total = bound_set(
                fixed, priced, flows, hub, link_cost, is_required, least, most, most_on_a_route,
                -worth_of_room(own, toll, hub_room, link_room_of), cut_off, room,
            )  # fmt: skip
            stalled += 1
            if total > bound[s]:
                bound[s], stalled = total, 0
                found[s] = own
            if total >= cut_off:
                break
            if stalled == _STALLED:
                factor, stalled = 0.5 * factor, 0
            if is_traced:
                fill_ways(room.straight, loads.before, loads.way, loads.row)
            fill_loads(room.moved, loads.before, second, loads.passed, loads.load)
            over = 1.001 * factor * (cut_off - total)
            if not move_prices(loads.passed, loads.load, hub_room, link_room_of, over, dearest, own, toll):
                break


@inlined
def _raise_branch(
    legs, priced, flows, hub, start, end, cost, rules, hub_limit, link_limit, second, begun, status, chosen, is_full,
    is_traced, cut_off, tries, dearest, own, toll, best_own, best_toll, room, beside, loads,
):  # fmt: skip
    """Return a bound of a branch, raised by its prices, which become the best ones.

    ``begun`` is what hubs and chosen links cost; links that are free are left out where ``is_full``.
    """
    bound, factor, stalled = -NEVER, 1.0, 0
    for e in range(len(start)):
        if status[e] == LEFT_OUT or (is_full and status[e] == FREE):
            toll[start[e], end[e]] = toll[end[e], start[e]] = 0.0
    for _ in range(tries):
        fill_priced(legs, hub, own, toll, second, priced)
        room.kept[:] = not is_full
        total = bound_below(
            priced, flows, hub, start, end, cost, rules, status, chosen,
            begun - worth_of_room(own, toll, hub_limit, link_limit), cut_off, room, beside,
        )  # fmt: skip
        stalled += 1
        if total > bound:
            bound, stalled = total, 0
            best_own[:] = own
            best_toll[:] = toll
        if total >= cut_off:
            break
        if stalled == _STALLED:
            factor, stalled = 0.5 * factor, 0
        if is_traced:
            fill_ways(beside.straight, loads.before, loads.way, loads.row)
        fill_loads(beside.moved, loads.before, second, loads.passed, loads.load)
        over = 1.001 * factor * (cut_off - total)
        if not move_prices(loads.passed, loads.load, hub_limit, link_limit, over, dearest, own, toll):
            break
    own[:] = best_own
    toll[:] = best_toll
    return bound


@compiled(
    number(
        legs, legs, flows, hub_set, places, places, vector, places, vector, matrix, *[number] * 3, vector, matrix,
        statuses, places, places, statuses,
    )
)  # fmt: skip
def branch_within(
    legs, priced, flows, hub, start, end, cost, rules, hub_limit, link_limit, second, spent, cut_off, own, toll,
    status, order, at, best,
):  # fmt: skip
    """Look on for a choice of links of one set of hubs with which the freight may go within capacities under a cut-off.

    Branch and bound: at prices of capacities, which each branch raises from those of the last one, with all links that
    are not left out freight costs no more than with the chosen ones, as in ``choose_links``.

    Parameters
    ----------
    legs, flows, hub, start, end, cost, rules, spent, status, order, at, best
        As of ``choose_links``.
    priced
        Legs like these, overwritten.
    hub_limit, link_limit
        What each hub takes, and each link there and back, t/year, shapes (hubs,) and (hubs, hubs); ``NEVER`` for any
        volume.
    second
        What a tonne counts at each hub after its first: 1 or 0.
    cut_off
        EUR/year.
    own, toll
        Prices of a tonne at each hub and over each link, to begin with, and then those of the choice that is found;
        EUR/t, shapes (hubs,) and (hubs, hubs).

    Returns
    -------
    float
        What the choice costs at least, EUR/year; ``NEVER`` where none is found yet.
    """
    least, most, most_at_hub = rules[0], rules[1], rules[3]
    depth, found, size = at[0], NEVER, len(hub)
    room, beside, loads = link_room(size, len(start)), worth_room(size, len(start)), load_room(size, rules[5])
    best_own, best_toll, dearest = own.copy(), toll.copy(), dearest_price(flows, cut_off)
    is_traced = second > 0.0 or link_limit.min() < NEVER
    loads.before[:] = -1
    for _ in range(at[1]):
        chosen, left, paid = count_links(status, cost)
        # No further link may be chosen once there are the most.
        is_full = chosen >= most
        room.kept[:] = not is_full
        left = chosen if is_full else left
        bound, is_leaf = NEVER, True
        if chosen <= most and left >= least and fits(start, end, status, rules, room):
            free_cost = 0.0
            for e in range(len(start)):
                free_cost += cost[e] if status[e] == FREE else 0.0
            # All free links are chosen where they have to be, or cost nothing.
            may_choose_all = room.may.max() <= most_at_hub and left <= most
            is_leaf = is_full or left == least or (may_choose_all and free_cost == 0.0)
            if is_full or left > least or may_choose_all:
                tries = _AT_A_CHOICE if is_leaf else (_AT_FIRST if depth == 0 else _AT_A_BRANCH)
                bound = _raise_branch(
                    legs, priced, flows, hub, start, end, cost, rules, hub_limit, link_limit, second, spent + paid,
                    status, chosen, is_full, is_traced, cut_off, tries, dearest, own, toll, best_own, best_toll,
                    room, beside, loads,
                )  # fmt: skip
        if bound < cut_off and is_leaf:
            found = bound
            room.kept[:] = not is_full
            note_choice(status, room.kept, best)
        branch = -1 if is_leaf or bound >= cut_off else dearest_branch(beside.worth, cost, status, room.kept)
        choice = CHOSEN if branch >= 0 and room.kept[branch] else LEFT_OUT
        depth = next_depth(status, order, depth, branch, choice)
        if depth == 0 or found < NEVER:
            break
    at[0] = depth if depth > 0 else -1
    return found
