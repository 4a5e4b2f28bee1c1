"""Tables and sentences: numbers in one piece, ids as they are, and no policy blamed that cannot be at fault."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys

import pytest

from netdesign.analysis import network_searches
from netdesign.errors import ExitCode
from netdesign.instance import read_instance
from netdesign.report.stopped_sentences import closing_lines
from netdesign.report.tables import TextTable, render
from netdesign.report.words import amount, difference, money, short_name
from netdesign.results.document import ResultDocument
from tests.analysis.test_runner_up import wide
from tests.instance.bad.case import edited, faults
from tests.support.small_instances import LEGS, ROADS, STAGES, write_instance

NUMBERS = ["1,234,567,890", "-123,456.78", "+99.9 %"]


@pytest.fixture
def screen(monkeypatch):
    """Return a function that makes stdout a terminal of so many columns, or none."""

    def make(columns):
        is_terminal = columns is not None
        monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal, raising=False)
        monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((columns or 80, 24)))

    return make


@pytest.mark.parametrize("columns", [None, 200, 80, 60, 40, 10])
def test_no_number_and_no_word_of_a_heading_is_broken(columns, screen):
    """However narrow the terminal: the table is rather wider than it."""
    screen(columns)
    header = ["configuration", "against the first", "t CO2e/year", "cities that change hub"] * 2
    cells = ["LGG + PRG", *NUMBERS] * 2
    text = render([], [TextTable("Side by side", header, [cells, cells], frozenset({0, 4}))])
    for number in (number for cell in NUMBERS for number in cell.split()):
        assert text.count(number) == 4
    for word in " ".join(header).split():
        assert word in text
    if columns == 200:
        assert "cities that change hub" in text


def test_a_long_name_is_broken_rather_than_the_number_beside_it(screen):
    screen(40)
    text = render([], [TextTable("T", ["hub", "t/year"], [["x" * 80, "123,456,789"]])])
    assert "123,456,789" in text
    assert max(map(len, text.splitlines())) <= 40


@pytest.mark.parametrize("name", ["[north]", "[/x]", "[bold red]", ":smile:", "[link=file:///x]y"])
def test_ids_are_no_markup_anywhere(name, screen):
    """In a sentence, a title, a heading and a cell."""
    screen(200)
    text = render([f"Hub {name}"], [TextTable(f"Title {name}", ["what", f"Hub {name}"], [[name, name]])])
    assert text.count(name) == 5


def test_hubs_whose_names_differ_in_brackets_have_headings_of_their_own(tmp_path, netdesign):
    text = edited(LEGS, ("{id: B, country: BE}", "{id: 'Hub [/x]', country: BE}"))
    write_instance(tmp_path, re.sub(r"(?<=: )B(?=[,}])", "'Hub [/x]'", text))
    ended = netdesign("compare", tmp_path, "A", "A,Hub [/x]")
    assert ended.code == ExitCode.ANSWERED
    assert "A,Hub [/x]" in ended.out


def test_check_writes_plain_numbers_as_csv(tmp_path, netdesign):
    """One year and several: no commas in a number."""
    text = LEGS.replace("volume_t_per_year: 300", "volume_t_per_year: 55000")
    ended = netdesign("check", write_instance(tmp_path, text), "--format", "csv")
    rows = dict(csv.reader(io.StringIO(ended.out)))
    assert rows["volume_t_per_year"] == "55100"
    text = edited(STAGES, ("volume_t_per_year: 40}", "volume_t_per_year: 40.5}"))
    ended = netdesign("check", write_instance(tmp_path, text), "--format", "csv")
    rows = dict(csv.reader(io.StringIO(ended.out)))
    assert rows["volume_in_last_year_t"] == "base 341; flat 170.5; tree up 511.5; tree down 85.25"
    assert not re.search(r"\d,\d", ended.out)


IMPOSSIBLE = "No permitted network is feasible: {} clash; proven."


@pytest.mark.parametrize(
    "changes",
    [
        [("max: 1}", "min: 1}, fixed_cost_cap_eur_per_year: 5")],
        [
            ("max: 1}", "min: 1}, fixed_cost_cap_eur_per_year: 5"),
            ("late_penalty_eur_per_parcel: 1", "deadline: hard"),
        ],
    ],
    ids=["a price cannot forbid", "a hard deadline that is kept is no cause"],
)
def test_an_infeasible_answer_names_what_clashes(changes, tmp_path, netdesign):
    ended = netdesign("solve", write_instance(tmp_path, edited(LEGS, *changes)))
    assert ended.code == ExitCode.INFEASIBLE
    assert IMPOSSIBLE.format("fixed cost cap and number of new hubs") in " ".join(ended.out.split())


def test_a_number_of_hubs_that_the_policies_forbid_is_told_with_their_names(netdesign):
    ended = netdesign("solve", "tiny", "--set", "policies.fixed_cost_cap_eur_per_year=10000", "--quiet")
    assert ended.out.startswith(
        "A second hub is impossible: no network with 2 hubs keeps every policy in force (fixed cost cap); proven.\n"
    )


@pytest.mark.parametrize(
    ("call", "begin"),
    [
        ("--max-new 0", IMPOSSIBLE.format("service and number of new hubs")),
        ("--hubs 1", IMPOSSIBLE.format("service and number of hubs")),
        ("--close D,E --max-new 9", IMPOSSIBLE.format("forbidden sites and service")),
        ("--close D,E --set policies.hub_count.max=3", IMPOSSIBLE.format("forbidden sites and service")),
        ("--max-new 1", "A second hub is needed: no network with 1 keeps every policy in force (service); the best is"),
    ],
)
def test_the_number_of_hubs_is_named_where_it_forbids_one_that_there_could_be(call, begin, netdesign):
    """Not of a network whose number is permitted, nor where as many may open as there are."""
    ended = netdesign("solve", "tiny", *call.split(), "--set", "policies.service.share=1", "--quiet")
    assert ended.out.startswith(begin)


def test_a_hard_deadline_that_no_early_year_keeps_is_named(tmp_path, netdesign):
    """A alone takes 20 h from D to C, B and C take 2 and are ready in the second year."""
    text = edited(STAGES, ("streams: {parcels: {}}", "streams: {parcels: {deadline_h: 15, deadline: hard}}"))
    text = re.sub(r"cost_eur_per_t: 10}", "cost_eur_per_t: 10, time_h: 10}", text)
    text = re.sub(r"cost_eur_per_t: 6}", "cost_eur_per_t: 6, time_h: 1}", text)
    ended = netdesign("timing", write_instance(tmp_path, text))
    assert ended.code == ExitCode.INFEASIBLE
    assert "No plan is permitted: deadline cannot be kept; without it there is a plan. Proven." in ended.out


def test_a_number_of_hubs_is_held_against_the_hubs_that_it_counts(tmp_path, netdesign):
    """New hubs without the existing one, all hubs with it."""
    text = edited(LEGS, ("new_hubs: {max: 1}", "new_hubs: {max: 1}, required: [B, X]"))
    ended = netdesign("check", write_instance(tmp_path, text))
    line = "instance.yaml:6:23: policies.new_hubs.max: 1 is under the 2 hubs that must open: B, X"
    assert (ended.code, ended.err) == (ExitCode.BAD_INSTANCE, faults(line))
    text = edited(LEGS, ("new_hubs: {max: 1}", "hub_count: {max: 2}, required: [B, X]"))
    ended = netdesign("check", write_instance(tmp_path, text))
    line = "instance.yaml:6:24: policies.hub_count.max: 2 is under the 3 hubs that must open: A, B, X"
    assert (ended.code, ended.err) == (ExitCode.BAD_INSTANCE, faults(line))


@pytest.mark.parametrize("number", [3, 100_001, 10**80])
def test_more_new_hubs_than_sites_are_as_many_as_there_are(number, tmp_path, netdesign):
    folder = write_instance(tmp_path, LEGS)
    assert read_instance(folder).hub_range == (1, 2)
    ended = netdesign("solve", folder, "--max-new", number, "--format", "csv", "--quiet")
    assert ended.code == ExitCode.ANSWERED
    assert ended.out == netdesign("solve", folder, "--max-new", 2, "--format", "csv", "--quiet").out


@pytest.mark.parametrize("has_today", [True, False])
def test_a_search_that_found_nothing_says_what_is_known_instead(has_today, tmp_path, netdesign):
    """Two hubs were asked for and none are found; today's network is shown where it was, and said to be no answer."""
    ended = netdesign("solve", write_instance(tmp_path, LEGS), "--hubs", 2, "--format", "json", "--quiet")
    whole = json.loads(ended.out)
    nothing = {"plan": None, "objective": None, "costs": None, "service": None, "carbon": None, "gap": None}
    stopped = {**nothing, "termination": "time_limit", "runner_up": None}
    today, wanted = whole["networks"]
    assert (today["permitted"], wanted["permitted"]) == (False, True)
    networks = [today if has_today else today | stopped, wanted | stopped | {"bound": 500.0}]
    result = ResultDocument.model_validate(
        whole | nothing | {"termination": "time_limit", "bound": 500, "networks": networks}
    )
    found = "before a permitted network was found; what is shown is today's, A, EUR 810 a year, "
    found += "which this call does not permit"
    if not has_today:
        found = "before any network was found"
    least = "no permitted one costs less than EUR 500 a year"
    assert closing_lines(result) == [f"The search was ended by the time limit {found}; {least}."]


