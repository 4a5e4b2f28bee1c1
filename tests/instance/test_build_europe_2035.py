"""Europe 2026 to 2035 is Europe with years, in both readings; its tables are what facts and READMEs say."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from netdesign.instance import read_instance
from netdesign.instance.read import read_source, validated
from scripts import build_europe_2035, europe_facts, europe_stages
from scripts.build_europe import EUROPE, FACTS
from scripts.build_europe_2035 import BY_THE_TONNE, EUROPE_2035, READINGS, WITH_VEHICLES
from scripts.instance_files import INSTANCES

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.schema import InstanceDocument


def document_of(folder: Path) -> InstanceDocument:
    """Return the instance as its files state it."""
    return validated(read_source(folder))


@pytest.fixture(scope="module")
def years() -> InstanceDocument:
    """The instance as committed."""
    return document_of(EUROPE_2035)


@pytest.fixture
def facts() -> europe_facts.Facts:
    """A fresh copy of the facts of Europe, for tests that spoil them."""
    return europe_facts.read_facts(FACTS)


@pytest.fixture
def own() -> europe_stages.StageFacts:
    """A fresh copy of the facts that only several years need."""
    return europe_stages.read_stage_facts(EUROPE_2035 / "facts")


def test_the_committed_instances_are_byte_for_byte_what_the_facts_give(capsys):
    assert build_europe_2035.main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_check_names_the_script_that_renews_a_file(tmp_path, capsys):
    assert build_europe_2035.main([str(tmp_path)]) == 0
    for name in ("europe-2035", "europe-2035-linear"):
        (tmp_path / name / "tree.csv").unlink()
    assert build_europe_2035.main(["--check", str(tmp_path)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"build_europe_2035: {name}/tree.csv is not what the facts give; run python -m scripts.build_europe_2035"
        for name in ("europe-2035", "europe-2035-linear")
    ]


OF_ONE_YEAR = {"europe-2035": "europe", "europe-2035-linear": "europe-linear"}


@pytest.mark.parametrize("name", OF_ONE_YEAR)
def test_all_but_the_years_is_that_of_europe(name):
    """Values, not texts: the two templates are edited by hand, and the copies of large tables have no sources."""
    stated, known = (_without_sources(document_of(INSTANCES / one).model_dump()) for one in (name, OF_ONE_YEAR[name]))
    own_blocks = {"name", "title", "description", "hub_cost", "stages", "tables"}
    assert {key for key in known if stated[key] != known[key]} == own_blocks
    # Ranges of figures are of one year.
    own_tables = {"correlations", "distributions", "modules", "paths", "ranges", "tree"}
    assert {key for key in known["tables"] if stated["tables"][key] != known["tables"][key]} == own_tables


def _without_sources(part: Any) -> Any:
    if isinstance(part, dict):
        sources = ("source", "url", "year", "source_status", "note")
        return {key: _without_sources(value) for key, value in part.items() if key not in sources}
    return [_without_sources(element) for element in part] if isinstance(part, list | tuple) else part


def test_both_readings_have_the_same_years(years):
    """Modules, paths and tree are of both; cost of a hub's floor by country and cargo of airports are not."""
    linear = document_of(INSTANCES / BY_THE_TONNE.name)
    assert (linear.stages, linear.hub_cost, linear.streams) == (years.stages, years.hub_cost, years.streams)
    for table in ("modules", "paths", "tree"):
        assert getattr(linear.tables, table) == getattr(years.tables, table)
    assert (linear.services, linear.tables.vehicles) == (None, ())
    assert {reading.name for reading in READINGS} == OF_ONE_YEAR.keys()


@pytest.mark.parametrize("name", OF_ONE_YEAR)
def test_it_reads_without_a_warning(name):
    assert read_instance(INSTANCES / name).warnings == ()


def areas(years: InstanceDocument, installed: dict[str, int]) -> list[float]:
    """Return the floor of each combination of modules that a hub may have, those it has from the start included."""
    sizes = years.tables.modules
    counts = (range(installed.get(size.id, 0), size.most + 1) for size in sizes)
    floors = (
        sum(n * size.area_m2 for n, size in zip(chosen, sizes, strict=True)) for chosen in itertools.product(*counts)
    )
    return [floor for floor in floors if floor <= years.stages.largest_area_m2]


