"""Brute force over years and scenarios: every order and every closing on every node of a small tree.

Shares no code with the program: own prices of routes, own accounting, own operating problems, which SciPy solves. It
takes the frozen instance, because the reader is tested elsewhere; legs have to be given directly, lanes as links.

Where the program pays capital and takes salvage off, this pays annuities: a module costs one in every year in which it
is in use, up to the horizon or to the year in which its hub closes. That is the same money, counted another way.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.support.brute_force import CARBON, FREIGHT_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance

MINUTE_PART = 1e-9
"""Tolerance on times, h, and on sums of money and area against their limits, relative."""

TIE = 1e-6
"""Relative difference from which two optima differ."""

PARTS = (
    "capacity",
    "lead time",
    "largest area",
    "contract",
    "peak priced",
    "peak forbidden",
    "budget in all",
    "budget by year",
    "budget carried over",
    "closing",
    "minimum term",
    "hub_count",
    "required",
    "forbidden",
    "exclusive",
    "fixed_cost_cap",
    *FREIGHT_PARTS,
    "single allocation",
    "cvar",
    "regret",
)
"""What may decide the answer; without it the optimum, or the best plan of a measure, is another."""

_OF_OPERATIONS = {
    "capacity",
    "contract",
    "peak priced",
    "peak forbidden",
    *FREIGHT_PARTS,
    "single allocation",
    *CARBON,
}


@dataclass(frozen=True)
class Purchase:
    """Modules bought together: positions of site and module, how many, the year, and capital and annuity of one."""

    site: int
    module: int
    count: int
    year: int
    capital: float
    annuity: float


@dataclass(frozen=True)
class LinkOrder:
    """A hub link that is ordered: ids of its ends, the year, and its capital."""

    ends: tuple[str, str]
    year: int
    capital: float


@dataclass(frozen=True)
class Decision:
    """What is ordered and closed at a node."""

    node: int
    orders: tuple[Purchase, ...]
    closings: tuple[int, ...]
    links: tuple[LinkOrder, ...] = ()


@dataclass(frozen=True)
class StagedOptimum:
    """The best plan: its value under the measure, infinite if there is none, and how it comes about."""

    value: float
    path_costs: tuple[float, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def is_feasible(self) -> bool:
        return math.isfinite(self.value)


Found = tuple[tuple[float, ...], tuple[Decision, ...]]
"""Costs of the paths below a node, and the decisions that lead to them."""


@dataclass(frozen=True)
class Standing:
    """What a path has come to: purchases, the year in which each closed site closed, and ordered hub links."""

    bought: tuple[Purchase, ...] = ()
    closed: dict[int, int] = field(default_factory=dict)
    links: tuple[LinkOrder, ...] = ()


class StagedBrute:
    """One staged instance, enumerated as often as a part of it is to be left out.

    Parameters
    ----------
    staged
        Legs given directly, no customs zones.
    known
        What each path costs at least when it is known, for regret.
    """

    def __init__(self, staged: StagedInstance, known: np.ndarray | None = None) -> None:
        self.staged, self.stages = staged, staged.stages
        self.known = known
        self.base = staged.base
        self._operated: dict[tuple[object, ...], float] = {}
        self._years = [Year(staged, v) for v in range(len(staged.nodes))]

    def solve(self, without: str = "") -> StagedOptimum:
        """Return the optimum, without one of PARTS if it is named."""
        best = StagedOptimum(math.inf)
        for costs, decisions in self.plans(without):
            value = self.value(costs, without)
            if value < best.value:
                best = StagedOptimum(value, costs, decisions)
        return best

    def plans(self, without: str = "") -> list[Found]:
        """Return the plans that are not worse than another one on every path."""
        order = [self._leaves_below(0).index(leaf) for leaf in self.staged.leaves]
        found = self._expand(0, Standing(), without)
        return [(tuple(costs[position] for position in order), decisions) for costs, decisions in found]

    def value(self, costs: tuple[float, ...], without: str = "") -> float:
        """Return what the measure makes of the costs of the paths."""
        probability = [self.staged.nodes[leaf].probability for leaf in self.staged.leaves]
        risk = self.stages.risk
        if risk.measure == without or risk.measure == "expected":
            return math.fsum(p * cost for p, cost in zip(probability, costs, strict=True))
        if risk.measure == "cvar":
            # The level that makes it least is the cost of some path.
            return min(
                level
                + math.fsum(p * max(cost - level, 0.0) for p, cost in zip(probability, costs, strict=True))
                / (1.0 - risk.level)
                for level in costs
            )
        assert self.known is not None
        return max(cost - least for cost, least in zip(costs, self.known, strict=True))

    def year(self, v: int) -> Year:
        """Return the operating problem of a node."""
        return self._years[v]

    def parts_in_force(self) -> tuple[str, ...]:
        """Return those of PARTS that the instance states."""
        stages, policies, streams = self.stages, self.base.policies, self.base.streams
        budget, service = stages.capital_budget, policies.service
        minima = policies.minimum_throughput.hubs if policies.minimum_throughput else ()
        is_priced = [
            hub.shortfall_eur_per_t is not None or stages.minimum_throughput == "take_or_pay" for hub in minima
        ]
        stated = {
            "capacity": True,
            "lead time": any(module.lead for module in self.staged.modules),
            "largest area": stages.largest_area_m2 is not None,
            "contract": stages.contract is not None,
            "peak priced": any(peak.overflow_eur_per_t is not None for peak in stages.peaks),
            "peak forbidden": any(peak.overflow_eur_per_t is None for peak in stages.peaks),
            "budget in all": budget is not None and budget.total_eur is not None,
            "budget by year": budget is not None and bool(budget.by_year_eur),
            "budget carried over": budget is not None and bool(budget.by_year_eur) and budget.carries_over,
            "closing": stages.closing,
            "minimum term": stages.closing and any(module.term > 1 for module in self.staged.modules),
            "hub_count": bool(policies.hub_count or policies.new_hubs),
            "minimum_throughput hard": not all(is_priced),
            "minimum_throughput priced": any(is_priced),
            "deadline hard": any(stream.deadline == "hard" for stream in streams),
            "deadline priced": any(stream.late_penalty for stream in streams),
            "service in all": service is not None and service.share is not None,
            "service by country": service is not None and bool(service.by_country),
            "fixed_cost_cap": policies.fixed_cost_cap_eur_per_year is not None,
            "single allocation": self.base.problem.allocation == "single",
            "carbon price": policies.carbon is not None and policies.carbon.price_eur_per_t is not None,
            "carbon cap": policies.carbon is not None and policies.carbon.cap_t_per_year is not None,
            "cvar": stages.risk.measure == "cvar",
            "regret": stages.risk.measure == "regret",
        }
        return tuple(part for part in (*PARTS, *CARBON) if stated.get(part, bool(getattr(policies, part, ()))))

    def binding(self, optimum: StagedOptimum) -> tuple[str, ...]:
        """Return the parts in force that decide the optimum, or whether there is one."""
        return tuple(part for part in self.parts_in_force() if self.decides(part, optimum))

    def decides(self, part: str, optimum: StagedOptimum) -> bool:
        """Tell whether the optimum, or whether there is one, would be another without a part."""
        other = self.solve(part)
        if part in ("cvar", "regret") and other.is_feasible:
            # The best plan of the mean, held against the best plan of the measure.
            other = replace(other, value=self.value(other.path_costs))
        if optimum.is_feasible != other.is_feasible:
            return True
        scale = abs(other.value) + max((abs(cost) for cost in optimum.path_costs), default=0.0)
        return optimum.is_feasible and abs(optimum.value - other.value) > TIE * scale

    # The tree

    def _leaves_below(self, v: int) -> list[int]:
        """Return the leaves below a node in the order in which the search comes to them."""
        children = self.staged.children[v]
        return [leaf for child in children for leaf in self._leaves_below(child)] if children else [v]

    def _expand(self, v: int, before: Standing, without: str, ceiling: float = math.inf) -> list[Found]:
        """Return the plans from a node on that no other beats on every path, given what its ancestors did.

        Where one path is left, plans that cost the ceiling or more are left out, and no program is solved for them.
        """
        found: list[Found] = []
        is_one_path = len(self._leaves_below(v)) == 1
        year = self.staged.nodes[v].year
        later = self._later(v, without) if is_one_path else 0.0
        for orders, now in self._steps(v, before, without):
            in_use = self._in_use(now, year, without)
            if not self._may_stand(v, now, in_use, without):
                continue
            cost = self._cost_of_year(v, now, in_use, without, ceiling - later)
            if not math.isfinite(cost):
                continue
            for closings in self._closings(v, now, in_use, without):
                for costs, decisions in self._below(v, now, closings, in_use, without, ceiling - cost):
                    total = tuple(cost + path for path in costs)
                    links = tuple(one for one in now.links if one.year == year)
                    found.append((total, (Decision(v, orders, closings, links), *decisions)))
                    ceiling = min(ceiling, total[0]) if is_one_path else ceiling
        return _undominated(found)

    def _below(
        self, v: int, now: Standing, closings: tuple[int, ...], in_use: np.ndarray, without: str, ceiling: float
    ) -> list[Found]:
        """Return the plans of the years below a node, with what it takes to close hubs in the year of the node."""
        year = self.staged.nodes[v].year
        if not self.staged.children[v]:
            return [((0.0,), ())] if self._may_end(now, in_use, without) else []
        leaving = self._discount(year) * math.fsum(
            p.count * float(self.staged.nodes[v].prices.exit[p.site, p.module])
            for p in now.bought
            if p.site in closings
        )
        after = replace(now, closed={**now.closed, **dict.fromkeys(closings, year)})
        below = [self._expand(child, after, without, ceiling - leaving) for child in self.staged.children[v]]
        return [
            (
                tuple(leaving + path for costs, _ in combined for path in costs),
                tuple(one for _, decisions in combined for one in decisions),
            )
            for combined in itertools.product(*below)
        ]

    def _later(self, v: int, without: str) -> float:
        """Return what the years below a node on a path cost at least: the cheapest routes over all sites."""
        part = without if without in _OF_OPERATIONS else ""
        every = tuple(True for _ in self.base.sites)
        total = 0.0
        while self.staged.children[v]:
            (v,) = self.staged.children[v]
            total += self._discount(self.staged.nodes[v].year) * self._years[v].least(every, part)
        return total

    def _steps(self, v: int, before: Standing, without: str) -> Iterator[tuple[tuple[Purchase, ...], Standing]]:
        """Yield every set of orders of a node, with what its path has come to then."""
        for orders in self._orders(v, before, without):
            yield orders, replace(before, bought=(*before.bought, *orders))

    def _orders(self, v: int, before: Standing, without: str) -> Iterator[tuple[Purchase, ...]]:
        """Yield every set of orders that could still be in use before the horizon and keeps to the limits."""
        staged, node = self.staged, self.staged.nodes[v]
        shut = () if without == "forbidden" else self.base.policies.forbidden
        choices = []
        for k, site in enumerate(self.base.sites):
            may_open = site.status != "closed" and site.id not in shut and k not in before.closed
            for s, module in enumerate(staged.modules):
                there = int(staged.installed[k, s]) + sum(
                    p.count for p in before.bought if (p.site, p.module) == (k, s)
                )
                is_useful = node.year + self._lead(s, without) <= self.stages.last_year
                is_useful &= node.year >= staged.not_before.get(site.id, 0)
                room = max(0, module.most - there) if may_open and is_useful else 0
                choices.append([(k, s, count) for count in range(room + 1)])
        for chosen in itertools.product(*choices):
            yield tuple(self._purchase(v, *one, without) for one in chosen if one[2])

    def _purchase(self, v: int, k: int, s: int, count: int, without: str) -> Purchase:
        node, module, rate = self.staged.nodes[v], self.staged.modules[s], self.stages.discount_rate
        capital = float(node.prices.capital[k, s])
        worth = math.fsum((1.0 + rate) ** -(self._lead(s, without) + age) for age in range(module.life))
        return Purchase(k, s, count, node.year, capital, capital / worth)

    def _lead(self, s: int, without: str) -> int:
        return 0 if without == "lead time" else self.staged.modules[s].lead

    def _in_use(self, now: Standing, year: int, without: str) -> np.ndarray:
        in_use = self.staged.installed.copy()
        for p in now.bought:
            if p.site not in now.closed and p.year + self._lead(p.module, without) <= year:
                in_use[p.site, p.module] += p.count
        return in_use

    def _opened(self, now: Standing, in_use: np.ndarray) -> set[str]:
        """Return the hubs that were open at some time up to a year."""
        is_open = in_use.any(axis=1)
        return {
            site.id
            for k, site in enumerate(self.base.sites)
            if site.status == "existing" or is_open[k] or k in now.closed
        }

    def _may_stand(self, v: int, now: Standing, in_use: np.ndarray, without: str) -> bool:
        """Tell whether floor, capital and yearly cost of a node keep to their limits."""
        limit = self.stages.largest_area_m2
        if limit is not None and without != "largest area":
            for k in range(len(self.base.sites)):
                floor = [
                    int(n) * module.area
                    for n, module in zip(self.staged.installed[k], self.staged.modules, strict=True)
                ]
                floor += [p.count * self.staged.modules[p.module].area for p in now.bought if p.site == k]
                if math.fsum(floor) > limit * (1 + MINUTE_PART):
                    return False
        cap = self.staged.nodes[v].instance.policies.fixed_cost_cap_eur_per_year
        if cap is not None and without != "fixed_cost_cap":
            new = [k for k, site in enumerate(self.base.sites) if site.status != "existing"]
            if math.fsum(self._yearly(v, k, in_use) for k in new) > cap * (1 + MINUTE_PART):
                return False
        return self._may_pay(now, self.staged.nodes[v].year, without)

    def _may_pay(self, now: Standing, year: int, without: str) -> bool:
        budget = self.stages.capital_budget
        if budget is None:
            return True
        spent = dict.fromkeys(range(self.stages.first_year, year + 1), 0.0)
        for p in now.bought:
            spent[p.year] += p.count * p.capital
        for one in now.links:
            spent[one.year] += one.capital
        total = budget.total_eur
        if without != "budget in all" and total is not None and sum(spent.values()) > total * (1 + MINUTE_PART):
            return False
        purse = 0.0
        for y, amount in budget.by_year_eur.items() if without != "budget by year" else ():
            if y > year:
                continue
            kept = purse if budget.carries_over and without != "budget carried over" else 0.0
            purse = kept + amount - spent[y]
            if purse < -MINUTE_PART * max(amount + kept, 1.0):
                return False
        return True

    def _may_end(self, now: Standing, in_use: np.ndarray, without: str) -> bool:
        """Tell whether the hubs that were opened on a path are permitted together."""
        policies, opened = self.base.policies, self._opened(now, in_use)
        if without != "required" and not set(policies.required) <= opened:
            return False
        if without != "exclusive" and any(len(opened & set(group.sites)) > 1 for group in policies.exclusive):
            return False
        new = opened - {site.id for site in self.base.sites if site.status == "existing"}
        ranges = [(policies.hub_count, opened), (policies.new_hubs, new)] if without != "hub_count" else []
        return all(
            (limits.min or 0) <= len(counted) <= (math.inf if limits.max is None else limits.max)
            for limits, counted in ranges
            if limits is not None
        )

    def _closings(self, v: int, now: Standing, in_use: np.ndarray, without: str) -> list[tuple[int, ...]]:
        """Return every set of hubs that may close after the year of a node, if another year comes after it."""
        if not self.stages.closing or without == "closing" or not self.staged.children[v]:
            return [()]
        year = self.staged.nodes[v].year
        may = []
        for k, site in enumerate(self.base.sites):
            if site.status == "existing" or k in now.closed or not in_use[k].any():
                continue
            terms = [
                (year - p.year - self._lead(p.module, without) + 1, self.staged.modules[p.module].term)
                for p in now.bought
                if p.site == k
            ]
            if all(used >= max(1, 0 if without == "minimum term" else term) for used, term in terms):
                may.append(k)
        return [chosen for size in range(len(may) + 1) for chosen in itertools.combinations(may, size)]

    # Money

    def _discount(self, year: int) -> float:
        return float((1.0 + self.stages.discount_rate) ** (self.stages.first_year - year))

    def _yearly(self, v: int, k: int, in_use: np.ndarray) -> float:
        """Return what a hub and its modules cost in the year of a node; nothing while it is not open."""
        prices = self.staged.nodes[v].prices
        if self.base.sites[k].status != "existing" and not in_use[k].any():
            return 0.0
        return float(prices.running[k] + prices.yearly[k] @ in_use[k])

    def _cost_of_year(self, v: int, now: Standing, in_use: np.ndarray, without: str, ceiling: float) -> float:
        """Return what a year costs, annuities of what is in use included, in money of the first year.

        Infinite where it is not possible, and where it is sure to cost the ceiling or more.
        """
        year = self.staged.nodes[v].year
        annuities = math.fsum(
            p.count * p.annuity
            for p in now.bought
            if p.site not in now.closed and p.year + self._lead(p.module, without) <= year
        )
        part = without if without in _OF_OPERATIONS else ""
        key = (v, in_use.tobytes(), part)
        if key not in self._operated:
            is_open = tuple(
                site.status == "existing" or bool(in_use[k].any()) for k, site in enumerate(self.base.sites)
            )
            hubs = math.fsum(self._yearly(v, k, in_use) for k in range(len(self.base.sites)))
            least = self._discount(year) * (annuities + hubs + self._years[v].least(is_open, part))
            if least >= ceiling or not self._years[v].may_lift(in_use, is_open, part):
                return math.inf
            self._operated[key] = hubs + self._years[v].operate(in_use, is_open, part)
        return self._discount(year) * (annuities + self._operated[key])


def _undominated(found: list[Found]) -> list[Found]:
    """Return the plans that no other beats or equals on every path; of equal ones the first."""
    if not found or len(found[0][0]) == 1:
        return [min(found, key=lambda plan: plan[0])] if found else []
    kept: list[Found] = []
    for plan in sorted(found, key=lambda plan: plan[0]):
        if not any(all(a <= b for a, b in zip(other[0], plan[0], strict=True)) for other in kept):
            kept.append(plan)
    return kept


# One year


class Year:
    """The operating problem of one node: its routes, priced once, and a program for each configuration."""

    def __init__(self, staged: StagedInstance, v: int) -> None:
        self.staged, self.stages = staged, staged.stages
        self.instance: Instance = staged.nodes[v].instance
        self.volume = self.instance.commodities.volume
        self.names = [stream.name for stream in self.instance.streams]
        self.stream = [self.names[s] for s in self.instance.commodities.stream]
        self.origin = self.instance.commodities.origin
        self.destination = self.instance.commodities.destination
        self.is_overseas = [node.kind == "overseas" for node in self.instance.nodes]
        self._least: dict[tuple[tuple[bool, ...], str], float] = {}
        self._price_all_routes()

    def _price_all_routes(self) -> None:
        self.routes: list[tuple[int, int, int]] = []
        costs, times, late, penalties, emitted = [], [], [], [], []
        sites = range(len(self.instance.sites))
        for r in range(len(self.volume)):
            stream = self.instance.streams[self.instance.commodities.stream[r]]
            for k, m in itertools.product(sites, sites):
                if k != m and self.instance.problem.route_hubs == 1:
                    continue
                steps = [self._leg(self.origin[r], self._node(k), "collection"), self._pass(k)]
                if k != m:
                    steps += [self._leg(self._node(k), self._node(m), "inter_hub"), self._pass(m)]
                steps.append(self._leg(self._node(m), self.destination[r], "distribution"))
                cost, time = (math.fsum(step[part] for step in steps) for part in (0, 1))
                if not math.isfinite(cost):
                    continue
                time += stream.origin_h + stream.last_mile_h
                self.routes.append((r, k, m))
                costs.append(cost)
                ends = [(self.origin[r], self._node(k)), (self._node(m), self.destination[r])]
                ends += [(self._node(k), self._node(m))] if k != m else []
                emitted.append(math.fsum(self._emits(*leg) for leg in ends))
                times.append(time)
                late.append(stream.deadline_h is not None and time > stream.deadline_h + MINUTE_PART)
                penalties.append(stream.late_penalty)
        self.cost, self.time, self.co2e = np.array(costs), np.array(times), np.array(emitted)
        self.is_late, self.penalty = np.array(late, dtype=bool), np.array(penalties)
        self.of = np.array([r for r, _, _ in self.routes], dtype=int)
        self.first = np.array([k for _, k, _ in self.routes], dtype=int)
        self.last = np.array([m for _, _, m in self.routes], dtype=int)

    def _node(self, k: int) -> int:
        return self.instance.sites[k].node

    def _pass(self, k: int) -> tuple[float, float]:
        site = self.instance.sites[k]
        return site.handling_cost, site.hub_h

    def _leg(self, start: int, end: int, factor: str) -> tuple[float, float]:
        """Return EUR/t and h of a leg; infinite where there is none."""
        if self.is_overseas[start] or self.is_overseas[end]:
            return self._lane(start, end)
        legs = self.instance.legs
        assert legs is not None
        if np.isnan(legs.cost[start, end]):
            return (0.0, 0.0) if start == end else (math.inf, math.inf)
        return getattr(self.instance.factors, factor) * float(legs.cost[start, end]), float(legs.time_h[start, end])

    def _emits(self, start: int, end: int) -> float:
        """Return t CO2e/t of a leg that exists."""
        if self.is_overseas[start] or self.is_overseas[end]:
            flown = next(link.km for link in self.instance.links if {link.origin, link.destination} == {start, end})
            return flown * self.instance.air.co2e_g_per_tkm / 1_000_000
        given = float(self.instance.legs.co2e[start, end])
        return 0.0 if math.isnan(given) else given

    def _lane(self, start: int, end: int) -> tuple[float, float]:
        airport, hub = (start, end) if self.is_overseas[start] else (end, start)
        for link in self.instance.links:
            if {link.origin, link.destination} != {airport, hub}:
                continue
            air = self.instance.air
            assert air is not None
            assert link.hours is not None
            rate = air.inbound_rate_eur_per_kg if start == airport else air.outbound_rate_eur_per_kg
            share = air.distance_share
            wait = next(site.night_wait_h for site in self.instance.sites if site.node == hub)
            return 1000.0 * rate * (1 - share + share * link.km / air.reference_distance_km), link.hours + wait
        return math.inf, math.inf

    @cached_property
    def lanes(self) -> list[set[tuple[int, int]]]:
        """The lanes of each route."""
        found = []
        for r, k, m in self.routes:
            inbound = {(self.origin[r], k)} if self.is_overseas[self.origin[r]] else set()
            found.append(inbound | ({(self.destination[r], m)} if self.is_overseas[self.destination[r]] else set()))
        return found

    def least(self, is_open: tuple[bool, ...], without: str) -> float:
        """Return what a year costs with the cheapest routes over some hubs, whatever they lift; no year costs less."""
        if (is_open, without) not in self._least:
            rows, price = self._usable(is_open, without)
            cheapest = np.full(len(self.volume), math.inf)
            np.minimum.at(cheapest, self.of[rows], price[rows])
            self._least[is_open, without] = float(self.volume @ cheapest)
        return self._least[is_open, without]

    def may_lift(self, in_use: np.ndarray, is_open: tuple[bool, ...], without: str) -> bool:
        """Tell whether the hubs together lift all freight if each tonne passes one of them only."""
        if without == "capacity":
            return True
        lifted = math.fsum(
            float(n) * module.capacity for n, module in zip(in_use.sum(axis=0), self.staged.modules, strict=True)
        )
        if self.stages.contract is not None:
            lifted += sum(is_open) * self.stages.contract.most_t_per_year
        return lifted >= float(self.volume.sum()) * (1 - MINUTE_PART)

    def _usable(self, is_open: tuple[bool, ...], without: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the routes that may be taken over some hubs, and the prices of all routes."""
        opened = np.array(is_open)
        usable = opened[self.first] & opened[self.last]
        if without != "deadline hard":
            hard = np.array([stream.deadline == "hard" for stream in self.instance.streams])
            usable &= ~(self.is_late & hard[self.instance.commodities.stream[self.of]])
        price = self.cost + (self.is_late * self.penalty if without != "deadline priced" else 0.0)
        carbon = self.instance.policies.carbon
        if carbon is not None and carbon.price_eur_per_t is not None and without != "carbon price":
            price = price + carbon.price_eur_per_t * self.co2e
        return np.flatnonzero(usable), price

    def operate(self, in_use: np.ndarray, is_open: tuple[bool, ...], without: str) -> float:
        """Return the least cost of a year in which exactly these hubs are open; infinite where there is none."""
        opened = np.array(is_open)
        rows, price = self._usable(is_open, without)
        if len(np.unique(self.of[rows])) < len(self.volume):
            return math.inf
        program = Program()
        shares = program.add(self.volume[self.of[rows]] * price[rows])
        for r in range(len(self.volume)):
            program.row(shares[self.of[rows] == r], 1.0, low=1.0, high=1.0)
        self._add_capacities(program, shares, rows, in_use, opened, without)
        self._add_minima(program, shares, rows, opened, without)
        self._add_service(program, shares, rows, without)
        carbon = self.instance.policies.carbon
        if carbon is not None and carbon.cap_t_per_year is not None and without != "carbon cap":
            program.row(shares, self.volume[self.of[rows]] * self.co2e[rows], high=carbon.cap_t_per_year)
        self._add_lanes(program, shares, rows, without)
        if self.instance.problem.allocation == "single" and without != "single allocation":
            self._add_allocation(program, shares, rows, opened)
        return program.solve()

    def _add_capacities(
        self,
        program: Program,
        shares: np.ndarray,
        rows: np.ndarray,
        in_use: np.ndarray,
        opened: np.ndarray,
        without: str,
    ) -> None:
        contract, counts = self.stages.contract, self.staged.base.policies.capacity
        collected = counts is not None and counts.counts == "collected"
        for k in np.flatnonzero(opened):
            passes = (self.first[rows] == k) | ((self.last[rows] == k) & (not collected))
            has = contract is not None and (not contract.sites or self.instance.sites[k].id in contract.sites)
            bought = np.array([], dtype=int)
            if has and without != "contract":
                bought = program.add(np.array([contract.price_eur_per_t]), high=contract.most_t_per_year)
            load = self.volume[self.of[rows]][passes]
            if without != "capacity":
                year = sum(n * module.capacity for n, module in zip(in_use[k], self.staged.modules, strict=True))
                program.row([*shares[passes], *bought], [*load, *-np.ones(len(bought))], high=float(year))
            day = sum(n * module.peak_per_day for n, module in zip(in_use[k], self.staged.modules, strict=True))
            for peak in self.stages.peaks:
                priced = peak.overflow_eur_per_t is not None
                if without == ("peak priced" if priced else "peak forbidden"):
                    continue
                times = np.array([peak.factor if name == peak.stream else 1.0 for name in self.stream])
                over = program.add(np.array([peak.days * peak.overflow_eur_per_t])) if priced else bought[:0]
                program.row(
                    [*shares[passes], *bought, *over],
                    [*(load * times[self.of[rows]][passes] / 365), *[-1 / 365] * len(bought), *[-1.0] * len(over)],
                    high=float(day),
                )

    def _counted(self, counts: str) -> np.ndarray:
        overseas = np.array(self.is_overseas)
        if counts == "all":
            return self.volume
        return self.volume * overseas[self.origin if counts == "inbound" else self.destination]

    def _add_minima(
        self, program: Program, shares: np.ndarray, rows: np.ndarray, opened: np.ndarray, without: str
    ) -> None:
        policy, stated = self.instance.policies.minimum_throughput, self.staged.base.policies.minimum_throughput
        for position, hub in enumerate(policy.hubs if policy is not None else ()):
            k = next(k for k, site in enumerate(self.instance.sites) if site.id == hub.site)
            if not opened[k]:
                continue
            counted = self._counted(policy.counts)
            least = min(
                math.inf if hub.tonnes_per_year is None else hub.tonnes_per_year,
                math.inf if hub.share is None else hub.share * float(counted.sum()),
            )
            price = hub.shortfall_eur_per_t
            if stated.hubs[position].shortfall_eur_per_t is None:
                is_priced = self.stages.minimum_throughput == "take_or_pay"
                price = self.instance.sites[k].handling_cost if is_priced else None
            if without == f"minimum_throughput {'hard' if price is None else 'priced'}":
                continue
            short = program.add(np.array([price])) if price is not None else shares[:0]
            enters = self.first[rows] == k
            program.row([*shares[enters], *short], [*counted[self.of[rows]][enters], *np.ones(len(short))], low=least)

    def _add_service(self, program: Program, shares: np.ndarray, rows: np.ndarray, without: str) -> None:
        service = self.instance.policies.service
        if service is None:
            return
        has = np.array([stream.deadline_h is not None for stream in self.instance.streams])
        promised = self.volume * has[self.instance.commodities.stream]
        asked = [(service.share, promised)] if service.share is not None and without != "service in all" else []
        if without != "service by country":
            for country, share in service.by_country.items():
                asked.append((share, promised * np.array([self._country(r) == country for r in range(len(promised))])))
        for share, volume in asked:
            total = float(volume.sum())
            if total > 0:
                inside = ~self.is_late[rows]
                program.row(shares[inside], volume[self.of[rows]][inside] / total, low=share)

    def _country(self, r: int) -> str | None:
        """The country of the city of a commodity; between two cities of the destination."""
        end = self.origin[r] if self.is_overseas[self.destination[r]] else self.destination[r]
        return self.instance.nodes[end].country

    def _add_lanes(self, program: Program, shares: np.ndarray, rows: np.ndarray, without: str) -> None:
        policy = self.instance.policies.air_lane
        if policy is None or without == "air_lane":
            return
        least = policy.flights_per_week * policy.weeks_per_year * policy.payload_t * policy.load_factor
        ways = ("inbound", "outbound") if policy.counts == "all" else (policy.counts,)
        for lane in sorted({lane for i in rows for lane in self.lanes[i]}):
            (is_flown,) = program.add(np.zeros(1), high=1.0, whole=True)
            over = [column for column, i in zip(shares, rows, strict=True) if lane in self.lanes[i]]
            for column in over:
                program.row([column, is_flown], [1.0, -1.0], high=0.0)
            carried = [
                self.volume[r]
                * sum(lane == ((self.origin[r], k) if way == "inbound" else (self.destination[r], m)) for way in ways)
                for r, k, m in (self.routes[i] for i in rows)
            ]
            program.row([*shares, is_flown], [*carried, -least], low=0.0)

    def _add_allocation(self, program: Program, shares: np.ndarray, rows: np.ndarray, opened: np.ndarray) -> None:
        """Choose a hub for each city, and let each route be taken only where both its ends have chosen it."""
        for city in sorted({int(i) for i in (*self.origin, *self.destination) if not self.is_overseas[i]}):
            own = [k for k in np.flatnonzero(opened) if self._node(k) == city and self.instance.problem.route_hubs == 2]
            choices = own or np.flatnonzero(opened).tolist()
            columns = program.add(np.zeros(len(choices)), high=1.0, whole=True)
            program.row(columns, 1.0, low=1.0, high=1.0)
            chosen = dict(zip(choices, columns, strict=True))
            for share, i in zip(shares, rows, strict=True):
                r, k, m = self.routes[i]
                for end, hub in ((self.origin[r], k), (self.destination[r], m)):
                    if end == city:
                        also = [chosen[hub]] if hub in chosen else []
                        program.row([share, *also], [1.0, *[-1.0] * len(also)], high=0.0)


