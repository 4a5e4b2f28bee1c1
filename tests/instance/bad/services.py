"""Vehicles and services that are wrong, in an instance with services of all kinds and in one with given legs."""

from __future__ import annotations

from tests.instance.bad.case import Case, edited, faults
from tests.support.small_instances import LEGS, SERVICES

BLOCK = SERVICES[SERVICES.index("services:") : SERVICES.index("policies:")]
VEHICLES = SERVICES[SERVICES.index("  vehicles:\n") : SERVICES.index("  services:\n")]
COLLECTION = "collection: {vehicles: [van, truck], operating_days: 5"
DISTRIBUTION = "  distribution: {vehicles: [van, truck], operating_days: 5}\n"
AIR = "{vehicles: [freighter], return: one_way, wait: none}"
TRIP = "{kind: collection, from: B, to: A, vehicles: truck, departures_min: 2, departures_max: 3, wait: worst}"
FLIGHT = "{kind: air, from: G, to: A, departures_min: 1, operating_days: 3}"
LANES = "    - {from: G, to: A, mode: air, km: 9000}\n    - {from: G, to: X, mode: air, km: 9000}\n"
ROAD_LINKS = "    - {from: A, to: B, km: 100}\n    - {from: B, to: X, km: 100}\n"

BACK = "    - {from: A, to: X, cost_eur_per_t: 1, time_h: 1}\n"
GIVEN = edited(LEGS, ("policies:", "services:\n  inter_hub: {vehicles: [van]}\npolicies:"))
GIVEN += "  vehicles:\n    - {id: van, payload_t: 1, eur_per_km: 0.6}\n"


def served(name: str, changes: list[tuple[str, str]], *lines: str, base: str = SERVICES) -> Case:
    """Return the case of an instance with services."""
    return Case(name, faults(*lines), files={"instance.yaml": edited(base, *changes)})


OF_VEHICLES = [
    served(
        "vehicles outside the tables",
        [("tables:\n", "vehicles: []\ntables:\n")],
        "instance.yaml:28:1: vehicles: is a table and stands under tables: tables.vehicles",
    ),
    served(
        "vehicle twice",
        [("id: truck", "id: van")],
        "instance.yaml:23:32: services.collection.vehicles.1: 'truck' is not in the vehicles table",
        "instance.yaml:24:26: services.inter_hub.vehicles.0: 'truck' is not in the vehicles table",
        "instance.yaml:25:34: services.distribution.vehicles.1: 'truck' is not in the vehicles table",
        "instance.yaml:48:8: tables.vehicles.1.id: 'van' stands twice",
        "instance.yaml:51:42: tables.services.0.vehicles: 'truck' is not in the vehicles table",
    ),
    served(
        "vehicle without payload",
        [(" payload_t: 1,", "")],
        "instance.yaml:47:7: tables.vehicles.0.payload_t: is missing",
    ),
    served(
        "vehicle that carries nothing",
        [(" payload_t: 1,", " payload_t: 0,")],
        "instance.yaml:47:17: tables.vehicles.0.payload_t: 0 is not over 0",
    ),
    served(
        "vehicle without price",
        [(" eur_per_km: 1.2,", "")],
        "instance.yaml:48:7: tables.vehicles.1: a vehicle needs a price over 0: give eur_per_km or eur_per_departure",
    ),
    served(
        "speed and crew of an aircraft",
        [("mode: air, payload_t", "mode: air, speed_kmh: 800, drivers: 2, payload_t")],
        "instance.yaml:49:34: tables.vehicles.2.speed_kmh: 'freighter' goes by air, where hours follow from the "
        "link and the `air` block; leave it out",
        "instance.yaml:49:50: tables.vehicles.2.drivers: 'freighter' goes by air, where hours follow from the "
        "link and the `air` block; leave it out",
    ),
    served(
        "crew that is not listed",
        [("speed_kmh: 80", "drivers: 2")],
        "instance.yaml:48:70: tables.vehicles.1.drivers: no crew with 2 is listed under road.crews; listed: 1",
    ),
    served(
        "no vehicles",
        [(VEHICLES, "")],
        "instance.yaml:21:1: services: names vehicles, of which there is no table; give tables.vehicles",
    ),
    served(
        "vehicles without services",
        [(BLOCK, "")],
        "instance.yaml:40:3: tables.vehicles: is a table of an instance with vehicles that leave, which has a "
        "`services` block; there is none: give one, or take the table out",
        "instance.yaml:44:3: tables.services: is a table of an instance with vehicles that leave, which has a "
        "`services` block; there is none: give one, or take the table out",
    ),
]

