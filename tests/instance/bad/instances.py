"""Instances that are wrong as they stand: name, what stands in a sound one, what is written instead, message."""

from __future__ import annotations

from tests.instance.bad.case import Case, bad, edited, faults
from tests.support.small_instances import LEGS, ROADS

CITIES = LEGS[LEGS.index("cities:") : LEGS.index("  hubs:")]
DEMAND = LEGS[LEGS.index("  demand:") :]
PROMISE = "{deadline_h: 5, late_penalty_eur_per_parcel: 1}"
NEW_HUBS = "new_hubs: {max: 1}"
VOLUME = "volume_t_per_year: 300"
WEIGHT = "weight_kg: 1"
NAME = "name: three"
NO_POLICIES = "policies: {}"
AIR = ROADS[ROADS.index("air:") : ROADS.index("road:")]
ROAD = ROADS[ROADS.index("road:") : ROADS.index("policies:")]
A_LEG = "  legs:\n    - {from: A, to: B, cost_eur_per_t: 1}\n  links:"
PLACE_IN_ZZ = edited(LEGS, ("{id: X, fixed", "{id: X, country: ZZ, fixed"))
WORDS = "no , ; | > or control characters, no blanks at the ends"

KEYS_AND_VALUES = [
    bad(
        "unknown key",
        WEIGHT,
        "weight_kg: 1, weigh: 2",
        "instance.yaml:3:24: parcel.weigh: unknown key; allowed: weight_kg; did you mean 'weight_kg'?",
    ),
    bad("key missing", WEIGHT, "", "instance.yaml:3:1: parcel.weight_kg: is missing"),
    bad("key twice", NAME, "name: three\nname: four", "instance.yaml:3:1: name: stands twice"),
    bad(
        "text for a number",
        VOLUME,
        "volume_t_per_year: many",
        "instance.yaml:26:35: tables.demand.0.volume_t_per_year: 'many' is not a number",
    ),
    bad(
        "decimal comma between braces",
        "{id: B, fixed_cost_eur_per_year: 20}",
        "{id: B, fixed_cost_eur_per_year: 20,5}",
        "instance.yaml:14:43: tables.hubs.1.5: is no key but what stands behind a comma; write a decimal point and no "
        "commas in numbers",
    ),
    bad(
        "decimal comma",
        WEIGHT,
        "weight_kg: '1,5'",
        "instance.yaml:3:10: parcel.weight_kg: '1,5' is not a number; write a decimal point and no commas",
    ),
    bad(
        "truth value for a number",
        WEIGHT,
        "weight_kg: true",
        "instance.yaml:3:10: parcel.weight_kg: true is not a number",
    ),
    bad(
        "list for a number",
        WEIGHT,
        "weight_kg: [1]",
        "instance.yaml:3:10: parcel.weight_kg: a list is not a number",
    ),
    bad(
        "nothing for a number",
        WEIGHT,
        "weight_kg: null",
        "instance.yaml:3:10: parcel.weight_kg: an empty value is not a number",
    ),
    bad(
        "fraction for a whole number",
        NEW_HUBS,
        "new_hubs: {max: 1.5}",
        "instance.yaml:6:23: policies.new_hubs.max: 1.5 is not a whole number",
    ),
    bad(
        "truth value for a whole number",
        NEW_HUBS,
        "new_hubs: {max: true}",
        "instance.yaml:6:23: policies.new_hubs.max: true is not a number",
    ),
    bad("NaN", WEIGHT, "weight_kg: .nan", "instance.yaml:3:10: parcel.weight_kg: nan is not a finite number"),
    bad("infinity", WEIGHT, "weight_kg: .inf", "instance.yaml:3:10: parcel.weight_kg: inf is not a finite number"),
    bad("1e308", WEIGHT, "weight_kg: 1e308", "instance.yaml:3:10: parcel.weight_kg: 1e+308 is over 1e+06"),
    bad(
        "1e-320",
        WEIGHT,
        "weight_kg: 1e-320",
        "instance.yaml:3:10: parcel.weight_kg: 1e-320 is too near to 0; write 0 or at least 1e-12",
    ),
    bad("zero to divide by", WEIGHT, "weight_kg: 0", "instance.yaml:3:10: parcel.weight_kg: 0 is not over 0"),
    bad(
        "number of six thousand digits",
        WEIGHT,
        f"weight_kg: {'9' * 6000}",
        f"instance.yaml:3:21: parcel.weight_kg: cannot read '{'9' * 40}'",
    ),
    bad(
        "negative volume",
        VOLUME,
        "volume_t_per_year: -300",
        "instance.yaml:26:35: tables.demand.0.volume_t_per_year: -300 is under 0",
    ),
    bad(
        "word that is not allowed",
        "status: existing",
        "status: exists",
        "instance.yaml:13:15: tables.hubs.0.status: 'exists' is not allowed; "
        "allowed: 'existing', 'candidate' or 'closed'",
    ),
    bad(
        "another currency",
        NAME,
        "name: three\nunits: {money: USD}",
        "instance.yaml:3:9: units.money: 'USD' is not allowed; allowed: 'EUR'",
    ),
    bad(
        "comma in a name",
        NAME,
        "name: 'three, four'",
        f"instance.yaml:2:1: name: 'three, four' is not allowed; {WORDS}",
    ),
    bad(
        "escape code in a name",
        NAME,
        'name: "\\e[31mred"',
        f"instance.yaml:2:1: name: '\\x1b[31mred' is not allowed; {WORDS}",
    ),
    bad("half a surrogate pair", NAME, 'name: "\\ud800"', "instance.yaml:2:1: name: '\\ud800' is not a text"),
    bad("empty name", NAME, "name: ''", "instance.yaml:2:1: name: is empty"),
    bad("long name", NAME, f"name: {'n' * 81}", "instance.yaml:2:1: name: has 81 characters; at most 80 are allowed"),
    bad(
        "no streams",
        f"streams:\n  parcels: {PROMISE}",
        "streams: {}",
        "instance.yaml:4:1: streams: has 0 entries; at least 1 needed",
    ),
    bad(
        "block for a table",
        CITIES,
        "cities: {}\n",
        "instance.yaml:8:3: tables.cities: a block of keys is not a list of rows",
    ),
    bad(
        "table of nothing", CITIES, "cities: []\n", "instance.yaml:8:3: tables.cities: has 0 entries; at least 1 needed"
    ),
    bad(
        "wrong version of the format",
        "instance/1",
        "instance/2",
        "instance.yaml:1:1: format: 'netdesign.instance/2' is unknown; write `format: netdesign.instance/1`",
    ),
    bad(
        "no format",
        "format: netdesign.instance/1\n",
        "",
        "instance.yaml:1:1: format: is missing; write `format: netdesign.instance/1`",
    ),
    bad(
        "a result",
        "instance/1",
        "result/1",
        "instance.yaml:1:1: format: this is a result; an instance is wanted here",
    ),
    bad(
        "tag that makes an object",
        NAME,
        "name: !!python/object/apply:os.system [touch ran]",
        "instance.yaml:2:7: name: has the tag !!python/object/apply:os.system; "
        "an instance holds plain data only, take the tag out",
    ),
    bad(
        "anchor and alias",
        "weight_kg: 1}\nstreams:\n  parcels: {deadline_h: 5",
        "weight_kg: &x 1}\nstreams:\n  parcels: {deadline_h: *x",
        "instance.yaml:3:21: parcel.weight_kg: has the anchor &x; anchors are not read, write the values out",
    ),
    bad(
        "list as a key",
        NAME,
        "name: three\n? [a, b]\n: c",
        "instance.yaml:3:3: a list or block stands as a key; a key is a word",
    ),
]

