"""Data of a page that nobody has solved, of any size and with every kind of evidence: for measurements and tests."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, cast

from benchmarks.page_evidence import every_kind
from netdesign.report.page.data import FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.report.page.data import PageData

LABELS = ("Today", "One more hub", "Two more hubs")
PARTS = {"fixed": "hubs, fixed", "air": "air", "road": "road and ferry", "handling": "handling", "late": "late parcels"}
WEST, SOUTH, EAST, NORTH = -9.0, 36.0, 28.0, 60.0
OVERSEAS = (121.0, 31.0)
COUNTRIES = 20


def generated_page(
    *, cities: int = 60, hubs: int = 3, flows: int = 150, name: Callable[[int], str] = "City {}".format, seed: int = 7
) -> PageData:
    """Return the data of a page with today's network and those with one more hub each.

    Parameters
    ----------
    cities, hubs, flows
        How many there are; hubs stand in the first cities.
    name
        Gives the name of a place by its number.
    """
    draw = random.Random(seed)
    plans = [_plan(draw, cities, range(number), flows) for number in range(1, hubs + 1)]
    for plan, label in zip(plans, LABELS, strict=False):
        plan["label"] = label
    plans[-1]["is_best"] = True
    found = {
        "format": FORMAT,
        "title": name(0),
        "description": f"What {name(1)} says of itself.",
        "objective_unit": "EUR/year",
        "verdict": _verdict(plans, name),
        "places": _places(draw, cities, hubs, name),
        "streams": [{"name": name(3), "deadline_h": 72.0}, {"name": "back", "deadline_h": None}],
        "vehicles": [{"id": "van", "mode": "truck", "payload_t": 1.2}],
        "plans": plans,
        "first_plan": len(plans) - 1,
        "today_plan": 0,
        "plans_left_out": 0,
        "outline": None,
        "evidence": every_kind(name),
        "titles": {"volume_factor": name(6)},
        "assumptions": _assumptions(name),
        "not_modelled": [f"{name(4)} is not modelled."],
        "warnings": [f"{name(5)} is odd."],
        "stamp": _stamp(name),
    }
    return cast("PageData", found)


def _verdict(plans: Sequence[dict[str, Any]], name: Callable[[int], str]) -> dict[str, Any]:
    *_, second, best = plans
    runner_up = {"hubs": [name(1)], "objective": second["objective"], "more": 1e6, "more_at_least": 1e6, "plan": 1}
    return {
        "headline": f"More hubs pay: {best['name']} saves EUR 20.00 m a year; proven.",
        "sentences": [f"More hubs pay: {best['name']}.", f"  Runner-up: {name(2)}."],
        "termination": "optimal", "is_proven": True, "cap": "", "steps": [], "runner_up": runner_up,
        **{key: best[key] for key in ("objective", "bound", "gap")},
    }  # fmt: skip


def _places(draw: random.Random, cities: int, hubs: int, name: Callable[[int], str]) -> dict[str, list[Any]]:
    count = cities + 1
    lon, lat = OVERSEAS
    return {
        "id": [f"P{i}" for i in range(count)],
        "name": [name(i) for i in range(count)],
        "short": [name(i) for i in range(count)],
        "country": [f"C{i % COUNTRIES}" for i in range(count)],
        "kind": ["city"] * cities + ["overseas"],
        "status": ["existing", *["candidate"] * (hubs + 1), *[""] * (count - hubs - 2)],
        "is_centre": [0] * count,
        "lat": [round(draw.uniform(SOUTH, NORTH), 3) for _ in range(cities)] + [lat],
        "lon": [round(draw.uniform(WEST, EAST), 3) for _ in range(cities)] + [lon],
    }


def _tonnes(draw: random.Random) -> float:
    """Draw a volume: few are large."""
    return round(draw.paretovariate(1.2) * 100, 1)


def _plan(draw: random.Random, cities: int, hubs: Sequence[int], flows: int) -> dict[str, Any]:
    costs = {key: draw.uniform(1e6, 1e8) for key in PARTS}
    total = sum(costs.values())
    served = [draw.choice(hubs) for _ in range(cities)]
    name = " + ".join(f"P{hub}" for hub in hubs)
    return {
        "label": name, "name": name, "group": "number", "note": "", "is_best": False, "is_permitted": True,
        "termination": "optimal", "objective": total, "bound": total, "gap": 0.0, "more_than_best": 0.0,
        "cost_eur_per_year": total,
        "cost_parts": [{"key": key, "name": PARTS[key], "eur_per_year": eur} for key, eur in costs.items()],
        "hubs": [_hub(hub) for hub in hubs],
        "cities": _cities(draw, served),
        "legs": _legs(draw, hubs, served, flows),
        "vehicle_loads": [_load()],
        "service": _service(draw),
        "co2e_t_per_year": 1e5,
    }  # fmt: skip


def _hub(hub: int) -> dict[str, Any]:
    return {
        "place": hub, "is_centre": False, "is_new": hub > 0, "handled_t_per_year": 9000.0 / (hub + 1),
        "entering_t_per_year": 5000.0,
    }  # fmt: skip


def _load() -> dict[str, Any]:
    return {
        "vehicle": 0, "departures_per_week": 700, "departures_per_day": 140.0, "fill": 0.5, "loaded_km_per_year": 1e6,
        "empty_km_per_year": 0.0, "eur_per_year": 1e6,
    }  # fmt: skip


def _cities(draw: random.Random, served: Sequence[int]) -> dict[str, list[Any]]:
    received = [_tonnes(draw) for _ in served]
    return {
        "place": list(range(len(served))),
        "hub_in": list(served),
        "hub_out": list(served),
        "is_split": [0] * len(served),
        "received_t_per_year": received,
        "sent_t_per_year": [0.0] * len(served),
        "mean_h": [round(draw.uniform(30, 90), 1) for _ in served],
        "late_t_per_year": [round(tonnes * draw.choice((0, 0.2, 0.9)), 1) for tonnes in received],
    }


def _legs(draw: random.Random, hubs: Sequence[int], served: Sequence[int], flows: int) -> dict[str, list[Any]]:
    """Return so many legs: one from overseas to each hub, one from each city's hub to it, then between any two."""
    cities = len(served)
    modes = {(cities, hub): "air" for hub in hubs} | {(hub, city): "truck" for city, hub in enumerate(served)}
    while len(modes) < flows:
        modes.setdefault((draw.randrange(cities), draw.randrange(cities)), "truck")
    pairs = [pair for pair in modes if pair[0] != pair[1]]
    is_truck = [modes[pair] == "truck" for pair in pairs]
    per_week = [float(draw.randint(5, 40)) if each else 7.0 for each in is_truck]
    return {
        "kind": ["inter_hub" if set(pair) <= set(hubs) else "distribution" for pair in pairs],
        "mode": [modes[pair] for pair in pairs],
        "origin": [pair[0] for pair in pairs],
        "destination": [pair[1] for pair in pairs],
        "t_per_year": [_tonnes(draw) for _ in pairs],
        "per_week": per_week,
        "per_day": [number / 5 if each else None for number, each in zip(per_week, is_truck, strict=True)],
        "vehicle": [0 if each else -1 for each in is_truck],
        "fill": [round(draw.random(), 3) if each else 0.5 for each in is_truck],
    }


