"""Write docs/how-sure.md: the European answer, with vehicles, through every question that follows the first one.

``python -m scripts.how_sure`` asks all of them and writes the page, which takes some minutes. Every figure on it is of
the answers; the words around them say only what holds whatever they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import netdesign as nd
from netdesign.instance.failures import OutKind
from netdesign.instance.sense.remarks import figure as number
from netdesign.report.tipping import stretches
from netdesign.report.words import ordinal, short_name
from scripts.doc_measurements import table
from scripts.doc_transcripts import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.api.alternatives import AlternativesAnswer
    from netdesign.api.answers import SolveAnswer
    from netdesign.api.stress import StressAnswer
    from netdesign.api.tipping import TippingAnswer
    from netdesign.results.tipping_document import FigurePart

FILE = ROOT / "docs" / "how-sure.md"
INSTANCE = "europe"
WITHIN = "1%"
_MILLION = 1e6
FAILING, DRAWS, DRAWN, CARBON = 5, 10_000, 20, "0:300:50"
_OUT = {OutKind.HUB: "hub", OutKind.LANE: "lane", OutKind.INTER_HUB: "leg"}
_NONE = "No figure inside its range turns it.\n"


def main() -> None:
    """Ask all questions and write the page."""
    answer = nd.solve(INSTANCE)
    turning = nd.tipping(INSTANCE)
    failing = nd.stress(INSTANCE, failures=True, most=FAILING)
    drawn = nd.stress(INSTANCE, draws=DRAWS, most=DRAWN)
    if isinstance(turning, nd.TimingTippingAnswer) or isinstance(failing, nd.TimingStressAnswer):
        raise TypeError  # the instance is of one year
    if isinstance(drawn, nd.TimingStressAnswer):
        raise TypeError
    parts = [
        head_markdown(answer),
        short_markdown(turning, failing, drawn),
        near_markdown(answer),
        turning_markdown(turning),
        failing_markdown(failing),
        drawn_markdown(drawn),
        frontier_markdown(),
    ]
    FILE.write_text("\n".join(parts), encoding="utf-8")


def head_markdown(answer: SolveAnswer) -> str:
    """Return what the page is about, and the answer in sentences."""
    return f"""# How sure: the European answer

Whether a further hub pays, and where, is one number. This page takes the answer on [the European
instance](european-instance.md) through the questions that whoever signs has to ask next; [from the question to the
command](questions.md) says how they are asked of any other instance. It is written by `python -m scripts.how_sure` from
what netdesign answers, and is as good as the figures of the instance, most of which are assumptions.

## The answer

{_sentences(answer.sentences)}"""


def short_markdown(turning: TippingAnswer, failing: StressAnswer, drawn: StressAnswer) -> str:
    """Return all answers in a few lines."""
    best = [] if turning.best is None else list(turning.best.hubs)
    moving = [one for one in turning.figures if one.turns]
    lines = []
    for hubs in range(2, len(best) + 1):
        names = dict.fromkeys(row[0] for one in moving for row in _fewer(one, hubs))
        by = ", ".join(names) or "no figure inside its range"
        lines.append(f"Whether a {ordinal(hubs)} hub pays is turned by {by}, of {len(turning.figures)} that state one.")
    lines.append(f"At which sites is turned by {sum(_moves_sites(one, best) for one in moving)} of them.")
    failures, worlds = failing.failures, drawn.draws
    if failures is None or worlds is None or failures.best is None or worlds.least_mean is None:
        raise AssertionError
    dearest = max(failures.networks[0].outages, key=lambda one: one.cost_eur or 0.0)
    cost = f"EUR {_millions(dearest.cost_eur)} m for {failures.days} days"
    lines.append(f"A failure of {_OUT[dearest.kind]} {'-'.join(dearest.out)} costs most of all, {cost}.")
    lines.append(f"With what failures are expected to cost, {' + '.join(failures.best)} is best of {FAILING}.")
    robust = " + ".join(worlds.networks[worlds.least_mean.place - 1].open_hubs)
    lines.append(f"Over {worlds.worlds:,} drawn worlds {robust} costs least on the mean, of {DRAWN} networks.")
    return f"## In short\n\n{_sentences(lines)}"


def _moves_sites(one: FigurePart, best: list[str]) -> bool:
    return any(len(hubs) >= len(best) and hubs != best for _, _, hubs in stretches(one))


def near_markdown(answer: SolveAnswer) -> str:
    """Return what else is nearly as good, by number of hubs and by site."""
    near = nd.alternatives(INSTANCE, within=WITHIN)
    if not isinstance(near, nd.AlternativesAnswer):
        raise TypeError  # the instance is of one year
    best = near.best
    if best is None or near.objective is None:
        raise AssertionError
    numbers = sorted({len(one.hubs) for one in near.networks})
    counts = ", ".join(f"{sum(len(one.hubs) == n for one in near.networks)} of {n} hubs" for n in numbers)
    proof = "none is missing; proven" if near.is_complete else "others may be within it"
    return f"""## What else is nearly as good

