"""Options of a call of tipping, recorded in its result; and the figures that it asks about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netdesign.analysis.call import AnyCall, Call
from netdesign.analysis.problem import source_named
from netdesign.errors import UsageError, did_you_mean
from netdesign.instance.figures import FigurePathError, paths_of, place_in
from netdesign.instance.ranges import FigureRange
from netdesign.instance.read import validated

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.instance.figures import Place
    from netdesign.instance.published.reading import Named

USUAL_WIDTH = 0.01
"""Share of a range to which a change is narrowed down where a call does not say it."""


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

    figure: str | None = None
    low: float | None = None
    high: float | None = None
    width: float = USUAL_WIDTH

    def _own_record(self) -> dict[str, object]:
        own = {"figure": self.figure, "low": self.low, "high": self.high, "width": self.width}
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
    """Options of a call about what turns the answer of one year."""

    COMMAND = "call of tipping"


def asked_figures(name_or_path: Named, call: FigureCall, instance: Instance) -> tuple[FigureRange, ...]:
    """Return the figures of a call with their ranges.

    Raises
    ------
    UsageError
        The instance states no range; the figure does not exist, or has no range; or the ends are none.
    """
    if call.figure is None:
        if not instance.ranges:
            message = (
                f"{instance.name} states no ranges; name a figure with both ends, such as road.speed_kmh 60 80, or "
                "give the instance a ranges table"
            )
            raise UsageError(message)
        return instance.ranges
    paths = paths_of(call.figure)
    stated = {path: one for one in instance.ranges for path in one.paths}
    if call.low is None or call.high is None:
        found = next((stated[path] for path in paths if path in stated), None)
        if found is None:
            _places(name_or_path, call, paths)
            near = did_you_mean(call.figure, stated)
            message = f"{call.figure}: the instance states no range for it; write both ends behind it{near}"
            raise UsageError(message)
        return (found,)
    return (_typed(name_or_path, call, paths, stated, (call.low, call.high)),)


def _places(name_or_path: Named, call: FigureCall, paths: tuple[str, ...]) -> list[Place]:
    """Return where a figure stands.

    Raises
    ------
    UsageError
        It does not exist.
    """
    document = validated(source_named(name_or_path, call))
    try:
        return [place_in(document, path) for path in paths]
    except FigurePathError as error:
        raise UsageError(str(error)) from None


def _typed(
    name_or_path: Named,
    call: FigureCall,
    paths: tuple[str, ...],
    stated: dict[str, FigureRange],
    ends: tuple[float, float],
) -> FigureRange:
    """Return a figure with the ends that the call names."""
    low, high = ends
    places = _places(name_or_path, call, paths)
    if not places:
        message = "the figure is empty; name one, such as road.speed_kmh"
        raise UsageError(message)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        message = f"{call.figure}: the range {low:g} to {high:g} is none; the lower end comes first"
        raise UsageError(message)
    values = sorted({float(place.value) for place in places})
    if len(values) > 1:
        listed = ", ".join(f"{value:g}" for value in values)
        message = f"{call.figure}: its places have the values {listed}; one range is of one figure, with one value"
        raise UsageError(message)
    for value in ends:
        why = next(filter(None, (place.fault_of(value) for place in places)), "")
        if why:
            message = f"{call.figure}: {why}"
            raise UsageError(message)
    first, known = places[0], stated.get(paths[0])
    told = ("", "") if known is None else (known.status, known.source)
    return FigureRange(paths, float(first.value), low, high, first.unit, first.is_whole, *told)
