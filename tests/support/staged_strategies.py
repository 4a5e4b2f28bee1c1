"""Random small staged instances whose restrictions bind: as plain dicts, drawn from any ``random.Random``.

As in ``strategies``, the instance is drawn first and solved by brute force without what restricts it; then each
restriction gets figures that hurt that solution. All draws are whole numbers, so that hypothesis can shrink them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import InstanceError
from netdesign.instance.read import read_staged
from tests.support.random_network import between, is_likely
from tests.support.solving import written
from tests.support.staged_brute import StagedBrute, StagedOptimum

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from netdesign.instance.staged import StagedInstance

Document = dict[str, Any]

FIRST = 2026
_SIZES = ((0.5, 1.5), (1.0, 3.0))
"""Capacity of a small and of a large module against the volume of the first year."""
COUNTRIES = ("NO", "BE")


def read_staged_document(document: Document, folder: Path) -> StagedInstance:
    """Write a staged instance into a folder and read it as a user's would be; with its tree where it has one."""
    with written(document, folder) as file:
        return read_staged(file, scenario="tree" if document["tables"].get("tree") else "base")


def random_staged(draw: Random, folder: Path) -> Document:
    """Return a staged instance of two or three sites, with up to four restrictions; it may have no plan."""
    document = random_years_network(draw)
    add_stages(draw, document)
    try:
        brute = StagedBrute(read_staged_document(document, folder))
    except InstanceError:
        return document
    plain = brute.solve()
    if not plain.is_feasible:
        return document
    wanted = draw.randint(1, 4)
    # First one of those that are seldom possible, or seldom matter.
    for part in (draw.choice(_SELDOM), *draw.sample(list(SETTERS), len(SETTERS))):
        wanted -= SETTERS[part](draw, document, brute, plain)
        if not wanted:
            break
    if document["tables"].get("tree"):
        set_risk(draw, document)
    return document


def carbon_staged(draw: Random, folder: Path) -> Document:
    """Return the same with emission factors, and a price or a cap of carbon that moves over the years."""
    document = random_staged(draw, folder)
    for leg in document["tables"]["legs"]:
        leg["co2e_kg_per_t"] = draw.randint(1, 60)
    if "air" in document:
        document["air"]["co2e_g_per_tkm"] = draw.choice((0, 5, 10))
    kind, carbon = draw.choice(("price", "cap", "both")), document.setdefault("policies", {}).setdefault("carbon", {})
    paths = document["tables"].setdefault("paths", [])
    if kind != "cap":
        carbon["price_eur_per_t"] = draw.choice((100, 500, 2000))
        paths.append({"of": "policies.carbon.price_eur_per_t", "at_year": FIRST + 1, "factor": draw.choice((0.5, 2))})
    if kind != "price":
        carbon["cap_t_per_year"] = 1e6
        # Between what the year with most freight emits at least and on its cheapest routes, were all sites open.
        try:
            brute, least, cheapest = StagedBrute(read_staged_document(document, folder)), 0.0, 0.0
        except InstanceError:  # the data alone shows that it has no plan, whatever the cap
            return document
        for year in map(brute.year, range(len(brute.staged.nodes))):
            of_one = [year.of == r for r in range(len(year.volume))]
            emitted = [(year.co2e[routes].min(), year.co2e[routes][year.cost[routes].argmin()]) for routes in of_one]
            least, cheapest = np.maximum((least, cheapest), year.volume @ np.array(emitted))
        carbon["cap_t_per_year"] = float(between(draw, least, cheapest))
        paths.append({"of": "policies.carbon.cap_t_per_year", "at_year": FIRST + 1, "factor": draw.choice((1, 1.2))})
    return document


# The network


