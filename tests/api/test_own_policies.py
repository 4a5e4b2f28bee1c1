"""Policies on freight from outside: read, solved, judged and reported as those of the package, or refused by name."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
import yaml

import netdesign as nd
from netdesign import catalogue
from netdesign.instance.fields import Block, Real, quantity
from netdesign.instance.policies import FREIGHT, Charge, FreightPolicy, Limit, Policies, RouteRow
from netdesign.instance.policies.violations import TOLERANCE, Violation, apart
from tests.support.own_policies import forgotten_policies
from tests.support.small_instances import STAGES

HOURS_A_YEAR = 8760.0


class UnderWay(Block):
    """Most goods under way at a time."""

    most_t: Real = quantity("t", "Mean over the year.")


class UnderWayPolicy(FreightPolicy):
    """Goods under way, by Little's law: what is sent in an hour, times the hours that it takes."""

    NAME = "under_way"
    ROWS = "goods_under_way"
    BLOCK = UnderWay
    MEASURES = frozenset({"time_h"})
    LIKELY: ClassVar = {"most_t": ("tonnes, not kg", 0.01, 1e6)}

    def check(self, instance, faults):
        if instance.policies.under_way and not instance.policies.under_way.most_t:
            faults.add(("policies", "under_way", "most_t"), "0 lets nothing move")

    def limits(self, instance):
        stated = instance.policies.under_way
        if stated is None:
            return []
        return [Limit("network", "time_h", instance.commodities.volume, most=stated.most_t * HOURS_A_YEAR)]

    def violations(self, instance, found):
        stated = instance.policies.under_way
        if stated is None:
            return
        goods = float(found.taken("time_h").sum()) / HOURS_A_YEAR
        if goods > stated.most_t * (1 + TOLERANCE):
            message = "{} t are under way; at most {} may be".format(*apart(goods, stated.most_t, ",.3f"))
            yield Violation("under_way", "network", message)


class Toll(Block):
    """What each tonne of CO2e costs beside everything else."""

    eur_per_t: Real = quantity("EUR/t CO2e", "Price.")


class TollPolicy(FreightPolicy):
    """A price without a limit."""

    NAME = "toll"
    ROWS = "no_rows_of_tolls"
    BLOCK = Toll
    MEASURES = frozenset({"co2e"})
    CHARGE = "toll on CO2e"

    def couples(self, policies):
        return None

    def charge(self, policies):
        return None if policies.toll is None else Charge("co2e", policies.toll.eur_per_t)


@pytest.fixture(autouse=True)
def forgotten():
    """Let what a test registers be forgotten."""
    with forgotten_policies():
        yield


@pytest.fixture
def under_way():
    """The policy, registered."""
    nd.register_policy(UnderWayPolicy)


def tiny(**policies):
    document = nd.read("tiny").to_dict()
    document["policies"] = document.get("policies", {}) | policies
    return nd.Instance.from_dict(document)


def tonne_hours(routes, hours, hub_h):
    """What routes take, by the hours of legs and the hours at each hub."""
    total = 0.0
    for route in routes:
        first, last = route["first_hub"], route["last_hub"]
        taken = hours(route["origin"], first) + hub_h + hours(last, route["destination"])
        taken += hours(first, last) + hub_h if first != last else 0
        total += taken * route["volume_t_per_year"]
    return total


def goods(network):
    """Tonnes under way in tiny: an hour from each city to the next, and an hour at each hub."""
    return tonne_hours(network.routes.rows(), lambda one, other: abs(ord(one) - ord(other)), 1) / HOURS_A_YEAR


# Reading


