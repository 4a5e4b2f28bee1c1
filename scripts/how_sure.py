"""Write docs/how-sure.md: the European answer, with vehicles, through every question that follows the first one.

``python -m scripts.how_sure`` asks all of them and writes the page, which takes some minutes. Every figure on it is of
the answers; the words around them say only what holds whatever they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import netdesign as nd
from netdesign.report.words import ordinal
from scripts.doc_measurements import table
from scripts.doc_transcripts import ROOT
from scripts.how_sure_failures import OUT, failing_markdown
from scripts.how_sure_second import second_markdown, second_networks
from scripts.how_sure_turning import names_of, others_of, turning_markdown
from scripts.how_sure_words import DRAWS, INSTANCE, millions, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.api.alternatives import AlternativesAnswer
    from netdesign.api.answers import SolveAnswer
    from netdesign.api.frontier import FrontierAnswer
    from netdesign.api.stress import StressAnswer
    from netdesign.api.tipping import TippingAnswer

FILE = ROOT / "docs" / "how-sure.md"
WITHIN = "1%"
FAILING, DRAWN, CARBON = 5, 20, "0:300:50"


def main() -> None:
    """Ask all questions and write the page."""
    answer = nd.solve(INSTANCE)
    near = nd.alternatives(INSTANCE, within=WITHIN)
    turning = nd.tipping(INSTANCE)
    failing = nd.stress(INSTANCE, failures=True, most=FAILING)
    second = second_networks(answer)
    failing_second = nd.stress(INSTANCE, failures=True, networks=["+".join(one) for one in second])
    drawn = nd.stress(INSTANCE, draws=DRAWS, most=DRAWN)
    if not isinstance(near, nd.AlternativesAnswer):
        raise TypeError  # the instance is of one year
    if isinstance(turning, nd.TimingTippingAnswer) or isinstance(failing, nd.TimingStressAnswer):
        raise TypeError
    if isinstance(failing_second, nd.TimingStressAnswer) or isinstance(drawn, nd.TimingStressAnswer):
        raise TypeError
    parts = [
        head_markdown(answer, near, turning),
        short_markdown(turning, failing, drawn),
        second_markdown(second),
        near_markdown(answer, near),
        turning_markdown(turning),
        failing_markdown(failing, failing_second),
        drawn_markdown(drawn),
        frontier_markdown(),
    ]
    FILE.write_text("\n".join(parts), encoding="utf-8")


def head_markdown(answer: SolveAnswer, near: AlternativesAnswer, turning: TippingAnswer) -> str:
    """Return what the page is about, and the answer in sentences."""
    new = len(answer.networks) - 1
    assumed = sum("assumption" in one.status for one in turning.figures)
    streams = nd.read(INSTANCE).to_dict()["streams"].values()
    hours = " or ".join(sorted({f"{stream['deadline_h']:g}" for stream in streams if stream.get("deadline_h")}))
    return f"""# How sure: the European answer

Whether a further hub pays, and where, is one number. This page takes the answer on [the European
instance](european-instance.md) through the questions that whoever signs has to ask next; [from the question to the
command](questions.md) says how they are asked of any other instance. It is written by `python -m scripts.how_sure` from
what netdesign answers, and is as good as the figures of the instance: of {len(turning.figures)} that state a range
{assumed} are assumptions. At most {new} new hubs are permitted: *best*, *proven* and *none is missing* are of the
networks with as many. Freight has {hours} h from order to door; what comes later pays a penalty.
It is of one year as it stands: when to open what, over years in which the volume grows, is in [when, how large, and
what to leave open](timing.md); what the same prices say of what the operator has built since 2018 is in the
[back-test](back-test.md). The [glossary](glossary.md) has the words.

{_key(near)}
## The answer

