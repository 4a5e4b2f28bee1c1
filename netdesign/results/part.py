"""The base of all parts of result files, and what numbers mean in them."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Protocol, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import is_decimal
from netdesign.solve.core.outcome import Termination

RUNNING = "running"
"""Termination in a file that was written during the search."""


class Ended(Protocol):
    """The outcome of a search: parts of results and solutions have it."""

    @property
    def termination(self) -> str:
        """Why the search stopped."""

    @property
    def objective(self) -> float | None:
        """Objective of the best plan."""

    @property
    def bound(self) -> float | None:
        """Lower bound of all plans."""


class HasGap(Ended, Protocol):
    """An outcome that states its gap."""

    @property
    def gap(self) -> float | None:
        """Objective less bound, relative; None without a plan."""


def proven(search: Ended) -> float:
    """Return the bound of a search: infinite where there is no plan, minus infinity where nothing is proven."""
    unproven = math.inf if search.termination == Termination.INFEASIBLE else -math.inf
    return unproven if search.bound is None else search.bound


def finite(value: float | None) -> float | None:
    """Return a number, or None where it is infinite, as JSON has no infinity."""
    return value if value is not None and math.isfinite(value) else None


@cache
def _is_of_numbers(annotation: Any) -> bool:
    """Return whether a field holds a number, a list of numbers, or numbers by name."""
    if get_origin(annotation) is dict:
        return _is_of_numbers(get_args(annotation)[1])
    return annotation in (int, float) or any(map(_is_of_numbers, get_args(annotation)))


def is_none(value: object) -> bool:
    """Return whether a value is left out of the file."""
    return value is None


_NUMBERS = frozenset({int, float, type(None)})


@cache
def _fields_of_numbers(kind: type[Part]) -> frozenset[str]:
    """Return the fields of a part that hold numbers."""
    annotations: dict[str, Any] = {name: field.annotation for name, field in kind.model_fields.items()}
    return frozenset(name for name, annotation in annotations.items() if _is_of_numbers(annotation))


class Part(BaseModel):
    """Base of every part: an unknown key is a fault, infinities are written as null."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _numbers_are_written_as_such(cls, value: Any, info: ValidationInfo) -> Any:
        # pydantic takes true for 1 and '3' for 3, which no result of ours has.
        if info.field_name in _fields_of_numbers(cls):
            given = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
            # A result has hundreds of thousands of numbers, and nearly all are written as such.
            is_doubtful = not _NUMBERS.issuperset(map(type, given))
            if is_doubtful and any(
                isinstance(one, bool) or (isinstance(one, str) and is_decimal(one)) for one in given
            ):
                kind = "a_number"
                raise PydanticCustomError(kind, "should be a number")
        return value


def format_of(kind: type[Part]) -> str:
    """Return name and version of the format of a kind of result."""
    return str(kind.model_fields["format"].default)


def schema_of(kind: type[Part]) -> dict[str, Any]:
    """Return the JSON Schema of a kind of result (draft 2020-12)."""
    schema = kind.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": format_of(kind), **schema}