@pytest.mark.usefixtures("under_way")
def test_a_misspelt_key_is_told_with_its_place_in_the_file(tmp_path):
    text = catalogue_text().replace("tables:\n", "policies:\n  under_way: {most: 1}\n\ntables:\n", 1)
    (tmp_path / "instance.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(nd.InstanceError) as caught:
        nd.read(tmp_path)
    line = text[: text.index("under_way")].count("\n") + 1
    assert [(fault.line, fault.field, fault.message) for fault in caught.value.faults] == [
        (line, "policies.under_way.most_t", "is missing"),
        (line, "policies.under_way.most", "unknown key; allowed: most_t; did you mean 'most_t'?"),
    ]


def catalogue_text():
    return (catalogue.find_instance("tiny") / "instance.yaml").read_text(encoding="utf-8")


@pytest.mark.usefixtures("under_way")
def test_a_misspelt_name_a_wrong_value_and_the_policys_own_check_are_faults():
    with pytest.raises(nd.InstanceError, match="did you mean 'under_way'"):
        tiny(underway={"most_t": 1})
    with pytest.raises(nd.InstanceError, match=r"policies\.under_way\.most_t: -1 is under 0"):
        tiny(under_way={"most_t": -1})
    with pytest.raises(nd.InstanceError, match=r"policies\.under_way\.most_t: 0 lets nothing move"):
        tiny(under_way={"most_t": 0})


def test_what_was_read_before_the_registration_is_solved_after_it():
    before = nd.read("tiny")
    nd.register_policy(UnderWayPolicy)
    assert nd.solve(before).objective == 347_000
    wide = before.with_values({"policies.under_way.most_t": 2e6})
    assert nd.solve(wide).objective == 347_000
    assert any(
        "policies.under_way.most_t: 2000000 is unlikely: tonnes, not kg" in warning
        for warning in nd.check(wide).warnings
    )


# Solving


@pytest.mark.usefixtures("under_way")
def test_a_limit_binds_in_two_engines_alike_and_the_referee_holds_it():
    free = nd.solve("tiny")
    most = 0.9 * goods(free.best)
    answers = [nd.solve("tiny", set={"policies.under_way.most_t": most}, engine=name) for name in WITH_LIMITS]
    assert [answer.objective for answer in answers] == [pytest.approx(answers[0].objective)] * len(answers)
    assert answers[0].objective > free.objective + 1
    for answer in answers:
        assert goods(answer.best) <= most * (1 + TOLERANCE)
        assert answer.document.problem["policies"] == ["deadline", "under_way"]


WITH_LIMITS = ("enumeration", "monolithic")


@pytest.mark.usefixtures("under_way")
def test_an_engine_and_a_model_without_limits_over_routes_refuse_it_by_name():
    limited = tiny(under_way={"most_t": 1})
    with pytest.raises(nd.UsageError, match="engine decomposition cannot state under_way"):
        nd.solve(limited, engine="decomposition")
    message = r"model multiple_allocation_flow cannot state .*under_way; .* policies\.under_way: "
    with pytest.raises(nd.UsageError, match=message):
        nd.solve(limited, model="multiple_allocation_flow")


@pytest.mark.usefixtures("under_way")
def test_what_permits_no_network_is_named():
    answer = nd.solve("tiny", set={"policies.under_way.most_t": 0.01})
    assert (answer.best, answer.verdict) == (None, "impossible")
    assert answer.sentences == (
        "No permitted network is feasible: under way cannot be kept; proven.",
        "`netdesign explain` says what else clashes, and how far each policy has to give.",
    )


@pytest.mark.usefixtures("under_way")
def test_verify_tells_a_plan_over_the_limit(tmp_path):
    free = nd.solve("tiny")
    most = 0.9 * goods(free.best)
    limited = tiny(under_way={"most_t": most})
    answer = nd.solve(limited)
    assert nd.verify(limited, answer)
    edited, best = answer.to_dict(), free.to_dict()["plan"]
    edited["networks"][1]["plan"] = edited["plan"] = best
    (tmp_path / "edited.json").write_text(json.dumps(edited), encoding="utf-8")
    found = nd.verify(limited, tmp_path / "edited.json")
    assert not found
    assert any("under_way: network: 0.479 t are under way; at most 0.432 may be" in one for one in found.contradictions)


@pytest.mark.usefixtures("under_way")
def test_staged_engines_keep_a_limit_in_every_year():
    document = yaml.safe_load(STAGES)
    for leg, hours in zip(document["tables"]["legs"], [8, 6, 5, 3, 3, 1, 6, 9, 8, 2, 6, 9], strict=True):
        leg["time_h"] = hours
    legs = {(leg["from"], leg["to"]): leg["time_h"] for leg in document["tables"]["legs"]}

    def most_goods(answer):
        return max(
            tonne_hours(rows_of(node.routes), lambda *leg: legs.get(leg, 0), 0) for node in answer.document.nodes
        )

    free = nd.timing(nd.Instance.from_dict(document))
    most = 0.9 * most_goods(free)
    document["policies"]["under_way"] = {"most_t": most / HOURS_A_YEAR}
    limited = nd.Instance.from_dict(document)
    answers = [nd.timing(limited, engine=name) for name in ("dynamic", "monolithic")]
    assert [answer.objective for answer in answers] == [pytest.approx(answers[0].objective)] * len(answers)
    assert answers[0].objective > free.objective + 1
    for answer in answers:
        assert most_goods(answer) <= most * (1 + TOLERANCE)
        assert nd.verify(limited, answer)


def rows_of(routes):
    columns = routes.model_dump()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def test_a_charge_is_a_row_of_the_report_and_costs_what_that_of_carbon_does():
    nd.register_policy(TollPolicy)
    emits = {"road.co2e_g_per_tkm": 100}
    tolled = nd.solve("tiny", set=emits | {"policies.toll.eur_per_t": 80})
    priced = nd.solve("tiny", set=emits | {"policies.carbon.price_eur_per_t": 80})
    assert tolled.objective == priced.objective
    assert "toll on CO2e" in str(tolled)
    assert tolled.best.costs.charges["toll"] == priced.best.costs.charges["carbon"] > 0
    assert nd.verify("tiny", tolled)
    assert "toll" in tolled.to_csv().partition("\n")[0]


def test_a_policy_with_rows_of_its_own_is_stated_by_what_lists_it(tmp_path):
    class Odd(UnderWayPolicy):
        NAME, ROWS, MEASURES = "odd", "odd_rows", frozenset()
        check, limits = FreightPolicy.check, FreightPolicy.limits

        def rows(self, instance, routes):
            stated, volume = instance.policies.odd, instance.commodities.volume[routes.commodity]
            if stated is None:
                return []
            most = stated.most_t * HOURS_A_YEAR
            return [RouteRow("network", np.arange(len(volume)), volume * routes.time_h / most, most=1.0)]

        def violations(self, instance, found):
            yield from ()

    nd.register_policy(Odd)
    most = {"policies.odd.most_t": 0.45}
    with pytest.raises(nd.UsageError, match=r"no engine can state the problem: .*odd"):
        nd.solve("tiny", set=most)
    text = catalogue.find_model("multiple_allocation_path").read_text(encoding="utf-8")
    (tmp_path / "own.py").write_text(text + '\nPOLICIES = ROUTE_POLICIES | {"odd"}\n', encoding="utf-8")
    nd.register_policy(UnderWayPolicy)
    by_rows = nd.solve("tiny", set=most, model=tmp_path / "own.py")
    assert by_rows.objective == pytest.approx(nd.solve("tiny", set={"policies.under_way.most_t": 0.45}).objective)


# What does not keep the protocol


def a_policy(**changes):
    """A policy in all but what changes."""
    return type("Mine", (UnderWayPolicy,), {"NAME": "mine", "ROWS": "my_rows"} | changes)


def without_violations(**changes):
    kept = {"NAME": "mine", "ROWS": "my_rows", "BLOCK": UnderWay} | changes
    return type("Mine", (FreightPolicy,), kept)


BROKEN = {
    "no class": (3, "policy 3: it is no class made from FreightPolicy"),
    "the base alone": (FreightPolicy, f"policy {FreightPolicy!r}: it is no class made from FreightPolicy"),
    "another class": (UnderWay, f"policy {UnderWay!r}: it is no class made from FreightPolicy"),
    "a name of other letters": (
        a_policy(NAME="My own"),
        "policy My own: NAME: 'My own': small letters, digits and underscores only, a letter first",
    ),
    "a number as name": (
        a_policy(NAME=3),
        "policy 3: NAME: 3: small letters, digits and underscores only, a letter first",
    ),
    "a name that is taken": (a_policy(NAME="carbon"), "policy carbon: NAME: is taken"),
    "the name of a policy on hubs": (a_policy(NAME="required"), "policy required: NAME: is taken"),
    "the name of what is no policy's": (a_policy(NAME="routing"), "policy routing: NAME: is taken"),
    "the name of a method of blocks": (a_policy(NAME="model_copy"), "policy model_copy: NAME: is taken"),
    "rows without a name": (
        a_policy(ROWS=""),
        "policy mine: ROWS: there is no name of its rows in models, of letters, digits and underscores",
    ),
    "rows of a taken name": (a_policy(ROWS="within_capacity"), "policy mine: ROWS: within_capacity: is taken"),
    "no block": (a_policy(BLOCK=dict), "policy mine: BLOCK: a class made from Block is wanted"),
    "likely figures of no key": (
        a_policy(LIKELY={"least": ("", 0, 1)}),
        "policy mine: LIKELY: a dict by keys of its block is wanted; they are most_t",
    ),
    "no text for the charge": (a_policy(CHARGE=3), "policy mine: CHARGE: 3: give a text"),
    "limits of nothing": (
        a_policy(limits=lambda self: []),
        "policy mine: `limits` takes (self); it should be `limits(instance)`",
    ),
    "violations of a plan alone": (
        a_policy(violations=lambda self, plan: []),
        "policy mine: `violations` takes (self, plan); it should be `violations(instance, found)`",
    ),
    "no function": (a_policy(check=None), "policy mine: `check(instance, faults)` is missing"),
    "made from something": (
        a_policy(__init__=lambda self, most: None),
        "policy mine: it is made with (most); it should take nothing",
    ),
    "no set of measures": (
        a_policy(MEASURES="time_h"),
        "policy mine: MEASURES: 'time_h': give a frozenset of co2e, is_late, time_h",
    ),
    "an unknown measure": (
        a_policy(MEASURES=frozenset({"speed"})),
        "policy mine: MEASURES: speed: no measure; allowed: co2e, is_late, time_h",
    ),
    "limits without measures": (
        a_policy(MEASURES=frozenset()),
        "policy mine: MEASURES: name what it limits or charges",
    ),
    "limits and rows": (
        a_policy(rows=lambda self, instance, routes: []),
        "policy mine: rows: whatever states limits takes a policy with MEASURES, by `limits` and `charge` alone",
    ),
    "nothing stated": (without_violations(), "policy mine: it states nothing: give `limits`, `charge` or `rows`"),
    "no violations": (
        without_violations(MEASURES=frozenset({"co2e"}), limits=lambda self, instance: []),
        "policy mine: `violations(instance, found)` is missing: the referee has to see where a plan violates it",
    ),
    "several faults": (
        type("Mine", (FreightPolicy,), {}),
        "policy Mine: NAME: there is none\n"
        "policy Mine: ROWS: there is no name of its rows in models, of letters, digits and underscores\n"
        "policy Mine: BLOCK: a class made from Block is wanted\n"
        "policy Mine: it states nothing: give `limits`, `charge` or `rows`",
    ),
}


@pytest.mark.parametrize(("policy", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_policy_is_refused_by_name_with_all_that_is_wrong(policy, message):
    freight, fields = list(FREIGHT), list(Policies.model_fields)
    with pytest.raises(nd.UsageError) as caught:
        nd.register_policy(policy)
    assert caught.value.message == message
    assert (freight, fields) == (FREIGHT, list(Policies.model_fields))


@pytest.mark.usefixtures("under_way")
def test_the_same_class_twice_is_harmless_and_another_one_of_its_name_is_refused():
    nd.register_policy(UnderWayPolicy)
    assert [policy.NAME for policy in FREIGHT].count("under_way") == 1
    with pytest.raises(nd.UsageError, match=r"^policy under_way: NAME: is taken$"):
        nd.register_policy(a_policy(NAME="under_way"))


LIMIT = Limit("network", "time_h", np.ones(4), most=1.0)
RETURNED = {
    "no list": (lambda: None, "`limits` returns None; it should be a list of Limit"),
    "a limit from below": (
        lambda: [replace(LIMIT, least=1.0, most=float("inf"))],
        "`limits` returns limit network: from 1.0 to inf; it should have no least, and a most from 0",
    ),
    "another measure": (
        lambda: [replace(LIMIT, measure="co2e")],
        "`limits` returns a limit on co2e, which is not in MEASURES",
    ),
    "other weights": (
        lambda: [replace(LIMIT, weight=np.ones(3))],
        "`limits` returns limit network: weights that are not one number from 0 for each of 4 commodities",
    ),
    "no unit": (
        lambda: [replace(LIMIT, unit=0.0)],
        "`limits` returns limit network: a unit of 0.0; it should be over 0",
    ),
    "a name twice": (lambda: [LIMIT, LIMIT], "`limits` returns two limits of one name"),
    "a failure": (lambda: [1 / 0], "`limits` fails: ZeroDivisionError: division by zero"),
}


@pytest.mark.parametrize(("limits", "message"), RETURNED.values(), ids=RETURNED)
def test_limits_that_nothing_states_are_told_as_faults_of_the_policy(limits, message):
    document = nd.read("tiny").to_dict() | {"policies": {"mine": {"most_t": 1}}}
    nd.register_policy(a_policy(limits=lambda self, instance: limits(), check=FreightPolicy.check))
    with pytest.raises(nd.UsageError) as caught:
        nd.Instance.from_dict(document)
    assert caught.value.message == f"policy mine: {message}"


def test_limits_where_the_policy_says_that_nothing_is_coupled_are_told():
    own = {"couples": lambda self, policies: None, "limits": lambda self, instance: [LIMIT]}
    nd.register_policy(a_policy(check=FreightPolicy.check, **own))
    with pytest.raises(nd.UsageError) as caught:
        nd.read("tiny")
    assert caught.value.message == "policy mine: `limits` returns limits where `couples` tells of nothing in force"


@pytest.mark.parametrize(
    ("charge", "message"),
    [
        (3, "`charge` returns 3; it should be a Charge or None"),
        (Charge("time_h", 1.0), "`charge` returns a charge for time_h; it should be co2e, and in MEASURES"),
        (Charge("co2e", -1.0), "`charge` returns a charge of -1.0 EUR; it should be a number from 0"),
    ],
)
def test_charges_that_no_leg_has_are_told_as_faults_of_the_policy(charge, message):
    nd.register_policy(type("Mine", (TollPolicy,), {"charge": lambda self, policies: charge}))
    with pytest.raises(nd.UsageError) as caught:
        nd.solve("tiny")
    assert caught.value.message == f"policy toll: {message}"
