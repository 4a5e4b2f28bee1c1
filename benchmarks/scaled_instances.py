"""Draw the European question at the size that operators have, to measure the engines.

``python -m benchmarks.scaled_instances SIZE FOLDER`` writes one, where SIZE is its cities, sites and overseas airports:
300.60.3, or 300.60.3.vehicles; no fewer than Europe has, 5,000 cities, 1,000 sites and five airports at most. From
the tables of ``instances/europe-linear``, or of ``europe`` for vehicles, by numpy's ``default_rng(1)``, in this order:

* Towns beyond the 177 cities lie around a real one of any country, drawn by its share of the freight: 0.5 degrees of
  latitude and 0.8 of longitude away, normal. A town weighs as much as the median city times log-normal (0, 0.5). One
  road leads to its city, one each to the two nearest of the other real cities of the country, 1.3 times as long as the
  great circle.
* Fields beyond the 44 airports lie around a real one in the same way, with its rules by night, and 60,000 to 300,000 t
  of cargo a year. Roads lead to that airport and to the two nearest real cities of the country; an air lane of a great
  circle to each overseas airport. No site is closed by its size.
* The freight of ``europe`` is divided over Hangzhou and the operator's other hubs in this order: Hong Kong, Dubai,
  Kuala Lumpur, Moscow; the n-th has a part of 1 / sqrt(n), before these are made to add up.

What cities weigh is made to add up to the freight that there is. All other figures and policies are those of Europe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import netdesign as nd
from benchmarks.generating import OF_ITS_OWN_FIGURES, sizes_of, write_named

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Row = dict[str, Any]

SEED = 1
LEAST = (177, 44, 1)
"""Cities, sites and overseas airports of Europe."""
LARGEST = (5_000, 1_000)
"""Most cities and sites that are drawn: several times as many as operators have."""
VEHICLES = ".vehicles"
LATITUDE, LONGITUDE = 0.5, 0.8
SPREAD = 0.5
DETOUR = 1.3
CARGO_T = (60_000.0, 300_000.0)
EARTH_KM = 6371.0
OVERSEAS = (
    ("HKG", "Hong Kong International Airport", "HK", 22.3080, 113.9185),
    ("DXB", "Dubai International Airport", "AE", 25.2528, 55.3644),
    ("KUL", "Kuala Lumpur International Airport", "MY", 2.7456, 101.7099),
    ("SVO", "Moscow Sheremetyevo Airport", "RU", 55.9726, 37.4146),
)
"""Beside Hangzhou; id, name, country, and place as in airportsdata (MIT)."""
DESCRIPTION = (
    "Parcels fly from {airports} to European ones and go on by truck to {cities} cities; a smaller "
    "stream goes back. Liège is there and stays; up to two of {further} further airports may join it. Drawn around the "
    "places of the European instance to measure engines, and no forecast."
)


ALLOWED = (
    f"CITIES.SITES.AIRPORTS, such as 300.60.3, or 300.60.3{VEHICLES}: {LEAST[0]} to {LARGEST[0]:,} cities, {LEAST[1]} "
    f"to {LARGEST[1]:,} sites and {LEAST[2]} to {1 + len(OVERSEAS)} overseas airports"
)


def main() -> None:
    """Write the instance that is named."""
    write_named("scaled_instances", ("SIZE", "FOLDER"), ALLOWED, is_size, write)


def is_size(name: str) -> bool:
    """Return whether a name is a size that can be drawn."""
    sizes = sizes_of(name.removesuffix(VEHICLES))
    if len(sizes) != len(LEAST):
        return False
    most = (*LARGEST, 1 + len(OVERSEAS))
    return all(least <= size <= largest for size, least, largest in zip(sizes, LEAST, most, strict=True))


def write(size: str, folder: Path) -> None:
    """Write the instance of a size CITIES.SITES.AIRPORTS into a new folder."""
    with_vehicles = size.endswith(VEHICLES)
    cities, sites, airports = map(int, size.removesuffix(VEHICLES).split("."))
    document = nd.read("europe" if with_vehicles else "europe-linear").to_dict()
    document |= {"name": f"scaled-{size.replace('.', '-')}", "minimum_cargo_t_per_year": 0}
    overseas = f"{airports} overseas airport{'s' * (airports > 1)}"
    document["description"] = DESCRIPTION.format(cities=cities, further=sites - 1, airports=overseas)
    _Drawing(document).draw(cities, sites, airports)
    nd.Instance.from_dict(document).save(folder)


class _Drawing:
    """Draws further places around those of a document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document, self._tables = document, document["tables"]
        self._draw = np.random.default_rng(SEED)
        self._cities: list[Row] = list(self._tables["cities"])
        demand = [row for row in self._tables["demand"] if row["stream"] == "inbound"]
        self._share = {row["destination"]: row["share"] for row in demand}

    def draw(self, cities: int, sites: int, airports: int) -> None:
        """Add towns, fields and overseas airports up to these numbers, and divide the freight over all."""
        weights = dict(self._share)
        median = float(np.median(list(weights.values())))
        by_share = np.array([self._share.get(city["id"], 0.0) for city in self._cities])
        for number in range(cities - len(self._cities)):
            base = self._cities[int(self._draw.choice(len(by_share), p=by_share / by_share.sum()))]
            town = self._near(base, f"{base['country']}-TOWN{number + 1}", f"Town {number + 1} near {base['name']}")
            weights[town["id"]] = median * float(self._draw.lognormal(0.0, SPREAD))
            self._tables["cities"].append(town)
            self._add_roads(town, [base, *self._nearest(town, 2, base)])
        fields = list(self._tables["hubs"])
        for number in range(sites - len(fields)):
            base = fields[int(self._draw.integers(len(fields)))]
            field = self._near(base, f"F{number + 1:02}", f"Field {number + 1} near {base['name']}")
            cargo = round(float(self._draw.uniform(*CARGO_T)))
            field |= {"status": "candidate", "cargo_t_per_year": cargo, "night_class": base["night_class"]}
            self._tables["hubs"].append(field)
            self._add_roads(field, [base, *self._nearest(field, 2)])
        self._add_overseas(airports - 1)
        self._divide_freight(weights)

    def _near(self, base: Row, name: str, title: str) -> Row:
        north, east = self._draw.normal(0.0, (LATITUDE, LONGITUDE))
        place = {"lat": round(base["lat"] + float(north), 4), "lon": round(base["lon"] + float(east), 4)}
        return {"id": name, "name": title, "country": base["country"], "customs_zone": base["customs_zone"], **place}

    def _nearest(self, place: Row, number: int, but: Row | None = None) -> list[Row]:
        """Return the nearest real cities of a country."""
        there = [city for city in self._cities if city["country"] == place["country"] and city is not but]
        return sorted(there, key=lambda city: _great_circle_km(place, city))[:number]

    def _add_roads(self, place: Row, ends: Sequence[Row]) -> None:
        for end in ends:
            km = max(1.0, round(DETOUR * _great_circle_km(place, end), 1))
            self._tables["links"].append({"from": place["id"], "to": end["id"], "mode": "road", "km": km})

    def _add_overseas(self, number: int) -> None:
        for name, title, country, lat, lon in OVERSEAS[:number]:
            airport = {"id": name, "name": title, "country": country, "customs_zone": country, "lat": lat, "lon": lon}
            self._tables["overseas"].append(airport)
        lanes = {(row["from"], row["to"]) for row in self._tables["links"] if row["mode"] == "air"}
        for airport in self._tables["overseas"]:
            for site in self._tables["hubs"]:
                if (airport["id"], site["id"]) not in lanes:
                    km = round(_great_circle_km(airport, site))
                    self._tables["links"].append({"from": airport["id"], "to": site["id"], "mode": "air", "km": km})

    def _divide_freight(self, weights: dict[str, float]) -> None:
        airports = [row["id"] for row in self._tables["overseas"]]
        parts = 1.0 / np.sqrt(np.arange(1.0, len(airports) + 1.0))
        parts /= parts.sum()
        total = sum(weights.values())
        rows: list[Row] = []
        for name, stream in self._document["streams"].items():
            volume = stream.pop("volume_t_per_year")
            for airport, part in zip(airports, parts.tolist(), strict=True):
                for city, weight in weights.items():
                    ends = (airport, city) if name == "inbound" else (city, airport)
                    tonnes = round(volume * part * weight / total, 3)
                    rows.append(
                        {"origin": ends[0], "destination": ends[1], "stream": name, "volume_t_per_year": tonnes}
                    )
        self._tables["demand"] = rows
        # Volumes are stated by commodity now, and no figure of the streams is left that a range could be of.
        for name in OF_ITS_OWN_FIGURES:
            self._tables.pop(name, None)


def _great_circle_km(one: Row, other: Row) -> float:
    a, b = (np.radians((row["lat"], row["lon"])) for row in (one, other))
    half = np.sin((b - a) / 2) ** 2
    return float(2 * EARTH_KM * np.arcsin(np.sqrt(half[0] + np.cos(a[0]) * np.cos(b[0]) * half[1])))


if __name__ == "__main__":
    main()
