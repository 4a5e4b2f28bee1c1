"""An answer that ends short of what was asked says what to ask next, and that is true."""

from __future__ import annotations

import re

import pytest

import netdesign as nd
from netdesign.catalogue import instances
from netdesign.errors import ExitCode


def test_where_no_other_network_is_near_the_next_one_is_told_and_the_margin_that_lists_it():
    near = nd.alternatives("tiny", within="0.1%")
    assert near.sentences[1] == (
        "No other network is within 0.1% (EUR 347 a year) of it; proven. The next has at least EUR 7,000 a year more: "
        "--within 2.1% looks so far."
    )
    assert len(nd.alternatives("tiny", within="2.1%").document.networks) == 2
    assert len(nd.alternatives("tiny", within="2.0%").document.networks) == 1


def test_where_one_network_is_permitted_there_is_no_next_one():
    assert nd.alternatives("tiny", hubs=1).sentences[1] == (
        "No other network is within 1% (EUR 4,000 a year) of it; proven. No other network is permitted."
    )


def test_a_list_of_one_has_none_that_differs_from_it():
    assert nd.alternatives("tiny", within="0.1%", diverse=4).sentences[2:] == (
        "The list has one network, so that there is none that differs from it.",
    )


def test_over_years_the_next_first_decision_is_told():
    near = nd.alternatives("benelux-stages", within="0.01%")
    assert len(near.document.decisions) == 1
    told = re.search(r"The next has at least EUR ([\d.]+ m) more: --within ([\d.]+%) looks so far\.", near.sentences[2])
    assert told is not None
    assert len(nd.alternatives("benelux-stages", within=told[2]).document.decisions) > 1


def test_a_value_without_a_network_is_explained_by_the_call_that_is_told():
    found = nd.tipping("benelux", "volume_factor", 0.25, 1)
    [told] = [line for line in found.sentences if "explain" in line]
    call = re.fullmatch(
        r"Where none is feasible, `netdesign explain INSTANCE --set volume_factor=(.*)`, with the other options of "
        r"this call, says why\.",
        told,
    )
    assert call is not None
    assert nd.explain("benelux", set={"volume_factor": call[1]}).exit_code is ExitCode.INFEASIBLE


@pytest.mark.parametrize(("set_", "same"), [("B+D", "B,D"), ("B + D,E", "B,D,E"), ("B+D+", "D,B")])
def test_compare_takes_a_plus_as_a_comma(set_, same):
    assert nd.compare("tiny", set_, same).table["difference"] == [0.0, 0.0]


def test_a_plus_in_the_id_of_a_site_joins_no_sites(tmp_path):
    [file] = instances()["tiny"].glob("*.yaml")
    text = re.sub(r"\bD\b", "C+D", file.read_text(encoding="utf-8"))
    (tmp_path / "instance.yaml").write_text(text, encoding="utf-8")
    assert nd.compare(tmp_path, "B,C+D").table["objective"] == [347000.0]


def test_what_stays_in_a_failure_is_told_by_stream():
    found = nd.stress("benelux", failures=True, networks=["LGG+AMS"])
    assert found.sentences[4:7] == (
        "Its dearest failure is that of AMS: EUR 26.88 m each time; 2,564 t are not carried (inbound 921 t, outbound "
        "230 t, parcels 1,413 t).",
        "The penalty is the same for every tonne, whatever its stream: what costs most to carry stays first.",
        "With AMS out, when 2,564 t are not carried (inbound 921 t, outbound 230 t, parcels 1,413 t), it misses "
        "minimum_throughput: LGG: 0.0 t/year enter there; at least 12,000.0 must.",
    )
    [outage, *_] = [one for one in found.failures.networks[0].outages if one.out == ["AMS"]]
    assert sum(outage.not_served_by_stream_t.values()) == pytest.approx(outage.not_served_t)