@pytest.mark.parametrize("grams", [0, 50])
def test_carbon_is_told_where_an_instance_has_emission_factors(grams, tmp_path, netdesign):
    """A 0 would say that nothing is emitted, where nothing is known; what programs read stays as it is."""
    text = ROADS.replace("  truck_load_t: 1\n", f"  truck_load_t: 1\n  co2e_g_per_tkm: {grams}\n")
    write_instance(tmp_path, text)
    for call in (("solve", tmp_path), ("compare", tmp_path, "A", "A,X")):
        ended = netdesign(*call, "--quiet")
        assert ended.code == 0
        assert ("CO2e" in ended.out) == (grams > 0)
    assert json.loads(netdesign("solve", tmp_path, "--format", "json").out)["carbon"] is not None


@pytest.mark.parametrize(
    ("eur", "sentence", "cell", "changed"),
    [
        (612.125, "EUR 612.12", "612.12", "+612.12"),
        (-12.5, "EUR -12.50", "-12.50", "-12.50"),
        (9999.25, "EUR 9,999", "9,999.25", "+9,999.25"),
        (46000.4, "EUR 46,000", "46,000", "+46,000"),
        (612.0, "EUR 612", "612", "+612"),
        (612.001, "EUR 612", "612", "+612"),
        (0.0, "EUR 0", "0", "+0"),
        (1.0, "EUR 1.00", "1.00", "+1.00"),
    ],
)
def test_small_amounts_have_the_digits_by_which_they_differ(eur, sentence, cell, changed):
    assert (money(eur), amount(eur), difference(eur)) == (sentence, cell, changed)


