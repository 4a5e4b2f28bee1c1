"""Ask whether sorting centres pay in Europe, one assumption moved at a time.

``python -m scripts.centre_readings [CASE ...]`` solves ``instances/europe-centres`` for each case, all of them where
none is named, and writes ``benchmarks/centre_readings.csv``: a row for each number of hubs, each with its best sorting
centres. Rows of other cases stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import netdesign as nd
from scripts.case_files import answer_cases
from scripts.doc_transcripts import ROOT
from scripts.europe_readings import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = ROOT / "benchmarks" / "centre_readings.csv"
COLUMNS = ("case", "hubs", "open_hubs", "sorting_centres", "eur_per_year", "bound", "termination")
NAME = "europe-centres"
OF_THE_OPERATOR = ("ES-MADRID", "FR-PARIS", "DE-BREMEN", "IT-ROME")
LIMIT_S = 400

EMPTY_BACK = {f"services.{kind}.return": "empty_back" for kind in ("collection", "inter_hub", "distribution")}
_CHEAP = {
    "sorting_centre_cost.area_m2": 8_000,
    "sorting_centre_cost.sorting_capital_eur": 2_000_000,
    "sorting_centre_cost.operating_eur_per_year": 500_000,
}
"""The low ends of the ranges in the instance."""

CASES = {
    "as it is": Case(),
    "the operator's four must open": Case(options={"open": list(OF_THE_OPERATOR), "max_new": 1}),
    "centres at the low end of their cost": Case(_CHEAP),
    "way back empty and paid": Case(EMPTY_BACK),
}


def rows_of(name: str) -> Iterator[dict[str, object]]:
    """Yield the rows of a case."""
    case = CASES[name]
    answer = nd.solve(NAME, set=dict(case.values), time_limit=LIMIT_S, **case.options)
    for network in answer.document.networks:
        centres = [load.hub for load in network.hub_loads if load.kind == "sorting_centre"]
        yield {
            "case": name,
            "hubs": network.hubs,
            "open_hubs": "+".join(site for site in network.open_hubs if site not in centres),
            "sorting_centres": "+".join(centres),
            "eur_per_year": network.objective,
            "bound": network.bound,
            "termination": network.termination.value,
        }


def main() -> None:
    """Solve the cases and write the file."""
    answer_cases(FILE, COLUMNS, list(CASES), rows_of)


if __name__ == "__main__":
    main()
