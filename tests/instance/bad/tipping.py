"""Calls of tipping that are wrong: figures that do not exist or have no range, ends that are none, widths."""

from __future__ import annotations

from tests.instance.bad.calls import call, over_years
from tests.instance.bad.case import Case, faults
from tests.support.small_instances import LEGS

RANGED = LEGS + "  ranges:\n    - {path: hubs.B.fixed_cost_eur_per_year, low: 0, high: 90}\n"
"""With one range."""

WIDTH = "give a share of the range over 0, such as 1% or 0.01"


TIPPING = [
    call(
        "no ranges",
        "tipping .",
        "three states no ranges; name a figure with both ends, such as road.speed_kmh 60 80, or give the instance a "
        "ranges table",
    ),
    call(
        "figure that does not exist",
        "tipping . hubs.B.fixed_cost 0 90",
        "'hubs.B.fixed_cost' leads nowhere: there is no 'fixed_cost'; did you mean 'fixed_cost_eur_per_year'?",
    ),
    call(
        "figure without a range",
        "tipping . volume_factor",
        "volume_factor: the instance states no range for it; write both ends behind it",
    ),
    call(
        "figure near one that has a range",
        "tipping . hubs.X.fixed_cost_eur_per_year",
        "hubs.X.fixed_cost_eur_per_year: the instance states no range for it; write both ends "
        "behind it; did you mean 'hubs.B.fixed_cost_eur_per_year'?",
        **{"instance.yaml": RANGED},
    ),
    call(
        "figure of no number",
        "tipping . problem 0 1",
        "'problem' is no number; write one of its numbers, such as problem.route_hubs",
    ),
    call("text for a figure", "tipping . name 0 1", "'name' is no number"),
    call(
        "figure without a value",
        "tipping . minimum_cargo_t_per_year 0 1",
        "minimum_cargo_t_per_year: has no value yet; give it one, such as --set minimum_cargo_t_per_year=0",
    ),
    call(
        "ends upside down",
        "tipping . volume_factor 4 1",
        "volume_factor: the range 4 to 1 is none; the lower end comes first",
    ),
    call(
        "range without width",
        "tipping . volume_factor 2 2",
        "volume_factor: the range 2 to 2 is none; the lower end comes first",
    ),
    call(
        "range without an upper end",
        "tipping . volume_factor 2",
        "volume_factor: give both ends of its range, or none for that of the instance",
    ),
    call("end that may not be", "tipping . volume_factor 0 2", "volume_factor: 0 is not over 0"),
    call("end that is no number", "tipping . volume_factor 1 inf", "high inf: give a number"),
    call(
        "two figures for one",
        "tipping . 'hubs.A.fixed_cost_eur_per_year; hubs.B.fixed_cost_eur_per_year' 1 50",
        "hubs.A.fixed_cost_eur_per_year; hubs.B.fixed_cost_eur_per_year: its places have the values 10, 20; one "
        "range is of one figure, with one value",
    ),
    call(
        "grid of one figure",
        "tipping . --grid volume_factor=1:2 'volume_factor=1:3'",
        "--grid: volume_factor is named twice; a grid is over two figures",
    ),
    call(
        "grid without ranges",
        "tipping . --grid volume_factor factors.inter_hub",
        "volume_factor: the instance states no range for it; write PATH=LOW:HIGH",
    ),
    call(
        "grid over a figure that does not exist",
        "tipping . --grid volume=1:2 factors.inter_hub=0:1",
        "'volume' leads nowhere: there is no 'volume'; did you mean 'volume_factor'?",
    ),
    call(
        "grid with a range of three",
        "tipping . --grid volume_factor=1:2:1 factors.inter_hub=0:1",
        "--grid volume_factor=1:2:1: write PATH, or PATH=LOW:HIGH such as road.speed_kmh=60:80",
    ),
    call(
        "grid upside down",
        "tipping . --grid volume_factor=2:1 factors.inter_hub=0:1",
        "volume_factor: the range 2 to 1 is none; the lower end comes first",
    ),
    call(
        "grid beside a figure",
        "tipping . volume_factor 1 2 --grid volume_factor=1:2 factors.inter_hub=0:1",
        "volume_factor: --grid names both figures; leave the other one out",
    ),
    call(
        "grid of one step",
        "tipping . --grid volume_factor=1:2 factors.inter_hub=0:1 --steps 1",
        "--steps 1: give a whole number from 2 to 100",
    ),
    call(
        "steps without a grid",
        "tipping . volume_factor 1 2 --steps 5",
        "--steps 5: is the number of values of each figure of --grid; name two figures with it",
    ),
    call(
        "width beside a grid",
        "tipping . --grid volume_factor=1:2 factors.inter_hub=0:1 --width 2%",
        "--width 2%: narrows down changes of single figures; --grid has --steps",
    ),
    call("width of nothing", "tipping . volume_factor 1 2 --width 0", f"--width 0: {WIDTH}"),
    call("width in words", "tipping . volume_factor 1 2 --width fine", f"--width fine: {WIDTH}"),
    call("width over the range", "tipping . volume_factor 1 2 --width 150%", f"--width 150%: {WIDTH}"),
    Case(
        "range upside down in the file",
        faults("instance.yaml:29:7: tables.ranges.0: low 90 is over high 0; exchange them"),
        3,
        ("tipping", "."),
        {"instance.yaml": RANGED.replace("low: 0, high: 90", "low: 90, high: 0")},
    ),
    over_years(
        "years without ranges",
        "tipping .",
        "stages states no ranges; name a figure with both ends, such as road.speed_kmh 60 80, or give the instance a "
        "ranges table",
    ),
    over_years(
        "figure over years that does not exist",
        "tipping . modules.s.capital 0 90",
        "'modules.s.capital' leads nowhere: there is no 'capital'; did you mean 'capital_eur'?",
    ),
    over_years(
        "ends upside down over years",
        "tipping . volume_factor 4 1",
        "volume_factor: the range 4 to 1 is none; the lower end comes first",
    ),
    over_years(
        "range over years without an upper end",
        "tipping . volume_factor 2",
        "volume_factor: give both ends of its range, or none for that of the instance",
    ),
    over_years("width of nothing over years", "tipping . volume_factor 1 2 --width 0", f"--width 0: {WIDTH}"),
    over_years(
        "model over years",
        "tipping . volume_factor 1 2 --model multiple_allocation",
        "--model: is for instances of one year, and this one is over several; leave it out",
    ),
    over_years(
        "grid over years",
        "tipping . --grid volume_factor=1:2 discount_rate=0.01:0.1",
        "--grid: is for instances of one year, and this one is over several; leave it out",
    ),
    over_years(
        "steps over years",
        "tipping . volume_factor 1 2 --steps 5",
        "--steps: is for instances of one year, and this one is over several; leave it out",
    ),
    over_years(
        "tree and scenario of tipping",
        "tipping . volume_factor 1 2 --tree --scenario flat",
        "--tree and --scenario exclude each other; give one",
    ),
    over_years(
        "scenario of tipping that is none",
        "tipping . volume_factor 1 2 --scenario fat",
        "--scenario fat: there is no such scenario; allowed: base, flat; did you mean 'flat'?",
    ),
    over_years(
        "risk of tipping on a path",
        "tipping . volume_factor 1 2 --risk cvar",
        "--risk and --level are for --tree: on a path nothing is uncertain",
    ),
    over_years(
        "engine of one year for several",
        "tipping . volume_factor 1 2 --engine enumeration",
        "engine 'enumeration': allowed: auto, dynamic, configurations, decomposition, monolithic; did you mean "
        "'configurations'?",
    ),
    call(
        "engine of several years for one",
        "tipping . volume_factor 1 2 --engine dynamic",
        "engine 'dynamic': allowed: auto, enumeration, decomposition, monolithic",
    ),
    call(
        "tree of one year",
        "tipping . volume_factor 1 2 --tree",
        "--tree: is for instances over several years, and this one is of one; leave it out",
    ),
    call(
        "scenario of one year",
        "tipping . volume_factor 1 2 --scenario flat",
        "--scenario: is for instances over several years, and this one is of one; leave it out",
    ),
    call(
        "risk of one year",
        "tipping . volume_factor 1 2 --risk cvar",
        "--risk: is for instances over several years, and this one is of one; leave it out",
    ),
]
