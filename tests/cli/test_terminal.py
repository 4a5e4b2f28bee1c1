"""What stands on a terminal: tables in its width, who hangs on whom, notes in short, a bar, and completion."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

import netdesign as nd
from netdesign.cli import console
from netdesign.cli.console import ProgressLine
from netdesign.report import tables
from netdesign.solve.core.outcome import Progress

NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?%?")

ASKED = [
    ("solve", "benelux"),
    ("compare", "benelux", "LGG", "LGG,AMS", "--parts", "--regret"),
    ("alternatives", "benelux", "--within", "3%"),
    ("tipping", "tiny-vehicles", "volume_factor", "0.5", "2"),
    ("timing", "benelux-stages"),
    ("timing", "benelux-stages", "--tree"),
    ("stress", "benelux", "--failures", "--most", "3"),
    ("sweep", "tiny", "--over", "volume_factor=0.5:1:0.25"),
    ("frontier", "tiny-vehicles", "--measures", "cost,time"),
    ("models",),
    ("instances",),
]


@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_no_line_is_wider_than_the_screen_and_no_number_is_broken(words, netdesign, monkeypatch):
    quiet = () if words[0] in ("models", "instances") else ("--quiet",)
    wide = netdesign(*words, *quiet).out.partition("\nTime: ")[0]
    for width in (60, 80):
        monkeypatch.setattr(tables, "_width", lambda width=width: width)
        narrow = netdesign(*words, *quiet).out.partition("\nTime: ")[0]
        assert max(map(len, narrow.splitlines())) <= width
        assert set(NUMBER.findall(wide)) <= set(NUMBER.findall(narrow))


def test_show_cities_names_the_hub_of_each_city_in_each_network(netdesign):
    shown = netdesign("solve", "tiny", "--show", "cities", "--quiet").out.partition("\n\nHub of each city")[2]
    assert "\nTime: " in shown
    rows = [line.split() for line in shown.splitlines() if re.match(r" [A-Z]", line)]
    plans = {row[0]: row[2:] for row in rows}
    best = nd.solve("tiny").networks[1].cities
    assert set(plans) == set(best["city"])
    assert all(plans[city][1] == hub for city, hub in zip(best["city"], best["hub"], strict=True))
    assert {hubs[0] for hubs in plans.values()} == {"B"}


def test_show_belongs_to_the_table(netdesign):
    ended = netdesign("solve", "tiny", "--show", "cities", "--format", "csv")
    text = "--show: belongs to the table; --format json has the hub of each city, export --to cities a CSV"
    assert (ended.code, ended.out, ended.err) == (2, "", f"netdesign: {text}\n")


def test_notes_name_what_they_count_on_request_alone(netdesign):
    short, full = (netdesign("solve", "europe-linear", "--hubs", "1", *more).err for more in ((), ("--notes",)))
    note = "note: 11 sites are closed by the size threshold of 60,000 t/year of cargo"
    assert f"{note}; --open names one that may open all the same; --notes lists them\n" in short
    assert f"{note}: MST, OST, " in full
    assert short.count("warning: ") == full.count("warning: ") == 1


def test_a_bar_shows_how_much_is_done(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(console, "_columns", lambda: 100)
    line = ProgressLine(quiet=False)
    line(Progress(1.0, None, None, "2 of 8 combinations", part=0.25))
    line(Progress(2.0, 5.0, 4.0, "volume_factor = 0.5"))
    line(Progress(30.0, 5.0, 4.0, "best network", sets_left=7, left_s=10.0))
    shown = capsys.readouterr().err.split("\r")
    assert shown[1].rstrip() == "   1.0 s  [##........]  2 of 8 combinations"
    # What was told before stays.
    assert shown[2].rstrip() == "   2.0 s  [##........]  volume_factor = 0.5  best 5  bound 4  gap 1"
    other = ProgressLine(quiet=False)
    other(Progress(30.0, 5.0, 4.0, "best network", sets_left=7, left_s=10.0))
    assert "  [########..]  best network" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("so", "solve"),
        ("solve europe-2", "europe-2035 europe-2035-linear"),
        ("solve tiny --open B,", "B,D B,E"),
        ("solve --max-new 1 tiny --close ", "B D E"),
        ("solve no-such-instance --close ", ""),
        ("alternatives tiny --with E", "E"),
        ("solve tiny --engine en", "enumeration"),
        ("solve tiny --model staged", "staged_opening staged_services"),
        ("solve tiny --no", "--nodes --notes"),
    ],
)
def test_a_shell_completes_commands_instances_sites_and_names(typed, completed):
    words = f"netdesign {typed}"
    place = len(words.split(" ")) - 1
    shell = {"COMP_WORDS": words, "COMP_CWORD": str(place), "_NETDESIGN_COMPLETE": "complete_bash"}
    done = subprocess.run(
        [sys.executable, "-m", "netdesign"], env=os.environ | shell, capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.stderr) == (completed.split(), "")
