"""Networks in drawn worlds, against brute force that shares no code: the same worlds, handed over as numbers."""

from __future__ import annotations

import math
from copy import deepcopy
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest

from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.problem import load_problem
from netdesign.analysis.stress.call import StressCall
from netdesign.analysis.stress.draws import look_at_draws
from netdesign.analysis.stress.networks import networks_to_look_at
from netdesign.analysis.stress.operated_worlds import WorldsOfNetworks
from netdesign.analysis.stress.worlds import draw_worlds
from netdesign.errors import InstanceError
from netdesign.instance.distributions import distributions_of
from netdesign.results.stress_draws import DrawMethod
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent
from tests.support.brute_force import BruteForce
from tests.support.coupled_strategies import minima_document
from tests.support.links_brute import LinksBrute
from tests.support.links_strategies import links_document
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.solving import written
from tests.support.strategies import random_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from netdesign.results.stress_draws import DrawnCostsPart, WorldsPart
    from tests.support.solving import Document

ROUNDING = 2e-6
"""Relative difference of two costs that the programs behind both of them leave."""


def set_figure(document: Document, path: str, value: float) -> None:
    """Give a figure of a document another value."""
    holder = document
    *words, last = path.split(".")
    holder = holder["tables"] if words and words[0] in holder["tables"] else holder
    for word in words:
        if isinstance(holder, list):
            holder = next(row for row in holder if row.get("id") == word)
        else:
            holder = holder.setdefault(word, {})
    holder[last] = value


def add_distributions(draw: Random, document: Document, *, of_prices_only: bool) -> None:
    """Let some figures of a document have distributions, and two of them a correlation."""
    tables = document["tables"]
    rows: list[Document] = [{"path": "volume_factor", "distribution": "uniform", "low": 0.4, "high": 2.0}]
    rows += [
        {"path": f"hubs.{hub['id']}.fixed_cost_eur_per_year", "distribution": "triangular", "low": 0, "high": 3 * cost}
        for hub in tables["hubs"]
        if (cost := hub.get("fixed_cost_eur_per_year", 0)) > 0
    ]
    if "air" in document and document["air"]["inbound_rate_eur_per_kg"] > 0:
        rate = {"path": "air.inbound_rate_eur_per_kg", "distribution": "lognormal"}
        rows.append(rate | {"mean": 1, "sd": 0.4, "relative": True})
    if document["factors"]["inter_hub"] > 0:
        rows.append({"path": "factors.inter_hub", "distribution": "uniform", "low": 0.1, "high": 1.2})
    if document.get("handling", {}).get("cost_eur_per_parcel", 0) > 0:
        rows.append({"path": "handling.cost_eur_per_parcel", "relative": True, "low": 0.5, "high": 2})
    rows += [
        {"path": f"vehicles.{one['id']}.eur_per_km", "relative": True, "low": 0.5, "high": 2}
        for one in tables.get("vehicles", [])
        if one.get("eur_per_km", 0) > 0
    ]
    if tables.get("countries"):
        rows.append({"path": "countries.*.volume_factor", "distribution": "lognormal", "sd": 0.3})
    if "road" in document and not of_prices_only:
        rows.append({"path": "road.speed_kmh", "low": 40, "high": 90})
    kept = draw.sample(rows, min(len(rows), draw.randint(1, 4)))
    tables["distributions"] = kept
    if len(kept) > 1:
        first, second = draw.sample([row["path"] for row in kept], 2)
        tables["correlations"] = [{"first": first, "second": second, "correlation": draw.choice((-0.5, 0.3, 0.6))}]


def cost_by_brute_force(document: Document, hubs: list[str]) -> float:
    """Return the least cost of one network, infinite where it cannot be operated."""
    if document.get("problem", {}).get("network") == "chosen":
        return LinksBrute(document).costs_of_sets().get(frozenset(hubs), math.inf)
    brute = (ServicesBrute if document.get("services") else BruteForce)(document)
    if set(hubs) not in map(set, brute.permitted_sets()):
        return math.inf  # its fixed cost is over the cap in this world
    with patch.object(brute, "permitted_sets", lambda without="": [tuple(hubs)]):
        found = brute.solve()
    return found.cost


