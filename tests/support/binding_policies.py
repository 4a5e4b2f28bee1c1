"""Policies that bind on an instance's optimum without them, drawn from any ``random.Random``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.support.random_network import between, is_likely

if TYPE_CHECKING:
    from random import Random

    from tests.support.brute_force import BruteForce, Optimum
    from tests.support.random_network import Document


def policies_of(document: Document) -> Document:
    found: Document = document.setdefault("policies", {})
    return found


def _may_open(document: Document, brute: BruteForce) -> list[str]:
    """Return the sites that may open under what is required and forbidden so far."""
    policies = policies_of(document)
    open_now = {hub for hubs in brute.permitted_sets() for hub in hubs} | set(policies.get("required", []))
    return [hub for hub in brute.hubs if hub in open_now and hub not in policies.get("forbidden", [])]


def _may_be_hubs(document: Document, brute: BruteForce) -> list[str]:
    """Return those of them that are no sorting centres."""
    return [hub for hub in _may_open(document, brute) if hub not in brute.centres]


def _certain(document: Document, brute: BruteForce) -> set[str]:
    return brute.existing | set(policies_of(document).get("required", []))


def _set_required(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    """Require a site that is better shut."""
    shut = [hub for hub in brute.hubs if hub not in plain.hubs]
    if shut:
        policies_of(document)["required"] = [draw.choice(shut)]


def _set_forbidden(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    """Forbid a hub that is better open, if another one is left."""
    free = [hub for hub in _may_open(document, brute) if hub not in _certain(document, brute)]
    hubs = _may_be_hubs(document, brute)
    free = [hub for hub in free if hubs != [hub]]
    wanted = [hub for hub in free if hub in plain.hubs] or free
    if wanted:
        policies_of(document)["forbidden"] = [draw.choice(wanted)]


def _set_exclusive(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    """Let only one of two sites open, both of which are better open if there are such."""
    free = [hub for hub in brute.hubs if hub not in _certain(document, brute)]
    groups = []
    for _ in range(draw.choice((1, 1, 2))):
        first = [hub for hub in free if hub in plain.hubs] or free
        if not first:
            return
        sites = [draw.choice(first)]
        others = [hub for hub in brute.hubs if hub not in sites]
        sites.append(draw.choice([hub for hub in others if hub in plain.hubs] or others))
        groups.append({"name": "one of these", "sites": sites})
    policies_of(document)["exclusive"] = groups


def number_of_sites(draw: Random, open_now: int, least: int, most: int) -> Document:
    """Return a range of numbers that leaves out what is open now, if there is one between least and most."""
    ranges = []
    if open_now > least:
        ranges += [{"max": open_now - 1}, {"min": least, "max": open_now - 1}]
    if open_now < most:
        ranges += [{"min": open_now + 1}, {"min": open_now + 1, "max": open_now + 1}]
    return draw.choice(ranges) if ranges else {"min": least, "max": most}


def _set_hub_count(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    least, most = max(len(_certain(document, brute) - brute.centres), 1), len(_may_be_hubs(document, brute))
    policies_of(document)["hub_count"] = number_of_sites(draw, len(set(plain.hubs) - brute.centres), least, most)


def _set_new_hubs(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    """The same, counted beside the existing hubs; one of the two at most may be given."""
    if "hub_count" in policies_of(document):
        return
    sets = (brute.existing, _certain(document, brute), _may_be_hubs(document, brute))
    there, least, most = (len(set(hubs) - brute.centres) for hubs in sets)
    least = max(least, 1)
    open_now = len(set(plain.hubs) - brute.centres)
    policies_of(document)["new_hubs"] = number_of_sites(draw, open_now - there, least - there, most - there)


def _volumes(brute: BruteForce, plain: Optimum, counts: str) -> dict[str, float]:
    """Return what enters at each hub, of what counts; 'handled' is what it lifts."""
    found = dict.fromkeys(brute.hubs, 0.0)
    for r, shares in enumerate(plain.shares):
        commodity = brute.commodities[r]
        for (first, last), share in shares.items():
            volume = commodity.volume * share
            if counts == "handled":
                for hub in {first, last}:
                    found[hub] += volume
            elif counts == "all" or (commodity.origin if counts == "inbound" else commodity.destination).startswith(
                "G"
            ):
                found[first] += volume
    return found


def _set_capacity(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    """Limit the busiest hub to less than it lifts now, and perhaps others; together they could lift everything."""
    handled = _volumes(brute, plain, "handled")
    busiest = max(handled, key=lambda hub: handled[hub])
    may, rows = _may_open(document, brute), {hub["id"]: hub for hub in document["tables"]["hubs"]}
    limits = {busiest: between(draw, 0.2 * handled[busiest], 1.05 * handled[busiest])}
    for hub in may:
        if hub != busiest and is_likely(draw, 30):
            limits[hub] = between(draw, 0.5 * handled[busiest], 1.5 * handled[busiest])
    hubs = _may_be_hubs(document, brute)
    if not set(hubs) - set(limits):
        # What the data alone shows to be too little is a bad instance, not an infeasible one.
        limits.pop(hubs[-1])
    for hub, limit in limits.items():
        rows[hub]["capacity_t_per_year"] = limit
    policies_of(document)["capacity"] = draw.choice(({}, {"counts": "handled"}))


def _set_minimum(draw: Random, document: Document, brute: BruteForce, plain: Optimum, *, priced: bool) -> None:
    kinds = [counts for counts in ("inbound", "outbound", "all") if sum(_volumes(brute, plain, counts).values()) > 0]
    policy = policies_of(document).setdefault("minimum_throughput", {"counts": draw.choice(kinds), "hubs": []})
    entering = _volumes(brute, plain, policy["counts"])
    total = sum(entering.values())
    taken = {hub["site"] for hub in policy["hubs"]} | brute.centres
    open_now = [hub for hub in plain.hubs if hub not in taken] or [hub for hub in brute.hubs if hub not in taken]
    if not open_now:
        return
    # An existing hub cannot dodge its minimum by closing.
    site = draw.choice([hub for hub in open_now if hub in brute.existing] or open_now)
    certain = {hub["site"]: hub.get("tonnes_per_year", math.inf) for hub in policy["hubs"]}
    room = max(total - sum(certain.values()), 0.0)
    tonnes = min(between(draw, entering[site], total), max(room, 0.1 * total))
    hub: Document = {"site": site, "tonnes_per_year": tonnes}
    if is_likely(draw, 50):
        # The lesser of the two counts: here now one, now the other.
        hub |= {"share": min(tonnes / total * draw.choice((0.95, 1.05)), 1.0)}
    if priced:
        hub["shortfall_eur_per_t"] = draw.choice((1, 10, 30, 100, 300))
    policy["hubs"].append(hub)


def _set_hard_minimum(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    _set_minimum(draw, document, brute, plain, priced=False)


def _set_priced_minimum(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    _set_minimum(draw, document, brute, plain, priced=True)


def _set_air_lane(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    loads: dict[tuple[str, str], dict[str, float]] = {}
    position = {route: i for i, route in enumerate(brute.routes)}
    for r, shares in enumerate(plain.shares):
        for hubs, share in shares.items():
            for way, lane in brute.lanes[position[r, *hubs]].items():
                ways = loads.setdefault(lane, {"inbound": 0.0, "outbound": 0.0})
                ways[way] += share * brute.commodities[r].volume
    if not loads:
        return
    counts = draw.choice(("inbound", "inbound", "outbound", "all"))
    carried = {
        lane: ways["inbound"] * (counts != "outbound") + ways["outbound"] * (counts != "inbound")
        for lane, ways in loads.items()
    }
    by_airport: dict[str, float] = {}
    for (airport, _), volume in carried.items():
        by_airport[airport] = by_airport.get(airport, 0.0) + volume
    # Over the least lane of the plain solution; now and then more than an airport has.
    low, high = min(carried.values()), max(by_airport.values())
    least = between(draw, low, high if is_likely(draw, 25) else min(by_airport.values()))
    payload = draw.choice((1, 5))
    policies_of(document)["air_lane"] = {
        "counts": counts,
        "flights_per_week": max(least, 1.0) / (50 * payload * 0.8),
        "weeks_per_year": 50,
        "payload_t": payload,
        "load_factor": 0.8,
    }


def _inside(brute: BruteForce, plain: Optimum, members: list[int]) -> tuple[float, float]:
    """Return the share inside the deadline in the plain solution, and with every commodity as fast as can be."""
    position = {route: i for i, route in enumerate(brute.routes)}
    promised = sum(brute.commodities[r].volume for r in members)
    now = sum(
        brute.commodities[r].volume * share
        for r in members
        for hubs, share in plain.shares[r].items()
        if not brute.is_late[position[r, *hubs]]
    )
    best = sum(brute.commodities[r].volume for r in members if not brute.is_late[brute.of == r].all())
    return now / promised, best / promised


def _asked_share(draw: Random, now: float, best: float) -> float:
    """Return a share between what is and what could be; now and then the best itself, or more."""
    choice = draw.randint(1, 10)
    if choice <= 7:
        return min(between(draw, now, best), 1.0)
    return min(best, 1.0) if choice <= 9 else min(best + 0.05, 1.0)


def _set_service_in_all(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    members = [r for r in range(len(brute.commodities)) if brute.has_deadline[r]]
    if members:
        share = _asked_share(draw, *_inside(brute, plain, members))
        policies_of(document).setdefault("service", {})["share"] = share


def _set_service_by_country(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    countries = {city["id"]: city["country"] for city in document["tables"]["cities"]}
    groups: dict[str, list[int]] = {}
    for r, commodity in enumerate(brute.commodities):
        if brute.has_deadline[r]:
            groups.setdefault(countries.get(brute.european_end(commodity), ""), []).append(r)
    groups.pop("", None)
    if not groups:
        return
    country = draw.choice(sorted(groups))
    share = _asked_share(draw, *_inside(brute, plain, groups[country]))
    policies_of(document).setdefault("service", {})["by_country"] = {country: share}


def _set_fixed_cost_cap(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    required = set(policies_of(document).get("required", [])) - brute.existing
    certain = sum(brute.fixed[hub] for hub in required)
    spent = sum(brute.fixed[hub] for hub in plain.hubs if hub not in brute.existing)
    # Within what the plain solution spends, and never under what must be spent.
    policies_of(document)["fixed_cost_cap_eur_per_year"] = max(between(draw, certain, max(spent, certain)), certain)


SETTERS = {
    # What may open comes first: the figures of the others follow from it.
    "required": _set_required,
    "forbidden": _set_forbidden,
    "exclusive": _set_exclusive,
    "hub_count": _set_hub_count,
    "new_hubs": _set_new_hubs,
    "capacity": _set_capacity,
    "minimum_throughput hard": _set_hard_minimum,
    "minimum_throughput priced": _set_priced_minimum,
    "air_lane": _set_air_lane,
    "service in all": _set_service_in_all,
    "service by country": _set_service_by_country,
    "fixed_cost_cap": _set_fixed_cost_cap,
}
