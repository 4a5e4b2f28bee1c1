"""The part of docs/how-sure.md on speed and carbon."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.call import Call
from netdesign.analysis.problem import load_problem
from netdesign.network.hours import Hours
from netdesign.network.operated import with_least_waits
from scripts.doc_measurements import table
from scripts.how_sure_asked import CARBON, INSTANCE
from scripts.how_sure_words import bullets, inside_of, millions, network_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.api.frontier import FrontierAnswer
    from netdesign.results.document import NetworkPart
    from scripts.how_sure_asked import Asked

_CARBON_HEADER = ("at EUR/t CO2e", "network", "EUR m a year, without that price", "t CO2e a year")

CHEAP = 1e6
"""What a percentage point may cost to be called cheap, EUR/year."""


def frontier_markdown(asked: Asked) -> str:
    """Return what speed costs, and what a price of carbon changes."""
    return f"""## What speed and carbon cost

[What speed and carbon cost](frontier.md) has the command.

{bullets(_lines(asked.speed))}
{table(("network", "EUR m a year", "inside the deadline", "EUR m a percentage point more"), _points(asked.speed))}
With a price of carbon of {CARBON.replace(":", " to ", 1).replace(":", " EUR/t CO2e, in steps of ")}:

{bullets(carbon_lines(asked.carbon))}
{table(_CARBON_HEADER, _carbon_rows(asked.carbon))}"""


def _lines(found: FrontierAnswer) -> Iterable[str]:
    points = [one.network for one in found.points]
    first, last = points[0], points[-1]
    yield (
        f"{len(points)} points, each with the least cost for its share inside the deadline; proven. Rows with the "
        "same hubs differ in departures and in the hub that a city has."
    )
    yield speed_sentence(found)
    yield (
        f"No permitted network has more than {inside_of(last):.1%} inside the deadline; that costs EUR "
        f"{millions(_dearer(first, last))} m more than the cheapest, EUR {millions(_a_point(first, last))} m a "
        f"percentage point on the mean, and EUR {millions(_marginal(found)[-1])} m a point from the last row but one."
    )
    number, share = never_in_time()
    yield (
        f"{number} destinations, {share:.1%} of the freight with a deadline, cannot be reached in time over any "
        "airport that may open; they pay the penalty in every network."
    )
    costs = first.costs
    if costs is not None:
        yield f"The cost includes the penalty for late freight, EUR {millions(costs.late)} m with the cheapest network."


def speed_sentence(found: FrontierAnswer) -> str:
    """Return up to which share speed is cheap."""
    points = [one.network for one in found.points]
    marginal = _marginal(found)
    cheap = next((place for place, eur in enumerate(marginal) if eur > CHEAP), len(marginal))
    first, reached = points[0], points[cheap]
    return (
        f"From {inside_of(first):.1%} to {inside_of(reached):.1%} inside the deadline is cheap, EUR "
        f"{millions(_dearer(first, reached))} m a year in all, with {network_of(reached.open_hubs)}; what follows "
        f"costs EUR {millions(_a_point(reached, points[-1]))} m a percentage point on the mean."
    )


def _dearer(before: NetworkPart, after: NetworkPart) -> float:
    return (after.objective or 0.0) - (before.objective or 0.0)


def _a_point(before: NetworkPart, after: NetworkPart) -> float:
    """Return what a percentage point inside the deadline costs from one network to another, EUR/year."""
    return _dearer(before, after) / (100 * (inside_of(after) - inside_of(before)))


def _marginal(found: FrontierAnswer) -> list[float]:
    """Return what a percentage point costs between each two neighbours, EUR/year."""
    return [_a_point(before, after) for before, after in pairwise([one.network for one in found.points])]


def never_in_time() -> tuple[int, float]:
    """Return the number of commodities that no route over permitted sites brings in time, and their share by volume."""
    problem = load_problem(INSTANCE, Call())
    late, _ = Hours(problem.instance, with_least_waits(problem.network)).late_everywhere()
    volume, promised = problem.instance.commodities.volume, np.isfinite(problem.instance.deadline_h)
    return len(late), float(volume[late].sum() / volume[promised].sum())


def _points(found: FrontierAnswer) -> Iterable[Sequence[str]]:
    marginal = ["-", *map(millions, _marginal(found))]
    for one, more in zip(found.points, marginal, strict=True):
        network = one.network
        yield network_of(network.open_hubs), millions(network.objective), f"{inside_of(network):.1%}", more


def carbon_lines(found: FrontierAnswer) -> list[str]:
    """Return what prices of carbon change."""
    points = found.points
    hubs = {network_of(one.network.open_hubs) for one in points}
    most = max(search.carbon_price_eur_per_t for search in found.document.searches)
    moved = (
        f"Up to EUR {most:g}/t CO2e no price of carbon moves a hub: at each price that was solved {next(iter(hubs))} "
        "is best; proven. What lies between two prices was not looked at."
        if len(hubs) == 1
        else f"Up to EUR {most:g}/t CO2e {len(hubs)} networks are best, each at its price; proven."
    )
    least, first = points[-1].co2e_t_per_year, points[0].co2e_t_per_year
    dearer = (points[-1].network.objective or 0.0) - (points[0].network.objective or 0.0)
    return [
        moved,
        f"Other departures and other hubs of cities are all that changes: {1 - least / first:.1%} less carbon for EUR "
        f"{millions(dearer)} m a year.",
    ]


def _carbon_rows(found: FrontierAnswer) -> list[Sequence[str]]:
    """Return for each point the prices of carbon at which it is the best."""
    rows: list[Sequence[str]] = []
    for place, one in enumerate(found.points):
        # Beside those that are asked for there is one next to 0, which tells networks of the same cost apart.
        prices = {round(search.carbon_price_eur_per_t) for search in found.document.searches if search.point == place}
        at = ", ".join(map(str, sorted(prices)))
        hubs = network_of(one.network.open_hubs)
        rows.append((at, hubs, millions(one.network.objective), f"{one.co2e_t_per_year:,.0f}"))
    return rows
