"""The questions in Python: the words and defaults of the commands, and the same functions behind them."""

from __future__ import annotations

import inspect
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from netdesign.analysis import check as checking
from netdesign.analysis import compare as comparing
from netdesign.analysis.problem import Call, load_problem, model_note, threshold_note
from netdesign.analysis.solve import solve_problem
from netdesign.analysis.timing.answer import Listeners, solve_timing
from netdesign.analysis.timing.infeasibility import forbidding_policies as forbidding_of_years
from netdesign.analysis.timing.problem import TimingCall
from netdesign.api.answers import CheckAnswer, CompareAnswer, SolveAnswer, TimingAnswer, VerifyAnswer
from netdesign.api.instance import Given, Instance, given, overrides_of
from netdesign.errors import UsageError, did_you_mean
from netdesign.formulation.protocol import forbidding_policies
from netdesign.instance.options import HubOptions
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.instance.stages import RiskMeasure
from netdesign.results.result_file import read_json, result_document, result_from
from netdesign.results.staged_reading import is_timing, timing_from
from netdesign.results.staged_result_file import timing_document
from netdesign.solve.core.engine import EngineName
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent
from netdesign.solve.multistage.names import StagedEngineName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from enum import StrEnum

    from netdesign.solve.core.outcome import Progress

    Listener = Callable[[Progress], None]
    Values = Mapping[str, Any] | Iterable[str]

P = ParamSpec("P")
Found = TypeVar("Found")
Choice = TypeVar("Choice", bound="StrEnum")

_MOST_THREADS = 256


def _with_known_keywords(function: Callable[P, Found]) -> Callable[P, Found]:
    """Return a function that refuses an unknown keyword with the ones that there are."""
    known = [name for name, one in inspect.signature(function).parameters.items() if one.kind is one.KEYWORD_ONLY]

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> Found:
        strange = [name for name in kwargs if name not in known and name not in function.__code__.co_varnames]
        if strange:
            lines = [
                f"{function.__name__}: {name}: unknown keyword; allowed: {', '.join(known)}{did_you_mean(name, known)}"
                for name in strange
            ]
            raise UsageError("\n".join(lines))
        return function(*args, **kwargs)

    return checked


@_with_known_keywords
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
    asked, watch = _asked(instance), Watch(_limits(gap, time_limit, threads, seed))
    call = Call(
        _overrides(asked, set),
        _hub_options(hubs, max_new, open, close),
        None if model is None else str(model),
        asked.reading,
        engine=_choice(EngineName, "engine", engine),
        is_strict=strict,
    )
    problem, result = solve_problem(asked.source, call, watch, listen)
    notes = tuple(filter(None, (threshold_note(problem.instance), model_note(problem))))
    document = result_document(result, problem.instance)
    return SolveAnswer(document, notes, forbidding_policies(problem.instance), asked.source.files)


@_with_known_keywords
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
    asked, watch = _asked(instance), Watch(_limits(gap, time_limit, threads, seed))
    overrides = _overrides(asked, set)
    named = None if model is None else str(model)
    problem = load_problem(asked.source, Call(overrides, model=named, reading=asked.reading, is_strict=strict))
    names = [str(one) if isinstance(one, str | Path) else ",".join(one) for one in configurations]
    rows = comparing.compare(asked.source, problem, names, problem.question(watch, listen), overrides)
    return CompareAnswer(rows, problem.warnings, tuple(filter(None, (model_note(problem),))))


@_with_known_keywords
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
    asked, watch = _asked(instance), Watch(_limits(gap, time_limit, threads, seed))
    if asked.reading.format_in != OWN_FORMAT:
        message = f"timing reads no {asked.reading.format_in}; save the instance and read that folder"
        raise UsageError(message)
    if tree and scenario is not None:
        message = "tree and scenario exclude each other; give one"
        raise UsageError(message)
    if level is not None and not 0 <= level < 1:
        message = f"level {level:g}: give a share from 0 to less than 1"
        raise UsageError(message)
    call = TimingCall(
        _overrides(asked, set),
        _hub_options(hubs, max_new, open, close),
        "tree" if tree else scenario or "base",
        None if risk is None else _choice(RiskMeasure, "risk", risk),
        level,
        _choice(StagedEngineName, "engine", engine),
        strict,
    )
    problem, result = solve_timing(asked.source, call, watch, Listeners(listen))
    notes = tuple(filter(None, (threshold_note(problem.staged.base),)))
    return TimingAnswer(timing_document(result), notes, forbidding_of_years(problem.staged), asked.source.files)


