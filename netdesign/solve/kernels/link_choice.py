"""The best links of a set of hubs, by branch and bound."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netdesign.solve.kernels.hub_links import carry, carry_without, connect, detours, least_choice
from netdesign.solve.kernels.link_branches import (
    CHOSEN,
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
from netdesign.solve.kernels.types import compiled, flows, hub_set, inlined, legs, number, places, statuses, vector

_SAME = 1e-11
"""Relative difference of two sums of the same costs, added up in another order."""


class WorthRoom(NamedTuple):
    """Arrays for what freight costs more without each link: by pair of hubs, by hub, and by link."""

    straight: np.ndarray
    detour: np.ndarray
    pair_worth: np.ndarray
    moved: np.ndarray
    second: np.ndarray
    near: np.ndarray
    worth: np.ndarray
    is_free: np.ndarray


@inlined
def worth_room(size, links):
    """Return room for what so many links of so many hubs are worth."""
    return WorthRoom(
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty(size),
        np.empty(size, np.int64),
        np.empty(links),
        np.empty(links, np.bool_),
    )


@inlined
def dearest_branch(worth, cost, status, kept):
    """Return the free link whose other choice costs most, -1 where none is free."""
    branch, most = -1, -1.0
    for e in range(len(status)):
        if status[e] == FREE:
            gap = worth[e] - cost[e] if kept[e] else cost[e] - worth[e]
            if branch < 0 or gap > most:
                branch, most = e, gap
    return branch


@inlined
def bound_below(legs, flows, hub, start, end, cost, rules, status, chosen, paid, limit, room, beside):
    """Return what no choice below is under, and fill in which free links that keeps; from the limit on anything."""
    least, most, _, _, _, most_on_a_route = rules
    join_links(legs, hub, start, end, status, room.kept, beside.straight)
    room.way[:] = beside.straight
    connect(room.way, most_on_a_route, room.longer, room.reach)
    detours(beside.straight, room.way, most_on_a_route, beside.detour)
    bound = carry_without(
        legs, flows, hub, room.way, beside.detour, paid, limit, room.reach, beside.near, beside.second,
        beside.pair_worth, beside.moved,
    )  # fmt: skip
    if bound < limit:
        for e in range(len(start)):
            a, b = start[e], end[e]
            beside.worth[e], beside.is_free[e] = beside.pair_worth[min(a, b), max(a, b)], status[e] == FREE
        bound += least_choice(beside.worth, cost, beside.is_free, least - chosen, most - chosen, room.kept)
    return bound


@inlined
def _price_choice(legs, flows, hub, start, end, cost, rules, status, paid, limit, room, is_free):
    """Return what the chosen links with the kept ones cost, or a sum from the limit on where that is not permitted."""
    _, _, _, most_at_hub, _, most_on_a_route = rules
    price = NEVER
    if fits(start, end, status, rules, room) and room.may.max() <= most_at_hub:
        price = paid
        for e in range(len(start)):
            if is_free[e] and room.kept[e]:
                price += cost[e]
        join_links(legs, hub, start, end, status, room.kept, room.way)
        connect(room.way, most_on_a_route, room.longer, room.reach)
        price = carry(legs, flows, hub, room.way, price, limit, room.reach)
    return price


@compiled(
    number(legs, flows, hub_set, places, places, vector, places, number, number, statuses, places, places, statuses)
)
def choose_links(legs, flows, hub, start, end, cost, rules, spent, cut_off, status, order, at, best):
    """Find the best choice of links of one set of hubs.

    Branch and bound: with all links that are not left out freight costs no more than with the chosen ones, and without
    each of them more by what it is worth at least. The links that are best by that sum are tried as a choice; where it
    is what they cost, they are the best below.

    A call looks at so many branches and no more: there may be millions, and nobody could stop it. The next goes on.

    Parameters
    ----------
    legs, flows
        As in RouteMatrices.
    hub
        Positions of the hubs, shape (hubs,).
    start, end, cost
        Places of the ends of each link among ``hub``, and its fixed cost, EUR/year.
    rules
        Least and most links; 1 where they have to join all hubs; most and least links at a hub; most on a route, 0 for
        any number.
    spent, cut_off
        Fixed cost of the hubs; only a cheaper choice is looked for; EUR/year.
    status, order
        At first 0 for links that may be chosen and 1 for those that must, and anything; then what the next call goes on
        from.
    at
        Depth of the branch, at first 0, and -1 once all branches are looked at; and how many a call looks at.
    best
        Filled with 1 for chosen links, 2 for others, where a choice is found.

    Returns
    -------
    float
        What the best choice costs in all, or the cut-off where none is cheaper, EUR/year.
    """
    least, most, depth, low = rules[0], rules[1], at[0], cut_off
    room, beside = link_room(len(hub), len(start)), worth_room(len(hub), len(start))
    for _ in range(at[1]):
        chosen, left, paid = count_links(status, cost)
        room.kept[:] = True
        is_open = chosen <= most and left >= least and fits(start, end, status, rules, room)
        if is_open:
            paid += spent
            bound = bound_below(legs, flows, hub, start, end, cost, rules, status, chosen, paid, low, room, beside)
            is_open = bound < low - _SAME * min(abs(low), NEVER)
        if is_open:
            price = _price_choice(legs, flows, hub, start, end, cost, rules, status, paid, low, room, beside.is_free)
            if price < low:
                low = price
                note_choice(status, room.kept, best)
            # Nothing is left to choose where all that may be are chosen, or all that are left have to be.
            is_open = least < left and chosen < most and bound < low - _SAME * min(abs(low), NEVER)
        branch = dearest_branch(beside.worth, cost, status, room.kept) if is_open else -1
        choice = CHOSEN if branch >= 0 and room.kept[branch] else LEFT_OUT
        depth = next_depth(status, order, depth, branch, choice)
        if depth == 0:
            break
    at[0] = depth if depth > 0 else -1
    return low
