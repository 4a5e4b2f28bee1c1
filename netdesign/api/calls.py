"""``solve``, ``compare`` and ``timing``, for Python and for the command line."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from netdesign.analysis.call import Call, TimingCall
from netdesign.analysis.further_columns import FurtherColumns
from netdesign.analysis.listeners import teller
from netdesign.analysis.problem import model_note, notes_on, reading_notes
from netdesign.api.checked import is_on, name_or_path, together, words
from netdesign.api.checked_call import checked_call
from netdesign.api.given import given_of
from netdesign.api.keywords import ModelOptions, QuestionOptions, SearchOptions, in_words_of_python
from netdesign.api.options import (
    days_of,
    guarded_listener,
    overrides,
    watch_of,
)
from netdesign.api.over_years import parts_over_years
from netdesign.errors import UsageError
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.solve.core.outcome import silent
from netdesign.solve.registry import ONE_YEAR, STAGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netdesign.analysis.problem import SolveProblem
    from netdesign.api.answers import SolveAnswer, TimingAnswer
    from netdesign.api.checked_call import CheckedCall
    from netdesign.api.findings import CompareAnswer
    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.api.keywords import Listener, Values
    from netdesign.results.document import ResultDocument
    from netdesign.results.staged_document import TimingDocument
    from netdesign.solve.core.limits import Watch

    AnyInstance = Instance | Given | str | Path


@in_words_of_python
def solve(
    instance: AnyInstance,
    *,
    resume: str | Path | None = None,
    cluster: str | None = None,
    keep: Callable[[ResultDocument], None] | None = None,
    **options: Unpack[ModelOptions],
) -> SolveAnswer:
    """Answer whether a further hub pays, where, and by how much, as ``netdesign solve`` does.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    resume
        The result file of an earlier call: what that has answered stays, and the rest begins with its plans.
    cluster
        Address of a Dask scheduler whose workers bound sets of hubs. Each side can run code on the other.
    keep
        Is called with each better plan, as a result; before there is one with better bounds, from time to time.
    options
        Model, what may open, changed values, engine, limits and callbacks; see ``ModelOptions``.

    Returns
    -------
    SolveAnswer
        Its ``termination`` shows whether a limit ended the search, or the problem is infeasible.

    Raises
    ------
    InstanceError
        The instance is wrong; all faults at once.
    UsageError
        An option is wrong, or model or engine cannot state the problem; or there is nothing to go on from.
    ContradictionError
        What the earlier call left is false.

    Examples
    --------
    >>> import netdesign as nd
    >>> answer = nd.solve("tiny", max_new=1)
    >>> answer.verdict.value, answer.best.hubs, answer.objective
    ('pays', ('B', 'D'), 347000.0)
    """
    asked = given_of(instance)
    checked = checked_call(
        Call,
        asked,
        ONE_YEAR,
        options,
        resume=resume,
        keep=keep,
        cluster=cluster,
    )
    return _solve_answer(asked, checked)


def _solve_answer(asked: Given, checked: CheckedCall[Call, ResultDocument]) -> SolveAnswer:
    """Solve with checked options, from an earlier result file where one is given."""
    from netdesign.analysis.network_searches import one_search_note
    from netdesign.analysis.solve import solve_problem
    from netdesign.api.answers import SolveAnswer
    from netdesign.report.sentences import Asked
    from netdesign.results.document import ResultDocument

    call, earlier = checked.call, checked.earlier(ResultDocument)

    def notes(problem: SolveProblem) -> tuple[str | None, ...]:
        return notes_on(problem, asked.named, call, one_search_note(problem.instance))

    with checked.listeners(notes) as listeners:
        problem, document = solve_problem(asked.named, call, checked.watch, listeners, earlier, checked.cluster)
    return SolveAnswer(document, notes(problem), Asked.of(problem.instance), problem.instance.files)


@in_words_of_python
def compare(
    instance: AnyInstance,
    *configurations: str | Iterable[str],
    parts: bool = False,
    regret: bool = False,
    failures: bool = False,
    days: int | None = None,
    set: Values = (),
    strict: bool = False,
    model: str | Path | None = None,
    **search: Unpack[SearchOptions],
) -> CompareAnswer:
    """Compare configurations, as ``netdesign compare`` does.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    *configurations
        Sets of hubs, such as ``"LGG,WAW"`` or ``["LGG", "WAW"]``, or paths of result files.
    parts, regret, failures
        Whether to add the cost by part; what each costs more than the best permitted network, which is solved for it;
        and what its failures are expected to cost, as ``stress`` has it.
    days
        Days that what fails is out; left out, as the instance states it, or 14.
    set, strict, model, search
        As ``solve`` takes them.

    Raises
    ------
    InstanceError, UsageError
        As ``solve``; or a configuration names neither sites nor a result file.

    Examples
    --------
    >>> import netdesign as nd
    >>> nd.compare("tiny", "B", ["B", "D"]).table["difference"]
    [0.0, -53000.0]
    """
    asked = given_of(instance)
    watch, changes, named, is_strict, further, names = together(
        partial(watch_of, search),
        partial(overrides, asked, set),
        partial(name_or_path, "--model", model),
        partial(is_on, "--strict", strict),
        lambda: _further(parts, regret, failures, days),
        lambda: [_configuration(one) for one in configurations],
    )
    if not names:
        message = "compare needs configurations, such as 'LGG', 'LGG,WAW'"
        raise UsageError(message)
    call = Call(changes, model=named, reading=asked.reading, is_strict=is_strict)
    return _compared(asked, names, call, watch, search.get("listen", silent), further)


def _compared(
    asked: Given, names: list[str], call: Call, watch: Watch, asked_by: Listener, further: FurtherColumns
) -> CompareAnswer:
    """Compare configurations with checked options."""
    from netdesign.analysis.compare import compare as compared
    from netdesign.analysis.problem import load_problem
    from netdesign.api.findings import CompareAnswer

    problem = load_problem(asked.named, call)
    notes = (*reading_notes(asked.named, call), model_note(problem))
    teller(asked_by)(problem.warnings, notes)
    with guarded_listener(watch, asked_by) as listen:
        rows, best = compared(asked.named, problem, names, problem.question(watch, listen), call, further)
    return CompareAnswer(rows, problem.warnings, notes, further, best, problem.instance.problem.objective)


def _further(parts: bool, regret: bool, failures: bool, days: int | None) -> FurtherColumns:
    asked = together(
        partial(is_on, "--parts", parts),
        partial(is_on, "--regret", regret),
        partial(is_on, "--failures", failures),
        partial(days_of, days),
    )
    if days is not None and not failures:
        message = f"--days {days}: goes with --failures, which is not asked for"
        raise UsageError(message)
    return FurtherColumns(*asked)


def _configuration(one: str | Path | Iterable[str]) -> str:
    return str(one) if isinstance(one, Path) else one if isinstance(one, str) else ",".join(words("compare", one))


@in_words_of_python
def timing(
    instance: AnyInstance,
    *,
    tree: bool = False,
    scenario: str | None = None,
    risk: str | None = None,
    level: float | None = None,
    resume: str | Path | None = None,
    cluster: str | None = None,
    keep: Callable[[TimingDocument], None] | None = None,
    **options: Unpack[QuestionOptions],
) -> TimingAnswer:
    """Answer what to order where and in which year, as ``netdesign timing`` does.

    Parameters
    ----------
    instance
        An instance over several years, its folder or file, or the name of a bundled one.
    tree
        Decide on the scenario tree instead of the base path.
    scenario
        A scenario of the instance instead.
    risk
        Objective on the tree: ``expected``, ``cvar`` or ``regret``; by default what the instance states.
    level
        Level of cvar: share of the cheapest paths that are left out.
    resume
        The result file of an earlier call: a complete answer is returned, else its plan is the first incumbent.
    cluster
        Address of a Dask scheduler whose workers price columns. Each side can run code on the other.
    keep
        Is called with each better plan, as a result.
    options
        As ``solve`` takes them.

    Raises
    ------
    InstanceError
        The instance is wrong; all faults at once.
    UsageError
        The instance is of one year, an option is wrong, or no engine can state the problem; or there is nothing to go
        on from.
    ContradictionError
        What the earlier call left is no plan of the instance.
    """
    asked = given_of(instance)
    checked = checked_call(
        TimingCall,
        asked,
        STAGED,
        options,
        resume=resume,
        keep=keep,
        cluster=cluster,
        **parts_over_years({"tree": tree, "scenario": scenario, "risk": risk, "level": level}),
    )
    return _timing_answer(asked, checked)


def _timing_answer(asked: Given, checked: CheckedCall[TimingCall, TimingDocument]) -> TimingAnswer:
    """Solve with checked options, from the plan of an earlier result file where one is given."""
    from netdesign.analysis.timing.answer import solve_timing
    from netdesign.api.answers import TimingAnswer
    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.staged_document import TimingDocument

    if asked.reading.format_in != OWN_FORMAT:
        message = f"timing reads no {asked.reading.format_in}; save the instance and read that folder"
        raise UsageError(message)
    earlier = checked.earlier(TimingDocument)

    notes = partial(notes_on, named=asked.named, call=checked.call)
    with checked.listeners(notes) as listeners:
        problem, document = solve_timing(asked.named, checked.call, checked.watch, listeners, earlier, checked.cluster)
    return TimingAnswer(document, notes(problem), AskedOverYears.of(problem.staged), problem.staged.base.files)
