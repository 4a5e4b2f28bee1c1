"""Options of the questions in Python, in the ranges and with the choices of the command line."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from netdesign.api.given import overrides_of
from netdesign.errors import UsageError, did_you_mean
from netdesign.instance.options import HubOptions
from netdesign.solve.core.limits import SolveLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import StrEnum

    from netdesign.api.given import Given
    from netdesign.solve.registry import Registry

    Values = Mapping[str, Any] | Iterable[str]

P = ParamSpec("P")
Found = TypeVar("Found")
Choice = TypeVar("Choice", bound="StrEnum")

_MOST_THREADS = 256


def with_known_keywords(function: Callable[P, Found]) -> Callable[P, Found]:
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


def overrides(asked: Given, values: Values) -> tuple[str, ...]:
    """Return the changes of an instance and those of the call, ``path=value`` each.

    Raises
    ------
    UsageError
        They are neither a dict nor texts.
    """
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


def hub_options(
    hubs: int | None, max_new: int | None, opened: str | Iterable[str], closed: str | Iterable[str]
) -> HubOptions:
    """Return what a call asks about hubs.

    Raises
    ------
    UsageError
        A number is not whole, or there is no id where one is wanted.
    """
    for option, number in {"hubs": hubs, "max_new": max_new}.items():
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            message = f"{option} {number!r}: give a whole number"
            raise UsageError(message)
    return HubOptions(hubs, max_new, _names("open", opened), _names("close", closed))


def limits(gap: float, time_limit: float | None, threads: int, seed: int) -> SolveLimits:
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


def choice(choices: type[Choice], option: str, value: str) -> Choice:
    """Return one of several choices by its name.

    Raises
    ------
    UsageError
        It is none of them.
    """
    try:
        return choices(value)
    except ValueError:
        names = [choice.value for choice in choices]
        message = f"{option} {value!r}: allowed: {', '.join(names)}{did_you_mean(str(value), names)}"
        raise UsageError(message) from None


def future(level: float | None, scenario: str | None, *, tree: bool) -> str:
    """Return which years are asked for: ``tree``, a scenario, or ``base``.

    Raises
    ------
    UsageError
        Both are asked for, or the level of cvar is out of range.
    """
    if tree and scenario is not None:
        message = "tree and scenario exclude each other; give one"
        raise UsageError(message)
    if level is not None and not 0 <= level < 1:
        message = f"level {level:g}: give a share from 0 to less than 1"
        raise UsageError(message)
    return "tree" if tree else scenario or "base"


def checked_engine(registry: Registry[Any, Any], name: str) -> str:
    """Return the name of an engine that there is.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    registry.check_name(name)
    return name
