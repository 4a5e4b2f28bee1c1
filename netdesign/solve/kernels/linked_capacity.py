"""Sets of hubs with chosen links within capacities: bounds at prices of these, and the branches over the links of one.

Each tonne pays at the hubs that it loads and on the links that have a capacity (Lagrange multipliers); at such prices
nothing but links couples the freight, and what a network costs at them, less what its capacities are worth, is no more
than what it costs within its capacities (Held, Wolfe and Crowder 1974).
"""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np

from netdesign.solve.kernels.hub_links import bound_set, set_room
from netdesign.solve.kernels.limit_prices import dearest_price, fill_priced, move_prices, worth_of_room
from netdesign.solve.kernels.link_branches import (
    CHOSEN,
    FREE,
    LEFT_OUT,
    LinkRoom,
    count_links,
    fits,
    link_room,
    next_depth,
    note_choice,
)
from netdesign.solve.kernels.link_choice import WorthRoom, bound_below, dearest_branch, worth_room
from netdesign.solve.kernels.link_loads import LoadRoom, fill_loads, fill_ways, load_room
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


class _Limits(NamedTuple):
    """What hubs take, and links there and back, t/year; what a tonne counts at each hub after its first.

    Parameters
    ----------
    hub, link
        Shapes (hubs,) and (hubs, hubs); ``NEVER`` for any volume.
    second
        1 or 0.
    dearest
        The highest price that is tried, EUR/t.
    """

    hub: np.ndarray
    link: np.ndarray
    second: float
    dearest: float


class _Prices(NamedTuple):
    """Prices of a tonne at each hub and over each link, EUR/t; and those of the best bound so far."""

    own: np.ndarray
    toll: np.ndarray
    best_own: np.ndarray
    best_toll: np.ndarray


class _Links(NamedTuple):
    """The hubs of a set, its links and their rules, as of ``choose_links``."""

    hub: np.ndarray
    start: np.ndarray
    end: np.ndarray
    cost: np.ndarray
    rules: np.ndarray


class _Room(NamedTuple):
    """Arrays that are overwritten at each branch."""

    branch: LinkRoom
    beside: WorthRoom
    loads: LoadRoom


@inlined
def _ascend(total, limit, bound, factor, stalled, straight, moved, limits, prices, loads):
    """Take up a bound at the present prices, and move these.

    Return the best bound, the factor of steps, how many found no better one, and whether to go on. ``straight`` and
    ``moved`` are the links and what goes from first to last hub at these prices.
    """
    stalled += 1
    if total > bound:
        bound, stalled = total, 0
        prices.best_own[:] = prices.own
        prices.best_toll[:] = prices.toll
    goes_on = total < limit
    if goes_on:
        if stalled == _STALLED:
            factor, stalled = 0.5 * factor, 0
        if limits.second > 0.0 or limits.link.min() < NEVER:
            fill_ways(straight, loads.before, loads.way, loads.row)
        fill_loads(moved, loads.before, limits.second, loads.passed, loads.load)
        over = 1.001 * factor * (limit - total)
        goes_on = move_prices(
            loads.passed, loads.load, limits.hub, limits.link, over, limits.dearest, prices.own, prices.toll
        )
    return bound, factor, stalled, goes_on


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
    room, loads = set_room(size), load_room(size, most_on_a_route)
    limits = _Limits(np.empty(size), np.empty((size, size)), second, dearest_price(flows, cut_off))
    here = _Prices(np.empty(size), np.empty((size, size)), np.empty(size), np.empty((size, size)))
    for s in range(len(sets)):
        hub, factor, stalled, goes_on = sets[s], 1.0, 0, True
        bound[s] = -NEVER
        here.toll[:] = 0.0
        loads.before[:] = -1
        for a in range(size):
            here.own[a], limits.hub[a] = prices[hub[a]], hub_limit[hub[a]]
            for b in range(size):
                limits.link[a, b] = link_limit[hub[a], hub[b]]
        for _ in range(tries):
            fill_priced(legs, hub, here.own, here.toll, second, priced)
            total = bound_set(
                fixed, priced, flows, hub, link_cost, is_required, least, most, most_on_a_route,
                -worth_of_room(here.own, here.toll, limits.hub, limits.link), cut_off, room,
            )  # fmt: skip
            bound[s], factor, stalled, goes_on = _ascend(
                total, cut_off, bound[s], factor, stalled, room.straight, room.moved, limits, here, loads
            )
            if not goes_on:
                break
        found[s] = here.best_own


