"""Make the tables of the European instances from their facts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from scripts.europe_facts import EXISTING_HUB, OVERSEAS_ORIGIN, Facts, FactsError, Row, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARE_TOLERANCE = 1e-3

CENTRES = 40
"""Candidate sorting centres, by the people around them."""

SOURCE_COLUMNS = ("source", "url", "year", "source_status", "note")
PLACE_COLUMNS = ("id", "name", "country", "customs_zone", "lat", "lon")
COLUMNS = {
    "cities": (*PLACE_COLUMNS, *SOURCE_COLUMNS),
    "hubs": (*PLACE_COLUMNS, "status", "cargo_t_per_year", "night_class", *SOURCE_COLUMNS),
    "overseas": (*PLACE_COLUMNS, *SOURCE_COLUMNS),
    "countries": ("id", "name", "labour_cost_eur_per_h", "construction_cost_eur_per_m2", *SOURCE_COLUMNS),
    "links": ("from", "to", "mode", "km", "sea_km", "hours", "fare_eur_per_truck", *SOURCE_COLUMNS),
    "demand": ("origin", "destination", "stream", "share"),
    "vehicles": (
        *("id", "mode", "payload_t", "eur_per_km", "fare_factor", "co2e_g_per_km"),
        *SOURCE_COLUMNS,
    ),
    "ranges": ("path", "low", "high", *SOURCE_COLUMNS),
    "distributions": (
        *("path", "distribution", "low", "high", "mode", "mean", "sd", "relative"),
        *SOURCE_COLUMNS,
    ),
    "correlations": ("first", "second", "correlation", *SOURCE_COLUMNS),
}
LARGE = ("cities", "hubs", "links")
"""Tables whose second copies have no sources: those stand beside each row of ``instances/europe``."""

MODES = {"road": "road", "bridge": "road", "tunnel": "ferry", "ferry": "ferry"}
"""Mode of a link by its kind in the facts; the shuttle train under the Channel works like a ferry."""

COUNTRY_FACTS = ("hourly_labour_cost", "logistics_construction_cost")


def customs_zones(facts: Facts) -> dict[str, str]:
    """Return the customs zone of each country: ``EU`` for the customs territory, else the country itself."""
    return {
        country["iso2"]: "EU" if country["eu_customs_territory"] == "1" else country["iso2"]
        for country in facts.countries
    }


def city_rows(facts: Facts) -> Rows:
    """Return the cities table."""
    zones = customs_zones(facts)
    return [
        {
            **{column: city[column] for column in ("id", "name", "country", "lat", "lon", "source", "year", "note")},
            "customs_zone": zones.get(city["country"], ""),
            "url": f"https://www.geonames.org/{city['geonameid']}",
            "source_status": city["status"],
        }
        for city in facts.cities
    ]


def hub_rows(facts: Facts) -> Rows:
    """Return the hubs table; Liège has no fixed cost of its own, as hub_cost treats existing sites as built."""
    zones = customs_zones(facts)
    return [
        {
            **{column: airport[column] for column in ("name", "country", "lat", "lon", "night_class", "year")},
            "id": airport["iata"],
            "customs_zone": zones.get(airport["country"], ""),
            "status": "existing" if airport["iata"] == EXISTING_HUB else "candidate",
            "cargo_t_per_year": airport["cargo_tonnes"],
            "source": f"{airport['source']}; night rule: {airport['night_source'] or 'not looked up'}",
            "url": airport["cargo_url"],
            "source_status": f"cargo {airport['cargo_status']}; night rule {airport['night_status']}",
            "note": "; ".join(filter(None, (f"night: {airport['night_rule']}", airport["note"]))),
        }
        for airport in facts.airports
    ]


def centre_rows(facts: Facts) -> Rows:
    """Return candidate sorting centres in the hubs table: the operator's own cities, and the largest others.

    A site with the id of a city stands in it and has its place.
    """
    own = [row["city"] for row in facts.sorting_centres]
    by_size = sorted(facts.cities, key=lambda city: -float(city["population_catchment"]))
    largest = [city["id"] for city in by_size if city["id"] not in own]
    chosen = own + largest[: CENTRES - len(own)]
    return [
        {"id": city["id"], "kind": "sorting_centre", "status": "candidate"} for city in by_size if city["id"] in chosen
    ]


def overseas_rows(facts: Facts) -> Rows:
    """Return the overseas table: the only airport with demand."""
    return [
        {
            **{column: airport[column] for column in ("name", "country", "lat", "lon", "source", "year", "note")},
            "id": airport["iata"],
            "customs_zone": airport["country"],
            "source_status": "sourced",
        }
        for airport in facts.overseas_airports
        if airport["iata"] == OVERSEAS_ORIGIN
    ]


def country_rows(facts: Facts) -> Rows:
    """Return the countries table, each with the sources of both its figures."""
    found = {(fact["iso2"], fact["indicator"]): fact for fact in facts.country_facts}
    rows = []
    for country in facts.countries:
        labour, building = (_country_fact(found, country["iso2"], name) for name in COUNTRY_FACTS)
        row = {column: _of_both(labour, building, column) for column in ("source", "year", "note")}
        row["url"] = " ".join(dict.fromkeys(filter(None, (labour["url"], building["url"]))))
        row["source_status"] = _of_both(labour, building, "status")
        row |= {"id": country["iso2"], "name": country["name"]}
        row |= {"labour_cost_eur_per_h": labour["value"], "construction_cost_eur_per_m2": building["value"]}
        rows.append(row)
    return rows


def _country_fact(found: dict[tuple[str, str], Row], country: str, indicator: str) -> Row:
    if (country, indicator) not in found:
        message = f"country_facts.csv: no {indicator} for {country}"
        raise FactsError(message)
    return found[country, indicator]


def _of_both(labour: Row, building: Row, column: str) -> str:
    return f"labour: {labour[column] or '-'}; construction: {building[column] or '-'}"


def link_rows(facts: Facts) -> Rows:
    """Return the links table: lanes from the overseas airport to every hub, then roads and crossings."""
    air = [
        {
            **{column: link[column] for column in ("from", "to", "source", "url", "year")},
            "mode": "air",
            "km": link["gc_km"],
            "hours": link["block_hours"],
            "source_status": link["status"],
            "note": link["service"],
        }
        for link in facts.air_links
        if link["from"] == OVERSEAS_ORIGIN
    ]
    road = [
        {
            **{column: link[column] for column in ("from", "to", "sea_km", "source", "year", "note")},
            "mode": MODES.get(link["kind"], link["kind"]),
            "km": link["road_km"],
            "hours": link["extra_hours"],
            "fare_eur_per_truck": link["extra_eur_per_truck"],
            "source_status": link["status"],
        }
        for link in facts.road_links
    ]
    return air + road


def demand_rows(facts: Facts) -> Rows:
    """Return the demand table: from overseas to each city, then from each city to overseas."""
    inbound = [
        {
            "origin": OVERSEAS_ORIGIN,
            "destination": city["id"],
            "stream": "inbound",
            "share": city["demand_share_inbound"],
        }
        for city in facts.cities
    ]
    outbound = [
        {
            "origin": city["id"],
            "destination": OVERSEAS_ORIGIN,
            "stream": "outbound",
            "share": city["demand_share_outbound"],
        }
        for city in facts.cities
    ]
    return inbound + outbound


def vehicle_rows(facts: Facts) -> Rows:
    """Return the vehicles table, each vehicle with the sources of all its figures."""
    rows = []
    for vehicle in dict.fromkeys(fact["vehicle"] for fact in facts.vehicles):
        own = [fact for fact in facts.vehicles if fact["vehicle"] == vehicle]
        row = {"id": vehicle, "mode": "road"} | {fact["figure"]: fact["value"] for fact in own}
        row["url"] = " ".join(dict.fromkeys(fact["url"] for fact in own if fact["url"]))
        row["source_status"] = _of_all(own, "status")
        row["note"] = "; ".join(f"{fact['figure']} {_range(fact)}" for fact in own)
        rows.append(row | {column: _of_all(own, column) for column in ("source", "year")})
    return rows


def _of_all(facts: Rows, column: str) -> str:
    return "; ".join(f"{fact['figure']}: {fact[column] or '-'}" for fact in facts)


def _range(fact: Row) -> str:
    note = f" ({fact['note']})" if fact["note"] else ""
    return f"{fact['low']} to {fact['high']} {fact['unit']}{note}"


def make_tables(facts: Facts, *, vehicles: bool = False) -> dict[str, Rows]:
    """Return the tables of the instance by name.

    Parameters
    ----------
    facts
        All facts.
    vehicles
        Whether the instance has vehicles.
    """
    tables = {
        "cities": city_rows(facts),
        "hubs": hub_rows(facts),
        "overseas": overseas_rows(facts),
        "countries": country_rows(facts),
        "links": link_rows(facts),
        "demand": demand_rows(facts),
    }
    return tables | {"vehicles": vehicle_rows(facts)} if vehicles else tables


def check_tables(tables: dict[str, Rows]) -> None:
    """Raise a FactsError unless all references resolve, shares add up to 1 and trucks reach every city."""
    countries = {row["id"] for row in tables["countries"]}
    nodes = [row["id"] for table in ("cities", "hubs", "overseas") for row in tables[table]]
    problems = [f"{name} stands twice" for name in sorted({name for name in nodes if nodes.count(name) > 1})]
    problems += [
        f"{row['id']}: country {row['country']} is not in countries"
        for table in ("cities", "hubs")
        for row in tables[table]
        if row["country"] not in countries
    ]
    ends = [
        (table, row[end])
        for table, *keys in (("links", "from", "to"), ("demand", "origin", "destination"))
        for row in tables[table]
        for end in keys
    ]
    problems += [f"{table}: {name} is no city, hub or overseas airport" for table, name in ends if name not in nodes]
    problems += [
        f"{row['from']} to {row['to']}: mode {row['mode']} is unknown"
        for row in tables["links"]
        if row["mode"] not in ("air", "road", "ferry")
    ]
    lanes = {row["to"] for row in tables["links"] if row["mode"] == "air"}
    problems += [f"no air link to {row['id']}" for row in tables["hubs"] if row["id"] not in lanes]
    problems += _wrong_shares(tables["demand"]) + _unreached(tables)
    if problems:
        raise FactsError("\n".join(problems))


def _wrong_shares(demand: Rows) -> list[str]:
    totals: dict[str, float] = {}
    for row in demand:
        totals[row["stream"]] = totals.get(row["stream"], 0.0) + float(row["share"])
    return [
        f"the shares of {stream} add up to {total:.6f}"
        for stream, total in totals.items()
        if abs(total - 1) > SHARE_TOLERANCE
    ]


def _unreached(tables: dict[str, Rows]) -> list[str]:
    """Return the cities and hubs to which no road or ferry leads from the existing hub; links go both ways."""
    neighbours: dict[str, set[str]] = {}
    for row in tables["links"]:
        if row["mode"] != "air":
            neighbours.setdefault(row["from"], set()).add(row["to"])
            neighbours.setdefault(row["to"], set()).add(row["from"])
    reached, ahead = {EXISTING_HUB}, [EXISTING_HUB]
    while ahead:
        new = neighbours.get(ahead.pop(), set()) - reached
        reached |= new
        ahead += new
    return [
        f"no road or ferry leads from {EXISTING_HUB} to {row['id']}"
        for table in ("cities", "hubs")
        for row in tables[table]
        if row["id"] not in reached
    ]


def table_text(
    name: str, rows: Rows, *, with_sources: bool = True, columns: Mapping[str, tuple[str, ...]] = COLUMNS
) -> str:
    """Return a table as CSV; missing cells are empty.

    Parameters
    ----------
    name, rows
        The table.
    with_sources
        Whether a large table has its sources beside each row; other tables have them always.
    columns
        Columns of the tables.
    """
    kept = columns[name]
    if name in LARGE and not with_sources:
        kept = tuple(column for column in kept if column not in SOURCE_COLUMNS)
        rows = [{column: row[column] for column in kept if column in row} for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, kept, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
