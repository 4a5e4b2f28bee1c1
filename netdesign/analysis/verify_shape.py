"""What is false in a result of any kind by itself: engines that there are not, what stands twice, unused plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.results.part import Part
from netdesign.solve.registry import AUTO, ONE_YEAR, STAGED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.results.result_file import Document

_IDS = ("open_hubs", "open_lanes")
"""Lists in which nothing stands twice, wherever they are."""


def contradicted_shape(document: Document, *, is_staged: bool) -> Iterator[str]:
    """Yield contradictions that need neither prices nor searches.

    Parameters
    ----------
    document
        The result.
    is_staged
        Whether it is over years, which have engines of their own.
    """
    yield from _of_engine(document, STAGED.names if is_staged else ONE_YEAR.names)
    for place, name, listed in _lists(document):
        if name in _IDS and len(set(listed)) < len(listed):
            yield f"{place}{name}: {next(one for one in listed if listed.count(one) > 1)} stands twice"
    yield from _of_plans(document)


def _of_engine(document: Document, names: tuple[str, ...]) -> Iterator[str]:
    asked, name = document.options.get("engine"), document.engine.get("name")
    if asked not in (AUTO, *names):
        yield f"options.engine: states {asked}; there is no such engine"
    if name is not None and name not in names:
        yield f"engine.name: states {name}; there is no such engine"


def _of_plans(document: Document) -> Iterator[str]:
    """Yield plans that stand twice, or that nothing names."""
    plans = getattr(document, "plans", None)
    named = set(_places_of_plans(document))
    if not plans or not named:
        return
    first: dict[str, int] = {}
    for place, plan in enumerate(plans):
        if place not in named:
            yield f"plans: {place} is named by nothing"
        known = first.setdefault(plan.model_dump_json(), place)
        if known != place:
            yield f"plans: {place} is {known} once more"


def _lists(part: Part, before: str = "") -> Iterator[tuple[str, str, list[Any]]]:
    """Yield each list of a part and of the parts in it: where it stands, its name, and what it has."""
    for name, value in vars(part).items():
        if isinstance(value, Part):
            yield from _lists(value, f"{before}{name}: ")
        elif isinstance(value, list):
            yield before, name, value
            for place, one in enumerate(_parts(value)):
                yield from _lists(one, f"{before}{name} {place}: ")


def _places_of_plans(part: Part) -> Iterator[int]:
    """Yield the places of plans that a part and the parts in it name."""
    for name, value in vars(part).items():
        if name == "plan" and isinstance(value, int):
            yield value
        for one in _parts(value) if isinstance(value, list) else [value]:
            if isinstance(one, Part):
                yield from _places_of_plans(one)


def _parts(listed: list[Any]) -> list[Any]:
    """Return a list of parts; none of another list, which may have thousands of names or figures."""
    return listed if listed and isinstance(listed[0], Part) else []
