"""`compare` tells of every configuration what it costs or why it cannot work, and which cities change hub."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from netdesign import catalogue
from netdesign.errors import ExitCode
from netdesign.instance import read_instance
from tests.support.published_files import CAB
from tests.support.small_instances import LEGS, write_instance

KEYS = [
    "configuration", "failure", "notes", "open_hubs", "termination", "objective", "bound", "cost", "gap",
    "difference",
    "inside_deadline", "co2e_t_per_year", "cities_that_change_hub", "volume_that_changes_hub",
]  # fmt: skip


@pytest.fixture
def compare(netdesign):
    """Return a function that compares and gives the exit code and the rows."""

    def run(*arguments):
        ended = netdesign("compare", *arguments, "--format", "json", "--quiet")
        assert all(line.startswith("warning: ") for line in ended.err.splitlines())
        return ended.code, json.loads(ended.out)

    return run


@pytest.fixture
def solved(netdesign, tmp_path, monkeypatch):
    """Return a function that solves into a file of the folder, which is the working one, and gives the result."""
    monkeypatch.chdir(tmp_path)

    def run(file, *arguments):
        netdesign("solve", *arguments, "-o", file, "--quiet")
        return json.loads((tmp_path / file).read_text(encoding="utf-8"))

    return run


@pytest.fixture
def three(tmp_path, monkeypatch):
    """Write the small instance into the working folder, where it is `.`: a hub at A, sites at B and X."""
    monkeypatch.chdir(tmp_path)
    return write_instance(tmp_path, LEGS)


# Every pair against solve


def check_all_pairs(name, compare, netdesign):
    """Compare the existing hub alone and with each site in one call; solve each with all sites fixed, and freely."""
    instance = read_instance(catalogue.find_instance(name))
    (hub,) = instance.existing
    pairs = {site.id: f"{hub},{site.id}" for site in instance.sites if site.id != hub}
    code, (alone, *rows) = compare(name, hub, *pairs.values())
    assert (code, [row["failure"] for row in rows]) == (ExitCode.ANSWERED, [None] * len(pairs))
    for (site, pair), row in zip(pairs.items(), rows, strict=True):
        others = ",".join(other for other in pairs if other != site)
        fixed = json.loads(netdesign("solve", name, "--open", pair, "--close", others, "--format", "json").out)
        network = fixed["networks"][-1]
        assert set(network["plan"]["open_hubs"]) == set(row["open_hubs"]) == {hub, site}
        assert row["objective"] == pytest.approx(network["objective"], rel=1e-6), pair
    free = json.loads(netdesign("solve", name, "--max-new", 1, "--format", "json").out)
    permitted = [alone] + [row for row in rows if set(row["open_hubs"]) <= set(instance.allowed)]
    assert min(row["objective"] for row in permitted) == pytest.approx(free["objective"], rel=1e-6)
    assert all((row["notes"] == []) == (row in permitted) for row in rows)
    return len(permitted), len(rows) + 1 - len(permitted)


@pytest.mark.long
def test_every_pair_costs_what_solve_says(compare, netdesign):
    """Liège alone and with six others."""
    assert check_all_pairs("benelux", compare, netdesign) == (7, 0)


@pytest.mark.long
def test_every_pair_of_europe_costs_what_solve_says(compare, netdesign):
    """43 pairs, 11 of them with a site that the size threshold shuts."""
    assert check_all_pairs("europe-linear", compare, netdesign) == (33, 11)


# Sets that cannot work

SHARE = ("policies.service.share=1", "streams.parcels.deadline_h=1.5")
TOO_LATE = "; ".join(
    f"the fastest route from {pair} takes 2.00 h; the hard deadline is 1.5 h; make it priced or longer"
    for pair in ("B to C", "C to B")
)
# Overrides, a set that cannot work with them, why, and one that can. All legs take an hour: over A it is two.
IMPOSSIBLE = {
    "existing hub left out": ((), "B", "A exists and stays open; name it too", "A"),
    "required site left out": (("policies.required=[B]",), "A,X", "B is required by the instance; name it too", "A,B"),
    "forbidden site": (("policies.forbidden=[X]",), "A,X", "X is forbidden by the instance", "A"),
    "too many": ((), "A,B,X", "policies.new_hubs.max: 1 is under the 2 hubs that must open: B, X", "A"),
    "exclusive group": (
        ("policies.exclusive=[{name: one, sites: [B, X]}]", "policies.new_hubs.max=2"),
        "A,B,X",
        "policies.exclusive.0: at most one site of 'one' may open, yet B and X must",
        "A,X",
    ),
    "capacity": (
        ("policies.capacity={}", "hubs.A.capacity_t_per_year=200"),
        "A",
        "policies.capacity: the hubs that may open together lift at most 200 t/year; the volume is 400 t/year",
        "A,B",
    ),
    "hard deadline": (("streams.parcels={deadline: hard, deadline_h: 1.5}",), "A", TOO_LATE, "A,B"),
    "share in time": (SHARE, "A", "infeasible: no operation of these hubs keeps every policy", "A,B"),
}


@pytest.mark.parametrize(("overrides", "bad", "why", "good"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
@pytest.mark.usefixtures("three")
def test_a_set_that_cannot_work_is_a_row_that_says_why(overrides, bad, why, good, compare, netdesign):
    """The first that works is the reference then; where none works the exit code says so."""
    options = [word for override in overrides for word in ("--set", override)]
    code, (failed, works) = compare(".", bad, good, *options)
    assert (code, failed["failure"], failed["termination"]) == (ExitCode.ANSWERED, why, "infeasible")
    assert [failed[key] for key in ("objective", "difference", "open_hubs", "moves")] == [None, None, [], []]
    assert (works["failure"], works["difference"]) == (None, 0.0)
    table = " ".join(netdesign("compare", ".", bad, good, *options).out.split())
    assert f"{bad}: {why}" in table
    assert f" {bad} cannot work " in table
    if bad != "B":
        assert compare(".", bad, *options) == (ExitCode.INFEASIBLE, [failed])


@pytest.mark.parametrize("names", [("B",), ("B", "X"), ("B", "X,B")])
@pytest.mark.usefixtures("three")
def test_sets_that_all_leave_an_existing_hub_out_are_a_wrong_call(names, netdesign):
    """It was forgotten: there is nothing to compare."""
    message = "netdesign: B: A exists and stays open; name it too\n"
    assert netdesign("compare", ".", *names) == (ExitCode.USAGE, "", message)


@pytest.mark.usefixtures("three")
def test_what_no_set_can_be_is_a_wrong_call_found_before_solving(monkeypatch, netdesign, solved):
    solved("other.json", "tiny")
    monkeypatch.setattr("netdesign.analysis.compare.fixed_network", None)
    for wrong, why in {
        "A,Y": "Y: there is no such site",
        ",": "',' names no hub; write ids with commas, such as LGG,WAW",
        "other.json": "other.json: is a result of tiny, not of three",
        "none.json": "none.json: there is no such file",
    }.items():
        assert netdesign("compare", ".", "A", wrong) == (ExitCode.USAGE, "", f"netdesign: {why}\n")


def test_a_site_under_the_threshold_opens_and_the_answer_says_so(compare):
    code, rows = compare("europe-linear", "LGG,PRG", "LGG,OST", "LGG,ZAG,OST")
    under = "under the size threshold of 60,000 t/year; opened by name"
    assert (code, [row["notes"] for row in rows]) == (0, [[], [f"OST is {under}"], [f"OST, ZAG are {under}"]])
    assert rows[1]["open_hubs"] == ["LGG", "OST"]


@pytest.mark.usefixtures("three")
def test_a_closed_site_opens_and_the_answer_says_so(netdesign):
    ended = netdesign("compare", ".", "A", "A,B", "--set", "hubs.B.status=closed")
    assert ended.code == ExitCode.ANSWERED
    assert ended.out.startswith("A,B: B is closed by the hubs table; opened by name\n")


def test_neither_order_nor_repetition_of_sites_matters_and_a_set_may_stand_twice(compare):
    code, rows = compare("benelux", "LGG,AMS", "AMS,LGG", " LGG , AMS,LGG", "LGG,AMS")
    assert code == ExitCode.ANSWERED
    assert [row.pop("configuration") for row in rows] == ["LGG,AMS", "AMS,LGG", " LGG , AMS,LGG", "LGG,AMS"]
    assert all(row == rows[0] for row in rows)


def test_differences_are_against_the_first_and_add_up(compare):
    one, other = (compare("benelux", *names)[1] for names in (("LGG", "LGG,MST", "LGG,AMS"), ("LGG,MST", "LGG,AMS")))
    assert [row["difference"] for row in one] == [row["objective"] - one[0]["objective"] for row in one]
    assert [row["objective"] for row in other] == [row["objective"] for row in one[1:]]
    assert one[1]["difference"] + other[1]["difference"] == pytest.approx(one[2]["difference"], abs=1e-3)


def main_hubs(document):
    """Return the hub that most of each node's freight meets first or last, and the node's volume."""
    volumes = defaultdict(Counter)
    routes = document["plan"]["routes"]
    for end, hub in (("origin", "first_hub"), ("destination", "last_hub")):
        for node, by, volume in zip(routes[end], routes[hub], routes["volume_t_per_year"], strict=True):
            volumes[node][by] += volume
    return {node: (max(hubs, key=hubs.get), hubs.total()) for node, hubs in volumes.items()}


def test_the_cities_that_change_hub_are_those_of_the_plans(compare, solved):
    plans = {f"{n}.json": main_hubs(solved(f"{n}.json", "benelux", "--hubs", n)) for n in (2, 1, 3)}
    code, rows = compare("benelux", *plans)
    assert code == ExitCode.ANSWERED
    first = plans["2.json"]
    for row, plan in zip(rows, plans.values(), strict=True):
        expected = {
            (city, first[city][0], hub): pytest.approx(volume)
            for city, (hub, volume) in plan.items()
            if city != "HGH" and hub != first[city][0]
        }
        moves = {(move["city"], move["from_hub"], move["to_hub"]): move["volume"] for move in row["moves"]}
        assert moves == expected
        assert row["cities_that_change_hub"] == len(moves) == len(row["moves"])
        assert row["volume_that_changes_hub"] == pytest.approx(sum(moves.values()))
    assert [bool(row["moves"]) for row in rows] == [False, True, True]


# Result files


def test_a_result_stands_beside_sets(compare, solved):
    """Its cost is that of its hubs as a set, so nobody moves."""
    result = solved("best.json", "benelux")
    names = ",".join(result["plan"]["open_hubs"])
    code, (first, second, _) = compare("benelux", "best.json", names, "LGG")
    assert (code, first["notes"], first["open_hubs"]) == (ExitCode.ANSWERED, [], result["plan"]["open_hubs"])
    assert (first["objective"], first["bound"]) == pytest.approx((result["objective"], result["bound"]), rel=1e-9)
    assert second["objective"] == pytest.approx(result["objective"], rel=1e-6)
    assert second["moves"] == []


def test_a_result_is_priced_with_its_own_options_and_says_so(compare, solved):
    plain, double = solved("plain.json", "tiny"), solved("double.json", "tiny", "--set", "volume_factor=2")
    its_own, without = ["options of its own: volume_factor=2"], ["solved and priced without the --set of this call"]
    for options, notes in (((), [[], its_own]), (("--set", "volume_factor=2"), [without, []])):
        code, rows = compare("tiny", "plain.json", "double.json", *options)
        assert (code, [row["notes"] for row in rows]) == (ExitCode.ANSWERED, notes)
        assert [row["objective"] for row in rows] == pytest.approx([plain["objective"], double["objective"]])


def test_a_result_with_other_options_than_the_call_tells_of_both(compare, solved):
    solved("own.json", "tiny", "--set", "volume_factor=2")
    _, (row,) = compare("tiny", "own.json", "--set", "volume_factor=3")
    assert row["notes"] == ["options of its own: volume_factor=2", "solved and priced without the --set of this call"]


def test_a_result_read_otherwise_than_the_call_reads_says_so(compare, solved, tmp_path):
    (tmp_path / "cab.txt").write_text(CAB, encoding="utf-8")
    cab = ("cab.txt", "--format-in", "cab")
    solved("far.json", *cab, "--alpha", "0.8", "--hubs", "2")
    solved("near.json", *cab, "--alpha", "0.2", "--hubs", "2")
    _, (far, near) = compare("cab.txt", "far.json", "near.json", "--format-in", "cab", "--alpha", "0.2")
    assert far["notes"] == ["options of its own: --alpha 0.8", "solved and priced without the --alpha of this call"]
    assert near["notes"] == []


def test_a_result_of_another_problem_says_so(compare, solved):
    solved("longest.json", "tiny", "--model", "hub_centre")
    _, (row, _) = compare("tiny", "longest.json", "B,D")
    note = "answers another problem than the call, allocation: multiple, objective: longest_time, route_hubs: 2"
    assert row["notes"] == [note]


@pytest.mark.usefixtures("three")
def test_figures_of_a_result_that_do_not_stand_are_not_used(compare, solved, tmp_path):
    """Neither a cost that is not the plan's, nor a bound over it, nor the bound of an instance of other days."""
    result = solved("result.json", ".", "--max-new", 0)  # 400 t over two legs of EUR 1, and the hub: 810 EUR
    for changes, note in (
        ({"objective": 700.0}, "states an objective of 700; its plan has 810 EUR/year; its bound is not used"),
        ({"bound": 900.0}, "states a bound of 900, over the objective of its own plan; it is not used"),
    ):
        (tmp_path / "changed.json").write_text(json.dumps(result | changes), encoding="utf-8")
        code, (row, _) = compare(".", "changed.json", "A")
        assert (code, row["notes"], row["objective"], row["bound"]) == (ExitCode.ANSWERED, [note], 810.0, None)
    write_instance(tmp_path, LEGS.replace("fixed_cost_eur_per_year: 10", "fixed_cost_eur_per_year: 1000"))
    code, (row, today) = compare(".", "result.json", "A")
    assert (code, row["objective"], row["bound"], row["gap"], today["bound"]) == (0, 1800.0, None, None, 1800.0)
    assert "files have changed since it was solved" in row["notes"][0]