{sentences(answer.sentences)}"""


def _key(near: AlternativesAnswer) -> str:
    """Return what the sites are called that are in the answer."""
    named = {row["id"]: row["name"] for row in nd.read(INSTANCE).to_dict()["tables"]["hubs"]}
    sites = sorted({site for one in near.networks for site in one.hubs})
    return f"Sites: {', '.join(f'{site} {named[site]}' for site in sites)}.\n"


def short_markdown(turning: TippingAnswer, failing: StressAnswer, drawn: StressAnswer) -> str:
    """Return all answers in a few lines."""
    best = [] if turning.best is None else list(turning.best.hubs)
    others, many = list(others_of(turning.figures, best)), len(turning.figures)
    lines = []
    for hubs in range(2, len(best) + 1):
        rows = [one for one in others if len(one.hubs) < hubs]
        told = f"does not pay with {names_of(rows)}" if rows else "pays whatever they are, as far as it was looked at"
        lines.append(f"Of {many} figures, each moved alone inside its range: a {ordinal(hubs)} hub {told}.")
    for site in sorted(set(best) - set(turning.today.hubs if turning.today is not None else ())):
        moving = {one.figure.name for one in others if len(one.hubs) >= len(best) and site not in one.hubs}
        lines.append(f"Another site takes the place of {site} inside the range of {len(moving)} of them.")
    failures, worlds = failing.failures, drawn.draws
    if failures is None or worlds is None or failures.best is None or worlds.least_mean is None:
        raise AssertionError
    first = failures.networks[0]
    dearest = max(first.outages, key=lambda one: one.cost_eur or 0.0)
    cost = f"EUR {millions(dearest.cost_eur)} m for {failures.days} days"
    out = f"{OUT[dearest.kind]} {'-'.join(dearest.out)}"
    lines.append(f"Of the failures of {' + '.join(first.hubs)} that of {out} costs most, {cost}.")
    lines.append(f"With what failures are expected to cost, {' + '.join(failures.best)} is best of the {FAILING} best.")
    often = max(worlds.networks, key=lambda one: one.best)
    robust, frequent = (" + ".join(one.open_hubs) for one in (worlds.networks[worlds.least_mean.place - 1], often))
    lines.append(
        f"Over {worlds.worlds:,} drawn worlds {robust} costs least on the mean, of the {DRAWN} best networks; most "
        f"often the best of them, in {often.best:.0%}, is {frequent}."
    )
    return f"## In short\n\n{sentences(lines)}"


def near_markdown(answer: SolveAnswer, near: AlternativesAnswer) -> str:
    """Return what else is nearly as good, by number of hubs and by site."""
    best = near.best
    if best is None or near.objective is None:
        raise AssertionError
    numbers = sorted({len(one.hubs) for one in near.networks})
    counts = ", ".join(f"{sum(len(one.hubs) == n for one in near.networks)} of {n} hubs" for n in numbers)
    proof = "none is missing; proven" if near.is_complete else "others may be within it"
    return f"""## What else is nearly as good

Within {WITHIN} of the best are {len(near.networks)} networks, {counts}: {proof}
([the command](alternatives.md)). Which sites they open:

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
    return millions(least - (near.objective or 0.0), 3)


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
        rows.append((f"without {site}", hubs, millions(condition.difference, 3)))
    return table(("condition", "best network", "EUR m a year dearer"), rows)


def drawn_markdown(found: StressAnswer) -> str:
    """Return what the best networks cost in drawn worlds, and which of them is robust."""
    drawn = found.draws
    if drawn is None:
        raise AssertionError
    rows = [
        (
            " + ".join(one.open_hubs),
            millions(one.mean),
            f"{millions(one.difference)} ({millions(one.difference_error, 3)})",
            millions(one.cvar),
            f"{one.best:.1%}",
            millions(one.regret),
            millions(one.width, 3),
        )
        for one in drawn.networks
    ]
    header = ("network", "mean", "over the first (standard error)", "CVaR", "best in", "largest regret", "width")
    return f"""## Which network is robust

{sentences(found.sentences)}
[Under stress](stress.md) has the command, and where the distributions stand. In EUR m a year; width is how far
the mean may be under what is shown, where a network was not operated at its best:

{table(header, rows)}"""


def frontier_markdown() -> str:
    """Return what speed costs, and what a price of carbon changes."""
    found = nd.frontier(INSTANCE, measures="cost,time")
    points = [
        (" + ".join(one.network.open_hubs), millions(one.network.objective), f"{one.network.service.inside:.1%}")
        for one in found.points
        if one.network.service is not None
    ]
    priced = nd.frontier(INSTANCE, price_carbon=CARBON)
    return f"""## What speed and carbon cost

[What speed and carbon cost](frontier.md) has the command.

{sentences(found.sentences)}
{table(("network", "EUR m a year", "inside the deadline"), points)}
With a price of carbon of {CARBON.replace(":", " to ", 1).replace(":", " in steps of ")} EUR/t CO2e:

{sentences(priced.sentences)}
{table(("at EUR/t CO2e", "network", "EUR m a year, without that price", "t CO2e a year"), _carbon_rows(priced))}"""


def _carbon_rows(found: FrontierAnswer) -> list[Sequence[str]]:
    """Return for each point the prices of carbon at which it is the best."""
    rows: list[Sequence[str]] = []
    for place, one in enumerate(found.points):
        # Beside those that are asked for there is one next to 0, which tells networks of the same cost apart.
        prices = {round(search.carbon_price_eur_per_t) for search in found.document.searches if search.point == place}
        at = ", ".join(map(str, sorted(prices)))
        hubs = " + ".join(one.network.open_hubs)
        rows.append((at, hubs, millions(one.network.objective), f"{one.co2e_t_per_year:,.0f}"))
    return rows


if __name__ == "__main__":
    main()