Within {WITHIN} of the best are {len(near.networks)} networks, {counts}: {proof}. Which sites they open:

{_sites(near)}
How much dearer the best network is without one of its new sites:

{_conditions(answer)}"""


def _sites(near: AlternativesAnswer) -> str:
    sites = sorted({site for one in near.networks for site in one.hubs}, key=lambda site: (-_open(near, site), site))
    rows = [(site, f"{_open(near, site)} of {len(near.networks)}", _above(near, site)) for site in sites]
    return table(("site", "open in", "the best network with it, EUR m a year above the best"), rows)


def _open(near: AlternativesAnswer, site: str) -> int:
    return sum(site in one.hubs for one in near.networks)


def _above(near: AlternativesAnswer, site: str) -> str:
    least = min(one.objective or 0.0 for one in near.networks if site in one.hubs)
    return f"{(least - (near.objective or 0.0)) / _MILLION:.2f}"


def _conditions(answer: SolveAnswer) -> str:
    best = answer.best
    if best is None:
        raise AssertionError
    rows = []
    for site in sorted(set(best.hubs) - set(answer.networks[0].hubs)):
        found = nd.alternatives(INSTANCE, without=[site], most=1)
        if not isinstance(found, nd.AlternativesAnswer):
            raise TypeError  # the instance is of one year
        condition = found.condition
        if condition is None or condition.difference is None or condition.network.plan is None:
            raise AssertionError
        hubs = " + ".join(condition.network.plan.open_hubs)
        rows.append((f"without {site}", hubs, f"{condition.difference / _MILLION:.2f}"))
    return table(("condition", "best network", "EUR m a year dearer"), rows)


def turning_markdown(found: TippingAnswer) -> str:
    """Return which figure turns the second hub, the third hub, and the sites, inside its range."""
    best = [] if found.best is None else list(found.best.hubs)
    figures = found.figures
    parts = [
        f"""## What would turn it