@pytest.mark.parametrize(
    ("part", "key", "value", "why"),
    [
        ("routes", "volume_t_per_year", [300.0, 50.0], "violates the instance: "),
        ("routes", "first_hub", ["A", "Y"], "the plan names what the instance does not have: plan.routes.first_hub: Y"),
        ("plan", "open_hubs", ["B"], "violates the instance: "),
        ("options", "set", "none", "options: the result does not record the options of a solve"),
        ("options", "set", ["factors.no=1"], "--set factors.no=1: factors.no: unknown key"),
    ],
)
@pytest.mark.usefixtures("three")
def test_a_result_that_is_not_true_is_a_row_that_says_why(part, key, value, why, compare, solved, tmp_path):
    result = solved("result.json", ".", "--max-new", 0)
    (result["plan"] | result)[part][key] = value
    (tmp_path / "result.json").write_text(json.dumps(result), encoding="utf-8")
    code, (row, works) = compare(".", "result.json", "A")
    assert (code, row["objective"], works["objective"]) == (ExitCode.ANSWERED, None, 810.0)
    assert row["failure"].startswith(why)
    assert "\n" not in row["failure"]


@pytest.mark.parametrize("format_", ["table", *(pytest.param(one, marks=pytest.mark.long) for one in ("json", "csv"))])
def test_the_same_call_gives_the_same_bytes_and_no_escape_codes(format_, netdesign, solved):
    solved("best.json", "benelux")
    call = ("compare", "benelux", "LGG", "best.json", "MST", "LGG,MST", "--format", format_)
    first, second = netdesign(*call), netdesign(*call)
    assert first == second
    assert (first.code, "\x1b" in first.out) == (ExitCode.ANSWERED, False)


