"""What newcomers type: options of other commands, figures without their blocks, blanks before units, plus signs."""

from __future__ import annotations

from tests.instance.bad.calls import call, usage

LATE = "late_penalty_eur_per_parcel"
GUESSES = [
    usage(
        "option of alternatives",
        "--with B",
        "No such option: --with; it is an option of alternatives; here --open names sites that must open",
    ),
    usage(
        "option of alternatives beside no --open",
        "compare . A --with B",
        "No such option: --with; it is an option of alternatives",
    ),
    usage(
        "option of questions over years",
        "--tree",
        "No such option: --tree; it is an option of alternatives, tipping, stress, timing",
    ),
    usage(
        "option of many",
        "check . --engine auto",
        "No such option: --engine; it is an option of solve, alternatives, explain, tipping and others",
    ),
    usage(
        "speed of a frontier",
        "frontier . --speed 2",
        "No such option: --speed; --measures cost,time asks what speed costs",
    ),
    usage(
        "surge of a failure",
        "stress . --surge 0.2",
        "No such option: --surge; it is a figure of the instance, such as --set failures.surge_share=0.2",
    ),
    usage("json", "--json", "No such option: --json; --format json"),
    usage(
        "margin with a blank",
        "alternatives . --within 1 %",
        "Got unexpected extra argument(s) (%); write 1% without a blank",
    ),
    usage(
        "margin with a currency",
        "alternatives . --within 250000 EUR",
        "Got unexpected extra argument(s) (EUR); leave EUR out",
    ),
    usage(
        "two figures of one tipping",
        "tipping . volume_factor road.speed_kmh",
        "Invalid value for 'LOW': 'road.speed_kmh' is not a number; a call has one figure, with both ends or none, or "
        "two by --grid A B",
    ),
    call(
        "tipping of a figure without its block",
        f"tipping . {LATE} 0 1",
        f"'{LATE}' leads nowhere: there is no '{LATE}'; did you mean 'streams.parcels.{LATE}'?",
    ),
    call(
        "sweep of a figure without the first of its blocks",
        f"sweep . --over parcels.{LATE}=0,1",
        f"'parcels.{LATE}' leads nowhere: there is no 'parcels'; did you mean 'streams.parcels.{LATE}'?",
    ),
    call(
        "figure in another block",
        f"tipping . handling.{LATE} 0 1",
        f"'handling.{LATE}' leads nowhere: there is no '{LATE}'; did you mean 'streams.parcels.{LATE}'?",
    ),
    call(
        "figure without block and unit",
        "tipping . weight 0 1",
        "'weight' leads nowhere: there is no 'weight'; did you mean 'parcel.weight_kg'?",
    ),
    call(
        "changed figure in another block",
        f"check . --set parcel.{LATE}=1",
        f"--set parcel.{LATE}=1: parcel.{LATE}: unknown key; allowed: weight_kg; did you mean "
        f"'streams.parcels.{LATE}'?",
    ),
    call(
        "networks with commas between hubs",
        "stress . --networks A,B",
        "--networks B: A exists and stays open; name it too; commas stand between networks, plus signs between the "
        "hubs of one: A+B",
    ),
    call(
        "network without the hub that exists",
        "stress . --networks A+B,B+X",
        "--networks B+X: A exists and stays open; name it too",
    ),
    call("plus sign before a site that is none", "compare . A A+Y", "Y: there is no such site"),
]
