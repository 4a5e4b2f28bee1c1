"""Check option values of any type; all faults of a call are raised at once."""

from __future__ import annotations

import errno
import inspect
import math
import os
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from threading import Event
from typing import Any

from netdesign.errors import UsageError

Texts = str | Iterable[str]

_MOST_SHOWN = 60
_MOST_BITS = 1024
"""Of a whole number: beyond, it is no float, and counts nothing."""


def together(*parts: Callable[[], Any]) -> list[Any]:
    """Return the results of all functions.

    Raises
    ------
    UsageError
        The faults of all of them.
    """
    found, faults = [], []
    for part in parts:
        try:
            found.append(part())
        except UsageError as error:
            faults.append(error.message)
    if faults:
        raise UsageError("\n".join(faults))
    return found


def words(option: str, values: Texts) -> tuple[str, ...]:
    """Return the texts of an option; None means no text.

    Raises
    ------
    UsageError
        One of them is no text.
    """
    if values is None or isinstance(values, str):
        return () if values is None else (values,)
    if not isinstance(values, Iterable) or isinstance(values, Mapping | bytes):
        message = f"{option} {values!r}: texts are wanted"
        raise UsageError(message)
    found = tuple(values)
    strange = next((word for word in found if not isinstance(word, str)), None)
    if strange is not None:
        message = f"{option}: holds {strange!r}; texts are wanted"
        raise UsageError(message)
    return found


def names_of(option: str, values: Texts) -> tuple[str, ...]:
    """Return ids of sites without duplicates, in the order given; a text may hold several with commas.

    Raises
    ------
    UsageError
        A text holds no id, or a value is no text.
    """
    names: list[str] = []
    for value in words(option, values):
        found = [name.strip() for name in value.split(",") if name.strip()]
        if not found:
            message = f"{option} '{value}': names no site; write ids with commas, such as {option} LGG,WAW"
            raise UsageError(message)
        names += found
    return tuple(dict.fromkeys(names))


def whole_number(option: str, number: Any, least: int | None = None, most: int = 0) -> int | None:
    """Return a whole number; None is allowed where there is no smallest value.

    Raises
    ------
    UsageError
        The value is no whole number, or outside the range.
    """
    if number is None and least is None:
        return None
    is_whole = isinstance(number, Integral) and not isinstance(number, bool)
    is_counting = is_whole and int(number).bit_length() < _MOST_BITS
    if not is_counting or (least is not None and not least <= int(number) <= most):
        within = "" if least is None else f" from {least} to {most}"
        message = f"{option} {_shown(number)}: give a whole number{within}"
        raise UsageError(message)
    return int(number)


def real_number(
    option: str, number: Any, allowed: str = "a number", is_allowed: Callable[[float], bool] = math.isfinite
) -> float | None:
    """Return a number, or None. A whole number beyond all floats counts as infinite.

    Raises
    ------
    UsageError
        The value is no number, or not allowed.
    """
    if number is None:
        return None
    is_real = isinstance(number, Real) and not isinstance(number, bool)
    found = _as_float(number) if is_real else math.nan
    if not is_real or not is_allowed(found):
        shown = f"{number:g}" if isinstance(number, float) else _shown(number)
        message = f"{option} {shown}: give {allowed}"
        raise UsageError(message)
    return found


def _as_float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _shown(value: object) -> str:
    """Return a value as a message shows it: Python writes out no whole number of thousands of digits."""
    try:
        text = repr(value)
    except ValueError:
        text = f"of type {type(value).__name__}, too long to show"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def event_of(value: object) -> Event:
    """Return an event.

    Raises
    ------
    UsageError
        It is none.
    """
    if not isinstance(value, Event):
        message = f"--stop {value!r}: give an event of threading"
        raise UsageError(message)
    return value


def function_of_one(option: str, function: Any, argument: str) -> Any:
    """Return a function that can be called with one argument.

    Raises
    ------
    UsageError
        It cannot.
    """
    if not takes_one(function):
        message = f"{option} {function!r}: give a function of one {argument}"
        raise UsageError(message)
    return function


def takes_one(function: Any) -> bool:
    """Return whether something can be called with one argument, by its signature."""
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        return False
    except ValueError:
        return callable(function)
    return True


def is_on(option: str, value: object) -> bool:
    """Return a switch.

    Raises
    ------
    UsageError
        It is neither True nor False.
    """
    if not isinstance(value, bool):
        message = f"{option} {value!r}: give True or False"
        raise UsageError(message)
    return value


def name_or_path(option: str, value: object) -> str | None:
    """Return a name or a path as a text.

    Raises
    ------
    UsageError
        It is neither, nor None.
    """
    if value is None:
        return None
    if isinstance(value, str | PathLike) and os.fspath(value):
        return str(nameable(option, value))
    message = f"{option} {value!r}: give a name or a path"
    raise UsageError(message)


def address_of(option: str, value: object) -> str | None:
    """Return the address of a scheduler, or None.

    Raises
    ------
    UsageError
        It is no text, or an empty one.
    """
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    message = f"{option} {value!r}: give the address that `dask scheduler` prints, such as tcp://host:8786"
    raise UsageError(message)


def path_of(option: str, value: object) -> Path:
    """Return a path.

    Raises
    ------
    UsageError
        It is none.
    """
    if not isinstance(value, str | PathLike):
        message = f"{option} {value!r}: give a path"
        raise UsageError(message)
    return Path(nameable(option, value))


def nameable(option: str, value: str | PathLike[str]) -> str | PathLike[str]:
    """Return a path that a file can have, whether there is one or not.

    Raises
    ------
    UsageError
        No file can be called so.
    """
    reason = ""
    try:
        Path(value).stat()
    except ValueError:
        reason = "no name of a file holds a NUL"
    except OSError as error:
        reason = (error.strerror or "") if error.errno == errno.ENAMETOOLONG else ""
    if reason:
        message = f"{option} {_shown(os.fspath(value))}: {reason}"
        raise UsageError(message)
    return value
