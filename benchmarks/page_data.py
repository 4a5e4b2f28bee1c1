"""Data of a page that nobody has solved, of any size and with every kind of evidence: for measurements and tests."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from netdesign.report.page.data import FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.report.page.data import PageData

SOLVED = {"termination": "optimal", "is_complete": True}
PARTS = {"fixed": "hubs, fixed", "air": "air", "road": "road and ferry", "handling": "handling", "late": "late parcels"}
WEST, SOUTH, EAST, NORTH = -9.0, 36.0, 28.0, 60.0


def generated_page(
    *, cities: int = 60, hubs: int = 3, flows: int = 150, name: Callable[[int], str] = "City {}".format, seed: int = 7
) -> PageData:
    """Return the data of a page.

    Parameters
    ----------
    cities, hubs, flows
        How many there are; hubs stand in the first cities.
    name
        Gives the name of a place by its number.
    """
    draw = random.Random(seed)  # noqa: S311 (no secret)
    plans = [_plan(draw, cities, range(number), flows) for number in range(1, hubs + 1)]
    for plan, label in zip(plans, ("Today", "One more hub", "Two more hubs"), strict=False):
        plan["label"] = label
    plans[-1]["is_best"] = True
    best, second = plans[-1], plans[-2]
    return {
        "format": FORMAT,
        "title": name(0),
        "description": f"What {name(1)} says of itself.",
        "objective_unit": "EUR/year",
        "verdict": {
            "headline": f"More hubs pay: {best['name']} saves EUR 20.00 m a year; proven.",
            "sentences": [f"More hubs pay: {best['name']}.", f"  Runner-up: {name(2)}."],
            "objective": best["objective"], "bound": best["bound"], "gap": 0.0, "termination": "optimal", "is_proven": True,
            "steps": [],
            "runner_up": {"hubs": [name(1)], "objective": second["objective"], "more": 1e6, "more_at_least": 1e6, "plan": 1},
        },
        "places": _places(draw, cities, hubs, name),
        "streams": [{"name": name(3), "deadline_h": 72.0}, {"name": "back", "deadline_h": None}],
        "vehicles": [{"id": "van", "mode": "truck", "payload_t": 1.2}],
        "plans": plans,
        "first_plan": len(plans) - 1,
        "today_plan": 0,
        "plans_left_out": 0,
        "outline": None,
        "evidence": _evidence(best, name),
        "assumptions": _assumptions(name),
        "not_modelled": [f"{name(4)} is not modelled."],
        "warnings": [f"{name(5)} is odd."],
        "stamp": {
            "instance": name(6), "digest": "0" * 64, "command": f"netdesign report {name(7)}.json -o page.html",
            "made_by": "netdesign", "results": [_result(name)] * 10, "libraries": [],
        },
    }  # type: ignore[return-value, typeddict-item]  # fmt: skip


def _places(draw: random.Random, cities: int, hubs: int, name: Callable[[int], str]) -> dict[str, list[Any]]:
    count = cities + 1
    return {
        "id": [f"P{i}" for i in range(count)],
        "name": [name(i) for i in range(count)],
        "country": [f"C{i % 20}" for i in range(count)],
        "kind": ["city"] * cities + ["overseas"],
        "status": ["existing", *["candidate"] * (hubs + 1), *[""] * (count - hubs - 2)],
        "is_centre": [0] * count,
        "lat": [round(draw.uniform(SOUTH, NORTH), 3) for _ in range(cities)] + [31.0],
        "lon": [round(draw.uniform(WEST, EAST), 3) for _ in range(cities)] + [121.0],
    }


def _plan(draw: random.Random, cities: int, hubs: Sequence[int], flows: int) -> dict[str, Any]:
    costs = {key: draw.uniform(1e6, 1e8) for key in PARTS}
    total = sum(costs.values())
    served = [draw.choice(hubs) for _ in range(cities)]
    received = [round(draw.paretovariate(1.2) * 100, 1) for _ in range(cities)]
    hours = sorted(draw.uniform(20, 120) for _ in range(60))
    curve = {"hours": hours, "shares": [(i + 1) / 60 for i in range(60)]}
    return {
        "label": " + ".join(f"P{hub}" for hub in hubs), "name": " + ".join(f"P{hub}" for hub in hubs), "group": "number",
        "note": "", "is_best": False, "is_permitted": True, "termination": "optimal", "objective": total, "bound": total,
        "gap": 0.0, "more_than_best": 0.0, "cost_eur_per_year": total,
        "cost_parts": [{"key": key, "name": PARTS[key], "eur_per_year": eur} for key, eur in costs.items()],
        "hubs": [
            {"place": hub, "is_centre": False, "is_new": hub > 0, "handled_t_per_year": 9000.0 / (hub + 1), "entering_t_per_year": 5000.0}
            for hub in hubs
        ],
        "cities": {
            "place": list(range(cities)), "hub_in": served, "hub_out": served, "is_split": [0] * cities,
            "received_t_per_year": received, "sent_t_per_year": [0.0] * cities, "mean_h": [round(draw.uniform(30, 90), 1) for _ in range(cities)],
            "late_t_per_year": [round(tonnes * draw.choice((0, 0.2, 0.9)), 1) for tonnes in received],
        },
        "legs": _legs(draw, cities, hubs, served, flows),
        "vehicle_loads": [{"vehicle": 0, "departures_per_week": 700, "fill": 0.5, "loaded_km_per_year": 1e6, "empty_km_per_year": 0.0, "eur_per_year": 1e6}],
        "service": {
            "promised_t_per_year": 1e5, "inside_share": 0.6, "inside_by_little_share": 0.1, "late_by_little_share": 0.1, "margin_h": 2.0,
            "mean_h": 70.0, "mean_wait_h": 9.0, "by_country": {f"C{i}": draw.random() for i in range(min(20, cities))},
            "curves": [{"stream": "in", **curve}, {"stream": "back", **curve}],
        },
        "co2e_t_per_year": 1e5,
    }  # fmt: skip


def _legs(draw: random.Random, cities: int, hubs: Sequence[int], served: Sequence[int], flows: int) -> dict[str, list[Any]]:
    """Return ``flows`` legs: one from overseas to each hub, then between a city and its hub, or any hub."""
    pairs = {(cities, hub): "air" for hub in hubs}
    for city in range(cities):
        pairs.setdefault((served[city], city), "truck")
    while len(pairs) < flows:
        pairs.setdefault((draw.randrange(cities), draw.randrange(cities)), "truck")
    chosen = [pair for pair in pairs if pair[0] != pair[1]]
    return {
        "kind": ["inter_hub" if set(pair) <= set(hubs) else "distribution" for pair in chosen],
        "mode": [pairs[pair] for pair in chosen],
        "origin": [pair[0] for pair in chosen],
        "destination": [pair[1] for pair in chosen],
        "t_per_year": [round(draw.paretovariate(1.2) * 100, 1) for _ in chosen],
        "per_week": [7.0 for _ in chosen],
        "is_scheduled": [int(pairs[pair] == "truck") for pair in chosen],
        "vehicle": [0 if pairs[pair] == "truck" else -1 for pair in chosen],
        "fill": [0.5 for _ in chosen],
    }


def _evidence(best: dict[str, Any], name: Callable[[int], str]) -> list[dict[str, Any]]:
    """Return a record of each kind."""
    said = {**SOLVED, "result": 0, "sentences": [f"{name(8)} is the best.", f"  {name(9)} is not."]}
    hubs, others = [name(1), name(2)], [name(3)]
    row = {"scenario": name(4), "hubs": hubs, "objective": 5e8, "bound": 5e8, "today": 6e8, "inside_share": 0.5, "co2e_t_per_year": 1e5, "reason": ""}
    network = {"hubs": hubs, "objective": 5e8, "bound": 5e8, "plan": 0}
    figure = {"path": "volume_factor", "unit": "t/year", "status": name(5), "source": name(6)}
    order = {"hub": name(1), "module": name(2), "count": 1}
    value = {"value": 1e6, "at_least": 1e6, "at_most": 2e6, "is_infinite": False}
    root = {
        "node": "a", "branch": name(3), "year": 2026, "parent": None, "probability": 1.0, "volume_t": 1e5, "hubs": [name(1)],
        "orders": [{**order, "in_use_from": 2027}], "closings": [name(4)], "modules": [order], "contract_t_per_year": {},
        "cost_eur": 1e8, "cost_parts_eur": {}, "inside_share": 0.5, "co2e_t_per_year": 1e5, "plan": 0,
    }  # fmt: skip
    leaves = [{**root, "node": f"b{i}", "branch": name(5 + i), "year": 2027, "parent": 0, "probability": 0.5, "hubs": hubs} for i in range(2)]
    condition = {
        "opened": others, "closed": hubs, "hubs": others, "objective": 5e8, "difference": 1e6, "difference_at_least": 1e6,
        "difference_at_most": 2e6, "moved_cities": 5, "plan": None,
    }  # fmt: skip
    first = {"words": f"order {name(1)}", "orders": [], "closings": [], "objective": 5e8, "bound": 5e8, "difference": 0.0}
    return [
        {**said, "kind": "alternatives", "title": "What else is nearly as good", "limit": 1e6, "others_bound": 5e8, "diverse": [1], "condition": condition,
         "networks": [{**network, "difference": 1e5 * i, "opened": hubs, "closed": others, "cost_difference_eur_per_year": {}} for i in range(20)]},
        {**said, "kind": "tipping", "title": "What would turn it", "objective": 5e8, "left_out": [name(7)],
         "grid": {"paths": ["a", "b"], "units": ["1", "h"], "present": [1.0, 1.0], "values": [[1.0, 2.0], [1.0, 2.0]],
                  "points": [{**row, "values": [a, b], "hubs": hubs if a < b else others} for a in (1.0, 2.0) for b in (1.0, 2.0)]},
         "figures": [{**figure, "low": 1.0, "value": 2.0, "high": 4.0, "turns": True, "is_proven": True, "verdict": name(8), "objective_low": 4e8 + i,
                      "objective_high": 5e8, "today_low": 5e8, "today_high": 7e8, "points": [],
                      "changes": [{"at_least": 3.0, "at_most": 3.1, "before": hubs, "after": others}]} for i in range(15)]},
        {**said, "kind": "sweep", "title": "What if", "paths": ["volume_factor"], "units": ["1"], "present_values": [1.0], "present": None, "left": 2,
         "rows": [{**row, "values": [0.5 + i], "hubs": hubs if i < 3 else others} for i in range(6)]},
        {**said, "kind": "frontier", "title": "What speed and carbon cost", "measures": ["cost", "time", "carbon"], "left_out": 1,
         "termination": "time_limit", "is_complete": False,
         "points": [{"hubs": hubs[: 1 + i % 2], "cost_eur_per_year": 5e8 + i * 1e6, "bound_eur_per_year": 5e8, "more_than_best_eur_per_year": i * 1e6,
                     "late_t_per_year": 1e4 - i, "inside_share": 0.5 + i / 50, "co2e_t_per_year": 1e5 - i * 1e3, "eur_per_service_point": None,
                     "eur_per_t_co2e": 5.0, "is_proven": i < 5, "is_connected": True, "plan": 0} for i in range(12)]},
        {**said, "kind": "failures", "title": "What if something fails", "days": 14, "surge_share": 0.2, "unserved_penalty_eur_per_t": 1e4,
         "is_stated": True, "best": hubs, "is_best_of_all": True,
         "networks": [{"hubs": hubs, "objective": 5e8, "failure_cost_eur_per_year": 1e6, "expected_cost_eur_per_year": 5.01e8, "plan": 0,
                       "expected_at_least_eur_per_year": 5e8, "expected_at_most_eur_per_year": 5.1e8,
                       "outages": [{"kind": "hub", "out": others, "per_year": 0.1, "cost_eur": 1e6, "cost_at_least_eur": 1e6, "cost_at_most_eur": 1e6,
                                    "not_served_t": 10.0, "late_t": 0.2, "missed": others}]}]},
        {**said, "kind": "draws", "title": "Over all that may come", "worlds": 1000, "level": 0.95, "money_unit": "EUR/year",
         "least_mean": {"row": 0, "is_certain": True}, "least_cvar": None, "least_regret": None,
         "figures": [{**figure, "value": 1.0, "distribution": "normal", "least": 0.5, "mean": 1.0, "largest": 1.5}],
         "rows": [{"name": name(i), "hubs": hubs, "infeasible": i, "unknown": 0, "mean": 5e8 + i * 1e5, "standard_error": 1e4, "cvar": 6e8, "best_share": 0.3,
                   "best_at_least_share": 0.3, "best_at_most_share": 0.3, "regret": 1e6, "difference": 0.0, "difference_error": 0.0, "plan": 0} for i in range(5)]},
        {**said, "kind": "explanation", "title": "Why there is none", "is_feasible": True, "hubs": hubs, "enough": [[name(1)], [name(2), name(3)]],
         "clashes": [{"policies": [name(4)], "is_least": True, "figures": [
             {"policy": name(5), "subject": name(6), "what": name(7), "unit": "h", "asked": 1.0, "value": 2.0, "refused": None, "kept": "", "hubs": hubs}]}]},
        {**said, "kind": "years", "title": "When, where and how large", "scenario": "tree", "risk": "expected", "level": 0.9, "objective": 5e9, "bound": 5e9,
         "gap": 0.0, "expected": 5e9, "cvar": 6e9, "largest_regret": 1e6, "nodes": [root, *leaves],
         "paths": [{"leaf": i, "probability": 0.5, "cost_eur": 5e9, "salvage_eur": 0.0, "regret_eur": 1e6} for i in (1, 2)],
         "delays": [{"hub": name(1), "ordered": 2026, "extra_cost_eur": value}],
         "single_years": [{"year": 2026, "orders": [order], "objective_eur_per_year": 5e8, "bound_eur_per_year": 5e8}],
         "values": {"waiting": value, "perfect_information": value, "stochastic_solution": {**value, "is_infinite": True}}},
        {**said, "kind": "first_decisions", "title": "What else may come first", "limit": 1e6, "others_bound": None,
         "decisions": [first, {**first, "words": f"order {name(2)}", "difference": 2e6}],
         "condition": {**first, "ordered_at": hubs, "not_ordered_at": others, "difference_at_least": 1e6, "difference_at_most": 1e6}},
    ]  # fmt: skip


def _assumptions(name: Callable[[int], str]) -> dict[str, Any]:
    kinds = ("assumption", "fact", "unstated")
    figures = [
        {"path": f"figure_{i}", "value": 1.5 * i, "unit": "h", "low": 0.0, "high": 2.0 * i, "kind": kinds[i % 3], "status": name(1), "source": name(2),
         "url": "https://example.org/source javascript:alert(1)", "year": "2026", "remark": name(3)}
        for i in range(40)
    ]  # fmt: skip
    counts = [{"text": name(i), "rows": i} for i in range(1, 7)]
    return {"figures": figures, "tables": [{"name": "cities", "rows": 60, "statuses": counts, "sources": counts, "sources_left_out": 4}]}


def _result(name: Callable[[int], str]) -> dict[str, Any]:
    return {
        "file": f"{name(1)}.json", "sha256": "0" * 64, "format": "netdesign.result/1", "command": "solve", "options": name(2), "values": [],
        "engine": "enumeration", "reason": "", "versions": {"netdesign": "0"}, "termination": "optimal", "verify_exit_code": 0, "verified": "true",
    }  # fmt: skip
