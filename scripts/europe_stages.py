"""Make the tables of years of the European instance: modules, paths and the scenario tree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.europe_facts import TEMPLATE, Facts, FactsError, Figure, Row, Rows, number, read_table
from scripts.europe_tables import SOURCE_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

POINT_COLUMNS = ("where", "at_year", "factor", "growth_per_year", "source", "url", "source_status", "note")
STAGE_COLUMNS = {
    "modules": (
        *("id", "name", "area_m2", "capacity_t_per_year", "sorting_capital_eur", "yearly_eur", "labour_share"),
        *("lead_years", "life_years", "minimum_term_years", "exit_cost_eur", "most"),
        *SOURCE_COLUMNS,
    ),
    "paths": ("of", *POINT_COLUMNS),
    "tree": ("id", "parent", "first_year", "probability", *SOURCE_COLUMNS),
}
FIRST_BRANCH = "start"
LABOUR_YEARS = 2
"""Years between the two levels of labour cost, 2022 and 2024."""


@dataclass(frozen=True)
class StageFacts:
    """The facts for several years, as the files have them."""

    parameters: Rows
    module_sizes: Rows
    volume_paths: Rows
    outcomes: Rows
    catching_up: Rows
    template: str


@dataclass(frozen=True)
class Branch:
    """A branch of the tree: its years and its volume."""

    id: str
    parent: str
    first_year: int
    factor: float
    """Volume in the first year."""
    outcome: Row


def read_stage_facts(folder: Path) -> StageFacts:
    """Read the tables and the template."""
    return StageFacts(
        parameters=read_table(folder, "parameters"),
        module_sizes=read_table(folder, "module_sizes"),
        volume_paths=read_table(folder, "volume_paths"),
        outcomes=read_table(folder, "outcomes"),
        catching_up=read_table(folder, "catching_up"),
        template=(folder / TEMPLATE).read_text(encoding="utf-8"),
    )


def prices_by_tonne(given: dict[str, Figure]) -> dict[str, Figure]:
    """Return the prices per parcel of the parameters in EUR/t."""
    parcels = 1000 / given["parcel_weight_kg"].value
    return {
        name.replace("_per_parcel", "_per_t"): Figure(
            round(given[name].value * parcels, 6),
            f"EUR/t; {number(given[name].value)} {given[name].comment}, {number(parcels)} parcels to the tonne",
        )
        for name in ("contract_eur_per_parcel", "overflow_eur_per_parcel")
    }


def module_rows(own: StageFacts, given: dict[str, Figure]) -> Rows:
    """Return the modules table: capacity and running cost by area, sorters with a power of it."""

    def value(name: str) -> float:
        return given[name].value

    usual = value("hub_area_m2")
    by_floor = (value("hub_operating_eur_per_year") - value("hub_base_eur_per_year")) / usual

    def row(size: Row) -> Row:
        area = float(size["area_m2"])
        sorters = value("sorting_automation_capex_eur") * (area / usual) ** value("sorting_scale_exponent")
        status = f"{size['source_status']}; capacity sourced (derived); money derived from assumptions"
        figures = {
            "capacity_t_per_year": area * value("hub_throughput_t_per_m2_year"),
            "sorting_capital_eur": round(sorters, -5),
            "yearly_eur": area * by_floor,
            "labour_share": value("hub_operating_labour_share"),
            "life_years": value("asset_life_years"),
            "minimum_term_years": value("minimum_term_years"),
            "exit_cost_eur": area * value("exit_eur_per_m2"),
        }
        return size | {name: number(figure) for name, figure in figures.items()} | {"source_status": status}

    return [row(size) for size in own.module_sizes]


def base_factor(own: StageFacts, first_year: int, year: int) -> float:
    """Return the volume of the base path in a year relative to the first, with even growth between points."""
    points = {first_year: 1.0} | {
        int(row["at_year"]): float(row["factor"]) for row in own.volume_paths if not row["where"]
    }
    if year > max(points):
        message = f"volume_paths.csv: the tree's branches in {year + 1} come after the last point of the base path"
        raise FactsError(message)
    before = max(point for point in points if point <= year)
    after = min(point for point in points if point >= year)
    part = (year - before) / (after - before) if after > before else 0.0
    return float(points[before] ** (1 - part) * points[after] ** part)


def branches(own: StageFacts, first_year: int) -> list[Branch]:
    """Return the branches after the first: every branch splits into all outcomes of a year.

    The growth of a branch begins with its first year and goes on until it branches.
    """
    found: list[Branch] = []
    before = [Branch(FIRST_BRANCH, "", first_year, 1.0, {})]
    for year in sorted({int(outcome["first_year"]) for outcome in own.outcomes}):
        outcomes = [outcome for outcome in own.outcomes if int(outcome["first_year"]) == year]
        before = [_follow(own, parent, outcome, year) for parent in before for outcome in outcomes]
        found += before
    return found


def _follow(own: StageFacts, parent: Branch, outcome: Row, year: int) -> Branch:
    if parent.id == FIRST_BRANCH:
        name, reached = outcome["outcome"], base_factor(own, parent.first_year, year - 1)
    else:
        years = year - 1 - parent.first_year
        name = f"{parent.id}-{outcome['outcome']}"
        reached = parent.factor * (1 + float(parent.outcome["growth_per_year"])) ** years
    return Branch(name, parent.id, year, reached * (1 + float(outcome["growth_per_year"])), outcome)


def tree_rows(own: StageFacts, first_year: int) -> Rows:
    """Return the tree table."""
    first = {"id": FIRST_BRANCH, "first_year": str(first_year), "note": "volume as in the base path"}
    return [first] + [
        {
            "id": branch.id,
            "parent": branch.parent,
            "first_year": str(branch.first_year),
            **{column: branch.outcome[column] for column in ("probability", "source", "url", "source_status", "note")},
        }
        for branch in branches(own, first_year)
    ]


def path_rows(facts: Facts, own: StageFacts, given: dict[str, Figure]) -> Rows:
    """Return the paths table: volume of base path, scenarios and branches, then wages by country."""
    first_year = int(given["first_year"].value)
    stated = [{"of": "volume", **{column: row[column] for column in POINT_COLUMNS}} for row in own.volume_paths]
    branched = [
        {
            "of": "volume",
            "where": branch.id,
            "at_year": str(branch.first_year),
            "factor": number(round(branch.factor, 6)),
            "growth_per_year": branch.outcome["growth_per_year"],
            "source_status": "derived from assumptions",
            "note": "growth as in facts/outcomes.csv, from the year before on",
        }
        for branch in branches(own, first_year)
    ]
    return stated + branched + wage_rows(facts, own, given)


def wage_rows(facts: Facts, own: StageFacts, given: dict[str, Figure]) -> Rows:
    """Return the growth of labour cost by country: the common growth, and convergence of the east."""
    levels = {row["iso2"]: row["value"] for row in facts.country_facts if row["indicator"] == "hourly_labour_cost"}
    catching_up = {row["iso2"] for row in own.catching_up}
    pace = given["labour_catch_up_share"].value * observed_pace(levels, own, given)
    mean, growth = given["eu_mean_hourly_labour_cost"].value, given["real_wage_growth"].value
    first_year, last_year = (int(given[name].value) for name in ("first_year", "last_year"))
    years = max(last_year - first_year, 1)
    closed = (1 - (1 - pace) ** years) / years
    rows = []
    for country in facts.countries:
        name = country["iso2"]
        catch_up = math.log(mean / float(levels[name])) * closed if name in catching_up else 0.0
        reason = f"{number(growth * 100)} % a year as everywhere"
        if name in catching_up:
            reason += f"; gap to the EU mean closes by {pace:.1%} a year".replace("%", " %")
        rows.append(
            {
                "of": f"countries.{name}.labour_cost_eur_per_h",
                "at_year": str(first_year),
                "growth_per_year": number(round(math.exp(catch_up) * (1 + growth) - 1, 4)),
                "source_status": "derived from assumptions",
                "note": reason,
            }
        )
    return rows


def observed_pace(levels: dict[str, str], own: StageFacts, given: dict[str, Figure]) -> float:
    """Return the observed yearly convergence to the EU mean, as a share of the logarithmic gap."""
    mean, mean_then = (given[f"eu_mean_hourly_labour_cost{end}"].value for end in ("", "_2022"))
    gap = gap_then = 0.0
    for row in own.catching_up:
        if row["labour_cost_2022_eur_per_h"]:
            gap += math.log(mean / float(levels[row["iso2"]]))
            gap_then += math.log(mean_then / float(row["labour_cost_2022_eur_per_h"]))
    return float(1 - (gap / gap_then) ** (1 / LABOUR_YEARS))


def check_stage_facts(facts: Facts, own: StageFacts) -> None:
    """Raise a FactsError unless names are known and the probabilities of each year add up to 1."""
    countries = {country["iso2"] for country in facts.countries}
    problems = [
        f"catching_up.csv: {row['iso2']} is not in countries" for row in own.catching_up if row["iso2"] not in countries
    ]
    totals: dict[str, float] = {}
    for outcome in own.outcomes:
        totals[outcome["first_year"]] = totals.get(outcome["first_year"], 0.0) + float(outcome["probability"])
    problems += [
        f"outcomes.csv: the probabilities of {year} add up to {total:.6f}"
        for year, total in totals.items()
        if not math.isclose(total, 1)
    ]
    both = {row["name"] for row in facts.parameters} & {row["name"] for row in own.parameters}
    problems += [f"parameters.csv: {name} stands in ../europe/facts too" for name in sorted(both)]
    if problems:
        raise FactsError("\n".join(problems))
