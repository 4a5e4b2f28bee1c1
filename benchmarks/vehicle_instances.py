"""Cut the European instance, to measure up to which size straight models prove it.

``python -m benchmarks.vehicle_instances CITIES.SITES FOLDER`` writes ``instances/europe`` with less freight and fewer
sites:

* The freight of the cities that get most from overseas, in both directions, with the volume that it has in the whole
  instance. The other cities stay as places that roads pass.
* Liège and the candidates with most cargo today; the other sites are closed.

Policies are those of the whole instance: what a lane carries at least, and what Liège keeps, is not scaled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import netdesign as nd
from benchmarks.generating import OF_ITS_OWN_FIGURES, sizes_of, write_named

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = "europe"


def main() -> None:
    """Write the instance that is named."""
    allowed = "CITIES.SITES, such as 20.8: one or more of each"
    write_named("vehicle_instances", ("SIZE", "FOLDER"), allowed, is_size, write)


def is_size(name: str) -> bool:
    """Return whether a name is a size to which Europe can be cut."""
    sizes = sizes_of(name)
    return len(sizes) == 2 and min(sizes) > 0


def write(size: str, folder: Path) -> None:
    """Write the instance of a size CITIES.SITES."""
    cities, sites = map(int, size.split("."))
    document = nd.read(WHOLE).to_dict()
    _keep_freight(document, cities)
    _keep_sites(document, sites)
    nd.Instance.from_dict(document).save(folder)


def _keep_freight(document: dict[str, Any], number: int) -> None:
    rows = document["tables"]["demand"]
    shares = {row["destination"]: row["share"] for row in rows if row["stream"] == "inbound"}
    kept = set(sorted(shares, key=lambda city: -shares[city])[:number])
    volume = {name: stream.pop("volume_t_per_year") for name, stream in document["streams"].items()}
    # Of a part of the freight, with volumes by commodity, the ranges of Europe's figures are none.
    for name in OF_ITS_OWN_FIGURES:
        document["tables"].pop(name, None)
    document["tables"]["demand"] = left = [row for row in rows if {row["origin"], row["destination"]} & kept]
    for row in left:
        row["volume_t_per_year"] = volume[row["stream"]] * row.pop("share")


def _keep_sites(document: dict[str, Any], number: int) -> None:
    candidates = [row for row in document["tables"]["hubs"] if row.get("status") == "candidate"]
    for row in sorted(candidates, key=lambda row: -row["cargo_t_per_year"])[number - 1 :]:
        row["status"] = "closed"


if __name__ == "__main__":
    main()
