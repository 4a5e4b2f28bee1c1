"""Everything that is wrong ends with its exit code and a message that says where and what to do, never otherwise."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
import pytest

from netdesign.instance.schema import COLUMNS
from tests.small_instances import LEGS, ROADS, write_instance

SOLVE = ("solve", ".", "-o", "result.json")


@dataclass(frozen=True)
class Case:
    """A call that is wrong.

    Parameters
    ----------
    name
        For the test's id.
    message
        All of stderr; ``{folder}`` stands for the working folder.
    code
        Exit code.
    files
        What the working folder holds; a link is given as its Path.
    call
        Arguments.
    """

    name: str
    message: str
    code: int = 3
    files: dict[str, str | bytes | Path] = field(default_factory=lambda: {"instance.yaml": LEGS})
    call: tuple[str, ...] = SOLVE


def fault(*lines: str) -> str:
    """Return the message of a bad instance."""
    title = "1 fault" if len(lines) == 1 else f"{len(lines)} faults"
    return "\n".join([f"netdesign: {title} in the instance", *(f"  {line}" for line in lines)]) + "\n"


def edited(base: str, *changes: tuple[str, str]) -> str:
    """Return an instance with one place or more written otherwise."""
    for old, new in changes:
        assert base.count(old) == 1, old
        base = base.replace(old, new)
    return base


def usage(command: str, arguments: str, message: str) -> str:
    """Return the message of a call that the command line itself refuses."""
    name = f"netdesign {command}".rstrip()
    return f"Usage: {name} {arguments}\nTry '{name} -h' for help.\n\nError: {message}\n"


# Where the instance itself is wrong: name, what stands there, what is written instead, message.
EDITS = [
    (
        "unknown key",
        ("weight_kg: 1", "weight_kg: 1, weigth: 2"),
        "instance.yaml:3:24: parcel.weigth: unknown key; allowed: weight_kg; did you mean 'weight_kg'?",
    ),
    (
        "key missing",
        ("parcel: {weight_kg: 1}", "parcel: {}"),
        "instance.yaml:3:1: parcel.weight_kg: is missing",
    ),
    (
        "text for a number",
        ("volume_t_per_year: 300", "volume_t_per_year: many"),
        "instance.yaml:25:34: tables.demand.0.volume_t_per_year: 'many' is not a number",
    ),
    (
        "decimal comma",
        ("volume_t_per_year: 300", "volume_t_per_year: '1,5'"),
        "instance.yaml:25:34: tables.demand.0.volume_t_per_year: '1,5' is not a number; "
        "write a decimal point and no commas",
    ),
    (
        "truth value for a number",
        ("weight_kg: 1", "weight_kg: true"),
        "instance.yaml:3:10: parcel.weight_kg: true is not a number",
    ),
    (
        "list for a number",
        ("weight_kg: 1", "weight_kg: [1]"),
        "instance.yaml:3:10: parcel.weight_kg: a list is not a number",
    ),
    (
        "nothing for a number",
        ("weight_kg: 1", "weight_kg:"),
        "instance.yaml:3:10: parcel.weight_kg: an empty value is not a number",
    ),
    (
        "fraction for a whole number",
        ("max: 1", "max: 1.5"),
        "instance.yaml:6:23: policies.new_hubs.max: 1.5 is not a whole number",
    ),
    (
        "not a number",
        ("weight_kg: 1", "weight_kg: .nan"),
        "instance.yaml:3:10: parcel.weight_kg: nan is not a finite number",
    ),
    (
        "infinity",
        ("volume_t_per_year: 300", "volume_t_per_year: .inf"),
        "instance.yaml:25:34: tables.demand.0.volume_t_per_year: inf is not a finite number",
    ),
    (
        "1e308",
        ("fixed_cost_eur_per_year: 20", "fixed_cost_eur_per_year: 1e308"),
        "instance.yaml:13:14: tables.hubs.1.fixed_cost_eur_per_year: 1e+308 is over 1e+12",
    ),
    (
        "1e-320",
        ("weight_kg: 1", "weight_kg: 1e-320"),
        "instance.yaml:3:10: parcel.weight_kg: 1e-320 is too near to 0; write 0 or at least 1e-12",
    ),
    (
        "number of six thousand digits",
        ("weight_kg: 1", f"weight_kg: {'9' * 6000}"),
        f"instance.yaml:3:21: parcel.weight_kg: cannot read '{'9' * 40}'",
    ),
    (
        "negative volume",
        ("volume_t_per_year: 300", "volume_t_per_year: -300"),
        "instance.yaml:25:34: tables.demand.0.volume_t_per_year: -300 is under 0",
    ),
    (
        "nothing weighs nothing",
        ("weight_kg: 1", "weight_kg: 0"),
        "instance.yaml:3:10: parcel.weight_kg: 0 is not over 0",
    ),
    (
        "word that is not allowed",
        ("status: existing", "status: exists"),
        "instance.yaml:12:14: tables.hubs.0.status: 'exists' is not allowed; "
        "allowed: 'existing', 'candidate' or 'closed'",
    ),
    (
        "another currency",
        ("name: three", "name: three\nunits: {money: USD}"),
        "instance.yaml:3:9: units.money: 'USD' is not allowed; allowed: 'EUR'",
    ),
    (
        "comma in a name",
        ("name: three", "name: 'three, four'"),
        "instance.yaml:2:1: name: 'three, four' is not allowed; "
        "no , ; | > or control characters, no blanks at the ends",
    ),
    (
        "escape code in a name",
        ("name: three", 'name: "\\e[31mred"'),
        "instance.yaml:2:1: name: '\\x1b[31mred' is not allowed; "
        "no , ; | > or control characters, no blanks at the ends",
    ),
    ("empty name", ("name: three", "name: ''"), "instance.yaml:2:1: name: is empty"),
    (
        "long name",
        ("name: three", f"name: {'n' * 81}"),
        "instance.yaml:2:1: name: has 81 characters; at most 80 are allowed",
    ),
    (
        "no streams",
        ("streams:\n  parcels: {deadline_h: 5, late_penalty_eur_per_parcel: 1}", "streams: {}"),
        "instance.yaml:4:1: streams: has 0 entries; at least 1 needed",
    ),
    (
        "a block for a table",
        ("  cities:\n    - {id: A, country: BE}\n    - {id: B, country: BE}\n    - {id: C, country: NL}", "  cities: {}"),
        "instance.yaml:8:3: tables.cities: a block of keys is not a list of rows",
    ),
    (
        "id twice among cities",
        ("{id: C, country: NL}", "{id: B, country: NL}"),
        "instance.yaml:10:8: tables.cities.2.id: 'B' stands twice among cities, hubs and overseas",
    ),
    (
        "id twice among hubs",
        ("- {id: X,", "- {id: B,"),
        "instance.yaml:14:8: tables.hubs.2.id: 'B' stands twice in the hubs table",
    ),
    (
        "a city's country at its hub",
        ("- {id: B, fixed", "- {id: B, country: BE, fixed"),
        "instance.yaml:13:8: tables.hubs.1.id: 'B' is a city; "
        "leave name, country, customs_zone, lat and lon to the cities table",
    ),
    (
        "key twice",
        ("name: three", "name: three\nname: four"),
        "instance.yaml:3:1: name: stands twice",
    ),
    (
        "two hub counts",
        ("new_hubs: {max: 1}", "new_hubs: {max: 1}, hub_count: {max: 2}"),
        "instance.yaml:6:1: policies: hub_count and new_hubs exclude each other; give one",
    ),
    (
        "range upside down",
        ("new_hubs: {max: 1}", "new_hubs: {min: 2, max: 1}"),
        "instance.yaml:6:12: policies.new_hubs: min 2 is over max 1",
    ),
    (
        "more new hubs than sites",
        ("new_hubs: {max: 1}", "new_hubs: {min: 3}"),
        "instance.yaml:6:23: policies.new_hubs.min: 3 is over the 2 sites beside the existing hubs that may open",
    ),
    (
        "no hub allowed",
        ("status: existing, fixed_cost_eur_per_year: 10", "status: closed, fixed_cost_eur_per_year: 10"),
        "instance.yaml:6:12: policies.new_hubs.max: 1 is under the 2 hubs that must open: B, X",
    ),
    (
        "demand given twice",
        ("  demand:", "  demand_matrix: {volume_t_per_year: matrix.csv}\n  demand:"),
        "instance.yaml:24:3: tables.demand_matrix: demand is given twice; keep either demand or demand_matrix",
    ),
    (
        "unknown origin",
        ("{origin: B,", "{origin: b,"),
        "instance.yaml:25:8: tables.demand.0.origin: 'b' is no city or overseas airport; did you mean 'B'?",
    ),
    (
        "demand to a hub that is no city",
        ("destination: C,", "destination: X,"),
        "instance.yaml:25:19: tables.demand.0.destination: 'X' is a hub and no city; "
        "freight starts and ends at cities and overseas airports",
    ),
    (
        "unknown stream",
        ("volume_t_per_year: 300", "volume_t_per_year: 300, stream: parcel"),
        "instance.yaml:25:58: tables.demand.0.stream: 'parcel' is no stream; allowed: parcels; "
        "did you mean 'parcels'?",
    ),
    (
        "commodity twice",
        ("{origin: C, destination: B,", "{origin: B, destination: C,"),
        "instance.yaml:26:7: B to C in stream parcels stands twice",
    ),
    (
        "neither volume nor share",
        (", volume_t_per_year: 300", ""),
        "instance.yaml:25:7: tables.demand.0: give either volume_t_per_year or share",
    ),
    (
        "shares without the volume of their stream",
        ("volume_t_per_year: 300}\n    - {origin: C, destination: B, volume_t_per_year: 100}", "share: 1}"),
        "instance.yaml:5:3: streams.parcels: the demand table gives shares, so volume_t_per_year is needed",
    ),
    (
        "volume without shares",
        ("{deadline_h: 5,", "{volume_t_per_year: 400, deadline_h: 5,"),
        "instance.yaml:5:13: streams.parcels.volume_t_per_year: is given, "
        "but the demand table has no shares in this stream for it to divide",
    ),
    (
        "leg twice",
        ("{from: A, to: C,", "{from: A, to: B,"),
        "instance.yaml:17:7: the leg from A to B stands twice",
    ),
    (
        "unknown end of a leg",
        ("{from: A, to: X,", "{from: A, to: Y,"),
        "instance.yaml:23:17: tables.legs.7.to: 'Y' is no city or hub",
    ),
    (
        "a hard deadline without hours",
        ("{deadline_h: 5, late_penalty_eur_per_parcel: 1}", "{deadline: hard}"),
        "instance.yaml:5:3: streams.parcels: a hard deadline or a late penalty needs deadline_h",
    ),
    (
        "a hard deadline with a price",
        ("{deadline_h: 5,", "{deadline_h: 5, deadline: hard,"),
        "instance.yaml:5:3: streams.parcels: a hard deadline has no late_penalty_eur_per_parcel",
    ),
    (
        "a hard deadline that no route meets",
        ("{deadline_h: 5, late_penalty_eur_per_parcel: 1}", "{deadline_h: 0.5, deadline: hard}"),
        [
            "instance.yaml:25: the fastest route from B to C takes 1.00 h; the hard deadline is 0.5 h; "
            "make it priced or longer",
            "instance.yaml:26: the fastest route from C to B takes 1.00 h; the hard deadline is 0.5 h; "
            "make it priced or longer",
        ],
    ),
    (
        "policy for an unknown site",
        ("new_hubs: {max: 1}", "required: [b], forbidden: [Z]"),
        [
            "instance.yaml:6:23: policies.required.0: 'b' is not in the hubs table; did you mean 'B'?",
            "instance.yaml:6:38: policies.forbidden.0: 'Z' is not in the hubs table",
        ],
    ),
    (
        "existing hub forbidden",
        ("new_hubs: {max: 1}", "forbidden: [A]"),
        "instance.yaml:6:24: policies.forbidden.0: 'A' exists; an existing hub stays open",
    ),
    (
        "required and forbidden",
        ("new_hubs: {max: 1}", "required: [B], forbidden: [B]"),
        "instance.yaml:6:39: policies.forbidden.0: 'B' is required too",
    ),
    (
        "exclusive group with two required sites",
        ("new_hubs: {max: 1}", "required: [B, X], exclusive: [{name: either, sites: [B, X]}]"),
        "instance.yaml:6:42: policies.exclusive.0: at most one site of 'either' may open, yet B and X must",
    ),
    (
        "capacity below the volume",
        ("new_hubs: {max: 1}", "hub_count: {max: 1}, capacity: {}"),
        None,
    ),
    (
        "minimum throughput over the volume",
        ("new_hubs: {max: 1}", "minimum_throughput: {counts: all, hubs: [{site: A, tonnes_per_year: 500}]}"),
        "instance.yaml:6:12: policies.minimum_throughput: the hubs that must open are to get 500 t/year; "
        "the counted volume is 400 t/year",
    ),
    (
        "minimum throughput of freight that there is not",
        ("new_hubs: {max: 1}", "minimum_throughput: {hubs: [{site: A, share: 0.5}]}"),
        "instance.yaml:6:12: policies.minimum_throughput: counts inbound freight, of which the instance has none",
    ),
    (
        "minimum throughput without a minimum",
        ("new_hubs: {max: 1}", "minimum_throughput: {hubs: [{site: A}]}"),
        "instance.yaml:6:40: policies.minimum_throughput.hubs.0: give tonnes_per_year, share, "
        "or both (the lesser counts)",
    ),
    (
        "lane minimum without overseas airport",
        ("new_hubs: {max: 1}", "air_lane: {flights_per_week: 1, payload_t: 1, load_factor: 1}"),
        "instance.yaml:6:12: policies.air_lane: there is no overseas airport, hence no air lane",
    ),
    (
        "fixed-cost cap under what is required",
        ("new_hubs: {max: 1}", "required: [B], fixed_cost_cap_eur_per_year: 19"),
        "instance.yaml:6:27: policies.fixed_cost_cap_eur_per_year: 19 is under the 20 EUR/year of the new hubs that must open",
    ),
    (
        "service for an unknown country",
        ("new_hubs: {max: 1}", "service: {by_country: {DE: 0.5}}"),
        "instance.yaml:6:35: policies.service.by_country.DE: no city is in 'DE'; did you mean 'BE'?",
    ),
    (
        "service share over 1",
        ("new_hubs: {max: 1}", "service: {by_country: {BE: 2}}"),
        "instance.yaml:6:12: policies.service: by_country.BE: 2.0 is not between 0 and 1",
    ),
    (
        "wrong version of the format",
        ("netdesign.instance/1", "netdesign.instance/2"),
        "instance.yaml:1:1: format: 'netdesign.instance/2' is unknown; write `format: netdesign.instance/1`",
    ),
    (
        "no format",
        ("format: netdesign.instance/1\n", ""),
        "instance.yaml:1:1: format: is missing; write `format: netdesign.instance/1`",
    ),
    (
        "tag that makes an object",
        ("name: three", "name: !!python/object/apply:os.system ['touch ran']"),
        "instance.yaml:2:7: name: has the tag !!python/object/apply:os.system; "
        "an instance holds plain data only, take the tag out",
    ),
    (
        "anchor and alias",
        ("cost_eur_per_year: 10}\n    - {id: B, fixed_cost_eur_per_year: 20}", "cost_eur_per_year: &f 10}\n    - {id: B, fixed_cost_eur_per_year: *f}"),
        "instance.yaml:12:60: tables.hubs.0.fixed_cost_eur_per_year: has the anchor &f; "
        "anchors are not read, write the values out",
    ),
    (
        "a list as a key",
        ("parcel: {weight_kg: 1}", "parcel: {weight_kg: 1}\n? [a, b]\n: c"),
        "instance.yaml:4:3: a list or block stands as a key; a key is a word",
    ),
    (
        "table outside the folder",
        ("  cities:\n    - {id: A, country: BE}\n    - {id: B, country: BE}\n    - {id: C, country: NL}", "  cities: ../cities.csv"),
        "instance.yaml:8:3: tables.cities: '../cities.csv' lies outside the instance's folder; move it inside",
    ),
    (
        "table by absolute path",
        ("  cities:\n    - {id: A, country: BE}\n    - {id: B, country: BE}\n    - {id: C, country: NL}", "  cities: /etc/passwd"),
        "instance.yaml:8:3: tables.cities: '/etc/passwd' lies outside the instance's folder; move it inside",
    ),
    (
        "table with a null byte in its name",
        ("  cities:\n    - {id: A, country: BE}\n    - {id: B, country: BE}\n    - {id: C, country: NL}", '  cities: "a\\0.csv"'),
        "instance.yaml:8:3: tables.cities: there is no file 'a\\x00.csv' in the instance's folder",
    ),
    (
        "no demand",
        ("  demand:\n    - {origin: B, destination: C, volume_t_per_year: 300}\n    - {origin: C, destination: B, volume_t_per_year: 100}\n", ""),
        "instance.yaml:7:1: tables: demand is missing; give demand or demand_matrix",
    ),
    (
        "commodity that no leg reaches",
        ("    - {from: B, to: A, cost_eur_per_t: 1, time_h: 1}\n    - {from: B, to: C, cost_eur_per_t: 1, time_h: 1}\n", ""),
        None,
    ),
]
