"""Random small instances over years whose vehicles leave, or whose cities have one hub each way; and their brute force.

The network and its services are those of ``services_strategies.py``; modules, years and paths come on top. Orders are
enumerated as in ``staged_brute.py``; a year is the program of ``services_brute.py`` over each set of lanes, with what
hubs lift. The years are documents of their own, in which volumes and prices are multiplied here and not by the program.
"""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.support.random_network import between, is_likely
from tests.support.services_brute import PeakDay, Room, ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.staged_brute import StagedBrute, along

if TYPE_CHECKING:
    from random import Random

    from netdesign.instance.staged import StagedInstance

Document = dict[str, Any]

FIRST = 2026
_OVER_YEARS = ("hub_count", "new_hubs", "required", "forbidden", "exclusive", "fixed_cost_cap_eur_per_year")
"""Policies that hold over the years; the figures of one year would mostly forbid every plan."""


@dataclass(frozen=True)
class Draw:
    """An instance, and the document of each of its years by branch and year."""

    document: Document
    years: dict[tuple[str, int], Document]


def staged_services(draw: Random, allocation: str) -> Draw:
    """Return an instance of two or three cities, two or three sites and two or three years."""
    document = services_document(draw, (2, 3), all_overseas=True, allocation=allocation)
    while len(document["tables"]["hubs"]) > 3:
        document = services_document(draw, (2, 3), all_overseas=True, allocation=allocation)
    _make_yearly(draw, document)
    if allocation == "single_each_way" and is_likely(draw, 15):
        # One hub each way is a choice of cities without vehicles too.
        del document["services"], document["tables"]["vehicles"]
        document["tables"].pop("services", None)
    _add_stages(draw, document)
    return Draw(document, _add_paths(draw, document))


def _make_yearly(draw: Random, document: Document) -> None:
    """Take out what holds over years or follows from the volume of one; make the first site an existing hub."""
    policies = document.get("policies", {})
    for name in _OVER_YEARS:
        policies.pop(name, None)
    if policies.pop("capacity", None) is not None and is_likely(draw, 50):
        policies["capacity"] = {"counts": "collected"}
    for place, hub in enumerate(document["tables"]["hubs"]):
        for name in ("capacity_t_per_year", "cargo_t_per_year", "status"):
            hub.pop(name, None)
        if place == 0:
            hub["status"] = "existing"
    document.pop("minimum_cargo_t_per_year", None)
    # So that the most departures carry what the volume grows to.
    document["volume_factor"] = document.get("volume_factor", 1.0) * draw.choice((0.4, 0.6))
    document["policies"] = policies | {"new_hubs": {"max": 2}}


def _volume(document: Document) -> float:
    rows, streams = document["tables"]["demand"], document["streams"]
    shared = {row.get("stream") for row in rows if "share" in row}
    stated = sum(row.get("volume_t_per_year", 0.0) for row in rows)
    stated += sum(stream.get("volume_t_per_year", 0.0) for name, stream in streams.items() if name in shared)
    return float(stated) * document.get("volume_factor", 1.0)


def _add_stages(draw: Random, document: Document) -> None:
    volume = _volume(document)
    capacity = math.ceil(volume * between(draw, 0.45, 1.3))
    module: Document = {
        "id": "s",
        "area_m2": 100,
        "capacity_t_per_year": capacity,
        "capital_eur": math.ceil(volume * draw.choice((0, 5, 40, 150))),
        "yearly_eur": draw.randint(0, 10) * 50,
        "lead_years": draw.choice((0, 1, 1)),
        "life_years": draw.choice((4, 10)),
        "most": draw.choice((1, 2)) if len(document["tables"]["hubs"]) == 2 else 1,
    }
    if is_likely(draw, 20):
        module["peak_t_per_day"] = capacity / 365 * draw.choice((1.2, 2))
    stages: Document = {
        "first_year": FIRST,
        "last_year": FIRST + (draw.choice((1, 1, 2)) if len(document["tables"]["hubs"]) == 2 else 1),
        "discount_rate": draw.choice((0, 0.1)),
        "closing": is_likely(draw, 25),
    }
    hubs = document["tables"]["hubs"]
    if is_likely(draw, 60):
        contract: Document = {"price_eur_per_t": draw.choice((0, 10, 60))}
        contract["most_t_per_year"] = draw.choice((1, 2)) * volume
        if is_likely(draw, 70):
            contract["sites"] = [hubs[0]["id"]]
        stages["contract"] = contract
    count = math.ceil(volume / capacity)
    module["most"] = max(module["most"], count)
    stages["installed"] = [{"site": hubs[0]["id"], "module": "s", "count": count}]
    if is_likely(draw, 35):
        peak: Document = {"stream": draw.choice(list(document["streams"])), "factor": draw.choice((1.2, 2)), "days": 5}
        if is_likely(draw, 75):
            peak["overflow_eur_per_t"] = draw.choice((10, 300))
        stages["peaks"] = [peak]
    document["stages"] = stages
    document["tables"]["modules"] = [module]


