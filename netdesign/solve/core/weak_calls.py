"""Calls of a method by an object that it owns, without a circle of references."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar
from weakref import WeakMethod

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
Found = TypeVar("Found")


def weakly(method: Callable[P, Found]) -> Callable[P, Found]:
    """Return a function that calls a method of an object and does not keep that object.

    Engines have arrays of many megabytes, and a command may ask one for each of a thousand values: in a circle they
    would wait for the garbage collector, which counts objects, not bytes.

    Parameters
    ----------
    method
        Of an object that is there whenever the function is called.
    """
    reference = WeakMethod(method)

    def call(*args: P.args, **kwargs: P.kwargs) -> Found:
        found = reference()
        if found is None:
            raise ReferenceError
        return found(*args, **kwargs)

    return call
