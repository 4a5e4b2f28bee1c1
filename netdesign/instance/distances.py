"""Road km from coordinates, for instances whose owner has no table of distances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from netdesign.errors import did_you_mean
from netdesign.instance.fields import Block, Name, Real, quantity
from netdesign.instance.parts import Link, NodeKind
from netdesign.instance.rows import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from netdesign.instance.faults import FaultList
    from netdesign.instance.parts import Node
    from netdesign.instance.schema import InstanceDocument

EARTH_RADIUS_KM = 6371.0

_LONGEST_DETOUR = 10.0


class Distances(Block):
    """Road links between each hub and every other place, as long as the great circle times a detour.

    Two places that a link of the links table joins by road or ferry keep that link.
    """

    from_: Literal["coordinates"] = Field(alias="from", description="coordinates: of lat and lon of the places.")
    detour: Real = quantity("1", "Road km by km of the great circle.", ge=1, le=_LONGEST_DETOUR)
    between_hubs: Real | None = quantity(
        "1", "The same from hub to hub; left out, as anywhere else.", default=None, ge=1, le=_LONGEST_DETOUR
    )
    by_country: dict[Name, Annotated[Real, Field(ge=1, le=_LONGEST_DETOUR)]] = Field(
        {}, description="The same by country, in place of `detour`; between two countries their mean counts."
    )


def great_circle_km(lat: ArrayLike, lon: ArrayLike, other_lat: ArrayLike, other_lon: ArrayLike) -> NDArray[np.float64]:
    """Return the air line between places given in degrees, which are broadcast against each other; km."""
    phi, psi = np.radians(lat), np.radians(other_lat)
    across = np.radians(np.subtract(other_lon, lon)) / 2.0
    half = np.sin((psi - phi) / 2.0) ** 2 + np.cos(phi) * np.cos(psi) * np.sin(across) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(half))))


def has_roads(document: InstanceDocument) -> bool:
    """Return whether trucks of the road block go: over links, of the table or from coordinates, or legs of km alone."""
    tables = document.tables
    if tables.leg_matrices is not None:
        return tables.leg_matrices.cost_eur_per_t is None
    if tables.legs:
        return any(leg.cost_eur_per_t is None for leg in tables.legs)
    if document.distances is not None:
        return True
    return any(link.mode is not Mode.AIR for link in tables.links)


def has_hours_of_trucks(document: InstanceDocument) -> bool:
    """Return whether the hours of any leg by road follow from km: on all ways, and on legs of km without hours."""
    tables = document.tables
    if tables.leg_matrices is not None:
        return has_roads(document) and tables.leg_matrices.time_h is None
    if tables.legs:
        return any(leg.cost_eur_per_t is None and "time_h" not in leg.model_fields_set for leg in tables.legs)
    return True


def links_from_coordinates(
    document: InstanceDocument,
    position: Mapping[str, int],
    nodes: Sequence[Node],
    stated: Iterable[Link],
    faults: FaultList,
) -> list[Link]:
    """Return the road links that `distances` adds to those of the table.

    Parameters
    ----------
    document
        As in the files.
    position, nodes
        Positions of the nodes by id, and the nodes.
    stated
        Links of the table.
    faults
        Receives what is wrong.
    """
    distances, tables = document.distances, document.tables
    if distances is None or tables.legs or tables.leg_matrices is not None:
        return []
    if document.road is None:
        faults.add(("distances",), "road links need a `road` block")
    known = sorted({node.country for node in nodes if node.country is not None})
    for name in distances.by_country:
        if name not in known:
            message = f"no city or hub has the country '{name}'{did_you_mean(name, known)}"
            faults.add(("distances", "by_country", name), message)
    _check_coordinates(document, nodes, faults)
    if faults:
        return []
    sites = np.array(sorted({position[hub.id] for hub in tables.hubs}), dtype=np.intp)
    km = _road_km(distances, nodes, sites)
    joined = {frozenset((link.origin, link.destination)) for link in stated if link.mode is not Mode.AIR}
    is_site = set(sites.tolist())
    return [
        Link(start, end, Mode.ROAD, length, 0.0, None, 0.0)
        for start, row in zip(sites.tolist(), km.tolist(), strict=True)
        for end, length in enumerate(row)
        if nodes[end].kind is not NodeKind.OVERSEAS
        and (start < end or (start > end and end not in is_site))
        and frozenset((start, end)) not in joined
    ]


def _check_coordinates(document: InstanceDocument, nodes: Sequence[Node], faults: FaultList) -> None:
    without = {node.id for node in nodes if node.lat is None or node.lon is None}
    cities = {city.id for city in document.tables.cities}
    for table in ("cities", "hubs"):
        for index, row in enumerate(getattr(document.tables, table)):
            if row.id in without and (table == "cities" or row.id not in cities):
                key = "lat" if row.lat is None else "lon"
                message = f"is missing; `distances` takes the road km of {row.id} from its coordinates"
                faults.add(("tables", table, index, key), message)


def _road_km(distances: Distances, nodes: Sequence[Node], sites: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the km from each site to each node, shape (sites, nodes)."""
    lat, lon = (np.array([getattr(node, name) or 0.0 for node in nodes]) for name in ("lat", "lon"))
    own = np.array([distances.by_country.get(node.country or "", distances.detour) for node in nodes])
    detour = (own[sites, None] + own[None, :]) / 2.0
    if distances.between_hubs is not None:
        detour[:, sites] = distances.between_hubs
    return np.asarray(great_circle_km(lat[sites, None], lon[sites, None], lat, lon) * detour)
