"""The questions in Python: the words and defaults of the commands, and the same functions behind them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netdesign.analysis import check as checking
from netdesign.analysis import compare as comparing
from netdesign.analysis import verify as verifying
from netdesign.analysis.call import Call
from netdesign.analysis.notes import model_note, threshold_note
from netdesign.analysis.problem import load_problem
from netdesign.analysis.solve import solve_problem
from netdesign.analysis.timing.answer import Listeners, solve_timing
from netdesign.analysis.timing.infeasibility import forbidding_policies as forbidding_of_years
from netdesign.analysis.timing.problem import TimingCall
from netdesign.api.answers import CheckAnswer, CompareAnswer, SolveAnswer, TimingAnswer, VerifyAnswer
from netdesign.api.given import Given, given
from netdesign.api.instance import Instance
from netdesign.api.options import checked_engine, choice, future, hub_options, limits, overrides, with_known_keywords
from netdesign.errors import UsageError
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.instance.stages import RiskMeasure
from netdesign.report.sentences import Asked
from netdesign.results.result_file import read_any
from netdesign.solve.core.limits import Watch
from netdesign.solve.core.outcome import silent
from netdesign.solve.registry import ONE_YEAR, STAGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netdesign.api.options import Values
    from netdesign.solve.core.outcome import Progress

    Listener = Callable[[Progress], None]


@with_known_keywords
def solve(
    instance: Instance | str | Path,
    *,
    hubs: int | None = None,
    max_new: int | None = None,
    open: str | Iterable[str] = (),
    close: str | Iterable[str] = (),
    set: Values = (),
    strict: bool = False,
    model: str | Path | None = None,
    engine: str = "auto",
    gap: float = 1e-6,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
    listen: Listener = silent,
) -> SolveAnswer:
    """Answer whether a further hub pays, where, and by how much, as ``netdesign solve`` does.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    hubs
        Exactly so many hubs, existing ones counted.
    max_new
        At most so many hubs beside the existing ones; excludes ``hubs``.
    open, close
        Ids of sites that must, or must not, open.
    set
        Changed values of the instance: a dict by path, or texts ``path=value``.
    strict
        Whether what is odd in the instance is wrong.
    model
        Formulation by name or file, and with it the problem. A file is run as Python.
    engine
        What answers; ``auto`` takes the one that suits.
    gap
        Relative gap at which the search may end.
    time_limit
        Seconds for everything.
    threads, seed
        Of solver and engines.
    listen
        Is called with each ``Progress``.

    Returns
    -------
    SolveAnswer
        Where a limit ended the search, or nothing is permitted, its ``termination`` tells.

    Raises
    ------
    InstanceError
        The instance is wrong; all faults at once.
    UsageError
        An option is wrong, or model or engine cannot state the problem.

    Examples
    --------
    >>> import netdesign as nd
    >>> answer = nd.solve("tiny", max_new=1)
    >>> answer.verdict.value, answer.best.hubs, answer.objective
    ('pays', ('B', 'D'), 347000.0)
    """
    asked, watch = _asked(instance), Watch(limits(gap, time_limit, threads, seed))
    call = Call(
        overrides(asked, set),
        hub_options(hubs, max_new, open, close),
        None if model is None else str(model),
        asked.reading,
        engine=checked_engine(ONE_YEAR, engine),
        is_strict=strict,
    )
    problem, document = solve_problem(asked.source, call, watch, listen)
    notes = tuple(filter(None, (problem.replaced, threshold_note(problem.instance), model_note(problem))))
    return SolveAnswer(document, notes, Asked.of(problem.instance), asked.source.files)


@with_known_keywords
def compare(
    instance: Instance | str | Path,
    *configurations: str | Iterable[str],
    set: Values = (),
    strict: bool = False,
    model: str | Path | None = None,
    gap: float = 1e-6,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
    listen: Listener = silent,
) -> CompareAnswer:
    """Put configurations side by side, as ``netdesign compare`` does.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    *configurations
        Sets of hubs, such as ``"LGG,WAW"`` or ``["LGG", "WAW"]``, or paths of result files.
    set, strict, model, gap, time_limit, threads, seed, listen
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
    if not configurations:
        message = "compare needs configurations, such as 'LGG', 'LGG,WAW'"
        raise UsageError(message)
    asked, watch = _asked(instance), Watch(limits(gap, time_limit, threads, seed))
    changes = overrides(asked, set)
    named = None if model is None else str(model)
    call = Call(changes, model=named, reading=asked.reading, is_strict=strict)
    problem = load_problem(asked.source, call)
    names = [str(one) if isinstance(one, str | Path) else ",".join(one) for one in configurations]
    rows = comparing.compare(asked.source, problem, names, problem.question(watch, listen), call)
    return CompareAnswer(rows, problem.warnings, tuple(filter(None, (model_note(problem),))))