# What was not searched, what an option takes the place of, and why there is no runner-up

AGAINST_TODAY = "this is against today's network only: networks of 2 hubs were not searched."


def sentences(ended) -> str:
    """Return what stands over the tables, in one line."""
    return " ".join(ended.out.partition("\n\n")[0].split())


@pytest.mark.parametrize(
    "words",
    [("--hubs", 3), ("--open", "D,E"), ("--set", "policies.hub_count.min=3"), ("--set", "policies.required=[D,E]")],
)
def test_numbers_of_hubs_that_are_not_searched_are_named(words, netdesign):
    """B + D is cheaper than all three; only today's network is beside them."""
    assert f"B + D + E, costs EUR 19,000 a year more than B; proven; {AGAINST_TODAY}" in sentences(
        netdesign("solve", "tiny", *words)
    )
    dear = sentences(netdesign("solve", "tiny", *words, "--set", "volume_factor=2"))
    assert dear.startswith("A network of 3 hubs pays: B + D + E saves ")
    assert dear.split(" Runner-up")[0].split(" No other")[0].endswith(AGAINST_TODAY)


@pytest.mark.parametrize("words", [(), ("--hubs", 2), ("--max-new", 2), ("--open", "E", "--max-new", 1)])
def test_where_every_number_is_searched_nothing_is_said_of_it(words, netdesign):
    assert "not searched" not in netdesign("solve", "tiny", *words).out


def test_more_than_one_number_that_is_not_searched(tmp_path, netdesign):
    out = sentences(netdesign("solve", write_instance(tmp_path, wide(1)), "--hubs", 5))
    assert "against today's network only: networks of 2 to 4 hubs were not searched. Runner-up" in out


def test_fewest_hubs_are_only_claimed_of_what_was_searched(netdesign):
    words = ("solve", "tiny", "--model", "hub_covering", "--hubs")
    assert "3 hubs keep every deadline: B + D + E; networks of fewer hubs were not" in netdesign(*words, 3).out
    assert "2 hubs keep every deadline: B + D; no fewer can; proven." in netdesign(*words, 2).out
    late = (*words, 2, "--set", "streams.parcels.deadline_h=100")
    assert sentences(netdesign(*late)).startswith("Today's 1 hub keeps every deadline, but more are asked for. 2 hubs")


