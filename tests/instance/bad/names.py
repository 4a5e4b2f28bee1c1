"""Names that are not what they seem: numbers for ids, look-alikes, doubled ones, and keys without a value."""

from __future__ import annotations

from tests.instance.bad.calls import call, override
from tests.instance.bad.case import Case, bad, edited, faults
from tests.support.small_instances import LEGS

CITY = "{id: C, country: NL}"
TWO_HUBS = edited(LEGS, ("new_hubs: {max: 1}", "exclusive: [{name: pair, sites: [B, B]}], required: [X, X]"))
NUMBERED = LEGS
for _old, _new in (("id: A", "id: 02"), ("id: B", "id: 03"), ("from: A", "from: 02"), ("from: B", "from: 03"),
                   ("to: A", "to: 02"), ("to: B", "to: 03"), ("origin: B", "origin: 03"),
                   ("destination: B", "destination: 03")):  # fmt: skip
    NUMBERED = NUMBERED.replace(_old, _new)


def alike(name: str, id_: str, message: str) -> Case:
    """Return the case of a city whose id looks like that of another, Le Havre."""
    text = edited(LEGS, (CITY, f'{CITY}\n    - {{id: "Le Havre"}}\n    - {{id: "{id_}"}}'))
    return Case(name, faults(f"instance.yaml:13:8: tables.cities.4.id: {message}"), files={"instance.yaml": text})


def numbered(name: str, words: str, message: str) -> Case:
    """Return the case of an override of an instance whose ids are numbers."""
    return call(name, f"--set {words}", message, **{"instance.yaml": NUMBERED})


def valueless(name: str, old: str, new: str, line: str) -> Case:
    """Return the case of a key without a value."""
    return bad(name, old, new, f"instance.yaml:{line}, or take the key out")


