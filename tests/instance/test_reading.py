"""Reading instances: what the files may look like and what becomes of them."""

from __future__ import annotations

import json
from random import Random

import numpy as np
import pytest

from netdesign.errors import InstanceError, UsageError, did_you_mean
from netdesign.instance import read_instance
from netdesign.instance.document import Located, parse_yaml
from netdesign.instance.override import apply_overrides
from netdesign.instance.read import read_source, validated
from netdesign.instance.resolve import resolve_instance
from netdesign.io.instance_files import write_instance
from netdesign.network import build_network
from tests.support.solving import read_json, written
from tests.support.staged_strategies import random_staged
from tests.support.strategies import random_document


def document(**changes):
    """Return a sound instance of three cities with one existing hub, as the dict that YAML would give."""
    return {
        "format": "netdesign.instance/1",
        "name": "three",
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "tables": {
            "cities": [{"id": "A", "country": "NO"}, {"id": "B"}, {"id": "C"}],
            "hubs": [{"id": "A", "status": "existing", "fixed_cost_eur_per_year": 10},
                     {"id": "B", "fixed_cost_eur_per_year": 20}],
            "legs": [{"from": a, "to": b, "cost_eur_per_t": 1} for a in "ABC" for b in "ABC" if a != b],
            "demand": [{"origin": "A", "destination": "C", "volume_t_per_year": 100}],
        },
    } | changes  # fmt: skip


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a document (JSON is YAML) and further files, and gives the file's path."""

    def writer(data, **files):
        for name, text in files.items():
            (tmp_path / name.replace("_csv", ".csv")).write_text(text, encoding="utf-8")
        path = tmp_path / "instance.yaml"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return path

    return writer


def test_a_cell_is_placed_by_its_row_and_column_until_its_row_is_set():
    located = Located({"tables": {"hubs": [{"id": "A"}, {"id": "B"}]}})
    located.places = {("tables", "hubs"): ("hubs.csv", 1, 0), ("tables", "hubs", 1): ("hubs.csv", 3, 0)}
    located.columns["hubs.csv"] = {"id": 1, "status": 4}
    cell = ("tables", "hubs", 1, "status")
    assert (located.place(cell), located.place((*cell[:3], "none"))) == (("hubs.csv", 3, 4), ("hubs.csv", 3, 0))
    assert located.place(("tables", "hubs", "id")) == ("hubs.csv", 1, 0)
    apply_overrides(located, ["hubs.1={id: C, status: closed}"])
    assert located.place(cell) == ("--set hubs.1={id: C, status: closed}", 0, 0)


def test_no_is_norway_and_not_false(tmp_path):
    """YAML 1.2 has no truth value `NO`; a reader of YAML 1.1 would make Norway false."""
    text = json.dumps(document()).replace('"NO"', "NO")
    (tmp_path / "instance.yaml").write_text(text, encoding="utf-8")
    assert read_instance(tmp_path).nodes[0].country == "NO"


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    """Spreadsheets save CSV files so."""
    data = document()
    data["tables"]["demand"] = "demand.csv"
    (tmp_path / "instance.yaml").write_text(json.dumps(data), encoding="utf-8")
    (tmp_path / "demand.csv").write_bytes("﻿origin,destination,volume_t_per_year\r\nA,C,7\r\n".encode())
    assert read_instance(tmp_path).commodities.volume.tolist() == [7.0]


def test_quoted_cells_may_hold_commas_and_line_breaks(write):
    """A note is free text; the line of a later fault still counts lines of the file."""
    data = document()
    data["tables"]["demand"] = "demand.csv"
    demand = 'origin,destination,volume_t_per_year,note\nA,C,7,"one, two\nthree"\nA,B,8,\n'
    commodities = read_instance(write(data, demand_csv=demand)).commodities
    assert commodities.volume.tolist() == [7.0, 8.0]
    assert commodities.line.tolist()[1] == 4