def test_a_third_hub_that_pays_only_against_a_second_that_does_not_is_told(tmp_path, netdesign):
    """A is dear to pass and next to both; only B and C together do without it, at EUR 40 more than A alone."""
    near, far = {"cost_eur_per_t": 0}, {"cost_eur_per_t": 100}
    pairs = [(a, b) for a in "ABC" for b in "ABC" if a != b]
    hub = {"fixed_cost_eur_per_year": 290, "handling_cost_eur_per_parcel": 0}
    document = {
        "format": "netdesign.instance/1",
        "name": "pair",
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "factors": {"inter_hub": 0.1},
        "tables": {
            "cities": [{"id": name} for name in "ABC"],
            "hubs": [
                {"id": "A", "status": "existing", "fixed_cost_eur_per_year": 0, "handling_cost_eur_per_parcel": 0.1},
                {"id": "B", **hub},
                {"id": "C", **hub},
            ],
            "legs": [{"from": a, "to": b, **(near if "A" in (a, b) else far)} for a, b in pairs],
            "demand": [{"origin": "B", "destination": "C", "volume_t_per_year": 6}],
        },
    }
    out = sentences(netdesign("solve", write_instance(tmp_path, document)))
    assert "A second hub does not pay" in out
    assert "A third hub pays: A + B + C saves" in out
    assert "; the best with fewer hubs is A." in out


@pytest.mark.parametrize(
    ("policy", "words", "note"),
    [
        ("hub_count: {min: 1, max: 2}", ("--hubs", 3), "--hubs 3 takes the place of policies.hub_count (1 to 2)"),
        ("hub_count: {max: 2}", ("--hubs", 3), "--hubs 3 takes the place of policies.hub_count (at most 2)"),
        ("hub_count: {min: 2}", ("--hubs", 1), "--hubs 1 takes the place of policies.hub_count (at least 2)"),
        ("new_hubs: {max: 1}", ("--hubs", 3), "--hubs 3 takes the place of policies.new_hubs (at most 1)"),
        (
            "new_hubs: {min: 0, max: 1}",
            ("--max-new", 2),
            "--max-new 2 takes the place of the largest number in policies.new_hubs (0 to 1)",
        ),
        (
            "hub_count: {max: 2}",
            ("--max-new", 9),
            "--max-new 9 takes the place of the largest number in policies.hub_count (at most 2)",
        ),
        ("hub_count: {min: 1, max: 2}", ("--hubs", 2), None),
        ("hub_count: {min: 1, max: 3}", ("--max-new", 1), None),
        ("hub_count: {min: 2}", ("--max-new", 1), None),
        ("new_hubs: {max: 5}", ("--max-new", 9), None),
    ],
)
def test_a_number_that_takes_the_place_of_a_policy_is_told_and_recorded(policy, words, note, tmp_path, netdesign):
    name, value = policy.split(": ", 1)
    result = tmp_path / "r.json"
    call = ("tiny", "--set", f"policies.{name}={value}")
    ended = netdesign("solve", *call, *words, "-o", result)
    assert [line for line in ended.err.splitlines() if line.startswith("note")] == ([f"note: {note}"] if note else [])
    listed = json.loads(result.read_text(encoding="utf-8"))["problem"]["policies"]
    assert ("hub_count" in listed) is (note is None)
    assert netdesign("verify", "tiny", result).code == 0


def test_timing_too_tells_of_a_number_that_takes_the_place_of_a_policy(tmp_path, netdesign):
    folder, result = write_instance(tmp_path, STAGES), tmp_path / "r.json"
    ended = netdesign("timing", folder, "--set", "policies.new_hubs.max=1", "--max-new", 2, "-o", result)
    note = "note: --max-new 2 takes the place of the largest number in policies.new_hubs (at most 1)\n"
    assert note in ended.err
    assert "hub_count" not in json.loads(result.read_text(encoding="utf-8"))["problem"]["policies"]
    assert netdesign("verify", folder, result).code == 0


def test_where_no_hub_exists_the_answer_says_why_there_is_no_runner_up(tmp_path, netdesign, monkeypatch):
    """Where the search for it would be long."""
    monkeypatch.setattr(network_searches, "_FEW_ROUTES", 0)
    document = wide(1, 3)
    del document["tables"]["hubs"][0]["status"]
    path, told = (
        write_instance(tmp_path, document),
        "  Runner-up: not searched for, as no hub exists yet; netdesign alternatives does.",
    )
    for words in ((), ("--hubs", 2)):
        assert netdesign("solve", path, *words).out.splitlines().count(told) == 1
    assert told not in netdesign("solve", "tiny").out


def test_columns_of_air_lanes_stand_only_where_there_are_lanes(netdesign):
    out = netdesign("solve", "tiny").out
    assert "lane" not in out
    assert re.search(r"Volume by hub, t/year\n network +hub +handled +entering\n", out)
    assert re.search(
        r"hub and air lane, t/year\n network +hub .* lane +inbound +outbound\n", netdesign("solve", "benelux").out
    )


def test_a_figure_in_several_places_is_named_by_the_first_and_their_number():
    assert short_name("road.speed_kmh") == "road.speed_kmh"
    assert short_name("services.collection.operating_days; services.distribution.operating_days") == (
        "services.collection.operating_days (in 2 places)"
    )
