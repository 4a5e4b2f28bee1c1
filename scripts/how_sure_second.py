"""The part of docs/how-sure.md on the second hub by itself: what it saves, where, and what would turn that."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netdesign.results.document import Verdict
from scripts.doc_measurements import table
from scripts.how_sure_figures import VOLUME, path_of
from scripts.how_sure_savings import ends_of_second
from scripts.how_sure_sites import city
from scripts.how_sure_ties import Ties
from scripts.how_sure_turning import in_turn, others_of, rows_of
from scripts.how_sure_words import between, listed, millions, network_of, rounded, signed

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

If only one more hub is to be decided: today's network beside the best two of {len(best)} hubs, in EUR m a year. The
parts add up to the cost. [What if a hub fails](#what-if-a-hub-fails) and [which network is
robust](#which-network-is-robust) explain the last rows.

{_side_by_side(asked)}
{coin_toss(asked)}

{_least_saving(asked)}
{_turning(asked, ties)}

{_corners(asked)}"""


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


def coin_toss(asked: Asked) -> str:
    """Return how often the second best network is better in drawn worlds than the best."""
    _, best, other = asked.second
    one, rival = (city(next(iter(set(hubs) - set(asked.today)))) for hubs in (best, other))
    share = _share_best(asked.drawn_rivals[1], other)
    words = "a coin toss" if abs(share - 1 / 2) < _COIN else "not a coin toss"
    return f"**{one} or {rival}: {words}.** {rival} is the cheaper second hub in {share:.1%} of the drawn worlds."


def _best_in(found: StressAnswer, hubs: Sequence[str]) -> str:
    return f"{_share_best(found, hubs):.1%}"


def _share_best(found: StressAnswer, hubs: Sequence[str]) -> float:
    if found.draws is None:
        raise AssertionError
    return next(row.best for row in found.draws.networks if set(row.open_hubs) == set(hubs))


def _least_saving(asked: Asked) -> str:
    figures = asked.turning_second.figures
    least = ends_of_second(figures)[0]
    return (
        f"Of all ends of {len(figures)} ranges the saving is least, EUR {millions(least.saving)} m a year, with "
        f"{least.told} (now {rounded(least.figure.value)})."
    )


def _corners(asked: Asked) -> str:
    """Return what the second hub saves where several figures are at the ends that are worst for it."""
    rows = []
    for corner, found in asked.corners:
        step, network = found.document.steps[0], found.networks[1]
        pays = "" if step.verdict is Verdict.PAYS else ", does not pay"
        rows.append((", ".join(end.told for end in corner), network_of(network.hubs), f"{signed(step.saving)}{pays}"))
    number = max(len(corner) for corner, _ in asked.corners)
    return f"""**Several at once.** The {number} ends at which it saves least, each of another figure, two or more
together: the best network with a second hub, and what it saves against {network_of(asked.today)}, EUR m a year.

{table(("together", "network", "it saves"), rows)}"""


def _turning(asked: Asked, ties: Ties) -> str:
    """Return what puts another site in the place of the second hub, in as far as it is not told of the whole answer."""
    site, alone = next(iter(set(asked.second[1]) - set(asked.today))), Ties(asked.second[1], {})
    here = _places(asked.turning_second.figures, alone, site)
    whole = _places(asked.turning.figures, ties, site)
    volume = next(one for one in asked.turning_second.figures if path_of(one) == VOLUME)
    shared = [name for name in here if name in whole and name != volume.name]
    same = sum(abs(here[name][0].distance - whole[name][0].distance) <= _SAME for name in shared)
    some = "" if same == len(shared) else f", {same} of them"
    lines = [
        f"By the volume from Hangzhou the best network is {', '.join(in_turn(volume, alone, between))}.",
        f"{len(shared)} other figures swap {city(site)} for another site{some} at practically the same values as with "
        "three hubs: [they are listed below](#what-would-turn-it).",
    ]
    own = [places for name, places in here.items() if name not in whole]
    if own:
        names = [f"{row[0]}: {row[4]} (now {row[1]})" for row in rows_of(own, alone)]
        lines.append(f"With one new hub only there is also {listed(names)}.")
    return " ".join(lines)


_COIN = 0.05
"""Distance from a half up to which a share of the worlds is a coin toss."""

_SAME = 0.01
"""Part of the range within which two values are told as one."""


def _places(figures: Sequence[FigurePart], ties: Ties, site: str) -> dict[str, list[Stretch]]:
    """Return by figure the parts of its range in which a site is not in the best network, the nearest first."""
    found = {one.name: [other for other in others_of([one], ties) if site not in other.hubs] for one in figures}
    return {name: sorted(places, key=lambda one: one.distance) for name, places in found.items() if places}
