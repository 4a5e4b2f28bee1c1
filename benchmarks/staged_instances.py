"""Generate gateway instances over several years, to measure the staged engines.

``python -m benchmarks.staged_instances NAME FOLDER`` writes one, where NAME is ``gateway.`` and its cities, sites and
years: 30.10.3, 60.10.5, 100.20.5 or 300.20.5. With numpy's ``default_rng(1)``, in this order:

* Cities lie at random in a rectangle of 2,600 by 2,200 km; the first lies at (1,000; 1,300), as Liège does in Europe.
  A road is 1.25 times as long as the straight line. City i weighs p_i, log-normal (0, 0.9), one in all.
* The overseas airport sends 100,000 p_i t a year to city i and gets 15,000 p_j from it, where j is i in random order.
  From city to city go 30,000 p_i p_j / sum over all pairs; of these the largest 200, 400, 1,000 and 1,000 are kept.
  All volumes grow by 12 % a year.
* Sites lie where the first city and the heaviest others do, as nodes of their own. The first is an existing hub.
* An air lane joins each site to the airport: 2.3 to 2.55 EUR/kg from it, 0.8 times as much to it; 26 to 30 h.
* A truck takes 1.6 EUR/t and km at 60 km/h, between hubs 0.625 times as much at 75 km/h; a hub 80 EUR/t and 10 h.
  Freight between cities waits 12 h at first.
* Modules are of 15,000, 40,000, 90,000 and 180,000 t a year, for 18, 39, 72 and 126 million EUR once and 6, 12.6, 22.5
  and 39 million a year. A hub may have one of each: 15 combinations. They are ready when they are paid, so that the
  first year can be operated: its service takes new hubs, and the existing hub begins without modules. They last as long
  as the horizon, so that nothing is left of those of the first year.
* Money counts 7 % less each year. 90 million EUR of capital come in each year, 126 million more in the first; what is
  left of them carries over.
* All freight is to be there after 58 h. The service share lies halfway between what the existing hub alone would reach
  and what all sites together would.
* At most two new hubs open; ``--set policies.new_hubs=null`` lifts that.

Numbers between limits are uniform. Volumes are rounded to kg and lengths to 10 m before anything is made of them, so
that the files are the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.generating import write_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Places = NDArray[np.intp]

SEED = 1
FIRST_YEAR = 2026
PAIRS = {"30.10.3": 200, "60.10.5": 400, "100.20.5": 1000, "300.20.5": 1000}
"""City pairs that are kept, by cities, sites and years."""

RECTANGLE_KM, FIRST_CITY_KM, DETOUR = (2600.0, 2200.0), (1000.0, 1300.0), 1.25
INBOUND_T, OUTBOUND_T, EUROPE_T = 100_000.0, 15_000.0, 30_000.0
AIR_EUR_PER_KG, AIR_SPREAD, LANE_H, LANE_SPREAD_H = 2.3, 0.25, 26.0, 4.0
AIR_KM = 9000.0
"""Length of a lane at the lowest rate; dearer lanes are longer, as the format has rates by distance."""
TRUCK_EUR_PER_TKM, TRUCK_KMH, LINE_KMH = 1.6, 60.0, 75.0
HUB_H, ORIGIN_H, DEADLINE_H = 10.0, 12.0, 58.0
BUDGET_EUR, FIRST_BUDGET_EUR = 90_000_000, 126_000_000
MODULES = (
    ("small", 15_000, 18_000_000, 6_000_000),
    ("medium", 40_000, 39_000_000, 12_600_000),
    ("large", 90_000, 72_000_000, 22_500_000),
    ("huge", 180_000, 126_000_000, 39_000_000),
)
"""Id, t/year, EUR, EUR/year."""


@dataclass(frozen=True)
class Gateway:
    """A random gateway problem.

    Parameters
    ----------
    years
        Number of years.
    site
        City at which each site lies; the first is the existing hub's.
    city_km, line_km
        Road from site to city, shape (sites, cities), and from site to site.
    lane_km, lane_h
        Length and time of the air lane of each site.
    inbound, outbound
        t/year of each city.
    pairs, between
        Origin and destination of the freight between cities, shape (pairs, 2), and its t/year.
    """

    years: int
    site: Places
    city_km: Numbers
    line_km: Numbers
    lane_km: Numbers
    lane_h: Numbers
    inbound: Numbers
    outbound: Numbers
    pairs: Places
    between: Numbers


def main() -> None:
    """Write the instance that is named."""
    names = [f"gateway.{size}" for size in PAIRS]
    write_named("staged_instances", ("NAME", "FOLDER"), ", ".join(names), names.__contains__, write, known=names)


def write(name: str, folder: Path) -> None:
    """Write the instance of a name ``gateway.CITIES.SITES.YEARS`` into a new folder."""
    size = name.removeprefix("gateway.")
    cities, sites, years = map(int, size.split("."))
    write_gateway(drawn(cities, sites, years, PAIRS[size]), folder)


def drawn(cities: int, sites: int, years: int, pairs: int) -> Gateway:
    """Return a random gateway problem; the order of the draws is fixed."""
    draw = np.random.default_rng(SEED)
    place = draw.uniform(0.0, 1.0, (cities, 2)) * RECTANGLE_KM
    place[0] = FIRST_CITY_KM
    weight = draw.lognormal(0.0, 0.9, cities)
    weight /= weight.sum()
    heaviest = 1 + np.argsort(-weight[1:], kind="stable")[: sites - 1]
    site = np.concatenate(([0], heaviest))
    outbound = weight[draw.permutation(cities)] * OUTBOUND_T
    flow = np.outer(weight, weight)
    np.fill_diagonal(flow, 0.0)
    flow *= EUROPE_T / flow.sum()
    # Both directions of a pair weigh the same: stable, so that rounding does not choose between them.
    largest = np.argsort(-np.round(flow, 6), axis=None, kind="stable")[:pairs]
    dearer = 1.0 + AIR_SPREAD * draw.random(sites) / AIR_EUR_PER_KG
    road = np.round(np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1)) * DETOUR, 2)
    return Gateway(
        years=years,
        site=site,
        city_km=road[site],
        line_km=road[np.ix_(site, site)],
        lane_km=np.round(AIR_KM * dearer, 2),
        lane_h=np.round(LANE_H + LANE_SPREAD_H * draw.random(sites), 2),
        inbound=np.round(weight * INBOUND_T, 3),
        outbound=np.round(outbound, 3),
        pairs=np.stack(np.divmod(largest, cities), axis=1),
        between=np.round(flow.reshape(-1)[largest], 3),
    )


def fastest_hours(problem: Gateway, sites: Places) -> Numbers:
    """Return the hours of each commodity over its fastest route by some sites: inbound, outbound, between cities."""
    to_city = problem.city_km[sites] / TRUCK_KMH
    line = problem.line_km[np.ix_(sites, sites)] / LINE_KMH + HUB_H
    np.fill_diagonal(line, 0.0)
    lane = problem.lane_h[sites] + HUB_H
    # Hub by hub: from the airport, or from each city, to each hub as the last one. Roads are as long both ways.
    by_air = (lane[:, None] + line).min(axis=0)
    by_truck = ((to_city + HUB_H)[:, None, :] + line[:, :, None]).min(axis=0)
    inbound = (by_air[:, None] + to_city).min(axis=0)
    outbound = inbound
    origin, destination = problem.pairs.T
    between = ORIGIN_H + (by_truck[:, origin] + to_city[:, destination]).min(axis=0)
    return np.concatenate((inbound, outbound, between))


def share_in_time(problem: Gateway, sites: Places) -> float:
    """Return the share of all freight that some sites can carry inside the deadline."""
    volume = np.concatenate((problem.inbound, problem.outbound, problem.between))
    return float(volume[fastest_hours(problem, sites) <= DEADLINE_H].sum() / volume.sum())


def service_share(problem: Gateway) -> float:
    """Return the service share: halfway between what the existing hub reaches alone, and all sites together."""
    every = np.arange(len(problem.site))
    return round((share_in_time(problem, every[:1]) + share_in_time(problem, every)) / 2.0, 4)


def write_gateway(problem: Gateway, folder: Path) -> None:
    """Write a problem as an instance's folder."""
    folder.mkdir()
    cities, hubs = (_ids(letter, count) for letter, count in (("C", len(problem.inbound)), ("H", len(problem.site))))
    _write_rows(folder / "cities.csv", ("id",), ((city,) for city in cities))
    status = ["existing"] + ["candidate"] * (len(hubs) - 1)
    _write_rows(
        folder / "hubs.csv",
        ("id", "status", "fixed_cost_eur_per_year"),
        ((hub, word, "0") for hub, word in zip(hubs, status, strict=True)),
    )
    lanes = zip(hubs, problem.lane_km.tolist(), problem.lane_h.tolist(), strict=True)
    rows = (("OVS", hub, "air", f"{km:.2f}", f"{hours:.2f}") for hub, km, hours in lanes)
    _write_rows(folder / "lanes.csv", ("from", "to", "mode", "km", "hours"), rows)
    header = ("origin", "destination", "stream", "volume_t_per_year")
    _write_rows(folder / "demand.csv", header, _demand(problem, cities))
    _write_legs(problem, np.array([*hubs, *cities]), folder)
    (folder / "instance.yaml").write_text(_instance(problem), encoding="utf-8", newline="\n")


