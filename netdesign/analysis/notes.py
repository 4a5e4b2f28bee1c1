"""Notes on a call that are no warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign import catalogue
from netdesign.instance.published.reading import OWN_FORMAT

if TYPE_CHECKING:
    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import SolveProblem
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named


def model_note(problem: SolveProblem) -> str | None:
    """Return a note that the model solves another problem than the instance states, or None."""
    if problem.instance.problem == problem.stated:
        return None
    # Only a model that was named solves something else, and it is loaded already.
    name = problem.formulation.__name__.rsplit(".", 1)[-1]
    return f"--model {name} solves {problem.instance.problem}; the instance states {problem.stated}"


def reading_notes(named: Named, call: Call) -> tuple[str | None, ...]:
    """Return notes on the reading: a folder that hides a bundled instance, a factor left out."""
    reading = call.reading
    if reading.format_in == OWN_FORMAT:
        return (catalogue.shadow_note(named) if isinstance(named, str) else None,)
    is_left_out = reading.format_in == "cab" and reading.alpha is None
    if not is_left_out or any(override.startswith("factors") for override in call.overrides):
        return ()
    return ("a cab file has no inter-hub factor: 1 is taken, by which no leg gets cheaper; --alpha gives another",)


def threshold_note(instance: Instance) -> str | None:
    """Return a note on the sites that the size threshold closes, or None."""
    closed = [site.id for site in instance.sites if site.below_threshold and site.id not in instance.allowed]
    if not closed or instance.minimum_cargo is None:
        return None
    return (
        f"{len(closed)} sites are closed by the size threshold of {instance.minimum_cargo:,.0f} t/year of cargo: "
        f"{', '.join(closed)}; --open names one that may open all the same"
    )
