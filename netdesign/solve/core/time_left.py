"""How long a search is likely to go on, by how fast what is left becomes less."""

from __future__ import annotations

_LEAST_S = 4.0
"""Seconds of watching before anything is said."""

_APART = 2.0
"""Factor between what two spans of time say, beyond which neither is believed."""


class TimeLeft:
    """Estimates the seconds that are left, and says nothing where the pace changes too much for that."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []

    def after(self, at_s: float, left: int) -> float | None:
        """Return about how many seconds are left, or None.

        Parameters
        ----------
        at_s
            The time, in seconds since any beginning.
        left
            How much is left by then; where it is more than before, watching begins anew.
        """
        if self._seen and left > self._seen[-1][1]:
            self._seen = []
        self._seen.append((at_s, left))
        # An older pace says little about what is left: the second half of the time counts.
        begun = self._seen[0][0] + (at_s - self._seen[0][0]) / 2
        recent = [one for one in self._seen if one[0] >= begun]
        if at_s - self._seen[0][0] < _LEAST_S or len(recent) < 3:
            return None
        spans = [_span(recent[0], recent[-1]), _span(recent[len(recent) // 2], recent[-1])]
        if 0.0 in spans or max(spans) > _APART * min(spans):
            return None
        return left / spans[0]


def _span(first: tuple[float, int], last: tuple[float, int]) -> float:
    """Return the pace between two moments, per second."""
    return (first[1] - last[1]) / (last[0] - first[0])
