"""Sorting centres that do what only hubs do, or that nothing can use."""

from __future__ import annotations

from tests.instance.bad.case import SOLVE, Case, edited, faults
from tests.support.small_instances import LEGS, ROADS, SERVICES, STAGES

HUB = "{id: X, fixed_cost_eur_per_year: 20, capacity_t_per_year: 100}"
CENTRE = "{id: X, kind: sorting_centre, fixed_cost_eur_per_year: 20}"
LANE = "    - {from: G, to: X, mode: air, km: 9000}\n"
ROWS = "  services:\n" + SERVICES.partition("  services:\n")[2]

OF_ROADS = edited(ROADS, (HUB, CENTRE), (LANE, ""))
"""A hub at A, and a sorting centre that may open at X."""

SERVED = edited(SERVICES, (HUB, CENTRE), (LANE, ""))
OF_LEGS = edited(LEGS, ("{id: X, ", "{id: X, kind: sorting_centre, "))


def centre(name: str, changes: list[tuple[str, str]], *lines: str, base: str = OF_ROADS) -> Case:
    """Return the case of an instance with a sorting centre."""
    return Case(name, faults(*lines), files={"instance.yaml": edited(base, *changes)})


def call(name: str, message: str, *arguments: str, base: str = OF_ROADS, code: int = 2) -> Case:
    """Return the case of a wrong call about it."""
    call = (SOLVE[0], SOLVE[1], *arguments, *SOLVE[2:])
    return Case(name, f"netdesign: {message}\n", code=code, call=call, files={"instance.yaml": base})


