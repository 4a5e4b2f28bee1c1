"""Policies on hub links: which must or must not be chosen, how many, in which shape, how many a route passes."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from netdesign.errors import did_you_mean
from netdesign.instance.blocks import HubNetwork, Objective
from netdesign.instance.fields import Block, Name, Whole, quantity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList

    Pair = tuple[str, str]

LEAST_OF_A_RING = 3
"""Hubs of the smallest ring: two hubs would need two links between them."""


class LinkShape(StrEnum):
    """What the chosen hub links form with all open hubs and sorting centres."""

    TREE = "tree"
    RING = "ring"
    LINE = "line"


class HubLinkRules(Block):
    """What restricts the choice of hub links. What is left out is not in force."""

    min: Whole | None = quantity("1", "Least number of links.", default=None, ge=0, le=100_000_000)
    max: Whole | None = quantity("1", "Largest number of links.", default=None, ge=0, le=100_000_000)
    required: tuple[tuple[Name, Name], ...] = Field((), description="Links that must be chosen, with their hubs.")
    forbidden: tuple[tuple[Name, Name], ...] = Field((), description="Links that must not be chosen.")
    connected: bool = Field(False, description="Whether every open hub is reached from every other over links.")
    shape: LinkShape | None = Field(
        None, description="tree, ring or line, each of all open hubs and sorting centres; each is connected."
    )
    most_on_a_route: Whole | None = quantity("1", "Most links that a route passes.", default=None, ge=1, le=100)

    @field_validator("required", "forbidden", mode="before")
    @classmethod
    def _are_pairs(cls, value: Any) -> Any:
        if isinstance(value, list) and not all(isinstance(one, list | tuple) and len(one) == 2 for one in value):
            message = "is no list of pairs of sites; write each pair in brackets of its own, as in [[A, B], [B, C]]"
            raise PydanticCustomError("pairs", message)
        return value

    @model_validator(mode="after")
    def _in_order(self) -> HubLinkRules:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise PydanticCustomError("range_order", "min {min} is over max {max}", {"min": self.min, "max": self.max})
        return self

    @property
    def is_connected(self) -> bool:
        """Whether the links have to join all open hubs."""
        return self.connected or self.shape is not None

    @property
    def free(self) -> HubLinkRules:
        """What is left where the choice is free: how many links a route passes."""
        return HubLinkRules(most_on_a_route=self.most_on_a_route)

    @property
    def before_last(self) -> HubLinkRules:
        """What holds, over years, in a year that others follow: not what the links have to come to by the last one."""
        return self.model_copy(update={"min": None, "required": (), "shape": None})

    def numbers(self, hubs: int) -> tuple[int, int]:
        """Return the least and the largest number of links of so many open hubs and sorting centres."""
        least, most = self.min or 0, hubs * (hubs - 1) // 2
        if self.is_connected:
            least = max(least, hubs - 1)
        if self.shape in (LinkShape.TREE, LinkShape.LINE):
            most = min(most, hubs - 1)
        if self.shape is LinkShape.RING:
            least, most = max(least, hubs), min(most, hubs) if hubs >= LEAST_OF_A_RING else -1
        return least, most if self.max is None else min(most, self.max)


def check_hub_link_sites(rules: HubLinkRules | None, known: Collection[str], faults: FaultList) -> None:
    """Note ends of links that are no site, that are the same, and links that are stated twice."""
    for key in ("required", "forbidden"):
        seen: set[frozenset[str]] = set()
        for index, pair in enumerate(getattr(rules, key, ())):
            at = ("policies", "hub_links", key, index)
            for end, name in enumerate(pair):
                if name not in known:
                    faults.add((*at, end), f"'{name}' is not in the hubs table{did_you_mean(name, known)}")
            if pair[0] == pair[1]:
                faults.add(at, f"links '{pair[0]}' to itself")
            if frozenset(pair) in seen:
                faults.add(at, f"the link between {pair[0]} and {pair[1]} stands twice")
            seen.add(frozenset(pair))


def check_hub_links(instance: Instance, faults: FaultList, of_routes: Sequence[str] = ()) -> None:
    """Note the faults of the choice of hub links that the data alone shows.

    Parameters
    ----------
    instance
        The problem.
    faults
        Where they are noted.
    of_routes
        Words for what is in force that is stated of whole routes, not of legs.
    """
    if instance.problem.network is HubNetwork.COMPLETE:
        if instance.policies.hub_links is not None:
            message = "has no effect where all hubs are joined; write problem.network: chosen, or take it out"
            faults.add(("policies", "hub_links"), message)
        return
    _check_problem(instance, faults)
    if of_routes and not instance.passes_one_link:
        *others, last = of_routes
        stated = f"{', '.join(others)} and {last}" if others else last
        message = f"with {stated} a route passes one hub link at most; write 1, or problem.network: complete"
        faults.add(("policies", "hub_links", "most_on_a_route"), message)
    rules = instance.policies.hub_links
    if rules is not None:
        _check_pairs(instance, rules, faults)
        _check_shape(instance, rules, faults)
        _check_numbers(instance, rules, faults)


def _check_problem(instance: Instance, faults: FaultList) -> None:
    problem = instance.problem
    if problem.route_hubs == 1:
        faults.add(("problem", "route_hubs"), "1 passes one hub and no hub link; write 2, or network: complete")
    if problem.objective is not Objective.COST:
        message = f"{problem.objective} is not stated where hub links are chosen; write cost, or network: complete"
        faults.add(("problem", "objective"), message)


def _check_pairs(instance: Instance, rules: HubLinkRules, faults: FaultList) -> None:
    possible = {frozenset(link.ends) for link in instance.hub_links}
    forbidden = {frozenset(pair) for pair in rules.forbidden}
    closed = {site.id for site in instance.sites} - set(instance.allowed)
    for index, pair in enumerate(rules.required):
        at = ("policies", "hub_links", "required", index)
        for name in pair:
            if name in closed:
                message = f"'{name}' may not open by its status or a policy, and a link joins open hubs"
                faults.add(at, message)
        if frozenset(pair) in forbidden:
            faults.add(at, f"the link between {pair[0]} and {pair[1]} is forbidden too")
        if frozenset(pair) not in possible:
            faults.add(at, f"the link between {pair[0]} and {pair[1]} is not in the hub_links table")


def _check_shape(instance: Instance, rules: HubLinkRules, faults: FaultList) -> None:
    """Note required links that no tree, line or ring has."""
    if rules.shape is None:
        return
    if rules.shape is not LinkShape.RING:
        for pair in circles(rules.required):
            index = rules.required.index(pair)
            message = f"closes a circle with the required links before it; a {rules.shape} has none"
            faults.add(("policies", "hub_links", "required", index), message)
    if rules.shape is LinkShape.TREE:
        return
    joined = Counter(name for pair in rules.required for name in pair)
    for name in sorted(joined):
        if joined[name] > 2:
            message = f"join '{name}' to {joined[name]} others; in a {rules.shape} a hub is joined to two at most"
            faults.add(("policies", "hub_links", "required"), message)


def _check_numbers(instance: Instance, rules: HubLinkRules, faults: FaultList) -> None:
    """Note numbers of links that no permitted number of hubs has."""
    certain = len(instance.certain)
    fewest = max(instance.hub_range[0] + instance.centre_range[0], certain, 1)
    most = instance.hub_range[1] + instance.centre_range[1]
    if certain > most:
        message = f"with the ends of these links {certain} hubs have to be open; at most {most} may be"
        faults.add(("policies", "hub_links", "required"), message)
    if fewest > most:
        return  # What permits so few hubs is told where it stands.
    numbers = [rules.numbers(hubs) for hubs in range(fewest, most + 1)]
    if any(least <= largest and len(rules.required) <= largest for least, largest in numbers):
        return
    key, message = _number_fault(rules, fewest, most)
    faults.add(("policies", "hub_links", key), message)


def _number_fault(rules: HubLinkRules, fewest: int, most: int) -> tuple[str, str]:
    """Return the key that states too few or too many links for all numbers of hubs, and words for it."""
    shape = "" if rules.shape is None else f" in a {rules.shape}"
    free = rules.model_copy(update={"min": None, "max": None})
    sizes = [hubs for hubs in range(fewest, most + 1) if free.numbers(hubs)[0] <= free.numbers(hubs)[1]]
    if not sizes:
        return "shape", f"a ring has {LEAST_OF_A_RING} hubs at least; at most {most} may be open"
    if rules.max is not None and len(rules.required) > rules.max:
        return "max", f"{rules.max} is under the {len(rules.required)} links that are required"
    needed, largest = free.numbers(sizes[0])[0], free.numbers(sizes[-1])[1]
    if rules.max is not None and rules.max < needed:
        return "max", f"{rules.max} is under the {needed} links that join {sizes[0]} hubs{shape}"
    if rules.min is not None and rules.min > largest:
        return "min", f"{rules.min} is over the {largest} links that {sizes[-1]} hub{'s' * (sizes[-1] != 1)} may have"
    return "required", f"{len(rules.required)} links are required; {sizes[-1]} hubs have {largest} at most"


def circles(pairs: Collection[Pair]) -> Iterator[Pair]:
    """Yield the links that close a circle with those before them."""
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    for start, end in pairs:
        first, second = root(start), root(end)
        if first == second:
            yield start, end
        group[first] = second
