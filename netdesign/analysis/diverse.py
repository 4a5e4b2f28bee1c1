"""Of a list of networks, choose those that differ most: the fewest open sites in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

_MOST_TRIED = 200_000
"""Beginnings of a choice that are tried before it is made greedily."""


def most_different(networks: Sequence[Collection[str]], number: int) -> tuple[list[int], int, bool]:
    """Return the first network and others that have the fewest sites in common, all pairs summed.

    Parameters
    ----------
    networks
        Sites by which each may differ from others.
    number
        How many to choose; all where there are no more.

    Returns
    -------
    list of int, int, bool
        Their positions, ascending; the sites in common; and whether no choice has fewer. Of equal choices it is then
        the first in the order of the networks.
    """
    sites = sorted(set().union(*networks))
    # Not as integers, whose product takes NumPy ten times as long.
    is_open = np.array([[site in network for site in sites] for network in networks], dtype=np.float64)
    common = (is_open @ is_open.T).astype(np.int64)
    number = min(number, len(networks))
    greedy = _one_after_the_other(common, number)
    best, is_exact = _fewest(common, number, _summed(common, greedy))
    chosen = greedy if best is None else best
    return sorted(chosen), _summed(common, chosen), is_exact


def _one_after_the_other(common: NDArray[np.int64], number: int) -> list[int]:
    chosen = [0]
    while len(chosen) < number:
        shared = common[chosen].sum(axis=0)
        shared[chosen] = np.iinfo(np.int64).max
        chosen.append(int(shared.argmin()))
    return chosen


def _summed(common: NDArray[np.int64], chosen: list[int]) -> int:
    return int(np.triu(common[np.ix_(chosen, chosen)], 1).sum())


def _fewest(common: NDArray[np.int64], number: int, most: int) -> tuple[list[int] | None, bool]:
    """Return the first choice with the fewest sites in common, unless all have more; and whether all were tried.

    Choices are tried in the order of the networks, and left out where they share as much as the best one before.

    Parameters
    ----------
    common
        Sites in common, shape (networks, networks).
    number
        How many to choose.
    most
        Sites in common of a choice that is known.
    """
    best, least, tried = None, most + 1, 0
    chosen: list[int] = []
    # Next to be tried last: place in the choice, network, sites in common with those before.
    begun = [(0, 0, 0)]
    while begun:
        place, one, shared = begun.pop()
        if shared >= least:
            continue
        tried += 1
        if tried > _MOST_TRIED:
            return best, False
        chosen[place:] = [one]
        if len(chosen) == number:
            best, least = chosen.copy(), shared
            continue
        last = len(common) - (number - len(chosen))
        further = shared + common[one + 1 : last + 1][:, chosen].sum(axis=1)
        begun += [(place + 1, one + 1 + int(n), int(further[n])) for n in np.flatnonzero(further < least)[::-1]]
    return best, True
