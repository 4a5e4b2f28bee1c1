"""Which city is served from which hub: a short table for each network, and all of one plan as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.tables import TextTable, to_csv
from netdesign.report.words import name_of, tonnes
from netdesign.results.plan_document import CitiesPart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from netdesign.results.document import ResultDocument

_MOST_NAMED = 2
"""Cities of a hub that are named, largest first; the result file and the CSV have all."""

_WHOLE = 0.9999
"""Share from which a city has one hub."""

_WORDS = {"in": "to cities", "out": "from cities"}


def city_tables(result: ResultDocument) -> list[TextTable]:
    """Return the cities of each hub in short, where vehicles leave: elsewhere the hours have no waits to show."""
    rows = []
    for network in result.networks:
        if network.plan is not None and network.plan.cities is not None and network.plan.services is not None:
            name, cities = name_of(network), network.plan.cities.rows()
            for hub in network.plan.open_hubs:
                for way in _WORDS:
                    own = [row for row in cities if (row["hub"], row["way"]) == (hub, way)]
                    if own:
                        rows.append([name, hub, _WORDS[way], *_in_short(own)])
                        name = ""
    header = ["network", "hub", "way", "cities", "t/year", "mean hours", "late t/year", "largest"]
    return [TextTable("Cities by hub", header, rows, frozenset({0, 1, 2, 7}), keys=3)] if rows else []


def _in_short(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return number of cities, volume, mean hours, late volume and the largest cities of a hub, one way."""
    volume = sum(row["t_per_year"] for row in rows)
    timed = [row for row in rows if row["mean_h"] is not None]
    promised = [row["late_t_per_year"] for row in rows if row["late_t_per_year"] is not None]
    hours = sum(row["mean_h"] * row["t_per_year"] for row in timed) / volume if timed and volume else None
    largest = sorted(rows, key=lambda row: -row["t_per_year"])[:_MOST_NAMED]
    return [
        f"{len(rows):,}",
        tonnes(volume),
        "-" if hours is None else f"{hours:.1f}",
        tonnes(sum(promised)) if promised else "-",
        ", ".join(row["city"] for row in largest),
    ]


def hub_of_each_city(result: ResultDocument) -> list[TextTable]:
    """Return a table of the hub of each city in each network: by its main hub in the last one, the largest first.

    None where no network has a plan with cities.
    """
    networks = [one for one in result.networks if one.plan is not None and one.plan.cities is not None]
    of_networks = [_hubs_by_city(one.plan.cities) for one in networks if one.plan and one.plan.cities]
    if not of_networks:
        return []
    volume = {city: sum(row["t_per_year"] for row in rows) for city, rows in of_networks[-1].items()}
    cells = {city: [_hubs_text(found.get(city, [])) for found in of_networks] for city in volume}
    rows = [
        [city, tonnes(volume[city]), *cells[city]]
        for city in sorted(volume, key=lambda city: (_main_hub(of_networks[-1][city]), -volume[city]))
    ]
    header, words = ["city", "t/year", *map(name_of, networks)], frozenset({0, *range(2, len(networks) + 2)})
    title = "Hub of each city; where it has several: in of what it receives, out of what it sends"
    return [TextTable(title, header, rows, words)]


def _hubs_by_city(cities: CitiesPart) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in cities.rows():
        found.setdefault(row["city"], []).append(row)
    return found


def _main_hub(rows: Sequence[dict[str, Any]]) -> str:
    return str(max(rows, key=lambda row: row["t_per_year"])["hub"])


def _hubs_text(rows: Sequence[dict[str, Any]]) -> str:
    """Return the hubs of a city, each with its share where there are several; both ways where they differ."""
    by_way = {
        way: " + ".join(
            row["hub"] if row["share"] >= _WHOLE else f"{row['hub']} {row['share']:.0%}"
            for row in rows
            if row["way"] == way
        )
        for way in _WORDS
    }
    told = {way: hubs for way, hubs in by_way.items() if hubs}
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return ", ".join(f"{way} {hubs}" for way, hubs in told.items())


def cities_csv(cities: CitiesPart) -> str:
    """Return CSV text with a row for each city, way and hub."""
    return to_csv(list(CitiesPart.model_fields), [list(row.values()) for row in cities.rows()])
