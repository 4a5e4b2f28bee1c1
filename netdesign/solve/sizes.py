"""What is said of a question that is too large: what it has, and which size would be taken by which engine."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from netdesign.errors import SizeError
from netdesign.instance.parts import NodeKind
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.registry import ONE_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance import Instance

_WORTH_CLOSING = 0.5
"""Smallest part of the sites that is advised where fewer hubs would be taken: with fewer it is another question."""


def with_advice(error: SizeError, instance: Instance, engine: str) -> SizeError:
    """Return an error that also says what the question has, and which sizes would be taken.

    Parameters
    ----------
    error
        Of an engine.
    instance, engine
        The question, and the name of the engine.
    """
    message = f"{error.message.removeprefix(SizeError.mark)}; the question has {_size(instance)}"
    taken = "; or ".join(_taken(error, instance, engine))
    return SizeError(f"{message}. Taken would be: {taken}" if taken else message)


def _size(instance: Instance) -> str:
    cities = sum(node.kind is NodeKind.CITY for node in instance.nodes)
    sites, sets = len(instance.candidates), number_of_sets(instance, EVERYTHING)
    return (
        f"{cities:,} cities, {sites:,} site{'s' * (sites != 1)} that may open, "
        f"{len(instance.commodities):,} commodities and {sets:,} set{'s' * (sets != 1)} of hubs in all"
    )


def _taken(error: SizeError, instance: Instance, engine: str) -> Iterator[str]:
    """Yield what would be taken in words of the command line, the smallest change first."""
    able = [name for name in ONE_YEAR.names if ONE_YEAR.refusal(name, instance) is None]
    for name in able:
        if name != engine and ONE_YEAR[name].takes(instance, EVERYTHING):
            yield f"all of it by --engine {name}"
            return
    most, name = max(((_most_hubs(instance, name) or 0, name) for name in able), key=itemgetter(0), default=(0, ""))
    if most:
        yield f"{_option(instance, most)} by --engine {name}"
    part = error.part_of_sites
    if part is not None and (part >= _WORTH_CLOSING or not most):
        sites = max(1, int(part * len(instance.allowed)))
        yield f"about {sites:,} of the sites (--close) by --engine {engine}"


def _most_hubs(instance: Instance, name: str) -> int | None:
    """Return the largest number of hubs up to which an engine takes the question; None where it is no smaller one."""
    least, most = instance.hub_range
    free = instance.replace(policies=instance.policies.model_copy(update={"hub_count": None, "new_hubs": None}))
    for number in range(most - 1, instance.number_of_hubs(instance.required), -1):
        if ONE_YEAR[name].takes(free, SearchScope(range(min(least, number), number + 1))):
            return number
    return None


def _option(instance: Instance, most: int) -> str:
    today = instance.number_of_hubs(instance.existing)
    return f"--max-new {most - today}" if most > today else f"--hubs {most}"
