"""The data of a page, from results that are true of one instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from netdesign import __version__
from netdesign.analysis.timing.problem import TimingProblem
from netdesign.instance.read import read_source, validated
from netdesign.report.explanation import Deadlines
from netdesign.report.page.assumptions import assumptions_of
from netdesign.report.page.basis import ResultRecord, StampRecord
from netdesign.report.page.data import FORMAT, PageData
from netdesign.report.page.evidence_of_networks import (
    alternatives_record,
    explanation_record,
    frontier_record,
    sweep_record,
    tipping_record,
)
from netdesign.report.page.evidence_of_stress import staged_stress_record, stress_records
from netdesign.report.page.evidence_of_years import first_decisions_record, staged_tipping_record, years_record
from netdesign.report.page.join import libraries
from netdesign.report.page.not_modelled import not_modelled
from netdesign.report.page.places import places_of, streams_of, vehicles_of
from netdesign.report.page.plans import NetworkPlans
from netdesign.report.page.shown_networks import add_first, add_own, best_network, options_of
from netdesign.report.page.titles import titles_of
from netdesign.report.page.typed import typed_call
from netdesign.report.page.verdict import verdict_of
from netdesign.report.sentences import Asked
from netdesign.report.text import all_shown
from netdesign.report.timing.sentences import AskedOverYears
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.document import ResultDocument
from netdesign.results.explanation_document import ExplanationDocument
from netdesign.results.frontier_document import FrontierDocument
from netdesign.results.staged_document import TimingDocument
from netdesign.results.stress_document import StressDocument
from netdesign.results.sweep_document import SweepDocument
from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
from netdesign.results.timing_stress_document import TimingStressDocument
from netdesign.results.timing_tipping_document import TimingTippingDocument
from netdesign.results.tipping_document import TippingDocument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.instance.published.reading import Source
    from netdesign.report.page.data import EvidenceRecord, PlacesRecord, VerdictRecord
    from netdesign.report.page.results import GivenResult
    from netdesign.results.document import NetworkPart

_ORDER = (
    ResultDocument,
    TimingDocument,
    AlternativesDocument,
    TimingAlternativesDocument,
    TippingDocument,
    TimingTippingDocument,
    StressDocument,
    TimingStressDocument,
    FrontierDocument,
    SweepDocument,
    ExplanationDocument,
)
"""Kinds of results in the order in which a page shows what they have found."""

_VERIFIED = (
    "the plan was priced again and agrees; the search for a better one was not repeated (verify --prove does that)"
)


class OwnSets(NamedTuple):
    """Networks of the user's own that are in no result: those of ``compare``, true of a problem."""

    problem: SolveProblem
    networks: Sequence[NetworkPart]


def page_data(
    results: Sequence[GivenResult],
    stated: Sequence[StatedResult[Any, Any, Any]],
    source: Source,
    *,
    title: str,
    command: str,
    own_sets: Sequence[OwnSets] = (),
) -> PageData:
    """Return what a page shows.

    Parameters
    ----------
    results, stated
        The results, and the same with their problems, in the same order; at least one.
    source
        The instance, without the values that the results have.
    title
        Of the page; empty for that of the instance.
    command
        What makes the page again.
    own_sets
        Further networks.
    """
    rank = sorted(range(len(stated)), key=lambda place: _ORDER.index(type(stated[place].document)))
    first = stated[rank[0]]
    instance, staged = first.problem.instance, getattr(first.problem, "staged", None)
    source = read_source(source, first.call.overrides, first.call.reading)
    plans, evidence, best = _found([(place, results[place], stated[place]) for place in rank], own_sets)
    assumptions, places = assumptions_of(source), places_of(instance)
    document = validated(source)
    data = PageData(
        format=FORMAT,
        title=title or document.title or instance.name,
        description=document.description,
        objective_unit=_unit(first),
        verdict=_verdict(first, plans, places),
        places=places,
        streams=streams_of(instance),
        vehicles=vehicles_of(instance),
        plans=plans.records,
        first_plan=best if best is not None else (0 if plans.records else None),
        today_plan=plans.of_hubs(instance.existing) if instance.existing and staged is None else None,
        plans_left_out=plans.left_out,
        outline=None,
        evidence=evidence,
        titles=titles_of(document, assumptions["figures"], evidence),
        assumptions=assumptions,
        not_modelled=not_modelled(instance, staged),
        warnings=list(first.problem.warnings),
        stamp=_stamp(results, stated, source, command),
    )
    shown: PageData = all_shown(data)
    return shown


