"""The part of docs/how-sure.md on drawn worlds: what is drawn, what further hubs save in them, and what is robust."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from scripts.doc_measurements import table
from scripts.how_sure_asked import WITHIN
from scripts.how_sure_drawn import figures_markdown, kind_of
from scripts.how_sure_words import bullets, listed, millions, network_of, rounded, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.api.stress import StressAnswer
    from netdesign.results.stress_draws import DrawnNetworkPart, DrawsPart
    from scripts.how_sure_asked import Asked
    from scripts.how_sure_ties import Ties

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

_LEAST = {
    _MEAN: "least mean cost",
    _CVAR: "least CVaR (mean cost of the dearest twentieth of the worlds)",
    _REGRET: "smallest largest regret (told under the last table)",
}
"""What a network has that is the best by a measure."""

_BETWEEN = " to "
"""Stands between the values of a regret that is not known exactly."""

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


def share_best(found: StressAnswer, hubs: Sequence[str]) -> float:
    """Return in which share of the worlds none of the others costs less."""
    return next(row.best for row in draws_of(found).networks if set(row.open_hubs) == set(hubs))


def draws_of(found: StressAnswer) -> DrawsPart:
    """Return what an answer has on drawn worlds."""
    if found.draws is None:
        raise AssertionError
    return found.draws


def spreads_of(asked: Asked) -> list[Spread]:
    """Return the spread of each further hub."""
    networks = asked.answer.networks[1:]
    return [spread_of(found, one.hubs) for found, one in zip(asked.drawn_steps, networks, strict=True)]


def drawn_markdown(asked: Asked, ties: Ties) -> str:
    """Return what the best networks cost in drawn worlds, and which of them is robust."""
    draws = draws_of(asked.drawn)
    shown = [set(hubs) for hubs in asked.second]
    ranked = sorted(draws.networks, key=lambda one: one.mean or 0.0)
    rows = [one for place, one in enumerate(ranked) if place < _SHOWN or set(one.open_hubs) in shown]
    header = ("network", "mean", "more than the best at present (±)", "mean of the dearest twentieth (CVaR)", "best in")
    known = [*(one.hubs for one in asked.near.networks), asked.today]
    more = [network_of(one.open_hubs) for one in draws.networks if set(one.open_hubs) not in map(set, known)]
    by_volume = f", {listed(more)}, which other volumes make the best," if more else ""
    return f"""## Which network is robust

{draws.worlds:,} worlds were drawn, the same for all networks; in each of them each network is operated as cheaply as
was found. [Under stress](stress.md) has the command.

{bullets(_lines(draws))}
{figures_markdown(asked, draws, ties)}
What a network saves against another in these worlds, EUR m a year. *In nine worlds of ten* is from the 5th to the 95th
percentile; ± is the standard error of the mean, about how far the luck of the draw may have moved it.

{table(("", "at the present values", "mean", "in nine worlds of ten", "pays in"), _savings(asked))}
Looked at are all {len(asked.near.networks)} networks within {WITHIN} of the best{by_volume} and
today's. Here are the first {_SHOWN} by their mean, those of the second hub and today's, EUR m a year.

