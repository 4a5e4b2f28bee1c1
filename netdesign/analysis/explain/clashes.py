"""Sets of rules that permit no plan, each minimal: one by a deletion filter, all of them by hitting sets.

Liffiton et al. (2016), Fast, flexible MUS enumeration: what is looked at next are all rules but a smallest set that has
one of each clash known so far. If they permit a plan, leaving out that set is a correction; if not, they hold a clash
that is not known yet. Once every such set is known to be a correction, no clash is missing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ProblemT = TypeVar("ProblemT")

Names = frozenset[str]


@dataclass(frozen=True)
class Rule(Generic[ProblemT]):
    """A policy that may be left out.

    Parameters
    ----------
    name
        Name in the instance.
    without
        Returns the problem without the policy.
    """

    name: str
    without: Callable[[ProblemT], ProblemT]


class Found(NamedTuple):
    """What is found of some rules.

    Parameters
    ----------
    has_plan
        Whether a plan keeps them; None where that is not known, as the time ran out first.
    kept
        All rules that the plan keeps, where there is one: these, and what it keeps by chance.
    """

    has_plan: bool | None
    kept: Names = frozenset()


class Clashes:
    """The clashes among some rules, as far as they are found.

    Parameters
    ----------
    names
        Of the rules; those that are to be left out of a clash if possible come first.
    find
        Looks for a plan that keeps some rules.

    Attributes
    ----------
    found
        Sets that no plan keeps, without any one rule of which there is a plan that keeps the others of the set.
    not_least
        Those of them that may hold a smaller one, as the time ran out first.
    corrections
        Smallest sets of rules without which a plan keeps all others.
    is_complete
        Whether no other clash and no other correction is missing.
    """

    def __init__(self, names: Iterable[str], find: Callable[[Names], Found]) -> None:
        self._names, self._find = tuple(names), find
        self.found: list[Names] = []
        self.not_least: list[Names] = []
        self.corrections: list[Names] = []
        self.is_complete = False
        self._kept: list[Names] = []
        self._refused: list[Names] = []

    def search(self, most: int, on_found: Callable[[], None] = lambda: None) -> None:
        """Find clashes until none is missing, there are so many, or the time runs out.

        Parameters
        ----------
        most
            Number of clashes at which the search ends.
        on_found
            Called with each clash or correction that is found.
        """
        everything = frozenset(self._names)
        while len(self.found) < most:
            left_out = smallest_hitting_set(self._names, self.found, self.corrections)
            if left_out is None:
                self.is_complete = True
                return
            has_plan = self._has_plan(everything - left_out)
            if has_plan is None:
                return
            if has_plan:
                self.corrections.append(left_out)
            else:
                clash, is_least = self.least_in(everything - left_out)
                self.found.append(clash)
                if not is_least:
                    self.not_least.append(clash)
                    return
            on_found()

    def least_in(self, rules: Names) -> tuple[Names, bool]:
        """Return a clash within rules that permit no plan, and whether it is proven to be least.

        The deletion filter leaves out each rule in turn for good if there is no plan without it either; where that is
        not known in time, the rule stays.
        """
        left, is_least = rules, True
        for name in self._names:
            if name in left:
                has_plan = self._has_plan(left - {name})
                is_least &= has_plan is not None
                if has_plan is False:
                    left -= {name}
        return left, is_least

    def _has_plan(self, rules: Names) -> bool | None:
        """Return whether a plan keeps some rules; what follows from earlier answers is not looked for again."""
        if any(rules <= kept for kept in self._kept):
            return True
        if any(rules >= refused for refused in self._refused):
            return False
        found = self._find(rules)
        if found.has_plan:
            self._kept.append(rules | found.kept)
        elif found.has_plan is False:
            self._refused.append(rules)
        return found.has_plan


def smallest_hitting_set(
    names: Sequence[str], to_hit: Sequence[Names], to_avoid: Sequence[Names]
) -> frozenset[str] | None:
    """Return a smallest set that has a name of each set to hit, and holds no set to avoid; None where there is none."""
    for size in range(len(names) + 1):
        for chosen in map(frozenset, itertools.combinations(names, size)):
            if not any(chosen.isdisjoint(one) for one in to_hit) and not any(chosen >= one for one in to_avoid):
                return chosen
    return None
