"""Building blocks of the schema: numbers with a unit and a range, names, and the base of every block."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from netdesign.errors import character, is_invisible

LARGEST = 1e12
"""Largest magnitude of any number in an instance: products of two of them stay far from overflow."""

SMALLEST = 1e-12
"""Smallest magnitude of any number but 0: what is divided by it stays far from overflow too."""


# As JSON writes them, and with a plus, a bare point or zeros before: neither underscores nor other scripts' digits.
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEX_OR_OCTAL = re.compile(r"[+-]?0(?:x[0-9a-fA-F]+|o[0-7]+)")


def is_decimal(text: str) -> bool:
    """Tell whether a text is a number as people write them, which Python takes for more texts than that."""
    return _DECIMAL.fullmatch(text.strip()) is not None


def _as_a_person_writes(value: Any) -> Any:
    # YAML reads `yes` and `no` as words but true and false as truth values, which Python would count as 1 and 0.
    if isinstance(value, bool):
        raise PydanticCustomError("a_number", "should be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    except (TypeError, ValueError):
        return value  # pydantic says what is wrong with it
    if not math.isfinite(number):
        raise PydanticCustomError("not_finite", "should be a finite number")
    if type(value) not in (float, int) and not _is_written_as_number(value):
        raise PydanticCustomError("a_number", "should be a number")
    if 0 < abs(number) < SMALLEST:
        raise PydanticCustomError("too_near_0", "should be 0 or further from it")
    return value


def _is_written_as_number(value: Any) -> bool:
    written = str(value)
    return is_decimal(written) or (not isinstance(value, str) and _HEX_OR_OCTAL.fullmatch(written) is not None)


def _without_invisible(name: str) -> str:
    if name.isascii():
        return name
    for letter in name:
        if is_invisible(letter):
            raise PydanticCustomError(
                "invisible", "has an invisible character, {letter}; take it out", {"letter": character(letter)}
            )
    return name


Real = Annotated[float, BeforeValidator(_as_a_person_writes)]
Whole = Annotated[int, BeforeValidator(_as_a_person_writes)]
Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=80,
        # No separators of lists and paths, no control characters, no blanks at the ends.
        pattern=r"^[^\s\x00-\x1f\x7f-\x9f,;|>]([^\x00-\x1f\x7f-\x9f,;|>]*[^\s\x00-\x1f\x7f-\x9f,;|>])?$",
    ),
    AfterValidator(_without_invisible),
]


def quantity(unit: str, description: str, **limits: Any) -> Any:
    """Describe a number of the instance: its unit, what it means, and its range.

    Parameters
    ----------
    unit
        Unit as written in the reference, for example ``EUR/km``; ``1`` for a pure number.
    description
        One sentence for the instance reference.
    **limits
        ``default``, ``ge``, ``gt``, ``le``, ``lt`` as in pydantic; 0 to ``LARGEST`` where none is given.
    """
    if "lt" not in limits:
        limits.setdefault("le", LARGEST)
    if "gt" not in limits:
        limits.setdefault("ge", 0)
    return Field(description=description, allow_inf_nan=False, json_schema_extra={"unit": unit}, **limits)


class Block(BaseModel):
    """Base of every block: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True, str_strip_whitespace=True)
