"""Faults that were found when the questions were tried again: the right value or message of each stays."""

from __future__ import annotations

import json
import math
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

import netdesign as nd
from netdesign.analysis.stress.multi_affine import MultiAffine
from netdesign.analysis.stress.network_failures import NetworkFailures
from netdesign.analysis.stress.operated_worlds import WorldsOfNetworks
from netdesign.errors import ExitCode
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netdesign.analysis.stress.failure_parts import Operation

CLASH = ("forbidden", "service")
NO_VALUE = "has no value yet; give it one, such as"
TWICE = "tables.{}=[{{path: volume_factor, low: 0.5, high: 1}}, {{path: volume_factor, low: 0.6, high: 1}}]"


@pytest.mark.parametrize(
    ("objective", "sentence", "title", "gap"),
    [
        ("cost", "Regret is against B + D, EUR 0.35 m a year; proven.", "Regret, EUR a year", "gap, EUR"),
        ("longest_time", "Regret is against B + D, 4.00 h; proven.", "Regret, h", "gap, h"),
        ("hub_number", "Regret is against B + D, 2 hubs; proven.", "Regret, hubs", "gap, hubs"),
    ],
)
def test_regret_has_the_unit_of_what_is_minimised(
    objective: str, sentence: str, title: str, gap: str, netdesign: Any
) -> None:
    values = ["--set", f"problem.objective={objective}", "--regret", "--quiet"]
    lines = netdesign("compare", "tiny", "B,D", "B,D,E", *values).out.splitlines()
    assert lines[0] == sentence
    assert any(line.endswith(f"   {gap}") for line in lines)
    assert title in lines


def test_a_number_of_hubs_is_told_as_hubs(netdesign: Any) -> None:
    values = ["--set", "problem.objective=hub_number", "--quiet"]
    first = netdesign("tipping", "tiny", "volume_factor", "1", "2", *values).out.splitlines()[0]
    assert first == "The best network is B + D, 2 hubs; proven."


def test_what_could_not_be_solved_is_told_with_its_reason(netdesign: Any) -> None:
    for values, told in (
        ("1,-1", "1 could not be solved: volume_factor: -1 is not over 0."),
        ("1,-1,-2", "2 could not be solved, the first for this reason: volume_factor: -1 is not over 0."),
    ):
        assert told in netdesign("sweep", "tiny", "--over", f"volume_factor={values}", "--quiet").out.splitlines()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (TWICE.format("ranges"), "path: 'volume_factor' has a range already, in row 0, counted from 0"),
        (
            TWICE.format("distributions").replace("path: volume_factor", "path: volume_factor, distribution: uniform"),
            "path: 'volume_factor' has a distribution already, in row 0, counted from 0",
        ),
    ],
)
def test_a_row_of_set_has_no_line(value: str, message: str) -> None:
    with pytest.raises(nd.InstanceError) as error:
        nd.solve("tiny", set=[value])
    assert [f"{fault.field.rpartition('.')[2]}: {fault.message}" for fault in error.value.faults] == [message]


@pytest.mark.parametrize(
    ("path", "low", "high", "first"),
    [
        ("policies.carbon.price_eur_per_t", 0, 300, "0"),
        ("policies.carbon.cap_t_per_year", 5000, 9000, "5000"),
        ("policies.service.share", 0.5, 1, "0.5"),
        ("policies.hub_count.max", 1, 3, "1"),
    ],
)
def test_a_figure_without_a_value_may_be_given_one(path: str, low: float, high: float, first: str) -> None:
    emitting = {"road.co2e_g_per_tkm": 80}
    with pytest.raises(nd.UsageError) as error:
        nd.tipping("tiny", path, low, high, set=emitting)
    assert error.value.message == f'{path}: {NO_VALUE} set={{"{path}": {first}}}'
    assert nd.tipping("tiny", path, low, high, set={**emitting, path: low}).document.figures[0].name == path
    with pytest.raises(nd.UsageError, match=r"^'policies\.carbon\.prize' leads nowhere: there is no "):
        nd.tipping("tiny", "policies.carbon.prize", 0, 1, set={**emitting, "policies.carbon.price_eur_per_t": 0})