def test_dense_tables_equal_the_same_rows(write):
    """A matrix of volumes and matrices of legs give the commodities and legs that rows give."""
    rows = read_instance(write(document()))
    data = document()
    del data["tables"]["demand"], data["tables"]["legs"]
    data["tables"]["demand_matrix"] = {"volume_t_per_year": "flows.csv"}
    data["tables"]["leg_matrices"] = {"cost_eur_per_t": "costs.csv"}
    flows = ",A,B,C\nA,0,0,100\nB,0,0,0\nC,,,\n"
    costs = ",A,B,C\nA,,1,1\nB,1,,1\nC,1,1,\n"
    dense = read_instance(write(data, flows_csv=flows, costs_csv=costs))
    assert dense.commodities.volume.tolist() == rows.commodities.volume.tolist()
    assert dense.commodities.origin.tolist() == rows.commodities.origin.tolist()
    one, other = build_network(rows), build_network(dense)
    np.testing.assert_array_equal(one.collection.cost, other.collection.cost)
    np.testing.assert_array_equal(one.distribution.time_h, other.distribution.time_h)


def test_what_is_odd_in_the_demand_is_told_by_line_of_its_matrix(write):
    """As of a table of rows."""
    data = document()
    del data["tables"]["demand"]
    data["streams"] = {"parcels": {"deadline_h": 1e-6, "late_penalty_eur_per_parcel": 1}}
    data["tables"]["demand_matrix"] = {"volume_t_per_year": "flows.csv"}
    instance = read_instance(write(data, flows_csv=",A,B,C\nA,0,0,0\nB,0,0,7\nC,0,0,0\n"))
    assert (instance.demand_file, instance.commodities.line.tolist()) == ("flows.csv", [3])


@pytest.mark.parametrize("name", ["flows.npz", "flows.NPZ"])
def test_npz_matrices_are_read(name, tmp_path):
    """The binary form of a matrix holds origins, destinations and values."""
    data = document()
    del data["tables"]["demand"]
    data["tables"]["demand_matrix"] = {"volume_t_per_year": name}
    (tmp_path / "instance.yaml").write_text(json.dumps(data), encoding="utf-8")
    with (tmp_path / name).open("wb") as file:
        np.savez(file, origins=["A"], destinations=["B", "C"], values=[[3.0, 4.0]])
    assert read_instance(tmp_path).commodities.volume.tolist() == [3.0, 4.0]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("tables.hubs.B.fixed_cost_eur_per_year=5", 5.0),
        ("hubs.B.fixed_cost_eur_per_year=5", 5.0),
        ("hubs.1.fixed_cost_eur_per_year=5", 5.0),
    ],
)
def test_set_finds_rows_by_id_and_by_position(write, override, expected):
    """A table's row is named by its id or counted from 0, with or without `tables.` before it."""
    assert read_instance(write(document()), [override]).sites[1].fixed_cost == expected


def test_set_null_takes_a_policy_away(write):
    """`null` leaves a block out, as if the file did not have it."""
    data = document(policies={"new_hubs": {"max": 0}})
    assert read_instance(write(data)).hub_range == (1, 1)
    assert read_instance(write(data), ["policies.new_hubs=null"]).hub_range == (1, 2)


@pytest.mark.parametrize("written", ["01000", "1E5", "0x1F", "1_000", "1.10", "0o17", "+5", "-0", ".5", "2024-01-01"])
def test_an_id_is_what_was_written(tmp_path, written):
    """YAML takes these for numbers and dates; a postcode keeps its zero, and 1E5 is no 100000.0."""
    text = json.dumps(document(policies={"required": ["B"]})).replace('"B"', written)
    (tmp_path / "instance.yaml").write_text(text, encoding="utf-8")
    instance = read_instance(tmp_path, ["volume_factor=2", f"hubs.{written}.fixed_cost_eur_per_year=7"])
    assert instance.nodes[1].id == written
    assert instance.policies.required == (written,)
    assert instance.sites[1].fixed_cost == 7.0
    assert written not in read_instance(tmp_path, [f"policies={{forbidden: [{written}]}}"]).allowed


def test_an_id_in_yaml_is_not_the_number_in_a_table(write):
    """`forbidden: [01000]` names the site 01000 of the CSV file, not its neighbour 1000."""
    data = document(policies={"forbidden": ["B"]})
    data["tables"]["hubs"] = "hubs.csv"
    data["tables"]["demand"] = "demand.csv"
    hubs = "id,status,fixed_cost_eur_per_year\nA,existing,10\n1000,,20\n01000,,30\n"
    text = json.dumps(data).replace('"B"]', "01000]")
    demand = "origin,destination,volume_t_per_year\nA,C,7\n"
    assert read_instance(write(text, hubs_csv=hubs, demand_csv=demand)).allowed == ("A", "1000")


