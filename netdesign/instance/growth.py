"""The document of an instance with numbers multiplied by the factors of their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from netdesign.errors import did_you_mean
from netdesign.instance.fields import sentence
from netdesign.instance.override import NAMING_KEYS
from netdesign.instance.schema import ROWS, SHORT_TABLES, InstanceDocument
from netdesign.instance.stages import VOLUME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

ALL = "*"
"""Wildcard of a path for every row of a table, or every entry of a list or block."""

_TABLES = "tables"

_NO_NUMBERS = ("format", "name", "title", "description", "units", "problem", "failures", "stages")
_NO_ROWS = ("tree", "paths", "ranges", "distributions", "correlations")
"""Parts of an instance without numbers that paths may change."""

_OF_ALL_YEARS = (
    ("minimum_cargo_t_per_year",),
    *(
        (block, name)
        for block in ("hub_cost", "sorting_centre_cost")
        for name in ("area_m2", "sorting_capital_eur", "discount_rate", "life_years")
    ),
    ("policies", "hub_count"),
    ("policies", "new_hubs"),
    ("policies", "sorting_centres"),
    ("reporting",),
    ("road", "crews", ALL, "drivers"),
    ("services", ALL, "operating_days"),
    (_TABLES, "services", ALL, "operating_days"),
    (_TABLES, "vehicles", ALL, "drivers"),
    *((_TABLES, table, ALL, name) for table in ("cities", "hubs", "overseas") for name in ("lat", "lon")),
    (_TABLES, "hubs", ALL, "cargo_t_per_year"),
    (_TABLES, "hubs", ALL, "capacity_t_per_year"),
    (_TABLES, "hub_links", ALL, "lead_years"),
    (_TABLES, "modules", ALL, "area_m2"),
    (_TABLES, "modules", ALL, "capacity_t_per_year"),
    (_TABLES, "modules", ALL, "peak_t_per_day"),
    (_TABLES, "modules", ALL, "lead_years"),
    (_TABLES, "modules", ALL, "life_years"),
    (_TABLES, "modules", ALL, "minimum_term_years"),
    (_TABLES, "modules", ALL, "most"),
)
"""Numbers that hold over all years or that no year reads; a path of one would have no effect."""


class GrowthPathError(Exception):
    """A path names a number that it cannot change.

    Parameters
    ----------
    message
        Why.
    of
        Path to the number, or empty where it is no single one.
    """

    def __init__(self, message: str, of: str = "") -> None:
        super().__init__(message)
        self.of = of


def one_name(of: str) -> str:
    """Return a path in the form in which it is compared, without ``tables`` before the name of a table."""
    first, _, rest = of.partition(".")
    return rest if first == _TABLES and rest.split(".")[0] in SHORT_TABLES else of


def is_volume(of: str) -> bool:
    """Return whether a path changes volumes, not a single number of the file."""
    return of.split(".")[0] == VOLUME


def check_growth_path(document: InstanceDocument, of: str) -> None:
    """Check that a path leads to numbers of the document that each year reads.

    Raises
    ------
    GrowthPathError
        It does not.
    """
    places = list(_places(document.model_dump(by_alias=True), of))
    if any(_is_of_all_years(trail) for trail, _, _ in places):
        message = f"'{of}' does not move over the years: it holds for all of them"
        raise GrowthPathError(message)
    if not any(holder[key] is not None for _, holder, key in places):
        message = f"'{of}' has no value that could move"
        raise GrowthPathError(message)


def is_nothing(document: InstanceDocument, of: str) -> bool:
    """Return whether all numbers of a path are 0, so that factors have no effect; False for a wrong path."""
    try:
        return not any(holder[key] for _, holder, key in _places(document.model_dump(by_alias=True), of))
    except GrowthPathError:
        return False  # reported wherever years are read


def _is_of_all_years(trail: tuple[str, ...]) -> bool:
    return any(
        len(fixed) <= len(trail) and all(wanted in (ALL, word) for wanted, word in zip(fixed, trail, strict=False))
        for fixed in _OF_ALL_YEARS
    )


def grown_document(document: InstanceDocument, factors: Mapping[str, float]) -> InstanceDocument:
    """Return the document with numbers multiplied; a number that is left out stays so.

    Parameters
    ----------
    document
        Valid.
    factors
        Multiple of each number, by its path.

    Raises
    ------
    GrowthPathError
        The product is no value that the number may have.
    """
    if all(factor == 1.0 for factor in factors.values()):
        return document
    data = document.model_dump(by_alias=True)
    moved: dict[tuple[str, ...], str] = {}
    for of, factor in factors.items():
        for trail, holder, key in _places(data, of):
            if holder[key] is not None:
                holder[key] = holder[key] * factor
                moved[trail] = of if factor != 1.0 else moved.get(trail, of)
    try:
        return InstanceDocument.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise GrowthPathError(*_reason(first, moved)) from None


def _reason(details: ErrorDetails, moved: Mapping[tuple[str, ...], str]) -> tuple[str, str]:
    """Return the fault of a product, and its path."""
    where, found = tuple(map(str, details["loc"])), details["input"]
    if isinstance(found, float):
        details = {**details, "input": float(f"{found:.12g}")}
    of = next((of for trail, of in moved.items() if trail[: len(where)] == where), "")
    return f"{'.'.join(where)}: {sentence(details)}", of


def _places(data: dict[str, Any], of: str) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield trail, holder and key of each number that a path names."""
    words = of.split(".")
    if words[0] in SHORT_TABLES:
        words = [_TABLES, *words]
    if words[0] in _NO_NUMBERS or (words[0] == _TABLES and len(words) > 1 and words[1] in _NO_ROWS):
        message = f"'{words[1] if words[0] == _TABLES else words[0]}' has no numbers that move over the years"
        raise GrowthPathError(message)
    holders: list[tuple[tuple[str, ...], Any]] = [((), data)]
    for word in words[:-1]:
        holders = [((*trail, str(key)), holder[key]) for trail, holder in holders for key in _keys(holder, word, of)]
    for trail, holder in holders:
        for key in _keys(holder, words[-1], of):
            if isinstance(holder[key], bool) or not isinstance(holder[key], int | float | None):
                message = f"'{of}' is no number{_remedy(of, data)}"
                raise GrowthPathError(message)
            yield (*trail, str(key)), holder, key