def _add_paths(draw: Random, document: Document) -> dict[tuple[str, int], Document]:
    """Add a point of each path for each year, and return the documents of the years."""
    tables, years = document["tables"], range(FIRST, document["stages"]["last_year"] + 1)
    plain = deepcopy(document)
    plain.pop("stages")
    has_vehicles = "services" in document
    prices = {year: draw.choice((0.5, 1.5)) for year in years[1:]} if has_vehicles and is_likely(draw, 40) else {}
    branches: list[tuple[str, int]] = [("", year) for year in years]
    if is_likely(draw, 35):
        tables["tree"] = [{"id": "now", "first_year": FIRST}]
        names = ["up", "down"]
        weight = draw.choice((0.5, 0.25))
        for name, probability in zip(names, (weight, 1 - weight), strict=True):
            tables["tree"].append({"id": name, "parent": "now", "first_year": FIRST + 1, "probability": probability})
        branches = [("now", FIRST), *((name, year) for name in names for year in years[1:])]
        document["stages"]["risk"] = {"measure": draw.choice(("expected", "expected", "cvar", "regret"))}
        if document["stages"]["risk"]["measure"] == "cvar":
            document["stages"]["risk"]["level"] = 0.4
    paths: list[Document] = []
    found = {}
    for branch, year in branches:
        factor = 1.0 if year == FIRST else draw.choice((0.6, 1.3, 2.0))
        if year > FIRST:
            paths.append({"of": "volume", "at_year": year, "factor": factor} | ({"where": branch} if branch else {}))
        found[branch, year] = _grown(plain, factor, prices.get(year, 1.0))
    paths += [{"of": "vehicles.*.eur_per_km", "at_year": year, "factor": price} for year, price in prices.items()]
    tables["paths"] = paths
    return found


def _grown(document: Document, volume: float, price: float) -> Document:
    grown = deepcopy(document)
    grown["volume_factor"] = grown.get("volume_factor", 1.0) * volume
    for vehicle in grown["tables"].get("vehicles", ()):
        if "eur_per_km" in vehicle:
            vehicle["eur_per_km"] *= price
    return grown


def _paying(document: Document, price: dict[str, float]) -> Document:
    """Return a year in which what is short of a minimum pays for its handling all the same, where it has no price."""
    minimum = document.get("policies", {}).get("minimum_throughput")
    if minimum is None:
        return document
    hubs = [{"shortfall_eur_per_t": price[hub["site"]], **hub} for hub in minimum["hubs"]]
    return document | {"policies": document["policies"] | {"minimum_throughput": minimum | {"hubs": hubs}}}


class ServedYear:
    """One year as ``StagedBrute`` asks for it."""

    def __init__(self, staged: StagedInstance, document: Document) -> None:
        self.staged = staged
        document = document | {"services": document.get("services", {"weeks_per_year": 52})}
        document = document | {"tables": {"vehicles": [], **document["tables"]}}
        if staged.stages.minimum_throughput == "take_or_pay":
            document = _paying(document, {site.id: site.handling_cost for site in staged.base.sites})
        self.brute = ServicesBrute(document)
        self.brute.fixed = dict.fromkeys(self.brute.fixed, 0.0)

    def least(self, is_open: tuple[bool, ...], without: str) -> float:
        """Return a cost that no year is under."""
        return 0.0

    def may_lift(self, in_use: np.ndarray, is_open: tuple[bool, ...], without: str) -> bool:
        """Leave that to the program."""
        return True

    def operate(self, in_use: np.ndarray, is_open: tuple[bool, ...], without: str) -> float:
        """Return the least cost of a year in which exactly these hubs are open; infinite where there is none."""
        brute, sites = self.brute, self.staged.base.sites
        hubs = tuple(site.id for site, is_one in zip(sites, is_open, strict=True) if is_one)
        brute.room = None if without == "capacity" else self._room(in_use)
        price = brute.cost + np.where(brute.is_late, brute.penalty[brute.of], 0.0)
        price = price + brute.policies.get("carbon", {}).get("price_eur_per_t", 0.0) * brute.co2e
        inside = np.array([first in hubs and last in hubs for _, first, last in brute.routes], dtype=bool)
        inside &= ~(brute.is_late & brute.is_hard[brute.of])
        best = math.inf
        for lanes in brute._lane_sets(hubs, ""):
            usable = np.flatnonzero(inside & brute._over(lanes))
            if len(np.unique(brute.of[usable])) == len(brute.commodities):
                found = brute._operate(hubs, lanes, usable, price * brute.volume[brute.of], "")
                best = min(best, found.cost)
        return best

    def _room(self, in_use: np.ndarray) -> Room:
        stages, sites, modules = self.staged.stages, self.staged.base.sites, self.staged.modules
        contract, capacity = stages.contract, self.staged.base.policies.capacity
        year = {site.id: 0.0 for site in sites}
        day, bought = dict(year), dict(year)
        for site, count in zip(sites, in_use.tolist(), strict=True):
            year[site.id] = sum(n * module.capacity for n, module in zip(count, modules, strict=True))
            day[site.id] = sum(n * module.peak_per_day for n, module in zip(count, modules, strict=True))
            if contract is not None and (not contract.sites or site.id in contract.sites):
                bought[site.id] = contract.most_t_per_year
        peaks = tuple(PeakDay(one.stream, one.factor, one.days, one.overflow_eur_per_t) for one in stages.peaks)
        price = contract.price_eur_per_t if contract is not None else 0.0
        return Room(year, day, bought, price, peaks, capacity is None or capacity.counts != "collected")


class StagedServicesBrute(StagedBrute):
    """One staged instance with services, enumerated."""

    def __init__(self, staged: StagedInstance, draw: Draw, known: np.ndarray | None = None) -> None:
        self.staged, self.stages, self.known, self.base = staged, staged.stages, known, staged.base
        self._operated: dict[tuple[object, ...], float] = {}
        self._years = [ServedYear(staged, draw.years[node.branch, node.year]) for node in staged.nodes]


def wait_and_see_costs(staged: StagedInstance, draw: Draw) -> np.ndarray:
    """Return what each path costs at least when it is known from the start."""
    return np.array([StagedServicesBrute(along(staged, leaf), draw).solve().value for leaf in staged.leaves])