@pytest.mark.parametrize("name", ["St. Gallen", "a.b", "B."])
def test_set_finds_a_name_that_has_dots(write, name):
    """The longest name that fits is meant, also where a shorter one would."""
    data = document()
    data["tables"]["hubs"] = [*data["tables"]["hubs"], {"id": name, "fixed_cost_eur_per_year": 1},
                              {"id": "a", "fixed_cost_eur_per_year": 1}]  # fmt: skip
    sites = read_instance(write(data), [f"hubs.{name}.fixed_cost_eur_per_year=5"]).sites
    assert [site.fixed_cost for site in sites] == [10.0, 20.0, 5.0, 1.0]


def test_set_means_an_id_before_a_name(write):
    """A site may be named as another's id is spelt."""
    data = document()
    data["tables"]["cities"][1]["name"] = "C"
    assert read_instance(write(data), ["cities.C.country=LU"]).nodes[2].country == "LU"


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [("LGG", "lgg", "capital letters"), ("Cala", "\u0421\u0430la", "the U+0421 (cyrillic capital letter es)")],
)
def test_names_that_are_nearly_one_are_odd(write, one, other, difference):
    """Two sites may be called so, yet seldom are."""
    data = document()
    data["tables"]["cities"] += [{"id": one}, {"id": other}]
    source = read_source(write(data))
    resolve_instance(validated(source), source.matrices, source.located)
    (warning,) = source.located.warnings
    assert warning.field == "tables.cities.4.id"
    assert warning.message == f"'{other}' and '{one}' differ in {difference} only; they are two"


def test_what_was_taken_away_is_not_written(write, tmp_path):
    """A key without a value would be refused when the folder is read."""
    data = document(policies={"new_hubs": {"max": 0}, "required": ["01000"]})
    data["tables"]["hubs"][1]["id"] = data["tables"]["cities"][1]["id"] = "01000"
    path = write(json.dumps(data).replace('"B"', '"01000"'))
    taken_away = ["policies.new_hubs=null", "hubs.A.capacity_t_per_year=null", "stages=null"]
    write_instance(read_source(path, taken_away), tmp_path / "new")
    assert "null" not in (tmp_path / "new" / "instance.yaml").read_text(encoding="utf-8")
    assert read_instance(tmp_path / "new").policies.required == ("01000",)


@pytest.mark.parametrize(
    "path",
    [
        "streams.s.late_penalty_eur_per_parcel",
        "volume_factor",
        "factors.inter_hub",
        "hubs.B.status",
        "handling",
        "title",
    ],
)
def test_null_takes_away_what_may_be_absent(path, write):
    """What is left then is what the file would say without the key; null of a key that must be there is a fault."""
    data = document()
    place, *words = path.split(".")
    stated = {
        "streams": {"s": {"deadline_h": 9, "late_penalty_eur_per_parcel": 2}},
        "volume_factor": 3,
        "factors": {"inter_hub": 0.5},
        "handling": {"hours": 4, "cost_eur_per_parcel": 1},
        "title": "Some",
    }
    source = read_source(write(data | {place: stated[place]} if place in stated else data), [f"{path}=null"])
    found = source.located.data["tables"] if place == "hubs" else source.located.data
    inside = found[place] if words else found
    for word in words[:-1]:
        inside = inside[word] if isinstance(inside, dict) else next(row for row in inside if row["id"] == word)
    assert (words or [place])[-1] not in inside


def test_later_overrides_win(write):
    """Two values for one path: the last one counts, as with options everywhere."""
    instance = read_instance(write(document()), ["volume_factor=2", "volume_factor=3"])
    assert instance.commodities.volume.tolist() == [300.0]


def test_set_without_a_place_to_go_is_a_wrong_call(write):
    """A path through a single value leads nowhere."""
    with pytest.raises(UsageError, match="leads into a single value"):
        read_instance(write(document()), ["name.x=1"])


def test_the_digest_follows_every_file(write):
    """The digest changes with a table and not with an override."""
    data = document()
    data["tables"]["demand"] = "demand.csv"
    header = "origin,destination,volume_t_per_year\n"
    first = read_instance(write(data, demand_csv=header + "A,C,7\n"))
    same = read_instance(write(data, demand_csv=header + "A,C,7\n"), ["volume_factor=2"])
    other = read_instance(write(data, demand_csv=header + "A,C,8\n"))
    assert first.digest == same.digest != other.digest


