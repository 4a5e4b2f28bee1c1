"""Which columns a call of ``compare`` asks for beside the usual ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FurtherColumns:
    """Columns that a call asks for beside the usual ones.

    Parameters
    ----------
    parts
        The cost by part.
    regret
        What each configuration costs more than the best network.
    failures
        What its failures cost.
    days
        Days that what fails is out; None for those that the instance states.
    """

    parts: bool = False
    regret: bool = False
    failures: bool = False
    days: int | None = None


NO_FURTHER = FurtherColumns()
"""The usual columns alone."""
