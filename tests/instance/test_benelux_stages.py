"""Benelux in stages is a part of Benelux with years, and adds up to what its README says."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netdesign.instance import Instance, read_instance
from netdesign.instance.read import read_source, validated

if TYPE_CHECKING:
    from netdesign.instance.schema import InstanceDocument

INSTANCES = Path(__file__).resolve().parents[2] / "instances"
FOLDER = INSTANCES / "benelux-stages"
SAME_BLOCKS = ("problem", "factors", "parcel", "air", "handling", "reference_labour_cost_eur_per_h", "night_wait_h")


@pytest.fixture(scope="module")
def years() -> InstanceDocument:
    """The instance as its file states it."""
    return validated(read_source(FOLDER))


@pytest.fixture(scope="module")
def benelux() -> InstanceDocument:
    """The one-year instance of which it is a part."""
    return validated(read_source(INSTANCES / "benelux"))


def test_it_reads_without_a_warning_and_without_a_table_beside_it():
    assert read_instance(FOLDER).warnings == ()
    assert {path.name for path in FOLDER.iterdir()} == {"README.md", "instance.yaml"}


def test_prices_and_policies_are_those_of_benelux(years, benelux):
    for block in (*SAME_BLOCKS, "policies"):
        assert getattr(years, block) == getattr(benelux, block), block
    assert years.streams.keys() == benelux.streams.keys()
    for name, stream in years.streams.items():
        assert stream == benelux.streams[name].model_copy(update={"volume_t_per_year": None}), name
    crews = {crew.drivers: crew for crew in benelux.road.crews}
    assert years.road.crew == crews[1]
    assert (years.road.cost_eur_per_km, years.road.truck_load_t) == (
        benelux.road.cost_eur_per_km,
        benelux.road.truck_load_t,
    )


def test_places_and_links_are_among_those_of_benelux(years, benelux):
    def places(document: InstanceDocument) -> set[tuple[object, ...]]:
        tables = document.tables
        rows = (*tables.cities, *tables.hubs, *tables.overseas)
        night = {hub.id: hub.night_class for hub in tables.hubs}
        return {(row.id, row.name, row.country, row.lat, row.lon, night.get(row.id)) for row in rows}

    assert places(years) < places(benelux)
    assert set(years.tables.links) < set(benelux.tables.links)
    assert set(years.tables.countries) < set(benelux.tables.countries)


def test_volumes_of_overseas_freight_are_those_of_benelux(years, benelux):
    """To a hundred tonnes."""
    known = {
        (row.origin, row.destination): row.share * benelux.streams[row.stream].volume_t_per_year
        for row in benelux.tables.demand
        if row.share is not None
    }
    for row in years.tables.demand:
        if row.stream != "parcels":
            assert row.volume_t_per_year == pytest.approx(known[row.origin, row.destination], abs=50.1)


def test_a_hub_of_20_000_m2_costs_what_it_does_in_benelux(years, benelux):
    usual = benelux.hub_cost
    [module] = [size for size in years.tables.modules if size.area_m2 == usual.area_m2]
    assert years.hub_cost.operating_eur_per_year + module.yearly_eur == usual.operating_eur_per_year
    assert module.sorting_capital_eur == usual.sorting_capital_eur
    assert (module.life_years, module.labour_share) == (usual.life_years, usual.operating_labour_share)


def test_combinations_of_modules_are_as_few_as_the_readme_says(years):
    start = {module.module: module.count for module in years.stages.installed}

    def combinations(installed: dict[str, int]) -> int:
        counts = [range(installed.get(size.id, 0), size.most + 1) for size in years.tables.modules]
        return len(list(itertools.product(*counts)))

    assert (combinations({}), combinations(start)) == (12, 6)
    assert "12 combinations at a new\n  hub, no floor included, and 6 at Liège" in readme()


def test_the_tree_and_the_volumes_of_the_readme(years):
    """Each branch states factor and growth in its first year; the base path grows from 2026."""
    volume = sum(row.volume_t_per_year for row in years.tables.demand)
    points = {row.where: row for row in years.tables.paths if row.of == "volume"}
    start, *branches = years.tables.tree
    assert sum(branch.probability for branch in branches) == pytest.approx(1)
    for branch in branches:
        point = points[branch.id]
        assert (branch.parent, point.at_year) == (start.id, branch.first_year)
        factors = [1, 1 + points[None].growth_per_year]
        factors += [point.factor * (1 + point.growth_per_year) ** later for later in range(3)]
        cells = " | ".join(f"{volume * factor / 1000:.0f}" for factor in factors)
        assert f"| {branch.id} | {cells} |" in readme()


def test_liege_alone_lifts_every_year_with_its_contract_but_none_without(years):
    volume = sum(row.volume_t_per_year for row in years.tables.demand)
    [floor] = [size.capacity_t_per_year for size in years.tables.modules if size.id == years.stages.installed[0].module]
    assert floor < volume < 2.2 * volume < floor + years.stages.contract.most_t_per_year


def readme() -> str:
    """Return the README of the instance."""
    return (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_city_has_freight():
    instance: Instance = read_instance(FOLDER)
    ends = {*instance.commodities.origin, *instance.commodities.destination}
    assert len(ends) == 11 + 1
