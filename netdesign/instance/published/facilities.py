"""The formats of facility location: OR-Library cap and pmed (Beasley), Holmberg et al. (1999), UflLib (Hoefer)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import Fault
from netdesign.instance.matrices import Matrix
from netdesign.instance.published.numbers import Numbers
from netdesign.instance.published.reading import as_source, frame_document, instance_name, option_error
from netdesign.instance.published.siblings import layout_fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from netdesign.instance.published.reading import Reading, Source

LARGEST_PLACES = 5_000
"""Most facilities and customers, or nodes of a graph: each pair of them has a cost, a time and a distance in memory."""

_CAPACITY_WORD = "capacity"
_COSTS = "cost.csv"


def read_cap(path: Path, reading: Reading) -> Source:
    """Read an OR-Library file of capacitated warehouse location; demand may be split."""
    numbers = Numbers(path, str(path), "cap")
    sites, customers = _counts(numbers)
    capacities, fixed_costs = [], []
    for _ in range(sites):
        capacities.append(_capacity(numbers, reading))
        fixed_costs.append(float(numbers.take(1, "the fixed cost of a warehouse")[0]))
    demand, cost = _orlib_customers(numbers, sites, customers)
    odd = _end(numbers, "the costs of the last customer", np.array(fixed_costs), cost)
    _check_layout(numbers, "cap", cost)
    if not any(capacities):
        numbers.refuse("all capacities are 0, as in UflLib's files; read it with --format-in ufllib", 2)
    _check_demand(numbers, demand, [2 + 2 * sites + customer * (sites + 1) for customer in range(customers)])
    facilities = [
        {"fixed_cost_eur_per_year": fixed, "capacity_t_per_year": capacity}
        for fixed, capacity in zip(fixed_costs, capacities, strict=True)
    ]
    title = f"Capacitated facility location, {sites} sites, {customers} customers"
    document, matrices = facility_document(instance_name(path), title, cost, demand, facilities, {"capacity": {}})
    return as_source(document, matrices, str(path), [path], odd)


def _counts(numbers: Numbers) -> tuple[int, int]:
    sites, customers = numbers.whole("the number of facilities"), numbers.whole("the number of customers")
    if sites + customers > LARGEST_PLACES:
        places = f"{sites:,} facilities and {customers:,} customers are {sites + customers:,} places"
        numbers.refuse(f"{places}; at most {LARGEST_PLACES:,} are read{numbers.hint()}")
    return sites, customers


def _check_demand(numbers: Numbers, demand: NDArray[np.float64], places: Sequence[int]) -> None:
    """Refuse a customer without demand, where capacities count it."""
    if (demand == 0).any():
        first = int(np.argmin(demand))
        message = f"customer {first + 1} has no demand, yet capacities count it; take it out"
        numbers.refuse(message, places[first])


def _check_layout(numbers: Numbers, name: str, cost: NDArray[np.float64]) -> None:
    """Raise an error for a file whose numbers are, or may be, in the order of another format of equally many."""
    fault = layout_fault(name, numbers.words, np.unique(numbers.starts), *cost.shape)
    if fault:
        numbers.refuse(fault, 2 + 2 * len(cost))


def _end(numbers: Numbers, expected: str, fixed: NDArray[np.float64], cost: NDArray[np.float64]) -> list[Fault]:
    """Raise an error for numbers left over; one alone on a line may be the optimum: return a warning."""
    place = numbers.next
    if numbers.left != 1 or place not in numbers.starts:
        numbers.end(expected)
        return []
    optimum = float(numbers.take(1, f"the number after {expected}")[0])
    least = float(cost.min(axis=0).sum() + fixed.min())
    most = float(cost.max(axis=0).sum() + fixed.sum())
    if not least * (1 - 1e-6) - 1 <= optimum <= most * (1 + 1e-6) + 1:
        why = f"as an optimum it would lie from {least:,.2f} to {most:,.2f}; check the counts at the top"
        numbers.refuse(f"1 word is left after {expected}; {why}", place)
    message = f"the last number, {numbers.words[place]}, is taken for the optimum that some files state, and not used"
    return [Fault(numbers.shown, numbers.line(place), 0, "", message)]


def _capacity(numbers: Numbers, reading: Reading) -> float:
    """Take a capacity, which some files leave to the reader by the word 'capacity'."""
    if not numbers.peek()[:1].isalpha():
        if reading.capacity is not None:
            raise option_error("capacity", reading.capacity, "the file states the capacities itself; leave it out")
        return float(numbers.take(1, "the capacity of a warehouse")[0])
    word = numbers.word("the capacity of a warehouse")
    if word != _CAPACITY_WORD:
        numbers.refuse(f"the word '{word[:40]}' stands where a number or the word '{_CAPACITY_WORD}' is expected")
    if reading.capacity is None:
        numbers.refuse(f"the word '{word}' stands for a number that the file leaves open; give --capacity NUMBER")
    if not 0 < reading.capacity < np.inf:
        raise option_error("capacity", reading.capacity, "give a number over 0")
    return reading.capacity


def _orlib_customers(numbers: Numbers, sites: int, customers: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return demands, shape (customers,), and costs of the whole demand, shape (sites, customers)."""
    rows = numbers.take(customers * (sites + 1), "a demand and the costs of each customer")
    table = rows.reshape(customers, sites + 1)
    return table[:, 0], table[:, 1:].T


