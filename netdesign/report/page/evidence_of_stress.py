"""What becomes of networks and plans under stress, as a page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.page.evidence import (
    DrawnFigureRecord,
    DrawnRecord,
    DrawsRecord,
    FailuresRecord,
    NetworkFailuresRecord,
    OutageRecord,
    RobustRecord,
)
from netdesign.report.page.evidence_of_networks import evidence
from netdesign.report.page.figures import figure
from netdesign.report.page.plan_record import head
from netdesign.report.sentences import Asked
from netdesign.report.stress import today_lines
from netdesign.report.stress_draws import draw_lines
from netdesign.report.stress_failures import failure_lines
from netdesign.report.timing.stress import name_of_plan, timing_stress_lines
from netdesign.report.words import name_of, network_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.analysis.problem import SolveProblem
    from netdesign.report.page.data import EvidenceRecord
    from netdesign.report.page.evidence import EvidenceBase
    from netdesign.report.page.plans import NetworkPlans
    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.stress_document import StressDocument
    from netdesign.results.stress_draws import DrawnCostsPart, RobustPart, WorldsPart
    from netdesign.results.stress_failures import FailuresPart, NetworkFailuresPart
    from netdesign.results.timing_stress_document import TimingStressDocument

    _Drawn = tuple[str, list[str], DrawnCostsPart]


def stress_records(
    document: StressDocument, problem: SolveProblem, result: int, plans: NetworkPlans
) -> Iterator[EvidenceRecord]:
    """Yield failures, and drawn worlds; networks that the call names become plans."""
    is_named = bool(document.options["networks"])
    places = [
        plans.add(one, problem, head(name_of(one), "own" if is_named else "alternative", one))
        for one in document.networks
    ]
    today = list(today_lines(document, Asked.of(problem.instance)))
    if document.failures is not None:
        base = evidence(document, result, "What if something fails", [*failure_lines(document), *today])
        yield _failures(document.failures, base, document, places)
    if document.draws is not None:
        networks = document.draws.networks
        yield _draws(
            document.draws,
            evidence(document, result, "In drawn worlds", [*draw_lines(document), *today]),
            "EUR/year",
            [(network_name(one.open_hubs), one.open_hubs, one) for one in networks],
            places,
        )


def _failures(
    part: FailuresPart, base: EvidenceBase, document: StressDocument, places: Sequence[int | None]
) -> FailuresRecord:
    rows = zip(part.networks, document.networks, places, strict=False)
    return FailuresRecord(
        **base,
        kind="failures",
        days=part.days,
        surge_share=part.surge_share,
        unserved_penalty_eur_per_t=part.unserved_penalty_eur_per_t,
        is_stated=part.is_stated,
        networks=[_network_failures(one, network.objective, place) for one, network, place in rows],
        best=part.best,
        is_best_of_all=part.is_best_of_all,
    )


def _network_failures(part: NetworkFailuresPart, objective: float | None, plan: int | None) -> NetworkFailuresRecord:
    return NetworkFailuresRecord(
        hubs=part.hubs,
        objective=figure(objective),
        failure_cost_eur_per_year=figure(part.failure_cost),
        expected_cost_eur_per_year=figure(part.expected_cost),
        expected_at_least_eur_per_year=figure(part.expected_at_least),
        expected_at_most_eur_per_year=figure(part.expected_at_most),
        outages=[
            OutageRecord(
                kind=str(one.kind),
                out=one.out,
                per_year=one.per_year,
                cost_eur=figure(one.cost_eur),
                cost_at_least_eur=figure(one.cost_at_least_eur),
                cost_at_most_eur=figure(one.cost_at_most_eur),
                not_served_t=figure(one.not_served_t),
                late_t=figure(one.late_t),
                missed=one.missed,
            )
            for one in part.outages
        ],
        plan=plan,
    )


def staged_stress_record(document: TimingStressDocument, asked: AskedOverYears, result: int) -> DrawsRecord | None:
    """Return what plans over years cost in drawn worlds; None where none were drawn."""
    if document.draws is None:
        return None
    rows: list[_Drawn] = [(name_of_plan(one.names), [], one) for one in document.draws.plans]
    base = evidence(document, result, "In drawn worlds", timing_stress_lines(document, asked))
    unit = f"EUR of {document.problem['first_year']}"
    return _draws(document.draws, base, unit, rows, [None] * len(rows))


def _draws(
    part: WorldsPart,
    base: EvidenceBase,
    unit: str,
    rows: Sequence[_Drawn],
    places: Sequence[int | None],
) -> DrawsRecord:
    return DrawsRecord(
        **base,
        kind="draws",
        worlds=part.worlds,
        level=part.level,
        money_unit=unit,
        rows=[
            DrawnRecord(
                name=name,
                hubs=hubs,
                infeasible=one.infeasible,
                unknown=one.unknown,
                mean=figure(one.mean),
                standard_error=figure(one.standard_error),
                cvar=figure(one.cvar),
                best_share=figure(one.best),
                best_at_least_share=figure(one.best_at_least),
                best_at_most_share=figure(one.best_at_most),
                regret=figure(one.regret),
                difference=figure(one.difference),
                difference_error=figure(one.difference_error),
                plan=place,
            )
            for (name, hubs, one), place in zip(rows, places, strict=True)
        ],
        figures=[
            DrawnFigureRecord(
                path=one.name,
                unit=one.unit,
                value=figure(one.value),
                distribution=str(one.distribution),
                least=figure(one.least),
                mean=figure(one.mean),
                largest=figure(one.largest),
                status=one.status,
                source=one.source,
            )
            for one in part.figures
        ],
        least_mean=_robust(part.least_mean),
        least_cvar=_robust(part.least_cvar),
        least_regret=_robust(part.least_regret),
    )


def _robust(part: RobustPart | None) -> RobustRecord | None:
    return None if part is None else RobustRecord(row=part.place - 1, is_certain=part.is_certain)
