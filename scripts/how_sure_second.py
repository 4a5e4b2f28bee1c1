"""The part of docs/how-sure.md on the second hub by itself: its costs, and what it saves where several ends meet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scripts.doc_measurements import table
from scripts.how_sure_corners import corners_markdown
from scripts.how_sure_facts import annuity, hub_sites, instance_data, investment
from scripts.how_sure_figures import LEAST_DEPARTURES, VOLUME, path_of
from scripts.how_sure_held import SHOWN, ends_of, worst_of
from scripts.how_sure_sites import city
from scripts.how_sure_ties import Ties
from scripts.how_sure_turning import in_turn
from scripts.how_sure_words import about, between, listed, millions, network_of, rounded, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from netdesign.results.document import CostsPart, NetworkPart
    from netdesign.results.tipping_document import FigurePart
    from scripts.how_sure_asked import Asked
    from scripts.how_sure_held import End

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

_THIN = {"BUD": "That of Budapest rests on [one rent](../instances/europe/README.md#newer-figures)."}
"""Sites whose price of floor has little under it."""


def second_markdown(asked: Asked) -> str:
    """Return today's network beside the best two with one hub more, and what they save at ends of ranges."""
    return f"""## The second hub

If only one more hub is to be decided: today's network beside the best two of {len(asked.second[1])} hubs and the
best of {len(asked.best)}, in EUR m a year unless stated. The parts add up to the cost; *t a year over* a hub
counts both directions, *investment* is floor and sorters, and [What if a hub fails](#what-if-a-hub-fails)
explains the last row.

{_side_by_side(asked)}
{_fixed(asked)}

**One figure at a time.** Each of the {len(asked.turning_second.figures)} figures that state a range is moved to both
ends. The hubs stay what they are; which hub a city has, vehicles and departures are what is best there, also in today's
network. So without the penalty the savings are not those of the table less its late parcels. {_stands(asked)}
{_least(asked)} The {SHOWN} figures at whose worse end one of them saves least:

{table(("figure", "now", *map(_saves, asked.second[1:])), map(_end_row, worst_of(asked.held)[:SHOWN]))}
{_by_volume(asked)}

{corners_markdown(asked)}
{_paying(asked)}
"""


def networks_compared(asked: Asked) -> list[NetworkPart]:
    """Return the networks of ``second`` and the best one, as they are operated."""
    found = [one.network for one in asked.compared.rows if one.network is not None]
    if len(found) != len(asked.second) + 1:
        raise AssertionError
    return found


def _side_by_side(asked: Asked) -> str:
    networks = networks_compared(asked)
    costs = [one.costs for one in networks if one.costs is not None]
    totals = [one.total for one in costs]
    rows: list[Sequence[str]] = [("cost", *map(millions, totals))]
    rows += [(f"of it {name}", *map(millions, values)) for name, values in _parts(costs).items()]
    rows.append(("saves against today", "-", *(millions(totals[0] - total) for total in totals[1:])))
    shares = [0.0 if one.service is None else one.service.inside or 0.0 for one in networks]
    rows.append(("inside the deadline", *(f"{share:.1%}" for share in shares)))
    rows.append(("t CO2e a year", *(f"{one.carbon.co2e_t_per_year:,.0f}" if one.carbon else "-" for one in networks)))
    loads = [{load.hub: load.handled_t_per_year for load in one.hub_loads} for one in networks]
    for site in dict.fromkeys(site for one in loads for site in one):
        rows.append((f"t a year over {site}", *(f"{one[site]:,.0f}" if site in one else "-" for one in loads)))
    new = [[site for site in one.open_hubs if site not in asked.today] for one in networks]
    rows.append(("investment", *(millions(sum(map(investment, one))) for one in new)))
    failing = [one.failures.failure_cost for one in asked.compared.rows if one.failures is not None]
    rows.append(("failures are expected to cost", *map(millions, failing)))
    return table(("", *(network_of(one.open_hubs) for one in networks)), rows)


def _parts(costs: Sequence[CostsPart]) -> Mapping[str, list[float]]:
    """Return the parts of the cost that any network has; they add up to it."""
    found = {words: [getattr(one, name) or 0.0 for one in costs] for name, words in _PARTS.items()}
    for name in dict.fromkeys(name for one in costs for name in one.charges):
        found[name] = [one.charges.get(name, 0.0) for one in costs]
    for place, one in enumerate(costs):
        if not math.isclose(sum(values[place] for values in found.values()), one.total):
            raise AssertionError
    return {words: values for words, values in found.items() if any(values)}


