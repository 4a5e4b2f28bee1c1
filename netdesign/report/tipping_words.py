"""Words on figures and their changes, for answers about one year and over years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from netdesign.instance.sense.remarks import figure as number
from netdesign.report.words import counted, ended_line, short_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netdesign.solve.core.outcome import Termination

DIGITS = 8
"""Of a value at which the verdict changes."""

_MOST_NAMED = 6
"""Most figures that are named of those that are left."""


_COUNTED = ("year", "week", "day", "degree")
"""Units that are words, and have a plural."""


class ChangeOfValue(Protocol):
    """Where the verdict changes."""

    @property
    def at_least(self) -> float:
        """At no less than this value of the figure."""

    @property
    def at_most(self) -> float:
        """At no more than this value."""


ChangeT = TypeVar("ChangeT", bound=ChangeOfValue)


class FigureWithChanges(Protocol):
    """What a figure turns inside its range."""

    @property
    def name(self) -> str:
        """Its paths."""

    @property
    def unit(self) -> str:
        """Of the figure."""

    @property
    def low(self) -> float:
        """Lower end of its range."""

    @property
    def high(self) -> float:
        """Upper end of its range."""

    @property
    def value(self) -> float:
        """What the instance gives it."""

    @property
    def changes(self) -> Sequence[ChangeOfValue]:
        """Where the verdict changes."""


class SolvedValue(Protocol):
    """A value at which the problem was looked at."""

    @property
    def value(self) -> float:
        """Of the figure."""

    @property
    def reason(self) -> str | None:
        """Why the instance is not sound with it."""


class Stoppable(Protocol):
    """A result whose search a limit may have ended."""

    @property
    def termination(self) -> Termination:
        """Why the searches stopped."""

    @property
    def left_out(self) -> list[str]:
        """Figures that were not looked at."""


def distance(one: FigureWithChanges) -> float:
    """Return how near the present value the verdict turns, as a share of the range."""
    ends = [value for change in one.changes for value in (change.at_least, change.at_most)]
    return min((abs(value - one.value) for value in ends), default=0.0) / (one.high - one.low)


def nearest_change(changes: Sequence[ChangeT], value: float) -> tuple[ChangeT, bool]:
    """Return the change that is nearest to a value, and whether it is over it."""
    change = min(changes, key=lambda change: min(abs(end - value) for end in (change.at_least, change.at_most)))
    return change, change.at_least >= value


def side(change: ChangeOfValue, *, is_over: bool) -> str:
    """Return the values beyond a change, over it or under it."""
    value = change.at_most if is_over else change.at_least
    return (
        f"{'over' if is_over else 'under'} {number(value)}"
        if change.at_least == change.at_most
        else (f"from {number(value)} on" if is_over else f"up to {number(value)}")
    )


def with_unit(value: float, one: FigureWithChanges, digits: int | None = None) -> str:
    """Return a value of a figure with its unit, as it is read: ``2 years``, ``0.1 a year``, and a year by itself."""
    text = number(value) if digits is None else number(value, digits)
    of, slash, per = one.unit.partition("/")
    if one.unit in ("1", "") or (one.unit == "year" and one.name.endswith("_year")):
        return text
    if of == "1":
        return f"{text} a {per}"
    return f"{text} {of}{'s' if of in _COUNTED and value != 1 else ''}{slash}{per}"


def unsound_lines(nothing: str, present: float, points: Iterable[SolvedValue]) -> Iterator[str]:
    """Yield why the instance is not sound with values of a figure, of the one that is nearest to the present value.

    Parameters
    ----------
    nothing
        What there is not, such as ``no plan is permitted``.
    present
        Value of the figure.
    points
        What was looked at.
    """
    unsound = [point for point in points if point.reason is not None]
    if unsound:
        nearest = min(unsound, key=lambda point: abs(point.value - present))
        reason = " ".join((nearest.reason or "").split()).removesuffix(".")
        further = len(unsound) - 1
        more = "" if not further else f"; nor at {counted(further, 'further value')}"
        yield f"{nothing[0].upper()}{nothing[1:]} {reason}{more}."


def stopped_lines(result: Stoppable) -> Iterator[str]:
    """Yield a sentence on a search that a limit ended."""
    ended = ended_line(result.termination)
    if result.left_out:
        names = ", ".join(map(short_name, result.left_out[:_MOST_NAMED]))
        more = len(result.left_out) - _MOST_NAMED
        names += f" and {more} more" if more > 0 else ""
        yield f"{ended.removesuffix('.')}; not looked at: {names}."
    elif result.termination.is_limit:
        yield ended
