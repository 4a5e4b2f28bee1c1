"""Random small instances with services whose departures, waits, returns and flights decide: as plain dicts.

The network is that of ``strategies.py``; vehicles and services come on top, then deadlines about what the best network
takes with its waits, then a policy or two that hurt it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.support.binding_policies import SETTERS
from tests.support.random_network import AIRPORTS, between, is_likely, random_network, state_tonnes
from tests.support.services_brute import HOURLY, Served, ServicesBrute
from tests.support.strategies import unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

Document = dict[str, Any]

_POLICIES = [part for part in SETTERS if not part.startswith("service")]


def services_documents(cities: tuple[int, int] = (3, 5), **problem: Any) -> st.SearchStrategy[Document]:
    """Return the strategy that draws the same instances through hypothesis."""
    return st.randoms(use_true_random=False).map(lambda draw: services_document(draw, cities, **problem))


def services_document(
    draw: Random,
    cities: tuple[int, int] = (3, 5),
    *,
    all_overseas: bool = False,
    airports: tuple[int, ...] = AIRPORTS,
    parts: Sequence[str] | None = None,
    change: Callable[[Random, Document], None] = unchanged,
    **problem: Any,
) -> Document:
    """Return an instance of so many cities and 2 or 3 sites with services, deadlines, and up to two policies.

    With ``all_overseas`` all freight comes from an overseas airport or goes to one. ``problem`` is the block of that
    name, such as ``allocation="single"``. It has one of these numbers of ``airports`` overseas, and policies called
    ``parts``, which are drawn where none are given. ``change`` changes the network before it gets vehicles.
    """
    document = random_network(draw, cities, airports)
    while all_overseas and not document["tables"]["overseas"]:
        document = random_network(draw, cities, airports)
    if problem:
        document["problem"] = problem
    _thin_out(draw, document)
    change(draw, document)
    if _is_bound(document):
        _add_freight_back(draw, document)
    if all_overseas:
        _send_overseas(draw, document)
    _add_vehicles(draw, document)
    _add_services(draw, document)
    has_carbon = is_likely(draw, 15)
    if has_carbon:
        _add_emissions(draw, document)
    brute = ServicesBrute(document)
    plain = brute.solve()
    if isinstance(plain, Served):
        if has_carbon:
            cap = {"cap_t_per_year": round(plain.co2e * draw.choice((0.7, 0.9, 0.97)), 3)}
            carbon = draw.choice((cap, cap, {"price_eur_per_t": draw.choice((100, 1000))}))
            document.setdefault("policies", {})["carbon"] = carbon
        _set_deadlines(draw, document, brute, plain)
        chosen = draw.sample(_POLICIES, draw.choice((0, 0, 1, 1, 2))) if parts is None else parts
        # In the order of their table: the figures of some follow from others.
        for part in (part for part in SETTERS if part in chosen):
            if part != "air_lane" or document["tables"]["overseas"]:
                SETTERS[part](draw, document, brute, plain)
    return document


def _is_bound(document: Document) -> bool:
    """Return whether a city has one hub, for all its freight or each way."""
    return document.get("problem", {}).get("allocation", "multiple") != "multiple"


def _add_freight_back(draw: Random, document: Document) -> None:
    """Let a city or two that receive send as well, so that two hubs may be better for them than one."""
    cities = {city["id"] for city in document["tables"]["cities"]}
    rows = document["tables"]["demand"]
    sending = {row["origin"] for row in rows}
    only_receive = [row for row in rows if row["destination"] in cities - sending]
    for row in draw.sample(only_receive, min(len(only_receive), draw.choice((1, 2, 2)))):
        end = draw.choice(sorted(cities - {row["destination"]}))
        volume = max(round(row["volume_t_per_year"] * draw.choice((0.3, 0.6, 1, 2))), 1)
        back = {"origin": row["destination"], "destination": end, "volume_t_per_year": volume}
        if not any((r["origin"], r["destination"]) == (back["origin"], end) for r in rows):
            rows.append({**row, **back})


def _send_overseas(draw: Random, document: Document) -> None:
    """Let freight between two cities start or end overseas, and each pair of ends stand once a stream."""
    airports = [airport["id"] for airport in document["tables"]["overseas"]]
    kept: dict[tuple[str, str, str], Document] = {}
    for row in document["tables"]["demand"]:
        if row["origin"] not in airports and row["destination"] not in airports:
            row[draw.choice(("origin", "destination"))] = draw.choice(airports)
        if {row["origin"], row["destination"]} - set(airports):
            kept.setdefault((row["origin"], row["destination"], row["stream"]), row)
    document["tables"]["demand"] = list(kept.values())


def _thin_out(draw: Random, document: Document) -> None:
    """Keep three sites and a dozen commodities at most: each leg has choices of its own, which are tried together."""
    tables = document["tables"]
    sites = {hub["id"] for hub in tables["hubs"]}
    cities = {city["id"] for city in tables["cities"]}
    brute = ServicesBrute(document)
    first = any(brute.may_open(hub["id"]) for hub in tables["hubs"][:3])
    # Of four the last three where none of the first three may open: then the fourth may.
    tables["hubs"] = tables["hubs"][:3] if first else tables["hubs"][-3:]
    gone = sites - {hub["id"] for hub in tables["hubs"]}
    # A hub that is no city disappears with its links and legs; one that is a city stays that.
    lost = gone - cities
    kept = sites - gone
    for table in ("links", "legs"):
        rows = [row for row in tables.get(table, ()) if not {row["from"], row["to"]} & lost]
        if table == "legs":
            rows = [row for row in rows if {row["from"], row["to"]} & kept]
        if table == "links":
            rows = [row for row in rows if row.get("mode") != "air" or {row["from"], row["to"]} & kept]
        if table in tables:
            tables[table] = rows
    most = draw.choice((3, 5, 7))
    if len(tables["demand"]) > most:
        chosen = draw.sample(range(len(tables["demand"])), most)
        tables["demand"] = [tables["demand"][i] for i in sorted(chosen)]
    state_tonnes(document)


def _add_vehicles(draw: Random, document: Document) -> None:
    by_links = "road" in document
    vehicles: list[Document] = []
    # The larger takes what a city gets in a few departures, the smaller in some more.
    large = max(round(_most_of_a_city(document) / 52 / draw.choice((1.5, 2.5, 3.5)), 2), 0.5)
    small = round(large / draw.choice((2, 3)), 2)
    for name, payload, price in (("van", small, 0.65), ("truck", large, 1.45)):
        row: Document = {"id": name, "payload_t": payload, "eur_per_km": price}
        row["eur_per_departure"] = draw.choice((0, 0, 20, 50))
        if by_links and is_likely(draw, 40):
            row["speed_kmh"] = draw.choice((50, 80))
        if by_links and is_likely(draw, 20):
            row["drivers"] = draw.choice((1, 2))
        if by_links and is_likely(draw, 30):
            row["fare_factor"] = draw.choice((0, 0.5, 2))
        vehicles.append(row)
    flown = _flown_volume(document)
    if flown and is_likely(draw, 75):
        for name, part in (("freighter", draw.choice((2, 3, 5))), ("feeder", 9))[: draw.choice((1, 1, 2))]:
            payload = round(flown / 52 / part, 3)
            if payload > 0:
                price = {"eur_per_departure": round(payload * draw.choice((300, 600)))}
                if draw.randint(0, 1):
                    price = {"eur_per_km": round(payload / 20 + 0.05, 3)}
                vehicles.append({"id": name, "mode": "air", "payload_t": payload} | price)
    document["tables"]["vehicles"] = vehicles
    for leg in document["tables"].get("legs", ()):
        leg["km"] = draw.randint(20, 900)
        # What a tonne still pays beside its vehicle is little.
        leg["cost_eur_per_t"] /= draw.choice((4, 20))


def _most_of_a_city(document: Document) -> float:
    """Return the most freight that starts or ends in one place, t/year."""
    volumes: dict[tuple[str, str], float] = {}
    for row in document["tables"]["demand"]:
        for end in ("origin", "destination"):
            volumes[end, row[end]] = volumes.get((end, row[end]), 0.0) + row["volume_t_per_year"]
    return max(volumes.values()) * document.get("volume_factor", 1.0)


def _flown_volume(document: Document) -> float:
    """Return t/year by air, of the lesser direction that has any."""
    factor = document.get("volume_factor", 1.0)
    ways = [
        sum(row["volume_t_per_year"] for row in document["tables"]["demand"] if row[end].startswith("G")) * factor
        for end in ("origin", "destination")
    ]
    return min((way for way in ways if way > 0), default=0.0)


# The services


def _add_services(draw: Random, document: Document) -> None:
    flights = [row["id"] for row in document["tables"]["vehicles"] if row.get("mode") == "air"]
    block: Document = {"weeks_per_year": draw.choice((50, 52))}
    kinds = [kind for kind in ("collection", "inter_hub", "distribution") if is_likely(draw, 75)]
    if not kinds and not flights:
        kinds = ["distribution"]
    for kind in kinds:
        block[kind] = _random_terms(draw, ["van", "truck"])
    if kinds and is_likely(draw, 15):
        # As many as the freight takes, or its promise pays for.
        block[draw.choice(kinds)]["departures_per_week"].pop("max")
    # Freight to a city and from it share their vehicles now and then.
    if {"collection", "distribution"} <= block.keys() and is_likely(draw, 50):
        block["collection"]["return"] = "paired"
        block["distribution"] = dict(block["collection"])
    if "inter_hub" in block and is_likely(draw, 40):
        block["inter_hub"]["return"] = "paired"
    if flights:
        block["air"] = _random_terms(draw, flights)
        block["air"]["departures_per_week"].pop("min", None)
        block["air"]["return"] = draw.choice(("paired", "one_way", "empty_back"))
    elif document["tables"]["overseas"] and is_likely(draw, 20) and kinds:
        block["air"] = {"pricing": "by_kg"}
    if _is_bound(document):
        _fit_to_cities(draw, block)
    document["services"] = block
    used = {name for kind in block.values() if isinstance(kind, dict) for name in kind.get("vehicles", ())}
    document["tables"]["vehicles"] = [row for row in document["tables"]["vehicles"] if row["id"] in used]
    _close_one_way_legs(document)
    if is_likely(draw, 40):
        _add_rows(draw, document)


def _fit_to_cities(draw: Random, block: Document) -> None:
    """Let most legs carry all freight of a city, which goes over one hub, and pair more of them."""
    kinds = [kind for kind in ("collection", "distribution") if kind in block]
    for kind in kinds:
        departures = block[kind]["departures_per_week"]
        if "max" in departures:
            departures["max"] += draw.choice((0, 2, 4, 4))
        if is_likely(draw, 25):
            departures["min"] = departures.get("min", 1) + 1
            departures["max"] = max(departures.get("max", HOURLY), departures["min"])
    if len(kinds) > 1 and is_likely(draw, 50):
        block["collection"]["return"] = "paired"
        block["distribution"] = dict(block["collection"])


def _random_terms(draw: Random, vehicles: list[str]) -> Document:
    least, terms = (
        draw.choice((1, 1, 2, 3)),
        {"vehicles": draw.choice((vehicles, vehicles, vehicles[:1], vehicles[-1:]))},
    )
    departures = {"min": least} if least > 1 or is_likely(draw, 20) else {}
    # Few, as each number is a choice; now and then not enough.
    departures["max"] = max(least, draw.choice((2, 4, 4, 5))) + draw.choice((0, 0, 1))
    terms["departures_per_week"] = departures
    if is_likely(draw, 40):
        terms["operating_days"] = draw.choice((5, 6))
    if is_likely(draw, 50):
        terms["return"] = draw.choice(("empty_back", "one_way"))
    if is_likely(draw, 50):
        terms["wait"] = draw.choice(("mean", "worst", "worst", "none"))
    return terms


def _close_one_way_legs(document: Document) -> None:
    """Take out given legs that exist one way only: vehicles that come back on them are refused."""
    legs = document["tables"].get("legs")
    if legs and any(
        isinstance(kind, dict) and kind.get("return") == "paired" for kind in document["services"].values()
    ):
        there = {(leg["from"], leg["to"]) for leg in legs}
        document["tables"]["legs"] = [leg for leg in legs if (leg["to"], leg["from"]) in there]


def _add_rows(draw: Random, document: Document) -> None:
    """Give a leg or two terms of their own; of a pair both directions the same."""
    brute, block = ServicesBrute(document), document["services"]
    legs = [leg for legs, modes in brute.services if modes for leg in legs if leg[0] != "air"]
    rows: dict[tuple[str, str, str], Document] = {}
    for kind, start, end in draw.sample(legs, min(len(legs), draw.choice((1, 2)))):
        own: Document = {}
        if is_likely(draw, 60):
            least = draw.choice((1, 2, 4))
            own = {"departures_min": least, "departures_max": least + draw.choice((0, 2))}
        if is_likely(draw, 30) or not own:
            own |= {"vehicles": draw.choice(("van; truck", "truck; van"))} if len(block[kind]["vehicles"]) > 1 else {}
        if is_likely(draw, 30) or not own:
            own["wait"] = draw.choice(("none", "worst"))
        rows[kind, start, end] = {"kind": kind, "from": start, "to": end} | own
        if block[kind].get("return") == "paired" and not brute.is_lonely((kind, start, end)):
            back = {"collection": "distribution", "distribution": "collection"}.get(kind, kind)
            rows[back, end, start] = {"kind": back, "from": end, "to": start} | own
    if rows:
        document["tables"]["services"] = list(rows.values())


# Carbon and deadlines


def _add_emissions(draw: Random, document: Document) -> None:
    """Give vehicles, ferries, given legs, and what is carried by the tonne their emissions."""
    for vehicle in document["tables"]["vehicles"]:
        vehicle["co2e_g_per_km"] = draw.choice((300, 600, 900)) * (20 if vehicle.get("mode") == "air" else 1)
    for leg in document["tables"].get("legs", ()):
        leg["co2e_kg_per_t"] = draw.randint(1, 20)
    if "road" in document:
        document["road"] |= {"co2e_g_per_tkm": 80, "sea_co2e_g_per_tkm": draw.choice((0, 40))}
    if "air" in document:
        document["air"]["co2e_g_per_tkm"] = 5


def _set_deadlines(draw: Random, document: Document, brute: ServicesBrute, plain: Served) -> None:
    """Give streams a deadline between their fastest times without a wait and the times of the best network."""
    kinds = [kind for kind in document["services"].values() if isinstance(kind, dict) and "vehicles" in kind]
    is_open_ended = not all("max" in kind["departures_per_week"] for kind in kinds)
    for name, stream in document["streams"].items():
        members = [r for r, commodity in enumerate(brute.commodities) if commodity.stream == name]
        if not members or is_likely(draw, 25):
            continue
        fastest = [min(brute.time[brute.of == r]) for r in members]
        slowest = [plain.slowest[r] for r in members]
        # Where nothing else limits the departures, what they cost does: a promise without a price asks for hundreds.
        kind = "priced" if is_open_ended else draw.choice(("hard", "priced", "priced", "priced", "measured"))
        low, high = (max(fastest), max(slowest)) if kind == "hard" else (min(fastest), max(slowest))
        stream["deadline_h"] = max(float(between(draw, low, high * 1.02)), 0.25)
        if kind == "hard":
            stream["deadline"] = "hard"
        elif kind == "priced":
            stream["late_penalty_eur_per_parcel"] = draw.choice(
                (0.01, 0.03) if is_open_ended else (0.01, 0.03, 0.1, 0.3)
            )
        else:
            document.setdefault("policies", {})["service"] = {"share": draw.choice((0.3, 0.5, 0.8, 0.95))}