def _fixed(asked: Asked) -> str:
    """Return what the fixed cost of a hub is made of, and what of it differs between the rivals."""
    first, rival = (hub_sites()[next(site for site in hubs if site not in asked.today)] for hubs in asked.second[1:])
    cost = instance_data()["hub_cost"]
    thin = " ".join(_THIN[one.id] for one in (first, rival) if one.id in _THIN)
    return (
        f"Fixed cost: {city(asked.today[0])} is charged for running alone, as its building and sorters are paid. A new "
        "hub is charged for running, and for its investment the same amount in each year of its life (with interest of "
        f"{cost['discount_rate']:.0%} over {cost['life_years']:g} years, assumed): EUR {_a_year(first.id)} m in "
        f"{city(first.id)}, {_a_year(rival.id)} m in {city(rival.id)}. **None of it follows the tonnes**: every new "
        f"hub has {cost['area_m2']:,.0f} m2 and the same sorters, whatever goes over it; only handling, a part of its "
        f"own, grows with the tonnes. A m2 costs EUR {first.floor:,.0f} in {city(first.id)} and {rival.floor:,.0f} in "
        f"{city(rival.id)}, the sum at the start that is worth the sourced yearly rents. {thin} Wages, which move a "
        f"part of running and handling, are EUR {first.wage:g} and {rival.wage:g} an hour (sourced). Delivery from a "
        "city to the door is in no part: it would cost the same in every network."
    )


def _a_year(site: str) -> str:
    return millions(annuity() * investment(site))


def _saves(hubs: Sequence[str]) -> str:
    return f"{network_of(hubs)} saves, EUR m a year"


def _stands(asked: Asked) -> str:
    """Return how the size filter is taken where networks are named."""
    return (
        "The hub that is looked at stays open whatever the size filter is: the filter is about what may open, not "
        "about what stands."
    )


def lowest_of(asked: Asked) -> list[tuple[float, End]]:
    """Return the least that each of the two second hubs saves at any end, with that end."""
    ends = ends_of(asked.held)
    return [
        min(((end.savings[place], end) for end in ends), key=lambda one: one[0]) for place in range(len(asked.held))
    ]


def least_told(asked: Asked) -> str:
    """Return the least that each of the two second hubs saves at any end, as a clause."""
    parts = [
        f"{network_of(hubs)} saves at least EUR {millions(saving)} m ({end.told})"
        for hubs, (saving, end) in zip(asked.second[1:], lowest_of(asked), strict=True)
    ]
    return listed(parts)


def _least(asked: Asked) -> str:
    pays = all(saving > 0 for saving, _ in lowest_of(asked))
    today = len(asked.today)
    inside = any(len(point.open_hubs) <= today for one in asked.turning_second.figures for point in one.points)
    return (
        f"{'Both pay at every end' if pays else 'Not both pay at every end'}; in between, today's network is the best "
        f"{'at some values' if inside else 'at no value that was solved'}."
    )


def _end_row(end: End) -> Sequence[str]:
    return end.told, rounded(end.figure.value), *(signed(saving) for saving in end.savings)


def by_volume(asked: Asked, *, in_short: bool) -> list[str]:
    """Return the best networks with one new hub over the range of the volume, in words."""
    volume = next(one for one in asked.turning_second.figures if path_of(one) == VOLUME)
    return in_turn(volume, Ties(asked.second[1], {}), about if in_short else between)


def _by_volume(asked: Asked) -> str:
    return f"By the volume from Hangzhou the best second hub is {', '.join(by_volume(asked, in_short=False))}."


def paying_volumes(asked: Asked) -> Iterator[tuple[int, FigurePart, tuple[float, float] | None]]:
    """Yield for each least number of departures the volume, and between which values a second hub begins to pay."""
    today = len(asked.today)
    for least, found in asked.paying.items():
        figure = found.figures[0]
        begins = [one for one in figure.changes if len(one.before) <= today < len(one.after)]
        yield least, figure, (begins[-1].at_least, begins[-1].at_most) if begins else None


def _begins(asked: Asked, value: Callable[[float, float], str]) -> str:
    """Return from which volume on the best second hub pays with so few departures that it does not always."""
    parts = [f"with {least} from {value(*at)} t a year on" for least, _, at in paying_volumes(asked) if at is not None]
    return f"By the least departures a week, the best second hub pays {', '.join(parts)}"


def _always(asked: Asked) -> str:
    """Return with which least departures the best second hub pays at all volumes that were looked at."""
    volume = next(one for one in asked.turning_second.figures if path_of(one) == VOLUME)
    if any(len(one.before) <= len(asked.today) for one in volume.changes):
        raise AssertionError
    present = next(one.value for one in asked.turning_second.figures if path_of(one) == LEAST_DEPARTURES)
    least = [str(least) for least, _, at in paying_volumes(asked) if at is None]
    return f"with {listed([*least, rounded(present)])}"


def _paying(asked: Asked) -> str:
    """Return from which volume on a second hub pays, by the least departures, and why these are looked at."""
    volume = next(one for one in asked.turning_second.figures if path_of(one) == VOLUME)
    return (
        f"**Volume and departures.** {_begins(asked, between)}, {_always(asked)} over the whole range of the volume, "
        f"{rounded(volume.low)} to {rounded(volume.high)} t. The range of departures is our choice: from one a week, "
        "with which vans leave when they are full, to six, one on each day on which vehicles go."
    )
