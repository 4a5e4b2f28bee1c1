"""Keywords of the questions, with the names and defaults of the command line; errors in their words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypedDict, TypeVar

from netdesign.api.checked import Texts
from netdesign.api.given import Given
from netdesign.errors import InstanceError, NetdesignError, UsageError, did_you_mean
from netdesign.solve.core.limits import SolveLimits
from netdesign.solve.core.outcome import Progress, silent
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from pathlib import Path
    from threading import Event

P = ParamSpec("P")
Found = TypeVar("Found")
Values = Mapping[str, Any] | Texts
Listener = Callable[[Progress], None]

_CALLED = {
    "--over volume_factor=0.5,1,2": 'over={"volume_factor": [0.5, 1, 2]}',
    "one --over has": "one list has",
    "--table FILE.csv": 'table="FILE.csv"',
}
"""Advice as it is typed, and as it is called."""

_SUCH_AS_SET = re.compile(r"such as --set ([^\s=]+)=([^\s,;)]+)")
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


class QuestionOptions(SearchOptions, total=False):
    """Options of ``solve`` and ``timing``.

    Parameters
    ----------
    hubs, max_new
        Exact number of hubs, existing ones included; or largest number of new hubs.
    open, close
        Ids of sites that must, or must not, open.
    set
        Changed values of the instance: a dict by path, or texts ``path=value``.
    strict
        Whether warnings about the instance are faults.
    engine
        Name of the engine; ``auto`` chooses one that can state the problem.
    """

    hubs: int | None
    max_new: int | None
    open: Texts
    close: Texts
    set: Values
    strict: bool
    engine: str


class ModelOptions(QuestionOptions, total=False):
    """Options of questions about one year that a model file may state.

    Parameters
    ----------
    model
        Formulation by name or file, which also sets the problem. A file is run as Python.
    """

    model: str | Path | None


class YearsOptions(ModelOptions, total=False):
    """Options of questions about one year or several that have a level of their own.

    Parameters
    ----------
    tree, scenario, risk
        Over several years: as ``timing`` takes them. A ``model`` is for one year.
    """

    tree: bool
    scenario: str | None
    risk: str | None


class AnyYearsOptions(YearsOptions, total=False):
    """Options of questions about one year or several.

    Parameters
    ----------
    level
        Over several years: as ``timing`` takes it.
    """

    level: float | None


_USUAL = SolveLimits()
DEFAULTS: AnyYearsOptions = {
    "tree": False,
    "scenario": None,
    "risk": None,
    "level": None,
    "model": None,
    "hubs": None,
    "max_new": None,
    "open": (),
    "close": (),
    "set": (),
    "strict": False,
    "engine": AUTO,
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
    signature = _with_options(function)
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


def _with_options(function: Callable[..., Any]) -> inspect.Signature:
    """Return the signature of a function, with the options themselves for ``**options`` that a TypedDict lists."""
    signature = inspect.signature(function)
    own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    for one in signature.parameters.values():
        if one.kind is one.VAR_KEYWORD:
            listed = function.__globals__[one.annotation.removeprefix("Unpack[").removesuffix("]")].__annotations__
            own += [
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
                for name, default in DEFAULTS.items()
                if name in listed
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
    for typed, called in _CALLED.items():
        text = text.replace(typed, called)
    text = _SUCH_AS_SET.sub(r'such as set={"\1": \2}', text)
    return _FLAG.sub(lambda found: found[1].replace("-", "_"), text)