def random_years_network(draw: Random) -> Document:
    cities = [{"id": f"C{i}", "country": draw.choice(COUNTRIES)} for i in range(draw.randint(3, 4))]
    number = draw.choice((2, 2, 3))
    own = draw.randint(1, number)
    hubs: list[Document] = [{"id": city["id"]} for city in cities[:own]]
    hubs += [{"id": f"S{i}", "country": draw.choice(COUNTRIES)} for i in range(number - own)]
    hubs[0]["status"] = "existing"
    for hub in hubs:
        hub["fixed_cost_eur_per_year"] = draw.randint(0, 20) * 200
        if is_likely(draw, 40):
            hub["handling_cost_eur_per_parcel"] = draw.randint(0, 10) / 1000
    overseas = [{"id": "G"}] if is_likely(draw, 55) else []
    document: Document = {
        "format": "netdesign.instance/1",
        "name": "random",
        "problem": {"allocation": draw.choice(("multiple", "multiple", "single"))},
        "factors": {"inter_hub": draw.choice((0, 0.3, 0.6, 1)), "distribution": draw.choice((1, 1, 1.5))},
        "parcel": {"weight_kg": 1},
        "streams": {},
        "handling": {"cost_eur_per_parcel": draw.choice((0, 0.002, 0.005)), "hours": draw.choice((0, 3))},
        "tables": {"cities": cities, "hubs": hubs, "overseas": overseas, "links": []},
    }
    if is_likely(draw, 15):
        document["problem"]["route_hubs"] = 1
    _add_legs(draw, document)
    _add_lanes(draw, document)
    _add_demand(draw, document)
    return document


def _add_legs(draw: Random, document: Document) -> None:
    """Return legs from and to the hubs, asymmetric; all of the first hub exist, so that a network does."""
    tables = document["tables"]
    names = list(dict.fromkeys(row["id"] for row in (*tables["cities"], *tables["hubs"])))
    hubs = [hub["id"] for hub in tables["hubs"]]
    tables["legs"] = [
        {"from": start, "to": end, "cost_eur_per_t": draw.randint(0, 60), "time_h": draw.randint(1, 20)}
        for start in names
        for end in names
        if start != end and (start in hubs or end in hubs) and (hubs[0] in (start, end) or not is_likely(draw, 8))
    ]


def _add_lanes(draw: Random, document: Document) -> None:
    tables = document["tables"]
    if not tables["overseas"]:
        return
    document["air"] = {
        "inbound_rate_eur_per_kg": draw.choice((0.1, 0.2)),
        "outbound_rate_eur_per_kg": draw.choice((0.05, 0.1)),
        "distance_share": draw.choice((0, 0.4)),
        "reference_distance_km": 9000,
        "block_speed_kmh": 850,
        "routing_factor": 1,
        "fixed_h": 1,
    }
    for position, hub in enumerate(tables["hubs"]):
        if position == 0 or not is_likely(draw, 20):
            lane = {"from": "G", "to": hub["id"], "mode": "air", "km": draw.randint(80, 100) * 100}
            tables["links"].append(lane | {"hours": draw.randint(8, 14)})


def _add_demand(draw: Random, document: Document) -> None:
    tables = document["tables"]
    cities = [city["id"] for city in tables["cities"]]
    pairs = {
        "inbound": [("G", city) for city in cities if tables["overseas"] and is_likely(draw, 80)],
        "outbound": [(city, "G") for city in cities if tables["overseas"] and is_likely(draw, 30)],
        "parcels": [(a, b) for a in cities for b in cities if a != b and is_likely(draw, 45)],
    }
    pairs["parcels"] = pairs["parcels"] or [(cities[0], cities[1])]
    tables["demand"] = [
        {"origin": a, "destination": b, "stream": stream, "volume_t_per_year": draw.randint(1, 20) * 10}
        for stream, ends in pairs.items()
        for a, b in ends
    ]
    document["streams"] = {stream: {} for stream, ends in pairs.items() if ends}


# The years


