"""The part of docs/how-sure.md on speed and carbon."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.call import Call
from netdesign.analysis.problem import load_problem
from netdesign.network.hours import Hours
from netdesign.network.operated import with_least_waits
from netdesign.report.frontier import is_proven
from scripts.doc_measurements import table
from scripts.how_sure_asked import CARBON, INSTANCE
from scripts.how_sure_words import bullets, inside_of, listed, millions, network_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.api.frontier import FrontierAnswer
    from netdesign.results.document import NetworkPart
    from netdesign.results.frontier_document import FrontierPointPart
    from scripts.how_sure_asked import Asked

_SPEED_HEADER = ("network", "EUR m a year", "inside the deadline", "EUR m a percentage point more than the row above")

CHEAP = 1e6
"""What a percentage point may cost to be called cheap, EUR/year."""


def frontier_markdown(asked: Asked) -> str:
    """Return what speed costs, and what a price of carbon changes."""
    return f"""## What speed and carbon cost

[What speed and carbon cost](frontier.md) has the command.

**One new hub.** {speed_sentence(asked.speed_second)} {_most(asked.speed_second)}

**Up to {len(asked.best) - len(asked.today)} new hubs:**

{bullets(_lines(asked.speed))}
{table(_SPEED_HEADER, _points(asked.speed))}
**Carbon**, at a price of {CARBON.replace(":", " to ", 1).replace(":", " EUR/t CO2e, in steps of ")}:

{bullets(_carbon_lines(asked))}"""


def _lines(found: FrontierAnswer) -> Iterable[str]:
    first, *_, before_last, last = (one.network for one in _shown(found))
    yield (
        f"{len(found.points)} ways to operate were found, each with the least cost for its share inside the "
        f"deadline{_proven(found)}. Those with the same hubs differ in departures and in which hub serves a city; of "
        "several in a row the first, the middle and the last are shown."
    )
    if any(line.startswith("Between") for line in found.sentences):
        yield "Between two neighbours there may be others that were not looked at."
    yield (
        f"{_most(found)} That is EUR {millions(_a_point(first, last))} m a percentage point on the mean, and EUR "
        f"{millions(_a_point(before_last, last))} m from the last row but one."
    )
    number, share = never_in_time()
    yield (
        f"{number} destinations, {share:.1%} of the freight with a deadline, cannot be reached in time over any "
        "airport that may open; they pay the penalty in every network."
    )


def _most(found: FrontierAnswer) -> str:
    """Return the largest share inside the deadline, and what it costs."""
    first, last = found.points[0].network, found.points[-1].network
    is_end = any(line.startswith("Most freight inside the deadline is ") for line in found.sentences)
    return (
        f"No network {'permitted' if is_end else 'that was found'} has more than {inside_of(last):.1%} inside the "
        f"deadline; that costs EUR {millions(_dearer(first, last))} m a year more than the cheapest, with "
        f"{network_of(last.open_hubs)}."
    )


def speed_sentence(found: FrontierAnswer) -> str:
    """Return up to which share speed is cheap."""
    points = [one.network for one in found.points]
    marginal = [_a_point(before, after) for before, after in pairwise(points)]
    cheap = next((place for place, eur in enumerate(marginal) if eur > CHEAP), len(marginal))
    first, reached = points[0], points[cheap]
    return (
        f"Raising on-time freight from {inside_of(first):.1%} to {inside_of(reached):.1%} costs EUR "
        f"{millions(_dearer(first, reached))} m a year, with {network_of(reached.open_hubs)}; beyond that each "
        f"percentage point costs about EUR {millions(_a_point(reached, points[-1]), 0)} m on the mean."
    )


def _dearer(before: NetworkPart, after: NetworkPart) -> float:
    return (after.objective or 0.0) - (before.objective or 0.0)


def _a_point(before: NetworkPart, after: NetworkPart) -> float:
    """Return what a percentage point inside the deadline costs from one network to another, EUR/year."""
    return _dearer(before, after) / (100 * (inside_of(after) - inside_of(before)))


def _proven(found: FrontierAnswer) -> str:
    return "; proven" if all(map(is_proven, found.points)) else ""


def _shown(found: FrontierAnswer) -> list[FrontierPointPart]:
    """Return the points, of those in a row with the same hubs three."""
    shown = []
    for _, group in groupby(found.points, lambda one: one.network.open_hubs):
        points = list(group)
        shown += [points[place] for place in sorted({0, len(points) // 2, len(points) - 1})]
    return shown


def never_in_time(*changes: str) -> tuple[int, float]:
    """Return the number of commodities that no route over permitted sites brings in time, and their share by volume.

    Changes are those of ``--set``.
    """
    problem = load_problem(INSTANCE, Call(overrides=changes))
    late, _ = Hours(problem.instance, with_least_waits(problem.network)).late_everywhere()
    volume, promised = problem.instance.commodities.volume, np.isfinite(problem.instance.deadline_h)
    return len(late), float(volume[late].sum() / volume[promised].sum())


def _points(found: FrontierAnswer) -> Iterable[Sequence[str]]:
    points = [one.network for one in _shown(found)]
    steps = ["-", *(millions(_a_point(before, after)) for before, after in pairwise(points))]
    for network, more in zip(points, steps, strict=True):
        yield network_of(network.open_hubs), millions(network.objective), f"{inside_of(network):.1%}", more


def carbon_sentence(found: FrontierAnswer) -> str:
    """Return whether a price of carbon moves a hub, without a full stop."""
    hubs = {network_of(one.network.open_hubs) for one in found.points}
    most = max(search.carbon_price_eur_per_t for search in found.document.searches)
    if len(hubs) > 1:
        return f"{listed(sorted(hubs))} are best up to EUR {most:g}/t CO2e, each at its prices"
    return f"no price of carbon up to EUR {most:g}/t CO2e moves a hub: at each that was solved {hubs.pop()} is best"


def _carbon_lines(asked: Asked) -> Iterable[str]:
    found, second = asked.carbon, asked.carbon_second
    yield f"With one new hub {carbon_sentence(second)}{_proven(second)}."
    yield (
        f"With up to {len(asked.best) - len(asked.today)} new hubs {carbon_sentence(found)}{_proven(found)}. What "
        "lies between two prices was not looked at."
    )
    first, last = found.points[0], found.points[-1]
    yield (
        "With other departures, and other hubs for some cities, there is then "
        f"{1 - last.co2e_t_per_year / first.co2e_t_per_year:.1%} less carbon at the highest price than at none, for "
        f"EUR {millions(_dearer(first.network, last.network))} m a year."
    )
