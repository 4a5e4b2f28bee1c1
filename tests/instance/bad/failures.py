"""Failures that are none: days, rates and shares outside their range, rates of what there is not, wrong objectives."""

from __future__ import annotations

from tests.instance.bad.calls import call
from tests.instance.bad.case import Case, bad, edited
from tests.support.small_instances import LEGS, ROADS


def stated(name: str, block: str, place: str, message: str, base: str = LEGS) -> Case:
    """Return the case of an instance that states failures."""
    line = f"instance.yaml:{place}: failures.{message}"
    return bad(name, "tables:\n", f"failures: {block}\ntables:\n", line, base=base)


ONE_LANE = edited(ROADS, ("    - {from: G, to: X, mode: air, km: 9000}\n", ""))
DAYS = "give a whole number from 1 to 365"

FAILURES = [
    call("failure of 400 days", "stress . --failures --days 400", f"--days 400: {DAYS}"),
    call("failure of no day", "stress . --failures --days 0", f"--days 0: {DAYS}"),
    call("failure of less than no day", "stress . --failures --days -3", f"--days -3: {DAYS}"),
    call(
        "failures without a cost",
        "stress . --failures --set problem.objective=longest_time",
        "--failures: is priced in EUR/year; this problem minimises longest_time, so state objective: cost",
    ),
    call(
        "failures for more than a year",
        "stress . --failures --days 365 --quiet",
        "failures: by its rates something of A+B is out on 1,460 days of a year of 365; give fewer days or lower rates",
        **{"instance.yaml": LEGS.replace("tables:", "failures: {hubs_per_year: 2}\ntables:")},
    ),
    stated("failure of 400 days in the instance", "{days: 400}", "7:12", "days: 400 is over 365"),
    stated("failure of no day in the instance", "{days: 0}", "7:12", "days: 0 is under 1"),
    stated("failure of half a day", "{days: 0.5}", "7:12", "days: 0.5 is not a whole number"),
    stated("surge below nothing", "{surge_share: -0.1}", "7:12", "surge_share: -0.1 is under 0"),
    stated(
        "penalty below nothing", "{unserved_penalty_eur_per_t: -1}", "7:12", "unserved_penalty_eur_per_t: -1 is under 0"
    ),
    stated("rate below nothing", "{hubs_per_year: -0.1}", "7:12", "hubs_per_year: -0.1 is under 0"),
    stated("rate of a lane below nothing", "{lanes_per_year: -1}", "7:12", "lanes_per_year: -1 is under 0"),
    stated("own rate below nothing", "{rates: [{hub: A, per_year: -1}]}", "7:29", "rates.0.per_year: -1 is under 0"),
    stated("own rate without a figure", "{rates: [{hub: A}]}", "7:20", "rates.0.per_year: is missing"),
    stated("rate of nothing", "{rates: [{per_year: 1}]}", "7:20", "rates.0: give hub, or from and to"),
    stated(
        "rate of a hub and a leg",
        "{rates: [{hub: A, from: A, to: B, per_year: 1}]}",
        "7:20",
        "rates.0: give hub, or from and to",
    ),
    stated("rate of half a leg", "{rates: [{from: A, per_year: 1}]}", "7:20", "rates.0: give hub, or from and to"),
    stated(
        "rate of a leg to itself",
        "{rates: [{from: A, to: A, per_year: 1}]}",
        "7:20",
        "rates.0: from and to are both 'A'",
    ),
    stated(
        "rate of an unknown hub",
        "{rates: [{hub: AA, per_year: 1}]}",
        "7:21",
        "rates.0.hub: 'AA' is no hub or sorting centre; did you mean 'A'?",
    ),
    stated(
        "rate of a city that is no hub",
        "{rates: [{hub: C, per_year: 1}]}",
        "7:21",
        "rates.0.hub: 'C' is no hub or sorting centre",
    ),
    stated(
        "rate of a leg to an unknown hub",
        "{rates: [{from: A, to: Xx, per_year: 1}]}",
        "7:30",
        "rates.0.to: 'Xx' is no hub, sorting centre or overseas airport; did you mean 'X'?",
    ),
    stated(
        "two rates of one leg",
        "{rates: [{from: A, to: B, per_year: 1}, {from: B, to: A, per_year: 2}]}",
        "7:51",
        "rates.1: A to B stands twice",
    ),
    stated(
        "rate of a lane that is not there",
        "{rates: [{from: G, to: X, per_year: 1}]}",
        "22:20",
        "rates.0: there is no air lane between G and X; hubs with a lane from there: A",
        base=ONE_LANE,
    ),
    stated(
        "unknown key of failures",
        "{day: 3}",
        "7:12",
        "day: unknown key; allowed: days, surge_share, unserved_penalty_eur_per_t, hubs_per_year, lanes_per_year, "
        "inter_hub_legs_per_year, rates; did you mean 'days'?",
    ),
]
