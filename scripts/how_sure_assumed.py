"""The parts of docs/how-sure.md on assumptions: those that matter most, and those that no range covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netdesign.results.document import Verdict
from scripts.doc_measurements import table
from scripts.how_sure_corners import savings_of
from scripts.how_sure_facts import data_of_range, hours_promised, hub_sites, instance_data, shut_by_size
from scripts.how_sure_figures import DEADLINE, LAST_MILE, VOLUME, path_of, plain_name, unit_of
from scripts.how_sure_frontier import never_in_time
from scripts.how_sure_held import SHOWN, worst_of
from scripts.how_sure_sites import city, network_in_words
from scripts.how_sure_words import listed, network_of, rounded, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netdesign.api.answers import SolveAnswer
    from netdesign.results.document import LinearNetworkPart, NetworkPart, StepPart
    from netdesign.results.tipping_document import FigurePart
    from scripts.how_sure_asked import Asked

_MATTERING = {
    "streams.inbound.volume_t_per_year": "a third of a sourced world-wide volume",
    "streams.inbound.late_penalty_eur_per_parcel": "nobody has published what a late parcel costs",
    "services.collection.departures_per_week.min": "a vehicle leaves each working day, full or not",
    "hub_cost.area_m2": "between halls that the operator has opened and leased",
    "hub_cost.sorting_capital_eur": "machines, whatever the volume",
    "hub_cost.operating_eur_per_year": "people, energy and upkeep, whatever the volume; wages move a part of it",
    "handling.cost_eur_per_parcel": "at the mean labour cost of the EU; each country's wages move its part of labour",
    "air.distance_share": "the larger, the more each tonne saves that lands east of Liège; at 0 distance in the air "
    "costs nothing",
    "minimum_cargo_t_per_year": "smaller airports have no freighters to speak of",
    "parcel.weight_kg": "20 t in nearly 40,000 parcels of one flight",
    "handling.hours": "unloading, customs, sorting and loading",
    "streams.inbound.last_mile_h": "depot at the destination, and the round to the door",
    "policies.minimum_throughput.hubs.LGG.tonnes_per_year": "freight from Hangzhou that lands at Liège in any case, as "
    "what the operator may have promised there; or a third of all of it, where that is less",
}
"""Why the figures that decide most, or are asked for most, are what they are."""

_AS_IT_IS, _BY_TONNE = "as it is", "priced by the tonne"


def assumed_markdown(asked: Asked) -> str:
    """Return the assumptions that matter most."""
    sites, shut = hub_sites(), shut_by_size()
    data = instance_data()
    by_path = {path_of(one): one for one in asked.turning.figures}
    assumed = sum("assumption" in one.status for one in by_path.values())
    if not {path_of(end.figure) for end in worst_of(asked.held)[:SHOWN]} <= set(_MATTERING):
        raise AssertionError
    rows = [_row(by_path[path], why) for path, why in _MATTERING.items()]
    rows.insert(
        1, ("time from order to door", f"{hours_promised()} h", "none", "sourced", "what the operator has promised")
    )
    rows.append(
        (
            "way back of vehicles",
            "with freight",
            "none",
            "assumption",
            "a vehicle brings freight from Hangzhou to a city and takes back to the hub what the city sends there; the "
            "operator pays both ways, however empty the way back is",
        )
    )
    new_hubs = data["policies"]["new_hubs"]["max"]
    return f"""## What is assumed

Of the {len(by_path)} figures that state a range {assumed} are assumptions, and so are the ends of their ranges; of
the others some ends are our choice too. *Sourced* is what somebody has read in a page that the instance names. Those
at whose ends the second hub saves least are here, with some that are asked for; all, with sources, are in the
[instance](../instances/europe/README.md) and its table of [ranges](../instances/europe/ranges.csv). The year is about
{data_of_range(VOLUME)["year"]}: the volume, nearly all wages and rents, and the price of trucks are of that year, in
prices of then.

