"""What docs/how-sure.md takes from the tables of the instance: sites, the investment in one, years of figures."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import netdesign as nd
from netdesign.instance.blocks import HubCost
from scripts.how_sure_asked import FILTER, INSTANCE


class SiteFacts(NamedTuple):
    """An airport: cargo in t/year, what a m2 of floor costs at the start in EUR, an hour of work in EUR."""

    id: str
    is_candidate: bool
    cargo: float
    floor: float
    wage: float


@cache
def instance_data() -> dict[str, Any]:
    """Return the instance as a document."""
    return nd.read(INSTANCE).to_dict()


@cache
def hub_sites() -> dict[str, SiteFacts]:
    """Return the airports by code."""
    tables = instance_data()["tables"]
    countries = {row["id"]: row for row in tables["countries"]}
    return {
        row["id"]: SiteFacts(
            row["id"],
            row["status"] == "candidate",
            row["cargo_t_per_year"],
            countries[row["country"]]["construction_cost_eur_per_m2"],
            countries[row["country"]]["labour_cost_eur_per_h"],
        )
        for row in tables["hubs"]
    }


def hub_cost() -> HubCost:
    """Return what a new hub costs."""
    return HubCost.model_validate(instance_data()["hub_cost"])


def investment(site: str) -> float:
    """Return what floor and sorters of a new hub are worth at the start, EUR."""
    cost = hub_cost()
    return cost.area_m2 * hub_sites()[site].floor + cost.sorting_capital_eur


def annuity() -> float:
    """Return the yearly payment for one EUR of investment."""
    return hub_cost().annuity


def hours_promised() -> str:
    """Return the hours from order to door that are promised, of each stream that has a deadline."""
    streams = instance_data()["streams"].values()
    return " or ".join(sorted({f"{stream['deadline_h']:g}" for stream in streams if stream.get("deadline_h")}))


def shut_by_size() -> list[str]:
    """Return the candidates that the size filter shuts."""
    least = instance_data()[FILTER]
    return [one.id for one in hub_sites().values() if one.is_candidate and one.cargo < least]


def data_of_range(path: str) -> dict[str, Any]:
    """Return the row of a figure in the table of ranges."""
    return next(row for row in instance_data()["tables"]["ranges"] if row["path"] == path)