class Program:
    """A small mixed-integer program, written down row by row."""

    def __init__(self) -> None:
        self._cost: list[float] = []
        self._high: list[float] = []
        self._whole: list[bool] = []
        self._rows: list[tuple[Any, Any, float, float]] = []

    def add(self, cost: np.ndarray, high: float = math.inf, whole: bool = False) -> np.ndarray:
        """Add variables from 0 to a largest value; return their columns."""
        start = len(self._cost)
        self._cost += [float(value) for value in cost]
        self._high += [high] * len(cost)
        self._whole += [whole] * len(cost)
        return np.arange(start, len(self._cost))

    def row(self, columns: Any, weights: Any, low: float = -math.inf, high: float = math.inf) -> None:
        """Hold a weighted sum between two values; of the order of one, as tolerances are absolute."""
        weights = np.broadcast_to(np.asarray(weights, dtype=float), (len(columns),))
        unit = max([abs(value) for value in (low, high) if math.isfinite(value) and value] or [1.0])
        self._rows.append((columns, weights / unit, low / unit, high / unit))

    def solve(self) -> float:
        """Return the least cost, infinite where no values hold every row."""
        matrix = np.zeros((len(self._rows), len(self._cost)))
        for position, (columns, weights, _, _) in enumerate(self._rows):
            matrix[position, np.asarray(columns, dtype=int)] += weights
        limits = LinearConstraint(matrix, [row[2] for row in self._rows], [row[3] for row in self._rows])
        whole, high = np.array(self._whole), np.array(self._high)
        cost = np.array(self._cost)
        unit = max(float(cost.max(initial=0.0)), 1e-9)
        answer = milp(cost / unit, integrality=whole, bounds=Bounds(0, high), constraints=limits)
        if answer.status == 2:
            return math.inf
        assert answer.status == 0, answer.message
        fixed = np.round(answer.x)
        if np.abs(answer.x - fixed)[whole].max(initial=0.0) > 0:
            # Whole numbers are whole within a tolerance only; with them fixed the cost is exact.
            bounds = Bounds(np.where(whole, fixed, 0.0), np.where(whole, fixed, high))
            answer = milp(cost / unit, bounds=bounds, constraints=limits)
            assert answer.status == 0, answer.message
        return float(answer.fun) * unit


def along(staged: StagedInstance, leaf: int) -> StagedInstance:
    """Return the path to a leaf as an instance of its own, in which nothing is uncertain."""
    nodes = tuple(
        replace(staged.nodes[v], parent=position - 1, probability=1.0)
        for position, v in enumerate(staged.path_to(leaf))
    )
    stages = staged.stages.model_copy(update={"risk": type(staged.stages.risk)()})
    return replace(staged, nodes=nodes, stages=stages)


def wait_and_see_costs(staged: StagedInstance, brute: type[StagedBrute] = StagedBrute) -> np.ndarray:
    """Return what each path costs at least when it is known from the start."""
    return np.array([brute(along(staged, leaf)).solve().value for leaf in staged.leaves])