{table((*header, "largest regret", "width"), map(_row, rows))}
*Best in* is the share of the worlds in which none of the others costs less. The *regret* of a network in a world is
what it costs there more than the best of these; the largest one is that of the worst world. *Width*: the mean may be up
to this much lower, as some operations were not proven cheapest.{_two_values(rows)}
"""


def _two_values(rows: Iterable[DrawnNetworkPart]) -> str:
    """Return what a regret between two values means, where there is one."""
    if all(_BETWEEN not in regret_told(one) for one in rows):
        return ""
    return (
        " Of two values of a regret the second is that of the operations that were found, and less than the first is "
        "excluded."
    )


def wrong_choice(asked: Asked) -> str:
    """Return what it costs to have chosen the wrong one of the two second hubs."""
    _, best, other = asked.second
    spread = spread_of(asked.drawn_rivals[1], best)
    dearer, cheaper = (other, best) if spread.mean >= 0 else (best, other)
    low, high = (spread.low, spread.high) if spread.mean >= 0 else (-spread.high, -spread.low)
    return (
        f"On the mean of the [drawn worlds](#which-network-is-robust) {network_of(dearer)} costs EUR "
        f"{millions(abs(spread.mean))} m a year more than "
        f"{network_of(cheaper)}, {signed(low)} to {signed(high)} in nine of ten; {_worst_choice(asked)}."
    )


def _worst_choice(asked: Asked) -> str:
    """Return what the wrong second hub costs in the worst world for it."""
    _, best, other = asked.second
    regrets = {frozenset(one.open_hubs): one.regret for one in draws_of(asked.drawn_rivals[1]).networks}
    one, rival = network_of(best), network_of(other)
    return (
        f"in the worst world for it {one} costs EUR {millions(regrets[frozenset(best)])} m more than {rival}, and "
        f"{rival} {millions(regrets[frozenset(other)])} m more than {one}"
    )


def _lines(draws: DrawsPart) -> Iterable[str]:
    kinds = Counter(kind_of(one.name) for one in draws.figures)
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
            yield f"{network_of(best.open_hubs)} has the {_LEAST[measure]}{also}{sure}.{_why_tied(best, tied)}"
    often = max(draws.networks, key=lambda one: one.best)
    yield f"Most often the best, in {often.best:.0%} of the worlds, is {network_of(often.open_hubs)}."


def _why_tied(best: DrawnNetworkPart, tied: Sequence[DrawnNetworkPart]) -> str:
    """Return why networks that differ in one hub cost the same to the cent in a world."""
    gone = {site for one in tied for site in set(best.open_hubs) - set(one.open_hubs)}
    if len(gone) != 1:
        return ""
    return (
        " They tie because the hub in which they differ costs the same fixed amount, and carries nothing in that world "
        "in the operations that were found."
    )


def _ties(measure: str, one: DrawnNetworkPart, best: DrawnNetworkPart) -> bool:
    """Return whether two networks have the same by a measure."""
    values = {_MEAN: (one.mean, best.mean), _CVAR: (one.cvar, best.cvar), _REGRET: (one.regret, best.regret)}
    first, second = values[measure]
    return first is not None and second is not None and abs(first - second) < _CENTS


def _savings(asked: Asked) -> Iterable[Sequence[str]]:
    """Yield a row for each second hub against today, for one against the other, and for each further hub."""
    today, best, other = asked.second
    numbers = [list(one.hubs) for one in asked.answer.networks]
    pairs = [
        (best, today, asked.drawn_steps[0]),
        (other, today, asked.drawn_rivals[0]),
        (best, other, asked.drawn_rivals[1]),
        *(
            (after, before, found)
            for before, after, found in zip(numbers[1:-1], numbers[2:], asked.drawn_steps[1:], strict=True)
        ),
    ]
    for after, before, found in pairs:
        spread = spread_of(found, after)
        costs = {frozenset(one.hubs): one.objective or 0.0 for one in found.networks}
        now = costs[frozenset(before)] - costs[frozenset(after)]
        nine = f"{signed(spread.low)} to {signed(spread.high)}"
        mean = f"{signed(spread.mean)} ± {millions(spread.error)}"
        yield f"{network_of(after)} against {network_of(before)}", signed(now), mean, nine, f"{spread.pays:.1%}"


def regret_told(one: DrawnNetworkPart) -> str:
    """Return the largest regret as far as it is known: from what is proven to what it is as operated."""
    least, most = millions(one.regret_at_least), millions(one.regret)
    return most if least == most else f"{least}{_BETWEEN}{most}"


def _row(one: DrawnNetworkPart) -> Sequence[str]:
    more = f"{signed(one.difference)} ± {millions(one.difference_error, 3)}"
    measures = (millions(one.cvar), f"{one.best:.1%}", regret_told(one), millions(one.width, 3))
    return network_of(one.open_hubs), millions(one.mean), more, *measures