POLICIES = "policies: {new_hubs: {max: 1}}"
NAMES = [
    alike("ids that differ in a no-break space", "Le\xa0Havre", "'Le\xa0Havre' and 'Le Havre' look alike and are not "
          "the same: here stands U+00A0 (no-break space), there U+0020 (space)"),
    alike("ids that differ in a doubled blank", "Le  Havre", "'Le  Havre' and 'Le Havre' look alike and are not "
          "the same: here stands U+0020 (space)"),
    alike("ids that differ in full-width letters", "Le \uff28avre", "'Le \uff28avre' and 'Le Havre' look alike "
          "and are not the same: here stands U+FF28 (fullwidth latin capital letter h), there U+0048 (latin capital "
          "letter h)"),
    alike("id with a zero-width space", "Le \u200bHavre", "has an invisible character, U+200B (zero width space); "
          "take it out"),
    alike("id with a soft hyphen", "Le Ha\xadvre", "has an invisible character, U+00AD (soft hyphen); take it out"),
    bad(
        "ids that differ in how an accent is composed",
        CITY,
        CITY + '\n    - {id: "Orléans"}\n    - {id: "Orle\u0301ans"}',
        "instance.yaml:13:8: tables.cities.4.id: 'Orle\u0301ans' and 'Orléans' look alike and are not the same: here "
        "stands U+0065 (latin small letter e) and U+0301 (combining acute accent), there U+00E9 (latin small letter e "
        "with acute)",
    ),
    bad(
        "name with a letter of another alphabet",
        "{origin: B, destination: C,",
        "{origin: \u0412, destination: C,",
        "instance.yaml:26:8: tables.demand.0.origin: '\u0412' is no city or overseas airport; did you mean 'B'? It "
        "looks alike: here stands U+0412 (cyrillic capital letter ve), there U+0042 (latin capital letter b)",
    ),
    bad(
        "null for an id",
        CITY,
        "{id: null, country: NL}",
        "instance.yaml:11:8: tables.cities.2.id: an empty value is not a text; write one, null and ~ in quotes",
    ),
    bad(
        "name that looks like an id",
        "{origin: B, destination: C,",
        "{origin: B, destination: \uff23,",
        "instance.yaml:26:19: tables.demand.0.destination: '\uff23' is no city or overseas airport; did you mean 'C'? "
        "It looks alike: here stands U+FF23 (fullwidth latin capital letter c), there U+0043 (latin capital letter c)",
    ),
    bad(
        "customs zones that look alike",
        "{id: B, country: BE}",
        "{id: B, customs_zone: E U}\n    - {id: D, customs_zone: 'E\u2009U'}",
        "instance.yaml:11:15: tables.cities.2.customs_zone: 'E\u2009U' and 'E U' look alike and are not the same: "
        "here stands U+2009 (thin space), there U+0020 (space)",
    ),
    Case(
        "names that stand twice in the policies",
        faults(
            "instance.yaml:6:48: policies.exclusive.0.sites.1: 'B' stands twice",
            "instance.yaml:6:68: policies.required.1: 'X' stands twice",
        ),
        files={"instance.yaml": TWO_HUBS},
    ),
    bad("truth value for an id", "{id: C, country: NL}", "{id: true}",
        "instance.yaml:11:8: tables.cities.2.id: true is not a text; put it in quotes if it is one"),
    bad("id of ninety digits", "{id: C, country: NL}", f"{{id: {'9' * 90}}}",
        "instance.yaml:11:8: tables.cities.2.id: has 90 characters; at most 80 are allowed"),
    bad("number with underscores", "weight_kg: 1", "weight_kg: 1_000",
        "instance.yaml:3:10: parcel.weight_kg: 1_000 is not a number; write its digits with nothing between"),
    bad("number in quotes with underscores", "weight_kg: 1", "weight_kg: '1_000'",
        "instance.yaml:3:10: parcel.weight_kg: '1_000' is not a number; write its digits with nothing between"),
    bad("number in other digits", "weight_kg: 1", "weight_kg: \u0663",
        "instance.yaml:3:10: parcel.weight_kg: '\u0663' is not a number"),
    bad("merge key", "parcel: {weight_kg: 1}", "parcel: {<<: {weight_kg: 1}, weight_kg: 2}",
        "instance.yaml:3:10: parcel: the merge key << is not read; write the keys out"),
    valueless("policy without a value", POLICIES, "policies: {capacity: }",
              "6:12: policies.capacity: has no value; write {} for the block with its defaults"),
    valueless("policy that is null", POLICIES, "policies: {capacity: null}",
              "6:12: policies.capacity: has no value; write {} for the block with its defaults"),
    valueless("block with keys of its own without a value", POLICIES, "policies: {air_lane: ~}",
              "6:12: policies.air_lane: has no value; write its keys (flights_per_week, payload_t, load_factor)"),
    bad("deadline without a value", "deadline_h: 5", "deadline_h: ",
        "instance.yaml:5:3: streams.parcels: a hard deadline or a late penalty needs deadline_h",
        "instance.yaml:5:13: streams.parcels.deadline_h: has no value; give it one, or take the key out"),
    valueless("years without a value", POLICIES, f"{POLICIES}\nstages:",
              "7:1: stages: has no value; write its keys (first_year, last_year, discount_rate)"),
    valueless("cell of an inline table without a value", CITY, "{id: C, country: }",
              "11:15: tables.cities.2.country: has no value; give it one"),
    call("value of --set that is empty", "--set policies.capacity=", "--set policies.capacity=: there is no value; "
         "null takes away what the path names, {} is a block"),
    override("value of --set with a key without a value", "--set 'policies.capacity={counts: }'",
             "--set policies.capacity={counts: }: policies.capacity.counts: an empty value is not allowed; allowed: "
             "'handled' or 'collected'"),
    numbered("number that is no id", "hubs.1.status=closed",
             "--set hubs.1.status=closed: there is no '1' in that list"),
    numbered("postcode without its zero", "hubs.2.status=closed",
             "--set hubs.2.status=closed: there is no '2' in that list; did you mean '02'?"),
    call(
        "override of one of two with the same name",
        "--set hubs.Airport.status=closed",
        "--set hubs.Airport.status=closed: 2 entries are named 'Airport'; name one by its id",
        **{"instance.yaml": LEGS.replace("{id: X,", "{id: X, name: Airport,").replace(
            "{id: A, status", "{id: A, name: Airport, status")},
    ),
]  # fmt: skip
