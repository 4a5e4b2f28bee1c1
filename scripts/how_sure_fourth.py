"""What docs/how-sure.md says of one hub more than is permitted, and of having chosen the second one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.words import ordinal
from netdesign.results.document import Verdict
from scripts.how_sure_sites import city
from scripts.how_sure_words import millions, network_of

if TYPE_CHECKING:
    from scripts.how_sure_asked import Asked


def fourth_sentence(asked: Asked) -> str:
    """Return what one hub more would save, with any hubs and with the second one kept."""
    step, last = asked.wider.document.steps[-1], asked.wider.networks[-1]
    nth = ordinal(step.to_hubs)
    if step.verdict is not Verdict.PAYS:
        return f"A {nth} hub would not pay."
    kept = next(site for site in asked.second[1] if site not in asked.today)
    found = f"A {nth} hub, which is not permitted, would save another EUR {millions(step.saving)} m, with"
    if kept in last.hubs:
        return f"{found} {network_of(last.hubs)}; proven."
    own = asked.wider_with.networks[-1]
    best = asked.answer.networks[-1].objective or 0.0
    dearer = (own.objective or 0.0) - (last.objective or 0.0)
    less = best - (own.objective or 0.0)
    then = f"saves EUR {millions(less)} m" if less > 0 else f"does not pay: EUR {millions(-less)} m a year is lost"
    return (
        f"{found} {network_of(last.hubs)}; proven. Once {city(kept)} is open, the best {len(own.hubs)} hubs are "
        f"{network_of(own.hubs)}, EUR {millions(dearer)} m a year dearer than these, and the {nth} {then}."
    )
