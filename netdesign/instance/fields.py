"""Building blocks of the schema: numbers with a unit and a range, names, the base of every block, and words for faults.

Validation errors are worded for users; no message of pydantic is shown.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ErrorType

from netdesign.errors import character, is_invisible

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LARGEST = 1e12
"""Largest magnitude of any number in an instance, so that products of two are far from overflow."""

SMALLEST = 1e-12
"""Smallest magnitude of any number but 0, so that quotients are far from overflow."""


# As in JSON, or with a plus, a bare point or leading zeros; no underscores, no digits of other scripts.
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEX_OR_OCTAL = re.compile(r"[+-]?0(?:x[0-9a-fA-F]+|o[0-7]+)")


def is_decimal(text: str) -> bool:
    """Return whether a text is a number as people write it; Python accepts more texts."""
    return _DECIMAL.fullmatch(text.strip()) is not None


def _parse_number(value: Any) -> Any:
    # YAML reads true and false as truth values, which Python counts as 1 and 0, but `yes` and `no` as words.
    if isinstance(value, bool):
        raise PydanticCustomError("a_number", "should be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    except (TypeError, ValueError):
        return value  # pydantic reports it
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


Real = Annotated[float, BeforeValidator(_parse_number)]
Whole = Annotated[int, BeforeValidator(_parse_number)]
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


_SHOWN = 40
_PYDANTICS = frozenset(get_args(ErrorType))
"""Kinds of errors with a message of pydantic; all others have messages of netdesign."""

_KINDS = {
    **dict.fromkeys(("float_parsing", "float_type", "a_number"), "a number"),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "int_parsing_size"), "a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("string_type", "string_unicode", "string_not_ascii"), "a text"),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type", "mapping_type"), "a block of keys and values"),
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type", "iterable_type"), "a list"),
}
_LIMITS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")
_NUMBERS = ("a number", "a whole number")
_BETWEEN_ENTRIES = re.compile(r"\s*[;|]\s*")
_BETWEEN_DIGITS = dict.fromkeys(map(ord, "_'\u2019 \u00a0\u2009\u202f"))


def sentence(details: ErrorDetails) -> str:
    """Return the message of a validation error of any kind."""
    kind, found, limits = details["type"], details["input"], details.get("ctx", {})
    if kind not in _PYDANTICS:
        return _number_message(kind, found) or details["msg"]
    if kind in _LIMITS and shortened(found).strip().lower() in ("nan", "+nan", "-nan"):
        return f"{shortened(found)} is not a finite number"
    if kind in _KINDS:
        return _not_a(_KINDS[kind], found)
    if limits and str(found).strip().lower() == "nan":  # NaN, which compares with nothing
        kind = "finite_number"
    match kind:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "unknown key"
        case "greater_than_equal":
            return f"{shortened(found)} is under {limits['ge']:g}"
        case "greater_than":
            return f"{shortened(found)} is not over {limits['gt']:g}"
        case "less_than_equal":
            return f"{shortened(found)} is over {limits['le']:g}"
        case "less_than":
            return f"{shortened(found)} is not under {limits['lt']:g}"
        case "finite_number":
            return f"{shortened(found)} is not a finite number"
        case "enum" | "literal_error":
            return f"{shown(found)} is not allowed; allowed: {limits['expected']}"
        case "too_short":
            return f"has {limits['actual_length']} entries; at least {limits['min_length']} needed"
        case "too_long":
            return f"has more than {limits['max_length']} entries"
    return _of_a_text(details)


def _number_message(kind: str, found: Any) -> str:
    """Return the message of a failed check of a number, an empty string for other errors."""
    match kind:
        case "not_finite":
            return f"{shortened(found)} is not a finite number"
        case "too_near_0":
            return f"{shortened(found)} is too near to 0; write 0 or at least {SMALLEST:g}"
        case "a_number":
            return _not_a("a number", found)
    return ""


def _not_a(wanted: str, found: Any) -> str:
    remedy, named = "", shown(found)
    if wanted in _NUMBERS and not isinstance(found, bool):
        text = found if isinstance(found, str) else str(found) if isinstance(found, int | float) else ""
        if text.rstrip().endswith("%") and is_decimal(text.rstrip()[:-1].strip()):
            remedy = f"; write {Decimal(text.rstrip()[:-1].strip()).scaleb(-2).normalize():f}"
        elif "," in text:
            remedy = "; write a decimal point and no commas"
        elif not is_decimal(text) and is_decimal(text.translate(_BETWEEN_DIGITS)):
            remedy, named = "; write its digits with nothing between", named if isinstance(found, str) else text
    elif wanted == "a list" and isinstance(found, str | int | float) and not isinstance(found, bool):
        entries = _BETWEEN_ENTRIES.sub(", ", shortened(found))
        among = "," if entries == shortened(found) else ", with commas between,"
        remedy = f"; write it in brackets{among} [{entries}]"
    elif wanted == "a text" and (found is None or isinstance(found, bool)):
        remedy = "; put it in quotes if it is one" if found is not None else "; write one, null and ~ in quotes"
    return f"{named} is not {wanted}{remedy}"


def _of_a_text(details: ErrorDetails) -> str:
    limits = details.get("ctx", {})
    match details["type"]:
        case "string_pattern_mismatch":
            is_entry = isinstance(details["loc"][-1], int) and _BETWEEN_ENTRIES.search(details["input"])
            commas = "; in a list commas stand between names" if is_entry else ""
            no = "no , ; | > or control characters, no blanks at the ends"
            return f"{shown(details['input'])} is not allowed; {no}{commas}"
        case "string_too_short":
            return "is empty"
        case "string_too_long":
            return f"has {len(str(details['input'])):,} characters; at most {limits['max_length']} are allowed"
        case "value_error":
            return str(details["msg"]).removeprefix("Value error, ")
    return f"{shown(details['input'])} is not allowed here"


def shown(found: Any) -> str:
    """Return a value as a person would write it, shortened."""
    if isinstance(found, dict):
        return "a block of keys"
    if isinstance(found, list | tuple):
        return "a list"
    if found is None:
        return "an empty value"
    return shortened(found) if isinstance(found, bool | int | float) else repr(shortened(found))


def shortened(found: Any) -> str:
    """Return a single value, shortened; a number as its value, however it was written."""
    if isinstance(found, bool):
        return str(found).lower()
    try:
        number = float if isinstance(found, float) else int if isinstance(found, int) else None
        text = number.__repr__(found) if number else str(found)
    except ValueError:  # a whole number of thousands of digits
        return "a number of too many digits"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