def test_combinations_of_modules_are_as_few_as_the_readme_says_and_reach_the_announced_area(years):
    """How many a hub has decides how long solving takes."""
    start = {module.module: module.count for module in years.stages.installed}
    new, liege = areas(years, {}), areas(years, start)
    assert (len(new), len(liege)) == (20, 13)
    assert max(new) == max(liege) == years.stages.largest_area_m2
    [slow] = [size.id for size in years.tables.modules if size.lead_years > 1]
    assert (len(new) + len(areas(years, {slow: 1})), len(liege) + len(areas(years, start | {slow: 1}))) == (28, 18)


def test_a_hub_of_the_usual_size_costs_what_it_does_in_europe(years):
    usual = document_of(EUROPE).hub_cost
    [module] = [size for size in years.tables.modules if size.area_m2 == usual.area_m2]
    assert years.hub_cost.operating_eur_per_year + module.yearly_eur == usual.operating_eur_per_year
    assert module.sorting_capital_eur == usual.sorting_capital_eur
    assert (module.life_years, module.labour_share) == (usual.life_years, usual.operating_labour_share)
    assert years.stages.discount_rate == years.hub_cost.discount_rate == usual.discount_rate


def test_the_tree_has_nine_leaves_and_its_probabilities_add_up(years):
    tree = years.tables.tree
    parents = {branch.parent for branch in tree}
    assert sum(branch.id not in parents for branch in tree) == 9
    assert Counter(branch.first_year for branch in tree) == {2026: 1, 2029: 3, 2032: 9}
    for parent in parents - {None}:
        assert sum(branch.probability for branch in tree if branch.parent == parent) == pytest.approx(1)


def test_each_branch_has_one_point_of_volume_and_grows_from_the_year_before(years):
    """A factor and a growth in its first year leave nothing to be read between points."""
    points = {row.where: row for row in years.tables.paths if row.of == "volume"}
    base = 2 ** (2 / 5)  # 2028: two years of a doubling in five
    for branch in years.tables.tree:
        if branch.parent is None:
            assert branch.id not in points
            continue
        point = points[branch.id]
        before = (
            base if branch.parent == "start" else points[branch.parent].factor * growth_of(points[branch.parent]) ** 2
        )
        assert point.at_year == branch.first_year
        assert point.factor == pytest.approx(before * growth_of(point), abs=1e-5)


def growth_of(point: Any) -> float:
    """Return the factor from one year to the next after a point."""
    return 1 + (point.growth_per_year or 0)


def test_scenarios_and_branches_have_names_of_their_own_and_each_scenario_has_a_path(years):
    named = set(years.stages.scenarios)
    branches = {branch.id for branch in years.tables.tree}
    assert not named & branches
    assert {row.where for row in years.tables.paths} == named | branches - {"start"} | {None}


def test_the_named_paths_are_those_of_the_parameter(years, facts):
    """Level, double and triple are the range of the announced growth."""
    [growth] = [row for row in facts.parameters if row["name"] == "volume_growth_5y"]
    reached = {row.where: row.factor for row in years.tables.paths if row.of == "volume"}
    assert reached["level"] == float(growth["low"])
    assert reached[None] == reached["double"] == float(growth["value"])
    assert reached["triple"] == float(growth["high"])


def test_liege_alone_lifts_every_path_without_building(years):
    """So that no plan is infeasible for want of floor, however late it builds."""
    last = years.stages.last_year
    ended = {branch.parent for branch in years.tables.tree}
    points = [row for row in years.tables.paths if row.of == "volume" and row.where not in ended - {None}]
    largest = max(row.factor * growth_of(row) ** (last - row.at_year) for row in points)
    volume = sum(stream.volume_t_per_year for stream in years.streams.values())
    [start] = years.stages.installed
    [floor] = [size.capacity_t_per_year for size in years.tables.modules if size.id == start.module]
    assert start.site in years.stages.contract.sites
    assert 500_000 < largest * volume <= floor * start.count + years.stages.contract.most_t_per_year


def test_wages_in_the_east_come_nearer_to_the_mean_and_stay_under_it(years, own):
    reference = years.reference_labour_cost_eur_per_h
    span = years.stages.last_year - years.stages.first_year
    growth = {row.of.split(".")[1]: row.growth_per_year for row in years.tables.paths if row.of != "volume"}
    wages = {country.id: country.labour_cost_eur_per_h for country in years.tables.countries}
    assert growth.keys() == wages.keys()
    catching_up = {row["iso2"] for row in own.catching_up}
    [everywhere] = {rate for name, rate in growth.items() if name not in catching_up}
    mean = reference * (1 + everywhere) ** span
    for name in catching_up:
        assert wages[name] / reference < wages[name] * (1 + growth[name]) ** span / mean < 1