def _remedy(of: str, data: dict[str, Any]) -> str:
    """Return advice for a path to a table, to a block, or to freight, for which there is a keyword."""
    words = of.removeprefix("tables.").split(".")
    if words[0] in ("demand", "demand_matrix"):
        return f"; freight moves as {VOLUME}, or {VOLUME}.STREAM for one stream"
    if of in data and isinstance(data[of], dict):
        numbers = [name for name, value in data[of].items() if _is_number(value)]
        return f"; write one of its numbers, such as {of}.{numbers[0]}" if numbers else ""
    if of in ROWS:
        numbers = [name for row in data["tables"][of] for name, value in row.items() if _is_number(value)]
        return f"; write a column of its rows, such as {of}.{ALL}.{numbers[0]}" if numbers else ""
    return f"; write {VOLUME} or the path of a number, such as road.cost_eur_per_km"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _keys(holder: Any, word: str, of: str) -> list[Any]:
    """Return the keys or positions that a word of a path names in a block or list."""
    names: dict[str, Any]
    if isinstance(holder, dict):
        names = {str(key): key for key in holder}
    elif isinstance(holder, list | tuple):
        names = {}
        for position, entry in enumerate(holder):
            if isinstance(entry, dict):
                name = next((entry[key] for key in NAMING_KEYS if entry.get(key) is not None), position)
                names.setdefault(str(name), position)
    else:
        names = {}
    if word == ALL:
        return list(names.values())
    if word not in names:
        message = f"'{of}' leads nowhere: there is no '{word}'{did_you_mean(word, names)}"
        raise GrowthPathError(message)
    return [names[word]]