def read_ufllib(path: Path, reading: Reading) -> Source:
    """Read a UflLib file in either of its layouts: the simple one, or OR-Library's without its capacities and demands.

    A customer has a volume of 1, so that costs are those of the file.
    """
    numbers = Numbers(path, str(path), "ufllib")
    if numbers.peek() == "FILE:":
        fixed, cost = _simple_layout(numbers)
        odd = _end(numbers, "the costs of the last facility", fixed, cost)
    else:
        sites, customers = _counts(numbers)
        fixed = np.empty(sites)
        for site in range(sites):
            numbers.word("the capacity of a facility")  # a number or a word; of no account here
            fixed[site] = numbers.take(1, "the fixed cost of a facility")[0]
        _, cost = _orlib_customers(numbers, sites, customers)
        odd = _end(numbers, "the costs of the last customer", fixed, cost)
        _check_layout(numbers, "cap", cost)
    title = f"Uncapacitated facility location, {cost.shape[0]} sites, {cost.shape[1]} customers"
    facilities = [{"fixed_cost_eur_per_year": value} for value in fixed.tolist()]
    document, matrices = facility_document(
        instance_name(path), title, cost, np.ones(cost.shape[1]), facilities, policies={}
    )
    return as_source(document, matrices, str(path), [path], odd)


def _simple_layout(numbers: Numbers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read ``FILE: name``, ``m n 0`` and rows of number, fixed cost, costs; return fixed costs and costs."""
    numbers.word("FILE:")
    numbers.word("the name")
    sites, customers = _counts(numbers)
    numbers.whole("the third number of the header", least=0, most=0)
    rows = []
    for site in range(1, sites + 1):
        numbers.whole(f"the number of facility {site}", least=site, most=site)
        rows.append(numbers.take(customers + 1, f"the fixed cost and {customers} costs of facility {site}"))
    table = np.array(rows)
    return table[:, 0], table[:, 1:]


def read_holmberg(path: Path, reading: Reading) -> Source:
    """Read a file of Holmberg, Rönnqvist and Yuan (1999): each customer is served by one facility."""
    numbers = Numbers(path, str(path), "holmberg")
    sites, customers = _counts(numbers)
    pairs = numbers.take(2 * sites, "a capacity and a fixed cost for each facility").reshape(sites, 2)
    demand = numbers.take(customers, "the demands")
    cost = numbers.take(sites * customers, "the costs").reshape(sites, customers)
    odd = _end(numbers, "the costs of the last facility", pairs[:, 1], cost)
    _check_layout(numbers, "holmberg", cost)
    _check_demand(numbers, demand, range(2 + 2 * sites, 2 + 2 * sites + customers))
    facilities = [
        {"fixed_cost_eur_per_year": fixed, "capacity_t_per_year": capacity} for capacity, fixed in pairs.tolist()
    ]
    title = f"Single-source capacitated facility location, {sites} sites, {customers} customers"
    document, matrices = facility_document(
        instance_name(path), title, cost, demand, facilities, {"capacity": {}}, allocation="single"
    )
    return as_source(document, matrices, str(path), [path], odd)


def read_pmed(path: Path, reading: Reading) -> Source:
    """Read an OR-Library p-median file: edges of a graph; of repeated edges the last counts."""
    from scipy.sparse.csgraph import csgraph_from_dense, shortest_path

    numbers = Numbers(path, str(path), "pmed")
    nodes = numbers.whole("the number of nodes", least=2, most=LARGEST_PLACES)
    edges = numbers.whole("the number of edges", most=10_000_000)
    medians = numbers.whole("p", most=nodes)
    table = numbers.take(3 * edges, "the edges, each 'i j cost',").reshape(edges, 3)
    numbers.end(f"{edges:,} edges")
    ends = table[:, :2].astype(np.intp)
    strange = np.flatnonzero((ends != table[:, :2]).any(axis=1) | (ends < 1).any(axis=1) | (ends > nodes).any(axis=1))
    loops = np.flatnonzero(ends[:, 0] == ends[:, 1])
    for faulty, message in (
        (strange, f"its ends are no nodes from 1 to {nodes}"),
        (loops, "it leads from a node to itself; take it out"),
    ):
        if len(faulty):
            edge = int(faulty[0])
            words = " ".join(f"{value:g}" for value in table[edge])
            numbers.refuse(f"edge {words}: {message}", 3 + 3 * edge)
    length = np.full((nodes, nodes), np.inf)
    for (i, j), cost in zip((ends - 1).tolist(), table[:, 2].tolist(), strict=True):
        length[i, j] = length[j, i] = cost
    np.fill_diagonal(length, 0.0)
    # Null is infinite, so that an edge of length 0 stays an edge.
    distance = shortest_path(csgraph_from_dense(length, null_value=np.inf), directed=False)
    title = f"p-median, {nodes} nodes"
    document, matrices = median_document(instance_name(path), title, distance, medians)
    return as_source(document, matrices, str(path), [path])


def facility_document(
    name: str,
    title: str,
    cost: NDArray[np.float64],
    demand: NDArray[np.float64],
    facilities: Sequence[dict[str, Any]],
    policies: dict[str, Any],
    allocation: str = "multiple",
) -> tuple[dict[str, Any], dict[str, Matrix]]:
    """Return document and matrices of a facility-location problem: every route passes one site.

    Freight of a customer goes from itself to itself over its facility; the collection factor is 0, so that only the
    way back costs.

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


def median_document(
    name: str, title: str, distance: NDArray[np.float64], medians: int
) -> tuple[dict[str, Any], dict[str, Matrix]]:
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
