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


def cities_csv(cities: CitiesPart) -> str:
    """Return CSV text with a row for each city, way and hub."""
    return to_csv(list(CitiesPart.model_fields), [list(row.values()) for row in cities.rows()])
