"""Figures and values of a sweep: from what is typed to numbers, and the combinations of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, Self

from netdesign.analysis.moved import written
from netdesign.errors import UsageError
from netdesign.instance.fields import LARGEST, is_decimal
from netdesign.instance.figures import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_COMBINATIONS = 10_000
"""Of one sweep; the plans of more could not be read again from one file."""

HOW = "write PATH=VALUES, such as volume_factor=0.5,1,2 or road.speed_kmh=60:80:5"

_SHOWN = 60


class Combination(NamedTuple):
    """One value of each figure; None where a figure keeps that of the instance.

    Parameters
    ----------
    values
        In the order of the figures.
    scenario
        Name of the row of a table; empty where it has none.
    """

    values: tuple[float | None, ...]
    scenario: str = ""


@dataclass(frozen=True)
class SweptFigure:
    """A figure and its values.

    Parameters
    ----------
    paths
        Where it stands, as for ``--set``; all places get one value.
    values
        In the order in which they are named; none twice.
    """

    paths: tuple[str, ...]
    values: tuple[float, ...]

    @property
    def name(self) -> str:
        """Its paths as one text."""
        return "; ".join(self.paths)

    @property
    def text(self) -> str:
        """What is typed for it."""
        return f"{self.name}={','.join(map(written, self.values))}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the figure that a text names.

        Parameters
        ----------
        text
            ``PATH=VALUES``: numbers and ranges ``LOW:HIGH:STEP`` with commas between; the upper end of a range is
            among its values where a step hits it.

        Raises
        ------
        UsageError
            It names no figure, or no values.
        """
        name, equals, listed = text.partition("=")
        paths = paths_of(name)
        if not equals or not paths:
            message = f"--over {_short(text)}: {HOW}"
            raise UsageError(message)
        values: list[float] = []
        for part in listed.split(","):
            values += _range(part, text) if ":" in part else [_number(part, text)]
        return cls.of(paths, values)

    @classmethod
    def of(cls, paths: tuple[str, ...], values: Sequence[float]) -> Self:
        """Return a figure with values.

        Raises
        ------
        UsageError
            One stands twice.
        """
        seen: set[float] = set()
        for value in values:
            if value in seen:
                message = f"--over {paths[0]}: {written(value)} stands twice"
                raise UsageError(message)
            seen.add(value)
        return cls(paths, tuple(values))


def number_of(cell: object, where: str, remedy: str = "") -> float:
    """Return a number that may be a text.

    Parameters
    ----------
    cell
        The number, or what stands in its place.
    where, remedy
        Begin and end the message.

    Raises
    ------
    UsageError
        It is none.
    """
    text = str(cell).strip()
    if not is_decimal(text) or isinstance(cell, bool):
        message = f"{where}: '{_short(text)}' is no number{remedy}"
        raise UsageError(message)
    if abs(float(text)) > LARGEST:
        message = f"{where}: {_short(text)} is too large; no figure is over {LARGEST:g}"
        raise UsageError(message)
    return float(text)


def _number(text: str, whole: str) -> float:
    return number_of(text, f"--over {_short(whole)}", f"; {HOW}")


def _range(text: str, whole: str) -> Iterator[float]:
    """Yield the values of a range: in decimals as written, so that no step misses an end by rounding.

    Raises
    ------
    UsageError
        It is none.
    """
    parts = text.split(":")
    if len(parts) != 3:
        message = f"--over {_short(whole)}: '{_short(text.strip())}' is no range; write LOW:HIGH:STEP"
        raise UsageError(message)
    for part in parts:
        _number(part, whole)
    low, high, step = (Decimal(part.strip()) for part in parts)
    if step <= 0:
        message = f"--over {_short(whole)}: the step {step:g} is none; give one over 0"
        raise UsageError(message)
    if low > high:
        message = f"--over {_short(whole)}: the range {low:g} to {high:g} is none; the lower end comes first"
        raise UsageError(message)
    number = int((high - low) / step) + 1
    if number > MOST_COMBINATIONS:
        raise _too_many(number)
    yield from (float(low + step * place) for place in range(number))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _too_many(number: int) -> UsageError:
    return UsageError(
        f"{number:,} combinations are more than {MOST_COMBINATIONS:,}, the most of one sweep; take longer steps or "
        "fewer figures, or ask part by part, with --set for one of the figures"
    )


def combinations_of(
    figures: Sequence[SweptFigure], rows: Sequence[Combination] = (), of_rows: int = 0
) -> list[Combination]:
    """Return all combinations: each row of a table with each value of each figure, the last figure moving fastest.

    Parameters
    ----------
    figures
        Beside those of the table.
    rows
        Of the table; none without one.
    of_rows
        Number of figures of the table, which come first.

    Raises
    ------
    UsageError
        They are too many.
    """
    number = math.prod(len(figure.values) for figure in figures) * max(1, len(rows))
    if number > MOST_COMBINATIONS:
        raise _too_many(number)
    listed = rows or [Combination((None,) * of_rows)]
    return [
        Combination((*row.values, *values), row.scenario)
        for row in listed
        for values in product(*(figure.values for figure in figures))
    ]
