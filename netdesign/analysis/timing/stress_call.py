"""Options of a call of stress about an instance over years, recorded in its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netdesign.analysis.call import TimingCall
from netdesign.analysis.stress.call import USUAL_DRAWS, USUAL_LEVEL


@dataclass(frozen=True)
class TimingStressCall(TimingCall):
    """Options of a call about plans in drawn worlds.

    Parameters
    ----------
    draws
        Number of worlds to draw.
    draws_level
        Of CVaR over the worlds.
    """

    COMMAND = "call of stress over years"
    ASKS_ABOUT_LINKS = False

    draws: int = USUAL_DRAWS
    draws_level: float = USUAL_LEVEL

    def _own_record(self) -> dict[str, object]:
        return super()._own_record() | {"draws": self.draws, "draws_level": self.draws_level}

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        record, own = document.options, super()._own_of(document)
        if isinstance(record["draws"], bool) or not isinstance(record["draws"], int):
            raise TypeError
        return own | {"draws": record["draws"], "draws_level": float(record["draws_level"])}
