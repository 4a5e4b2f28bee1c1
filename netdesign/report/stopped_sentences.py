"""Sentences on a search that was stopped, and on what it leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.words import measure_of, name_of
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from netdesign.results.document import FurtherSearch, ResultDocument

_FURTHER: dict[FurtherSearch, str] = {"runner_up": "the runner-up of", "minima": "what minima cost in"}
_LINEAR = "what would be best by the tonne"


def closing_lines(result: ResultDocument) -> list[str]:
    """Return a sentence on a search that was stopped."""
    not_linear = [] if result.linear_ending is None else [f"{_LINEAR[0].upper()}{_LINEAR[1:]} is not known."]
    if result.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED):
        why = "the time limit" if result.termination is Termination.TIME_LIMIT else "an interruption"
        return [f"The search was ended by {why}{_best_so_far(result)}.", *not_linear]
    if result.termination is Termination.SIZE_LIMIT:
        return [
            "The figures differ so much in size that rounding hides the rest of the gap; the bound is what is certain.",
            *not_linear,
        ]
    return _unfinished_lines(result)


def _unfinished_lines(result: ResultDocument) -> list[str]:
    """Return a sentence on the searches beside the answer that were stopped."""
    ended = [
        (why, f"{_FURTHER[name]} {name_of(network)}")
        for network in result.networks
        for name, why in network.unfinished.items()
    ]
    if result.linear_ending is not None:
        ended.append((result.linear_ending, _LINEAR))
    if not ended:
        return []
    why = "The time limit" if ended[0][0] is Termination.TIME_LIMIT else "An interruption"
    *others, last = (what for _, what in ended)
    listed = f"{', '.join(others)} and {last}" if others else last
    return [f"{why} ended the search for {listed}; all else is answered."]


def _best_so_far(result: ResultDocument) -> str:
    """Return the outcome of a stopped search; today's network is shown even where it is not permitted."""
    if result.plan is not None:
        return "; what is shown is the best found so far, with what its bounds prove"
    measure = measure_of(result)
    least = (
        f"; no permitted one {measure.more} less than {measure.text(result.bound)}{measure.per}" if result.bound else ""
    )
    shown = next((network for network in result.networks if network.plan is not None), None)
    if shown is None or shown.plan is None:
        return f" before any network was found{least}"
    today = f"today's, {name_of(shown)}, {measure.text(shown.objective)}{measure.per}"
    return f" before a permitted network was found; what is shown is {today}, which this call does not permit{least}"
