"""The part of docs/how-sure.md on failures: of the best networks, and of those of the second hub alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.failures import OutKind
from scripts.doc_measurements import table
from scripts.how_sure_words import millions, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.api.stress import StressAnswer
    from netdesign.results.stress_failures import NetworkFailuresPart, OutagePart

OUT = {OutKind.HUB: "hub", OutKind.LANE: "lane", OutKind.INTER_HUB: "leg"}


def failing_markdown(found: StressAnswer, second: StressAnswer) -> str:
    """Return what the failure of a hub, a lane or a leg costs the best networks, and those of the second hub."""
    failures, of_second = found.failures, second.failures
    if failures is None or of_second is None:
        raise AssertionError
    networks = [
        (
            " + ".join(one.hubs),
            millions((one.expected_cost or 0.0) - (one.failure_cost or 0.0)),
            millions(one.failure_cost),
            millions(one.expected_cost),
        )
        for one in failures.networks
    ]
    first = [
        (_out(one), f"{one.per_year:g}", millions(one.cost_eur), f"{one.not_served_t:,.0f}", f"{one.late_t:,.0f}")
        for one in failures.networks[0].outages
    ]
    return f"""## What if a hub fails

{sentences(found.sentences)}
The {len(networks)} best networks, EUR m a year:

{table(("network", "without failures", "failures", "expected"), networks)}
Each failure of the first, {failures.days} days:

{table(("out", "times a year", "EUR m each", "t not carried", "t late, of all that is carried"), first)}
What is not carried costs its penalty less what carrying it would have cost.

The same of the networks of the second hub alone, EUR m each and, in brackets, t not carried:

{_side_by_side(of_second.networks)}
[Under stress](stress.md) has the command, and what is assumed of a failure.
"""


def _out(one: OutagePart) -> str:
    return f"{OUT[one.kind]} {'-'.join(one.out)}"


def _side_by_side(networks: Sequence[NetworkFailuresPart]) -> str:
    outages = [{_out(one): one for one in network.outages} for network in networks]
    rows = [
        (out, *(_cell(of_network.get(out)) for of_network in outages))
        for out in dict.fromkeys(out for of_network in outages for out in of_network)
    ]
    return table(("out", *(" + ".join(network.hubs) for network in networks)), rows)


def _cell(one: OutagePart | None) -> str:
    return "-" if one is None else f"{millions(one.cost_eur)} ({one.not_served_t:,.0f})"