def _ids(letter: str, count: int) -> list[str]:
    return [f"{letter}{number}" for number in range(1, count + 1)]


def _demand(problem: Gateway, cities: Sequence[str]) -> Iterable[tuple[str, ...]]:
    for city, volume in zip(cities, problem.inbound.tolist(), strict=True):
        yield "OVS", city, "inbound", f"{volume:.3f}"
    for city, volume in zip(cities, problem.outbound.tolist(), strict=True):
        yield city, "OVS", "outbound", f"{volume:.3f}"
    for (origin, destination), volume in zip(problem.pairs.tolist(), problem.between.tolist(), strict=True):
        yield cities[origin], cities[destination], "europe", f"{volume:.3f}"


def _write_legs(problem: Gateway, ids: NDArray[np.str_], folder: Path) -> None:
    """Write cost and hours of all legs: between sites, and both ways between sites and cities."""
    sites = len(problem.site)
    km = np.full((len(ids), len(ids)), np.nan)
    km[:sites, :sites], km[:sites, sites:], km[sites:, :sites] = problem.line_km, problem.city_km, problem.city_km.T
    hours = km / TRUCK_KMH
    hours[:sites, :sites] = problem.line_km / LINE_KMH
    for name, values in (("cost", km * TRUCK_EUR_PER_TKM), ("hours", hours)):
        np.savez(folder / f"{name}.npz", origins=ids, destinations=ids, values=np.round(values, 6))