CALLS: list[tuple[Callable[[], object], str]] = [
    (
        lambda: nd.sweep("tiny", {"volume_factor": [1e300]}),
        "over volume_factor: 1e+300 is too large; no figure is over 1e+12",
    ),
    (lambda: nd.tipping("tiny", "volume_factor", 0.1, 1e300), "volume_factor: 1e+300 is over 1e+12"),
    (
        lambda: nd.frontier("tiny", price_carbon=(0, 100, math.nan)),
        "price_carbon 0:100:nan: each of the three is a finite number; give LOW:HIGH:STEP in EUR/t CO2e, such as "
        "0:300:25",
    ),
    (
        lambda: nd.tipping("tiny", "hubs.*.fixed_cost_eur_per_year", 1, 3),
        "'hubs.*.fixed_cost_eur_per_year' leads nowhere: there is no '*'; * in the place of a name is for "
        "distributions: name each figure, with ; between the paths",
    ),
    (
        lambda: nd.sweep("tiny", ["volume_factor=1", "volume_factor=2"]),
        "volume_factor: is named twice; one list has all values of a figure",
    ),
    (
        lambda: nd.tipping("tiny", grid=["volume_factor"]),
        "grid: names 1 figure; give two, such as road.speed_kmh and volume_factor",
    ),
    (
        lambda: nd.tipping("tiny", "tables.hubs.B.fixed_cost_eur_per_year;hubs.B.fixed_cost_eur_per_year", 1, 2),
        "hubs.B.fixed_cost_eur_per_year: is named twice; one figure has each of its places once",
    ),
    (lambda: nd.explain("tiny", gap=0.1), "gap: nothing is minimised, so no search ends at a gap; leave it out"),
    (
        lambda: nd.sweep("tiny", "policies.hub_count.max=1:3:1", max_new=1),
        "policies.hub_count.max: max_new 1 takes the place of every value; leave one of the two out",
    ),
    (
        lambda: nd.tipping("tiny", "policies.hub_count.min", 1, 2, hubs=2, set=["policies.hub_count.min=1"]),
        "policies.hub_count.min: hubs 2 takes the place of every value; leave one of the two out",
    ),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_calls_that_make_no_sense_end_with_their_message(call: Callable[[], object], message: str) -> None:
    with pytest.raises(nd.UsageError) as error:
        call()
    assert error.value.message == message


def test_a_path_that_is_named_twice_is_one_place() -> None:
    found = nd.sweep("tiny", {"volume_factor;volume_factor": [1, 2]})
    assert found.document.figures[0].name == "volume_factor"
    assert nd.tipping("tiny", "volume_factor;volume_factor", 1, 2).sentences == (
        nd.tipping("tiny", "volume_factor", 1, 2).sentences
    )


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["tipping", "tiny", "--grid", "volume_factor=1:2", "--quiet"], "Option '--grid' requires 2 arguments."),
        (["solve", "tiny", "--close", "--quiet"], "Option '--close' requires an argument."),
        (["sweep", "tiny", "--over", "--workers", "2"], "Option '--over' requires an argument."),
    ],
)
def test_an_option_is_no_value_of_another(call: list[str], told: str, netdesign: Any) -> None:
    ended = netdesign(*call)
    assert ended.code == ExitCode.USAGE
    assert ended.err.splitlines()[-1] == f"Error: {told}"