REFERENCES = [
    bad(
        "id twice among cities",
        "{id: C, country: NL}",
        "{id: C, country: NL}\n    - {id: C, country: NL}",
        "instance.yaml:12:8: tables.cities.3.id: 'C' stands twice among cities, hubs and overseas",
    ),
    bad(
        "id twice among hubs",
        "{id: X,",
        "{id: B,",
        "instance.yaml:15:8: tables.hubs.2.id: 'B' stands twice in the hubs table",
        "instance.yaml:23:8: tables.legs.6.from: 'X' is no city or hub",
        "instance.yaml:24:17: tables.legs.7.to: 'X' is no city or hub",
    ),
    bad(
        "place of a hub that is a city",
        "{id: B, fixed",
        "{id: B, lat: 50, fixed",
        "instance.yaml:14:8: tables.hubs.1.id: 'B' is a city; "
        "leave name, country, customs_zone, lat and lon to the cities table, or give the site an id of its own",
    ),
    bad(
        "unknown origin",
        "{origin: B,",
        "{origin: b,",
        "instance.yaml:26:8: tables.demand.0.origin: 'b' is no city or overseas airport; did you mean 'B'?",
    ),
    bad(
        "demand to a hub that is no city",
        "destination: C,",
        "destination: X,",
        "instance.yaml:26:19: tables.demand.0.destination: 'X' is a hub and no city; "
        "freight starts and ends at cities and overseas airports",
    ),
    bad(
        "unknown stream",
        VOLUME,
        "volume_t_per_year: 300, stream: parcel",
        "instance.yaml:26:59: tables.demand.0.stream: 'parcel' is no stream; allowed: parcels; did you mean 'parcels'?",
    ),
    bad(
        "commodity twice",
        "{origin: C, destination: B,",
        "{origin: B, destination: C,",
        "instance.yaml:27:7: B to C in stream parcels stands twice",
    ),
    bad(
        "neither volume nor share",
        f", {VOLUME}",
        "",
        "instance.yaml:26:7: tables.demand.0: give either volume_t_per_year or share",
    ),
    bad("no demand", DEMAND, "", "instance.yaml:7:1: tables: demand is missing; give demand or demand_matrix"),
    bad(
        "no volume at all",
        DEMAND,
        "  demand:\n    - {origin: B, destination: C, volume_t_per_year: 0}\n",
        "instance.yaml:25:3: tables.demand: no commodity has a volume",
    ),
    bad(
        "shares without the volume of their stream",
        DEMAND,
        "  demand:\n    - {origin: B, destination: C, share: 1}\n",
        "instance.yaml:5:3: streams.parcels: the demand table gives shares, so volume_t_per_year is needed",
    ),
    bad(
        "volume of a stream without shares",
        PROMISE,
        "{volume_t_per_year: 400}",
        "instance.yaml:5:13: streams.parcels.volume_t_per_year: is given, "
        "but the demand table has no shares in this stream for it to divide",
    ),
    bad(
        "shares that do not add to 1",
        "share: 0.6",
        "share: 0.5",
        "instance.yaml:36:3: share: the shares of stream inbound add up to 0.9, not to 1",
        base=ROADS,
    ),
    bad("leg twice", "{from: A, to: C,", "{from: A, to: B,", "instance.yaml:18:7: the leg from A to B stands twice"),
    bad(
        "unknown end of a leg",
        "{from: A, to: X,",
        "{from: A, to: Y,",
        "instance.yaml:24:17: tables.legs.7.to: 'Y' is no city or hub",
    ),
    bad(
        "leg from an overseas airport",
        "  legs:\n",
        "  overseas: [{id: G}]\n  legs:\n    - {from: G, to: A, cost_eur_per_t: 1, time_h: 1}\n",
        "instance.yaml:18:8: tables.legs.0.from: 'G' is an overseas airport; give it links of mode air",
    ),
    bad(
        "unknown city in a link",
        "{from: A, to: B,",
        "{from: A, to: BB,",
        "instance.yaml:32:17: tables.links.0.to: 'BB' is no city, hub or overseas airport; did you mean 'B'?",
        base=ROADS,
    ),
    bad(
        "link to itself",
        "{from: A, to: B,",
        "{from: A, to: A,",
        "instance.yaml:32:7: links 'A' to itself",
        base=ROADS,
    ),
    bad(
        "air link between two cities",
        "{from: A, to: B,",
        "{from: A, to: B, mode: air,",
        "instance.yaml:32:7: an air link joins an overseas airport and a hub; A and B do not",
        base=ROADS,
    ),
    bad(
        "road to an overseas airport",
        "{from: G, to: X, mode: air,",
        "{from: G, to: X,",
        "instance.yaml:35:7: G is overseas; only air links reach it",
        base=ROADS,
    ),
    bad(
        "air link twice",
        "{from: G, to: X,",
        "{from: A, to: G,",
        "instance.yaml:35:7: the air link between A and G stands twice",
        base=ROADS,
    ),
    bad(
        "air link without air block",
        AIR,
        "",
        "instance.yaml:26:7: air links need an `air` block with rates",
        "instance.yaml:27:7: air links need an `air` block with rates",
        base=ROADS,
    ),
    bad(
        "road link without road block",
        ROAD,
        "",
        "instance.yaml:26:7: road and ferry links need a `road` block",
        "instance.yaml:27:7: road and ferry links need a `road` block",
        base=ROADS,
    ),
    bad(
        "no such crew",
        "  speed_kmh: 100",
        "  drivers: 2\n  speed_kmh: 100",
        "instance.yaml:15:1: road: drivers: no crew with 2 is listed under crews",
        base=ROADS,
    ),
    bad(
        "legs and links both",
        "  links:",
        A_LEG,
        "instance.yaml:34:7: legs are given directly, so only air links may stand here",
        "instance.yaml:35:7: legs are given directly, so only air links may stand here",
        base=ROADS,
    ),
    bad(
        "price that cannot be derived",
        "{id: B, fixed_cost_eur_per_year: 20}",
        "{id: B}",
        "instance.yaml:14:7: B: give fixed_cost_eur_per_year, or a hub_cost block from which it follows",
    ),
]

