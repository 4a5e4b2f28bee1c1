"""Read the facts of the European instances and fill templates with their figures.

The folder ``newer`` holds rows of some tables as they were found later. They count where asked for, so that an answer
to the older figures can be had at any time.
"""

from __future__ import annotations

import csv
import re
import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

TEMPLATE = "instance.template.yaml"
EXISTING_HUB = "LGG"
OVERSEAS_ORIGIN = "HGH"
"""Only this overseas airport has demand; the facts list more of them."""

NEWER = {"airports": ("iata",), "country_facts": ("iso2", "indicator")}
"""Tables with newer rows, and the columns that tell which row one replaces."""

LINE_LENGTH = 120
READING_MARK = re.compile(r"(?:\[(?P<reading>\w+)\] ?)?(?P<line>.*)")

Row = dict[str, str]
Rows = list[Row]


class FactsError(Exception):
    """The facts are inconsistent; the message has the place."""


@dataclass(frozen=True)
class Figure:
    """A number of ``instance.yaml`` and the comment after it."""

    value: float
    comment: str


@dataclass(frozen=True)
class Facts:
    """The fact tables as the files have them."""

    airports: Rows
    air_links: Rows
    cities: Rows
    countries: Rows
    country_facts: Rows
    overseas_airports: Rows
    parameters: Rows
    road_links: Rows
    sorting_centres: Rows
    vehicles: Rows
    template: str


def read_table(folder: Path, name: str) -> Rows:
    """Read a table of facts."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def read_facts(folder: Path, *, newer: bool = False) -> Facts:
    """Read the fact tables and the template of ``instance.yaml``.

    Parameters
    ----------
    folder
        The folder of facts.
    newer
        Whether newer rows replace older ones.

    Raises
    ------
    FactsError
        A newer row replaces none.
    """
    facts = Facts(
        airports=read_table(folder, "airports"),
        air_links=read_table(folder, "air_links"),
        cities=read_table(folder, "cities"),
        countries=read_table(folder, "countries"),
        country_facts=read_table(folder, "country_facts"),
        overseas_airports=read_table(folder, "overseas_airports"),
        parameters=read_table(folder, "parameters"),
        road_links=read_table(folder, "road_links"),
        sorting_centres=read_table(folder, "sorting_centres"),
        vehicles=read_table(folder, "vehicles"),
        template=(folder / TEMPLATE).read_text(encoding="utf-8"),
    )
    if not newer:
        return facts
    renewed: dict[str, Any] = {
        name: _renewed(getattr(facts, name), read_table(folder / "newer", name), name) for name in NEWER
    }
    return replace(facts, **renewed)


def _renewed(rows: Rows, newer: Rows, table: str) -> Rows:
    """Return rows with those cells that newer rows of the same key have; other cells stay."""

    def key(row: Row) -> tuple[str, ...]:
        return tuple(row[column] for column in NEWER[table])

    found = {key(row): {column: cell for column, cell in row.items() if cell} for row in newer}
    strange = found.keys() - {key(row) for row in rows}
    if strange:
        lines = [f"newer/{table}.csv: {' '.join(one)} is not in {table}.csv" for one in sorted(strange)]
        raise FactsError("\n".join(lines))
    return [row | found.get(key(row), {}) for row in rows]


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


def filled(template: str, figures: dict[str, Figure], marks: Collection[str] = ()) -> str:
    """Fill a template of ``instance.yaml``: each ``<name>`` becomes a number and its comment.

    Parameters
    ----------
    template
        The text; a line that begins with ``[NAME] `` stands only in the readings with that mark.
    figures
        By name.
    marks
        Names whose lines are kept.
    """
    return "".join(_filled(line, figures) for line in kept_lines(template, marks).splitlines())


def kept_lines(template: str, marks: Collection[str]) -> str:
    """Return the lines of a template that stand in the readings with some marks, without these marks."""
    lines = (READING_MARK.fullmatch(line) for line in template.splitlines())
    return "\n".join(match["line"] for match in lines if match and match["reading"] in (None, *marks))


def _filled(line: str, figures: dict[str, Figure]) -> str:
    """Return a line of the template with its figure; a long comment goes on lines of its own above."""
    match = re.fullmatch(r"(?P<indent> *)(?P<key>.*)<(?P<name>\w+)>", line)
    if match is None:
        return f"{line}\n"
    if match["name"] not in figures:
        message = f"{TEMPLATE}: <{match['name']}> is no parameter"
        raise FactsError(message)
    figure = figures[match["name"]]
    entry = f"{match['indent']}{match['key']}{number(figure.value)}"
    if len(one_line := f"{entry} # {figure.comment}") <= LINE_LENGTH:
        return f"{one_line}\n"
    mark = f"{match['indent']}# "
    above = textwrap.fill(
        figure.comment, LINE_LENGTH, initial_indent=mark, subsequent_indent=f"{mark}  ", break_on_hyphens=False
    )
    return f"{above}\n{entry}\n"
