"""Generate instances to measure engines; rows on them are marked "generated".

``python -m benchmarks.engine_instances NAME FILE`` writes one, where NAME is KIND.SIZE:

* ``random.n``: n cities at random in a square of 100 km; city i weighs w_i, log-normal (0, 1); freight from i to j is
  w_i w_j times a number between 0.5 and 1.5, 1,000 t in all. AP format, seed 0.
* ``aplike.n``: as dense, with heavier tails, after APdata200: what city i sends weighs a_i, log-normal (0, 1.4), what
  it receives a_i times log-normal (0, 0.5), and each flow is their product times log-normal (0, 0.75); 1,000 t in all.
  The largest hundredth of the flows is then 40 % of the freight (APdata200: 35 %, ``random.n``: 17 %). City 1 sends
  most, and so on downwards. AP format, seed 0.
* ``sites.n``: ``aplike.n`` in netdesign's own format; only the 100 cities that send most are sites, and the first of
  them is an existing hub.
* ``FcostL.n`` and ``FcostT.n``, fixed costs for the cut of APdata200 to n cities: the mean of the published FcostL.25
  or FcostT.25, times a number between 0.5 and 1.5 (L), or times 0.5 + 0.5 T_k / mean T and a number between 0.9 and
  1.1 (T), where T_k is what city k sends and receives. Published tight costs grow with traffic alone; of these only
  half does, or cities with next to none, of which large cuts are full, would be hubs for nothing. Seed n.
* ``CapL.n`` and ``CapT.n``, capacities for the same cut: the largest O_k, which is what a city sends, times a number
  between 0.5 and 6 (L), or between 0 and 2.5 (T). So are the published ones of 10, 20 and 25 cities: 0.5 to 5.8 times,
  or 0.02 to 2.6 times, the largest O_k, whatever the city itself sends. Drawn again until one simple plan keeps them,
  so that every instance is feasible. Seed n.

Numbers between limits are uniform; all come from numpy's ``default_rng``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.generating import sizes_of, write_named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

PUBLISHED = Path(
    os.environ.get("NETDESIGN_BENCHMARKS", Path(__file__).resolve().parents[2] / "shared" / "benchmarks")
).absolute()
FACTORS = {"collection": 3.0, "inter_hub": 0.75, "distribution": 2.0}
CAPACITY_FACTORS = {"L": (0.5, 6.0), "T": (0.0, 2.5)}
KINDS = ("random", "aplike", "sites", "FcostL", "FcostT", "CapL", "CapT")
SQUARE_M = 100_000.0
SITES = 100
TOTAL_T = 1000.0


def main() -> None:
    """Write the instance, or the file of costs or capacities, that is named."""
    allowed = f"KIND.CITIES, such as random.100; KIND is one of {', '.join(KINDS)}"
    write_named("engine_instances", ("NAME", "FILE"), allowed, is_name, write, known=KINDS)


def is_name(name: str) -> bool:
    """Return whether a name is KIND.SIZE."""
    kind, _, size = name.partition(".")
    return kind in KINDS and len(sizes_of(size)) == 1 and sizes_of(size)[0] > 0


def write(name: str, file: Path) -> None:
    """Write the file of a name KIND.SIZE; for ``sites`` it is a folder."""
    kind, _, size = name.partition(".")
    nodes = int(size)
    if kind == "random":
        write_ap(*euclidean(nodes), file)
    elif kind == "aplike":
        write_ap(*ap_like(nodes), file)
    elif kind == "sites":
        write_sites(*ap_like(nodes), file)
    else:
        _write_numbers(ap_costs_or_capacities(kind, nodes), file)


def ap_costs_or_capacities(kind: str, nodes: int) -> Numbers:
    """Return fixed costs or capacities for a cut of APdata200, one for each city."""
    sent, received = traffic(nodes)
    if kind.startswith("Cap"):
        return capacities(sent, kind[-1])
    published = np.array((PUBLISHED / "ap" / f"{kind}.25").read_text(encoding="utf-8").split(), dtype=float)
    return fixed_costs(float(published.mean()), sent + received, kind[-1])


def traffic(nodes: int) -> tuple[Numbers, Numbers]:
    """Return the freight that each city of a cut of APdata200 sends and receives, in the order of netdesign."""
    from netdesign.instance import read_instance
    from netdesign.instance.published.reading import Reading

    commodities = read_instance(PUBLISHED / "ap" / "APdata200", [], Reading("ap", nodes=nodes)).commodities
    sent = np.bincount(commodities.origin, commodities.volume, nodes).astype(np.float64)
    return sent, np.bincount(commodities.destination, commodities.volume, nodes).astype(np.float64)


def euclidean(nodes: int) -> tuple[Numbers, Numbers]:
    """Return places in m, shape (cities, 2), and flows in t of a random instance."""
    draw = np.random.default_rng(0)
    place = draw.uniform(0.0, SQUARE_M, (nodes, 2))
    weight = draw.lognormal(0.0, 1.0, nodes)
    flow = np.outer(weight, weight) * draw.uniform(0.5, 1.5, (nodes, nodes))
    return place, flow * (TOTAL_T / flow.sum())


def ap_like(nodes: int) -> tuple[Numbers, Numbers]:
    """Return places and flows with tails as heavy as those of AP, cities in the order of what they send."""
    draw = np.random.default_rng(0)
    place = draw.uniform(0.0, SQUARE_M, (nodes, 2))
    sends = draw.lognormal(0.0, 1.4, nodes)
    receives = sends * draw.lognormal(0.0, 0.5, nodes)
    flow = np.outer(sends, receives) * draw.lognormal(0.0, 0.75, (nodes, nodes))
    order = np.argsort(-flow.sum(axis=1), kind="stable")
    return place[order], flow[np.ix_(order, order)] * (TOTAL_T / flow.sum())


def fixed_costs(mean: float, both_ways: Numbers, kind: str) -> Numbers:
    """Return fixed costs, loose (L) or tight (T), for cities with this traffic."""
    draw = np.random.default_rng(len(both_ways))
    if kind == "L":
        return mean * draw.uniform(0.5, 1.5, len(both_ways))
    return mean * (0.5 + 0.5 * both_ways / both_ways.mean()) * draw.uniform(0.9, 1.1, len(both_ways))


def capacities(sent: Numbers, kind: str) -> Numbers:
    """Return capacities, loose (L) or tight (T), for cities that send this freight; they are feasible."""
    draw = np.random.default_rng(len(sent))
    while True:
        found = sent.max() * draw.uniform(*CAPACITY_FACTORS[kind], len(sent))
        # Checked against the capacities as the file has them.
        if simple_plan(np.round(found, 6), sent) is not None:
            return found


def simple_plan(capacity: Numbers, sent: Numbers) -> list[int] | None:
    """Return the hub of each city in one plan that keeps the capacities, or None where this heuristic finds none.

    Every city that can be its own hub is one; the others, largest first, go to the hub with most capacity left.
    """
    hub = [city if capacity[city] >= sent[city] else -1 for city in range(len(sent))]
    left = np.where(capacity >= sent, capacity - sent, -1.0)
    for city in sorted((city for city, own in enumerate(hub) if own < 0), key=lambda city: -sent[city]):
        hub[city] = int(left.argmax())
        left[hub[city]] -= sent[city]
        if left[hub[city]] < 0:
            return None
    return hub


def write_ap(place: Numbers, flow: Numbers, file: Path) -> None:
    """Write an instance in AP format. Its p is 3, as in the smallest files that are published."""
    lines = [str(len(flow))]
    lines += [" ".join(map(repr, row)) for table in (place, flow) for row in table.tolist()]
    lines += ["3", *(f"{factor:g}" for factor in FACTORS.values())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_sites(place: Numbers, flow: Numbers, folder: Path) -> None:
    """Write an instance's folder in which the first cities alone are sites, and the very first an existing hub."""
    folder.mkdir()
    ids = np.array([str(number) for number in range(1, len(flow) + 1)])
    # As in AP, distances are divided by 1,000.
    distance = np.hypot(*(place[:, None, :] - place[None, :, :]).transpose(2, 0, 1)) / 1000.0
    for name, values in (("cost", distance), ("volume", flow)):
        np.savez(folder / f"{name}.npz", origins=ids, destinations=ids, values=values)
    (folder / "cities.csv").write_text("\n".join(["id", *ids]) + "\n", encoding="utf-8")
    status = ["existing"] + ["candidate"] * (SITES - 1)
    rows = [f"{site},{word},0" for site, word in zip(ids, status, strict=False)]
    header = "id,status,fixed_cost_eur_per_year"
    (folder / "hubs.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    factors = ", ".join(f"{name}: {value:g}" for name, value in FACTORS.items())
    (folder / "instance.yaml").write_text(INSTANCE.format(nodes=len(flow), factors=factors), encoding="utf-8")


INSTANCE = """\
format: netdesign.instance/1
name: sites-{nodes}
parcel: {{weight_kg: 1000}}
streams: {{freight: {{}}}}
factors: {{{factors}}}
tables:
  cities: cities.csv
  hubs: hubs.csv
  leg_matrices: {{cost_eur_per_t: cost.npz}}
  demand_matrix: {{volume_t_per_year: volume.npz}}
"""


def _write_numbers(values: Numbers, file: Path) -> None:
    file.write_text("\n".join(f"{value:.6f}" for value in values) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
