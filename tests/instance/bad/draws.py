"""Draws that are wrong: nothing to draw from, distributions and correlations that are none, unknown networks."""

from __future__ import annotations

from tests.instance.bad.calls import call
from tests.instance.bad.case import Case, faults
from tests.support.small_instances import LEGS, STAGES

A, B = "hubs.A.fixed_cost_eur_per_year", "hubs.B.fixed_cost_eur_per_year"
OF_A, OF_B = (f"{{path: {path}, low: 0, high: 90}}" for path in (A, B))
OF_VOLUME = "{path: volume_factor, low: 0.5, high: 2}"

NUMBER = "give a whole number from 1 to 1000000"
NO_MATRIX = "are those of no joint distribution: the matrix is not positive semidefinite, its least eigenvalue is"


def drawn(*rows: str, correlations: tuple[str, ...] = ()) -> str:
    """Return an instance whose distributions begin on line 29."""
    text = LEGS + "  distributions:\n" + "".join(f"    - {row}\n" for row in rows)
    return text + ("  correlations:\n" + "".join(f"    - {row}\n" for row in correlations) if correlations else "")


def pair(first: str, second: str, correlation: float) -> str:
    """Return a row of correlations."""
    return f"{{first: {first}, second: {second}, correlation: {correlation}}}"


def wrong(name: str, message: str, *rows: str, correlations: tuple[str, ...] = ()) -> Case:
    """Return the case of wrong distributions or correlations."""
    text = drawn(*rows, correlations=correlations)
    return Case(name, faults(f"instance.yaml:{message}"), 3, ("stress", ".", "--draws", "10"), {"instance.yaml": text})


def asked(name: str, options: str, message: str) -> Case:
    """Return the case of a wrong call about an instance with distributions."""
    return call(name, f"stress . {options}", message, **{"instance.yaml": drawn(OF_A)})


def over_years(name: str, options: str, message: str, *rows: str) -> Case:
    """Return the case of a wrong call about an instance over years."""
    listed = "  distributions:\n" + "".join(f"    - {row}\n" for row in rows) if rows else ""
    return call(name, f"stress . {options}".strip(), message, **{"instance.yaml": STAGES + listed})


FAILURES_OVER_YEARS = (
    "failures are asked of one year, and this instance is over several; --set stages=null takes the one that the file "
    "states"
)
OF_ONE_YEAR = "is for instances of one year, and this one is over several; leave it out"
OF_SEVERAL = "is for instances over several years, and this one is of one; leave it out"

