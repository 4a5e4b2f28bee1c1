"""What is said beside the cells of an instance's sheets, from the schema: units, meanings, words to choose from."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_args, get_origin

from netdesign.instance.blocks import Crew
from netdesign.instance.faults import block_in
from netdesign.instance.published.sheets import CREWS
from netdesign.instance.schema import ROWS, InstanceDocument

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from netdesign.instance.fields import Block


def unit_and_meaning(words: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return unit and meaning of a setting by its path; None where the schema has none."""
    field = _field_at(words)
    return (None, None) if field is None else (_unit(field), _meaning(field))


def remark_on(sheet: str, heading: str) -> str:
    """Return what a heading of a table means, with its unit and whether it must be filled; empty where it is none."""
    field = _columns(sheet).get(heading)
    if field is None:
        return ""
    unit = _unit(field)
    must = " Must be filled." if field.is_required() else ""
    return f"{_meaning(field)}{f' Unit: {unit}.' if unit else ''}{must}"


def choices_of(sheet: str, heading: str) -> tuple[str, ...]:
    """Return the words of a column that takes only some; none for other columns."""
    field = _columns(sheet).get(heading)
    words = _enumeration(None if field is None else field.annotation)
    return () if words is None else tuple(word.value for word in words)


def choices_at(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a setting that takes only some; none for other settings."""
    field = _field_at(words)
    found = _enumeration(None if field is None else field.annotation)
    return () if found is None else tuple(word.value for word in found)


def _columns(sheet: str) -> dict[str, FieldInfo]:
    model: type[Block] | None = Crew if sheet == CREWS else ROWS.get(sheet)
    return {} if model is None else {field.alias or name: field for name, field in model.model_fields.items()}


def _enumeration(annotation: Any) -> type[StrEnum] | None:
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, StrEnum) else None
    return next((found for part in get_args(annotation) if (found := _enumeration(part)) is not None), None)


def _unit(field: FieldInfo) -> str | None:
    extra = field.json_schema_extra
    unit = extra.get("unit") if isinstance(extra, dict) else None
    return None if unit in (None, "1") else str(unit)


def _meaning(field: FieldInfo) -> str:
    words = _enumeration(field.annotation)
    listed = f" One of: {', '.join(word.value for word in words)}." if words is not None else ""
    return f"{field.description or ''}{listed}"


def _field_at(words: tuple[str, ...]) -> FieldInfo | None:
    """Return the field of the schema at a path; a name of the user's own, such as of a stream, is passed over."""
    block: type[Block] | None = InstanceDocument
    field: FieldInfo | None = None
    is_named = False
    for word in words:
        if is_named:
            is_named = False
            continue
        fields = {} if block is None else {one.alias or name: one for name, one in block.model_fields.items()}
        field = fields.get(word)
        if field is None:
            return None
        block, is_named = block_in(field.annotation), get_origin(field.annotation) is dict
    return field