def add_stages(draw: Random, document: Document) -> None:
    """Add years, modules and paths of one of five kinds, each of which makes something else matter.

    A path that grows; a path with a year of much freight, after which a hub is better closed again; a bet, in which
    one of two years has to be prepared for before it is known; trees of two and of three stages.
    """
    volume = sum(row["volume_t_per_year"] for row in document["tables"]["demand"])
    kinds = ("growth", "hump", "hump", "hump", "bet", "bet", "two stages", "two stages", "three stages")
    kind = draw.choice(kinds if len(document["tables"]["hubs"]) == 2 else kinds[:-1])
    years = {"growth": draw.randint(2, 4), "hump": draw.choice((3, 4, 4)), "bet": 2, "two stages": draw.randint(2, 3)}
    stages: Document = {
        "first_year": FIRST,
        "last_year": FIRST + years.get(kind, 3) - 1,
        "discount_rate": draw.choice((0, 0.05, 0.1)),
        "closing": kind == "hump" or (kind != "bet" and is_likely(draw, 30)),
    }
    document["stages"] = stages
    if kind == "bet" or is_likely(draw, 20 if kind == "hump" else 60):
        _add_contract(draw, document, volume, kind == "bet")
    if is_likely(draw, 25):
        document["policies"] = {"capacity": {"counts": "collected"}}
    if kind in ("hump", "bet"):
        # Dear, or a new hub would pay for itself whatever the years bring.
        for hub in document["tables"]["hubs"][1:]:
            hub["fixed_cost_eur_per_year"] = math.ceil(volume * draw.randint(2, 15))
    _add_modules(draw, document, volume, kind)
    _add_paths(draw, document, kind)


def _add_contract(draw: Random, document: Document, volume: float, is_bet: bool) -> None:
    contract: Document = {"price_eur_per_t": draw.randint(0, 30), "most_t_per_year": draw.randint(2, 12) * volume / 8}
    if is_bet:
        contract = {"price_eur_per_t": draw.randint(2, 8) * 10, "most_t_per_year": 3 * volume}
    elif is_likely(draw, 20):
        contract["sites"] = [document["tables"]["hubs"][-1]["id"]]
    document["stages"]["contract"] = contract


def _add_modules(draw: Random, document: Document, volume: float, kind: str) -> None:
    """Add one or two sizes; the existing hub has enough of the last for the first year, a tight one no more."""
    is_tight = kind in ("hump", "bet")
    is_small = len(document["tables"]["hubs"]) == 2 and kind != "three stages"
    lead = draw.choice((0, 1, 2, 2, 2))
    modules = []
    for size in range(draw.choice((1, 2)) if is_small and not is_tight else 1):
        capacity = math.ceil(volume * (between(draw, 1.0, 1.4) if is_tight else between(draw, *_SIZES[size])))
        module: Document = {
            "id": "sl"[size],
            "area_m2": draw.randint(1, 5) * 100,
            "capacity_t_per_year": capacity,
            "capital_eur": draw.randint(0, 20) * (20 if kind == "hump" else 100) * (size + 2),
            "yearly_eur": draw.randint(0, 10) * 50,
            "lead_years": draw.choice((0, 1) if kind == "hump" else (lead, lead, 0, 1)),
            "life_years": draw.choice((4, 5, 20)),
            "most": draw.choice((1, 2, 2)) if is_small and not size and kind != "hump" else 1,
        }
        if kind == "bet":
            saved = volume * document["stages"]["contract"]["price_eur_per_t"]
            module |= {"lead_years": 1, "life_years": 4, "yearly_eur": 50, "most": 2}
            module["capital_eur"] = math.ceil(4 * saved * between(draw, 0.1, 0.8))
        if document["stages"]["closing"]:
            module |= {"minimum_term_years": draw.choice((0, 1, 2, 2, 3)), "exit_cost_eur": draw.randint(0, 4) * 50}
        if is_likely(draw, 20):
            module["peak_t_per_day"] = capacity / 365 * draw.choice((1.2, 2))
        modules.append(module)
    there = modules[-1]
    count = math.ceil(volume / there["capacity_t_per_year"])
    if any(module["lead_years"] for module in modules) or is_likely(draw, 70):
        there["most"] = max(there["most"], count + draw.choice((0, 1)) * (kind != "hump"))
        document["stages"]["installed"] = [
            {"site": document["tables"]["hubs"][0]["id"], "module": there["id"], "count": count}
        ]
    document["tables"]["modules"] = modules


