"""What a verification finds, and when stated figures contradict true ones."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from netdesign.results.part import Part
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination, exactness, relative_gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netdesign.results.part import Ended, HasGap

TOLERANCE = 1e-6
"""Relative difference above which two figures contradict each other."""

OTHER_FILES = "instance.digest: the instance's files are not those that were solved"

ENDED_WITH_A_PLAN = (Termination.OPTIMAL, Termination.GAP_REACHED)


@dataclass(frozen=True)
class Verification:
    """The outcome of verifying a result.

    Parameters
    ----------
    contradictions
        Statements of the result that are false; empty where all are true.
    proofs
        Sentences on what was proven again.
    is_by_another
        Whether another engine proved it than the one that answered.
    """

    contradictions: tuple[str, ...]
    proofs: tuple[str, ...] = ()
    is_by_another: bool = True

    @classmethod
    def of(cls, found: list[str]) -> Verification:
        """Return the outcome, in plainer words where only the files differ."""
        return cls(
            (f"{OTHER_FILES}; every figure is true of them all the same",) if found == [OTHER_FILES] else tuple(found)
        )


def differing(
    stated: Part, true: Part, names: Iterable[str] = (), scale: float = 0.0
) -> Iterator[tuple[str, Any, Any]]:
    """Yield place, stated and true value of each figure in which a part contradicts the true one.

    Parameters
    ----------
    stated, true
        The two parts.
    names
        Fields to compare; all of them where it is empty.
    scale
        Size of the costs whose differences the figures are, but gaps are shares of them; see ``exactness``.
    """
    for name in names or type(true).model_fields:
        claimed, value = getattr(stated, name), getattr(true, name)
        if isinstance(claimed, Part) and isinstance(value, Part):
            yield from ((f"{name}.{place}", *values) for place, *values in differing(claimed, value, (), scale))
        elif differs(claimed, value, min(scale, 1.0) if name == "gap" else scale):
            yield name, claimed, value


_SHARES = ("best", "best_at_least", "best_at_most", "widest")

_DRAWN_ALIKE = 1e-3
"""Part of the mean cost that the figures of drawn worlds have as their size: drawn again they are the same but for
rounding, and regrets and errors are small beside it."""


def differing_worlds(stated: Part, true: Part, of: str, name_of: Callable[[Any], str]) -> Iterator[str]:
    """Yield where what is stated of drawn worlds contradicts what it is when they are drawn again.

    Parameters
    ----------
    stated, true
        The two parts.
    of
        Field with what is operated in the worlds.
    name_of
        Returns the name of one of these.
    """
    for what, name in (("figures", attrgetter("name")), (of, name_of)):
        claimed_ones, ones = getattr(stated, what), getattr(true, what)
        if len(claimed_ones) != len(ones):
            yield f"{what}: are {len(claimed_ones)}; drawn again they are {len(ones)}"
            continue
        for one, other in zip(claimed_ones, ones, strict=True):
            for place, claimed, value in _differing_draws(one, other):
                yield f"{name(other)}: {place}: states {claimed}; drawn again it is {value}"
    # Where time ran out depends on the machine.
    names = [name for name in type(true).model_fields if name not in ("figures", of, "termination")]
    for place, claimed, value in differing(stated, true, names):
        yield f"{place}: states {claimed}; drawn again it is {value}"


def _differing_draws(stated: Part, true: Part) -> Iterator[tuple[str, Any, Any]]:
    """Yield the same of what something costs in drawn worlds, and of what is drawn."""
    fields = type(true).model_fields
    shares = [name for name in _SHARES if name in fields]
    if shares:
        yield from differing(stated, true, shares)
    others = [name for name in fields if name not in shares]
    yield from differing(stated, true, others, _DRAWN_ALIKE * (getattr(true, "mean", None) or 0.0))


def differs(stated: Any, true: Any, scale: float = 0.0) -> bool:
    """Return whether two values contradict each other; numbers may differ by rounding, at any depth."""
    if stated == true:
        return False
    if isinstance(true, float) and isinstance(stated, int | float):
        return abs(stated - true) > TOLERANCE * exactness(true, max(abs(stated), scale))
    if isinstance(true, Part) and isinstance(stated, Part):
        return differs(vars(stated), vars(true), scale)
    if isinstance(true, dict) and isinstance(stated, dict):
        return stated.keys() != true.keys() or any(differs(stated[key], true[key], scale) for key in true)
    if isinstance(true, list) and isinstance(stated, list):
        return len(stated) != len(true) or any(differs(a, b, scale) for a, b in zip(stated, true, strict=True))
    return bool(stated != true)


def of_search(search: Ended, what: str = "a plan", scale: float = 0.0) -> Iterator[str]:
    """Yield contradictions between termination, objective and bound of one search.

    Parameters
    ----------
    search
        The search as the result states it.
    what
        Words for the outcome of a search, in a sentence.
    scale
        Size of the costs whose differences objective and bound are; see ``exactness``.
    """
    ending, objective, bound = search.termination, search.objective, search.bound
    if objective is None:
        if ending in ENDED_WITH_A_PLAN:
            yield f"termination: states {ending} without {what}"
        return
    if ending == Termination.INFEASIBLE:
        yield f"termination: states infeasible beside {what}"
    if bound is None:
        if ending in ENDED_WITH_A_PLAN:
            yield f"bound: is missing, though the search ended with {ending}"
        return
    if bound > objective + TOLERANCE * exactness(objective, scale):
        yield f"bound: {bound} is over the objective {objective}"
    gap = relative_gap(objective, bound, scale) or 0.0
    if ending == Termination.OPTIMAL and gap > OPTIMAL_GAP * (1 + TOLERANCE):
        yield f"termination: states optimal at a gap of {gap}; optimal is {OPTIMAL_GAP} at most"


def of_gap(search: HasGap, asked: float, scale: float = 0.0) -> Iterator[str]:
    """Yield contradictions of a gap with objective and bound, and with the gap of the call."""
    if search.objective is None or search.bound is None:
        if search.gap is not None:
            yield f"gap: states {search.gap} without {'a bound' if search.bound is None else 'an objective'}"
        return
    gap = relative_gap(search.objective, search.bound, scale) or 0.0
    if search.gap is None or abs(gap - search.gap) > TOLERANCE:
        yield f"gap: states {search.gap}; objective and bound give {gap}"
    is_reached = search.termination is Termination.GAP_REACHED and search.gap is not None
    if is_reached and (search.gap or 0.0) > max(asked, OPTIMAL_GAP) + TOLERANCE:
        yield f"termination: states gap_reached at a gap of {search.gap}; the call asked for {asked}"


def of_reason(stated: str | None, true: str | None) -> Iterator[str]:
    """Yield a contradiction of why an instance is not sound with a value; earlier versions do not state it."""
    if stated is not None and stated != true:
        yield f"reason: states {stated}; {'the instance is sound with the value' if true is None else f'it is: {true}'}"