OF_BLOCK = [
    served(
        "services of no kind",
        [(BLOCK, "services: {}\n")],
        "instance.yaml:21:1: services: no kind of leg is named; give collection, inter_hub, distribution or air",
    ),
    served(
        "services without a value",
        [(BLOCK, "services:\n")],
        "instance.yaml:21:1: services: has no value; write some of its keys (weeks_per_year, collection, "
        "inter_hub, distribution, air), or take the key out",
    ),
    served(
        "vehicle that does not exist",
        [(COLLECTION, "collection: {vehicles: [vann, truck], operating_days: 5")],
        "instance.yaml:23:27: services.collection.vehicles.0: 'vann' is not in the vehicles table; did you mean 'van'?",
    ),
    served(
        "vehicle twice in a kind",
        [(COLLECTION, "collection: {vehicles: [van, van], operating_days: 5")],
        "instance.yaml:23:32: services.collection.vehicles.1: 'van' stands twice",
    ),
    served(
        "vehicles of another mode",
        [
            (COLLECTION, "collection: {vehicles: [van, freighter], operating_days: 5"),
            (AIR, "{vehicles: [truck], return: one_way, wait: none}"),
        ],
        "instance.yaml:23:32: services.collection.vehicles.1: 'freighter' goes by air; collection takes vehicles "
        "of mode road",
        "instance.yaml:26:20: services.air.vehicles.0: 'truck' goes by road; air takes vehicles of mode air",
    ),
    served(
        "kind without vehicles",
        [(COLLECTION, "collection: {operating_days: 5")],
        "instance.yaml:23:3: services.collection.vehicles: is missing",
    ),
    served(
        "kind with an empty list of vehicles",
        [(COLLECTION, "collection: {vehicles: []")],
        "instance.yaml:23:16: services.collection.vehicles: has 0 entries; at least 1 needed",
    ),
    served(
        "vehicle outside a list",
        [(COLLECTION, "collection: {vehicles: van")],
        "instance.yaml:23:16: services.collection.vehicles: 'van' is not a list; write it in brackets, [van]",
    ),
    served(
        "least departures above the most",
        [("min: 2, max: 14", "min: 20, max: 14")],
        "instance.yaml:24:50: services.inter_hub.departures_per_week: min 20 is over max 14",
    ),
    served(
        "number in place of least and most departures",
        [("{min: 2, max: 14}", "5")],
        "instance.yaml:24:50: services.inter_hub.departures_per_week: 5 is not a block of keys and values; its "
        "keys are min, max",
    ),
    served(
        "zero departures",
        [("min: 2, max: 14", "min: 0")],
        "instance.yaml:24:72: services.inter_hub.departures_per_week.min: 0 is under 1",
    ),
    served(
        "zero operating days",
        [(COLLECTION, "collection: {vehicles: [van, truck], operating_days: 0")],
        "instance.yaml:23:40: services.collection.operating_days: 0 is under 1",
    ),
    served(
        "eight operating days",
        [(COLLECTION, "collection: {vehicles: [van, truck], operating_days: 8")],
        "instance.yaml:23:40: services.collection.operating_days: 8 is over 7",
    ),
    served(
        "year of sixty weeks",
        [("weeks_per_year: 50", "weeks_per_year: 60")],
        "instance.yaml:22:3: services.weeks_per_year: 60 is over 53",
    ),
    served(
        "return that is none",
        [("return: paired", "return: empty")],
        "instance.yaml:24:34: services.inter_hub.return: 'empty' is not allowed; allowed: 'empty_back', 'paired' "
        "or 'one_way'",
    ),
    served(
        "flights without aircraft",
        [(AIR, "{return: paired}")],
        "instance.yaml:26:3: services.air: by_flight needs vehicles: the ids of aircraft",
    ),
    served(
        "flights by the kilogram",
        [(AIR, "{pricing: by_kg, vehicles: [freighter], return: paired}")],
        "instance.yaml:26:3: services.air: by_kg has no flights; take out return, vehicles",
    ),
    served(
        "flights without lanes",
        [(LANES, "")],
        "instance.yaml:26:3: services.air: there is no air link; give links of mode air, or take it out",
    ),
    served(
        "trucks without roads",
        [(ROAD_LINKS, "")],
        "instance.yaml:23:3: services.collection: there is no road or ferry link and no leg given directly on "
        "which its vehicles could go; give links, or take it out",
        "instance.yaml:24:3: services.inter_hub: there is no road or ferry link and no leg given directly on "
        "which its vehicles could go; give links, or take it out",
        "instance.yaml:25:3: services.distribution: there is no road or ferry link and no leg given directly on "
        "which its vehicles could go; give links, or take it out",
    ),
    served(
        "flights larger than the year",
        [
            ("mode: air, payload_t: 10", "mode: air, payload_t: 100"),
            (FLIGHT, "{kind: air, from: G, to: A, departures_min: 2, operating_days: 3}"),
        ],
        "instance.yaml:26:9: services.air.vehicles: the 5,000 t/year of 1 flight a week of 'freighter' are over "
        "the 1,000 t/year of all freight by air; name a smaller aircraft, or buy by the kilogram "
        "(services.air.pricing: by_kg)",
        "instance.yaml:52:7: tables.services.1.vehicles: the 10,000 t/year of 2 flights a week of 'freighter' "
        "are over the 1,000 t/year of all freight by air; name a smaller aircraft, lower departures_min, or buy by "
        "the kilogram (services.air.pricing: by_kg)",
    ),
]

