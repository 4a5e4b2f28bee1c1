"""``solve``, ``compare`` and ``timing``, for Python and for the command line."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from netdesign.analysis.call import Call, TimingCall
from netdesign.analysis.listeners import Listeners, keep_no_result
from netdesign.analysis.problem import model_note, reading_notes, threshold_note, versions
from netdesign.api.checked import address_of, function_of_one, is_on, name_or_path, together, words
from netdesign.api.given import given_of
from netdesign.api.keywords import QuestionOptions, SearchOptions, in_words_of_python
from netdesign.api.options import (
    guarded_listener,
    level_of,
    overrides,
    question_parts,
    risk_of,
    scenario_of,
    watch_of,
)
from netdesign.errors import UsageError
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.solve.core.outcome import silent
from netdesign.solve.registry import ONE_YEAR, STAGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.api.answers import SolveAnswer, TimingAnswer
    from netdesign.api.findings import CompareAnswer
    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.api.keywords import Values
    from netdesign.plan import StagedPlan
    from netdesign.results.document import ResultDocument
    from netdesign.results.result_file import DocumentT
    from netdesign.results.resuming import EarlierResult
    from netdesign.results.staged_document import TimingDocument
    from netdesign.solve.core.limits import Watch

    AnyInstance = Instance | Given | str | Path


@in_words_of_python
def solve(
    instance: AnyInstance,
    *,
    model: str | Path | None = None,
    resume: str | Path | None = None,
    cluster: str | None = None,
    keep: Callable[[ResultDocument], None] | None = None,
    **options: Unpack[QuestionOptions],
) -> SolveAnswer:
    """Answer whether a further hub pays, where, and by how much, as ``netdesign solve`` does.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    model
        Formulation by name or file, which also sets the problem. A file is run as Python.
    resume
        The result file of an earlier call: what that has answered stays, and the rest begins with its plans.
    cluster
        Address of a Dask scheduler whose workers bound sets of hubs. Each side can run code on the other.
    keep
        Is called with each better plan, as a result.
    options
        What may open, changed values, engine, limits and callbacks; see ``QuestionOptions``.

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
    watch, earlier, cluster, keep, *parts = together(
        partial(watch_of, options),
        partial(name_or_path, "--resume", resume),
        partial(address_of, "--cluster", cluster),
        partial(function_of_one, "--keep", keep or keep_no_result, "result"),
        *question_parts(asked, ONE_YEAR, options),
        partial(name_or_path, "--model", model),
    )
    with guarded_listener(watch, options.get("listen", silent)) as listen:
        return _solve_answer(asked, Call(*parts), watch, Listeners(listen, keep), earlier, cluster)


def _solve_answer(
    asked: Given,
    call: Call,
    watch: Watch,
    listeners: Listeners[ResultDocument],
    earlier: str | None,
    cluster: str | None,
) -> SolveAnswer:
    """Solve with checked options, from an earlier result file where one is given."""
    from netdesign.analysis.network_searches import one_search_note
    from netdesign.analysis.solve import solve_problem
    from netdesign.api.answers import SolveAnswer
    from netdesign.report.sentences import Asked
    from netdesign.results.document import ResultDocument

    before = earlier_of(earlier, ResultDocument)
    problem, document = solve_problem(asked.named, call, watch, listeners, before, cluster)
    instance = problem.instance
    of_instance = problem.replaced, one_search_note(instance), threshold_note(instance), model_note(problem)
    notes = (*reading_notes(asked.named, call), *of_instance)
    return SolveAnswer(document, notes, Asked.of(instance), instance.files)


