"""The part of docs/how-sure.md on drawn worlds: what is drawn, what further hubs save in them, and what is robust."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from netdesign.instance.figures import paths_of
from scripts.doc_measurements import table
from scripts.how_sure_words import bullets, listed, millions, network_of, rounded, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.api.stress import StressAnswer
    from netdesign.results.stress_draws import DrawnFigurePart, DrawnNetworkPart, DrawsPart
    from scripts.how_sure_asked import Asked

_DRAWN = {
    ("streams", "volume_t_per_year"): "the volume from and to Hangzhou",
    ("countries", "volume_factor"): "the volume of each country",
    ("countries", "labour_cost_eur_per_h"): "wages in each country",
    ("air", "inbound_rate_eur_per_kg"): "the air rate from Hangzhou",
    ("air", "outbound_rate_eur_per_kg"): "the air rate to Hangzhou",
    ("vehicles", "eur_per_km"): "what a kilometre of each vehicle costs",
}
"""What is drawn, by the first and the last word of a path."""


_MEAN, _CVAR, _REGRET = "mean cost", "CVaR", "largest regret"

_CENTS = 1.0
"""Difference under which two networks have the same by a measure, EUR/year."""

_SHOWN = 10
"""Networks in the table, beside the best for each number of hubs."""


class Spread(NamedTuple):
    """What a further hub saves in drawn worlds, EUR/year, and in which share of them it saves anything.

    Nine worlds of ten are from ``low`` to ``high``; ``error`` is the standard error of the mean.
    """

    mean: float
    error: float
    low: float
    high: float
    pays: float


def spread_of(found: StressAnswer, more: Sequence[str]) -> Spread:
    """Return what the network with a hub more saves, of two networks side by side."""
    draws = draws_of(found)
    first, second = draws.networks
    mean, error, low, high = (
        value or 0.0
        for value in (second.difference, second.difference_error, second.difference_low, second.difference_high)
    )
    # The difference is that of the second network to the first one.
    if set(first.open_hubs) == set(more):
        return Spread(mean, error, low, high, first.best)
    return Spread(-mean, error, -high, -low, second.best)


def draws_of(found: StressAnswer) -> DrawsPart:
    """Return what an answer has on drawn worlds."""
    if found.draws is None:
        raise AssertionError
    return found.draws


def spreads_of(asked: Asked) -> list[Spread]:
    """Return the spread of each further hub."""
    networks = asked.answer.networks[1:]
    return [spread_of(found, one.hubs) for found, one in zip(asked.drawn_steps, networks, strict=True)]


def drawn_markdown(asked: Asked) -> str:
    """Return what the best networks cost in drawn worlds, and which of them is robust."""
    draws = draws_of(asked.drawn)
    shown = {frozenset(one.hubs) for one in asked.answer.networks}
    ranked = sorted(draws.networks, key=lambda one: one.mean or 0.0)
    rows = [one for place, one in enumerate(ranked) if place < _SHOWN or set(one.open_hubs) in shown]
    header = ("network", "mean", "more than the best at present (±)", "mean of the dearest twentieth (CVaR)", "best in")
    return f"""## Which network is robust

{draws.worlds:,} worlds were drawn, the same for all networks; in each of them each network is operated as well as it
can be. [Under stress](stress.md) has the command.

{bullets(_lines(draws))}
What a further hub saves in these worlds, EUR m a year (± is the standard error of the mean):

{table(("", "at the present values", "mean", "in nine worlds of ten", "pays in"), _savings(asked))}
Of the {len(ranked)} networks the first {_SHOWN} by their mean, and the best for each number of hubs, EUR m a year:

{table((*header, "largest regret", "width"), map(_row, rows))}
*Best in* is the share of the worlds in which none of the others costs less. The *regret* of a network in a world is
what it costs there more than the best of these; the largest one is that of the worst world. *Width*: the mean may be
up to this much lower, as some operations were not proven cheapest.
"""


def _lines(draws: DrawsPart) -> Iterable[str]:
    kinds = Counter(_kind(one) for one in draws.figures)
    drawn = [f"{words} ({kinds[kind]})" for kind, words in _DRAWN.items() if kinds[kind]]
    yield (
        f"Drawn are {len(draws.figures)} figures of {len(drawn)} kinds, for which the instance states distributions: "
        f"{listed(drawn)}. All else stays as it is: what a hub costs, the late penalty, departures, hours, speed, "
        "handling, and what fails. The worlds do not test hub cost, penalty or departures; the ranges do."
    )
    rate = next(one for one in draws.figures if one.name == "air.inbound_rate_eur_per_kg")
    yield (
        "Means are above the cost at the present values, because the distributions are not centred on these (the "
        f"air rate from Hangzhou is EUR {rounded(rate.mean)} a kg on the mean, now {rounded(rate.value)}), and "
        "because rates are high in worlds with much freight."
    )
    by_measure = {_MEAN: draws.least_mean, _CVAR: draws.least_cvar, _REGRET: draws.least_regret}
    for measure, robust in by_measure.items():
        if robust is not None:
            sure = "" if robust.is_certain else "; not proven, as some operations were not proven cheapest"
            best = draws.networks[robust.place - 1]
            tied = [one for one in draws.networks if one is not best and _ties(measure, one, best)]
            also = f", tied with {listed([network_of(one.open_hubs) for one in tied])}" if tied else ""
            yield f"{network_of(best.open_hubs)} has the least {measure}{also}{sure}."
    often = max(draws.networks, key=lambda one: one.best)
    yield f"Most often the best, in {often.best:.0%} of the worlds, is {network_of(often.open_hubs)}."


def _ties(measure: str, one: DrawnNetworkPart, best: DrawnNetworkPart) -> bool:
    """Return whether two networks have the same by a measure."""
    values = {_MEAN: (one.mean, best.mean), _CVAR: (one.cvar, best.cvar), _REGRET: (one.regret, best.regret)}
    first, second = values[measure]
    return first is not None and second is not None and abs(first - second) < _CENTS


def _kind(one: DrawnFigurePart) -> tuple[str, str]:
    words = paths_of(one.name)[0].split(".")
    return words[0], words[-1]


def _savings(asked: Asked) -> Iterable[Sequence[str]]:
    networks = asked.answer.networks
    for before, after, spread in zip(networks, networks[1:], spreads_of(asked), strict=False):
        now = (before.objective or 0.0) - (after.objective or 0.0)
        nine = f"{signed(spread.low)} to {signed(spread.high)}"
        mean = f"{signed(spread.mean)} ± {millions(spread.error)}"
        name = f"{network_of(after.hubs)} against {network_of(before.hubs)}"
        yield name, signed(now), mean, nine, f"{spread.pays:.1%}"


def _row(one: DrawnNetworkPart) -> Sequence[str]:
    more = f"{signed(one.difference)} ± {millions(one.difference_error, 3)}"
    measures = (millions(one.cvar), f"{one.best:.1%}", millions(one.regret), millions(one.width, 3))
    return network_of(one.open_hubs), millions(one.mean), more, *measures
