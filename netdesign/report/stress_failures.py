"""What the answer of ``netdesign stress`` says of failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.failures import OutKind
from netdesign.report.tables import TextTable
from netdesign.report.words import amount, counted, listed, money, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.results.document import NetworkPart
    from netdesign.results.stress_document import StressDocument
    from netdesign.results.stress_failures import FailuresPart, NetworkFailuresPart, OutagePart

_KINDS = {"hub": "", "lane": "lane ", "inter_hub": "leg "}
"""Words before the ids of what is out."""

_EACH = {OutKind.HUB: "each hub", OutKind.LANE: "each lane", OutKind.INTER_HUB: "each leg between hubs"}
_EACH_LINKED = _EACH | {OutKind.INTER_HUB: "each hub link that carries freight"}


def failure_lines(result: StressDocument) -> Iterator[str]:
    """Yield the sentences on failures."""
    part = result.failures
    if part is None:
        return
    yield _terms(part)
    pairs = list(zip(result.networks, part.networks, strict=True))
    best = next((pair for pair in pairs if pair[1].hubs == part.best), None)
    if best is None:
        yield "Which network is the best with its failures is not known: the search was stopped."
        return
    network, failures = best
    yield (
        f"With its failures {name_of(network)} is expected to cost {money(failures.expected_cost)} a year, "
        f"{money(failures.failure_cost)} of it for failures; {_proof(part, len(pairs))}."
    )
    if result.others_bound is not None and not part.is_best_of_all:
        yield (
            f"A network that was not looked at costs at least {money(result.others_bound)} a year before its failures: "
            "one of them may cost less with its failures. --most looks at more."
        )
    dearest = max(failures.outages, key=lambda one: one.cost_eur or 0.0)
    yield f"Its dearest failure is that of {outage_name(dearest)}: {money(dearest.cost_eur)} each time{_left(dearest)}."
    if len(dearest.not_served_by_stream_t) > 1:
        yield "The penalty is the same for every tonne, whatever its stream: what costs most to carry stays first."
    if failures.whole_not_served_t >= _LEAST_T:
        yield (
            f"Of what is not carried, {failures.whole_not_served_t:,.0f} t are not carried with nothing out either: "
            "carrying them costs more than the penalty."
        )
    if pairs[0] is not best:
        first, own = pairs[0]
        more = (own.expected_cost or 0.0) - (failures.expected_cost or 0.0)
        yield f"{name_of(first)}, the best without failures, is expected to cost {money(more)} a year more."
    carried = [(outage_name(one), one.operation.plan) for one in failures.outages]
    lost = [name for name, plan in carried if plan is not None and not plan.routes.origin]
    if lost:
        yield f"While {' or '.join(lost)} is out nothing is carried."
    missed = [(one, text) for one in failures.outages for text in one.missed if not _is_of_what_is_out(one, text)]
    for one, text in missed[:_MOST_MISSED]:
        yield f"With {outage_name(one)} out{_staying(one)} it misses {text}."
    if len(missed) > _MOST_MISSED:
        yield f"{len(missed) - _MOST_MISSED} more that it misses are in the result file."


def _staying(one: OutagePart) -> str:
    """Return what stays, as a reason for what is missed."""
    return f", when {_not_carried(one)}," if one.not_served_t >= _LEAST_T else ""


def _is_of_what_is_out(one: OutagePart, text: str) -> bool:
    """Return whether a policy is missed at the very site that is out, which needs no word."""
    return any(f": {end}: " in text for end in one.out)


_MOST_MISSED = 3
"""Policies that are listed one by one."""


def _terms(part: FailuresPart) -> str:
    assumed = "" if part.is_stated else "; the instance states no `failures`, and this is what is usual"
    kinds = {outage.kind for network in part.networks for outage in network.outages}
    named = _EACH_LINKED if any(map(_chooses_links, part.networks)) else _EACH
    each = listed([words for kind, words in named.items() if kind in kinds])
    return (
        f"{each[0].upper()}{each[1:]} is out in turn, for {counted(part.days, 'day')}: "
        f"the sites that are left lift up to {1 + part.surge_share:.0%} of their capacity, or where none is stated of "
        f"what they lift on other days, and a tonne that is not carried costs EUR "
        f"{part.unserved_penalty_eur_per_t:,.0f}{assumed}."
    )


def _chooses_links(network: NetworkFailuresPart) -> bool:
    return network.whole.plan is not None and network.whole.plan.links is not None


def _proof(part: FailuresPart, number: int) -> str:
    if part.is_best_of_all:
        return "no permitted network is expected to cost less in all; proven"
    if number == 1:
        return "other networks may cost less in all"
    if part.is_best_of_these:
        return f"in all the least of these {number}; proven of them, not of other networks"
    return f"in all the least of these {number}, as far as is known"


def _left(one: OutagePart) -> str:
    """Return what stays and what is late, as the end of a sentence."""
    left = [_not_carried(one)] if one.not_served_t >= _LEAST_T else []
    late = [f"{one.late_t:,.0f} t are late"] if one.late_t >= _LEAST_T else []
    return f"; {' and '.join([*left, *late])}" if left or late else ""


def _not_carried(one: OutagePart) -> str:
    return f"{one.not_served_t:,.0f} t are not carried{_by_stream(one)}"


def _by_stream(one: OutagePart) -> str:
    """Return of which streams it is what stays, where there are several, as `` (inbound 2,000 t, outbound 564 t)``."""
    by_stream = {name: tonnes for name, tonnes in one.not_served_by_stream_t.items() if tonnes >= _LEAST_T}
    if len(by_stream) == 1:
        [name] = by_stream
        return f" (all {name})"
    return f" ({', '.join(f'{name} {tonnes:,.0f} t' for name, tonnes in by_stream.items())})" if by_stream else ""


_LEAST_T = 0.5
"""Tonnes that are worth a word."""


def outage_name(one: OutagePart) -> str:
    """Return the name of what is out."""
    plan = one.operation.plan
    kind = (
        "link " if one.kind is OutKind.INTER_HUB and plan is not None and plan.links is not None else _KINDS[one.kind]
    )
    return f"{kind}{'-'.join(one.out)}"


def failure_tables(result: StressDocument) -> list[TextTable]:
    """Return the tables on failures: of all networks, and of the best one each failure."""
    part = result.failures
    if part is None or not part.networks:
        return []
    pairs = list(zip(result.networks, part.networks, strict=True))
    rows = [[name_of(network), *_of_network(network, failures)] for network, failures in pairs]
    header = ["network", "without failures", "failures a year", "expected", "dearest failure", "t not carried"]
    tables = [TextTable("The networks with their failures, EUR a year; the dearest failure, EUR each", header, rows)]
    shown = next((pair for pair in pairs if pair[1].hubs == part.best), pairs[0])
    of_each = [
        [
            outage_name(one),
            f"{one.per_year:g}",
            amount(one.cost_eur),
            amount(one.not_served_t),
            amount(one.penalty_eur),
            amount(one.late_t),
        ]
        for one in shown[1].outages
    ]
    header = ["out", "a year", "EUR each", "t not carried", "penalty, EUR", "t late"]
    return [*tables, TextTable(f"Each failure of {name_of(shown[0])}, {counted(part.days, 'day')}", header, of_each)]


def _of_network(network: NetworkPart, failures: NetworkFailuresPart) -> list[str]:
    dearest = max(failures.outages, key=lambda one: one.cost_eur or 0.0)
    figures = (network.objective, failures.failure_cost, failures.expected_cost, dearest.cost_eur)
    return [*map(amount, figures), amount(dearest.not_served_t)]


def failure_records(result: StressDocument) -> list[dict[str, object]]:
    """Return for each network the columns on failures, in the order of the result."""
    if result.failures is None:
        return [{} for _ in result.networks]
    return [failure_record(failures) for failures in result.failures.networks]


def failure_record(failures: NetworkFailuresPart) -> dict[str, object]:
    """Return the columns on the failures of a network."""
    dearest = max(failures.outages, key=lambda one: one.cost_eur or 0.0)
    return {
        "failure_cost_eur_per_year": failures.failure_cost,
        "expected_cost_eur_per_year": failures.expected_cost,
        "expected_at_least_eur_per_year": failures.expected_at_least,
        "expected_at_most_eur_per_year": failures.expected_at_most,
        "dearest_failure": outage_name(dearest),
        "dearest_failure_eur": dearest.cost_eur,
        "dearest_not_served_t": dearest.not_served_t,
    }