def _add_paths(draw: Random, document: Document, kind: str) -> None:
    tables, last = document["tables"], document["stages"]["last_year"]
    paths: list[Document] = [{"of": "volume", "at_year": last, "factor": draw.choice((1.5, 2, 2, 3))}]
    if kind == "hump":
        paths = [
            {"of": "volume", "at_year": FIRST + 1, "factor": draw.choice((1.5, 1.7, 2))},
            {"of": "volume", "at_year": FIRST + 2, "factor": draw.choice((0.2, 0.4, 0.8))},
        ]
    if is_likely(draw, 20):
        stream = draw.choice(list(document["streams"]))
        paths.append({"of": f"volume.{stream}", "at_year": last, "factor": draw.choice((0.5, 2))})
    if is_likely(draw, 15) and not document["stages"]["closing"]:
        paths.append({"of": "modules.s.capital_eur", "at_year": last, "factor": draw.choice((0.5, 1.5))})
    if is_likely(draw, 15):
        paths.append({"of": "hubs.*.fixed_cost_eur_per_year", "at_year": last, "factor": draw.choice((0.5, 2))})
    if is_likely(draw, 15):
        paths.append({"of": "factors.distribution", "at_year": last, "factor": draw.choice((0.5, 2))})
    tables["paths"] = paths
    if kind in ("growth", "hump"):
        return
    tables["tree"] = [{"id": "now", "first_year": FIRST}]
    if kind == "bet":
        _add_branches(document, "now", FIRST + 1, {0.5: 4, 2: draw.choice((1, 2))})
        return
    number = draw.choice((2, 2, 3)) if kind == "two stages" else 2
    _add_branches(document, "now", FIRST + 1, _futures(draw, number))
    if kind == "three stages":
        for parent in ("now0", "now1"):
            if parent == "now0" or is_likely(draw, 50):
                _add_branches(document, parent, FIRST + 2, _futures(draw, 2))


def _futures(draw: Random, number: int) -> dict[float, int]:
    """Return factors of the volume with their weights."""
    return {factor: draw.randint(1, 5) for factor in draw.sample((0.3, 0.6, 0.9, 1.3, 2), number)}


def _add_branches(document: Document, parent: str, year: int, futures: dict[float, int]) -> None:
    for branch, (factor, weight) in enumerate(futures.items()):
        name, probability = f"{parent}{branch}", weight / sum(futures.values())
        document["tables"]["tree"].append(
            {"id": name, "parent": parent, "first_year": year, "probability": probability}
        )
        document["tables"]["paths"].append({"of": "volume", "where": name, "at_year": year, "factor": factor})


# What restricts


def _policies(document: Document) -> Document:
    found: Document = document.setdefault("policies", {})
    return found


def _opened(brute: StagedBrute, plain: StagedOptimum) -> set[str]:
    """Return the hubs that the plain plan has on some path."""
    sites = brute.base.sites
    bought = {sites[p.site].id for decision in plain.decisions for p in decision.orders}
    return bought | {site.id for site in sites if site.status == "existing"}


def _spent(plain: StagedOptimum) -> dict[int, float]:
    """Return the most capital that the plain plan pays at one node of each year."""
    spent: dict[int, float] = {}
    for decision in plain.decisions:
        for year in {p.year for p in decision.orders}:
            paid = sum(p.count * p.capital for p in decision.orders)
            spent[year] = max(spent.get(year, 0.0), paid)
    return spent


def _new(document: Document) -> list[str]:
    return [hub["id"] for hub in document["tables"]["hubs"] if hub.get("status") != "existing"]


