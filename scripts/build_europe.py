"""Make the European instance from its facts: ``python scripts/build_europe.py [--check] [DEST]``.

Everything is read from ``instances/europe/facts``; nothing is fetched or measured. The same facts give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

EUROPE = Path(__file__).resolve().parent.parent / "instances" / "europe"
TEMPLATE = "instance.template.yaml"
EXISTING_HUB = "LGG"
OVERSEAS_ORIGIN = "HGH"
"""Only this overseas airport has demand; the facts know more of them."""

LINE_LENGTH = 120
SHARE_TOLERANCE = 1e-3

SOURCE_COLUMNS = ("source", "url", "year", "source_status", "note")
PLACE_COLUMNS = ("id", "name", "country", "customs_zone", "lat", "lon")
COLUMNS = {
    "cities": (*PLACE_COLUMNS, *SOURCE_COLUMNS),
    "hubs": (*PLACE_COLUMNS, "status", "cargo_t_per_year", "night_class", *SOURCE_COLUMNS),
    "overseas": (*PLACE_COLUMNS, *SOURCE_COLUMNS),
    "countries": ("id", "name", "labour_cost_eur_per_h", "construction_cost_eur_per_m2", *SOURCE_COLUMNS),
    "links": ("from", "to", "mode", "km", "sea_km", "hours", "fare_eur_per_truck", *SOURCE_COLUMNS),
    "demand": ("origin", "destination", "stream", "share"),
}
MODES = {"road": "road", "bridge": "road", "tunnel": "ferry", "ferry": "ferry"}
"""Mode of a link by its kind in the facts; the shuttle train under the Channel works like a ferry."""

COUNTRY_FACTS = ("hourly_labour_cost", "logistics_construction_cost")

Row = dict[str, str]
Rows = list[Row]


class BuildError(Exception):
    """The facts do not fit together; the message says where."""


@dataclass(frozen=True)
class Figure:
    """A number of ``instance.yaml`` and the comment that stands beside it."""

    value: float
    comment: str


@dataclass(frozen=True)
class Facts:
    """The fact tables as they stand in the files."""

    airports: Rows
    air_links: Rows
    cities: Rows
    countries: Rows
    country_facts: Rows
    overseas_airports: Rows
    parameters: Rows
    road_links: Rows
    template: str


def read_facts(folder: Path) -> Facts:
    """Read the fact tables and the template of ``instance.yaml``."""

    def table(name: str) -> Rows:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True))

    return Facts(
        airports=table("airports"),
        air_links=table("air_links"),
        cities=table("cities"),
        countries=table("countries"),
        country_facts=table("country_facts"),
        overseas_airports=table("overseas_airports"),
        parameters=table("parameters"),
        road_links=table("road_links"),
        template=(folder / TEMPLATE).read_text(encoding="utf-8"),
    )


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


def overseas_rows(facts: Facts) -> Rows:
    """Return the overseas table: the one airport that has demand."""
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
        raise BuildError(message)
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


def parameter_figures(parameters: Rows) -> dict[str, Figure]:
    """Return each parameter with unit, status, range, source and its name as comment."""
    figures = {}
    for row in parameters:
        limits = [number(float(row[end])) for end in ("low", "high") if row[end]]
        span = f" ({' to '.join(limits)})" if limits else ""
        reason = row["source"] if row["source"] != row["status"] else ""
        source = f": {reason}" if reason else ""
        comment = f"{row['unit']}; {row['status']}{span}{source} [{row['name']}]"
        figures[row["name"]] = Figure(float(row["value"]), comment)
    return figures


def derived_figures(facts: Facts, given: dict[str, Figure]) -> dict[str, Figure]:
    """Return the figures that follow from parameters and from the lane to the existing hub."""
    share = given["outbound_share_of_total_tonnes"].value
    outbound = round(given["inbound_tonnes_per_year"].value * share / (1 - share), 6)
    wait = given["curfew_wait_hours"].value * given["curfew_wait_restricted_share"].value
    lane = (OVERSEAS_ORIGIN, EXISTING_HUB)
    [reference] = [link["gc_km"] for link in facts.air_links if (link["from"], link["to"]) == lane]
    return {
        "outbound_tonnes_per_year": Figure(
            outbound,
            "t/year; derived from an assumption: inbound x share / (1 - share), the share being "
            f"{number(share)} of all tonnes [outbound_share_of_total_tonnes]",
        ),
        "curfew_wait_restricted_hours": Figure(
            wait, "h; assumption: this part of the wait where shut [curfew_wait_restricted_share]"
        ),
        "reference_distance_km": Figure(
            float(reference), f"km; derived: great circle {' to '.join(lane)}, where the rates hold"
        ),
        "sea_co2e_g_per_tkm": Figure(
            given["co2_road_g_per_tkm"].value, "g CO2e/tkm; assumption: none was collected, so that of the road"
        ),
    }


def number(value: float) -> str:
    """Write a number without exponent and without needless digits."""
    return f"{value:.12f}".rstrip("0").rstrip(".")


def instance_text(facts: Facts) -> str:
    """Fill the template of ``instance.yaml``: each ``<name>`` becomes a number and its comment."""
    given = parameter_figures(facts.parameters)
    figures = given | derived_figures(facts, given)
    return "".join(_filled(line, figures) for line in facts.template.splitlines())


def _filled(line: str, figures: dict[str, Figure]) -> str:
    """Return a line of the template with its figure; a long comment goes on lines of its own above."""
    match = re.fullmatch(r"(?P<indent> *)(?P<key>.*)<(?P<name>\w+)>", line)
    if match is None:
        return f"{line}\n"
    if match["name"] not in figures:
        message = f"{TEMPLATE}: <{match['name']}> is no parameter"
        raise BuildError(message)
    figure = figures[match["name"]]
    entry = f"{match['indent']}{match['key']}{number(figure.value)}"
    if len(beside := f"{entry} # {figure.comment}") <= LINE_LENGTH:
        return f"{beside}\n"
    mark = f"{match['indent']}# "
    above = textwrap.fill(
        figure.comment, LINE_LENGTH, initial_indent=mark, subsequent_indent=f"{mark}  ", break_on_hyphens=False
    )
    return f"{above}\n{entry}\n"


def make_tables(facts: Facts) -> dict[str, Rows]:
    """Return the tables of the instance by name."""
    return {
        "cities": city_rows(facts),
        "hubs": hub_rows(facts),
        "overseas": overseas_rows(facts),
        "countries": country_rows(facts),
        "links": link_rows(facts),
        "demand": demand_rows(facts),
    }


def check_tables(tables: dict[str, Rows]) -> None:
    """Raise a BuildError unless all references resolve, shares add up to 1 and trucks reach every city."""
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
        raise BuildError("\n".join(problems))


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


def csv_text(columns: tuple[str, ...], rows: Rows) -> str:
    """Return a table as CSV; a column that a row does not have is left empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def build(facts_folder: Path) -> dict[str, str]:
    """Return the files of the instance by name.

    Parameters
    ----------
    facts_folder
        Folder with the fact tables and the template.

    Raises
    ------
    BuildError
        The facts do not fit together.
    """
    facts = read_facts(facts_folder)
    tables = make_tables(facts)
    check_tables(tables)
    files = {f"{name}.csv": csv_text(COLUMNS[name], rows) for name, rows in tables.items()}
    return files | {"instance.yaml": instance_text(facts)}


def differing(files: dict[str, str], folder: Path) -> list[str]:
    """Return the names of the files that are missing in a folder or differ from what the facts give."""
    return [
        name
        for name, text in files.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != text.encode()
    ]


def write(files: dict[str, str], folder: Path) -> None:
    """Write the files of the instance into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())


def main(arguments: list[str] | None = None) -> int:
    """Write or check the instance and return the exit code."""
    parser = argparse.ArgumentParser(description="Make the European instance from instances/europe/facts.")
    parser.add_argument("dest", nargs="?", type=Path, default=EUROPE, help="folder (default: the instance's own)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name the files that differ")
    options = parser.parse_args(arguments)
    try:
        files = build(EUROPE / "facts")
    except BuildError as error:
        print(f"build_europe: {error}", file=sys.stderr)
        return 1
    if not options.check:
        write(files, options.dest)
        return 0
    stale = differing(files, options.dest)
    for name in stale:
        print(f"build_europe: {name} is not what the facts give; run scripts/build_europe.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
