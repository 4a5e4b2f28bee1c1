"""Options of a call of stress, recorded in its result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from netdesign.analysis.call import Call
from netdesign.analysis.margin import Margin
from netdesign.instance.distributions import distributions_of

if TYPE_CHECKING:
    from netdesign.instance import Instance

USUAL_DRAWS = 1000
"""Worlds that are drawn where a call does not say what to look at, and the instance states ranges."""

USUAL_MOST = 10
"""Number of networks that are looked at where a call does not say it."""

USUAL_LEVEL = 0.95
"""Level of CVaR where a call does not say it: the mean of the dearest twentieth of the worlds."""

BETWEEN_HUBS = "+"
"""Stands between the hubs of a network that is named."""


@dataclass(frozen=True)
class StressCall(Call):
    """Options of a call about failures and drawn worlds.

    Parameters
    ----------
    draws
        Number of worlds to draw; None for none, or for what is usual if failures are not asked for either.
    failures
        Whether to look at failures.
    days
        Days that what fails is out; None for those that the instance states.
    networks
        Open hubs of each network to look at; empty for the best ones.
    within
        How much more than the best those may have; None for no limit.
    most
        Number of the best networks to look at.
    level
        Of CVaR.
    """

    COMMAND = "call of stress"

    draws: int | None = None
    failures: bool = False
    days: int | None = None
    networks: tuple[tuple[str, ...], ...] = ()
    within: Margin | None = None
    most: int = USUAL_MOST
    level: float = USUAL_LEVEL

    def asked_of(self, instance: Instance) -> Self:
        """Return the call with what it looks at where it does not say it: failures, and draws if there are ranges."""
        if self.draws is not None or self.failures:
            return self
        has_figures = bool(distributions_of(instance).figures)
        return replace(self, failures=True, draws=USUAL_DRAWS if has_figures else None)

    def _own_record(self) -> dict[str, object]:
        own = {
            "draws": self.draws,
            "failures": self.failures,
            "days": self.days,
            "networks": [BETWEEN_HUBS.join(hubs) for hubs in self.networks],
            "within": None if self.within is None else str(self.within),
            "most": self.most,
            "level": self.level,
        }
        return super()._own_record() | own

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        record, own = document.options, super()._own_of(document)
        counts = {name: record[name] for name in ("draws", "days", "most")}
        if any(isinstance(count, bool) or not isinstance(count, int | None) for count in counts.values()):
            raise TypeError
        if not isinstance(record["failures"], bool) or counts["most"] is None:
            raise TypeError
        return own | {
            **counts,
            "failures": record["failures"],
            "networks": tuple(tuple(str(name).split(BETWEEN_HUBS)) for name in record["networks"]),
            "within": None if record["within"] is None else Margin.from_text(record["within"]),
            "level": float(record["level"]),
        }