OF_ROWS = [
    served(
        "leg of a kind that has no services",
        [("  collection: {vehicles: [van, truck], operating_days: 5, departures_per_week: {min: 5}}\n", "")],
        "instance.yaml:50:8: tables.services.0.kind: services has no collection, so that such legs are priced by "
        "the tonne; add it there, or take the row out",
    ),
    served(
        "flight where air is by the kilogram",
        [(AIR, "{pricing: by_kg}")],
        "instance.yaml:52:8: tables.services.1.kind: services.air is by_kg, without flights; write by_flight "
        "there, or take the row out",
    ),
    served(
        "leg of no kind",
        [(TRIP, TRIP.replace("{kind: collection", "{kind: collectio"))],
        "instance.yaml:51:8: tables.services.0.kind: 'collectio' is not allowed; allowed: 'collection', "
        "'inter_hub', 'distribution' or 'air'",
    ),
    served(
        "leg between unknown ends",
        [(TRIP, TRIP.replace("from: B, to: A", "from: BB, to: AA"))],
        "instance.yaml:51:26: tables.services.0.from: 'BB' is no city; did you mean 'B'?",
        "instance.yaml:51:36: tables.services.0.to: 'AA' is no hub; did you mean 'A'?",
    ),
    served(
        "collection the wrong way round",
        [(TRIP, TRIP.replace("from: B, to: A", "from: X, to: B"))],
        "instance.yaml:51:26: tables.services.0.from: 'X' is a hub; a collection leg leads from a city to a hub",
        "instance.yaml:51:35: tables.services.0.to: 'B' is a city; a collection leg leads from a city to a hub",
    ),
    served(
        "collection from overseas",
        [(TRIP, TRIP.replace("from: B", "from: G"))],
        "instance.yaml:51:26: tables.services.0.from: 'G' is an overseas airport; a collection leg leads from a "
        "city to a hub",
    ),
    served(
        "leg from a hub to itself",
        [(TRIP, TRIP.replace("from: B", "from: A"))],
        "instance.yaml:51:35: tables.services.0.to: 'A' is both ends; a leg from a node to itself takes no vehicle: "
        "take the row out",
    ),
    served(
        "lane to a city",
        [(FLIGHT, "{kind: air, from: G, to: B, departures_min: 1, operating_days: 3}")],
        "instance.yaml:52:28: tables.services.1.to: 'B' is a city; a leg by air leads from an overseas airport "
        "to a hub or back",
    ),
    served(
        "lane between hubs",
        [(FLIGHT, "{kind: air, from: X, to: A, departures_min: 1, operating_days: 3}")],
        "instance.yaml:52:7: tables.services.1: a leg by air leads from an overseas airport to a hub or back; X "
        "and A are no such ends",
    ),
    served(
        "lane to a site of no runway",
        [("    - {from: G, to: A, mode: air, km: 9000}\n", "")],
        "instance.yaml:51:7: tables.services.1: there is no air link between G and A; give one, or take the row out",
    ),
    served(
        "leg without a way",
        [(ROAD_LINKS, "    - {from: A, to: X, km: 100}\n")],
        "instance.yaml:50:7: tables.services.0: no road or ferry links lead from B to A; give them, or take "
        "the row out",
    ),
    served(
        "service of a leg twice",
        [(FLIGHT, TRIP)],
        "instance.yaml:52:7: tables.services.1: the collection leg from B to A stands twice; take one row out",
    ),
    served(
        "leg with a comma between vehicles",
        [
            (
                TRIP,
                TRIP.replace("truck", "'van, truck'"),
            )
        ],
        "instance.yaml:51:42: tables.services.0.vehicles: 'van, truck' is not in the vehicles table; write a "
        "semicolon between ids",
    ),
    served(
        "leg with an unknown vehicle and an empty one",
        [(TRIP, TRIP.replace("vehicles: truck", "vehicles: 'vam; truck;'"))],
        "instance.yaml:51:42: tables.services.0.vehicles: 'vam' is not in the vehicles table; did you mean 'van'?",
        "instance.yaml:51:42: tables.services.0.vehicles: has an empty entry; write ids with one semicolon between",
    ),
    served(
        "leg with a list of vehicles",
        [
            (
                TRIP,
                TRIP.replace("truck", "[van, truck]"),
            )
        ],
        "instance.yaml:51:42: tables.services.0.vehicles: a list is not a text; write its ids with a semicolon between",
    ),
    served(
        "leg with a vehicle of another mode",
        [(FLIGHT, "{kind: air, from: G, to: A, vehicles: van, departures_min: 1, operating_days: 3}")],
        "instance.yaml:52:35: tables.services.1.vehicles: 'van' goes by road; air takes vehicles of mode air",
    ),
    served(
        "leg with least departures above the most",
        [(TRIP, TRIP.replace("departures_min: 2", "departures_min: 4"))],
        "instance.yaml:51:59: tables.services.0.departures_min: 4 is over the 3 of departures_max",
    ),
    served(
        "leg with most departures under the least of its kind",
        [(TRIP, "{kind: collection, from: B, to: A, vehicles: truck, departures_max: 3, wait: worst}")],
        "instance.yaml:51:59: tables.services.0.departures_max: 3 is under the 5 of "
        "services.collection.departures_per_week.min; give departures_min too",
    ),
    served(
        "leg with least departures above the most of its kind",
        [
            (
                TRIP,
                "{kind: inter_hub, from: X, to: A, departures_min: 15}\n    - "
                "{kind: inter_hub, from: A, to: X, departures_min: 15, departures_max: 15}",
            )
        ],
        "instance.yaml:51:7: tables.services.0.return: is paired, and its way back, inter_hub from A to X, "
        "differs in departures; give both the same",
        "instance.yaml:51:41: tables.services.0.departures_min: 15 is over the 14 of "
        "services.inter_hub.departures_per_week.max; give departures_max too",
    ),
    served(
        "lane with flights larger than the year",
        [(FLIGHT, "{kind: air, from: G, to: A, departures_min: 3, operating_days: 3}")],
        "instance.yaml:52:7: tables.services.1.vehicles: the 1,500 t/year of 3 flights a week of 'freighter' are "
        "over the 1,000 t/year of all freight by air; name a smaller aircraft, lower departures_min, or buy by the "
        "kilogram (services.air.pricing: by_kg)",
    ),
]

