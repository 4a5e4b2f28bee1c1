"""The parts of docs/how-sure.md on assumptions: those that matter most, and those that no range covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import netdesign as nd
from netdesign.results.document import Verdict
from scripts.doc_measurements import table
from scripts.how_sure_asked import INSTANCE
from scripts.how_sure_figures import path_of, plain_name, unit_of
from scripts.how_sure_sites import city, network_in_words
from scripts.how_sure_words import network_of, rounded, signed

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
    "hub_cost.operating_eur_per_year": "people, energy and upkeep, whatever the volume",
    "handling.cost_eur_per_parcel": "at the mean labour cost of the EU; each country's wages move its part of labour",
    "air.distance_share": "the larger, the better are airports in the east; at 0 distance in the air costs nothing",
    "minimum_cargo_t_per_year": "smaller airports have no freighters to speak of",
    "policies.minimum_throughput.hubs.LGG.tonnes_per_year": "what Liège keeps, or a third of what comes in if that "
    "is less",
}
"""Why the figures that matter most are what they are."""


def assumed_markdown(asked: Asked) -> str:
    """Return the assumptions that matter most."""
    by_path = {path_of(one): one for one in asked.turning.figures}
    assumed = sum("assumption" in one.status for one in by_path.values())
    rows = [_row(by_path[path], why) for path, why in _MATTERING.items()]
    streams = nd.read(INSTANCE).to_dict()["streams"].values()
    hours = " or ".join(sorted({f"{stream['deadline_h']:g}" for stream in streams if stream.get("deadline_h")}))
    rows.insert(1, ("time from order to door", f"{hours} h", "none", "sourced", "what the operator has promised"))
    rows.append(
        (
            "way back of vehicles",
            "with freight",
            "none",
            "assumption",
            "vehicles return with freight for Hangzhou, and the return is paid",
        )
    )
    return f"""## What is assumed

Of the {len(by_path)} figures that state a range {assumed} are assumptions. Those that matter most are here; all, with
sources, are in the [instance](../instances/europe/README.md) and its table of [ranges](../instances/europe/ranges.csv).

{table(("figure", "value", "range", "how sure", "why"), rows)}
Today's network is {network_in_words(asked.today)} alone. The operator named {city("BUD")} its air hub for central and
eastern Europe in 2021; here a hub there is a new one, and costs what a new one costs. The [back-test](back-test.md) has
what was built.
"""


def _row(one: FigurePart, why: str) -> Sequence[str]:
    span = f"{rounded(one.low)} to {rounded(one.high)}"
    return plain_name(one), f"{rounded(one.value)}{unit_of(one)}", span, one.status, why


def uncovered_markdown(asked: Asked) -> str:
    """Return the answer under changes that are in no range."""
    cases: Mapping[str, SolveAnswer] = {"as it is": asked.answer, **asked.changed}
    rows = [(name, *_steps(one.document.steps, one.document.networks)) for name, one in cases.items()]
    linear = asked.answer.document.linear
    if linear is not None:
        rows.append(("priced by the tonne", *_steps(linear.steps, linear.networks)))
    return f"""## What no range covers

Some assumptions are no figures, or lie beyond every range. Each of them is changed here, all else being as it is: the
best new hubs, and what the last of them saves against the best network with one hub fewer, in EUR m a year. [The
European instance](european-instance.md#both-answers-side-by-side) has more such cases.

{table(("changed", "second hub", "it saves", "third hub", "it saves"), rows)}"""


def _steps(steps: Iterable[StepPart], networks: Iterable[NetworkPart | LinearNetworkPart]) -> Iterator[str]:
    """Yield the new hubs of the best network of each number, and what the last of them saves."""
    hubs = {one.hubs: list(one.open_hubs) for one in networks}
    today = hubs[min(hubs)]
    for step in steps:
        yield network_of(site for site in hubs[step.to_hubs] if site not in today)
        yield signed(step.saving) + ("" if step.verdict is Verdict.PAYS else ", does not pay")