@in_words_of_python
def compare(
    instance: AnyInstance,
    *configurations: str | Iterable[str],
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
    from netdesign.analysis.compare import compare as compared
    from netdesign.analysis.problem import load_problem
    from netdesign.api.findings import CompareAnswer

    asked = given_of(instance)
    watch, changes, named, is_strict, names = together(
        partial(watch_of, search),
        partial(overrides, asked, set),
        partial(name_or_path, "--model", model),
        partial(is_on, "--strict", strict),
        lambda: [_configuration(one) for one in configurations],
    )
    if not names:
        message = "compare needs configurations, such as 'LGG', 'LGG,WAW'"
        raise UsageError(message)
    call = Call(changes, model=named, reading=asked.reading, is_strict=is_strict)
    problem = load_problem(asked.named, call)
    with guarded_listener(watch, search.get("listen", silent)) as listen:
        rows = compared(asked.named, problem, names, problem.question(watch, listen), call)
    return CompareAnswer(rows, problem.warnings, (*reading_notes(asked.named, call), model_note(problem)))


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
        The result file of an earlier call whose plan is the first incumbent.
    cluster
        Address of a Dask scheduler whose workers price columns. Each side can run code on the other.
    keep
        Is called with each better plan, as a result.
    options
        As ``solve`` takes them.

    Raises
    ------
    InstanceError
        The instance is wrong, or of one year; all faults at once.
    UsageError
        An option is wrong, or no engine can state the problem; or there is nothing to go on from.
    ContradictionError
        What the earlier call left is no plan of the instance.
    """
    asked = given_of(instance)
    watch, earlier, cluster, keep, *parts = together(
        partial(watch_of, options),
        partial(name_or_path, "--resume", resume),
        partial(address_of, "--cluster", cluster),
        partial(function_of_one, "--keep", keep or keep_no_result, "result"),
        *question_parts(asked, STAGED, options),
        partial(scenario_of, scenario, tree=tree),
        partial(risk_of, risk),
        partial(level_of, level),
    )
    with guarded_listener(watch, options.get("listen", silent)) as listen:
        return _timing_answer(asked, TimingCall(*parts), watch, Listeners(listen, keep), earlier, cluster)


def _timing_answer(
    asked: Given,
    call: TimingCall,
    watch: Watch,
    listeners: Listeners[TimingDocument],
    earlier: str | None,
    cluster: str | None,
) -> TimingAnswer:
    """Solve with checked options, from the plan of an earlier result file where one is given."""
    from netdesign.analysis.timing.answer import solve_timing
    from netdesign.api.answers import TimingAnswer
    from netdesign.report.timing.sentences import AskedOverYears

    if asked.reading.format_in != OWN_FORMAT:
        message = f"timing reads no {asked.reading.format_in}; save the instance and read that folder"
        raise UsageError(message)
    begin = _beginning(earlier, call)
    problem, document = solve_timing(asked.named, call, watch, listeners, begin, cluster)
    notes = (*reading_notes(asked.named, Call()), problem.replaced, threshold_note(problem.staged.base))
    return TimingAnswer(document, notes, AskedOverYears.of(problem.staged), problem.staged.base.files)


def _beginning(earlier: str | None, call: TimingCall) -> Callable[[TimingProblem], StagedPlan | None]:
    """Return a function that returns the first incumbent of a problem, or None."""
    from netdesign.results.resuming import Recorded, plan_to_go_on_from
    from netdesign.results.staged_document import TimingDocument

    before = earlier_of(earlier, TimingDocument)

    def begin(problem: TimingProblem) -> StagedPlan | None:
        if before is None:
            return None
        options = {"format_in": OWN_FORMAT, **call.to_record()}
        before.check_goes_on(Recorded.of_call(TimingDocument.COMMAND, options, problem.staged.base, versions()))
        return plan_to_go_on_from(before, problem.staged)

    return begin


def earlier_of(output: str | None, kind: type[DocumentT]) -> EarlierResult[DocumentT] | None:
    """Return what an earlier call with an output file left; None where none is named.

    Raises
    ------
    UsageError
        There is nothing, or it is no result of the kind.
    """
    from netdesign.results.resuming import earlier_result

    return None if output is None else earlier_result(Path(output), kind)
