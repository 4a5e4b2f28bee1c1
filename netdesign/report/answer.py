"""The answer of ``netdesign solve``: first whether and where in sentences, then the networks side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.tables import Table, render, to_csv
from netdesign.report.words import amount, difference, money, network_name, ordinal, share, tonnes
from netdesign.solve.outcome import Termination
from netdesign.solve.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.solve.document import CostsPart, NetworkPart, ResultDocument, StepPart

_SAME_EUR = 0.5
"""EUR a year that no figure here shows."""

_MOST_AWAY = 12
"""Cities named where a minimum binds; the result file lists all."""

_COST_ROWS = {
    "fixed": "hubs, fixed",
    "air": "air",
    "road": "road and ferry",
    "border": "customs",
    "handling": "handling",
    "late": "late parcels",
    "shortfall": "take-or-pay",
}


def answer_text(result: ResultDocument) -> str:
    """Return the whole answer as text."""
    tables = [*_network_tables(result), *_load_tables(result), *_minima_tables(result)]
    return render([*answer_lines(result), *_closing_lines(result)], tables) + "\n" + _time_line(result) + "\n"


def answer_lines(result: ResultDocument) -> list[str]:
    """Return the sentences that answer whether and where."""
    if result.termination is Termination.INFEASIBLE:
        policies = ", ".join(str(name).replace("_", " ") for name in result.problem["policies"])
        return [f"No permitted network is feasible: none keeps every policy in force ({policies}); proven."]
    by_hubs = {network.hubs: network for network in result.networks}
    lines = []
    for step in result.steps:
        fewer, more = by_hubs[step.from_hubs], by_hubs[step.to_hubs]
        lines.append(_step_sentence(step, fewer, more))
        if more.runner_up is not None:
            lines.append(_runner_up_sentence(more))
    lines += [_lone_sentence(network) for network in result.networks if not result.steps]
    return lines


def _step_sentence(step: StepPart, fewer: NetworkPart, more: NetworkPart) -> str:
    hub = f"{ordinal(step.to_hubs)} hub" if step.to_hubs == step.from_hubs + 1 else f"network of {step.to_hubs} hubs"
    before = network_name(fewer.plan.open_hubs) if fewer.plan else f"{fewer.hubs} hubs"
    after = network_name(more.plan.open_hubs) if more.plan else f"{more.hubs} hubs"
    match step.verdict:
        case Verdict.PAYS:
            part = (step.saving or 0.0) / (fewer.objective or 1.0)
            return (
                f"A {hub} pays: {after} saves {money(step.saving)} a year ({part:.1%}) against {before}; "
                f"proven, at least {money(step.saving_at_least)}."
            )
        case Verdict.DOES_NOT_PAY:
            if step.saving is None:
                return f"A {hub} does not pay: no network with it can cost less than {before}; proven by the bounds."
            if after == before:
                return f"No further hub pays: the best network is {before}; proven."
            if step.saving > -_SAME_EUR:
                return f"A {hub} does not pay: the best, {after}, costs the same as {before}; proven."
            more_cost = money(-step.saving)
            return f"A {hub} does not pay: the best, {after}, costs {more_cost} a year more than {before}; proven."
        case Verdict.NEEDED:
            needed = f"A {hub} is" if step.to_hubs == step.from_hubs + 1 else "More hubs are"
            return f"{needed} needed: no network with {fewer.hubs} is feasible; the best is {after}."
        case Verdict.IMPOSSIBLE:
            return f"A {hub} is impossible: no network with {more.hubs} hubs is feasible under the policies; proven."
        case Verdict.UNDECIDED if step.saving_at_least is None and step.saving_at_most is None:
            return f"Whether a {hub} pays is undecided: the search stopped before its bounds could say anything."
        case Verdict.UNDECIDED:
            return (
                f"Whether a {hub} pays is undecided at this gap: it saves between "
                f"{_limit(step.saving_at_least, 'anything less')} and {_limit(step.saving_at_most, 'anything more')} "
                f"a year against {before}."
            )


def _limit(eur: float | None, unknown: str) -> str:
    return unknown if eur is None else money(eur)


def _runner_up_sentence(network: NetworkPart) -> str:
    runner_up = network.runner_up
    if runner_up is None:
        raise AssertionError
    if runner_up.termination is Termination.INFEASIBLE:
        return f"  No other set of {network.hubs} hubs is feasible."
    if runner_up.objective is None or network.objective is None:
        return "  The runner-up was not found before the solve stopped."
    further = runner_up.objective - network.objective
    is_proven = network.termination is runner_up.termination is Termination.OPTIMAL
    proven = "proven" if is_proven else "the best found so far"
    return f"  Runner-up: {network_name(runner_up.open_hubs)}, {money(further)} a year dearer; {proven}."


def _lone_sentence(network: NetworkPart) -> str:
    if network.plan is None:
        return _without_plan(network)
    name, cost = network_name(network.plan.open_hubs), money(network.objective)
    return f"The best network with {network.hubs} {_hubs(network.hubs)} is {name}, {cost} a year."


def _without_plan(network: NetworkPart) -> str:
    if network.termination is Termination.INFEASIBLE:
        return f"No network with {network.hubs} {_hubs(network.hubs)} is feasible under the policies; proven."
    return f"No network with {network.hubs} {_hubs(network.hubs)} was found before the solve stopped."


def _hubs(number: int) -> str:
    return "hub" if number == 1 else "hubs"


def _closing_lines(result: ResultDocument) -> list[str]:
    if result.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED):
        why = "the time limit" if result.termination is Termination.TIME_LIMIT else "an interruption"
        return [f"The search was ended by {why}; what is shown is the best found so far, with what its bounds prove."]
    return []


def _time_line(result: ResultDocument) -> str:
    times = dict(result.times)
    total = times.pop("total_s", 0.0)
    parts = ", ".join(f"{name.removesuffix('_s').replace('_', ' ')} {seconds:.1f}" for name, seconds in times.items())
    return f"Time: {total:.1f} s ({parts})"


def _network_tables(result: ResultDocument) -> list[Table]:
    networks = [network for network in result.networks if network.plan is not None]
    if not networks:
        return []
    first = networks[0]
    header = ["EUR/year unless stated", *(network_name(n.plan.open_hubs) for n in networks if n.plan)]
    rows = [_row("cost", networks, lambda n: amount(n.objective))]
    rows.append(
        _row(
            "against the first",
            networks,
            lambda n: difference((n.objective or 0.0) - (first.objective or 0.0)),
        )
    )
    for name, words in _COST_ROWS.items():
        if any(n.costs and getattr(n.costs, name) for n in networks):
            rows.append(_row(f"  {words}", networks, lambda n, name=name: amount(getattr(n.costs, name))))  # type: ignore[misc]
    rows += _service_rows(networks)
    rows.append(_row("t CO2e/year", networks, lambda n: tonnes(n.carbon.co2e_t_per_year if n.carbon else None)))
    rows += _proof_rows(result, networks)
    return [Table("Best network for each number of hubs", header, rows)]


def _row(name: str, networks: Sequence[NetworkPart], cell: Callable[[NetworkPart], str]) -> list[str]:
    return [name, *(cell(network) for network in networks)]


def _service_rows(networks: Sequence[NetworkPart]) -> list[list[str]]:
    if not any(n.service and n.service.inside is not None for n in networks):
        return []
    margin = next(n.service.margin_h for n in networks if n.service)

    def part(name: str) -> Callable[[NetworkPart], str]:
        return lambda n: share(getattr(n.service, name))

    return [
        _row("inside the deadline", networks, part("inside")),
        _row(f"  of it by at most {margin:g} h", networks, part("inside_by_little")),
        _row(f"late by at most {margin:g} h", networks, part("late_by_little")),
        _row(
            "mean hours, order to door",
            networks,
            lambda n: f"{n.service.mean_h:.1f}" if n.service and n.service.mean_h else "-",
        ),
    ]


def _proof_rows(result: ResultDocument, networks: Sequence[NetworkPart]) -> list[list[str]]:
    saving = {step.to_hubs: step.saving for step in result.steps}

    def gap_eur(network: NetworkPart) -> float | None:
        if network.objective is None or network.bound is None:
            return None
        return max(0.0, network.objective - network.bound)

    def against_saving(network: NetworkPart) -> str:
        gap, saved = gap_eur(network), saving.get(network.hubs)
        return "-" if gap is None or not saved else f"{gap / abs(saved):.2%}"

    return [
        _row("bound", networks, lambda n: amount(n.bound)),
        _row("gap", networks, lambda n: amount(gap_eur(n))),
        _row("gap against the saving", networks, against_saving),
        _row("ended", networks, lambda n: n.termination.replace("_", " ")),
    ]


def _load_tables(result: ResultDocument) -> list[Table]:
    rows = []
    for network in result.networks:
        if network.plan is None:
            continue
        name = network_name(network.plan.open_hubs)
        lanes = {hub.hub: [lane for lane in network.lane_loads if lane.hub == hub.hub] for hub in network.hub_loads}
        for hub in network.hub_loads:
            rows.append([name, hub.hub, tonnes(hub.handled_t_per_year), tonnes(hub.entering_t_per_year), "", "", ""])
            name = ""
            for lane in lanes[hub.hub]:
                inbound, outbound = tonnes(lane.inbound_t_per_year), tonnes(lane.outbound_t_per_year)
                rows[-1] = [*rows[-1][:4], f"{lane.overseas}-{lane.hub}", inbound, outbound]
                if lane is not lanes[hub.hub][-1]:
                    rows.append(["", "", "", "", "", "", ""])
    header = ["network", "hub", "handled", "entering", "lane", "inbound", "outbound"]
    return [Table("Volume by hub and air lane, t/year", header, rows, frozenset({0, 1, 4}))] if rows else []


def _minima_tables(result: ResultDocument) -> list[Table]:
    tables = []
    for network in result.networks:
        minima = network.minima
        if minima is None or network.plan is None:
            continue
        costs = ", ".join(f"{name.replace('_', ' ')} {money(eur)}" for name, eur in minima.cost_by_policy.items())
        name = network_name(network.plan.open_hubs)
        title = f"{name}: minima bind and cost a year: {costs}. Served away from their cheapest hub:"
        rows = [
            [
                f"{row.origin} to {row.destination}",
                tonnes(row.volume_t_per_year),
                "-".join(dict.fromkeys(row.hubs)),
                "-".join(dict.fromkeys(row.cheapest_hubs)),
                amount(row.extra_cost),
            ]
            for row in minima.away[:_MOST_AWAY]
        ]
        if len(minima.away) > _MOST_AWAY:
            rows.append([f"and {len(minima.away) - _MOST_AWAY} more", "", "", "", ""])
        tables.append(
            Table(
                title,
                ["commodity", "t/year", "over", "cheapest over", "EUR/year more"],
                rows,
                frozenset({0, 2, 3}),
            )
        )
    return tables


def answer_csv(result: ResultDocument) -> str:
    """Return one row a network."""
    header = ["hubs", "open_hubs", "termination", "objective_eur", "bound_eur", "gap"]
    header += [*(f"{name}_eur" for name in _COST_ROWS), "inside_deadline", "co2e_t_per_year"]
    return to_csv(header, [_csv_row(network) for network in result.networks])


def _csv_row(network: NetworkPart) -> list[object]:
    costs: CostsPart | None = network.costs
    return [
        network.hubs,
        "+".join(network.plan.open_hubs) if network.plan else "",
        network.termination.value,
        network.objective,
        network.bound,
        network.gap,
        *(getattr(costs, name) if costs else None for name in _COST_ROWS),
        network.service.inside if network.service else None,
        network.carbon.co2e_t_per_year if network.carbon else None,
    ]
