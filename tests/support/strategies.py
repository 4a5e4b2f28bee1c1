"""Random small instances whose policies bind: as plain dicts, drawn from any ``random.Random``.

The instance is drawn first and solved by brute force without policies; then each policy gets figures that hurt that
solution, because policies with figures out of the blue hardly ever bind. All draws are whole numbers, so that
hypothesis can shrink them and no draw is a denormal.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.support.brute_force import BruteForce, Optimum

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from random import Random

Document = dict[str, Any]

# Two letters that YAML 1.1 would read as false, and a second country.
COUNTRIES = ("NO", "BE")
CREWS = [
    {"drivers": 1, "drive_between_breaks_h": 4.5, "break_h": 0.75, "drive_between_rests_h": 9, "rest_h": 11},
    {
        "drivers": 2,
        "drive_between_breaks_h": 20,
        "break_h": 0,
        "drive_between_rests_h": 20,
        "rest_h": 9,
        "cost_factor": 1.25,
    },
]


def documents(cities: tuple[int, int] = (3, 6)) -> st.SearchStrategy[Document]:
    """Return the strategy that draws the same instances through hypothesis."""
    return st.randoms(use_true_random=False).map(lambda draw: random_document(draw, cities))


def unchanged(draw: Random, document: Document) -> None:
    """Leave a network as it is."""


def random_document(
    draw: Random, cities: tuple[int, int] = (3, 6), change: Callable[[Random, Document], None] = unchanged
) -> Document:
    """Return an instance of so many cities and 2 to 4 sites, with up to five policies in force.

    ``change`` changes its network before the policies get their figures.
    """
    document = random_network(draw, cities)
    change(draw, document)
    parts = _random_parts(draw, document)
    set_deadlines(draw, document, parts)
    set_policies(draw, document, parts)
    return document


def set_policies(draw: Random, document: Document, parts: Collection[str]) -> None:
    """Put some policies in force, with figures that bind on the optimum without them."""
    brute = BruteForce(document)
    plain = brute.solve()
    if plain.is_feasible:
        for part, set_policy in SETTERS.items():
            if part in parts:
                set_policy(draw, document, brute, plain)


def carbon_document(draw: Random) -> Document:
    """Return the same with emission factors, and a price or a cap of carbon under what the optimum emits."""
    document = random_document(draw)
    add_carbon(draw, document)
    return document


def add_carbon(draw: Random, document: Document) -> None:
    """Add emission factors, and a price or a cap of carbon under what the optimum emits."""
    tables = document["tables"]
    for leg in tables.get("legs", ()):
        leg["co2e_kg_per_t"] = draw.randint(1, 60)
    if "road" in document:
        document["road"] |= {"co2e_g_per_tkm": draw.choice((60, 100)), "sea_co2e_g_per_tkm": draw.choice((0, 40))}
    if "air" in document:
        document["air"]["co2e_g_per_tkm"] = draw.choice((0, 5, 10))
    brute = BruteForce(document)
    plain, carbon = brute.solve(), {}
    kind = draw.choice(("price", "cap", "cap", "both"))
    if kind != "cap":
        carbon["price_eur_per_t"] = draw.choice((50, 500, 2000))
    if kind != "price":
        position = {route: i for i, route in enumerate(brute.routes)}
        emitted = sum(
            brute.volume[r] * share * brute.co2e[position[r, *hubs]]
            for r, shares in enumerate(plain.shares)
            for hubs, share in shares.items()
        )
        least = sum(brute.volume[r] * brute.co2e[brute.of == r].min(initial=1.0) for r in range(len(brute.volume)))
        # Now and then less than any network emits.
        low = least * draw.choice((0.9, 1.0, 1.0, 1.0))
        carbon["cap_t_per_year"] = max(float(between(draw, low, max(emitted, least))), 0.001)
    _policies(document)["carbon"] = carbon


def is_likely(draw: Random, per_cent: int) -> bool:
    return draw.randint(1, 100) <= per_cent


def between(draw: Random, low: float, high: float) -> float:
    """Return one of 19 numbers that divide the open interval evenly."""
    return low + (high - low) * draw.randint(1, 19) / 20


# The network


AIRPORTS = (0, 1, 1, 1, 2)
"""Numbers of overseas airports from which one is drawn."""


def random_network(draw: Random, count: tuple[int, int], airports: Sequence[int] = AIRPORTS) -> Document:
    """Return the cities, sites, legs and freight of an instance; it has one of these numbers of overseas airports."""
    cities = [
        {"id": f"C{i}", "country": draw.choice(COUNTRIES)} | _random_zone(draw) for i in range(draw.randint(*count))
    ]
    hubs = _random_hubs(draw, [city["id"] for city in cities])
    overseas = [{"id": f"G{i}"} for i in range(draw.choice(airports))]
    document: Document = {
        "format": "netdesign.instance/1",
        "name": "random",
        "factors": {
            "collection": draw.choice((1, 1, 1.5)),
            "inter_hub": draw.choice((0, 0.2, 0.5, 0.8, 1)),
            "distribution": draw.choice((1, 1, 2)),
        },
        "parcel": {"weight_kg": draw.choice((0.5, 1))},
        "streams": {},
        "border": {"hours": draw.randint(0, 6), "cost_eur_per_t": draw.randint(0, 20)},
        "tables": {"cities": cities, "hubs": hubs, "overseas": overseas},
    }
    if any("cargo_t_per_year" in hub for hub in hubs):
        document["minimum_cargo_t_per_year"] = 1000
    _add_surface(draw, document)
    _add_lanes(draw, document)
    _add_prices(draw, document)
    _add_demand(draw, document)
    return document


def _random_zone(draw: Random) -> Document:
    zone = draw.choice((None, "EU", "EU", "CH"))
    return {"customs_zone": zone} if zone else {}


def _random_hubs(draw: Random, cities: list[str]) -> list[Document]:
    count = draw.choice((2, 3, 3, 4))
    own = draw.randint(0, min(count, len(cities)))
    hubs: list[Document] = [{"id": name} for name in draw.sample(cities, own)]
    hubs += [{"id": f"S{i}", "country": draw.choice(COUNTRIES)} | _random_zone(draw) for i in range(count - own)]
    for hub in hubs[: draw.choice((0, 1, 1, 2))]:
        hub["status"] = "existing"
    if is_likely(draw, 6):
        hubs[-1]["status"] = "closed"
    if is_likely(draw, 10):
        # Under or over a threshold of 1000 t/year, or unknown, which counts as under.
        for hub in hubs:
            hub |= draw.choice(({"cargo_t_per_year": 999}, {"cargo_t_per_year": 1000}, {}))
        hubs[0]["cargo_t_per_year"] = 2000
    for hub in hubs:
        hub["night_class"] = draw.choice(("open", "restricted", "closed", "unknown"))
    draw.shuffle(hubs)
    return hubs


def _add_surface(draw: Random, document: Document) -> None:
    tables = document["tables"]
    names = list(dict.fromkeys(row["id"] for row in (*tables["cities"], *tables["hubs"])))
    if is_likely(draw, 55):
        tables["links"] = _random_links(draw, names)
        document["road"] = {
            "speed_kmh": draw.choice((60, 70)),
            "cost_eur_per_km": draw.choice((1, 1.25, 2)),
            "truck_load_t": draw.choice((5, 9)),
            "drivers": draw.choice((1, 1, 2)),
            "crews": CREWS,
            "way_sea_km_factor": draw.choice((0.25, 1)),
            "way_km_per_hour": draw.choice((0, 30)),
        }
    else:
        tables["legs"] = _random_legs(draw, names, [hub["id"] for hub in tables["hubs"]])


def _random_links(draw: Random, names: list[str]) -> list[Document]:
    """Return a tree and some more links, parallel ones too.

    Lengths end in different powers of two, so that no two ways weigh the same: which of them would be taken is
    nowhere promised.
    """
    pairs = [(names[draw.randint(0, i - 1)], names[i]) for i in range(1, len(names))]
    pairs += [tuple(draw.sample(names, 2)) for _ in range(draw.randint(0, len(names)))]
    links: list[Document] = []
    for number, (start, end) in enumerate(pairs):
        link: Document = {"from": start, "to": end, "km": draw.randint(20, 900) + 2.0 ** -(number + 7)}
        if is_likely(draw, 20):
            link |= {"mode": "ferry", "sea_km": draw.randint(10, 200), "hours": draw.randint(1, 8)}
            link |= {"km": link["km"] / 8, "fare_eur_per_truck": draw.randint(0, 30) * 10}
        links.append(link)
    return links


def _random_legs(draw: Random, names: list[str], hubs: list[str]) -> list[Document]:
    """Return legs from and to the hubs, asymmetric, without the triangle inequality; some are missing.

    A hub's leg to itself is free where it is missing; the literature gives it a cost.
    """
    few_prices, own_legs = is_likely(draw, 25), is_likely(draw, 15)
    legs = []
    for start in names:
        for end in names:
            joins = start in hubs or end in hubs
            is_left_out = not own_legs if start == end else hubs[0] not in (start, end) and is_likely(draw, 8)
            # All legs of the first hub exist, so that a network exists.
            if not joins or is_left_out:
                continue
            cost = draw.choice((10, 20, 40)) if few_prices else draw.randint(0, 150)
            legs.append({"from": start, "to": end, "cost_eur_per_t": cost, "time_h": draw.randint(1, 30)})
    return legs


def _add_lanes(draw: Random, document: Document) -> None:
    tables = document["tables"]
    if not tables["overseas"]:
        return
    document["air"] = {
        "inbound_rate_eur_per_kg": draw.choice((0.3, 0.5, 1)),
        "outbound_rate_eur_per_kg": draw.choice((0.2, 0.5)),
        "distance_share": draw.choice((0, 0.3, 0.6)),
        "reference_distance_km": 9000,
        "block_speed_kmh": 850,
        "routing_factor": 1.06,
        "fixed_h": 1.5,
    }
    document["night_wait_h"] = {"open": 0, "restricted": draw.randint(0, 3), "closed": 6, "unknown": 1}
    lanes = []
    for airport in tables["overseas"]:
        for position, hub in enumerate(tables["hubs"]):
            if position and is_likely(draw, 25):
                continue
            ends = (airport["id"], hub["id"]) if draw.randint(0, 1) else (hub["id"], airport["id"])
            lane = {"from": ends[0], "to": ends[1], "mode": "air", "km": draw.randint(60, 120) * 100}
            lanes.append(lane | ({"hours": draw.randint(8, 14)} if draw.randint(0, 1) else {}))
    tables["links"] = tables.get("links", []) + lanes


def _add_prices(draw: Random, document: Document) -> None:
    """Fixed and handling costs: of the hub itself, or from its country."""
    hubs, same = document["tables"]["hubs"], is_likely(draw, 15)
    document["handling"] = {
        "cost_eur_per_parcel": draw.choice((0, 0.01, 0.02)),
        "hours": draw.choice((0, 4, 8)),
    }
    if is_likely(draw, 40):
        document["handling"]["labour_share"] = 0.4
        document["reference_labour_cost_eur_per_h"] = 30
        document["tables"]["countries"] = [
            {"id": "NO", "labour_cost_eur_per_h": draw.randint(20, 50), "construction_cost_eur_per_m2": 1200},
            {"id": "BE", "labour_cost_eur_per_h": draw.randint(10, 30), "construction_cost_eur_per_m2": 700},
        ]
        document["hub_cost"] = {
            "area_m2": draw.randint(1, 20) * 10,
            "sorting_capital_eur": draw.randint(0, 5) * 10_000,
            "discount_rate": 0.08,
            "life_years": 20,
            "operating_eur_per_year": draw.randint(0, 40) * 500,
            "operating_labour_share": 0.6,
        }
    price = draw.randint(0, 40) * 1000
    for hub in hubs:
        if "hub_cost" not in document or is_likely(draw, 30):
            hub["fixed_cost_eur_per_year"] = price if same else draw.randint(0, 60) * 1000
        if is_likely(draw, 20):
            hub["handling_cost_eur_per_parcel"] = draw.randint(0, 5) / 100
        if is_likely(draw, 20):
            hub["hub_h"] = draw.randint(0, 12)


def _add_demand(draw: Random, document: Document) -> None:
    tables = document["tables"]
    cities, overseas = ([row["id"] for row in tables[table]] for table in ("cities", "overseas"))
    pairs = {
        "inbound": [(airport, city) for airport in overseas for city in cities if is_likely(draw, 75)],
        "outbound": [(city, airport) for airport in overseas for city in cities if is_likely(draw, 40)],
        "parcels": [(start, end) for start in cities for end in cities if is_likely(draw, 25 if overseas else 60)],
    }
    if len(overseas) == 2 and is_likely(draw, 20):
        pairs["outbound"].append((overseas[0], overseas[1]))
    # There is always something to carry.
    pairs["parcels"] = pairs["parcels"] or [(cities[0], cities[1])]
    demand: list[Document] = []
    for stream, ends in pairs.items():
        if not ends:
            continue
        document["streams"][stream] = {"origin_h": draw.randint(0, 14), "last_mile_h": draw.randint(0, 12)}
        rows = [
            {"origin": start, "destination": end, "stream": stream, "volume_t_per_year": _random_volume(draw)}
            for start, end in ends
        ]
        if is_likely(draw, 30):
            _divide(document["streams"][stream], rows)
        demand += rows
    if all(row.get("volume_t_per_year") == 0 for row in demand):
        demand[0]["volume_t_per_year"] = 100
    if is_likely(draw, 20):
        document["volume_factor"] = draw.choice((0.5, 2))
    tables["demand"] = demand


def _random_volume(draw: Random) -> float:
    """Return t/year: mostly hundreds, now and then next to nothing or nothing.

    Not less than a tonne, or shares of thousands of tonnes would come closer than the tolerance of the solvers.
    """
    kind = draw.randint(1, 20)
    return (0 if kind == 1 else 1) if kind <= 2 else draw.randint(1, 40) * 25


def _divide(stream: Document, rows: list[Document]) -> None:
    """State the volumes as shares of the stream's volume instead."""
    total = sum(row["volume_t_per_year"] for row in rows)
    if total == 0:
        return
    stream["volume_t_per_year"] = total
    for row in rows:
        row["share"] = row.pop("volume_t_per_year") / total


