"""The part of docs/how-sure.md on the second hub by itself: what it saves, where, and what would turn that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import netdesign as nd
from netdesign.report.words import short_name
from scripts.doc_measurements import table
from scripts.how_sure_turning import others_of, table_of
from scripts.how_sure_words import DRAWS, INSTANCE, millions, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.api.answers import SolveAnswer
    from netdesign.results.tipping_document import FigurePart


def second_networks(answer: SolveAnswer) -> list[list[str]]:
    """Return today's network and the best two with one hub more."""
    today, best = (list(one.hubs) for one in answer.networks[:2])
    runner_up = answer.networks[1].runner_up
    if runner_up is None:
        raise AssertionError
    return [today, best, list(runner_up.open_hubs)]


def second_markdown(networks: Sequence[list[str]]) -> str:
    """Return today's network beside the best two with one hub more, and what turns the choice between them."""
    today, best, _ = networks
    turning = nd.tipping(INSTANCE, max_new=len(best) - len(today))
    if isinstance(turning, nd.TimingTippingAnswer):
        raise TypeError  # the instance is of one year
    others = list(others_of(turning.figures, best))
    places = table_of(others) if others else "No figure was found to turn it, moved alone inside its range.\n"
    return f"""## The second hub alone

Had only one more hub to be decided: today's network beside the best two of {len(best)} hubs, in EUR m a year. What
failures are expected to cost, and the worlds, are explained below.

{_side_by_side(networks)}
{_least_saving(turning.figures)}
What would make another network the best, with at most one new hub:

{places}"""


def _side_by_side(networks: Sequence[list[str]]) -> str:
    compared = nd.compare(INSTANCE, *networks, parts=True, failures=True).rows
    rows: list[Sequence[str]] = []
    parts = [one.network for one in compared]
    first = parts[0]
    if first is None or first.objective is None:
        raise AssertionError
    costs = [0.0 if one is None or one.objective is None else one.objective for one in parts]
    rows.append(("costs", *(millions(cost) for cost in costs)))
    for name in ("fixed", "air", "handling", "late"):
        rows.append((f"of it {name}", *(millions(getattr(one.costs, name)) for one in parts if one and one.costs)))
    rows.append(("saves a year against today", "-", *(millions(costs[0] - cost) for cost in costs[1:])))
    inside = [one.service.inside for one in parts if one is not None and one.service is not None]
    rows.append(("inside the deadline", *(f"{share or 0.0:.1%}" for share in inside)))
    failing = [one.failures.failure_cost for one in compared if one.failures is not None]
    rows.append(("failures are expected to cost", *map(millions, failing)))
    shares = [_better(networks[0], one) for one in networks[1:]]
    rows.append((f"worlds in which it is cheaper than {_name(networks[0])}", "-", *shares))
    rows.append((f"worlds in which it is cheaper than {_name(networks[1])}", "-", "-", _better(*networks[1:])))
    return table(("", *map(_name, networks)), rows)


def _name(hubs: Sequence[str]) -> str:
    return " + ".join(hubs)


def _better(one: list[str], other: list[str]) -> str:
    """Return the share of drawn worlds in which the second of two networks costs less."""
    found = nd.stress(INSTANCE, draws=DRAWS, networks=["+".join(one), "+".join(other)])
    if isinstance(found, nd.TimingStressAnswer) or found.draws is None:
        raise TypeError
    return f"{next(row.best for row in found.draws.networks if list(row.open_hubs) == other):.1%}"


def _least_saving(figures: Sequence[FigurePart]) -> str:
    """Return at which end of which range the best network saves least against today's."""
    savings = []
    for one in figures:
        for point, today in ((one.points[0], one.today_low), (one.points[-1], one.today_high)) if one.points else ():
            if today is not None and today.objective is not None and point.objective is not None:
                savings.append((today.objective - point.objective, point.value, one))
    least, value, one = min(savings, key=lambda found: found[0])
    return (
        f"The saving is least, EUR {millions(least)} m a year, where `{short_name(one.name)}` is {rounded(value)} (now "
        f"{rounded(one.value)}), of all ends of {len(figures)} ranges.\n"
    )
