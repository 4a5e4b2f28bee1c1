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
    is_open = np.array([[site in network for site in sites] for network in networks], dtype=np.int64)
    common = (is_open @ is_open.T).reshape(len(networks), len(networks))
    number = min(number, len(networks))
    greedy = _one_after_the_other(common, number)
    search = _Search(common, number, _summed(common, greedy))
    is_exact = search.extend([0], 0)
    chosen = greedy if search.best is None else search.best
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


class _Search:
    """Tries choices in the order of the networks, and leaves out those that share as much as the best one before.

    Parameters
    ----------
    common
        Sites in common, shape (networks, networks).
    number
        How many to choose.
    most
        Sites in common of a choice that is known.
    """

    def __init__(self, common: NDArray[np.int64], number: int, most: int) -> None:
        self._common, self._number, self._most = common, number, most + 1
        self._tried = 0
        self.best: list[int] | None = None

    def extend(self, chosen: list[int], shared: int) -> bool:
        """Try all that begin with the chosen ones; return whether that was done, or was too much."""
        self._tried += 1
        if self._tried > _MOST_TRIED:
            return False
        if len(chosen) == self._number:
            self.best, self._most = chosen, shared
            return True
        for one in range(chosen[-1] + 1, len(self._common) - (self._number - len(chosen)) + 1):
            further = shared + int(self._common[one, chosen].sum())
            if further < self._most and not self.extend([*chosen, one], further):
                return False
        return True
