"""`compare` adds cost by part, regret and failures on request, and says when it cannot."""

from __future__ import annotations

import csv
import io
import json

import pytest

import netdesign as nd
from netdesign.errors import ExitCode, UsageError


def test_parts_add_up_to_the_cost():
    table = nd.compare("tiny", "B", "B,D", "B,E", parts=True).table
    parts = [name for name in table if name.endswith("_eur_per_year")]
    assert parts == [
        f"{name}_eur_per_year" for name in ("fixed", "air", "road", "border", "handling", "late", "shortfall")
    ]
    for place, cost in enumerate(table["cost"]):
        assert sum(table[name][place] for name in parts) == pytest.approx(cost)


def test_parts_with_vehicles_add_up_to_the_cost(netdesign):
    table = nd.compare("tiny-vehicles", "B", "B,D", parts=True).table
    parts = [name for name in table if name.endswith("_eur_per_year")]
    assert table["vehicles_eur_per_year"] == [380_000, 250_000]
    for place, cost in enumerate(table["cost"]):
        assert sum(table[name][place] for name in parts) == pytest.approx(cost)
    told = netdesign("compare", "tiny-vehicles", "B", "B,D", "--parts", "--quiet").out
    shown = told.split("Cost by part, EUR a year\n")[1].splitlines()
    assert shown[0].split() == ["configuration", "fixed", "handling", "vehicles"]
    assert shown[2].split() == ["B", "50,000", "10,500", "380,000"]  # 440,500 in all
    assert shown[3].split() == ["B,D", "150,000", "18,000", "250,000"]  # 418,000


def test_a_price_of_carbon_is_a_part():
    table = nd.compare("benelux", "LGG", "LGG,AMS", parts=True, set={"policies.carbon": {"price_eur_per_t": 100}}).table
    assert all(eur > 0 for eur in table["carbon_eur_per_year"])


def test_regret_is_against_the_best_network():
    answer = nd.compare("tiny", "B", "B,D", "B,E", regret=True)
    assert answer.best.hubs == ("B", "D")
    assert answer.table["regret"] == [53_000, 0, 7_000]
    assert answer.table["regret_at_most"] == pytest.approx([53_000, 0, 7_000])
    assert "Regret is against B + D, EUR 0.35 m a year; proven." in str(answer)


def test_a_set_that_is_not_permitted_may_have_less_than_the_best():
    table = nd.compare("tiny", "B", "B,D", regret=True, set={"policies.forbidden": ["D"]}).table
    assert table["failure"][1] == "D is forbidden by the instance"
    assert table["regret"][1] is None


def test_failures_are_those_of_stress():
    table = nd.compare("tiny", "B", "B,D", failures=True, days=7).table
    stress = nd.stress("tiny", failures=True, days=7, networks=["B", "B+D"]).failures
    expected = {tuple(one.hubs): one.expected_cost for one in stress.networks}
    assert table["expected_cost_eur_per_year"] == pytest.approx([expected["B",], expected["B", "D"]])
    assert table["dearest_failure"] == ["B", "D"]


def test_json_lists_each_failure(netdesign):
    ended = netdesign("compare", "tiny", "B", "B,D", "--failures", "--format", "json", "--quiet")
    rows = json.loads(ended.out)
    assert [["-".join(one["out"]) for one in row["outages"]] for row in rows] == [["B"], ["B", "D", "B-D"]]
    assert rows[0]["outages"][0]["not_served_t"] == pytest.approx(1000 * 14 / 365)


def test_csv_has_the_columns(netdesign):
    ended = netdesign("compare", "tiny", "B", "B,X", "--failures", "--regret", "--parts", "--format", "csv", "--quiet")
    assert ended.code == ExitCode.USAGE  # there is no X
    ended = netdesign("compare", "tiny", "B", "B,E", "--failures", "--regret", "--parts", "--format", "csv", "--quiet")
    rows = list(csv.DictReader(io.StringIO(ended.out)))
    assert [row["regret"] for row in rows] == ["53000.0", "7000.0"]
    assert all(float(row["failure_cost_eur_per_year"]) > 0 for row in rows)


def test_a_result_file_is_a_row_with_regret_and_failures(netdesign, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    netdesign("solve", "tiny", "--max-new", "0", "-o", "r.json", "--quiet")
    table = nd.compare("tiny", "r.json", "B", regret=True, failures=True).table
    assert table["regret"] == [53_000, 53_000]
    assert table["failure_cost_eur_per_year"][0] == pytest.approx(table["failure_cost_eur_per_year"][1])


def test_days_go_with_failures():
    with pytest.raises(UsageError) as caught:
        nd.compare("tiny", "B", days=3)
    assert caught.value.message == "days 3: goes with failures, which is not asked for"


def test_failures_need_a_cost():
    with pytest.raises(UsageError) as caught:
        nd.compare("tiny", "B", failures=True, set={"problem.objective": "longest_time"})
    assert "is priced in EUR/year; this problem minimises longest_time" in caught.value.message
