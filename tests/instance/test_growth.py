"""Paths of numbers over the years: each either moves what a year reads, or is refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netdesign.errors import ExitCode, InstanceError
from netdesign.instance.read import read_source, read_staged, validated
from netdesign.instance.resolve_stages import resolve_stages
from netdesign.instance.schema import ROWS, InstanceDocument
from netdesign.instance.stages import PathRow

BENELUX = Path("instances/benelux-stages")
RICH = (
    "volume_factor=1.5",
    "minimum_cargo_t_per_year=1",
    "border={hours: 1, cost_eur_per_t: 2}",
    "road.sea_co2e_g_per_tkm=9",
    "road.way_km_per_hour=9",
    "night_wait_h={open: 1, restricted: 2, closed: 3}",
    "factors={collection: 0.5, inter_hub: 0.5, distribution: 0.5}",
    "streams.outbound.origin_h=1",
    "streams.outbound.last_mile_h=1",
    "streams.outbound.deadline_h=100",
    "policies.fixed_cost_cap_eur_per_year=1e9",
    "policies.service={share: 0.01, by_country: {FR: 0.01}}",
    "policies.minimum_throughput.hubs.LGG.shortfall_eur_per_t=3",
    "hubs.LGG.cargo_t_per_year=100000",
    "hubs.LGG.hub_h=3",
    "hubs.LGG.handling_cost_eur_per_parcel=3",
    "hubs.LGG.fixed_cost_eur_per_year=3",
    "hubs.LGG.lat=50",
    "hubs.LGG.lon=5",
    "cities.FR-PARIS.lat=49",
    "cities.FR-PARIS.lon=2",
    "modules.m10.capital_eur=1",
    "modules.m10.exit_cost_eur=1",
    "modules.m10.peak_t_per_day=100",
    "modules.m10.minimum_term_years=2",
    "stages.last_year=2026",
    "stages.contract.sites=[]",
    "stages.contract.most_t_per_year=1e9",
    "tables.tree=[]",
    "tables.paths=[]",
)
"""So that most numbers that an instance may state are there, and none is 0."""


@cache
def rich() -> tuple[InstanceDocument, Any]:
    """Return an instance with years that states nearly all that can be stated."""
    source = read_source(BENELUX, RICH)
    return validated(source), source.located


def numbers() -> list[str]:
    """Return the paths of its numbers, of tables each column once."""
    found: dict[str, None] = {}

    def walk(value: Any, words: tuple[str, ...]) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, (*words, str(key)))
        elif isinstance(value, list | tuple):
            for index, entry in enumerate(value):
                is_row = words[-1] in ROWS and words[0] == "tables"
                name = next((entry[k] for k in ("site", "drivers") if k in entry), index) if entry else index
                walk(entry, (*words, "*" if is_row else str(name)))
        elif value and isinstance(value, int | float) and not isinstance(value, bool):
            found[".".join(words)] = None

    walk(rich()[0].model_dump(by_alias=True, exclude={"stages", "problem"}), ())
    return list(found)


def read_of(document: InstanceDocument, located: Any) -> str:
    """Return what a year of an instance reads, as text: rules on hubs, capacity and capital are of all years."""
    node = resolve_stages(document, {}, located).nodes[0]
    policies = node.instance.policies.model_copy(update={"hub_count": None, "new_hubs": None})
    sites = [
        (s.handling_cost, s.hub_h, s.night_wait_h, node.prices.running[k]) for k, s in enumerate(node.instance.sites)
    ]
    instance, prices = node.instance, node.prices
    volumes = instance.commodities.volume.tolist()
    arrays = [prices.capital.tolist(), prices.yearly.tolist(), prices.exit.tolist(), volumes]
    blocks = (instance.factors, instance.road, instance.air, instance.border, instance.streams, instance.links)
    return repr((policies, sites, arrays, blocks))


def moved(of: str, *points: dict[str, Any]) -> str:
    """Return what the first year reads where a path says so."""
    document, located = rich()
    rows = tuple(PathRow(of=of, **{"at_year": 2026, **point}) for point in points)
    return read_of(document.model_copy(update={"tables": document.tables.model_copy(update={"paths": rows})}), located)


@cache
def unmoved() -> str:
    """Return what the first year reads."""
    return read_of(*rich())


@pytest.mark.parametrize("of", numbers())
def test_each_number_moves_what_a_year_reads_or_is_refused(of):
    if of == "road.drivers":
        pytest.skip("has no crew of another number to move to")
    try:
        found = moved(of, {"factor": 0.99})
    except InstanceError as error:
        found = error.faults[0].message
    assert found != unmoved()
    refusals = (
        "does not move over the years: it holds for all of them",
        "'ranges' has no numbers that move over the years",
    )
    assert found.startswith("(") or found.endswith(refusals)


def fault_of(of: str, *points: dict[str, Any]) -> str:
    """Return field and message of the first fault of a path."""
    with pytest.raises(InstanceError) as caught:
        moved(of, *points)
    return f"{caught.value.faults[0].field}: {caught.value.faults[0].message}"


@pytest.mark.parametrize("of", ["modules.*.*", "policies.new_hubs.*", "tables.modules.m10.most", "hub_cost.life_years"])
def test_other_names_of_what_holds_for_all_years_are_refused_too(of):
    said = fault_of(of, {"factor": 0.99})
    assert said.startswith("of: ")
    assert "no number" in said or "does not move over the years" in said


@pytest.mark.parametrize("other", ["tables.links.0.km", "links.0.km"])
def test_a_point_that_stands_under_two_names_stands_twice(other):
    document, located = rich()
    rows = (PathRow(of="links.0.km", at_year=2026, factor=2), PathRow(of=other, at_year=2026, factor=3))
    tables = document.tables.model_copy(update={"paths": rows})
    with pytest.raises(InstanceError, match=r"a point of .*links\.0\.km in 2026 stands twice"):
        read_of(document.model_copy(update={"tables": tables}), located)


def test_a_path_under_two_names_is_one_path():
    document, located = rich()

    def read(*names: str) -> str:
        points = [{"at_year": 2020, "factor": 2.0}, {"at_year": 2026, "factor": 3.0}]
        rows = tuple(PathRow(of=name, **point) for name, point in zip(names, points, strict=True))
        tables = document.tables.model_copy(update={"paths": rows})
        return read_of(document.model_copy(update={"tables": tables}), located)

    assert read("links.0.km", "tables.links.0.km") == read("links.0.km", "links.0.km")


def test_a_stream_without_a_name_is_none():
    said = "of: 'volume.' names no stream; 'volume' moves all of them"
    assert fault_of("volume.", {"factor": 2}) == said


def test_a_product_out_of_range_is_told_at_the_point_that_made_it():
    said = fault_of("handling.labour_share", {"at_year": 2020, "factor": 1}, {"factor": 3})
    assert said == "factor: in 2026 handling.labour_share: 1.2 is over 1"


def test_shares_that_no_longer_add_up_are_told_with_the_year():
    document, located = rich()
    rows = tuple(row.model_copy(update={"volume_t_per_year": None, "share": 0.5}) for row in document.tables.demand[:2])
    streams = {"inbound": document.streams["inbound"].model_copy(update={"volume_t_per_year": 9.0})}
    paths = (PathRow(of="demand.*.share", at_year=2026, factor=0.9),)
    tables = document.tables.model_copy(update={"demand": rows, "paths": paths})
    with pytest.raises(InstanceError, match=r"add up to 0\.9.*, as the paths have it in 2026"):
        read_of(document.model_copy(update={"tables": tables, "streams": streams}), located)


def test_a_path_of_zero_is_told():
    moved = (*RICH, "tables.paths=[{of: border.hours, at_year: 2026, factor: 2}]", "border.hours=0")
    told = [fault.message for fault in read_staged(BENELUX, moved).base.warnings]
    assert "'border.hours' is 0, and so is each multiple of it" in told


@pytest.mark.parametrize("command", ["check", "solve", "timing"])
def test_a_path_that_leads_nowhere_is_a_fault_whatever_is_asked(command, netdesign):
    """A look at what is odd comes before it, and may not stumble over it."""
    ended = netdesign(command, "benelux-stages", "--set", "tables.paths=[{of: 1_0, at_year: 2026, factor: 2}]")
    assert ended.code == ExitCode.BAD_INSTANCE
    assert ("leads nowhere" in ended.err) is (command != "solve")