CENTRES = [
    centre(
        "kind that does not exist",
        [("sorting_centre", "sorting_center")],
        "instance.yaml:28:15: tables.hubs.1.kind: 'sorting_center' is not allowed; allowed: 'hub' or 'sorting_centre'",
    ),
    centre(
        "sorting centre with a lane",
        [(HUB, CENTRE)],
        "instance.yaml:35:7: 'X' is a sorting centre and has no runway; write kind: hub, or take the air link out",
        base=ROADS,
    ),
    centre(
        "leg from overseas to a sorting centre",
        [
            (
                "  demand:",
                "    - {from: G, to: X, cost_eur_per_t: 1}\n    - {from: X, to: G, cost_eur_per_t: 1}\n"
                "  overseas: [{id: G}]\n  demand:",
            ),
        ],
        "instance.yaml:25:8: tables.legs.8.from: 'G' is an overseas airport and 'X' a sorting centre, "
        "which has no runway; take the leg out",
        "instance.yaml:26:17: tables.legs.9.to: 'G' is an overseas airport and 'X' a sorting centre, which "
        "has no runway; take the leg out",
        base=OF_LEGS,
    ),
    centre(
        "sorting centre without a fixed cost",
        [(", fixed_cost_eur_per_year: 20", "")],
        "instance.yaml:28:7: X: give fixed_cost_eur_per_year, or a sorting_centre_cost block from which it follows",
    ),
    centre(
        "no hub may open",
        [("status: existing, ", "status: closed, ")],
        "instance.yaml:26:3: tables.hubs: no hub may open, and sorting centres take freight from hubs only",
    ),
    centre(
        "more sorting centres than may open",
        [("policies: {}", "policies: {sorting_centres: {min: 2}}")],
        "instance.yaml:21:30: policies.sorting_centres.min: 2 is over the 1 sorting centre that may open",
    ),
    centre(
        "fewer sorting centres than must open",
        [("policies: {}", "policies: {sorting_centres: {max: 0}, required: [X]}")],
        "instance.yaml:21:30: policies.sorting_centres.max: 0 is under the 1 sorting centre that must open: X",
    ),
    centre(
        "more hubs than may open",
        [("policies: {}", "policies: {hub_count: {min: 2}, sorting_centres: {min: 1}}")],
        "instance.yaml:21:24: policies.hub_count.min: 2 is over the 1 hub that may open",
    ),
    centre(
        "more new hubs than may open",
        [("policies: {}", "policies: {new_hubs: {min: 1}}")],
        "instance.yaml:21:23: policies.new_hubs.min: 1 is over the 0 hubs beside the existing hubs that may open",
    ),
    centre(
        "least over the largest number",
        [("policies: {}", "policies: {sorting_centres: {min: 2, max: 1}}")],
        "instance.yaml:21:12: policies.sorting_centres: min 2 is over max 1",
    ),
    centre(
        "number in place of a range",
        [("policies: {}", "policies: {sorting_centres: 2}")],
        "instance.yaml:21:12: policies.sorting_centres: 2 is not a block of keys and values; its keys are min, max",
    ),
    centre(
        "all that a sorting centre has no part in, at once",
        [
            ("policies: {}", "problem: {route_hubs: 1, objective: longest_time, allocation: single}\npolicies: {}"),
        ],
        "instance.yaml:21:11: problem.route_hubs: 1 leaves no hub from which a sorting centre could take "
        "freight; write 2, or close the sorting centres (status: closed): X",
        "instance.yaml:21:26: problem.objective: longest_time knows hubs only: what a sorting centre saves "
        "is cost; write cost, or close the sorting centres (status: closed): X",
        "instance.yaml:21:51: problem.allocation: single gives a city one hub for what it sends and "
        "receives, and a sorting centre collects nothing; write single_each_way or multiple, or close the "
        "sorting centres (status: closed): X",
    ),
    centre(
        "minimum throughput of a sorting centre",
        [("policies: {}", "policies: {minimum_throughput: {hubs: [{site: X, tonnes_per_year: 5}]}}")],
        "instance.yaml:21:41: policies.minimum_throughput.hubs.0.site: 'X' is a sorting centre, at which "
        "no freight enters the network; name a hub",
    ),
    centre(
        "capacity of what a sorting centre collects",
        [
            ("policies: {}", "policies: {capacity: {counts: collected}}"),
            (CENTRE, CENTRE.replace("}", ", capacity_t_per_year: 50}")),
        ],
        "instance.yaml:28:66: tables.hubs.1.capacity_t_per_year: limits what is collected "
        "(policies.capacity.counts), and a sorting centre collects nothing; leave it empty, or write "
        "counts: handled",
    ),
    centre(
        "capacities of hubs under the volume",
        [
            ("policies: {}", "policies: {capacity: {}}"),
            ("capacity_t_per_year: 5000", "capacity_t_per_year: 900"),
            (CENTRE, CENTRE.replace("}", ", capacity_t_per_year: 5000}")),
        ],
        "instance.yaml:21:12: policies.capacity: the hubs that may open together lift at most 900 t/year; "
        "the volume is 1,200 t/year",
    ),
    centre(
        "services to and from a sorting centre that are none",
        [
            (
                ROWS,
                "  services:\n"
                "    - {kind: collection, from: B, to: X, departures_min: 2, departures_max: 3}\n"
                "    - {kind: inter_hub, from: X, to: A, departures_min: 2}\n"
                "    - {kind: air, from: G, to: X, departures_min: 2}\n"
                "    - {kind: distribution, from: Y, to: B, departures_min: 2}\n",
            )
        ],
        "instance.yaml:50:35: tables.services.0.to: 'X' is a sorting centre; a collection leg leads from a "
        "city to a hub",
        "instance.yaml:51:25: tables.services.1.from: 'X' is a sorting centre; an inter_hub leg leads from "
        "a hub to another",
        "instance.yaml:52:28: tables.services.2.to: 'X' is a sorting centre; a leg by air leads from an "
        "overseas airport to a hub or back",
        "instance.yaml:53:28: tables.services.3.from: 'Y' is no hub or sorting centre",
        base=SERVED,
    ),
    centre(
        "pairs with a sorting centre",
        [
            (
                ROWS,
                "  services:\n"
                "    - {kind: inter_hub, from: A, to: X, return: paired}\n"
                "    - {kind: distribution, from: X, to: B, return: paired}\n",
            )
        ],
        "instance.yaml:50:41: tables.services.0.return: is paired, and no freight comes back from a "
        "sorting centre; write empty_back or one_way",
        "instance.yaml:51:44: tables.services.1.return: is paired, and no freight comes back from a "
        "sorting centre; write empty_back or one_way",
        base=SERVED,
    ),
    call("no sorting centre counts as a hub", "--hubs 2: only 1 hub may open", "--hubs", "2"),
    call(
        "option against the least number",
        "instance with the options of this call: policies.sorting_centres.min: 1 is over the 0 sorting "
        "centres that may open",
        "--close",
        "X",
        base=edited(OF_ROADS, ("policies: {}", "policies: {sorting_centres: {min: 1}}")),
    ),
    call(
        "model that knows no sorting centres",
        "model multiple_allocation_flow cannot state deadline, sorting_centres; choose another --model or "
        "take out streams.inbound.deadline_h with its late_penalty_eur_per_parcel: --set KEY=null does so "
        "for one call, and close the sorting centres (status: closed, or --close X)",
        "--model",
        "multiple_allocation_flow",
    ),
    call(
        "engine that knows no sorting centres",
        "--engine decomposition cannot state sorting_centres; take --engine auto, which takes one that can",
        "--engine",
        "decomposition",
    ),
    Case(
        "sorting centres over years",
        "netdesign: no engine can state the problem: dynamic cannot: sorting_centres; configurations "
        "cannot: sorting_centres; decomposition cannot: sorting_centres; monolithic cannot: "
        "sorting_centres; close the sorting centres (status: closed, or --close C)\n",
        code=2,
        call=("timing", ".", "-o", "result.json"),
        files={"instance.yaml": edited(STAGES, ("{id: C, fixed", "{id: C, kind: sorting_centre, fixed"))},
    ),
]