def costs_in(document: Document, paths: list[tuple[str, ...]], worlds: NDArray[np.float64], networks: list[list[str]]):
    """Return the cost of each network in each world by brute force."""
    found = np.empty((len(worlds), len(networks)))
    for number, world in enumerate(worlds):
        there = deepcopy(document)
        for of_figure, value in zip(paths, world.tolist(), strict=True):
            for path in of_figure:
                set_figure(there, path, value)
        found[number] = [cost_by_brute_force(there, hubs) for hubs in networks]
    return found


def agree(document: Document, folder: Path, worlds: int = 6, most: int = 4) -> tuple[str, float]:
    """Compare draws of a document with brute force; return the method, and the share of exact cases."""
    with written(document, folder):
        call = StressCall(draws=worlds, most=most, level=0.5)
        try:
            problem = load_problem(str(folder), call)
        except InstanceError:
            return "not sound", 1.0
        watch = Watch(SolveLimits(relative_gap=1e-9, seed=3))
        moved = MovedProblem(str(folder), call, problem, problem.question(watch, silent, "auto"))
        listed = networks_to_look_at(moved.present.question, call).networks
        if not listed:
            return "infeasible", 1.0
        part = look_at_draws(moved, listed, call)
        distributions = distributions_of(problem.instance)
        numbers = draw_worlds(distributions, worlds, 3)
        networks = [one.open_hubs for one in listed]
        operated = WorldsOfNetworks(moved, distributions.figures, networks).operate(numbers)
    plain = {name: table for name, table in document["tables"].items() if name not in ("distributions", "correlations")}
    true = costs_in(document | {"tables": plain}, [one.paths for one in distributions.figures], numbers, networks)
    lower, upper = operated.lower, operated.upper
    for bound, cost, exact in zip(lower.flat, upper.flat, true.flat, strict=True):
        if math.isinf(exact):
            assert math.isinf(cost)
        else:
            noise = ROUNDING * max(abs(exact), 1.0)
            assert bound <= exact + noise
            assert cost >= exact - noise
    is_exact = (lower == upper) | (upper - np.where(np.isinf(lower), 0.0, lower) <= 1e-9 * upper)
    check_statistics(part, part.networks, lower, upper)
    return part.method.value, float(is_exact.mean())