def _set_required(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    policies = _policies(document)
    shut = [hub for hub in _new(document) if hub not in _opened(brute, plain)]
    if not shut or {"forbidden", "exclusive", "hub_count", "new_hubs"} & set(policies):
        return False
    policies["required"] = [draw.choice(shut)]
    return True


def _set_forbidden(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    policies = _policies(document)
    wanted = [hub for hub in _new(document) if hub in _opened(brute, plain)]
    # Where a number has been set, all sites may be needed for it.
    if not wanted or {"required", "hub_count", "new_hubs"} & set(policies):
        return False
    policies["forbidden"] = [draw.choice(wanted)]
    return True


def _set_exclusive(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    policies = _policies(document)
    opened = [hub for hub in _new(document) if hub in _opened(brute, plain)]
    if not opened or "required" in policies:
        return False
    first = draw.choice(opened)
    others = [hub["id"] for hub in document["tables"]["hubs"] if hub["id"] != first]
    wanted = [hub for hub in others if hub in _opened(brute, plain)] or others
    policies["exclusive"] = [{"name": "one of these", "sites": [first, draw.choice(wanted)]}]
    return True


def _set_hub_count(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    policies = _policies(document)
    opened, certain = len(_opened(brute, plain)), 1 + len(policies.get("required", []))
    free = len(_new(document)) - len(policies.get("forbidden", []))
    ranges = [{"max": opened - 1}] if opened > certain else []
    ranges += [{"min": opened + 1}] if opened < 1 + free else []
    if not ranges:
        return False
    limits = draw.choice(ranges)
    if is_likely(draw, 50):
        policies["hub_count"] = limits
    else:
        policies["new_hubs"] = {key: value - 1 for key, value in limits.items()}
    return True


def _set_fixed_cost_cap(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    new = [hub for hub in document["tables"]["hubs"] if hub["id"] in _opened(brute, plain) & set(_new(document))]
    yearly = sum(hub["fixed_cost_eur_per_year"] for hub in new)
    yearly += sum(module["yearly_eur"] for module in document["tables"]["modules"]) * len(new)
    certain = [hub for hub in document["tables"]["hubs"] if hub["id"] in _policies(document).get("required", [])]
    least = sum(hub["fixed_cost_eur_per_year"] for hub in certain)
    if yearly <= least:
        return False
    _policies(document)["fixed_cost_cap_eur_per_year"] = max(math.ceil(between(draw, 0.2, 1.1) * yearly), least)
    return True


def _set_budget_in_all(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    spent = sum(_spent(plain).values())
    if not spent or _policies(document).get("required"):
        return False
    budget = document["stages"].setdefault("capital_budget", {})
    budget["total_eur"] = math.floor(spent * draw.choice((0, 0.3, 0.6, 0.9)))
    return True


def _set_budget_by_year(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    """Give a year less than was paid in it; where budgets carry over, those of other years may make up for it."""
    spent = _spent(plain)
    if not spent:
        return False
    budget = document["stages"].setdefault("capital_budget", {})
    year = max(spent)
    by_year = {year: math.floor(spent[year] * draw.choice((0, 0.4, 0.7)))}
    if year > FIRST:
        budget["carries_over"] = True
        for other in range(FIRST, year):
            by_year[other] = math.ceil(spent[year] * draw.choice((0.6, 1)) + spent.get(other, 0))
    budget["by_year_eur"] = dict(sorted(by_year.items()))
    return True


def _set_largest_area(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    """Leave less floor than the plain plan takes, but enough for each module and for what is there."""
    modules = {module["id"]: module["area_m2"] for module in document["tables"]["modules"]}
    there = sum(entry["count"] * modules[entry["module"]] for entry in document["stages"].get("installed", []))
    floor = {site.id: there if site.status == "existing" else 0 for site in brute.base.sites}
    for decision in plain.decisions:
        for p in decision.orders:
            floor[brute.base.sites[p.site].id] += p.count * int(brute.staged.modules[p.module].area)
    least = max(*modules.values(), there)
    if max(floor.values()) <= least:
        return False
    document["stages"]["largest_area_m2"] = least
    return True


def _set_peak(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    peaks = []
    for stream in draw.sample(list(document["streams"]), draw.randint(1, len(document["streams"]))):
        peak: Document = {"stream": stream, "factor": draw.choice((1.1, 1.3, 2)), "days": draw.choice((5, 20, 60))}
        if is_likely(draw, 60):
            peak["overflow_eur_per_t"] = draw.choice((5, 50, 500))
        peaks.append(peak)
    document["stages"]["peaks"] = peaks
    return True


def _set_minimum(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    """Commit much of the freight to hubs of the plain plan, in tonnes of the first year or as a share."""
    ways = [way for way in ("inbound", "outbound") if way in document["streams"]]
    counts = draw.choice(["all", *ways])
    total = sum(row["volume_t_per_year"] for row in document["tables"]["demand"] if counts in ("all", row["stream"]))
    opened = [hub["id"] for hub in document["tables"]["hubs"] if hub["id"] in _opened(brute, plain)]
    hubs = []
    for site in draw.sample(opened, draw.randint(1, min(2, len(opened)))):
        hub: Document = {"site": site}
        part = draw.choice((0.4, 0.6, 0.8, 0.95))
        if is_likely(draw, 60):
            hub["share"] = part
        if "share" not in hub or is_likely(draw, 30):
            hub["tonnes_per_year"] = math.ceil(part * total)
        if is_likely(draw, 35):
            hub["shortfall_eur_per_t"] = draw.choice((1, 5, 30))
        hubs.append(hub)
    _policies(document)["minimum_throughput"] = {"counts": counts, "hubs": hubs}
    document["stages"]["minimum_throughput"] = draw.choice(("take_or_pay", "hard"))
    return len(opened) > 1


def _set_air_lane(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    counts = [way for way in ("inbound", "outbound") if way in document["streams"]]
    if not counts:
        return False
    way = draw.choice([*counts, "all"])
    wanted = counts if way == "all" else [way]
    total = sum(row["volume_t_per_year"] for row in document["tables"]["demand"] if row["stream"] in wanted)
    least = math.ceil(total * draw.choice((0.3, 0.5, 0.8)))
    _policies(document)["air_lane"] = {
        "flights_per_week": 1,
        "weeks_per_year": 50,
        "payload_t": least / 50,
        "load_factor": 1,
        "counts": way,
    }
    return True


def _set_deadline(kind: str, draw: Random, document: Document, brute: StagedBrute) -> bool:
    """Give a stream a deadline between the fastest times and those of all routes."""
    streams = [name for name, stream in document["streams"].items() if "deadline_h" not in stream]
    if not streams:
        return False
    name = draw.choice(streams)
    year = brute.year(0)
    members = [r for r, stream in enumerate(year.stream) if stream == name]
    fastest = [float(year.time[year.of == r].min()) for r in members]
    slowest = [float(year.time[year.of == r].max()) for r in members]
    stream = document["streams"][name]
    if kind == "hard":
        stream |= {"deadline_h": max(between(draw, max(fastest), max(slowest)), 0.25), "deadline": "hard"}
        return True
    stream["deadline_h"] = max(between(draw, min(fastest), max(slowest)), 0.25)
    if kind == "priced":
        stream["late_penalty_eur_per_parcel"] = draw.choice((0.005, 0.02, 0.1))
    return True


def _set_hard_deadline(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    return _set_deadline("hard", draw, document, brute)


def _set_priced_deadline(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    return _set_deadline("priced", draw, document, brute)


def _set_service(draw: Random, document: Document, brute: StagedBrute, plain: StagedOptimum) -> bool:
    if not _set_deadline("measured", draw, document, brute):
        return False
    service: Document = {}
    if is_likely(draw, 50):
        service["share"] = draw.choice((0.5, 0.7, 0.9, 1))
    if "share" not in service or is_likely(draw, 40):
        country = draw.choice([city["country"] for city in document["tables"]["cities"]])
        service["by_country"] = {country: draw.choice((0.7, 0.9, 1))}
    _policies(document)["service"] = service
    return True


def set_risk(draw: Random, document: Document) -> None:
    is_bet = document["tables"]["tree"][-1]["first_year"] == document["stages"]["last_year"] == FIRST + 1
    measure = draw.choice(("cvar", "regret", "regret") if is_bet else ("expected", "cvar", "regret"))
    document["stages"]["risk"] = {"measure": measure}
    if measure == "cvar":
        document["stages"]["risk"]["level"] = draw.choice((0, 0.6, 0.8, 0.9))


SETTERS = {
    "required": _set_required,
    "forbidden": _set_forbidden,
    "exclusive": _set_exclusive,
    "hub_count": _set_hub_count,
    "fixed_cost_cap": _set_fixed_cost_cap,
    "budget in all": _set_budget_in_all,
    "budget by year": _set_budget_by_year,
    "largest area": _set_largest_area,
    "peak": _set_peak,
    "minimum": _set_minimum,
    "air_lane": _set_air_lane,
    "hard deadline": _set_hard_deadline,
    "priced deadline": _set_priced_deadline,
    "service": _set_service,
}

_SELDOM = ("budget by year", "budget by year", "minimum", "minimum", "service", "largest area", "peak", "air_lane")
