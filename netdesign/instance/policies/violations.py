"""Figures of the referee on a plan, and violations of policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.instance.policies.base import Counted

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Violation:
    """One violation by a plan.

    Parameters
    ----------
    policy
        The policy, or ``routing`` for a rule of every problem.
    subject
        Hub, lane, commodity or country.
    message
        What was found and what is allowed.
    """

    policy: str
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.policy}: {self.subject}: {self.message}"


TOLERANCE = 1e-6
"""Relative tolerance on volumes, shares and money: ten times the solver's, a thousandth of a reported digit."""

_MOST_DIGITS = 17


def apart(one: float, other: float, form: str = ",.1f") -> tuple[str, str]:
    """Return two figures as texts, with more digits than ``form`` gives if they would look equal."""
    separator, digits = form[:-3], int(form[-2])
    for more in range(digits, _MOST_DIGITS):
        texts = f"{one:{separator}.{more}f}", f"{other:{separator}.{more}f}"
        if texts[0] != texts[1] or one == other:
            return texts
    return f"{one!r}", f"{other!r}"


@dataclass(frozen=True)
class Loads:
    """Yearly volumes of hubs and lanes, t/year.

    Parameters
    ----------
    handled
        By hub: what it lifts; each tonne counts once at each hub that it passes.
    collected
        By hub: what it receives first; each tonne counts once.
    entering
        By hub: what counts towards a minimum throughput, at the first hub of its route.
    inbound, outbound
        By lane (overseas airport, hub): towards and from Europe.
    """

    handled: dict[str, float]
    collected: dict[str, float]
    entering: dict[str, float]
    inbound: dict[tuple[str, str], float]
    outbound: dict[tuple[str, str], float]

    def lane_total(self, lane: tuple[str, str], counts: Counted) -> float:
        """Return what counts towards the minimum of a lane."""
        inbound = self.inbound.get(lane, 0.0) if counts is not Counted.OUTBOUND else 0.0
        outbound = self.outbound.get(lane, 0.0) if counts is not Counted.INBOUND else 0.0
        return inbound + outbound

    @property
    def lanes(self) -> tuple[tuple[str, str], ...]:
        """Lanes that carry something, in either direction."""
        return tuple(sorted(set(self.inbound) | set(self.outbound)))


@dataclass(frozen=True)
class Measured:
    """Figures of the referee on a plan.

    Parameters
    ----------
    open_hubs, open_lanes
        In service.
    loads
        What hubs and lanes carry.
    inside, inside_by_country
        Shares inside the deadline; None where nothing has one.
    co2e
        t CO2e/year.
    taken
        Returns how much the routes of each commodity take of a measure, such as ``time_h``, in a year, shape
        (commodities,).
    """

    open_hubs: tuple[str, ...]
    open_lanes: tuple[tuple[str, str], ...]
    loads: Loads
    inside: float | None
    inside_by_country: dict[str, float]
    co2e: float
    taken: Callable[[str], NDArray[np.float64]]