# The policies


def _random_parts(draw: Random, document: Document) -> set[str]:
    """Return up to five of the things that may bind."""
    parts = [*SETTERS, "required", "required", "air_lane", "deadline hard", "deadline hard", "deadline priced"]
    if not document["tables"]["overseas"]:
        parts = [part for part in parts if part != "air_lane"]
    return set(draw.sample(parts, draw.randint(1, 5)))


def set_deadlines(draw: Random, document: Document, parts: set[str]) -> None:
    """Give streams a deadline between the fastest times and the times of the cheapest routes."""
    wanted = [kind for kind in ("hard", "priced") if f"deadline {kind}" in parts]
    if any(part.startswith("service") for part in parts):
        wanted.append("measured")
    brute = BruteForce(document)
    plain = brute.solve()
    if not plain.is_feasible:
        return
    position = {route: i for i, route in enumerate(brute.routes)}
    names = list(dict.fromkeys(commodity.stream for commodity in brute.commodities))
    draw.shuffle(names)
    for number, name in enumerate(names):
        kind = wanted[number % len(wanted)] if wanted and (number < len(wanted) or is_likely(draw, 50)) else None
        if kind is None:
            continue
        members = [r for r, commodity in enumerate(brute.commodities) if commodity.stream == name]
        fastest = [brute.time[brute.of == r].min() for r in members]
        cheapest = [max(brute.time[position[r, *hubs]] for hubs in plain.shares[r]) for r in members]
        stream = document["streams"][name]
        if kind == "hard":
            low, high = max(fastest), max(cheapest)
            # A deadline to the second of a route, one between routes, or one that nothing meets.
            choice = draw.randint(1, 10)
            stream["deadline_h"] = _positive(low if choice <= 2 else between(draw, low, high))
            if choice == 10:
                stream["deadline_h"] = _positive(low - 0.5)
            stream["deadline"] = "hard"
        else:
            low, high = min(fastest), max(cheapest)
            stream["deadline_h"] = _positive(between(draw, low, high))
            if kind == "priced":
                stream["late_penalty_eur_per_parcel"] = draw.choice((0.01, 0.03, 0.1))


