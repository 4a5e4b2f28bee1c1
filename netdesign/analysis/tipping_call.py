"""Options of a call of tipping, recorded in its result; and the figures that it asks about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from netdesign.analysis.call import AnyCall, Call
from netdesign.analysis.moved import written
from netdesign.analysis.named_figures import exists, refuse_outranked
from netdesign.analysis.problem import source_named
from netdesign.errors import UsageError, did_you_mean
from netdesign.instance.fields import is_decimal
from netdesign.instance.figures import FigurePathError, paths_of, place_in
from netdesign.instance.ranges import FigureRange
from netdesign.instance.read import validated

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.instance.document import Path_
    from netdesign.instance.figures import Place
    from netdesign.instance.published.reading import Named

USUAL_WIDTH = 0.01
"""Share of a range to which a change is narrowed down where a call does not say it."""


USUAL_STEPS = 9
"""Number of values of each figure of a grid where a call does not say it."""


MOST_STEPS = 100
"""Most values of each figure of a grid."""


@dataclass(frozen=True)
class FigureCall(AnyCall):
    """Options of a call about the values of figures, of one year or of several.

    Parameters
    ----------
    figure
        Paths of one figure; None for all that state a range.
    low, high
        Its range; None for that of the instance.
    width
        Share of a range to which a change is narrowed down, where it is not exact.
    """

    IS_OVER_YEARS: ClassVar[bool] = False

    figure: str | None = None
    low: float | None = None
    high: float | None = None
    width: float = USUAL_WIDTH

    def _own_record(self) -> dict[str, object]:
        own: dict[str, object] = {"figure": self.figure, "low": self.low, "high": self.high, "width": self.width}
        return super()._own_record() | own

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        record, own = document.options, super()._own_of(document)
        figure = record["figure"]
        if not isinstance(figure, str | None) or isinstance(record["width"], bool):
            raise TypeError
        ends = {name: None if record[name] is None else float(record[name]) for name in ("low", "high")}
        return own | ends | {"figure": figure, "width": float(record["width"])}


@dataclass(frozen=True)
class TippingCall(FigureCall, Call):
    """Options of a call about what turns the answer of one year.

    Parameters
    ----------
    grid
        Two figures in place of one, each a path, or ``PATH=LOW:HIGH``; None where none is asked for.
    steps
        Number of values of each figure of the grid.
    """

    COMMAND = "call of tipping"

    grid: tuple[str, str] | None = None
    steps: int = USUAL_STEPS

    def _own_record(self) -> dict[str, object]:
        grid = None if self.grid is None else list(self.grid)
        return super()._own_record() | {"grid": grid, "steps": self.steps}

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        record, own = document.options, super()._own_of(document)
        if record["grid"] is not None:
            first, second = map(str, record["grid"])
            own |= {"grid": (first, second)}
        return own | {"steps": int(record["steps"])}


def asked_figures(name_or_path: Named, call: FigureCall, instance: Instance) -> tuple[FigureRange, ...]:
    """Return the figures of a call with their ranges.

    Raises
    ------
    UsageError
        The instance states no range; the figure does not exist, or has no range; or the ends are none.
    """
    if isinstance(call, TippingCall) and call.grid is not None:
        return ()
    if call.figure is None:
        if not instance.ranges:
            message = (
                f"{instance.name} states no ranges; name a figure with both ends, such as road.speed_kmh 60 80, or "
                "give the instance a ranges table"
            )
            raise UsageError(message)
        return instance.ranges
    ends = None if call.low is None or call.high is None else (call.low, call.high)
    return (_figure(name_or_path, call, instance, call.figure, ends),)


def grid_figures(name_or_path: Named, call: TippingCall, instance: Instance) -> tuple[FigureRange, ...]:
    """Return the two figures of the grid of a call with their ranges; none where it asks for none.

    Raises
    ------
    UsageError
        One does not exist, or has no range; or both are the same.
    """
    found = []
    for text in call.grid or ():
        name, equals, span = text.partition("=")
        ends = _ends_of(text, span) if equals else None
        found.append(_figure(name_or_path, call, instance, name, ends))
    trails = [{place.trail for place in _places(name_or_path, call, one.paths, (one.low, one.high))} for one in found]
    if found and trails[0] & trails[1]:
        message = f"--grid: {found[1].paths[0]} is named twice; a grid is over two figures"
        raise UsageError(message)
    return tuple(found)


def _ends_of(text: str, span: str) -> tuple[float, float]:
    """Return the ends that stand behind the path of a figure of a grid.

    Raises
    ------
    UsageError
        They are no two numbers.
    """
    parts = [part.strip() for part in span.split(":")]
    if len(parts) != 2 or not all(map(is_decimal, parts)):
        message = f"--grid {text}: write PATH, or PATH=LOW:HIGH such as road.speed_kmh=60:80"
        raise UsageError(message)
    return float(parts[0]), float(parts[1])


def _figure(
    name_or_path: Named, call: FigureCall, instance: Instance, figure: str, ends: tuple[float, float] | None
) -> FigureRange:
    """Return a figure with its ends: those that are typed, or those of the instance."""
    paths = paths_of(figure)
    stated = {path: one for one in instance.ranges for path in one.paths}
    if ends is not None:
        return _typed(name_or_path, call, figure, stated, ends)
    found = next((stated[path] for path in paths if path in stated), None)
    if found is None:
        _places(name_or_path, call, paths, (0.0, 1.0))
        near = did_you_mean(figure, stated)
        how = "write PATH=LOW:HIGH" if call.figure is None else "write both ends behind it"
        message = f"{figure}: the instance states no range for it; {how}{near}"
        raise UsageError(message)
    return found


def _places(name_or_path: Named, call: FigureCall, paths: tuple[str, ...], ends: tuple[float, float]) -> list[Place]:
    """Return where a figure stands.

    Raises
    ------
    UsageError
        It does not exist, has no value with which the others could be compared, stands in one place twice, or an
        option of the call outranks it.
    """
    document = validated(source_named(name_or_path, call))
    found: dict[Path_, Place] = {}
    for path in paths:
        try:
            place = place_in(document, path, over_years=call.IS_OVER_YEARS)
        except FigurePathError as error:
            value = next((end for end in ends if exists(name_or_path, call, path, end)), None)
            if error.has_value or value is None:
                raise UsageError(str(error)) from None
            message = f"{path}: has no value yet; give it one, such as --set {path}={written(value)}"
            raise UsageError(message) from None
        refuse_outranked(call, path, place.trail)
        if place.trail in found:
            message = f"{path}: is named twice; one figure has each of its places once"
            raise UsageError(message)
        found[place.trail] = place
    return list(found.values())


def _typed(
    name_or_path: Named,
    call: FigureCall,
    figure: str,
    stated: dict[str, FigureRange],
    ends: tuple[float, float],
) -> FigureRange:
    """Return a figure with the ends that the call names."""
    low, high = ends
    paths = paths_of(figure)
    places = _places(name_or_path, call, paths, ends)
    if not places:
        message = "the figure is empty; name one, such as road.speed_kmh"
        raise UsageError(message)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        message = f"{figure}: the range {low:g} to {high:g} is none; the lower end comes first"
        raise UsageError(message)
    values = sorted({float(place.value) for place in places})
    if len(values) > 1:
        listed = ", ".join(f"{value:g}" for value in values)
        message = f"{figure}: its places have the values {listed}; one range is of one figure, with one value"
        raise UsageError(message)
    for value in ends:
        why = next(filter(None, (place.fault_of(value) for place in places)), "")
        if why:
            message = f"{figure}: {why}"
            raise UsageError(message)
    first, known = places[0], stated.get(paths[0])
    told = ("", "") if known is None else (known.status, known.source)
    return FigureRange(paths, float(first.value), low, high, first.unit, first.is_whole, *told)