def test_shares_divide_the_volume_of_their_stream(write):
    """Shares add up to 1 but for rounding, and are scaled to it: 0.3333 and 0.6666 of 300 t are 100 and 200 t."""
    data = document(streams={"parcels": {"volume_t_per_year": 300}})
    data["tables"]["demand"] = [
        {"origin": "A", "destination": "B", "share": 0.3333},
        {"origin": "A", "destination": "C", "share": 0.6666},
    ]
    assert read_instance(write(data)).commodities.volume == pytest.approx([100.0, 200.0])


def test_fixed_and_handling_cost_follow_the_country(write):
    """The annuity of 10 % over one year is 1.1; labour of 20 against 10 doubles the labour share of 0.5."""
    data = document(
        reference_labour_cost_eur_per_h=10,
        handling={"cost_eur_per_parcel": 1, "labour_share": 0.5},
        hub_cost={
            "area_m2": 100, "sorting_capital_eur": 1000, "discount_rate": 0.1, "life_years": 1,
            "operating_eur_per_year": 400, "operating_labour_share": 0.5,
        },
    )  # fmt: skip
    data["tables"]["countries"] = [{"id": "NO", "labour_cost_eur_per_h": 20, "construction_cost_eur_per_m2": 30}]
    data["tables"]["cities"] = [{"id": name, "country": "NO"} for name in "ABC"]
    data["tables"]["hubs"] = [{"id": "A", "status": "existing"}, {"id": "B"}]
    existing, new = read_instance(write(data)).sites
    # Handling: 1 EUR/parcel x 1000 parcels/t x (0.5 x 20/10 + 0.5).
    assert existing.handling_cost == new.handling_cost == pytest.approx(1500.0)
    # Running: 400 x (0.5 x 2 + 0.5); capital: (100 x 30 + 1000) x 1.1, sunk where the hub exists.
    assert existing.fixed_cost == pytest.approx(600.0)
    assert new.fixed_cost == pytest.approx(600.0 + 4400.0)


def test_the_threshold_closes_small_candidates_unless_they_are_required(write):
    """Existing hubs are never too small; a required site is opened by name."""
    data = document(minimum_cargo_t_per_year=50)
    data["tables"]["hubs"][1]["cargo_t_per_year"] = 49
    assert read_instance(write(data)).allowed == ("A",)
    assert read_instance(write(data), ["policies.required=[B]"]).allowed == ("A", "B")
    assert read_instance(write(data), ["minimum_cargo_t_per_year=49"]).allowed == ("A", "B")


@pytest.mark.parametrize("seed", range(5))
def test_tests_that_read_a_drawn_instance_as_json_read_what_the_yaml_says(tmp_path, seed):
    """The same values of the same types, and each number as it was written."""
    for draw in (random_document(Random(seed)), random_staged(Random(seed), tmp_path)):
        with written(draw, tmp_path) as file:
            quick = read_json(file, file.name)
        slow = parse_yaml(file.read_text(encoding="utf-8"), file.name)
        assert slow is not None
        assert slow.faults == []
        assert [*leaves(quick.data)] == [*leaves(slow.data)]


def leaves(data, path=()):
    """Yield path, type, value and text of all that plain data hold."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    yield path, type(data), data, str(data)
    for key, value in parts:
        yield from leaves(value, (*path, key))


def test_what_is_wrong_with_all_links_alike_is_told_once(write):
    """Of a few each is told."""
    data = document()
    del data["tables"]["legs"]
    data["tables"]["links"] = [{"from": "A", "to": "B", "km": km} for km in range(1, 11)]
    with pytest.raises(InstanceError) as raised:
        read_instance(write(data))
    told = [fault.message for fault in raised.value.faults]
    assert told == ["road and ferry links need a `road` block (and 9 more like it)"]


@pytest.mark.parametrize(("word", "known"), [("6", "06"), ("06", "6"), ("1000", "01000")])
def test_an_id_without_its_zero_means_the_one_that_has_it(word, known):
    """A spreadsheet makes 6 of 06, to which 16 and 60 are as near."""
    assert did_you_mean(word, ["16", "60", "66", "0", known]) == f"; did you mean '{known}'?"