{len(figures)} figures of the instance state a range. What is best inside it, all others being as they are: with fewer
hubs, or with as many at other sites. Prices are followed along the whole range; speed, hours, volume and departures
are solved value by value until a change is narrowed down to a hundredth of the range, and what lies between two values
that have the same network is not looked at.
"""
    ]
    moving = [one for one in figures if one.turns]
    for hubs in range(2, len(best) + 1):
        rows = [row for one in moving for row in _fewer(one, hubs)]
        parts.append(f"### Whether a {ordinal(hubs)} hub pays\n\n" + (_fewer_table(rows) if rows else _NONE))
    parts.append(f"### At which sites\n\n{_sites_markdown(moving, best)}")
    parts.append(f"The other {len(figures) - len(moving)} figures turn nothing where they were solved.\n")
    return "\n".join(parts)


def _fewer(one: FigurePart, hubs: int) -> Iterator[Sequence[str]]:
    """Yield where in the range of a figure a network of fewer hubs is best."""
    for low, high, found in stretches(one):
        if len(found) < hubs:
            span = f"{number(one.low)} to {number(one.high)}"
            there = f"{number(low)} to {number(high)}"
            yield f"`{short_name(one.name)}`", _unit(one), number(one.value), there, span, " + ".join(found)


def _fewer_table(rows: Sequence[Sequence[str]]) -> str:
    return table(("figure", "unit", "now", "not from, to", "its range", "best network there"), rows)


def _unit(one: FigurePart) -> str:
    return "" if one.unit == "1" else one.unit


def _sites_markdown(figures: Sequence[FigurePart], best: list[str]) -> str:
    """Return by which other sites those of the best network are replaced, and by which figures from which value on."""
    swaps: dict[tuple[str, str], dict[str, str]] = {}
    for one in figures:
        for low, high, found in stretches(one):
            if len(found) < len(best) or found == best:
                continue
            swap = " and ".join(sorted(set(best) - set(found))), " and ".join(sorted(set(found) - set(best)))
            named = swaps.setdefault(swap, {})
            near = f"from {number(low)} on" if low > one.value else f"up to {number(high)}"
            named.setdefault(short_name(one.name), f"`{short_name(one.name)}` {near} (now {number(one.value)})")
    lines = []
    for (out, into), named in sorted(swaps.items(), key=lambda item: -len(item[1])):
        many = f"{len(named)} figure{'s' if len(named) > 1 else ''}"
        lines.append(f"* {into} in the place of {out}, by {many}: {', '.join(named.values())}.")
    return "\n".join(lines) + "\n"


def failing_markdown(found: StressAnswer) -> str:
    """Return what the failure of a hub, a lane or a leg costs the best networks."""
    failures = found.failures
    if failures is None:
        raise AssertionError
    networks = [
        (
            " + ".join(one.hubs),
            _millions((one.expected_cost or 0.0) - (one.failure_cost or 0.0)),
            _millions(one.failure_cost),
            _millions(one.expected_cost),
        )
        for one in failures.networks
    ]
    first = [
        (
            f"{_OUT[one.kind]} {'-'.join(one.out)}",
            f"{one.per_year:g}",
            _millions(one.cost_eur),
            f"{one.not_served_t:,.0f}",
            f"{one.late_t:,.0f}",
        )
        for one in failures.networks[0].outages
    ]
    return f"""## What if a hub fails

{_sentences(found.sentences)}
The {FAILING} best networks, EUR m a year:

{table(("network", "without failures", "failures", "expected"), networks)}
Each failure of the first, {failures.days} days:

{table(("out", "a year", "EUR m each", "t not carried", "t late"), first)}"""


def drawn_markdown(found: StressAnswer) -> str:
    """Return what the best networks cost in drawn worlds, and which of them is robust."""
    drawn = found.draws
    if drawn is None:
        raise AssertionError
    rows = [
        (
            " + ".join(one.open_hubs),
            _millions(one.mean),
            f"{_millions(one.difference)} ({_millions(one.difference_error, 3)})",
            _millions(one.cvar),
            f"{one.best:.1%}",
            _millions(one.regret),
            _millions(one.width, 3),
        )
        for one in drawn.networks
    ]
    header = ("network", "mean", "over the first (standard error)", "CVaR", "best in", "largest regret", "width")
    return f"""## Which network is robust

{_sentences(found.sentences)}
In EUR m a year; width is how far the mean may be under what is shown, where a network was not operated at its best:

{table(header, rows)}"""


def frontier_markdown() -> str:
    """Return what speed costs, and what a price of carbon changes."""
    found = nd.frontier(INSTANCE, measures="cost,time")
    points = [
        (" + ".join(one.network.open_hubs), _millions(one.network.objective), f"{one.network.service.inside:.1%}")
        for one in found.points
        if one.network.service is not None
    ]
    priced = nd.frontier(INSTANCE, price_carbon=CARBON)
    return f"""## What speed and carbon cost

{_sentences(found.sentences)}
{table(("network", "EUR m a year", "inside the deadline"), points)}
With a price of carbon of {CARBON.replace(":", " to ", 1).replace(":", " in steps of ")} EUR/t CO2e:

{_sentences(priced.sentences)}"""


def _sentences(sentences: Sequence[str]) -> str:
    return "".join(f"* {sentence}\n" for sentence in sentences)


def _millions(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value / _MILLION:,.{digits}f}"


if __name__ == "__main__":
    main()
