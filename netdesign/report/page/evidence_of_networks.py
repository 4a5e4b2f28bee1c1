"""What further questions about one year have found, as a page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.alternatives import alternatives_lines
from netdesign.report.alternatives import closing_lines as closing_of_alternatives
from netdesign.report.explanation import explanation_lines
from netdesign.report.frontier import frontier_lines, inside_of, is_empty, is_proven
from netdesign.report.page.evidence import (
    AlternativeRecord,
    AlternativesRecord,
    ClashRecord,
    ConditionRecord,
    EvidenceBase,
    ExplanationRecord,
    FrontierPointRecord,
    FrontierRecord,
    GivingRecord,
    GridRecord,
    RowRecord,
    SweepRecord,
    TippingFigureRecord,
    TippingRecord,
)
from netdesign.report.page.figures import figure
from netdesign.report.page.plan_record import head
from netdesign.report.page.turning import turning_figure
from netdesign.report.sweep import sweep_lines
from netdesign.report.tipping import tipping_lines, verdict_words
from netdesign.report.words import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.analysis.problem import SolveProblem
    from netdesign.report.explanation import Deadlines
    from netdesign.report.page.plans import NetworkPlans
    from netdesign.report.sentences import Asked
    from netdesign.results.alternatives_document import AlternativesDocument, ConditionPart
    from netdesign.results.explanation_document import ClashPart, ExplanationDocument
    from netdesign.results.frontier_document import FrontierDocument
    from netdesign.results.result_file import Document
    from netdesign.results.row_parts import SweepRowPart
    from netdesign.results.sweep_document import SweepDocument
    from netdesign.results.tipping_document import FigurePart, GridPart, TippingDocument

_MOST_NEAR_BEST = 12
"""Networks near the best that are plans of the page; all are in its evidence."""


def evidence(document: Document, result: int, title: str, sentences: Iterable[str]) -> EvidenceBase:
    """Return what all records of evidence begin with."""
    return EvidenceBase(
        result=result,
        title=title,
        sentences=[line.rstrip() for line in sentences],
        termination=str(document.termination),
        is_complete=not document.is_cut_short,
    )


def alternatives_record(
    document: AlternativesDocument, asked: Asked, problem: SolveProblem, result: int, plans: NetworkPlans
) -> AlternativesRecord:
    """Return what else is nearly as good; the first networks, and that of the condition, become plans."""
    lines = [*alternatives_lines(document, asked), *closing_of_alternatives(document)]
    diverse = [] if document.diverse is None else [place - 1 for place in document.diverse.places]
    networks = []
    for position, one in enumerate(document.networks):
        network, against = one.network, one.against_best
        is_shown = position < _MOST_NEAR_BEST or position in diverse
        own = head(name_of(network), "alternative", network)
        costs = {name: value for name, value in against.costs.model_dump().items() if isinstance(value, float)}
        networks.append(
            AlternativeRecord(
                hubs=network.open_hubs,
                objective=figure(network.objective),
                bound=figure(network.bound),
                difference=figure(one.difference),
                opened=against.opened,
                closed=against.closed,
                cost_difference_eur_per_year={
                    name: figure(value) for name, value in (costs | against.costs.charges).items() if value
                },
                plan=plans.add(network, problem, own) if is_shown else None,
            )
        )
    return AlternativesRecord(
        **evidence(document, result, "What else is nearly as good", lines),
        kind="alternatives",
        limit=figure(document.limit),
        others_bound=figure(document.others_bound),
        networks=networks,
        diverse=diverse,
        condition=None if document.condition is None else _condition(document.condition, problem, plans),
    )


def _condition(part: ConditionPart, problem: SolveProblem, plans: NetworkPlans) -> ConditionRecord:
    words = [f"with {' and '.join(part.opened)}"] if part.opened else []
    words += [f"without {' and '.join(part.closed)}"] if part.closed else []
    own = head(name_of(part.network), "own", part.network, note=f"The best network {', '.join(words)}")
    return ConditionRecord(
        opened=part.opened,
        closed=part.closed,
        hubs=part.network.open_hubs,
        objective=figure(part.network.objective),
        difference=figure(part.difference),
        difference_at_least=figure(part.difference_at_least),
        difference_at_most=figure(part.difference_at_most),
        moved_cities=len(part.moves),
        plan=plans.add(part.network, problem, own),
    )


def tipping_record(document: TippingDocument, asked: Asked, result: int) -> TippingRecord:
    """Return what each figure turns."""
    return TippingRecord(
        **evidence(document, result, "What would turn it", tipping_lines(document, asked)),
        kind="tipping",
        objective=figure(document.objective),
        today_objective=None if document.today is None else figure(document.today.objective),
        figures=[_tipping_figure(one) for one in document.figures],
        left_out=document.left_out,
        grid=None if document.grid is None else _grid(document.grid),
    )


def _tipping_figure(part: FigurePart) -> TippingFigureRecord:
    record = turning_figure(part, verdict_words(part), list, "open_hubs")
    record["is_proven"] = part.is_proven
    record["today_low"] = None if part.today_low is None else figure(part.today_low.objective)
    record["today_high"] = None if part.today_high is None else figure(part.today_high.objective)
    return record


def _grid(part: GridPart) -> GridRecord:
    return GridRecord(
        paths=[one.name for one in part.figures],
        units=[one.unit for one in part.figures],
        present=[one.value for one in part.figures],
        values=[[figure(value) for value in one.values] for one in part.figures],
        points=[_row(point) for point in part.points],
    )


def _row(part: SweepRowPart) -> RowRecord:
    return RowRecord(
        scenario=part.scenario or "",
        values=[figure(value) for value in part.values],
        hubs=part.open_hubs,
        objective=figure(part.objective),
        bound=figure(part.bound),
        today=None if part.today is None else figure(part.today.objective),
        inside_share=figure(part.inside),
        co2e_t_per_year=figure(part.co2e_t_per_year),
        reason=part.reason or "",
    )


def sweep_record(document: SweepDocument, asked: Asked, result: int) -> SweepRecord:
    """Return what is best with many values."""
    return SweepRecord(
        **evidence(document, result, "What if", sweep_lines(document, asked)),
        kind="sweep",
        paths=[one.name for one in document.figures],
        units=[one.unit for one in document.figures],
        present_values=[one.value for one in document.figures],
        present=None if document.present is None else _row(document.present),
        rows=[_row(row) for row in document.rows],
        left=document.left,
    )


def frontier_record(document: FrontierDocument, asked: Asked, result: int, plans: NetworkPlans) -> FrontierRecord:
    """Return what speed and carbon cost; a point is a plan of the page where another result has it as one."""
    return FrontierRecord(
        **evidence(document, result, "What speed and carbon cost", frontier_lines(document, asked)),
        kind="frontier",
        measures=document.measures,
        points=[
            FrontierPointRecord(
                hubs=point.network.open_hubs,
                cost_eur_per_year=figure(point.network.costs.total if point.network.costs else 0.0),
                bound_eur_per_year=figure(point.network.bound),
                more_than_best_eur_per_year=figure(point.more_than_best),
                late_t_per_year=figure(point.late_t_per_year),
                inside_share=figure(inside_of(point)),
                co2e_t_per_year=figure(point.co2e_t_per_year),
                eur_per_service_point=figure(point.eur_per_service_point),
                eur_per_t_co2e=figure(point.eur_per_t_co2e),
                is_proven=is_proven(point),
                is_connected=position > 0 and is_empty(document, position),
                plan=plans.of_network(point.network),
            )
            for position, point in enumerate(document.points)
        ],
        left_out=document.left_out,
    )


def explanation_record(document: ExplanationDocument, deadlines: Deadlines, result: int) -> ExplanationRecord:
    """Return why there is no plan."""
    return ExplanationRecord(
        **evidence(document, result, "Why it cannot be done", explanation_lines(document, deadlines)),
        kind="explanation",
        is_feasible=document.is_feasible,
        hubs=document.open_hubs,
        clashes=[_clash(clash) for clash in document.clashes],
        enough=document.enough,
    )


def _clash(part: ClashPart) -> ClashRecord:
    return ClashRecord(
        policies=part.policies,
        is_least=part.is_least,
        figures=[
            GivingRecord(
                policy=one.policy,
                subject=one.subject,
                what=one.kind,
                unit=one.unit,
                asked=figure(one.asked),
                value=figure(one.value),
                refused=figure(one.refused),
                kept=str(one.kept),
                hubs=one.open_hubs,
            )
            for one in part.figures
        ],
    )
