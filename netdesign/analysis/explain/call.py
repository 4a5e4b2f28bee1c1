"""Options of a call of explain: recorded in a result and read from it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netdesign.analysis.call import Call

MOST_CLASHES = 10
"""Least sets of policies that are listed at most."""


@dataclass(frozen=True)
class ExplainCall(Call):
    """Options of a call about why no plan is permitted.

    Parameters
    ----------
    most
        Number of least sets of policies at which the list ends.
    """

    COMMAND = "call of explain"

    most: int = MOST_CLASHES

    def _own_record(self) -> dict[str, object]:
        return super()._own_record() | {"most": self.most}

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        return super()._own_of(document) | {"most": int(document.options["most"])}
