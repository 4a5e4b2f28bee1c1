"""Compare configurations: sets of hubs, or plans of result files, priced on one instance."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.call import Call
from netdesign.analysis.compare_further import best_network, check_further, with_failures, with_regret
from netdesign.analysis.contradictions import TOLERANCE
from netdesign.analysis.further_columns import NO_FURTHER
from netdesign.analysis.hub_changes import HubChange, hub_changes, hub_of_cities
from netdesign.analysis.network_searches import fixed_network
from netdesign.analysis.problem import load_problem
from netdesign.errors import ContradictionError, InstanceError, UsageError
from netdesign.evaluate import evaluate
from netdesign.instance.options import check_names_existing, check_site_names, fix_hubs
from netdesign.instance.rows import SiteStatus
from netdesign.network import check_routes
from netdesign.results.document import NetworkPart, ResultDocument
from netdesign.results.named_plan import plan_from_document
from netdesign.results.result import network_part
from netdesign.results.result_file import read_result
from netdesign.solve.core.outcome import Phases, Solution, Termination

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdesign.analysis.compare_further import BestNetwork
    from netdesign.analysis.further_columns import FurtherColumns
    from netdesign.analysis.problem import SolveProblem
    from netdesign.errors import NetdesignError
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.plan import Plan
    from netdesign.results.stress_failures import NetworkFailuresPart
    from netdesign.solve.core.engine import Question

_AS_IT_IS = Call()


@dataclass(frozen=True)
class ComparisonRow:
    """One row of a comparison.

    Parameters
    ----------
    name
        Name in the call.
    network
        The best operation of its hubs; None where it cannot work.
    failure
        Why it cannot work, or None.
    notes
        Notes, such as a site that the size threshold closes, or options that a result file records.
    moves
        Cities whose hub differs from that in the first configuration that works.
    regret, regret_at_most
        What it has more than the best permitted network, and no more than, in the unit of the objective; None where
        that is not asked for or not known.
    failures
        What its failures cost; None where that is not asked for.
    """

    name: str
    network: NetworkPart | None
    failure: str | None
    notes: tuple[str, ...]
    moves: tuple[HubChange, ...] = ()
    regret: float | None = None
    regret_at_most: float | None = None
    failures: NetworkFailuresPart | None = None


def compare(
    name_or_path: Named,
    problem: SolveProblem,
    configurations: Sequence[str],
    question: Question,
    call: Call = _AS_IT_IS,
    further: FurtherColumns = NO_FURTHER,
) -> tuple[list[ComparisonRow], BestNetwork | None]:
    """Price configurations on one instance.

    Parameters
    ----------
    name_or_path
        The instance; result files are priced on it with the options that they record.
    problem
        The instance with the options of the call.
    configurations
        Sets of hubs like ``LGG,WAW``, or names of result files.
    question
        The problem with limits and model, to solve the sets.
    call
        Options of this call; a result file that was solved with others gets a note.
    further
        What is asked for beside the usual columns.

    Returns
    -------
    list of ComparisonRow, BestNetwork or None
        A row for each configuration; and the best network, where regret is asked for.

    Raises
    ------
    UsageError
        A name is neither a site nor a result file, or a result is of another instance; or every set leaves an existing
        hub out, so that there is nothing to compare. Raised before solving.
    """
    instance = problem.instance
    check_further(further, question)
    files = [text for text in configurations if _is_result_file(instance, text)]
    sets = {text: _hub_set(instance, text) for text in configurations if text not in files}
    if not files:
        _check_some_work(instance, sets)
    rows = {text: _from_result_file(name_or_path, problem, text, call) for text in files}
    rows |= {text: (_solve_set(problem, question, text, names), instance) for text, names in sets.items()}
    priced = [rows[text] for text in configurations]
    if further.failures:
        priced = with_failures(priced, question, further.days)
    moved, best = _with_moves(priced), None
    if further.regret:
        best = best_network(question)
        moved = with_regret(moved, [own for _, own in priced], best, instance.problem.objective)
    return moved, best


def _is_result_file(instance: Instance, text: str) -> bool:
    names = _names(instance, text)
    if names and all(name in instance.site_position for name in names):
        return False  # even where a file happens to have the name of a hub
    try:
        return text.endswith(".json") or Path(text).is_file()
    except OSError:  # longer than names of files are: a set with a site that there is not
        return False


def _names(instance: Instance, text: str) -> list[str]:
    """Return the names in the text of a set; a plus joins them as a comma does, unless it is part of a site's id."""
    found = []
    for name in (name.strip() for name in text.split(",") if name.strip()):
        parts = [part.strip() for part in name.split("+") if part.strip()]
        is_set = name not in instance.site_position and any(part in instance.site_position for part in parts)
        found += parts if is_set else [name]
    return found


def _hub_set(instance: Instance, text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_names(instance, text)))
    if not names:
        message = f"'{text}' names no hub; write ids with commas, such as LGG,WAW"
        raise UsageError(message)
    parts = [name for name in re.split(r"[\s+/&|;,]+", text) if name]
    if not set(names) <= set(instance.site_position) and len(parts) > 1 and set(parts) <= set(instance.site_position):
        message = f"'{text}' is no hub; the hubs of one set are written with commas: {','.join(parts)}"
        raise UsageError(message)
    check_site_names(instance, names, "")
    return names


def _check_some_work(instance: Instance, sets: Mapping[str, tuple[str, ...]]) -> None:
    """Raise a UsageError where every set leaves an existing hub out."""
    if all(instance.existing - set(names) for names in sets.values()):
        text, names = next(iter(sets.items()))
        try:
            check_names_existing(instance, names)
        except UsageError as error:
            message = f"{text}: {error.message}"
            raise UsageError(message) from None


