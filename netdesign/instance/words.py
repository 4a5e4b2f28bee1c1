"""What validation finds, in words for people: those of pydantic never reach one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from pydantic_core.core_schema import ErrorType

from netdesign.instance.fields import SMALLEST, is_decimal

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SHOWN = 40
_PYDANTICS = frozenset(get_args(ErrorType))
"""Kinds of errors that pydantic words itself; all others are ours."""

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
_BETWEEN_DIGITS = dict.fromkeys(map(ord, "_'\u2019 \u00a0\u2009\u202f"))


def sentence(details: ErrorDetails) -> str:
    """Return what is wrong with a value, whatever kind of error the validation of it gave."""
    kind, found, limits = details["type"], details["input"], details.get("ctx", {})
    if kind not in _PYDANTICS:
        return _of_ours(kind, found) or details["msg"]
    if kind in _LIMITS and shortened(found).strip().lower() in ("nan", "+nan", "-nan"):
        return f"{shortened(found)} is not a finite number"
    if kind in _KINDS:
        return _not_a(_KINDS[kind], found)
    if limits and str(found).strip().lower() == "nan":  # which is neither over nor under anything
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


def _of_ours(kind: str, found: Any) -> str:
    """Return the words for the checks of numbers, an empty string for errors that bring their own."""
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
    elif wanted == "a text" and (found is None or isinstance(found, bool)):
        remedy = "; put it in quotes if it is one" if found is not None else "; write one, null and ~ in quotes"
    return f"{named} is not {wanted}{remedy}"


def _of_a_text(details: ErrorDetails) -> str:
    limits = details.get("ctx", {})
    match details["type"]:
        case "string_pattern_mismatch":
            return f"{shown(details['input'])} is not allowed; no , ; | > or control characters, no blanks at the ends"
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
