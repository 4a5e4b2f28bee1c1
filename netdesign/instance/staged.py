"""The staged instance: the nodes of the scenario tree, each a year with an instance of its own, and the modules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.first_decision import ANY_FIRST, FirstRule
from netdesign.instance.rows import SiteStatus
from netdesign.instance.stages import Risk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.stages import Stages


@dataclass(frozen=True)
class Module:
    """A size of capacity.

    Parameters
    ----------
    area
        m2.
    capacity
        q_s, t/year.
    peak_per_day
        t/day.
    lead
        Years from paying to using.
    life
        Years of use that the capital pays for.
    term
        Years of use before the hub may close.
    most
        Most of this size at one hub.
    """

    id: str
    name: str
    area: float
    capacity: float
    peak_per_day: float
    lead: int
    life: int
    term: int
    most: int


@dataclass(frozen=True)
class SitePrices:
    """Costs of sites and modules at a node of the tree.

    Parameters
    ----------
    running
        EUR/year of an open hub whatever its modules, shape (sites,).
    capital
        K_s, EUR, shape (sites, modules).
    yearly
        EUR/year of a module in use, shape (sites, modules).
    exit
        EUR of giving a module up, shape (sites, modules).
    """

    running: NDArray[np.float64]
    capital: NDArray[np.float64]
    yearly: NDArray[np.float64]
    exit: NDArray[np.float64]


@dataclass(frozen=True)
class TreeNode:
    """A year on a branch of the scenario tree, with its data.

    Parameters
    ----------
    name
        Branch and year, or the year.
    branch
        Id of the branch; empty where there is no tree.
    parent
        Position of the node a year before, -1 at the root.
    year
        Of the calendar.
    probability
        Of being reached.
    instance
        The one-year problem of that year: its volumes and prices.
    prices
        Of capacity.
    """

    name: str
    branch: str
    parent: int
    year: int
    probability: float
    instance: Instance
    prices: SitePrices


@dataclass(frozen=True)
class StagedInstance:
    """A hub-network problem over years and scenarios (design: investment over years and scenarios).

    Parameters
    ----------
    base
        The one-year instance as the files state it.
    stages
        Horizon, rates and rules.
    modules
        Sizes of capacity.
    installed
        Modules that hubs have when the first year begins, shape (sites, modules).
    nodes
        Of the tree, parents before children; one path without a tree.
    scenario
        What the nodes follow: ``base``, the name of a scenario, or ``tree``.
    not_before
        Year before which nothing may be ordered at a site, by id; at sites left out, at any time. No file states it:
        it is how the cost of a delay is asked for.
    first
        What the first decision has to be, and may not be.
    """

    base: Instance
    stages: Stages
    modules: tuple[Module, ...]
    installed: NDArray[np.int64]
    nodes: tuple[TreeNode, ...]
    scenario: str
    not_before: dict[str, int] = field(default_factory=dict)
    first: FirstRule = ANY_FIRST

    def may_order(self, site: int, node: int) -> bool:
        """Return whether ``not_before`` lets a node order at a site."""
        return self.nodes[node].year >= self.not_before.get(self.base.sites[site].id, self.stages.first_year)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the children of each node."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for position, node in enumerate(self.nodes):
            if node.parent >= 0:
                found[node.parent].append(position)
        return tuple(map(tuple, found))

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """Positions of the nodes of the last year."""
        return tuple(position for position, children in enumerate(self.children) if not children)

    def path_to(self, node: int) -> tuple[int, ...]:
        """Return the nodes from the root to a node, both counted."""
        found = [node]
        while self.nodes[found[-1]].parent >= 0:
            found.append(self.nodes[found[-1]].parent)
        return tuple(reversed(found))

    def along(self, leaf: int) -> StagedInstance:
        """Return the problem of one path from the root to a leaf under perfect information.

        Parameters
        ----------
        leaf
            Position of its last node.
        """
        path = self.path_to(leaf)
        nodes = [replace(self.nodes[node], parent=position - 1, probability=1.0) for position, node in enumerate(path)]
        return replace(self, nodes=tuple(nodes))

    @property
    def is_path(self) -> bool:
        """Whether nothing is uncertain."""
        return len(self.leaves) == 1

    def discount(self, year: int) -> float:
        """Return the discount factor of a year: ``(1 + r)^-(year - first)``."""
        return float((1.0 + self.stages.discount_rate) ** (self.stages.first_year - year))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Probability times discount of each node, shape (nodes,)."""
        return np.array([node.probability * self.discount(node.year) for node in self.nodes])

    def used_share(self, module: Module, year: int) -> float:
        """Return the part of a module's capital that the horizon bears when it is paid in ``year``.

        The capital is spread over the module's life as equal annuities, whose present value at payment is the capital;
        the horizon bears those of the years in use up to its end, the rest is salvage.
        """
        use = [self.discount(year + module.lead + age) for age in range(module.life)]
        borne = max(0, min(module.life, self.stages.last_year - (year + module.lead) + 1))
        return sum(use[:borne]) / sum(use)

    def left_share(self, module: Module, used_years: int) -> float:
        """Return the annuities left after some years of use, discounted to then, as a part of the capital paid.

        Parameters
        ----------
        module
            Gives lead time and life.
        used_years
            Whole years of use that are over.
        """
        rate = self.stages.discount_rate
        ages = range(module.life)
        paid = sum((1.0 + rate) ** -(module.lead + age) for age in ages)
        left = sum((1.0 + rate) ** -(age - used_years) for age in ages if age >= used_years)
        return left / paid

    def horizon_left(self, module: Module, year: int) -> float:
        """Return the annuities of the years after ``year`` up to the horizon, as a part of the capital paid.

        In money of ``year``: the part charged by ``used_share`` that closing at its end saves.
        """
        rate = self.stages.discount_rate
        paid = sum((1.0 + rate) ** -(module.lead + age) for age in range(module.life))
        return sum((1.0 + rate) ** (year - later) for later in range(year + 1, self.stages.last_year + 1)) / paid

    def years_used(self, u: int, v: int, module: Module) -> int:
        """Return the years in use, at the end of the year of ``v``, of a module ordered at ``u``; under 1 for none."""
        return self.nodes[v].year - (self.nodes[u].year + module.lead) + 1

    def given_up_cost(self, u: int, v: int, site: int, column: int) -> float:
        """Return what giving a module up costs, EUR of the first year: exit, less annuities left but for salvage.

        Parameters
        ----------
        u, v
            Positions of the nodes that order it and give it up.
        site, column
            Positions of the site and of the module.
        """
        paid, node, module = self.nodes[u], self.nodes[v], self.modules[column]
        left = self.left_share(module, self.years_used(u, v, module)) * self.discount(node.year + 1)
        salvage = (1.0 - self.used_share(module, paid.year)) * self.discount(paid.year)
        exit_cost = float(node.prices.exit[site, column]) * self.discount(node.year)
        return exit_cost - float(paid.prices.capital[site, column]) * (left - salvage)

    def budget_limits(self) -> Iterator[tuple[int, str, list[int], float]]:
        """Yield the limits of the capital budget: node, name, nodes whose capital counts together, and EUR."""
        budget = self.stages.capital_budget
        if budget is None:
            return
        named = budget.by_year_eur
        for v, node in enumerate(self.nodes):
            path = list(self.path_to(v))
            if budget.total_eur is not None and not self.children[v]:
                yield v, "within_total_budget", path, budget.total_eur
            if node.year in named:
                counted = [u for u in path if self.nodes[u].year in named] if budget.carries_over else [v]
                yield v, "within_budget_of_year", counted, sum(named[self.nodes[u].year] for u in counted)

    @cached_property
    def is_existing(self) -> NDArray[np.bool_]:
        """Whether each site is an existing hub, shape (sites,)."""
        return np.array([site.status is SiteStatus.EXISTING for site in self.base.sites])

    @cached_property
    def contract_limit(self) -> NDArray[np.float64]:
        """Most handling that each site can buy by the tonne when it is open, t/year, shape (sites,)."""
        contract = self.stages.contract
        if contract is None:
            return np.zeros(len(self.base.sites))
        named = set(contract.sites)
        has = [not named or site.id in named for site in self.base.sites]
        return np.where(has, contract.most_t_per_year, 0.0)

    @cached_property
    def capacities(self) -> NDArray[np.float64]:
        """q_s, t/year, shape (modules,)."""
        return np.array([module.capacity for module in self.modules])

    @cached_property
    def peak_capacities(self) -> NDArray[np.float64]:
        """Capacity on a peak day of each module, t/day, shape (modules,)."""
        return np.array([module.peak_per_day for module in self.modules])


def certain(path: StagedInstance, scenario: str) -> StagedInstance:
    """Return a path on which the cost is minimised: where nothing is uncertain there is nothing else to measure.

    Parameters
    ----------
    path
        Without branches.
    scenario
        What it follows.
    """
    return replace(path, stages=path.stages.model_copy(update={"risk": Risk()}), scenario=scenario)