def _solve_set(problem: SolveProblem, question: Question, text: str, names: tuple[str, ...]) -> ComparisonRow:
    try:
        fixed = fix_hubs(problem.instance, names)
        check_routes(fixed, problem.network)
    except (UsageError, InstanceError) as error:
        return ComparisonRow(text, None, _reason(error), ())
    network = fixed_network(question, names, f"compare {text}").network
    failure = None
    if network.plan is None:
        failure = network.termination.not_solved
        if network.termination is Termination.INFEASIBLE:
            failure = "infeasible: no operation of these hubs keeps every policy"
    return ComparisonRow(text, network, failure, _by_name(problem.instance, names))


def _reason(error: NetdesignError) -> str:
    if isinstance(error, InstanceError):
        return "; ".join(f"{fault.field}: {fault.message}".removeprefix(": ") for fault in error.faults[:3])
    return error.message


def _by_name(instance: Instance, names: Sequence[str]) -> tuple[str, ...]:
    """Return notes on sites that are open only because the call names them."""
    named = [site for site in instance.sites if site.id in names]
    shut = {"closed by the hubs table": [site.id for site in named if site.status is SiteStatus.CLOSED]}
    if instance.minimum_cargo is not None:
        small = [site.id for site in named if site.below_threshold]
        shut[f"under the size threshold of {instance.minimum_cargo:,.0f} t/year"] = small
    return tuple(
        f"{', '.join(ids)} {'is' if len(ids) == 1 else 'are'} {why}; opened by name" for why, ids in shut.items() if ids
    )


def _from_result_file(
    name_or_path: Named, problem: SolveProblem, text: str, call: Call
) -> tuple[ComparisonRow, Instance]:
    document = read_result(Path(text), ResultDocument)
    if document.instance.name != problem.instance.name:
        message = f"{text}: is a result of {document.instance.name}, not of {problem.instance.name}"
        raise UsageError(message)
    if document.plan is None:
        failure = f"holds no plan: {document.termination}"
        ended = Solution(document.ending, None, None, float("-inf"), Phases())
        return ComparisonRow(text, network_part(ended, None, problem.instance, 0), failure, ()), problem.instance
    try:
        its_call = Call.from_document(document)
        own = load_problem(name_or_path, its_call)
        plan = plan_from_document(document.plan, own.instance)
    except (UsageError, InstanceError, ContradictionError) as error:
        return ComparisonRow(text, None, _reason(error), ()), problem.instance
    notes = _differences(its_call, call)
    if own.instance.problem != problem.instance.problem:
        notes.append(f"answers another problem than the call, {own.instance.problem}")
    return _priced(text, document, own, plan, notes), own.instance


def _differences(its_call: Call, call: Call) -> list[str]:
    """Return notes on how the instance of a result differs from that of the call."""
    its_own, of_call = list(its_call.overrides), list(call.overrides)
    if its_own == of_call:
        its_own, of_call = [], []
    its_options, options = its_call.reading.options, call.reading.options
    for name in sorted(its_options.keys() | options.keys()):
        if its_options.get(name) != options.get(name):
            its_own += [f"--{name.replace('_', '-')} {its_options[name]}"] if name in its_options else []
            of_call += [f"--{name.replace('_', '-')}"] if name in options else []
    its_words = [f"options of its own: {', '.join(its_own)}"] if its_own else []
    named = dict.fromkeys(word if word.startswith("--") else "--set" for word in of_call)
    return [*its_words, *([f"solved and priced without the {' and '.join(named)} of this call"] if named else [])]


def _priced(text: str, document: ResultDocument, own: SolveProblem, plan: Plan, notes: Sequence[str]) -> ComparisonRow:
    with np.errstate(all="ignore"):  # volumes near the largest number are wrong, not worth a warning
        evaluation = evaluate(own.instance, own.network, plan)
    if evaluation.violations:
        listed = "; ".join(map(str, evaluation.violations[:3]))
        return ComparisonRow(text, None, f"violates the instance: {listed}", tuple(notes))
    objective = evaluation.objective
    doubts = _doubts(document, own.instance, objective)
    bound = float("-inf") if doubts or document.bound is None else min(document.bound, objective)
    solution = Solution(document.ending, plan, objective, bound, Phases())
    network = network_part(solution, evaluation, own.instance, own.instance.number_of_hubs(plan.open_hubs))
    return ComparisonRow(text, network, None, (*notes, *doubts, *_by_name(own.instance, plan.open_hubs)))


def _doubts(document: ResultDocument, instance: Instance, true: float) -> list[str]:
    """Return notes on why the figures of a result, and its bound, do not hold for its plan on this instance."""
    if document.instance.digest != instance.digest:
        return ["the instance's files have changed since it was solved; priced on today's, without its bound"]
    tolerance = TOLERANCE * abs(true)
    doubts = []
    if document.objective is None or abs(document.objective - true) > tolerance:
        stated = "no objective" if document.objective is None else f"an objective of {document.objective:,.0f}"
        unit = instance.problem.objective.unit
        doubts.append(f"states {stated}; its plan has {true:,.0f} {unit}; its bound is not used")
    elif document.bound is not None and document.bound > true + tolerance:
        doubts.append(f"states a bound of {document.bound:,.0f}, over the objective of its own plan; it is not used")
    return doubts


def _with_moves(rows: Sequence[tuple[ComparisonRow, Instance]]) -> list[ComparisonRow]:
    served = [hub_of_cities(instance, row.network.plan) if row.network else {} for row, instance in rows]
    reference = next((cities for cities in served if cities), {})
    return [
        replace(row, moves=tuple(hub_changes(reference, cities))) for (row, _), cities in zip(rows, served, strict=True)
    ]