def _service(draw: random.Random) -> dict[str, Any]:
    count = 60
    curve = {
        "hours": sorted(round(draw.uniform(20, 120), 1) for _ in range(count)),
        "shares": [(i + 1) / count for i in range(count)],
    }
    return {
        "promised_t_per_year": 1e5, "inside_share": 0.6, "inside_by_little_share": 0.1, "late_by_little_share": 0.1,
        "margin_h": 2.0, "mean_h": 70.0, "mean_wait_h": 9.0,
        "by_country": {f"C{i}": draw.random() for i in range(COUNTRIES)},
        "curves": [{"stream": "in", **curve}, {"stream": "back", **curve}],
    }  # fmt: skip


def _assumptions(name: Callable[[int], str]) -> dict[str, Any]:
    """Return figures, each with one address that may be opened and one that must not."""
    kinds = ("assumption", "fact", "unstated")
    figures = [
        {
            "path": f"figure_{i}", "value": 1.5 * i, "unit": "h", "low": 0.0, "high": 2.0 * i, "kind": kinds[i % 3],
            "status": name(1), "source": name(2), "url": "https://example.org/source javascript:alert(1)",
            "year": "2026", "remark": name(3),
        }
        for i in range(40)
    ]  # fmt: skip
    counts = [{"text": name(i), "rows": i} for i in range(1, 7)]
    table = {"name": "cities", "rows": 60, "statuses": counts, "sources": counts, "sources_left_out": 4}
    return {"figures": figures, "tables": [table]}


def _stamp(name: Callable[[int], str]) -> dict[str, Any]:
    result = {
        "file": f"{name(1)}.json", "sha256": "0" * 64, "format": "netdesign.result/1", "command": "solve",
        "call": name(2), "options": "", "values": [], "engine": "enumeration", "reason": "",
        "versions": {"netdesign": "0"}, "termination": "optimal", "verify_exit_code": 0, "verified": "true",
    }  # fmt: skip
    return {
        "instance": name(6), "digest": "0" * 64, "command": f"netdesign report {name(7)}.json -o page.html",
        "made_by": "netdesign", "results": [result] * 10, "libraries": [],
    }  # fmt: skip
