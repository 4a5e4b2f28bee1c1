"""The part of docs/how-sure.md on the second hub by itself: what it saves, where, and what would turn that."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scripts.doc_measurements import table
from scripts.how_sure_figures import VOLUME, path_of, plain_name, unit_of
from scripts.how_sure_ties import Ties
from scripts.how_sure_turning import in_turn, others_of, rows_of
from scripts.how_sure_words import between, listed, millions, network_of, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdesign.api.stress import StressAnswer
    from netdesign.results.document import CostsPart
    from netdesign.results.tipping_document import FigurePart
    from scripts.how_sure_asked import Asked
    from scripts.how_sure_turning import Stretch

_PARTS = {
    "vehicles": "vehicles",
    "air": "air freight",
    "handling": "handling",
    "fixed": "hubs, fixed",
    "late": "late parcels",
    "road": "road beside vehicles",
    "border": "customs borders",
    "shortfall": "shortfalls",
}
"""What a part of the cost is called."""


def second_markdown(asked: Asked, ties: Ties) -> str:
    """Return today's network beside the best two with one hub more, and what turns the choice between them."""
    _, best, _ = asked.second
    return f"""## The second hub alone

Had only one more hub to be decided: today's network beside the best two of {len(best)} hubs, in EUR m a year. The parts
add up to the cost. [What if a hub fails](#what-if-a-hub-fails) and [which network is robust](#which-network-is-robust)
explain the last rows.

{_side_by_side(asked)}
{_least_saving(asked.turning_second.figures)}
{_turning(asked, ties)}
"""


def _side_by_side(asked: Asked) -> str:
    today, best, other = asked.second
    compared = [one for one in asked.compared.rows if one.network is not None and one.failures is not None]
    networks = [one.network for one in compared if one.network is not None]
    costs = [one.costs for one in networks if one.costs is not None]
    totals = [one.total for one in costs]
    rows: list[Sequence[str]] = [("cost", *map(millions, totals))]
    rows += [(f"of it {name}", *map(millions, values)) for name, values in _parts(costs).items()]
    rows.append(("saves against today", "-", *(millions(totals[0] - total) for total in totals[1:])))
    shares = [0.0 if one.service is None else one.service.inside or 0.0 for one in networks]
    rows.append(("inside the deadline", *(f"{share:.1%}" for share in shares)))
    failing = [one.failures.failure_cost for one in compared if one.failures is not None]
    rows.append(("failures are expected to cost", *map(millions, failing)))
    shares_in = [_best_in(asked.drawn_steps[0], best), *(_best_in(found, other) for found in asked.drawn_rivals)]
    rows.append((f"drawn worlds in which it costs less than {network_of(today)}", "-", *shares_in[:2]))
    rows.append((f"drawn worlds in which it costs less than {network_of(best)}", "-", "-", shares_in[2]))
    return table(("", *map(network_of, asked.second)), rows)


def _parts(costs: Sequence[CostsPart]) -> Mapping[str, list[float]]:
    """Return the parts of the cost that any network has; they add up to it."""
    found = {words: [getattr(one, name) or 0.0 for one in costs] for name, words in _PARTS.items()}
    for name in dict.fromkeys(name for one in costs for name in one.charges):
        found[name] = [one.charges.get(name, 0.0) for one in costs]
    for place, one in enumerate(costs):
        if not math.isclose(sum(values[place] for values in found.values()), one.total):
            raise AssertionError
    return {words: values for words, values in found.items() if any(values)}


def _best_in(found: StressAnswer, hubs: Sequence[str]) -> str:
    if found.draws is None:
        raise AssertionError
    return f"{next(row.best for row in found.draws.networks if set(row.open_hubs) == set(hubs)):.1%}"


def least_saving(figures: Sequence[FigurePart]) -> tuple[float, float, FigurePart]:
    """Return the least that the best network saves against today's, EUR/year, and at which end of which range."""
    savings = []
    for one in figures:
        for point, today in ((one.points[0], one.today_low), (one.points[-1], one.today_high)) if one.points else ():
            if today is not None and today.objective is not None and point.objective is not None:
                savings.append((today.objective - point.objective, point.value, one))
    return min(savings, key=lambda found: found[0])


def _least_saving(figures: Sequence[FigurePart]) -> str:
    least, value, one = least_saving(figures)
    return (
        f"Of all ends of {len(figures)} ranges the saving is least, EUR {millions(least)} m a year, where "
        f"{plain_name(one)} is {rounded(value)}{unit_of(one)} (now {rounded(one.value)})."
    )


def _turning(asked: Asked, ties: Ties) -> str:
    """Return what puts another site in the place of the second hub, in as far as it is not told of the whole answer."""
    site, alone = next(iter(set(asked.second[1]) - set(asked.today))), Ties(asked.second[1], {})
    here = _places(asked.turning_second.figures, alone, site)
    whole = _places(asked.turning.figures, ties, site)
    volume = next(one for one in asked.turning_second.figures if path_of(one) == VOLUME)
    shared = [name for name in here if name in whole and name != volume.name]
    same = sum(abs(here[name][0].distance - whole[name][0].distance) <= _SAME for name in shared)
    lines = [
        f"By the volume from Hangzhou the best network is {', '.join(in_turn(volume, alone, between))}.",
        f"Of the other figures {len(shared)} put another site in the place of {site} here as they do with a third "
        f"hub, {'all' if same == len(shared) else same} of them at the same value to a hundredth of the range: [they "
        "are listed below](#what-would-turn-it).",
    ]
    own = [places for name, places in here.items() if name not in whole]
    if own:
        names = [f"{row[0]}: {row[4]} (now {row[1]})" for row in rows_of(own, alone)]
        lines.append(f"With one new hub only there is also {listed(names)}.")
    return " ".join(lines)


_SAME = 0.01
"""Part of the range within which two values are told as one."""


def _places(figures: Sequence[FigurePart], ties: Ties, site: str) -> dict[str, list[Stretch]]:
    """Return by figure the parts of its range in which a site is not in the best network, the nearest first."""
    found = {one.name: [other for other in others_of([one], ties) if site not in other.hubs] for one in figures}
    return {name: sorted(places, key=lambda one: one.distance) for name, places in found.items() if places}