def test_labour_costs_of_2022_are_those_noted_in_the_facts_of_europe(own, facts):
    notes = {row["iso2"]: row["note"] for row in facts.country_facts if row["indicator"] == "hourly_labour_cost"}
    stated = {row["iso2"]: row["labour_cost_2022_eur_per_h"] for row in own.catching_up}
    measured = {name: level for name, level in stated.items() if level}
    assert len(measured) == 9
    for name, level in measured.items():
        assert re.search(r"2022 level in the Eurostat table itself: ([\d.]+)", notes[name])[1] == level


def test_the_pace_of_catching_up_is_what_the_readme_says(own, facts):
    levels = {row["iso2"]: row["value"] for row in facts.country_facts if row["indicator"] == "hourly_labour_cost"}
    pace = europe_stages.observed_pace(levels, own, build_europe_2035.all_figures(facts, own))
    assert f"closed by {100 * pace:.1f} % a year" in readme()


def test_the_tables_of_the_readme_hold(years):
    """Volumes in thousand tonnes, price of a tonne in a full module in Belgium."""
    text = readme()
    for point in (row for row in years.tables.paths if row.where in {"up-up", "flat-down", "down-flat", "triple"}):
        assert f" {150 * point.factor * growth_of(point) ** (2035 - point.at_year):.0f}" in text
    prices = full_modules_in_belgium(years)
    for name, price in prices.items():
        assert re.search(rf"^\| {name}.* EUR {price} \|$", text, re.MULTILINE)
    older = full_modules_in_belgium(document_of(INSTANCES / BY_THE_TONNE.name))
    ranges = (f"EUR {min(one.values())} to {max(one.values())}" for one in (older, prices))
    assert "| {} | {} |".format(*ranges) in readme(BY_THE_TONNE.name)


def full_modules_in_belgium(years: InstanceDocument) -> dict[str, int]:
    """Return what a tonne costs in each module, in whole EUR, if it is full."""
    [belgium] = [country for country in years.tables.countries if country.id == "BE"]
    index = belgium.labour_cost_eur_per_h / years.reference_labour_cost_eur_per_h
    prices = {}
    for size in years.tables.modules:
        capital = size.area_m2 * belgium.construction_cost_eur_per_m2 + size.sorting_capital_eur
        running = size.yearly_eur * (size.labour_share * index + 1 - size.labour_share)
        prices[size.name] = round((capital * years.hub_cost.annuity + running) / size.capacity_t_per_year)
    return prices


def readme(name: str = EUROPE_2035.name) -> str:
    """Return the README of an instance, with lines unfolded."""
    return re.sub(r"(?<=\w)\n(?=\w)", " ", (INSTANCES / name / "README.md").read_text(encoding="utf-8"))


def test_every_new_figure_says_how_sure_it_is():
    """The rows of facts and of the tables made of them."""
    files = [*(EUROPE_2035 / "facts").glob("*.csv"), *(EUROPE_2035 / name for name in ("modules.csv", "paths.csv"))]
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert row.get("source_status") or row["status"], path.name


def test_probabilities_that_do_not_add_up_stop_the_build(facts, own):
    own.outcomes[0]["probability"] = "0.5"
    with pytest.raises(europe_facts.FactsError, match=r"the probabilities of 2029 add up to 1\.1"):
        build_europe_2035.build(facts, own, WITH_VEHICLES)


def test_an_unknown_country_stops_the_build(facts, own):
    own.catching_up[0]["iso2"] = "XX"
    with pytest.raises(europe_facts.FactsError, match="XX is not in countries"):
        build_europe_2035.build(facts, own, WITH_VEHICLES)


def test_a_parameter_of_either_folder_stops_the_build(facts, own):
    own.parameters.append(dict(facts.parameters[0]))
    with pytest.raises(europe_facts.FactsError, match=r"inbound_tonnes_per_year stands in \.\./europe/facts too"):
        build_europe_2035.build(facts, own, WITH_VEHICLES)


def test_a_tree_that_branches_after_the_base_path_stops_the_build(facts, own):
    for outcome in own.outcomes:
        outcome["first_year"] = "2034"
    own.outcomes[3:] = []
    with pytest.raises(europe_facts.FactsError, match="branches in 2034 come after the last point of the base path"):
        build_europe_2035.build(facts, own, WITH_VEHICLES)
