"""From the figures of a published file to the document of an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import UsageError
from netdesign.instance.document import Located
from netdesign.instance.files import files_being_read
from netdesign.instance.matrices import Matrix
from netdesign.instance.published.reading import Source
from netdesign.instance.schema import FORMAT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from netdesign.errors import Fault
    from netdesign.instance.document import Path_

    Numbers = NDArray[np.float64]

LARGEST_PLACES = 5_000
"""Most facilities and customers, or nodes of a graph: each pair of them has a cost, a time and a distance in memory."""

_VOLUMES, _COSTS, _HOURS, _KM = "volume.csv", "cost.csv", "time.csv", "km.csv"


def hub_document(
    name: str,
    title: str,
    flow: Numbers,
    distance: Numbers,
    factors: tuple[float, float, float],
    hubs: Sequence[dict[str, Any]],
    policies: dict[str, Any],
) -> tuple[dict[str, Any], dict[str, Matrix]]:
    """Return document and matrices of a hub-location problem whose nodes are all cities and sites.

    Parameters
    ----------
    name, title
        For people.
    flow
        w_ij, shape (nodes, nodes), t/year; freight of a node to itself counts.
    distance
        d_ij, shape (nodes, nodes): EUR/t, and as many km and hours.
    factors
        chi, alpha, delta.
    hubs
        Further columns of each node's row in the hubs table.
    policies
        The policies block.
    """
    ids = tuple(str(number) for number in range(1, len(flow) + 1))
    document = frame_document(name, title) | {
        "factors": dict(zip(("collection", "inter_hub", "distribution"), factors, strict=True)),
        "policies": policies,
        "tables": {
            "cities": [{"id": node} for node in ids],
            "hubs": [{"id": node, **hub} for node, hub in zip(ids, hubs, strict=True)],
            "leg_matrices": {"cost_eur_per_t": _COSTS, "time_h": _HOURS, "km": _KM},
            "demand_matrix": {"volume_t_per_year": _VOLUMES},
        },
    }
    matrices = {
        "leg_matrices.cost_eur_per_t": Matrix(ids, ids, distance, _COSTS),
        "leg_matrices.time_h": Matrix(ids, ids, distance, _HOURS),
        "leg_matrices.km": Matrix(ids, ids, distance, _KM),
        "demand_matrix.volume_t_per_year": Matrix(ids, ids, flow, _VOLUMES),
    }
    return document, matrices


def facility_document(
    name: str,
    title: str,
    cost: Numbers,
    demand: Numbers,
    facilities: Sequence[dict[str, Any]],
    policies: dict[str, Any],
    allocation: str = "multiple",
) -> tuple[dict[str, Any], dict[str, Matrix]]:
    """Return document and matrices of a facility-location problem: every route passes one site.

    A customer's freight goes from itself to itself over its facility; the collection factor is 0, so that the way
    there is free and the way back costs.

    Parameters
    ----------
    cost
        Shape (facilities, customers): EUR/year of serving the whole demand of a customer; infinite where impossible.
    demand
        Shape (customers,), t/year, positive.
    facilities
        Columns of each facility's row in the hubs table; one without an id is a place of its own.
    policies
        The policies block.
    allocation
        Whether a customer may be served by several facilities.
    """
    customers = tuple(f"C{number}" for number in range(1, cost.shape[1] + 1))
    sites = tuple(f"F{number}" for number in range(1, cost.shape[0] + 1))
    legs = np.full((len(sites) + len(customers),) * 2, np.nan)
    with np.errstate(over="ignore"):  # a demand too near to 0 is refused with its row
        unit_cost = np.where(np.isfinite(cost), cost, np.nan) / demand
    legs[: len(sites), len(sites) :] = unit_cost
    legs[len(sites) :, : len(sites)] = unit_cost.T
    document = frame_document(name, title) | {
        "problem": {"allocation": allocation, "route_hubs": 1},
        "factors": {"collection": 0},
        "policies": policies,
        "tables": {
            "cities": [{"id": customer} for customer in customers],
            "hubs": [{"id": site, **facility} for site, facility in zip(sites, facilities, strict=True)],
            "leg_matrices": {"cost_eur_per_t": _COSTS},
            "demand": [
                {"origin": customer, "destination": customer, "volume_t_per_year": volume}
                for customer, volume in zip(customers, demand.tolist(), strict=True)
            ],
        },
    }
    places = (*sites, *customers)
    return document, {"leg_matrices.cost_eur_per_t": Matrix(places, places, legs, _COSTS)}


def median_document(name: str, title: str, distance: Numbers, medians: int) -> tuple[dict[str, Any], dict[str, Matrix]]:
    """Return document and matrices of a p-median problem: every node is a customer of weight 1 and a site.

    Parameters
    ----------
    distance
        Shape (nodes, nodes), infinite where no path leads.
    medians
        p.
    """
    nodes = tuple(str(number) for number in range(1, len(distance) + 1))
    legs = np.where(np.isfinite(distance), distance, np.nan)
    document = frame_document(name, title) | {
        "problem": {"route_hubs": 1},
        "factors": {"collection": 0},
        "policies": {"hub_count": {"min": medians, "max": medians}},
        "tables": {
            "cities": [{"id": node} for node in nodes],
            "hubs": [{"id": node, "fixed_cost_eur_per_year": 0} for node in nodes],
            "leg_matrices": {"cost_eur_per_t": _COSTS},
            "demand": [{"origin": node, "destination": node, "volume_t_per_year": 1} for node in nodes],
        },
    }
    return document, {"leg_matrices.cost_eur_per_t": Matrix(nodes, nodes, legs, _COSTS)}


def frame_document(name: str, title: str) -> dict[str, Any]:
    """Return the blocks of an instance whose figures are per unit of flow and without deadlines."""
    return {
        "format": FORMAT,
        "name": name,
        "title": title,
        # Published figures are per unit of flow: a parcel is a tonne, and nothing is priced by the parcel.
        "parcel": {"weight_kg": 1000},
        "streams": {"freight": {}},
    }


def as_source(
    document: dict[str, Any], matrices: dict[str, Matrix], shown: str, files: Sequence[Path], odd: Sequence[Fault] = ()
) -> Source:
    """Return a document made from files as a reader hands it over, with what is odd without being wrong."""
    digest = files_being_read().digest((file.name, file) for file in files)
    # What the document has by now is its reader's; a workbook's own parcel is read later.
    assumed: set[Path_] = {("parcel",)} if "parcel" in document else set()
    located = Located(document, {(): (shown, 0, 0)}, warnings=list(odd), assumed=assumed)
    return Source(located, matrices, digest)


def instance_name(path: Path) -> str:
    """Return a name for an instance that has none but its file's."""
    kept = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in path.name.removesuffix(".txt"))
    return kept[:60] or "published"


def option_error(option: str, value: float | str, message: str) -> UsageError:
    """Return the error of an option that does not go with the file."""
    return UsageError(f"--{option} {value if isinstance(value, str) else format(value, 'g')}: {message}")
