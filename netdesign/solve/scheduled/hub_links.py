"""Chosen hub links where vehicles leave: the links of a set, what they cost, and their rows in its program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies.hub_links import HubLinkRules
from netdesign.instance.services import LegKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.instance import Instance
    from netdesign.instance.parts import HubLink
    from netdesign.network.services import LegPlace
    from netdesign.solve.lp.builder import LpBuilder
    from netdesign.solve.scheduled.freight import Floats, Positions
    from netdesign.solve.scheduled.shared_legs import SharedService


@dataclass(frozen=True)
class SetLinks:
    """The hub links that may be chosen between the sites of a set; none where all hubs are joined.

    Parameters
    ----------
    instance
        The problem.
    links
        In the order of ``instance.permitted_links``.
    """

    instance: Instance
    links: tuple[HubLink, ...]

    @classmethod
    def of(cls, instance: Instance, sites: Positions) -> SetLinks:
        """Return the links between some sites, by position."""
        is_open = {instance.sites[site].id for site in sites}
        return cls(instance, tuple(link for link in instance.permitted_links if is_open.issuperset(link.ends)))

    def due(self, legs: Iterable[LegPlace]) -> float:
        """Return what links cost that are required, or that some legs in use need, EUR/year."""
        if not self.links:
            return 0.0
        needed = {self._at(leg) for leg in legs if leg.legs == "inter_hub"}
        is_due = zip(self.links, self._is_required, strict=True)
        return sum(link.fixed_cost for place, (link, must) in enumerate(is_due) if must or place in needed)

    def add(
        self, builder: LpBuilder, services: Sequence[SharedService], departures: Sequence[Positions], money: float
    ) -> None:
        """Add a column for each link, with its cost, and the rows on links: departures leave on chosen ones only.

        Parameters
        ----------
        builder
            Has the columns of the departures, behind which those of the links come.
        services, departures
            Shared services, and the columns of their choices.
        money
            EUR of one unit of the objective.
        """
        if not self.instance.chooses_links:
            return
        cost = np.array([link.fixed_cost for link in self.links]) / money
        least = np.array(self._is_required, dtype=np.float64)
        chosen = builder.add_columns(least, np.ones(len(cost)), cost, is_integer=True)
        for service, own in zip(services, departures, strict=True):
            if service.ways[0].legs == "inter_hub" and len(own):
                values = np.append(np.ones(len(own)), -1.0)
                builder.add_row(np.append(own, chosen[self._at(service.ways[0])]), values, -np.inf, 0.0)
        rules = self._rules
        if rules.min is not None or rules.max is not None:
            most = np.inf if rules.max is None else float(rules.max)
            builder.add_row(chosen, np.ones(len(chosen)), float(rules.min or 0), most)

    def chosen(self, volumes: Floats, values: Floats | None) -> tuple[tuple[str, str], ...]:
        """Return the links of a plan: required ones, those that carry freight, and those that a program has chosen.

        Parameters
        ----------
        volumes
            From site to site, t/year, shape (sites, sites).
        values
            Of the columns of ``add``; None where no program has any.
        """
        at, found = self.instance.site_position, []
        for place, (link, must) in enumerate(zip(self.links, self._is_required, strict=True)):
            start, end = (at[name] for name in link.ends)
            is_used = volumes[start, end] > 0 or volumes[end, start] > 0
            if must or is_used or (values is not None and values[place] > 0.5):
                found.append(link.ends)
        return tuple(found)

    @property
    def _rules(self) -> HubLinkRules:
        return self.instance.policies.hub_links or HubLinkRules()

    @property
    def _is_required(self) -> list[bool]:
        required = {frozenset(pair) for pair in self._rules.required}
        return [frozenset(link.ends) in required for link in self.links]

    def _at(self, leg: LegPlace) -> int:
        sites = self.instance.sites
        ends = {sites[leg.row].id, sites[leg.column].id}
        return next(place for place, link in enumerate(self.links) if ends == set(link.ends))


def link_charges(instance: Instance) -> Floats:
    """Return what a leg between sites costs for its link, whatever leaves there, EUR/year, shape (sites, sites).

    It is 0 where there is no link.
    """
    found = np.zeros((len(instance.sites), len(instance.sites)))
    for link in instance.permitted_links:
        start, end = (instance.site_position[name] for name in link.ends)
        found[start, end] = found[end, start] = link.fixed_cost
    return found


def refused_beside_links(instance: Instance) -> list[str]:
    """Return what of an instance with chosen hub links and services the search over sets of hubs does not state."""
    rules = instance.policies.hub_links or HubLinkRules()
    services = instance.services
    is_served = services is not None and LegKind.INTER_HUB in services.of_kind
    found = {
        "no sorting centre": not instance.has_centres,
        "no service between all hubs": not is_served,
        "capacities of hub links": any(np.isfinite(link.capacity) for link in instance.permitted_links),
        "links that have to join all hubs": rules.is_connected,
    }
    return [words for words, is_there in found.items() if is_there]