def test_json_has_all_keys_and_csv_the_same_values(compare, netdesign):
    call = ("europe-linear", "LGG", "OST", "LGG,OST")
    _, rows = compare(*call)
    assert [list(row) for row in rows] == [[*KEYS, "moves"]] * 3
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [key for key in (*KEYS, "moves") if f"`{key}`" not in page] == []
    header, *lines = csv.reader(io.StringIO(netdesign("compare", *call, "--format", "csv").out))
    assert header == KEYS
    for row, line in zip(rows, lines, strict=True):
        values = [row[key] for key in KEYS]
        assert line == ["; ".join(v) if isinstance(v, list) else "" if v is None else str(v) for v in values]


def test_a_set_out_of_time_is_not_called_infeasible(compare, netdesign, solved):
    """With a plan from elsewhere the exit code is 5, without any 6."""
    solved("best.json", "tiny")
    limit = ("--time-limit", "0.0001")
    code, (works, late) = compare("tiny", "best.json", "B", *limit)
    assert (code, works["failure"]) == (ExitCode.STOPPED_WITH_PLAN, None)
    assert (late["failure"], late["termination"], late["objective"]) == ("not solved in time", "time_limit", None)
    assert compare("tiny", "B", *limit) == (ExitCode.STOPPED_WITHOUT_PLAN, [late])
    assert " B not solved" in " ".join(netdesign("compare", "tiny", "B", *limit).out.split())


