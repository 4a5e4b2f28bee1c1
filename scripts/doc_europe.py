"""The answers on the European instance as Markdown: both readings side by side, and the back-test."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import netdesign as nd
from scripts.back_test import PARTS
from scripts.build_europe_2035 import READINGS
from scripts.doc_measurements import grouped, percent, table
from scripts.europe_readings import OLDER, TONNE, VEHICLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.doc_measurements import Row

_MILLION = 1e6
_WORDS = {
    "fixed": "hubs",
    "air": "air",
    "vehicles": "vehicles",
    "border": "customs",
    "handling": "handling",
    "late": "late parcels",
}


def readings_markdown(rows: Sequence[Row]) -> str:
    """Return hubs and savings of each reading by case, from the rows that ``scripts/europe_readings.py`` wrote."""
    lines = []
    for case, own in grouped(rows, "case"):
        tonne = [row for row in own if row["reading"] in (TONNE, OLDER)]
        lines.append((case, _steps(tonne), _steps([row for row in own if row["reading"] == VEHICLES])))
    return table(("case", "by the tonne", "with vehicles"), lines)


def _steps(networks: Sequence[Row]) -> str:
    """Return the best hubs beside Liège for each number, and what the last of them saves in EUR m a year."""
    cells = []
    for before, after in itertools.pairwise(networks):
        if not before["eur_per_year"] or not after["eur_per_year"]:
            cells.append(f"{after['hubs']} hubs: {after['termination'].replace('_', ' ')}")
            continue
        saving = (float(before["eur_per_year"]) - float(after["eur_per_year"])) / _MILLION
        mark = "" if after["termination"] == before["termination"] == "optimal" else " (not proven)"
        figure = f"**+{saving:.2f}**" if saving > 0 else f"{saving:.2f}"
        cells.append(f"{_beside_liege(after['open_hubs'])} {figure}{mark}")
    return "; ".join(cells)


def centres_markdown(rows: Sequence[Row]) -> str:
    """Return the best sorting centres by case and number of hubs, from the rows of ``scripts/centre_readings.py``."""
    lines = []
    for case, own in grouped(rows, "case"):
        for place, row in enumerate(own):
            lines.append(("" if place else case, *_sites(row), *_cost_and_gap(row)))
    return table(("case", "hubs", "sorting centres", "EUR m a year", "gap"), lines)


def lines_markdown(rows: Sequence[Row]) -> str:
    """Return the truck lines that are chosen by case and number of hubs, from ``scripts/line_readings.py``."""
    lines = []
    for case, own in grouped(rows, "case"):
        for place, row in enumerate(own):
            number = len(row["lines"].split("+")) if row["lines"] else 0
            lines.append(("" if place else case, *_sites(row), str(number), *_cost_and_gap(row)))
    return table(("case", "hubs", "sorting centres", "lines", "EUR m a year", "gap"), lines)


def _sites(row: Row) -> tuple[str, str]:
    """Return the open hubs and sorting centres of a row."""
    return row["open_hubs"].replace("+", " + "), row["sorting_centres"].replace("+", ", ") or "none"


def _cost_and_gap(row: Row) -> tuple[str, str]:
    """Return what the best network costs, EUR m a year, and what is not proven of it."""
    if not row["eur_per_year"]:
        return "no plan", row["termination"].replace("_", " ")
    cost, bound = float(row["eur_per_year"]), float(row["bound"])
    return f"{cost / _MILLION:.2f}", "0" if row["termination"] == "optimal" else percent((cost - bound) / cost)


def stage_readings_markdown(rows: Sequence[Row]) -> str:
    """Return cost and orders of each reading by what the volume does, from ``scripts/stage_readings.py``."""
    lines = []
    for case, own in grouped(rows, "case"):
        cells = {row["instance"]: _plan(row) for row in own}
        lines.append((case, *(cells.get(reading.name, "") for reading in READINGS)))
    return table(("volume", "with vehicles", "by the tonne"), lines)


def _plan(row: Row) -> str:
    """Return what a plan costs, what it orders, and what waiting and knowing are worth, in EUR m."""
    if not row["eur"]:
        return row["termination"].replace("_", " ")
    mark = "" if row["termination"] == "optimal" else " (not proven)"
    found = f"{float(row['eur']) / _MILLION:,.2f}{mark}: {row['orders'] or 'nothing'}"
    if not row["waiting_eur"]:
        return found
    waiting, knowing = (f"{float(row[name]) / _MILLION:.2f}" for name in ("waiting_eur", "knowing_eur"))
    return f"{found}. Waiting is worth {waiting}, knowing {knowing}"


def _beside_liege(hubs: str) -> str:
    return " + ".join(hub for hub in hubs.split("+") if hub != "LGG") or "LGG alone"


def back_test_markdown(rows: Sequence[Row]) -> str:
    """Return a table for each year of the rows that ``scripts/back_test.py`` wrote."""
    inbound = nd.read("europe").to_dict()["streams"]["inbound"]["volume_t_per_year"]
    parts = []
    for case, own in grouped(rows, "case"):
        tonnes = inbound * float(own[0]["factor"])
        parts.append(f"### {case}: {tonnes:,.0f} t a year from Hangzhou\n\n{_against_the_best(own)}")
    return "\n".join(parts)


def _against_the_best(rows: Sequence[Row]) -> str:
    """Return networks, cheapest first, with what each part of their cost differs from that of the best."""
    priced = {row["network"]: row for row in rows if row["eur_per_year"]}
    order = sorted(priced.values(), key=lambda row: float(row["eur_per_year"]))
    best = order[0]
    heading = ("network", "EUR m a year", "unproven", "above the best", *_WORDS.values(), "in time")
    lines = []
    for row in order:
        total = float(row["eur_per_year"]) / _MILLION
        above = [_apart(row, best, part) for part in ("eur_per_year", *PARTS)]
        figures = (f"{total:.2f}", _apart(row, row, "eur_per_year", "bound"), *above, f"{float(row['inside']):.0%}")
        lines.append((row["network"].replace("+", " + "), *figures))
    missing = sorted({row["network"] for row in rows if not row["eur_per_year"]} - {""})
    note = f"\nNo plan: {', '.join(missing)}.\n" if missing else ""
    return table(heading, lines) + note


def _apart(row: Row, best: Row, part: str, of_best: str | None = None) -> str:
    difference = (float(row[part]) - float(best[of_best or part])) / _MILLION
    return f"{difference:+.2f}" if abs(difference) >= 0.005 else "0"