POLICIES = [
    bad(
        "service without deadline",
        NO_POLICIES,
        "policies: {service: {share: 0.9}}",
        "instance.yaml:21:12: policies.service: no stream has a deadline_h to be inside of",
        base=edited(ROADS, ("deadline_h: 30, late_penalty_eur_per_parcel: 1", "origin_h: 1")),
    ),
    bad(
        "carbon without an emission factor",
        NO_POLICIES,
        "policies: {carbon: {price_eur_per_t: 90}}",
        "instance.yaml:21:12: policies.carbon: no emission factor is over 0, so that nothing counts; give "
        "road.co2e_g_per_tkm or air.co2e_g_per_tkm",
        base=ROADS,
    ),
    bad(
        "carbon without an emission factor of its legs",
        NEW_HUBS,
        "carbon: {cap_t_per_year: 90}",
        "instance.yaml:6:12: policies.carbon: no emission factor is over 0, so that nothing counts; give "
        "co2e_kg_per_t of the legs",
    ),
    bad(
        "carbon without price and cap",
        NEW_HUBS,
        "carbon: {}",
        "instance.yaml:6:12: policies.carbon: give price_eur_per_t, cap_t_per_year, or both",
    ),
    bad(
        "negative price of carbon and cap",
        NEW_HUBS,
        "carbon: {price_eur_per_t: -1, cap_t_per_year: -2}",
        "instance.yaml:6:21: policies.carbon.price_eur_per_t: -1 is under 0",
        "instance.yaml:6:42: policies.carbon.cap_t_per_year: -2 is under 0",
    ),
    bad(
        "a cap of carbon that is no number",
        NEW_HUBS,
        "carbon: {price_eur_per_t: .nan, cap_t_per_year: ten}",
        "instance.yaml:6:21: policies.carbon.price_eur_per_t: nan is not a finite number",
        "instance.yaml:6:44: policies.carbon.cap_t_per_year: 'ten' is not a number",
    ),
    bad(
        "a cap of carbon next to nothing",
        NEW_HUBS,
        "carbon: {cap_t_per_year: 1.0e-9}",
        "instance.yaml:6:12: policies.carbon: no emission factor is over 0, so that nothing counts; give "
        "co2e_kg_per_t of the legs",
        "instance.yaml:6:21: policies.carbon.cap_t_per_year: 1e-09 t CO2e/year is under a gram a tonne of freight; "
        "write 0 or at least 0.0004",
    ),
    bad(
        "unknown key of carbon",
        NEW_HUBS,
        "carbon: {price: 1, cap_t_per_year: 2}",
        "instance.yaml:6:21: policies.carbon.price: unknown key; allowed: price_eur_per_t, cap_t_per_year; did you "
        "mean 'price_eur_per_t'?",
    ),
    bad(
        "service share over 1",
        NEW_HUBS,
        "service: {by_country: {BE: 2}}",
        "instance.yaml:6:12: policies.service: by_country.BE: 2.0 is not between 0 and 1",
    ),
    bad(
        "service for an unknown country",
        NEW_HUBS,
        "service: {by_country: {Be: 0.5}}",
        "instance.yaml:6:35: policies.service.by_country.Be: no city is in 'Be'; did you mean 'BE'?",
    ),
    bad(
        "service for the country of a hub that is no city",
        NEW_HUBS,
        "service: {by_country: {ZZ: 0.5}}",
        "instance.yaml:6:35: policies.service.by_country.ZZ: no city is in 'ZZ'",
        base=PLACE_IN_ZZ,
    ),
    bad(
        "two hub counts",
        NEW_HUBS,
        "new_hubs: {max: 1}, hub_count: {max: 2}",
        "instance.yaml:6:1: policies: hub_count and new_hubs exclude each other; give one",
    ),
    bad(
        "range upside down",
        NEW_HUBS,
        "new_hubs: {min: 2, max: 1}",
        "instance.yaml:6:12: policies.new_hubs: min 2 is over max 1",
    ),
    bad(
        "more new hubs than sites",
        NEW_HUBS,
        "new_hubs: {min: 3}",
        "instance.yaml:6:23: policies.new_hubs.min: 3 is over the 2 sites beside the existing hubs that may open",
    ),
    bad(
        "fewer hubs than must open",
        NEW_HUBS,
        "hub_count: {max: 1}, required: [B]",
        "instance.yaml:6:24: policies.hub_count.max: 1 is under the 2 hubs that must open: A, B",
    ),
    bad(
        "unknown sites",
        NEW_HUBS,
        "required: [b], forbidden: [Z], exclusive: [{name: either, sites: [A, Y]}]",
        "instance.yaml:6:23: policies.required.0: 'b' is not in the hubs table; did you mean 'B'?",
        "instance.yaml:6:39: policies.forbidden.0: 'Z' is not in the hubs table",
        "instance.yaml:6:81: policies.exclusive.0.sites.1: 'Y' is not in the hubs table",
    ),
    bad(
        "existing hub forbidden",
        NEW_HUBS,
        "forbidden: [A]",
        "instance.yaml:6:24: policies.forbidden.0: 'A' exists; an existing hub stays open",
    ),
    bad(
        "required and forbidden",
        NEW_HUBS,
        "required: [B], forbidden: [B]",
        "instance.yaml:6:39: policies.forbidden.0: 'B' is required too",
    ),
    bad(
        "exclusive group with two required",
        NEW_HUBS,
        "required: [B], exclusive: [{name: either, sites: [A, B]}]",
        "instance.yaml:6:39: policies.exclusive.0: at most one site of 'either' may open, yet A and B must",
    ),
    bad(
        "capacity below the volume",
        NO_POLICIES,
        "policies: {hub_count: {max: 1}, capacity: {}}",
        "instance.yaml:21:33: policies.capacity: the hubs that may open together lift at most 1,199 t/year; "
        "the volume is 1,200 t/year",
        base=edited(ROADS, ("capacity_t_per_year: 5000", "capacity_t_per_year: 1199")),
    ),
    bad(
        "minimum throughput over the volume",
        NEW_HUBS,
        "minimum_throughput: {counts: all, hubs: [{site: A, tonnes_per_year: 401}]}",
        "instance.yaml:6:12: policies.minimum_throughput: the hubs that must open are to get 401 t/year; "
        "the counted volume is 400 t/year",
    ),
    bad(
        "minimum throughput of freight that there is not",
        NEW_HUBS,
        "minimum_throughput: {hubs: [{site: A, share: 0.5}]}",
        "instance.yaml:6:12: policies.minimum_throughput: counts inbound freight, of which the instance has none",
    ),
    bad(
        "minimum throughput without a figure",
        NEW_HUBS,
        "minimum_throughput: {hubs: [{site: A}]}",
        "instance.yaml:6:40: policies.minimum_throughput.hubs.0: give tonnes_per_year, share, "
        "or both (the lesser counts)",
    ),
    bad(
        "lane minimum without overseas airport",
        NEW_HUBS,
        "air_lane: {flights_per_week: 1, payload_t: 1, load_factor: 1}",
        "instance.yaml:6:12: policies.air_lane: there is no overseas airport, hence no air lane",
    ),
    bad(
        "fixed-cost cap under what is required",
        NEW_HUBS,
        "required: [B], fixed_cost_cap_eur_per_year: 19",
        "instance.yaml:6:27: policies.fixed_cost_cap_eur_per_year: "
        "19 is under the 20 EUR/year of the new hubs that must open",
    ),
    bad(
        "hard deadline without hours",
        PROMISE,
        "{deadline: hard}",
        "instance.yaml:5:3: streams.parcels: a hard deadline or a late penalty needs deadline_h",
    ),
    bad(
        "hard deadline with a price",
        "{deadline_h: 5,",
        "{deadline_h: 5, deadline: hard,",
        "instance.yaml:5:3: streams.parcels: a hard deadline has no late_penalty_eur_per_parcel",
    ),
    bad(
        "hard deadline that no route meets",
        PROMISE,
        "{deadline_h: 0.5, deadline: hard}",
        "instance.yaml:26: the fastest route from B to C takes 1.00 h; "
        "the hard deadline is 0.5 h; make it priced or longer",
        "instance.yaml:27: the fastest route from C to B takes 1.00 h; "
        "the hard deadline is 0.5 h; make it priced or longer",
    ),
    bad(
        "commodity that no route serves",
        "    - {from: G, to: A, mode: air, km: 9000}\n    - {from: G, to: X, mode: air, km: 9000}\n",
        "",
        "instance.yaml:35: no route leads from G to A over the sites that may open; add links or legs",
        "instance.yaml:36: no route leads from G to B over the sites that may open; add links or legs",
        base=ROADS,
    ),
    bad(
        "no site may open",
        "A, status: existing, fixed_cost_eur_per_year: 10}",
        "A, status: closed, fixed_cost_eur_per_year: 10}",
        "instance.yaml:12:3: tables.hubs: no site may open",
        base=edited(LEGS, (NEW_HUBS, "forbidden: [B, X]")),
    ),
]