def _positive(hours: float) -> float:
    return max(float(hours), 0.25)


def _policies(document: Document) -> Document:
    found: Document = document.setdefault("policies", {})
    return found


def _may_open(document: Document, brute: BruteForce) -> list[str]:
    """Return the sites that may open under what is required and forbidden so far."""
    policies = _policies(document)
    open_now = {hub for hubs in brute.permitted_sets() for hub in hubs} | set(policies.get("required", []))
    return [hub for hub in brute.hubs if hub in open_now and hub not in policies.get("forbidden", [])]


def _may_be_hubs(document: Document, brute: BruteForce) -> list[str]:
    """Return those of them that are no sorting centres."""
    return [hub for hub in _may_open(document, brute) if hub not in brute.centres]


def _certain(document: Document, brute: BruteForce) -> set[str]:
    return brute.existing | set(_policies(document).get("required", []))


def _set_required(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    """Require a site that is better shut."""
    shut = [hub for hub in brute.hubs if hub not in plain.hubs]
    if shut:
        _policies(document)["required"] = [draw.choice(shut)]


def _set_forbidden(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    """Forbid a hub that is better open, if another one is left."""
    free = [hub for hub in _may_open(document, brute) if hub not in _certain(document, brute)]
    hubs = _may_be_hubs(document, brute)
    free = [hub for hub in free if hubs != [hub]]
    wanted = [hub for hub in free if hub in plain.hubs] or free
    if wanted:
        _policies(document)["forbidden"] = [draw.choice(wanted)]


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
    _policies(document)["exclusive"] = groups


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
    _policies(document)["hub_count"] = number_of_sites(draw, len(set(plain.hubs) - brute.centres), least, most)


def _set_new_hubs(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    """The same, counted beside the existing hubs; one of the two at most may be given."""
    if "hub_count" in _policies(document):
        return
    sets = (brute.existing, _certain(document, brute), _may_be_hubs(document, brute))
    there, least, most = (len(set(hubs) - brute.centres) for hubs in sets)
    least = max(least, 1)
    open_now = len(set(plain.hubs) - brute.centres)
    _policies(document)["new_hubs"] = number_of_sites(draw, open_now - there, least - there, most - there)


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
    _policies(document)["capacity"] = draw.choice(({}, {"counts": "handled"}))


def _set_minimum(draw: Random, document: Document, brute: BruteForce, plain: Optimum, *, priced: bool) -> None:
    kinds = [counts for counts in ("inbound", "outbound", "all") if sum(_volumes(brute, plain, counts).values()) > 0]
    policy = _policies(document).setdefault("minimum_throughput", {"counts": draw.choice(kinds), "hubs": []})
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
    _policies(document)["air_lane"] = {
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
        _policies(document).setdefault("service", {})["share"] = share


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
    _policies(document).setdefault("service", {})["by_country"] = {country: share}


def _set_fixed_cost_cap(draw: Random, document: Document, brute: BruteForce, plain: Optimum) -> None:
    required = set(_policies(document).get("required", [])) - brute.existing
    certain = sum(brute.fixed[hub] for hub in required)
    spent = sum(brute.fixed[hub] for hub in plain.hubs if hub not in brute.existing)
    # Within what the plain solution spends, and never under what must be spent.
    _policies(document)["fixed_cost_cap_eur_per_year"] = max(between(draw, certain, max(spent, certain)), certain)


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
