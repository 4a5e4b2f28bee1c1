"""Options of a call of tipping about an instance over years, recorded in its result."""

from __future__ import annotations

from dataclasses import dataclass

from netdesign.analysis.call import TimingCall
from netdesign.analysis.tipping_call import FigureCall


@dataclass(frozen=True)
class TimingTippingCall(FigureCall, TimingCall):
    """Options of a call about what turns the first decision."""

    COMMAND = "call of tipping over years"
    IS_OVER_YEARS = True
    ASKS_ABOUT_LINKS = False