def whole(name: str, text: str | bytes, *lines: str) -> Case:
    """Return the case of an instance that is something else altogether."""
    return Case(name, faults(*lines), files={"instance.yaml": text})


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)
NESTED = "is nested too deeply to be an instance"
EMPTY = "instance.yaml: is empty; `netdesign new` makes an instance to start from"

FILES = [
    whole("empty file", "", EMPTY),
    whole("nothing but comments", "# nothing\n\n", EMPTY),
    whole(
        "list",
        "[1, 2]",
        "instance.yaml:1: is no block of keys and values, hence no instance; "
        "write `format: netdesign.instance/1` and go on from there",
    ),
    whole("Latin-1", b"name: Li\xe8ge", "instance.yaml:1: byte 0xe8 is not UTF-8; save the file as UTF-8"),
    whole("UTF-16", LEGS.encode("utf-16"), "instance.yaml:1: is UTF-16; save the file as UTF-8"),
    whole(
        "YAML syntax",
        "format: netdesign.instance/1\nname: [a\nparcel: {\n",
        "instance.yaml:3:7: is not YAML: expected ',' or ']', but got ':'",
    ),
    whole("tab", "a:\n\tb: 1\n", "instance.yaml:2:1: is not YAML: found character '\\t' that cannot start any token"),
    whole("null byte", "a: 1\nb: \0\n", "instance.yaml:2: is not YAML: the character U+0000 is not allowed"),
    whole("two documents", f"{LEGS}---\na: 1\n", "instance.yaml:28:1: is not YAML: found another document"),
    whole(
        "YAML 1.1, in which NO is false",
        f"%YAML 1.1\n---\n{LEGS}",
        "instance.yaml:1:1: is marked as YAML 1.1; an instance is YAML 1.2, so take the mark out",
    ),
    whole("alias of nothing", "a: *b\n", "instance.yaml:1:4: is not YAML: found undefined alias 'b'"),
    whole(
        "billion laughs",
        BOMB,
        "instance.yaml:1:1: format: is missing; write `format: netdesign.instance/1`",
        *(
            f"instance.yaml:{level + 1}:{4 + len(str(level))}: a{level}: has the anchor &a{level}; "
            "anchors are not read, write the values out"
            for level in range(12)
        ),
    ),
    whole("deeply nested lists", "- " * 20_000 + "x", f"instance.yaml: {NESTED}"),
    whole("deeply nested brackets", "a: " + "[" * 600 + "]" * 600, f"instance.yaml: {NESTED}"),
    whole("flow blocks in one another", "{" * 20_000, f"instance.yaml: {NESTED}"),
    whole("deeply nested blocks", "\n".join(" " * depth + "a:" for depth in range(1000)), f"instance.yaml: {NESTED}"),
]

INSTANCES = [*KEYS_AND_VALUES, *REFERENCES, *POLICIES, *FILES]