def check_statistics(
    part: WorldsPart, costs_of: Sequence[DrawnCostsPart], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> None:
    """Compare what is stated of each network or policy with plain sums over its worlds, with half of them in CVaR."""
    worlds = len(upper)
    for place, stated in enumerate(costs_of):
        costs = upper[:, place].tolist()
        assert stated.infeasible == sum(math.isinf(value) for value in lower[:, place])
        best = sum(
            math.isfinite(cost) and all(cost <= other * (1 + 1e-9) for other in row)
            for cost, row in zip(costs, upper.tolist(), strict=True)
        )
        assert stated.best == pytest.approx(best / worlds)
        assert stated.best_at_least <= stated.best <= stated.best_at_most
        if any(map(math.isinf, costs)):
            assert (stated.mean, stated.cvar, stated.regret) == (None, None, None)
            continue
        mean = math.fsum(costs) / worlds
        assert stated.mean == pytest.approx(mean)
        assert stated.standard_error == pytest.approx(
            math.sqrt(math.fsum((cost - mean) ** 2 for cost in costs) / (worlds - 1) / worlds), abs=1e-6
        )
        dearest = sorted(costs, reverse=True)[: worlds // 2]
        assert stated.cvar == pytest.approx(math.fsum(dearest) / len(dearest))
        assert stated.mean_at_least <= stated.mean * (1 + 1e-12)
        assert stated.cvar_at_least <= stated.cvar * (1 + 1e-12)
        assert stated.regret_at_least <= stated.regret_at_most + 1e-6
        regret = max(cost - min(row) for cost, row in zip(costs, upper.tolist(), strict=True))
        assert stated.regret == pytest.approx(regret, abs=1e-6 * mean)
        if stated.difference is not None:
            apart = [cost - first for cost, first in zip(costs, upper[:, 0].tolist(), strict=True)]
            assert stated.difference == pytest.approx(math.fsum(apart) / worlds, abs=1e-6 * mean)
            ranked = sorted(apart)
            for part_of_worlds, limit in ((0.05, stated.difference_low), (0.95, stated.difference_high)):
                place_in_line = part_of_worlds * (worlds - 1)
                before, after = ranked[math.floor(place_in_line)], ranked[math.ceil(place_in_line)]
                between = before + (place_in_line % 1) * (after - before)
                assert limit == pytest.approx(between, abs=1e-6 * mean)
    means = [one.mean for one in costs_of if one.mean is not None]
    if part.least_mean is not None:
        assert costs_of[part.least_mean.place - 1].mean == min(means)


def keep_plain_policies(document: Document) -> None:
    """Leave out what compiled loops do not know: other counts of minima, priced shortfalls, and shares in time."""
    policies = document.get("policies", {})
    for name in ("service", "carbon"):
        policies.pop(name, None)
    for name in ("air_lane", "minimum_throughput"):
        if name in policies:
            policies[name]["counts"] = "inbound"
    for hub in policies.get("minimum_throughput", {}).get("hubs", ()):
        hub.pop("shortfall_eur_per_t", None)


def carry_once(document: Document) -> None:
    """Leave each city one commodity each way, and cities that are sites none: these have only themselves for a hub."""
    tables = document["tables"]
    sites, cities = ({row["id"] for row in tables[name]} for name in ("hubs", "cities"))
    kept: dict[tuple[str, str], Document] = {}
    for row in tables["demand"]:
        for way in ("origin", "destination"):
            if row[way] in cities - sites:
                kept.setdefault((way, row[way]), row)
    tables["demand"] = list(kept.values()) or tables["demand"]
    for hub in document.get("policies", {}).get("minimum_throughput", {}).get("hubs", ()):
        hub["share"] = 0.3


def routes_document(seed: int) -> Document:
    """Return an instance whose commodities may have several hubs, with minima of lanes and hubs."""
    draw = Random(f"draws of routes {seed}")
    while True:
        document = minima_document(draw)
        if len(document["tables"]["overseas"]) == 1:
            keep_plain_policies(document)
            add_distributions(draw, document, of_prices_only=True)
            return document


def cities_document(seed: int) -> Document:
    """Return an instance with vehicles, whose cities have one hub, and all freight from and to one airport."""
    draw = Random(f"draws of cities {seed}")
    allocation = draw.choice(("single", "single_each_way"))
    parts = draw.sample(("air_lane", "minimum_throughput hard", "new_hubs"), draw.choice((0, 1, 1, 2)))
    while True:
        document = services_document(draw, all_overseas=True, airports=(1,), parts=parts, allocation=allocation)
        document["services"].pop("air", None)
        rows = document["tables"].get("services", [])
        document["tables"]["services"] = [row for row in rows if row["kind"] != "air"]
        if {"collection", "inter_hub", "distribution"} & document["services"].keys():
            break
    keep_plain_policies(document)
    carry_once(document)
    add_distributions(draw, document, of_prices_only=True)
    return document


def any_document(seed: int) -> Document:
    """Return an instance with any policies, some of whose figures decide what is late."""
    draw = Random(f"draws of any {seed}")
    document = random_document(draw)
    add_distributions(draw, document, of_prices_only=False)
    return document


def linked_document(seed: int) -> Document:
    """Return an instance whose hub links are chosen, in each world anew."""
    draw = Random(f"draws of chosen links {seed}")
    document = links_document(draw)
    add_distributions(draw, document, of_prices_only=True)
    return document


@pytest.mark.parametrize(
    ("make", "seeds"),
    [
        (routes_document, (4, 5, 7, 9)),
        (cities_document, (0, 1, 3, 4)),
        (any_document, range(4)),
        (linked_document, range(2)),
    ],
)
def test_costs_in_worlds_are_those_of_brute_force(make, seeds, tmp_path):
    found = [agree(make(seed), tmp_path, worlds=4, most=3) for seed in seeds]
    is_compiled = make in (routes_document, cities_document)
    assert not is_compiled or all(method == DrawMethod.COMPILED for method, _ in found)


@pytest.mark.long
@pytest.mark.parametrize("make", [routes_document, cities_document, any_document, linked_document])
@pytest.mark.parametrize("seeds", [range(first, first + 8) for first in range(4, 84, 8)], ids=str)
def test_costs_in_worlds_of_further_instances_are_those_of_brute_force(make, seeds, tmp_path):
    for seed in seeds:
        agree(make(seed), tmp_path)
