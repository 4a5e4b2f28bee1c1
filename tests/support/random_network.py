"""Random small networks with freight, as plain dicts, drawn from any ``random.Random``.

All draws are whole numbers, so that hypothesis can shrink them and no draw is a denormal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
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


def is_likely(draw: Random, per_cent: int) -> bool:
    return draw.randint(1, 100) <= per_cent


def between(draw: Random, low: float, high: float) -> float:
    """Return one of 19 numbers that divide the open interval evenly."""
    return low + (high - low) * draw.randint(1, 19) / 20


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


def state_tonnes(document: Document) -> None:
    """State volumes in t/year, for shares need not add up to one; streams without freight go."""
    streams = document["streams"]
    for row in document["tables"]["demand"]:
        if "share" in row:
            row["volume_t_per_year"] = row.pop("share") * streams[row["stream"]]["volume_t_per_year"]
    for stream in streams.values():
        stream.pop("volume_t_per_year", None)
    if all(row["volume_t_per_year"] == 0 for row in document["tables"]["demand"]):
        document["tables"]["demand"][0]["volume_t_per_year"] = 100
    used = {row.get("stream", next(iter(streams))) for row in document["tables"]["demand"]}
    document["streams"] = {name: stream for name, stream in streams.items() if name in used}
