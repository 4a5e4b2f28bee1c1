"""The part of docs/how-sure.md on failures: of the best networks, and of those of the second hub alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.failures import OutKind
from scripts.doc_measurements import table
from scripts.how_sure_asked import NEAR
from scripts.how_sure_sites import city
from scripts.how_sure_words import bullets, inside_of, listed, millions, network_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.api.answers import NetworkAnswer
    from netdesign.api.stress import StressAnswer
    from netdesign.results.stress_failures import FailuresPart, NetworkFailuresPart, OutagePart
    from scripts.how_sure_asked import Asked

_OUT = {OutKind.HUB: "hub", OutKind.LANE: "lane", OutKind.INTER_HUB: "leg between hubs"}
_MEANS = {OutKind.LANE: " (the flights between Hangzhou and a hub)"}
_DAYS_A_YEAR = 365


def failing_markdown(asked: Asked) -> str:
    """Return what the failure of a hub, a lane or a leg costs the best networks, and those of the second hub."""
    failures, second = failures_of(asked.failing), failures_of(asked.failing_second)
    first, network = failures.networks[0], asked.failing.networks[0]
    return f"""## What if a hub fails

{bullets(_lines(asked, failures))}
**The second hub.** Each failure, EUR m and, in brackets, t not carried:

{_side_by_side(second.networks)}
{_left_when_out(asked, second)}

What failures are expected to cost these networks under other assumptions, EUR m a year; {network_of(asked.today)} alone
has no hub left that could lift more:

{table(("assumption", *(network_of(one.hubs) for one in second.networks)), _terms(asked, second))}
A tonne that is not carried costs its penalty and saves its freight, so that half the penalty leaves less than half of
the cost.

**Up to {len(first.hubs) - len(asked.today)} new hubs.** Each failure of {network_of(first.hubs)}:

{table(("out", "times a year", "EUR m each", "t not carried", "t late"), _outages(first, network, failures.days))}
Where less is late than with nothing out, some of what would be late is not carried at all.
"""


def _left_when_out(asked: Asked, second: FailuresPart) -> str:
    """Return why the failure of today's hub costs one network more than another: what is left lifts less."""
    site, parts = asked.today[0], []
    for hubs in asked.second[1:]:
        network = next(one.network for one in asked.compared.rows if one.name == ",".join(hubs))
        if network is None:
            raise AssertionError
        left, lifted = next((load.hub, load.handled_t_per_year) for load in network.hub_loads if load.hub != site)
        meanwhile = lifted * (1.0 + second.surge_share) * second.days / _DAYS_A_YEAR
        parts.append(f"{city(left)} no more than {meanwhile:,.0f} t")
    return (
        f"While {city(site)} is out, the hub that is left lifts {second.surge_share:.0%} more than on other days: in "
        f"{second.days} days {listed(parts)}. The less a hub lifts on other days, the more stays then."
    )


def dearest_of(one: NetworkFailuresPart) -> OutagePart:
    """Return the dearest failure of a network."""
    return max(one.outages, key=lambda outage: outage.cost_eur or 0.0)


def dearest_told(one: NetworkFailuresPart) -> str:
    """Return the dearest failure of a network, with what it costs."""
    outage = dearest_of(one)
    return f"EUR {millions(outage.cost_eur)} m with {network_of(one.hubs)} ({out_name(outage)} out)"


def failures_of(found: StressAnswer) -> FailuresPart:
    """Return what an answer has on failures."""
    if found.failures is None:
        raise AssertionError
    return found.failures


def _lines(asked: Asked, failures: FailuresPart) -> Iterable[str]:
    kinds = {one.kind for network in failures.networks for one in network.outages}
    each = " and ".join(f"each {words}{_MEANS.get(kind, '')}" for kind, words in _OUT.items() if kind in kinds)
    first = failures.networks[0]
    rates = {one.kind: one.per_year for one in first.outages}
    often = listed([f"{rates[kind]:g} times a year to a {words}" for kind, words in _OUT.items() if kind in rates])
    yield (
        f"{each[0].upper()}{each[1:]} is out in turn. Assumed, all by us: it lasts {failures.days} days; the hubs "
        f"that are left lift {failures.surge_share:.0%} more than on other days; a tonne that is not carried costs "
        f"EUR {failures.unserved_penalty_eur_per_t:,.0f}; and it happens {often}. What failures are "
        "expected to cost grows in proportion to how often they happen and how long they last. [Under "
        "stress](stress.md) tells more."
    )
    yield (
        f"{first.whole_not_served_t:,.0f} t in {failures.days} days of {network_of(first.hubs)} are not carried when "
        "nothing is out either, and are part of each row of its table: for them this penalty is cheaper than a vehicle."
    )
    proof = "proven of these" if failures.is_best_of_these else "as far as is known"
    if failures.best is not None:
        yield (
            f"With what its failures are expected to cost, {network_of(failures.best)} is the best of the "
            f"{len(failures.networks)} networks [less than EUR {millions(NEAR, 1)} m above the "
            f"best](#what-else-is-nearly-as-good); {proof}, not of others."
        )


def _outages(failures: NetworkFailuresPart, network: NetworkAnswer, days: int) -> Iterable[Sequence[str]]:
    """Yield a row for each failure, after one for as many days on which nothing is out."""
    promised = 0.0 if network.service is None else network.service.volume_t_per_year
    late = promised * (1.0 - inside_of(network)) * days / _DAYS_A_YEAR
    yield "nothing", "-", "0.00", f"{failures.whole_not_served_t:,.0f}", f"{late:,.0f}"
    for one in failures.outages:
        yield (
            out_name(one),
            f"{one.per_year:g}",
            millions(one.cost_eur),
            f"{one.not_served_t:,.0f}",
            f"{one.late_t:,.0f}",
        )


def out_name(one: OutagePart) -> str:
    """Return the name of what is out."""
    return f"{_OUT[one.kind]} {'-'.join(one.out)}"


def _side_by_side(networks: Sequence[NetworkFailuresPart]) -> str:
    outages = [{out_name(one): one for one in network.outages} for network in networks]
    rates = {out: f"{one.per_year:g}" for of_network in outages for out, one in of_network.items()}
    rows = [(out, rate, *(_cell(of_network.get(out)) for of_network in outages)) for out, rate in rates.items()]
    return table(("out", "times a year", *(network_of(network.hubs) for network in networks)), rows)


def _cell(one: OutagePart | None) -> str:
    return "-" if one is None else f"{millions(one.cost_eur)} ({one.not_served_t:,.0f})"


def _terms(asked: Asked, second: FailuresPart) -> Iterable[Sequence[str]]:
    order = [set(one.hubs) for one in second.networks]
    cases = {"as assumed": second, **{name: failures_of(found) for name, found in asked.failing_terms.items()}}
    for name, failures in cases.items():
        costs = {frozenset(one.hubs): one.failure_cost for one in failures.networks}
        yield name, *(millions(costs[frozenset(hubs)]) for hubs in order)
