"""Hold the model against what the operator built: ``python -m scripts.back_test [YEAR ...]``.

For the volumes of 2021 and 2026 it solves ``instances/europe``, then operates networks that were built or asked about,
and writes ``benchmarks/back_test.csv``: a row a network with the parts of its cost. Rows of other years stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import netdesign as nd
from scripts.case_files import answer_cases
from scripts.doc_transcripts import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = ROOT / "benchmarks" / "back_test.csv"

VOLUMES = {
    "2021 by the market": (0.3, 1),
    "2021 by flights": (0.67, 1),
    "2024": (1.0, 2),
    "2026": (1.28, 2),
}
"""Part of the instance's volume, which is of 2024, and most new hubs that are searched.

By flights: 18 a week to Liège, and 2.5 m parcels a month to Budapest. By the market: parcels under EUR 150 into the EU,
1.4 bn in 2022, the first year counted, against 4.6 bn in 2024. 2026: 5.9 bn in 2025, before the duty of July 2026.
"""

ASKED = (
    ("LGG",),
    ("LGG", "BUD"),
    ("LGG", "PRG"),
    ("LGG", "WAW"),
    ("LGG", "VIE"),
    ("LGG", "MAD"),
    ("LGG", "CDG"),
    ("LGG", "FCO"),
    ("LGG", "BUD", "MAD"),
    ("LGG", "BUD", "CDG"),
    ("LGG", "BUD", "FCO"),
    ("LGG", "PRG", "MAD"),
)
"""Liège alone, the operator's second air hub and its neighbours, and air hubs at three of its four sorting centres; the
fourth, Bremen, has no airport among the sites."""

LIMIT_S = 150
"""For a network that is asked about: where a lane's least traffic binds, its proof may take longer."""

PARTS = ("fixed", "air", "vehicles", "border", "handling", "late")
COLUMNS = ("case", "factor", "network", "is_best", "eur_per_year", "bound", "termination", *PARTS, "road", "inside")


def rows_of(name: str, factor: float, most: int) -> Iterator[dict[str, object]]:
    """Yield the best network for each number of hubs, and those that are asked about."""
    values = {"volume_factor": factor}
    best = nd.solve("europe", set=values, max_new=most).document.networks
    yield from (_row(name, factor, network, is_best=True) for network in best)
    for hubs in ASKED:
        further = [hub for hub in hubs if hub != "LGG"]
        answer = nd.solve("europe", set=values, hubs=len(hubs), open=further, time_limit=LIMIT_S)
        yield _row(name, factor, answer.document.networks[-1], is_best=False)


def _row(name: str, factor: float, network: Any, *, is_best: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "case": name,
        "factor": factor,
        "network": "+".join(network.open_hubs),
        "is_best": is_best,
        "eur_per_year": network.objective,
        "bound": network.bound,
        "termination": network.termination.value,
    }
    if network.costs is not None and network.service is not None:
        row |= {part: round(getattr(network.costs, part) or 0.0, 2) for part in (*PARTS, "road")}
        row["inside"] = network.service.inside
    return row


def main() -> None:
    """Solve the cases and write the file."""
    answer_cases(FILE, COLUMNS, list(VOLUMES), lambda name: rows_of(name, *VOLUMES[name]))


if __name__ == "__main__":
    main()