@inlined
def _raise_branch(legs, priced, flows, links, limits, prices, status, chosen, begun, cut_off, tries, room):
    """Return a bound of a branch, raised by its prices, which become the best ones.

    ``begun`` is what hubs and chosen links cost; links that are free are left out where all are chosen that may be.
    """
    bound, factor, stalled, goes_on, is_full = -NEVER, 1.0, 0, True, chosen >= links.rules[1]
    for e in range(len(status)):
        if status[e] == LEFT_OUT or (is_full and status[e] == FREE):
            a, b = links.start[e], links.end[e]
            prices.toll[a, b] = prices.toll[b, a] = 0.0
    for _ in range(tries):
        fill_priced(legs, links.hub, prices.own, prices.toll, limits.second, priced)
        room.branch.kept[:] = not is_full
        total = bound_below(
            priced, flows, links.hub, links.start, links.end, links.cost, links.rules, status, chosen,
            begun - worth_of_room(prices.own, prices.toll, limits.hub, limits.link), cut_off, room.branch, room.beside,
        )  # fmt: skip
        bound, factor, stalled, goes_on = _ascend(
            total, cut_off, bound, factor, stalled, room.beside.straight, room.beside.moved, limits, prices, room.loads
        )
        if not goes_on:
            break
    prices.own[:] = prices.best_own
    prices.toll[:] = prices.best_toll
    return bound


@inlined
def _look_at_branch(legs, priced, flows, links, limits, prices, status, spent, cut_off, is_first, room):
    """Return what a branch costs at least, ``NEVER`` where its links fit no rules, and whether it is one choice.

    Of one choice ``kept`` says whether the free links are in it.
    """
    least, most, most_at_hub = links.rules[0], links.rules[1], links.rules[3]
    chosen, left, paid = count_links(status, links.cost)
    # No further link may be chosen once there are the most.
    is_full = chosen >= most
    room.branch.kept[:] = not is_full
    left = chosen if is_full else left
    bound, is_choice = NEVER, True
    if chosen <= most and left >= least and fits(links.start, links.end, status, links.rules, room.branch):
        # All free links are chosen where they have to be, or cost nothing.
        may_choose_all = room.branch.may.max() <= most_at_hub and left <= most
        is_choice = is_full or left == least or (may_choose_all and not (links.cost[status == FREE] > 0.0).any())
        if is_full or left > least or may_choose_all:
            tries = _AT_A_CHOICE if is_choice else (_AT_FIRST if is_first else _AT_A_BRANCH)
            bound = _raise_branch(
                legs, priced, flows, links, limits, prices, status, chosen, spent + paid, cut_off, tries, room
            )
    if is_choice:
        room.branch.kept[:] = not is_full
    return bound, is_choice


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
    links, size, depth, found = _Links(hub, start, end, cost, rules), len(hub), at[0], NEVER
    limits = _Limits(hub_limit, link_limit, second, dearest_price(flows, cut_off))
    prices = _Prices(own, toll, own.copy(), toll.copy())
    room = _Room(link_room(size, len(start)), worth_room(size, len(start)), load_room(size, rules[5]))
    room.loads.before[:] = -1
    for _ in range(at[1]):
        bound, is_choice = _look_at_branch(
            legs, priced, flows, links, limits, prices, status, spent, cut_off, depth == 0, room
        )
        is_below = bound < cut_off
        if is_below and is_choice:
            found = bound
            note_choice(status, room.branch.kept, best)
        branch = dearest_branch(room.beside.worth, cost, status, room.branch.kept) if is_below and not is_choice else -1
        choice = CHOSEN if branch >= 0 and room.branch.kept[branch] else LEFT_OUT
        depth = next_depth(status, order, depth, branch, choice)
        if depth == 0 or found < NEVER:
            break
    at[0] = depth if depth > 0 else -1
    return found