def test_a_result_that_ran_out_of_time_is_not_called_infeasible(compare, solved):
    assert solved("late.json", "tiny", "--time-limit", "0.0001")["plan"] is None
    code, (row,) = compare("tiny", "late.json")
    assert (code, row["failure"], row["termination"]) == (6, "holds no plan: time_limit", "time_limit")
    assert compare("tiny", "B", "late.json")[0] == ExitCode.STOPPED_WITH_PLAN


def test_a_city_with_as_much_freight_over_its_own_hub_is_served_by_that(compare, tmp_path, monkeypatch):
    """D sends over A and receives over itself, 5 t each; with a hub of its own it has changed hub."""
    monkeypatch.chdir(tmp_path)
    pairs = [(a, b) for a in "AD" for b in "AD" if a != b]
    document = {
        "format": "netdesign.instance/1",
        "name": "tie",
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "factors": {"inter_hub": 0.5},
        "tables": {
            "cities": [{"id": "A"}, {"id": "D"}],
            "hubs": [
                {"id": "A", "status": "existing", "fixed_cost_eur_per_year": 0, "handling_cost_eur_per_parcel": 0},
                {"id": "D", "fixed_cost_eur_per_year": 1, "handling_cost_eur_per_parcel": 0.005},
            ],
            # To D a hub at D is worth its handling, from D it is not.
            "legs": [{"from": a, "to": b, "cost_eur_per_t": 20 if b == "D" else 4} for a, b in pairs],
            "demand": [
                {"origin": "A", "destination": "D", "volume_t_per_year": 5},
                {"origin": "D", "destination": "A", "volume_t_per_year": 5},
            ],
        },
    }
    (tmp_path / "instance.yaml").write_text(json.dumps(document), encoding="utf-8")
    code, rows = compare(".", "A", "A,D")
    assert (code, rows[1]["moves"]) == (0, [{"city": "D", "from_hub": "A", "to_hub": "D", "volume": 10.0}])