@with_known_keywords
def timing(
    instance: Instance | str | Path,
    *,
    tree: bool = False,
    scenario: str | None = None,
    risk: str | None = None,
    level: float | None = None,
    hubs: int | None = None,
    max_new: int | None = None,
    open: str | Iterable[str] = (),
    close: str | Iterable[str] = (),
    set: Values = (),
    strict: bool = False,
    engine: str = "auto",
    gap: float = 1e-6,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
    listen: Listener = silent,
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
        What is minimised on the tree: ``expected``, ``cvar`` or ``regret``; by default what the instance states.
    level
        Of cvar: share of the cheap paths left out.
    hubs, max_new, open, close, set, strict, engine, gap, time_limit, threads, seed, listen
        As ``solve`` takes them.

    Raises
    ------
    InstanceError
        The instance is wrong, or of one year; all faults at once.
    UsageError
        An option is wrong, or no engine can state the problem.
    """
    asked, watch = _asked(instance), Watch(limits(gap, time_limit, threads, seed))
    if asked.reading.format_in != OWN_FORMAT:
        message = f"timing reads no {asked.reading.format_in}; save the instance and read that folder"
        raise UsageError(message)
    call = TimingCall(
        overrides(asked, set),
        hub_options(hubs, max_new, open, close),
        future(level, scenario, tree=tree),
        None if risk is None else choice(RiskMeasure, "risk", risk),
        level,
        checked_engine(STAGED, engine),
        strict,
    )
    problem, document = solve_timing(asked.source, call, watch, Listeners(listen))
    notes = tuple(filter(None, (problem.replaced, threshold_note(problem.staged.base))))
    return TimingAnswer(document, notes, forbidding_of_years(problem.staged), asked.source.files)


@with_known_keywords
def check(instance: Instance | str | Path, *, set: Values = (), strict: bool = False) -> CheckAnswer:
    """Look for all that is wrong or odd with an instance, as ``netdesign check`` does.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    set, strict
        As ``solve`` takes them.

    Raises
    ------
    InstanceError
        Every fault, and every commodity without a route.
    UsageError
        A path of ``set`` leads nowhere.

    Examples
    --------
    >>> import netdesign as nd
    >>> nd.check("tiny").summary["commodities"]
    4
    """
    asked = _asked(instance)
    found = checking.check_instance(asked.source, Call(overrides(asked, set), reading=asked.reading, is_strict=strict))
    return CheckAnswer(found, tuple(filter(None, (threshold_note(found.instance),))))


@with_known_keywords
def verify(
    instance: Instance | str | Path,
    result: SolveAnswer | TimingAnswer | str | Path,
    *,
    prove: bool = False,
    time_limit: float | None = None,
    listen: Listener = silent,
) -> VerifyAnswer:
    """Price the plans of a result again from the instance, as ``netdesign verify`` does.

    Parameters
    ----------
    instance
        That was solved, before any change; the result records the changes.
    result
        An answer, or the path of a result file.
    prove
        Whether to prove the bounds again with another engine.
    time_limit
        Seconds for that.
    listen
        Is called with each ``Progress``.

    Raises
    ------
    InstanceError, UsageError
        The instance cannot be read with the recorded options, or the file is no result.
    ContradictionError
        It cannot, because it is another one than was solved.

    Examples
    --------
    >>> import netdesign as nd
    >>> bool(nd.verify("tiny", nd.solve("tiny")))
    True
    """
    asked, watch = _asked(instance), Watch(limits(1e-6, time_limit, 1, 0))
    document = result.document if isinstance(result, SolveAnswer | TimingAnswer) else read_any(Path(result))
    found, prove_again = verifying.verify(asked.source, document)
    if not prove or found.contradictions:
        return VerifyAnswer(found.contradictions, found.proofs)
    proven = prove_again(watch, listen)
    return VerifyAnswer(proven.contradictions, proven.proofs, not proven.contradictions and not watch.is_over)


def _asked(instance: Instance | str | Path) -> Given:
    return instance.given if isinstance(instance, Instance) else given(instance)
