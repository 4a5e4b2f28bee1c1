"""The instance as frozen data, with positions in place of names where speed matters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.instance.blocks import HubNetwork
from netdesign.instance.parts import NodeKind
from netdesign.instance.rows import SiteKind, SiteStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from netdesign.errors import Fault
    from netdesign.instance.blocks import Air, Border, Factors, Problem, Reporting, Road
    from netdesign.instance.distributions import Distributions
    from netdesign.instance.failures import Failures
    from netdesign.instance.parts import Commodities, GivenLegs, HubLink, Link, Node, Site, Stream
    from netdesign.instance.policies import Policies
    from netdesign.instance.ranges import FigureRange
    from netdesign.instance.services import Services


@dataclass(frozen=True)
class Instance:
    """A hub-network problem with its data; ``replace`` returns a changed copy.

    Parameters
    ----------
    name, title
        For people.
    nodes
        Cities, then sites that are no city, then overseas airports.
    services
        Vehicles and services, or None where all freight is carried by the tonne.
    hub_links
        The hub links that may be chosen, in the order of their ends; empty where all hubs are joined.
    minimum_cargo
        The size threshold, t/year, or None.
    warnings
        Unlikely values and their places.
    demand_file
        Where the commodities were read, for messages.
    has_stages
        Whether the files state several years, of which this is one.
    ranges
        How far figures may be off.
    distributions
        What figures are drawn from; None where no table states it.
    failures
        What is assumed of failures, or None where nothing is stated.
    digest
        SHA-256 of the files as read.
    files
        The files that were read.
    """

    name: str
    title: str
    problem: Problem
    factors: Factors
    road: Road | None
    air: Air | None
    border: Border
    reporting: Reporting
    policies: Policies
    streams: tuple[Stream, ...]
    nodes: tuple[Node, ...]
    sites: tuple[Site, ...]
    links: tuple[Link, ...]
    legs: GivenLegs | None
    commodities: Commodities
    services: Services | None = None
    hub_links: tuple[HubLink, ...] = ()
    minimum_cargo: float | None = None
    warnings: tuple[Fault, ...] = ()
    demand_file: str = "demand"
    has_stages: bool = False
    ranges: tuple[FigureRange, ...] = ()
    distributions: Distributions | None = None
    failures: Failures | None = None
    digest: str = ""
    files: tuple[Path, ...] = ()

    def replace(self, **changes: Any) -> Instance:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    @cached_property
    def node_position(self) -> dict[str, int]:
        """Position of each node by id."""
        return {node.id: position for position, node in enumerate(self.nodes)}

    @cached_property
    def site_position(self) -> dict[str, int]:
        """Position of each site by id."""
        return {site.id: position for position, site in enumerate(self.sites)}

    @cached_property
    def existing(self) -> frozenset[str]:
        """Ids of the existing hubs."""
        return frozenset(site.id for site in self.sites if site.status is SiteStatus.EXISTING)

    @cached_property
    def required(self) -> frozenset[str]:
        """Ids of the sites that are open in every permitted network."""
        return self.existing | frozenset(self.policies.required)

    @cached_property
    def certain(self) -> frozenset[str]:
        """Ids of the sites that are open in every permitted network, the ends of required hub links among them."""
        rules = self.policies.hub_links
        return self.required.union(*(rules.required if rules is not None else ()))

    @cached_property
    def allowed(self) -> tuple[str, ...]:
        """Ids of the sites that may be open: not closed, not forbidden, not under the threshold unless by name."""
        named = frozenset(self.policies.required)
        forbidden = frozenset(self.policies.forbidden)

        def may_open(site: Site) -> bool:
            shut = site.below_threshold or site.status is SiteStatus.CLOSED
            return site.id not in forbidden and (not shut or site.id in named)

        return tuple(site.id for site in self.sites if may_open(site))

    @property
    def candidates(self) -> tuple[str, ...]:
        """Ids of the sites that may open: those of ``allowed`` that are not there yet."""
        return tuple(name for name in self.allowed if name not in self.existing)

    @cached_property
    def is_centre(self) -> NDArray[np.bool_]:
        """For each site, whether it is a sorting centre."""
        return np.array([site.kind is SiteKind.SORTING_CENTRE for site in self.sites], dtype=bool)

    @cached_property
    def centres(self) -> frozenset[str]:
        """Ids of the sorting centres, open or not."""
        return frozenset(site.id for site in self.sites if site.kind is SiteKind.SORTING_CENTRE)

    @property
    def has_centres(self) -> bool:
        """Whether a site that may open is a sorting centre."""
        return not self.centres.isdisjoint(self.allowed)

    def number_of_hubs(self, names: Iterable[str]) -> int:
        """Return how many of some sites are hubs; the others are sorting centres."""
        return len(set(names) - self.centres)

    @cached_property
    def chooses_links(self) -> bool:
        """Whether hubs exchange freight over chosen hub links only."""
        return self.problem.network is HubNetwork.CHOSEN

    def may_exchange(self, start: str, end: str) -> bool:
        """Return whether freight may go from one site to another without passing a third one."""
        return not self.chooses_links or any({start, end} == set(link.ends) for link in self.permitted_links)

    @property
    def passes_one_link(self) -> bool:
        """Whether hub links are chosen and a route passes one of them at most."""
        rules = self.policies.hub_links
        return self.chooses_links and rules is not None and rules.most_on_a_route == 1

    @cached_property
    def permitted_links(self) -> tuple[HubLink, ...]:
        """The hub links that may be chosen: both ends may open, and no policy forbids them."""
        rules, allowed = self.policies.hub_links, frozenset(self.allowed)
        forbidden = frozenset(frozenset(pair) for pair in rules.forbidden) if rules is not None else frozenset()
        return tuple(
            link for link in self.hub_links if allowed.issuperset(link.ends) and frozenset(link.ends) not in forbidden
        )

    @cached_property
    def hub_range(self) -> tuple[int, int]:
        """Least and largest number of open hubs, existing ones counted; sorting centres are none."""
        policies, existing = self.policies, self.number_of_hubs(self.existing)
        most = self.number_of_hubs(self.allowed)
        bounds = policies.hub_count or policies.new_hubs
        offset = existing if policies.new_hubs is not None else 0
        least = offset + (bounds.min or 0) if bounds is not None else 0
        largest = offset + bounds.max if bounds is not None and bounds.max is not None else most
        return max(least, self.number_of_hubs(self.required), 1), min(largest, most)

    @cached_property
    def centre_range(self) -> tuple[int, int]:
        """Least and largest number of open sorting centres, existing ones counted."""
        certain, possible = (len(self.centres & set(names)) for names in (self.required, self.allowed))
        bounds = self.policies.sorting_centres
        if bounds is None:
            return certain, possible
        return max(bounds.min or 0, certain), possible if bounds.max is None else min(bounds.max, possible)

    @cached_property
    def is_overseas(self) -> NDArray[np.bool_]:
        """For each node, whether it is an overseas airport."""
        return np.array([node.kind is NodeKind.OVERSEAS for node in self.nodes])

    @cached_property
    def deadline_h(self) -> NDArray[np.float64]:
        """Deadline of each commodity, h; infinite where there is none."""
        by_stream = np.array([np.inf if s.deadline_h is None else s.deadline_h for s in self.streams])
        return np.asarray(by_stream[self.commodities.stream])

    @cached_property
    def late_penalty(self) -> NDArray[np.float64]:
        """Late penalty of each commodity, EUR/t."""
        by_stream = np.array([stream.late_penalty for stream in self.streams])
        return np.asarray(by_stream[self.commodities.stream])

    @cached_property
    def european_country(self) -> NDArray[np.str_]:
        """Country of each commodity's European end, the destination where both ends are European; '' if unknown."""
        countries = np.array([node.country or "" for node in self.nodes])
        origin, destination = self.commodities.origin, self.commodities.destination
        return np.asarray(countries[np.where(self.is_overseas[destination], origin, destination)])
