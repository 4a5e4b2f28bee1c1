"""What a figure turns, of one year and over years alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.report.page.evidence import ChangeRecord, TippingFigureRecord, TippingPointRecord
from netdesign.report.page.figures import figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.results.timing_tipping_document import StagedFigurePart
    from netdesign.results.tipping_document import FigurePart


def turning_figure(
    part: FigurePart | StagedFigurePart, verdict: str, named: Callable[[Any], list[str]], best: str
) -> TippingFigureRecord:
    """Return the record of a figure, without today's network and a proof along the range.

    Parameters
    ----------
    part
        As the result states it.
    verdict
        In words what it turns.
    named
        Returns how a page names what is best, as points and changes state it.
    best
        Field of a point that has what is best there.
    """
    ends = {point.value: figure(point.objective) for point in part.points}
    return TippingFigureRecord(
        path=part.name,
        unit=part.unit,
        low=part.low,
        value=part.value,
        high=part.high,
        status=part.status,
        source=part.source,
        turns=part.turns,
        is_proven=False,
        verdict=verdict,
        objective_low=ends.get(part.low),
        objective_high=ends.get(part.high),
        today_low=None,
        today_high=None,
        points=[
            TippingPointRecord(
                value=figure(point.value),
                hubs=named(getattr(point, best)),
                objective=figure(point.objective),
                bound=figure(point.bound),
            )
            for point in part.points
        ],
        changes=[
            ChangeRecord(
                at_least=figure(change.at_least),
                at_most=figure(change.at_most),
                before=named(change.before),
                after=named(change.after),
            )
            for change in part.changes
        ],
    )
