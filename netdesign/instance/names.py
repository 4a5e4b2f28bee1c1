"""Checks of names that look alike, and of names twice in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.errors import LOOKALIKE_LETTERS, character, differing_characters, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies import Policies
    from netdesign.instance.schema import InstanceDocument


def check_names(document: InstanceDocument, faults: FaultList) -> None:
    """Note different names that look alike, and doubled names in the policies; warn of similar ones."""
    for group in _groups(document):
        _check_group(group, faults)
    policies = document.policies
    for path, names in _lists(policies):
        for index, name in enumerate(names):
            if name in names[:index]:
                faults.add((*path, index), f"'{name}' stands twice")


def _groups(document: InstanceDocument) -> Iterator[list[tuple[Path_, str]]]:
    """Find the names of each kind, with the place of each."""
    tables = document.tables
    places = [(table, index, row) for table in _PLACES for index, row in enumerate(getattr(tables, table))]
    yield [(("tables", table, index, "id"), row.id) for table, index, row in places]
    for key in ("country", "customs_zone"):
        found = ((("tables", table, index, key), getattr(row, key)) for table, index, row in places)
        yield [(path, name) for path, name in found if name is not None]
    for table in ("countries", "vehicles", "modules", "tree"):
        yield [(("tables", table, index, "id"), row.id) for index, row in enumerate(getattr(tables, table))]
    yield [(("streams", name), name) for name in document.streams]
    yield [(("stages", "scenarios", name), name) for name in (document.stages.scenarios if document.stages else ())]


_PLACES = ("cities", "hubs", "overseas")


def _lists(policies: Policies) -> Iterator[tuple[Path_, tuple[str, ...]]]:
    yield ("policies", "required"), policies.required
    yield ("policies", "forbidden"), policies.forbidden
    for index, group in enumerate(policies.exclusive):
        yield ("policies", "exclusive", index, "sites"), group.sites


def _check_group(group: Iterable[tuple[Path_, str]], faults: FaultList) -> None:
    seen: dict[str, str] = {}
    nearly: dict[str, str] = {}
    for path, name in group:
        other = seen.setdefault(normalised(name), name)
        if other != name:
            faults.add(
                path, f"'{name}' and '{other}' look alike and are not the same: {differing_characters(name, other)}"
            )
            continue
        near = nearly.setdefault(normalised(name).translate(LOOKALIKE_LETTERS).casefold(), name)
        if near != name:
            faults.warn(path, f"'{name}' and '{near}' differ in {_difference(name, near)} only; they are two")


def _difference(name: str, near: str) -> str:
    strange = [letter for letter in (*name, *near) if letter.translate(LOOKALIKE_LETTERS) != letter]
    is_capitals = normalised(name).casefold() == normalised(near).casefold()
    return "capital letters" if is_capitals or not strange else f"the {character(strange[0])}"
