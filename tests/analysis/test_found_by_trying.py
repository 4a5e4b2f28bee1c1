"""Faults that were found by trying what nobody had thought of: the right value of each stays."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import netdesign as nd
from netdesign.analysis.networks_within import NetworksWithin
from netdesign.errors import ExitCode
from netdesign.instance.ranges import resolve_ranges
from netdesign.report.tipping_words import with_unit
from netdesign.report.words import amount, counted, difference, money, share, tonnes
from netdesign.solve.core.outcome import Termination
from netdesign.solve.registry import STAGED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netdesign.solve.core.outcome import Solution

A_RANGE = "tables.ranges=[{path: volume_factor, low: 0.9, high: 1.2}]"
ONLY_VEHICLES_EMIT = (
    "tables.vehicles=[{id: van, payload_t: 1, eur_per_km: 0.5, co2e_g_per_km: 300},"
    " {id: truck, payload_t: 5, eur_per_km: 1, co2e_g_per_km: 900}]"
)


def test_a_cap_on_what_vehicles_alone_emit_clashes_with_nothing_where_it_is_wide() -> None:
    values = [ONLY_VEHICLES_EMIT, "policies.carbon={cap_t_per_year: 10000}"]
    assert nd.explain("tiny-vehicles", set=values).document.is_feasible
    linear = nd.solve("tiny-vehicles", set=values).document.linear
    assert linear is not None
    assert all(network.objective is not None for network in linear.networks)


def test_a_cap_on_what_vehicles_alone_emit_clashes_with_the_share_that_needs_more() -> None:
    values = [ONLY_VEHICLES_EMIT, "streams.parcels.deadline_h=7", "policies.service={share: 1}"]
    found = nd.explain("tiny-vehicles", set=[*values, "policies.carbon={cap_t_per_year: 227}"]).document
    assert [sorted(clash.policies) for clash in found.clashes] == [["carbon", "service"]]


@pytest.mark.parametrize(
    "field", ["best", "best_at_least", "best_at_most", "regret", "difference_error", "difference_high"]
)
def test_verify_compares_shares_and_small_figures_of_drawn_worlds(field: str, tmp_path: Path) -> None:
    values = ["tables.ranges=[{path: volume_factor, low: 0.9, high: 1.2}]"]
    file = tmp_path / "stress.json"
    nd.stress("benelux", draws=3, most=2, set=values).save(file)
    document = json.loads(file.read_text(encoding="utf-8"))
    document["draws"]["networks"][1][field] += 0.5 if "best" in field else 100.0
    file.write_text(json.dumps(document), encoding="utf-8")
    assert any(f": {field}: states" in line for line in nd.verify("benelux", file).contradictions)


def test_years_of_another_number_are_values_too() -> None:
    found = nd.tipping("benelux-stages", "stages.last_year", 2029, 2030).document
    assert [point.value for point in found.figures[0].points] == [2029.0, 2030.0]


def test_a_bound_under_the_best_plan_found_does_not_prove_that_none_is_better() -> None:
    text = "\n".join(nd.alternatives("benelux-stages", gap=0.05).sentences)
    assert "no other is better" not in text
    assert "another may have EUR" in text


@pytest.mark.parametrize("risk", ["expected", "regret"])
def test_a_loose_gap_leaves_no_regret_negative(risk: str) -> None:
    found = nd.timing("benelux-stages", tree=True, risk=risk, gap=0.05).document
    known = [path.known for path in found.paths if path.known is not None]
    assert [one.termination for one in known] == ["optimal"] * 3
    exact = [504_955_284.67, 380_473_479.17, 333_888_917.23]
    assert [one.objective for one in known] == pytest.approx(exact, rel=1e-6)
    assert all((path.regret or 0.0) > -1.0 for path in found.paths)
    assert (found.largest_regret or -1.0) >= 0.0


def test_a_loose_gap_leaves_no_first_decision_with_a_negative_regret() -> None:
    found = nd.alternatives("benelux-stages", tree=True, risk="regret", gap=0.05, within=1e6).document
    assert [one.termination for one in found.known] == ["optimal"] * 3
    assert all((one.objective or 0.0) > -1.0 for one in found.decisions)


@pytest.mark.parametrize("without", ["BRU", "LGG"])
def test_no_first_decision_of_the_list_that_meets_a_condition_costs_less_than_the_best_that_does(without: str) -> None:
    answer = nd.alternatives("benelux-stages", tree=True, gap=0.02, within="5%", without=[without])
    found = answer.document
    assert found.condition is not None
    meeting = [one for one in found.decisions if one.first is not None and without not in one.first.decision.sites]
    assert (found.condition.objective or 0.0) <= min(one.objective or 0.0 for one in meeting) * (1 + 1e-9)
    assert found.condition.bound is not None
    assert found.condition.bound <= (found.condition.objective or 0.0)


def test_the_bound_that_is_printed_of_first_decisions_is_that_of_all_plans() -> None:
    answer = nd.alternatives("benelux-stages", tree=True, gap=0.02, within="5%")
    assert answer.document.bound is not None
    least = f"proven is at least EUR {answer.document.bound / 1e6:,.2f} m, a gap of {answer.document.gap:.2%}"
    assert least in answer.sentences[0]


def test_a_list_that_is_complete_is_answered_though_a_limit_ended_the_last_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = nd.alternatives("benelux")
    search, ends = NetworksWithin._next, []

    def next_network(within: NetworksWithin, *further: Any) -> Solution:
        solution = search(within, *further)
        if solution.bound > (whole.document.limit or 0.0):
            ends.append(solution.bound)
            return replace(solution, termination=Termination.TIME_LIMIT)
        return solution

    monkeypatch.setattr(NetworksWithin, "_next", next_network)
    found = nd.alternatives("benelux")
    assert ends
    assert (found.document.is_complete, found.document.termination) == (True, "optimal")
    assert (found.exit_code, found.sentences) == (ExitCode.ANSWERED, whole.sentences)


@pytest.mark.parametrize("ends", [("-1", "3"), ("-1.5", "-1e0")])
def test_negative_numbers_are_ends_of_a_range(ends: tuple[str, str], netdesign: Any) -> None:
    ended = netdesign("tipping", "benelux", "hubs.AMS.lon", *ends, "--format", "json", "--quiet")
    figure = json.loads(ended.out)["figures"][0]
    assert (figure["low"], figure["high"]) == tuple(map(float, ends))


def test_a_negative_number_after_an_option_is_its_value_and_what_is_no_number_an_option(netdesign: Any) -> None:
    assert netdesign("tipping", "benelux", "hubs.AMS.lon", "-1", "3", "--steps", "-1").err == (
        "netdesign: --steps -1: give a whole number from 2 to 100\n"
    )
    assert "Error: No such option: -x\n" in netdesign("tipping", "benelux", "hubs.AMS.lon", "-1", "-x").err


@pytest.mark.parametrize(
    ("instance", "options", "message"),
    [
        ("benelux", "--close AMS --with AMS", "--close and --with both name AMS"),
        ("benelux-stages", "--close AMS --with AMS", "--close and --with both name AMS"),
        ("benelux", "--open BRU --without BRU", "--open and --without both name BRU"),
        (
            "benelux",
            "--hubs 2 --with AMS,BRU",
            "--hubs 2 and --with AMS,BRU contradict each other: AMS, BRU, LGG must open",
        ),
        ("benelux", "--max-new 0 --with AMS", "--max-new 0 and --with AMS contradict each other: AMS must open"),
    ],
)
def test_options_that_contradict_a_condition_are_named(
    instance: str, options: str, message: str, netdesign: Any
) -> None:
    ended = netdesign("alternatives", instance, *options.split(), "--quiet")
    assert (ended.code, ended.err) == (ExitCode.USAGE, f"netdesign: {message}\n")


def test_what_is_to_open_may_be_ordered_after_the_first_year() -> None:
    found = nd.alternatives("benelux-stages", open=["BRU"], without=["BRU"]).document
    assert found.condition is not None
    assert found.condition.objective is not None


def test_a_value_with_which_the_instance_is_not_sound_is_told_with_its_reason(netdesign: Any, tmp_path: Path) -> None:
    file = tmp_path / "tipping.json"
    found = nd.tipping("benelux-stages", "stages.last_year", 2029, 2031, tree=True)
    reason = "at stages.last_year = 2029: tables.paths.4.at_year: 2030 is after the last year, 2029"
    assert f"No plan is permitted {reason}." in found.sentences
    assert [point.reason for point in found.document.figures[0].points] == [reason, None, None]
    found.save(file)
    assert nd.verify("benelux-stages", file).contradictions == ()
    file.write_text(file.read_text(encoding="utf-8").replace("is after the last year", "is late"), encoding="utf-8")
    assert nd.verify("benelux-stages", file).contradictions


def test_figures_about_years_are_figures_over_years() -> None:
    found = nd.tipping("benelux-stages", "paths.7.growth_per_year", 0, 0.02, tree=True)
    assert found.sentences[2] == (
        "The first decision is the same at all values of paths.7.growth_per_year from 0 to 0.02 a year that are solved;"
        " each is proven."
    )
    found = nd.tipping("benelux-stages", "tree.up.probability", 0.1, 0.9, tree=True)
    assert found.sentences[3] == (
        "No plan is permitted at tree.up.probability = 0.304688: probability: the probabilities of the branches of "
        "start add up to 1.00469, not to 1; nor at 13 further values."
    )


@pytest.mark.parametrize(
    ("value", "unit", "name", "words"),
    [
        (2027.0, "year", "paths.1.at_year", "2027"),
        (1.0, "year", "modules.m10.lead_years", "1 year"),
        (2.0, "year", "modules.m10.lead_years", "2 years"),
        (0.02, "1/year", "stages.discount_rate", "0.02 a year"),
        (5.0, "day/year", "sorting.days", "5 days/year"),
        (3.0, "degree", "hubs.AMS.lon", "3 degrees"),
        (3.0, "EUR/km", "road.cost_eur_per_km", "3 EUR/km"),
    ],
)
def test_values_are_told_with_their_units_as_they_are_read(value: float, unit: str, name: str, words: str) -> None:
    figure: Any = SimpleNamespace(name=name, unit=unit)
    assert with_unit(value, figure) == words


def test_a_figure_about_years_is_none_of_one_year(netdesign: Any) -> None:
    values = ["--set", "tables.ranges=[{path: paths.0.growth_per_year, low: 0, high: 1}]"]
    ended = netdesign("solve", "benelux-stages", *values)
    assert "'paths.0.growth_per_year' is of the table paths, whose numbers are about years; a figure of one year" in (
        " ".join(ended.err.split())
    )


@pytest.mark.parametrize("write", [money, amount, difference, tonnes, share])
def test_nothing_is_never_negative(write: Any) -> None:
    for little in (-1e-6, -1e-9, -0.0):
        assert "-" not in write(little)
        assert write(little) == write(-little)


def test_one_of_something_is_told_in_the_singular() -> None:
    values = ["tables.ranges=[{path: volume_factor, low: 0.9, high: 1.2}]"]
    text = str(nd.stress("benelux", draws=1, most=2, set=values))
    assert "1 world was drawn from the distributions of 1 figure, the same for all networks." in text
    assert "in 1 world, " in text
    text = str(nd.stress("benelux", most=1, days=1, failures=True))
    assert "1 day" in text
    assert "1 days" not in text
    assert [counted(number, "search", "searches") for number in (0, 1, 2000)] == [
        "0 searches",
        "1 search",
        "2,000 searches",
    ]


@pytest.mark.parametrize(
    ("call", "ended"),
    [
        (["alternatives", "benelux"], "The search was ended by the time limit."),
        (
            ["tipping", "benelux", "road.speed_kmh", "50", "90"],
            "The search was ended by the time limit; not looked at: road.speed_kmh.",
        ),
        (
            ["tipping", "benelux-stages", "volume_factor", "1", "2"],
            "The search was ended by the time limit; not looked at: volume_factor.",
        ),
        (["stress", "benelux", "--failures"], "The search was ended by the time limit."),
        (["stress", "benelux-stages", "--draws", "3", "--set", A_RANGE], "The search was ended by the time limit."),
        (["frontier", "benelux"], "The search was ended by the time limit."),
    ],
)
def test_an_answer_without_a_plan_names_the_limit_that_ended_the_search(
    call: list[str], ended: str, netdesign: Any
) -> None:
    found = netdesign(*call, "--time-limit", "1e-9", "--quiet")
    lines = found.out.splitlines()
    assert found.code == ExitCode.STOPPED_WITHOUT_PLAN
    assert lines[0].endswith("o network was found before the search stopped.") or "no plan was found" in lines[0]
    assert lines[1] == ended


def test_what_a_tonne_emits_where_vehicles_carry_it_all_and_emit_nothing_is_told_to_play_no_part(
    netdesign: Any,
) -> None:
    told = (
        "warning: --set road.co2e_g_per_tkm=80: road.co2e_g_per_tkm: plays no part: vehicles leave on all legs by "
        "road, and emit what their co2e_g_per_km says"
    )
    ended = netdesign("check", "tiny-vehicles", "--set", "road.co2e_g_per_tkm=80")
    assert told in ended.err.splitlines()
    emitting = ("--set", "road.co2e_g_per_tkm=80", "--set", ONLY_VEHICLES_EMIT)
    assert netdesign("check", "tiny-vehicles", *emitting).err == ""


@pytest.mark.parametrize("question", ["stress", "tipping", "sweep", "tipping over years", "stress over years"])
def test_ranges_of_overrides_are_resolved_once(question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not in each world, or at each value."""
    resolved: list[int] = []

    def counting(document: Any, *further: Any) -> Any:
        resolved.append(len(document.tables.ranges))
        return resolve_ranges(document, *further)

    monkeypatch.setattr("netdesign.instance.resolve.resolve_ranges", counting)
    monkeypatch.setattr("netdesign.analysis.stress.operated_worlds.why_not_compiled", lambda _: "a test")
    values = ["tables.ranges=[{path: road.speed_kmh, low: 60, high: 61}]"]
    if question == "stress":
        nd.stress("benelux", draws=3, most=1, set=values)
    elif question == "stress over years":
        nd.stress("benelux-stages", draws=2, set=values)
    elif question == "sweep":
        nd.sweep("benelux", ["road.speed_kmh=60,61,62"], set=values)
    else:
        nd.tipping("benelux-stages" if "years" in question else "benelux", "road.speed_kmh", 60, 61, set=values)
    with_ranges = [number for number in resolved if number]
    assert len(resolved) > len(with_ranges)
    assert len(with_ranges) <= (8 if "years" in question else 2)


