"""Options of the questions, with the names, ranges and defaults of the command line."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from threading import Event
from typing import TYPE_CHECKING, Any, ParamSpec, TypedDict, TypeVar

from netdesign.api.checked import (
    Texts,
    event_of,
    function_of_one,
    is_on,
    names_of,
    real_number,
    together,
    whole_number,
    words,
)
from netdesign.api.given import Given, overrides_of
from netdesign.errors import InstanceError, NetdesignError, UsageError, did_you_mean
from netdesign.instance.options import HubOptions
from netdesign.instance.resolve_stages import BASE, TREE
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Progress, silent

if TYPE_CHECKING:
    from netdesign.solve.registry import Registry

P = ParamSpec("P")
Found = TypeVar("Found")
Values = Mapping[str, Any] | Texts
Listener = Callable[[Progress], None]

_MOST_THREADS = 256
_FLAG = re.compile(r"--([a-z]+(?:-[a-z]+)*)")


class SearchOptions(TypedDict, total=False):
    """Options of every search.

    Parameters
    ----------
    gap
        Relative gap at which the search may end; 1e-6 by default.
    time_limit
        Seconds for the whole call; None, the default, for no limit.
    threads
        Threads of solver and engines; 1 by default.
    seed
        Random seed of the solver; 0 by default.
    listen
        Is called with each ``Progress``.
    stop
        A ``threading.Event``: once it is set, the search ends with its incumbent.
    """

    gap: float
    time_limit: float | None
    threads: int
    seed: int
    listen: Listener
    stop: Event | None


_USUAL = SolveLimits()
_DEFAULTS: SearchOptions = {
    "gap": _USUAL.relative_gap,
    "time_limit": _USUAL.time_limit_s,
    "threads": _USUAL.threads,
    "seed": _USUAL.seed,
    "listen": silent,
    "stop": None,
}


def in_words_of_python(function: Callable[P, Found]) -> Callable[P, Found]:
    """Wrap a function: unknown keywords are refused, and errors name keywords, not flags of the commands.

    The command line passes a ``Given`` and gets errors that name flags.
    """
    signature = _with_search(inspect.signature(function))
    allowed = [name for name, one in signature.parameters.items() if one.kind is one.KEYWORD_ONLY]

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> Found:
        strange = [name for name in kwargs if name not in signature.parameters]
        if strange:
            unknown = f"unknown keyword; allowed: {', '.join(allowed)}"
            lines = [f"{function.__name__}: {name}: {unknown}{did_you_mean(name, allowed)}" for name in strange]
            raise UsageError("\n".join(lines))
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            message = f"{function.__name__}: {error}"
            raise UsageError(message) from None
        try:
            return function(*args, **kwargs)
        except NetdesignError as error:
            if args and isinstance(args[0], Given):
                raise
            raise _without_flags(error) from error.__cause__

    asked.__signature__ = signature  # type: ignore[attr-defined]
    return asked


def _with_search(signature: inspect.Signature) -> inspect.Signature:
    """Return a signature with ``**search`` replaced by the options of ``SearchOptions``."""
    own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    if len(own) < len(signature.parameters):
        own += [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value) for name, value in _DEFAULTS.items()
        ]
    return signature.replace(parameters=own)


def _without_flags(error: NetdesignError) -> NetdesignError:
    """Return an error with keywords in the place of flags."""
    if isinstance(error, InstanceError):
        return InstanceError(
            replace(fault, file=without_flags(fault.file), message=without_flags(fault.message))
            for fault in error.faults
        )
    error.message = without_flags(error.message)
    error.args = (error.message,)
    return error


def without_flags(text: str) -> str:
    """Return a sentence of the command line with keywords in the place of flags: ``max_new`` for ``--max-new``."""
    return _FLAG.sub(lambda found: found[1].replace("-", "_"), text)


def overrides(asked: Given, values: Values) -> tuple[str, ...]:
    """Return the changes of an instance and those of the call, ``path=value`` each.

    Raises
    ------
    UsageError
        They are neither a dict nor texts.
    """
    further = overrides_of(values) if isinstance(values, Mapping) else words("--set", values)
    return (*asked.changes, *further)


def hub_options(hubs: int | None, max_new: int | None, opened: Texts, closed: Texts) -> HubOptions:
    """Return the options on hubs.

    Raises
    ------
    UsageError
        A number is not whole, or an id is missing.
    """
    found = together(
        lambda: whole_number("--hubs", hubs),
        lambda: whole_number("--max-new", max_new),
        lambda: names_of("--open", opened),
        lambda: names_of("--close", closed),
    )
    return HubOptions(*found)


@contextmanager
def guarded_listener(watch: Watch, listen: Listener) -> Iterator[Listener]:
    """Yield a listener whose error ends the search and is raised afterwards, as solvers hide errors in callbacks.

    Parameters
    ----------
    watch
        Clock and switch of the search.
    listen
        Is called with each ``Progress``.
    """
    errors: list[Exception] = []

    def guarded(progress: Progress) -> None:
        try:
            if not errors:
                listen(progress)
        except Exception as error:
            errors.append(error)
            watch.stopped.set()

    try:
        yield guarded
    finally:
        if errors:
            raise errors[0]


def gap_of(gap: float) -> float | None:
    """Return the gap.

    Raises
    ------
    UsageError
        It is no share.
    """
    wanted = "a number from 0 to 1"
    if gap is None:
        message = f"--gap None: give {wanted}"
        raise UsageError(message)
    return real_number("--gap", gap, wanted, lambda share: 0 <= share <= 1)


def time_limit_of(seconds: float | None) -> float | None:
    """Return the time limit.

    Raises
    ------
    UsageError
        Not a positive number.
    """
    return real_number("--time-limit", seconds, "a positive number of seconds", lambda s: 0 < s < math.inf)


def watch_of(search: SearchOptions) -> Watch:
    """Return the clock of a call, with its limits in the ranges of the command line.

    Raises
    ------
    UsageError
        Some are out of range; names all of them.
    """
    asked: dict[str, Any] = {**_DEFAULTS, **search}
    switch = Event() if asked["stop"] is None else asked["stop"]
    threads, seed, gap, limit, stop, _ = together(
        lambda: whole_number("--threads", asked["threads"], 1, _MOST_THREADS),
        lambda: whole_number("--seed", asked["seed"], 0, 2**31 - 1),
        lambda: gap_of(asked["gap"]),
        lambda: time_limit_of(asked["time_limit"]),
        lambda: event_of(switch),
        lambda: function_of_one("--listen", asked["listen"], "Progress"),
    )
    return Watch(SolveLimits(limit, gap, threads, seed), stop)


def risk_of(name: str | None) -> RiskMeasure | None:
    """Return a measure of risk by its name.

    Raises
    ------
    UsageError
        There is none with that name.
    """
    allowed = [measure.value for measure in RiskMeasure]
    if name is None or name in allowed:
        return None if name is None else RiskMeasure(name)
    message = f"--risk {name!r}: allowed: {', '.join(allowed)}{did_you_mean(str(name), allowed)}"
    raise UsageError(message)


def level_of(level: float | None) -> float | None:
    """Return the level of cvar.

    Raises
    ------
    UsageError
        It is no share.
    """
    return real_number("--level", level, "a share from 0 to less than 1", lambda share: 0 <= share < 1)


def scenario_of(scenario: str | None, *, tree: bool) -> str:
    """Return ``tree``, the name of a scenario, or ``base``.

    Raises
    ------
    UsageError
        Both are given, or the scenario is no name.
    """
    if is_on("--tree", tree) and scenario is not None:
        message = "--tree and --scenario exclude each other; give one"
        raise UsageError(message)
    if scenario == TREE:
        message = "--scenario tree: write --tree"
        raise UsageError(message)
    if scenario is not None and not isinstance(scenario, str):
        message = f"--scenario {scenario!r}: give the name of a scenario"
        raise UsageError(message)
    return TREE if tree else scenario or BASE


def engine_of(registry: Registry[Any, Any], name: str) -> str:
    """Return the name of an engine, or ``auto``.

    Raises
    ------
    UsageError
        There is none with that name.
    """
    registry.check_name(name)
    return name
