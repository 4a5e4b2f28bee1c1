"""Measure ``netdesign explain`` on ten infeasible variants of the European instance with vehicles.

``python -m benchmarks.explained [NAME ...]`` runs the command on each variant as a whole process, with the goal as its
time limit, and writes ``explained.csv``: what clashes, how many figures are told whole, and the seconds.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.process import Run, answer
from benchmarks.tables import read_table, write_table

FILE = Path(__file__).resolve().parent / "explained.csv"
GOAL_S = 20.0
COLUMNS = (
    "name", "options", "goal_s", "ending", "clashes", "is_complete", "figures", "finished_figures", "seconds",
    "processor_s", "clashes_s", "figures_s", "peak_mb",
)  # fmt: skip

_SHARE = "policies.service={{share: {}}}"
VARIANTS: dict[str, tuple[str, ...]] = {
    "97 % inside the deadline": ("--set", _SHARE.format(0.97)),
    "88 % inside the deadline": ("--set", _SHARE.format(0.88)),
    "all of Romania inside it": ("--set", "policies.service={by_country: {RO: 1}}"),
    "900,000 t CO2e a year": ("--set", "policies.carbon={cap_t_per_year: 900000}"),
    "67 %, and Paris must open": ("--set", _SHARE.format(0.67), "--open", "CDG"),
    "67 %, without Prague and East Midlands": ("--set", _SHARE.format(0.67), "--close", "PRG,EMA"),
    "65 %, and 110,000 t over Liège": (
        "--set", _SHARE.format(0.65),
        "--set", "policies.minimum_throughput.hubs.0.tonnes_per_year=110000",
        "--set", "policies.minimum_throughput.hubs.0.share=1",
    ),
    "65 %, and 12 flights a week on each lane": (
        "--set", _SHARE.format(0.65), "--set", "policies.air_lane.flights_per_week=12",
    ),
    "65 %, and EUR 11 m for new hubs": (
        "--set", _SHARE.format(0.65), "--set", "policies.fixed_cost_cap_eur_per_year=11000000",
    ),
    "67.7 %, and one of Prague, Budapest and East Midlands": (
        "--set", _SHARE.format(0.677),
        "--set", "policies.exclusive=[{name: one of three, sites: [PRG, BUD, EMA]}]",
    ),
}  # fmt: skip


def main() -> None:
    """Run the variants that are named, or all, and write a row for each."""
    names = sys.argv[1:] or list(VARIANTS)
    rows: dict[str, Any] = {row["name"]: row for row in read_table(FILE)}
    for name in names:
        rows[name] = _row(name, answer("explain", ("europe", *VARIANTS[name]), GOAL_S))
        print(name, rows[name]["ending"], rows[name]["clashes"], rows[name]["seconds"], flush=True)
        write_table(FILE, COLUMNS, [rows[one] for one in VARIANTS if one in rows])


def _row(name: str, run: Run) -> dict[str, object]:
    result = run.result
    figures = [figure for clash in result.get("clashes", ()) for figure in clash["figures"]]
    return {
        "name": name,
        "options": " ".join(VARIANTS[name]),
        "goal_s": f"{GOAL_S:g}",
        "ending": result.get("termination", run.note),
        "clashes": "; ".join(" + ".join(clash["policies"]) for clash in result.get("clashes", ())),
        "is_complete": result.get("is_complete", ""),
        "figures": len(figures),
        "finished_figures": sum(figure["is_finished"] for figure in figures),
        "seconds": f"{run.seconds:.1f}",
        "processor_s": f"{run.processor_s:.1f}",
        "clashes_s": f"{run.times.get('clashes_s', 0.0):.1f}",
        "figures_s": f"{run.times.get('figures_s', 0.0):.1f}",
        "peak_mb": run.peak_mb,
    }


if __name__ == "__main__":
    main()
