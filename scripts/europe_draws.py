"""Make the tables that worlds of the European instances are drawn from: distributions, and correlations.

Which figures are drawn is a choice of ours: volume by country, rates, what a kilometre costs, and wages. Rates have the
ends that their facts state; all else is an assumption, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.europe_facts import Facts, Row, Rows

VOLUME, BACK = "streams.inbound.volume_t_per_year", "streams.outbound.volume_t_per_year"
RATE, RATE_BACK = "air.inbound_rate_eur_per_kg", "air.outbound_rate_eur_per_kg"
OF_COUNTRIES, WAGES = "countries.*.volume_factor", "countries.*.labour_cost_eur_per_h"
VEHICLES, FACTORS = "vehicles.*.eur_per_km", "factors.*"

_RATES = {RATE: "air_rate_westbound_eur_per_kg", RATE_BACK: "air_rate_eastbound_eur_per_kg"}


def distribution_rows(facts: Facts, *, vehicles: bool) -> Rows:
    """Return the distributions table.

    Parameters
    ----------
    facts
        Tables and template.
    vehicles
        Whether the instance has vehicles.
    """
    parameters = {row["name"]: row for row in facts.parameters}
    rows = [
        _assumed(VOLUME, "a third more or less within two years; the range covers growth over decades", sd="40000"),
        _assumed(BACK, "as uncertain as what comes in", sd="10000"),
        _assumed(OF_COUNTRIES, "a country has a fifth more or less than its share of people", mean="1", sd="0.2"),
        *(_rate(path, parameters[name]) for path, name in _RATES.items()),
        _assumed(WAGES, "two years of wages that grow apart", mean="1", sd="0.06", relative="true"),
    ]
    fuel = {"distribution": "triangular", "low": "0.88", "mode": "1", "high": "1.18", "relative": "true"}
    why = "fuel is about a third of what a kilometre costs, and moves by half either way"
    if vehicles:
        return [*rows, _assumed(VEHICLES, why) | fuel]
    # The price of a kilometre decides which way is best too, as fares are weighed against it; the factors do not.
    return [*rows, *(_assumed(f"factors.{leg}", why) | fuel for leg in ("collection", "inter_hub", "distribution"))]


def correlation_rows(*, vehicles: bool) -> Rows:
    """Return the correlations table."""
    fuel = VEHICLES if vehicles else FACTORS
    return [
        _pair(VOLUME, BACK, "0.6", "both follow the same business"),
        _pair(OF_COUNTRIES, OF_COUNTRIES, "0.3", "what is not in the volume of all moves many countries at once"),
        _pair(RATE, RATE_BACK, "0.5", "the same aircraft fly both ways"),
        _pair(RATE, VOLUME, "0.3", "rates rise where much is flown"),
        _pair(WAGES, WAGES, "0.5", "one economy"),
        _pair(fuel, fuel, "0.95", "one fuel"),
        _pair(fuel, RATE, "0.3", "one oil"),
    ]


def _assumed(path: str, why: str, **parameters: str) -> Row:
    return {"path": path, "distribution": "lognormal", **parameters, "source": why, "source_status": "assumption"}


def _rate(path: str, fact: Row) -> Row:
    told = {column: fact.get(column, "") for column in ("source", "url", "year")}
    note = "ends from the facts; that the present value is the likeliest is an assumption"
    return {"path": path, "distribution": "triangular", **told, "source_status": fact["status"], "note": note}


def _pair(first: str, second: str, correlation: str, why: str) -> Row:
    told = {"source": why, "source_status": "assumption"}
    return {"first": first, "second": second, "correlation": correlation, **told}
