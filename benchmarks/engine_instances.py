"""Instances for measuring engines, in the format of the AP set: random ones, and fixed costs for cuts of APdata200.

Sizes that nobody has published are generated, and rows on them are marked "generated":

* ``euclidean(n)``: n cities at random in a square of 100 km; city i weighs w_i, log-normal (0, 1); freight from i
  to j is w_i w_j times a number between 0.5 and 1.5, 1,000 t in all. numpy's default_rng, seed 0.
* ``fixed_costs(n, kind)``: f_k = mean of the published FcostL.25 or FcostT.25 times a number between 0.5 and 1.5 (L),
  or times 0.5 + 0.5 T_k / mean T and a number between 0.9 and 1.1 (T), where T_k is what city k sends and receives: as
  in the published files, tight costs grow with traffic. Seed n.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

FACTORS = "3 0.75 2"


def euclidean(nodes: int, file: Path) -> None:
    """Write a random instance of the given number of cities."""
    draw = np.random.default_rng(0)
    place = draw.uniform(0.0, 100_000.0, (nodes, 2))
    weight = draw.lognormal(0.0, 1.0, nodes)
    flow = np.outer(weight, weight) * draw.uniform(0.5, 1.5, (nodes, nodes))
    flow *= 1000.0 / flow.sum()
    lines = [str(nodes)]
    lines += [" ".join(map(repr, row)) for row in place.tolist()]
    lines += [" ".join(map(repr, row)) for row in flow.tolist()]
    file.write_text("\n".join([*lines, "3", *FACTORS.split()]) + "\n", encoding="utf-8")


def fixed_costs(published: Path, traffic: np.ndarray, kind: str, file: Path) -> None:
    """Write fixed costs for cities with the given traffic, shape (cities,), after a published file of the same kind."""
    mean = np.array(published.read_text(encoding="utf-8").split(), dtype=float).mean()
    draw = np.random.default_rng(len(traffic))
    if kind == "L":
        costs = mean * draw.uniform(0.5, 1.5, len(traffic))
    else:
        costs = mean * (0.5 + 0.5 * traffic / traffic.mean()) * draw.uniform(0.9, 1.1, len(traffic))
    file.write_text("\n".join(f"{cost:.6f}" for cost in costs) + "\n", encoding="utf-8")