DRAWS = [
    call(
        "nothing to draw from",
        "stress . --draws 10",
        "--draws 10: three states no distributions and no ranges, so there is nothing to draw; give it a distributions "
        "table, or a ranges table",
    ),
    asked("zero draws", "--draws 0", f"--draws 0: {NUMBER}"),
    asked("draws below zero", "--draws -5", f"--draws -5: {NUMBER}"),
    asked("too many draws", "--draws 9000000", f"--draws 9000000: {NUMBER}"),
    asked("unknown network", "--draws 10 --networks A+Q", "--networks A+Q: Q: there is no such site"),
    asked(
        "network of nothing",
        "--draws 10 --networks +",
        "--networks '+': names no network; write the ids of its hubs as LGG+WAW",
    ),
    asked("network named twice", "--draws 10 --networks A+B,B+A", "--networks B+A: is named twice"),
    asked("level of no world", "--draws 10 --level 1", "--level 1: give a share from 0 to less than 1"),
    asked("days without failures", "--draws 10 --days 3", "--days 3: goes with --failures, which is not asked for"),
    asked("level without draws", "--failures --level 0.9", "--level 0.9: goes with --draws, which is not asked for"),
    asked(
        "margin beside networks",
        "--draws 10 --networks A+B --within 1%",
        "--networks and --within exclude each other; give one",
    ),
    asked(
        "number beside networks",
        "--draws 10 --networks A+B --most 3",
        "--networks and --most exclude each other; give one",
    ),
    asked("no network to look at", "--draws 10 --most 0", "--most 0: give a whole number from 1 to 1000"),
    asked("networks below the best", "--draws 10 --within -1%", "--within -1%: a margin is 0 or more"),
    over_years("failures over years", "--failures", f"--failures: {FAILURES_OVER_YEARS}", OF_VOLUME),
    over_years("days over years", "--draws 10 --days 3", f"--days: {FAILURES_OVER_YEARS}", OF_VOLUME),
    over_years("networks over years", "--draws 10 --networks A+B", f"--networks: {OF_ONE_YEAR}", OF_VOLUME),
    over_years("margin over years", "--draws 10 --within 1%", f"--within: {OF_ONE_YEAR}", OF_VOLUME),
    over_years("number of networks over years", "--draws 10 --most 3", f"--most: {OF_ONE_YEAR}", OF_VOLUME),
    over_years("model under stress over years", "--draws 10 --model multiple", f"--model: {OF_ONE_YEAR}", OF_VOLUME),
    over_years("zero draws over years", "--draws 0", f"--draws 0: {NUMBER}", OF_VOLUME),
    over_years("level over years", "--level 1.5", "--level 1.5: give a share from 0 to less than 1", OF_VOLUME),
    over_years(
        "nothing to draw over years",
        "",
        "--draws 1000: stages states no distributions and no ranges, so there is nothing to draw; give it a "
        "distributions table, or a ranges table",
    ),
    over_years(
        "draws of years",
        "--draws 10",
        "--draws 10: stages.last_year is drawn, and a plan is one for certain years; take it out",
        "{path: stages.last_year, low: 2028, high: 2030}",
    ),
    over_years(
        "scenario that does not exist under stress",
        "--scenario flatt",
        "--scenario flatt: there is no such scenario; allowed: base, flat; did you mean 'flat'?",
        OF_VOLUME,
    ),
    over_years(
        "risk without a tree under stress",
        "--risk cvar",
        "--risk and --level are for --tree: on a path nothing is uncertain",
        OF_VOLUME,
    ),
    asked("tree of one year under stress", "--draws 10 --tree", f"--tree: {OF_SEVERAL}"),
    asked("scenario of one year under stress", "--draws 10 --scenario up", f"--scenario: {OF_SEVERAL}"),
    wrong(
        "distribution upside down",
        "29:46: tables.distributions.0.low: low 90 is over high 0; exchange them",
        f"{{path: {A}, low: 90, high: 0}}",
    ),
    wrong(
        "distribution without width",
        "29:46: tables.distributions.0.low: low and high are both 9; a distribution has two ends",
        f"{{path: {A}, low: 9, high: 9}}",
    ),
    wrong(
        "distribution without ends",
        f"29:7: tables.distributions.0.low: is missing: uniform has two ends, and {A} states no range",
        f"{{path: {A}}}",
    ),
    wrong(
        "end that a figure may not have",
        "29:29: tables.distributions.0.low: volume_factor: 0 is not over 0",
        "{path: volume_factor, low: 0, high: 2}",
    ),
    wrong(
        "normal distribution that can go negative",
        "29:46: tables.distributions.0.distribution: normal can go below 0, where fixed_cost_eur_per_year may not be; "
        "lognormal stays above 0, uniform, triangular and truncated_normal have ends",
        f"{{path: {A}, distribution: normal, sd: 5}}",
    ),
    wrong(
        "normal distribution without sd",
        "29:7: tables.distributions.0: normal needs sd",
        f"{{path: {A}, distribution: normal}}",
    ),
    wrong(
        "uniform distribution with sd",
        "29:7: tables.distributions.0: uniform has no sd; it has low, high",
        f"{{path: {A}, low: 0, high: 9, sd: 5}}",
    ),
    wrong(
        "lognormal distribution of mean 0",
        "29:71: tables.distributions.0.mean: 0: the mean of a lognormal distribution is over 0",
        f"{{path: {A}, distribution: lognormal, mean: 0, sd: 5}}",
    ),
    wrong(
        "sd of 0",
        "29:71: tables.distributions.0.sd: 0 is not over 0",
        f"{{path: {A}, distribution: lognormal, sd: 0}}",
    ),
    wrong(
        "mode outside its ends",
        "29:7: tables.distributions.0.mode: 10 is not between low 50 and high 90",
        f"{{path: {A}, distribution: triangular, low: 50, high: 90}}",
    ),
    wrong(
        "unknown distribution",
        "29:46: tables.distributions.0.distribution: 'gauss' is not allowed; allowed: 'uniform', 'triangular', "
        "'normal', 'truncated_normal' or 'lognormal'",
        f"{{path: {A}, distribution: gauss, sd: 5}}",
    ),
    wrong(
        "distribution of an unknown figure",
        "29:8: tables.distributions.0.path: 'hubs.A.fixed_cost' leads nowhere: there is no 'fixed_cost'; did you mean "
        "'fixed_cost_eur_per_year'?",
        "{path: hubs.A.fixed_cost, low: 0, high: 90}",
    ),
    wrong(
        "distribution stated twice",
        f"30:8: tables.distributions.1.path: '{A}' has a distribution already, on line 29",
        OF_A,
        OF_A,
    ),
    wrong(
        "pattern that fits nothing",
        "29:8: tables.distributions.0.path: 'countries.*.volume_factor' fits no figure",
        "{path: countries.*.volume_factor, low: 0.5, high: 2}",
    ),
    wrong(
        "pattern with two stars",
        "29:8: tables.distributions.0.path: 'hubs.*.*.x': * stands once, between two names",
        "{path: hubs.*.*.x, low: 0.5, high: 2}",
    ),
    wrong(
        "correlation beyond 1",
        "32:87: tables.correlations.0.correlation: 1.2 is over 1",
        OF_A,
        OF_B,
        correlations=(pair(A, B, 1.2),),
    ),
    wrong(
        "diagonal that is not 1",
        "32:87: tables.correlations.0.correlation: a figure has the correlation 1 with itself, not 0.5",
        OF_A,
        OF_B,
        correlations=(pair(A, A, 0.5),),
    ),
    wrong(
        "correlations that are not symmetric",
        "33:87: tables.correlations.1.correlation: is 0.4, and 0.5 on line 32; the matrix would not be symmetric",
        OF_A,
        OF_B,
        correlations=(pair(A, B, 0.5), pair(B, A, 0.4)),
    ),
    wrong(
        "correlations of no joint distribution",
        f"32:3: tables.correlations: {NO_MATRIX} -0.8; look at {A}, {B}, volume_factor",
        OF_A,
        OF_B,
        OF_VOLUME,
        correlations=(pair(A, B, 0.9), pair(B, "volume_factor", 0.9), pair(A, "volume_factor", -0.9)),
    ),
    wrong(
        "correlation of a figure that is not drawn",
        f"31:47: tables.correlations.0.second: '{B}' has no distribution, so nothing that could be correlated; did you "
        f"mean '{A}'?",
        OF_A,
        correlations=(pair(A, B, 0.5),),
    ),
]