def test_first_decisions_are_not_resumed_whether_or_not_there_is_a_file(
    netdesign: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = netdesign("alternatives", "benelux-stages", "--resume", "-o", "new.json", "--quiet")
    assert ended.err == (
        "netdesign: --resume: is for instances of one year, and this one is over several; leave it out\n"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("call", "told", "proven"),
    [
        (["solve"], "plan true and feasible; bound not re-proven", "plan true and feasible; bound proven again by"),
        (
            ["alternatives"],
            "plans true and feasible; bounds not re-proven",
            "plans true and feasible; bounds proven again by",
        ),
        (
            ["explain", "--set", "policies.service.share=1"],
            "explanation true to the instance; clashes not searched again",
            "explanation true to the instance; clashes searched again by",
        ),
    ],
)
def test_verify_has_words_for_each_kind_of_result(
    call: list[str], told: str, proven: str, netdesign: Any, tmp_path: Path
) -> None:
    file = tmp_path / "result.json"
    netdesign(call[0], "tiny", *call[1:], "-o", file, "--quiet")
    assert netdesign("verify", "tiny", file, "--quiet").out == f"{told}\n"
    assert netdesign("verify", "tiny", file, "--prove", "--quiet").out == f"{proven} another engine\n"


@pytest.mark.parametrize("operated", [0, 1, 3])
def test_what_is_out_is_not_looked_at_once_the_call_is_stopped(operated: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, operate, done = Event(), NetworkFailures.operated, []

    def operate_and_stop(look: NetworkFailures, *further: Any) -> Operation:
        found = operate(look, *further)
        done.append(found)
        if len(done) == operated:
            stop.set()
        return found

    def stop_at_once(_: object) -> None:
        if not operated:
            stop.set()

    monkeypatch.setattr(NetworkFailures, "operated", operate_and_stop)
    monkeypatch.setattr(NetworkFailures, "check_rates", stop_at_once)
    found = nd.stress("tiny", failures=True, most=3, stop=stop)
    assert len(done) == operated
    assert found.document.termination == Termination.INTERRUPTED
    assert found.document.failures is not None
    assert found.document.failures.best is None


def test_worlds_that_may_not_be_sound_are_not_built_once_the_call_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, problem, at = Event(), WorldsOfNetworks.problem, MultiAffine.at
    built: list[Any] = []
    priced: list[Any] = []
    runs: list[int] = []

    def at_some_unsound(figures: MultiAffine, worlds: Any) -> Any:
        figures.has_unsound = True
        priced.append(worlds)
        built.clear()
        return at(figures, worlds)

    def build_and_stop(worlds: WorldsOfNetworks, world: Any) -> Any:
        built.append(world)
        if len(built) == 3 and priced and runs:
            stop.set()
        return problem(worlds, world)

    monkeypatch.setattr(MultiAffine, "at", at_some_unsound)
    monkeypatch.setattr(WorldsOfNetworks, "problem", build_and_stop)
    values = ["tables.ranges=[{path: volume_factor, low: 0.9, high: 1.2}]"]
    nd.stress("benelux", draws=10, most=1, set=values)
    runs.append(1)
    priced.clear()
    assert len(built) == 10
    found = nd.stress("benelux", draws=10, most=1, stop=stop, set=values)
    assert len(built) == 3
    assert found.document.draws is not None
    assert found.document.draws.worlds == 0


def _changed(file: Path, change: Callable[[Any], object], instance: str = "tiny") -> tuple[str, ...]:
    """Return the contradictions of a result that is changed."""
    document = json.loads(file.read_text(encoding="utf-8"))
    change(document)
    other = file.with_name("changed.json")
    other.write_text(json.dumps(document), encoding="utf-8")
    return nd.verify(instance, other).contradictions


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an explanation."""
    file = tmp_path_factory.mktemp("explained") / "explained.json"
    nd.explain("tiny", close=["D", "E"], set={"policies.service.share": 1}).save(file)
    return file


@pytest.mark.parametrize(
    ("change", "contradictions"),
    [
        (
            lambda found: found["clashes"][0].update(figures=[]),
            [f"{name}: figures: are missing, though there is a plan without the policy" for name in CLASH],
        ),
        (
            lambda found: found.update(enough=[["forbidden"]]),
            ["enough: service is missing from the ways out of a complete list of clashes"],
        ),
        (
            lambda found: found["enough"].append(["forbidden", "service"]),
            ["enough: forbidden + service is not smallest, or stands twice"],
        ),
        (
            lambda found: found["clashes"][0]["figures"][2].update(open_hubs=["B", "D"]),
            ["service share: open_hubs: D may not open", "service share: open_hubs: are 2; 1 to 1 are permitted"],
        ),
        (
            lambda found: found["clashes"][0]["figures"][0].update(open_hubs=["D"]),
            ["forbidden D site: open_hubs: B must be open"],
        ),
        (
            lambda found: found["clashes"][0]["figures"][0].update(open_hubs=[]),
            ["forbidden D site: open_hubs: are missing, though the search for its plan was finished"],
        ),
        (
            lambda found: found["clashes"][0]["figures"].reverse(),
            ["forbidden: figures: are not in their order, or one stands twice"],
        ),
        (
            lambda found: found.update(is_complete=False),
            ["is_complete: states False; there is a way out by each smallest set, so no clash is missing"],
        ),
        (lambda _: None, []),
    ],
)
def test_verify_finds_what_is_left_out_of_an_explanation(
    change: Callable[[Any], object], contradictions: list[str], explained: Path
) -> None:
    assert list(_changed(explained, change)) == contradictions


def test_a_figure_that_is_left_out_and_hubs_over_which_there_is_no_plan_are_found_by_a_proof(explained: Path) -> None:
    document = json.loads(explained.read_text(encoding="utf-8"))
    del document["clashes"][0]["figures"][1]
    document["clashes"][0]["figures"][0]["open_hubs"] = ["B"]
    other = explained.with_name("changed.json")
    other.write_text(json.dumps(document), encoding="utf-8")
    assert nd.verify("tiny", other).contradictions == ()
    assert nd.verify("tiny", other, prove=True).contradictions == (
        "forbidden D site: states a plan; another engine finds no plan",
        "forbidden E site, which is left out: states no plan; another engine finds a plan",
    )
    assert nd.verify("tiny", explained, prove=True).contradictions == ()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files of results, by command."""
    folder = tmp_path_factory.mktemp("results")
    found = {
        "sweep": nd.sweep("tiny", {"volume_factor": [0.5, 1, 2]}),
        "tipping": nd.tipping("tiny", "volume_factor", 0.5, 4),
        "stress": nd.stress("tiny", failures=True, most=3),
        "timing": nd.timing("benelux-stages"),
        "tree": nd.timing("benelux-stages", tree=True),
        "regret": nd.alternatives("benelux-stages", tree=True, risk="regret", within=1e6),
    }
    for name, answer in found.items():
        answer.save(folder / f"{name}.json")
    return {name: folder / f"{name}.json" for name in found}


FALSE: list[tuple[str, Callable[[Any], object], str]] = [
    (
        "sweep",
        lambda one: one["rows"][2]["runner_up"].update(open_hubs=["B", "D", "E"]),
        "volume_factor = 2: runner_up: objective: states 558000.0; its hubs have ",
    ),
    (
        "sweep",
        lambda one: one["present"]["runner_up"].update(open_hubs=["B"]),
        "present: runner_up: objective: states 354000.0; its hubs have 400000.0",
    ),
    (
        "sweep",
        lambda one: one["present"]["runner_up"].update(open_hubs=["D", "E"]),
        "present: runner_up: open_hubs: B must be open",
    ),
    ("sweep", lambda one: one["present"].update(values=[]), "present: values: are 0; the call has 1 figures"),
    ("tipping", lambda one: one["today"].update(permitted=False), "today: permitted: states False; 1 to 3 hubs are"),
    (
        "tipping",
        lambda one: one["figures"][0].update(is_proven=False),
        "volume_factor: is_proven: states False; the points leave no room for another network",
    ),
    ("stress", lambda one: one["networks"][1].update(permitted=False), "B+E: permitted: states False; 1 to 3 hubs are"),
    (
        "stress",
        lambda one: one["failures"].update(is_best_of_all=not one["failures"]["is_best_of_all"]),
        "failures: is_best_of_all: ",
    ),
    (
        "stress",
        lambda one: one["failures"].update(is_best_of_these=not one["failures"]["is_best_of_these"]),
        "failures: is_best_of_these: ",
    ),
    *(
        (
            "stress",
            lambda one, name=name: _of_a_failure(one, name).update({name: _of_a_failure(one, name)[name] * 1.01}),
            f": {name}: states ",
        )
        for name in ("per_year", "out_share", "late_t", "cost_eur", "failure_cost")
    ),
    (
        "stress",
        lambda one: _cities_of_a_failure(one).update(
            mean_h=[1.01 * hours for hours in _cities_of_a_failure(one)["mean_h"]]
        ),
        "failures: B+D: whole.plan.cities",
    ),
    (
        "timing",
        lambda one: one["delays"][0]["later"].update(orders=[]),
        "delay of AMS: orders and closings: ",
    ),
    (
        "timing",
        lambda one: one["delays"][0]["later"]["orders"][0].update(year=2028),
        "delay of AMS: orders and closings: cost ",
    ),
    ("timing", lambda one: one["single_years"][1]["best"].update(orders=[]), "single year 2030: orders and closings: "),
    (
        "timing",
        lambda one: one["single_years"][1]["best"]["orders"][0].update(year=2031),
        "single year 2030: orders and closings: 2031 is none of its years",
    ),
    ("tree", lambda one: one["values"]["fixed"].update(orders=[]), "values.fixed: orders and closings: "),
    ("regret", lambda one: one.update(gap=(one["gap"] or 0.0) + 0.01), "gap: states 0.01"),
]


def _of_a_failure(found: Any, name: str) -> Any:
    network = found["failures"]["networks"][0]
    return network if name in network else next(one for one in network["outages"] if one[name])


def _cities_of_a_failure(found: Any) -> Any:
    return found["failures"]["networks"][0]["whole"]["plan"]["cities"]


@pytest.mark.parametrize(("name", "change", "message"), FALSE, ids=[f"{name}: {line}" for name, _, line in FALSE])
def test_verify_finds_what_is_changed(
    name: str, change: Callable[[Any], object], message: str, files: dict[str, Path]
) -> None:
    instance = "tiny" if name in ("sweep", "tipping", "stress") else "benelux-stages"
    assert nd.verify(instance, files[name]).contradictions == ()
    texts = _changed(files[name], change, instance)
    assert any(message in text for text in texts), texts