{table(("figure", "value", "range", "how sure", "why"), rows)}
Candidates are {len(sites) - len(asked.today)} airports beside {network_in_words(asked.today)}; {len(shut)} of them are
shut by the size filter. At most {new_hubs} may open, as the operator announced "a second or third centre" in 2018.
Today's network is {network_in_words(asked.today)} alone, which stays open by rule; wherever else the operator has
something, [as in {city("BUD")}](#which-second-hub), a hub is taken as new.
"""


def _row(one: FigurePart, why: str) -> Sequence[str]:
    span = f"{rounded(one.low)} to {rounded(one.high)}"
    return plain_name(one), f"{rounded(one.value)}{unit_of(one)}", span, one.status, why


def cases_of(asked: Asked) -> list[tuple[str, list[Case]]]:
    """Return by what is changed the best second hub and those with one more, with what the last of them saves."""
    answers: Mapping[str, SolveAnswer] = {_AS_IT_IS: asked.answer, **asked.changed}
    rows = [(name, list(_steps(one.document.steps, one.document.networks))) for name, one in answers.items()]
    linear = asked.answer.document.linear
    if linear is not None:
        rows.append((_BY_TONNE, list(_steps(linear.steps, linear.networks))))
    return rows


def leaning(asked: Asked) -> dict[str, list[str]]:
    """Return by site what is changed where it is the best second hub."""
    found: dict[str, list[str]] = {}
    for name, (second, *_) in cases_of(asked):
        if name != _AS_IT_IS:
            found.setdefault(network_of(second.hubs), []).append(name)
    return found


def uncovered_markdown(asked: Asked) -> str:
    """Return the answer under changes that are in no range."""
    savings = second_savings(asked)
    rows = [(name, *map(signed, savings[name]), *last.cells) for name, (_, last) in cases_of(asked)]
    return f"""## What no range covers

Some assumptions are no figures, or lie beyond every range. Each of them is changed here, all else being as it is: what
the two second hubs save against {network_of(asked.today)}, and what the best two new hubs save against the better of
these, in EUR m a year. {_others(asked)} *Way back empty and paid*: what cities send to Hangzhou goes in vehicles of its
own, which come to the city empty, and those that bring freight there go back empty; the operator pays all of it.
{_fewer_hours(asked)} [The European
instance](european-instance.md#both-answers-side-by-side) has more such cases.

{table(("changed", *(f"{network_of(hubs)} saves" for hubs in asked.second[1:]), "two new hubs", "they save"), rows)}"""


def _fewer_hours(asked: Asked) -> str:
    """Return why fewer hours from order to door are no case of their own: they are ends of ranges already."""
    last_mile = next(one for one in asked.turning.figures if path_of(one) == LAST_MILE)
    hours, longer = float(hours_promised()), last_mile.high - last_mile.value
    short = hours - 2 * longer
    _, late = never_in_time(f"{DEADLINE}={short:g}")
    return (
        f"Fewer hours from order to door are [ends of ranges](#the-second-hub) already: {hours - longer:g} h are the "
        f"longest last mile, {longer:g} h more; with {short:g} h {late:.1%} of the freight cannot be in time over any "
        "airport that may open, so that the penalty decides as little as if there were none."
    )


def second_savings(asked: Asked) -> Mapping[str, Sequence[float]]:
    """Return by what is changed what each of the two second hubs saves, EUR/year."""
    found: dict[str, Sequence[float]] = {_AS_IT_IS: savings_of(asked.compared)[: len(asked.second) - 1]}
    found |= {name: savings_of(compared) for name, compared in asked.changed_second.items()}
    tonnes = [one.document.linear for one in asked.alone]
    return found | {_BY_TONNE: [one.steps[0].saving or 0.0 for one in tonnes if one is not None]}


def _others(asked: Asked) -> str:
    """Return that no other second hub is better than both under any change, or which one is."""
    known = {network_of(_new(hubs, asked.today)) for hubs in asked.second[1:]}
    others = [site for site in leaning(asked) if site not in known]
    return f"{listed(others)} saves more in some." if others else "No other second hub that may open saves more."


def _new(hubs: Iterable[str], today: Sequence[str]) -> list[str]:
    return [site for site in hubs if site not in today]


class Case(NamedTuple):
    """The new hubs of the best network of a number, and what the last of them saves, EUR/year."""

    hubs: Sequence[str]
    saving: float | None
    pays: bool

    @property
    def cells(self) -> tuple[str, str]:
        """Both in words."""
        return network_of(self.hubs), signed(self.saving) + ("" if self.pays else ", does not pay")


def _steps(steps: Iterable[StepPart], networks: Iterable[NetworkPart | LinearNetworkPart]) -> Iterator[Case]:
    """Yield a case for each number of hubs."""
    hubs = {one.hubs: list(one.open_hubs) for one in networks}
    today = hubs[min(hubs)]
    for step in steps:
        new = [site for site in hubs[step.to_hubs] if site not in today]
        yield Case(new, step.saving, step.verdict is Verdict.PAYS)