def _found(
    ranked: Sequence[tuple[int, GivenResult, StatedResult[Any, Any, Any]]], own_sets: Sequence[OwnSets]
) -> tuple[NetworkPlans, list[EvidenceRecord], int | None]:
    """Return the plans of results, what these have found beside them, and the place of the best plan.

    Parameters
    ----------
    ranked
        The results as the page shows them, each with its place among those of the call.
    own_sets
        Further networks.
    """
    _, _, first = ranked[0]
    is_over_years = isinstance(first.problem, TimingProblem)
    plans = NetworkPlans() if is_over_years else _switch([(given, stated) for _, given, stated in ranked], own_sets)
    evidence = [record for place, _, stated in ranked for record in _evidence(stated, place, plans)]
    network = best_network(first.document)
    best = None if network is None else plans.of_network(network)
    plans.mark_best(best)
    return plans, evidence, best


def _verdict(first: StatedResult[Any, Any, Any], plans: NetworkPlans, places: PlacesRecord) -> VerdictRecord:
    names = dict(zip(places["id"], places["short"], strict=True))
    is_over_years = isinstance(first.problem, TimingProblem)
    return verdict_of(first.document, _asked(first), None if is_over_years else plans, names)


def _stamp(
    results: Sequence[GivenResult], stated: Sequence[StatedResult[Any, Any, Any]], source: Source, command: str
) -> StampRecord:
    return StampRecord(
        instance=stated[0].problem.instance.name,
        digest=source.digest,
        command=command,
        made_by=f"netdesign {__version__}",
        results=[_result(*pair) for pair in zip(results, stated, strict=True)],
        libraries=libraries(),
    )


def _switch(
    results: Sequence[tuple[GivenResult, StatedResult[Any, Any, Any]]], own_sets: Sequence[OwnSets]
) -> NetworkPlans:
    """Return the networks of the first result, and the user's own; those near the best follow with their evidence."""
    (_, first), *others = results
    plans = NetworkPlans()
    add_first(first.document, first.problem, plans)
    for given, stated in others:
        if isinstance(stated.document, ResultDocument):
            add_own(stated.document, given.name, stated.problem, plans)
    for own in own_sets:
        plans.add_compared(own.networks, own.problem)
    return plans


def _unit(first: StatedResult[Any, Any, Any]) -> str:
    if isinstance(first.problem, TimingProblem):
        return f"EUR of {first.problem.staged.stages.first_year}"
    unit: str = first.problem.instance.problem.objective.unit
    return unit


def _asked(stated: StatedResult[Any, Any, Any]) -> Any:
    """Return what the sentences of a result take that it does not hold."""
    problem = stated.problem
    if isinstance(problem, TimingProblem):
        return AskedOverYears.of(problem.staged)
    if isinstance(stated.document, ExplanationDocument):
        return Deadlines.of(problem.instance, problem.network)
    return Asked.of(problem.instance)


def _evidence(stated: StatedResult[Any, Any, Any], place: int, plans: NetworkPlans) -> Iterator[EvidenceRecord]:
    """Yield what a result has found beside the networks of the switch."""
    document, problem = stated.document, stated.problem
    asked = _asked(stated)
    match document:
        case AlternativesDocument():
            yield alternatives_record(document, asked, problem, place, plans)
        case TippingDocument():
            yield tipping_record(document, asked, place)
        case StressDocument():
            yield from stress_records(document, problem, place, plans)
        case SweepDocument():
            yield sweep_record(document, asked, place)
        case FrontierDocument():
            yield frontier_record(document, asked, place, plans)
        case ExplanationDocument():
            yield explanation_record(document, asked, place)
        case TimingDocument():
            yield years_record(document, problem, asked, place, plans)
        case TimingAlternativesDocument():
            yield first_decisions_record(document, asked, place)
        case TimingTippingDocument():
            yield staged_tipping_record(document, asked, place)
        case TimingStressDocument():
            found = staged_stress_record(document, asked, place)
            if found is not None:
                yield found


def _result(given: GivenResult, stated: StatedResult[Any, Any, Any]) -> ResultRecord:
    document = given.document
    return ResultRecord(
        file=given.file,
        sha256=given.sha256,
        format=document.format,
        command=document.COMMAND,
        call=typed_call(document, stated.call),
        options=options_of(document),
        values=[str(value) for value in document.options.get("set", [])],
        engine=document.engine.get("name", ""),
        reason=document.engine.get("reason", ""),
        versions=document.versions,
        termination=str(document.termination),
        verify_exit_code=0,
        verified=_VERIFIED if document.has_plan else "no plan is claimed",
    )
