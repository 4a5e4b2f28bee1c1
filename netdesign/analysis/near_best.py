"""What is found near the best, one after the other, and what is proven of the rest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Generic, TypeVar

from netdesign.analysis.network_searches import TIE
from netdesign.results.part import Ended, proven
from netdesign.solve.core.outcome import Termination, exactness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.analysis.margin import Margin

FoundT = TypeVar("FoundT", bound=Ended)


class NearBest(Generic[FoundT]):
    """What is found within a margin of the best.

    Parameters
    ----------
    margin
        How much more it may have than the best.
    most
        Number at which the list ends; None for no end.
    found
        What is found already.
    rest
        No permitted plan but of these has less, in the unit of the objective.
    scale
        Size of the costs whose differences objectives are; see ``exactness``.

    Attributes
    ----------
    found
        In the order in which it was found; among it may be some that is not within the margin.
    """

    def __init__(
        self,
        margin: Margin,
        most: int | None,
        found: Sequence[FoundT] = (),
        rest: float = -math.inf,
        scale: float = 0.0,
    ) -> None:
        self.found = list(found)
        self._margin, self._most, self._scale = margin, math.inf if most is None else most, scale
        self._rest = rest

    @property
    def listed(self) -> list[FoundT]:
        """What is within the margin, the best first."""
        within = [one for one in self._known if (one.objective or 0.0) <= self._reach]
        return sorted(within, key=self._order)

    @property
    def others_bound(self) -> float:
        """No permitted plan of what is not listed has less; infinite where there is none."""
        left_out = [proven(one) for one in self._known if (one.objective or 0.0) > self._reach]
        return min([self._rest, *left_out])

    @property
    def is_complete(self) -> bool:
        """Whether nothing else can be within the margin."""
        return bool(self.found) and self.others_bound > self._reach

    @property
    def _is_wanted(self) -> bool:
        """Whether another one may be within the margin, and would be listed."""
        return len(self.listed) < self._most and not self._rest > self._reach

    @property
    def _reach(self) -> float:
        """The largest objective within the margin, but for rounding."""
        least = min((one.objective or 0.0 for one in self._known), default=math.inf)
        return reach(self._margin, least, self._scale)

    @property
    def _known(self) -> list[FoundT]:
        return self.found

    @staticmethod
    def _order(one: FoundT) -> tuple[float, int]:
        """Return what sorts the list."""
        return one.objective or 0.0, 0


def reach(margin: Margin, objective: float, scale: float = 0.0) -> float:
    """Return the largest objective within a margin of the best one, but for rounding; infinite without a best."""
    if math.isinf(objective):
        return math.inf
    limit = margin.limit(objective)
    return limit + TIE * exactness(limit, scale)


def cheaper_known(found: Ended, known: Iterable[FoundT], scale: float = 0.0) -> FoundT | None:
    """Return the best that is known where it costs less than what a search has found, beyond rounding; else None.

    Parameters
    ----------
    found
        Outcome of the search, which may have ended at a gap or without a plan.
    known
        What else answers its question.
    scale
        Size of the costs whose differences objectives are; see ``exactness``.
    """
    priced = [one for one in known if one.objective is not None]
    if not priced or found.termination == Termination.INFEASIBLE:
        return None
    best = min(priced, key=lambda one: one.objective or 0.0)
    least = best.objective or 0.0
    is_cheaper = found.objective is None or least < found.objective - TIE * exactness(found.objective, scale)
    return best if is_cheaper else None


def ending_of(listed: Sequence[Ended], last: Termination, condition: Ended | None, *, is_complete: bool) -> Termination:
    """Return why the searches for a list stopped, and for what is best under a condition.

    Parameters
    ----------
    listed, condition
        What they have found; None without a condition.
    last
        Why the last search for the list stopped: that it was ended leaves nothing open where the list is complete.
    is_complete
        Whether nothing else can be within the margin.
    """
    ends = [*([] if is_complete else [last]), *(one.termination for one in listed)]
    if condition is not None:
        ends.append(condition.termination)
    for end in (Termination.INTERRUPTED, Termination.TIME_LIMIT, Termination.SIZE_LIMIT):
        if end in ends:
            return end
    if not listed:
        return Termination.INFEASIBLE
    return Termination.GAP_REACHED if Termination.GAP_REACHED in ends else Termination.OPTIMAL
