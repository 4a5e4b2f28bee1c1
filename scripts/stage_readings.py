"""Answer the European question over years with vehicles and by the tonne, on each path of volume and on the tree.

``python -m scripts.stage_readings [CASE ...]`` solves ``europe-2035`` and ``europe-2035-linear`` for each case, all of
them where none is named, and writes ``benchmarks/stage_readings.csv``: a row for each reading. Other rows stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import netdesign as nd
from scripts.build_europe_2035 import READINGS
from scripts.case_files import answer_cases
from scripts.doc_transcripts import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.results.staged_document import TimingDocument

FILE = ROOT / "benchmarks" / "stage_readings.csv"
COLUMNS = ("case", "instance", "eur", "bound", "termination", "orders", "waiting_eur", "knowing_eur")

CASES: dict[str, dict[str, Any]] = {
    "doubles in five years, the base path": {},
    "triples in five years": {"scenario": "triple"},
    "stays": {"scenario": "level"},
    "falls by three tenths": {"scenario": "fall"},
    "branches in 2029 and 2032: what is ordered before": {"tree": True},
}
"""Options of the call by what the volume does."""


def rows_of(name: str) -> Iterator[dict[str, object]]:
    """Yield the rows of a case."""
    for reading in READINGS:
        found = nd.timing(reading.name, **CASES[name]).document
        values = found.values
        yield {
            "case": name,
            "instance": reading.name,
            "eur": found.objective,
            "bound": found.bound,
            "termination": str(found.termination),
            "orders": "; ".join(orders_of_all(found)),
            "waiting_eur": None if values is None else values.waiting.value,
            "knowing_eur": None if values is None else values.perfect_information.value,
        }


def orders_of_all(found: TimingDocument) -> Iterator[str]:
    """Yield what is ordered in each year before the first branches of a tree, or on the whole path."""
    root = found.nodes[0].branch
    for node in found.nodes:
        if node.branch == root and node.orders:
            own = (f"{order.hub} {_times(order.count)}{order.module}" for order in node.orders)
            yield f"{node.year} {', '.join(own)}"


def _times(count: int) -> str:
    return f"{count} x " if count > 1 else ""


def main() -> None:
    """Solve the cases and write the file."""
    answer_cases(FILE, COLUMNS, list(CASES), rows_of)


if __name__ == "__main__":
    main()