OF_PAIRS = [
    served(
        "pair without its other kind",
        [(COLLECTION, "collection: {vehicles: [van, truck], operating_days: 5, return: paired"), (DISTRIBUTION, "")],
        "instance.yaml:23:59: services.collection.return: is paired, and services has no distribution, on which "
        "its vehicles come back; give both the same, or write empty_back or one_way",
    ),
    served(
        "pair of which one comes back empty",
        [(COLLECTION, "collection: {vehicles: [van, truck], operating_days: 5, return: paired")],
        "instance.yaml:23:59: services.collection.return: is paired, and services.distribution, on which its "
        "vehicles come back, is empty_back; give both the same, or write empty_back or one_way",
    ),
    served(
        "pair of which the other comes back empty",
        [(DISTRIBUTION, "  distribution: {vehicles: [van, truck], operating_days: 5, return: paired}\n")],
        "instance.yaml:25:61: services.distribution.return: is paired, and services.collection, on which its "
        "vehicles come back, is empty_back; give both the same, or write empty_back or one_way",
    ),
    served(
        "pair of kinds that differ",
        [
            (COLLECTION, "collection: {vehicles: [van, truck], operating_days: 5, return: paired"),
            (DISTRIBUTION, "  distribution: {vehicles: [van, truck], operating_days: 6, return: paired, wait: none}\n"),
        ],
        "instance.yaml:23:59: services.collection.return: is paired with services.distribution, which differs in "
        "departures, operating_days, wait; give both the same, or write empty_back or one_way",
    ),
    served(
        "leg paired with one that is not",
        [(TRIP, TRIP.replace("wait: worst}", "return: paired}"))],
        "instance.yaml:51:97: tables.services.0.return: is paired, and its way back, distribution from A to B, "
        "is empty_back; give the way back a row with the same",
    ),
    served(
        "leg out of a pair",
        [(TRIP, "{kind: inter_hub, from: X, to: A, return: one_way}")],
        "instance.yaml:51:41: tables.services.0.return: is one_way, and its way back, inter_hub from A to X, is "
        "paired; give the way back a row with the same",
    ),
    served(
        "leg that differs from its way back",
        [(TRIP, "{kind: inter_hub, from: X, to: A, departures_min: 3}")],
        "instance.yaml:51:7: tables.services.0.return: is paired, and its way back, inter_hub from A to X, "
        "differs in departures; give the way back a row with the same",
    ),
    served(
        "leg that differs from the row of its way back",
        [
            (
                TRIP,
                "{kind: inter_hub, from: X, to: A, departures_min: 3}\n    - "
                "{kind: inter_hub, from: A, to: X, departures_min: 4}",
            )
        ],
        "instance.yaml:51:7: tables.services.0.return: is paired, and its way back, inter_hub from A to X, "
        "differs in departures; give both the same",
    ),
    served(
        "lane that differs from its way back",
        [(FLIGHT, "{kind: air, from: G, to: A, departures_min: 1, return: paired, operating_days: 3}")],
        "instance.yaml:52:54: tables.services.1.return: is paired, and its way back, air from A to G, is "
        "one_way; give the way back a row with the same",
    ),
    served(
        "many faults of services at once",
        [
            (COLLECTION, "collection: {vehicles: [vann], operating_days: 5, return: paired"),
            (" payload_t: 1,", " payload_t: 1, drivers: 3,"),
            (FLIGHT, "{kind: air, from: G, to: AA, departures_min: 1, operating_days: 3}"),
        ],
        "instance.yaml:23:27: services.collection.vehicles.0: 'vann' is not in the vehicles table; did you mean 'van'?",
        "instance.yaml:23:53: services.collection.return: is paired, and services.distribution, on which its "
        "vehicles come back, is empty_back; give both the same, or write empty_back or one_way",
        "instance.yaml:47:31: tables.vehicles.0.drivers: no crew with 3 is listed under road.crews; listed: 1",
        "instance.yaml:52:28: tables.services.1.to: 'AA' is no hub or overseas airport; did you mean 'A'?",
    ),
]