def test_an_override_may_change_a_row_of_the_ranges() -> None:
    values = ["tables.ranges=[{path: road.speed_kmh, low: 60, high: 61}]", "tables.ranges.0.low=59"]
    assert nd.tipping("benelux", set=values).document.figures[0].low == 59.0


@pytest.mark.parametrize("question", ["timing", "alternatives", "tipping", "stress"])
def test_what_one_engine_alone_states_is_proven_again_by_it_and_that_is_told(
    question: str, netdesign: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = type(STAGED).refusal
    only = {"dynamic": None, "monolithic": "is a test", "configurations": "is a test", "decomposition": "is a test"}
    monkeypatch.setattr(
        type(STAGED),
        "refusal",
        lambda registry, name, staged: only[name] if registry is STAGED else refusal(registry, name, staged),
    )
    further = {"tipping": ["volume_factor", "1", "1.01"], "stress": ["--draws", "2", "--set", A_RANGE]}
    file = tmp_path / "result.json"
    assert netdesign(question, "benelux-stages", *further.get(question, []), "--quiet", "-o", file).code == 0
    ended = netdesign("verify", "benelux-stages", file, "--prove", "--quiet")
    s = "" if question == "timing" else "s"
    whose = "by the same engine, as no other takes the problem"
    assert ended.out == f"plan{s} true and feasible; bound{s} proven again {whose}\n"
    assert ended.code == ExitCode.ANSWERED


@pytest.fixture(scope="module")
def kept_results(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """Return a function that returns a true result by name, as it stands in its file."""
    calls: dict[str, Callable[[], Any]] = {
        "solve": lambda: nd.solve("benelux"),
        "alternatives": lambda: nd.alternatives("benelux", within="5%"),
        "tipping": lambda: nd.tipping("benelux", "volume_factor", 0.5, 2),
        "frontier": lambda: nd.frontier("tiny", measures=["cost", "time"], steps="all"),
        "timing": lambda: nd.timing("benelux-stages"),
        "first decisions": lambda: nd.alternatives("benelux-stages", within="2%"),
    }
    folder = tmp_path_factory.mktemp("kept")

    @cache
    def text_of(name: str) -> str:
        file = folder / f"{name}.json"
        calls[name]().save(file)
        return file.read_text(encoding="utf-8")

    return lambda name: json.loads(text_of(name))


def _twice(listed: list[Any]) -> None:
    listed.append(listed[-1])


FALSE: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "an engine that there is not": (
        "solve",
        lambda d: d["engine"].update(name="magic"),
        "engine.name: states magic; there is no such engine",
    ),
    "an engine of one year over years": (
        "timing",
        lambda d: d["engine"].update(name="enumeration"),
        "engine.name: states enumeration; there is no such engine",
    ),
    "an engine that nobody could ask for": (
        "solve",
        lambda d: d["options"].update(engine="magic"),
        "options.engine: states magic; there is no such engine",
    ),
    "a hub twice in a plan": (
        "tipping",
        lambda d: _twice(d["plans"][0]["open_hubs"]),
        "plans 0: open_hubs: LGG stands twice",
    ),
    "a plan that nothing names": (
        "first decisions",
        lambda d: d["decisions"].pop(),
        "plans: 11 is named by nothing",
    ),
    "a plan twice": (
        "tipping",
        lambda d: _twice(d["plans"]),
        "plans: 6 is 5 once more",
    ),
    "a network twice": ("alternatives", lambda d: _twice(d["networks"]), "networks: "),
    "a list that is not said to be complete": (
        "alternatives",
        lambda d: d.update(is_complete=False, others_bound=None),
        "termination: states optimal; the list may miss some",
    ),
    "a frontier that is not said to be complete": (
        "frontier",
        lambda d: d.update(is_complete=False),
        "is_complete: states False; a search for all points that was not cut short proves it",
    ),
    "a search twice": (
        "frontier",
        lambda d: _twice(d["searches"]),
        "search ",
    ),
    "a point that no search has found": (
        "frontier",
        lambda d: [one.update(point=None) for one in d["searches"]],
        "point 0: no search has found it",
    ),
}


@pytest.mark.parametrize("case", FALSE)
def test_verify_finds_what_is_false_by_itself(
    case: str, kept_results: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    name, change, told = FALSE[case]
    instance = {"frontier": "tiny", "timing": "benelux-stages", "first decisions": "benelux-stages"}.get(
        name, "benelux"
    )
    file = tmp_path / "result.json"
    document = kept_results(name)
    file.write_text(json.dumps(document), encoding="utf-8")
    assert nd.verify(instance, file).contradictions == ()
    change(document)
    file.write_text(json.dumps(document), encoding="utf-8")
    found = nd.verify(instance, file).contradictions
    assert [text for text in found if text.startswith(told)], found


@pytest.mark.parametrize(("minimum", "has_unsound"), [(11_100, False), (13_000, True)])
def test_worlds_are_operated_at_once_where_only_all_lowest_values_together_are_refused(
    minimum: int, has_unsound: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And worlds that are refused have no network, as where each is built and solved anew."""
    lows = {"countries.NL.volume_factor": 0.4, "countries.BE.volume_factor": 0.4, "volume_factor": 0.6}
    ranges = ", ".join(f"{{path: {path}, low: {low}, high: 1.2}}" for path, low in lows.items())
    hub = f"{{site: LGG, tonnes_per_year: {minimum}}}"
    values = [f"policies.minimum_throughput={{counts: inbound, hubs: [{hub}]}}", f"tables.ranges=[{ranges}]"]
    with pytest.raises(nd.InstanceError):
        nd.check("benelux", set=[values[0], *(f"{path}={low}" for path, low in lows.items())])
    draws = nd.stress("benelux", draws=40, networks=["LGG", "LGG+AMS"], set=values).document.draws
    monkeypatch.setattr("netdesign.analysis.stress.operated_worlds.why_not_compiled", lambda _: "a test")
    solved = nd.stress("benelux", draws=40, networks=["LGG", "LGG+AMS"], set=values).document.draws
    assert draws is not None
    assert solved is not None
    assert (draws.method, solved.method) == ("compiled", "solved")
    assert all((one.infeasible > 0) is has_unsound for one in draws.networks)
    for one, other in zip(draws.networks, solved.networks, strict=True):
        assert (one.infeasible, one.unknown, one.best) == (other.infeasible, other.unknown, other.best)
        assert one.mean == (None if other.mean is None else pytest.approx(other.mean, rel=1e-6))


@pytest.mark.parametrize("value", ["flights_per_week=0", "load_factor=0"])
@pytest.mark.parametrize("engine", ["enumeration", "decomposition", "monolithic"])
def test_lanes_that_need_not_carry_anything_are_as_without_the_policy(engine: str, value: str) -> None:
    free = nd.solve("benelux", set=["policies.air_lane=null"], max_new=1)
    found = nd.solve("benelux", set=[f"policies.air_lane.{value}"], max_new=1, engine=engine)
    assert found.objective == pytest.approx(free.objective, rel=1e-9)
