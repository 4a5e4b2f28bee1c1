"""Ask which truck lines between hubs, and from hubs to sorting centres, pay for themselves in Europe.

``python -m scripts.line_readings [CASE ...]`` solves ``instances/europe-centres`` with the way back empty and paid,
with trucks wherever they help and with each yearly cost of a line, all of these cases where none is named, and writes
``benchmarks/line_readings.csv``: a row for each number of hubs. Rows of other cases stay.
"""

from __future__ import annotations

import itertools
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any

import netdesign as nd
from scripts.case_files import answer_cases
from scripts.centre_readings import EMPTY_BACK, NAME
from scripts.doc_transcripts import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = ROOT / "benchmarks" / "line_readings.csv"
COLUMNS = ("case", "hubs", "open_hubs", "sorting_centres", "lines", "eur_per_year", "bound", "termination")
LIMIT_S = 400
THREADS = 2

CASES = {
    "every pair, no cost": None,
    "a line at EUR 100,000 a year": 100_000,
    "a line at EUR 250,000 a year": 250_000,
    "a line at EUR 500,000 a year": 500_000,
}
"""What a line costs a year whatever it carries: a desk, slots and a subcontract. An assumption (0 to 500,000)."""


def with_lines(cost: int) -> dict[str, Any]:
    """Return the changes by which the lines between sites are chosen, each of them at a cost in EUR/year."""
    sites = nd.read(NAME).to_dict()["tables"]["hubs"]
    hubs = [site["id"] for site in sites if site.get("kind") != "sorting_centre"]
    centres = [site["id"] for site in sites if site.get("kind") == "sorting_centre"]
    pairs = [*itertools.combinations(hubs, 2), *itertools.product(hubs, centres)]
    rows = [{"from": start, "to": end, "fixed_cost_eur_per_year": cost} for start, end in pairs]
    return {"problem.network": "chosen", "policies.hub_links": {"most_on_a_route": 1}, "tables.hub_links": rows}


def write(cost: str, folder: Path) -> None:
    """Write the instance in which a line costs so much, EUR/year."""
    document = nd.read(NAME).to_dict()
    for path, value in (EMPTY_BACK | with_lines(int(cost))).items():
        *blocks, last = path.split(".")
        reduce(getitem, blocks, document)[last] = value
    nd.Instance.from_dict(document).save(folder)


def rows_of(name: str) -> Iterator[dict[str, object]]:
    """Yield the rows of a case."""
    cost = CASES[name]
    changes = EMPTY_BACK if cost is None else EMPTY_BACK | with_lines(cost)
    answer = nd.solve(NAME, set=changes, time_limit=LIMIT_S, threads=THREADS)
    for network in answer.document.networks:
        centres = [load.hub for load in network.hub_loads if load.kind == "sorting_centre"]
        services = network.plan.services if network.plan is not None else None
        # Without a choice those lines are there on which trucks leave.
        between = [one for one in services or [] if one.kind == "inter_hub"]
        joined = {tuple(sorted((one.from_, one.to))) for one in between}
        yield {
            "case": name,
            "hubs": network.hubs,
            "open_hubs": "+".join(site for site in network.open_hubs if site not in centres),
            "sorting_centres": "+".join(centres),
            "lines": "+".join("-".join(one) for one in sorted(joined)),
            "eur_per_year": network.objective,
            "bound": network.bound,
            "termination": network.termination.value,
        }


def main() -> None:
    """Solve the cases and write the file."""
    answer_cases(FILE, COLUMNS, list(CASES), rows_of)


if __name__ == "__main__":
    main()