OF_GIVEN_LEGS = [
    served(
        "vehicle with a speed where legs are given",
        [("eur_per_km: 0.6", "eur_per_km: 0.6, speed_kmh: 70, drivers: 1")],
        "instance.yaml:31:48: tables.vehicles.0.speed_kmh: legs are given directly, with their hours; leave it out",
        "instance.yaml:31:63: tables.vehicles.0.drivers: legs are given directly, with their hours; leave it out",
        base=GIVEN,
    ),
    served(
        "pair on a leg that is given one way",
        [(BACK, ""), ("[van]", "[van], return: paired")],
        "instance.yaml:7:32: services.inter_hub.return: the leg from X to A is given one way only, and paired "
        "vehicles come back; give the leg back too, or write empty_back or one_way",
        base=GIVEN,
    ),
    served(
        "collection in pairs on a leg that is given one way",
        [
            (BACK, ""),
            (
                "inter_hub: {vehicles: [van]}",
                "collection: {vehicles: [van], return: paired}\n  distribution: {vehicles: [van], return: paired}",
            ),
        ],
        "instance.yaml:8:35: services.distribution.return: the leg from X to A is given one way only, and paired "
        "vehicles come back; give the leg back too, or write empty_back or one_way",
        base=GIVEN,
    ),
    served(
        "row in pairs on a leg that is given one way",
        [
            (BACK, ""),
            (
                "eur_per_km: 0.6}\n",
                "eur_per_km: 0.6}\n  services:\n    - {kind: inter_hub, from: X, to: A, return: paired}\n"
                "    - {kind: inter_hub, from: A, to: X, return: paired}\n",
            ),
        ],
        "instance.yaml:32:41: tables.services.0.return: the leg from X to A is given one way only, and paired "
        "vehicles come back; give the leg back too, or write empty_back or one_way",
        "instance.yaml:33:7: tables.services.1: no leg is given from A to X; give it, or take the row out",
        base=GIVEN,
    ),
    served(
        "pair on a misspelt leg",
        [("{from: A, to: X, ", "{from: A, to: XX, "), ("[van]", "[van], return: paired")],
        "instance.yaml:26:17: tables.legs.7.to: 'XX' is no city or hub; did you mean 'X'?",
        base=GIVEN,
    ),
    served(
        "row of a leg that is not given",
        [
            (
                "eur_per_km: 0.6}\n",
                "eur_per_km: 0.6}\n  services:\n    - {kind: inter_hub, from: X, to: B, departures_min: 2}\n",
            )
        ],
        "instance.yaml:33:7: tables.services.0: no leg is given from X to B; give it, or take the row out",
        base=GIVEN,
    ),
]

SERVED = [*OF_VEHICLES, *OF_BLOCK, *OF_ROWS, *OF_PAIRS, *OF_GIVEN_LEGS]
