"""The margin within which networks are listed: a share of the objective of the best, or an amount."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Self

from netdesign.errors import UsageError

_TEXT = re.compile(r"\s*(?P<number>[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?)\s*(?P<percent>%?)\s*")


@dataclass(frozen=True)
class Margin:
    """How much more a network may have than the best.

    Parameters
    ----------
    value
        Per cent of the objective of the best, or an amount in the unit of the objective.
    is_share
        Whether it is per cent.
    """

    value: float
    is_share: bool

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the margin that ``1%`` or ``250000`` states.

        Raises
        ------
        UsageError
            It is no number, or below zero.
        """
        found = _TEXT.fullmatch(text)
        if found is None or not math.isfinite(float(found["number"])):
            message = f"--within {text}: give a share such as 1%, or an amount such as 250000"
            raise UsageError(message)
        value = float(found["number"])
        if value < 0:
            message = f"--within {text}: a margin is 0 or more"
            raise UsageError(message)
        return cls(value, bool(found["percent"]))

    def limit(self, objective: float) -> float:
        """Return the largest objective within the margin, given that of the best."""
        return objective + (abs(objective) * self.value / 100 if self.is_share else self.value)

    def __str__(self) -> str:
        return f"{self.value:.15g}{'%' if self.is_share else ''}"


USUAL_MARGIN = Margin(1.0, is_share=True)
"""What is near the best where a call does not say it."""