def _write_rows(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    file.write_text("\n".join(map(",".join, (header, *rows))) + "\n", encoding="utf-8", newline="\n")


def _instance(problem: Gateway) -> str:
    last_year = FIRST_YEAR + problem.years - 1
    amounts = [FIRST_BUDGET_EUR + BUDGET_EUR, *[BUDGET_EUR] * (problem.years - 1)]
    budget = ", ".join(f"{FIRST_YEAR + passed}: {amount}" for passed, amount in enumerate(amounts))
    modules = "\n".join(MODULE.format(*module, life=problem.years) for module in MODULES)
    size = f"{len(problem.inbound)}-{len(problem.site)}-{problem.years}"
    return INSTANCE.format(
        size=size,
        first_year=FIRST_YEAR,
        last_year=last_year,
        budget=budget,
        share=service_share(problem),
        modules=modules,
    )


INSTANCE = """\
format: netdesign.instance/1
name: gateway-{size}
parcel: {{weight_kg: 1}}
factors: {{inter_hub: 0.625}}
handling: {{cost_eur_per_parcel: 0.08, hours: 10}}
air:
  inbound_rate_eur_per_kg: 2.3
  outbound_rate_eur_per_kg: 1.84
  distance_share: 1
  reference_distance_km: 9000
  # Lanes give their own hours.
  block_speed_kmh: 800
  routing_factor: 1
  fixed_h: 0
streams:
  inbound: {{deadline_h: 58}}
  outbound: {{deadline_h: 58}}
  europe: {{origin_h: 12, deadline_h: 58}}
policies:
  new_hubs: {{max: 2}}
  service: {{share: {share}}}
stages:
  first_year: {first_year}
  last_year: {last_year}
  discount_rate: 0.07
  capital_budget: {{by_year_eur: {{{budget}}}, carries_over: true}}
tables:
  cities: cities.csv
  hubs: hubs.csv
  overseas: [{{id: OVS}}]
  links: lanes.csv
  leg_matrices: {{cost_eur_per_t: cost.npz, time_h: hours.npz}}
  demand: demand.csv
  modules:
{modules}
  paths:
    - {{of: volume, at_year: {first_year}, growth_per_year: 0.12}}
"""
MODULE = "    - {{id: {}, capacity_t_per_year: {}, capital_eur: {}, yearly_eur: {}, lead_years: 0, life_years: {life}}}"


if __name__ == "__main__":
    main()