@_with_known_keywords
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
    found = checking.check_instance(asked.source, Call(_overrides(asked, set), reading=asked.reading, is_strict=strict))
    return CheckAnswer(found, tuple(filter(None, (threshold_note(found.instance),))))


@_with_known_keywords
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
    from netdesign.analysis.prove import prove as prove_networks
    from netdesign.analysis.timing.prove import prove_timing
    from netdesign.analysis.timing.verify import verify_timing
    from netdesign.analysis.verify import verify as verify_networks

    asked, watch = _asked(instance), Watch(_limits(1e-6, time_limit, 1, 0))
    if isinstance(result, SolveAnswer | TimingAnswer):
        document: Any = result.document
    else:
        data, path = read_json(Path(result)), Path(result)
        document = timing_from(path, data) if is_timing(data) else result_from(path, data)
    is_of_years = document.format.startswith("netdesign.timing/")
    steps: Any = (verify_timing, prove_timing) if is_of_years else (verify_networks, prove_networks)
    problem, found = steps[0](asked.source, document)
    if not prove or found.contradictions:
        return VerifyAnswer(found.contradictions, found.proofs)
    proven = steps[1](problem, document, watch, listen)
    return VerifyAnswer(proven.contradictions, proven.proofs, not proven.contradictions and not watch.is_over)


def _asked(instance: Instance | str | Path) -> Given:
    return instance.given if isinstance(instance, Instance) else given(instance)


def _overrides(asked: Given, values: Values) -> tuple[str, ...]:
    from collections.abc import Mapping

    further = overrides_of(values) if isinstance(values, Mapping) else _words("set", values)
    return (*asked.changes, *further)


def _words(option: str, values: str | Iterable[str]) -> tuple[str, ...]:
    """Return an option that takes texts; a single text is one of them."""
    found = (values,) if isinstance(values, str) else tuple(values)
    if not all(isinstance(word, str) for word in found):
        kind = next(type(word).__name__ for word in found if not isinstance(word, str))
        message = f"{option}: holds a {kind}; texts are wanted"
        raise UsageError(message)
    return found


def _names(option: str, values: str | Iterable[str]) -> tuple[str, ...]:
    """Return ids of sites, each once; a text may have several with commas, as on the command line."""
    found = [name.strip() for word in _words(option, values) for name in word.split(",")]
    if not all(found):
        message = f"{option}: names no site; give ids, such as {option}=['LGG', 'WAW']"
        raise UsageError(message)
    return tuple(dict.fromkeys(found))


def _hub_options(
    hubs: int | None, max_new: int | None, opened: str | Iterable[str], closed: str | Iterable[str]
) -> HubOptions:
    for option, number in {"hubs": hubs, "max_new": max_new}.items():
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            message = f"{option} {number!r}: give a whole number"
            raise UsageError(message)
    return HubOptions(hubs, max_new, _names("open", opened), _names("close", closed))


def _limits(gap: float, time_limit: float | None, threads: int, seed: int) -> SolveLimits:
    """Return the limits, in the ranges of the command line.

    Raises
    ------
    UsageError
        One is out of range; all of them are told.
    """
    faults = []
    for name, number, most in (("threads", threads, _MOST_THREADS), ("seed", seed, 2**31 - 1)):
        least = 1 if name == "threads" else 0
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            faults.append(f"{name} {number!r}: give a whole number from {least} to {most}")
    if not _is_number(gap) or not 0 <= gap <= 1:
        faults.append(f"gap {gap!r}: give a number from 0 to 1")
    if time_limit is not None and (not _is_number(time_limit) or not 0 < time_limit < float("inf")):
        faults.append(f"time_limit {time_limit!r}: give a positive number of seconds")
    if faults:
        raise UsageError("\n".join(faults))
    return SolveLimits(time_limit, gap, threads, seed)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _choice(choices: type[Choice], option: str, value: str) -> Choice:
    try:
        return choices(value)
    except ValueError:
        names = [choice.value for choice in choices]
        message = f"{option} {value!r}: allowed: {', '.join(names)}{did_you_mean(str(value), names)}"
        raise UsageError(message) from None
