"""The formats of facility location: OR-Library cap and pmed (Beasley), Holmberg et al. (1999), UflLib (Hoefer)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.published.documents import (
    as_source,
    facility_document,
    instance_name,
    median_document,
    option_fault,
)
from netdesign.instance.published.numbers import Numbers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from netdesign.instance.published.reading import Reading, Source

_CAPACITY_WORD = "capacity"


def read_cap(path: Path, reading: Reading) -> Source:
    """Read an OR-Library file of capacitated warehouse location; demand may be split."""
    numbers = Numbers(path, str(path))
    sites, customers = _counts(numbers)
    capacities, fixed_costs = [], []
    for _ in range(sites):
        capacities.append(_capacity(numbers, reading))
        fixed_costs.append(float(numbers.take(1, "the fixed cost of a warehouse")[0]))
    demand, cost = _orlib_customers(numbers, sites, customers)
    if (demand == 0).any():
        numbers.refuse(f"customer {int(np.argmin(demand)) + 1} has no demand, yet capacities count it; take it out")
    facilities = [
        {"fixed_cost_eur_per_year": fixed, "capacity_t_per_year": capacity}
        for fixed, capacity in zip(fixed_costs, capacities, strict=True)
    ]
    title = f"Capacitated facility location, {sites} sites, {customers} customers"
    document, matrices = facility_document(instance_name(path), title, cost, demand, facilities, {"capacity": {}})
    return as_source(document, matrices, str(path), [path])


def _counts(numbers: Numbers) -> tuple[int, int]:
    return numbers.whole("the number of facilities"), numbers.whole("the number of customers")


def _capacity(numbers: Numbers, reading: Reading) -> float:
    """Take a capacity, which some files leave to the reader by the word 'capacity'."""
    if not numbers.peek()[:1].isalpha():
        if reading.capacity is not None:
            raise option_fault("capacity", reading.capacity, "the file states the capacities itself; leave it out")
        return float(numbers.take(1, "the capacity of a warehouse")[0])
    word = numbers.word("the capacity of a warehouse")
    if word != _CAPACITY_WORD:
        numbers.refuse(f"the word '{word[:40]}' stands where a number or the word '{_CAPACITY_WORD}' is expected")
    if reading.capacity is None:
        numbers.refuse(f"the word '{word}' stands for a number that the file leaves open; give --capacity NUMBER")
    if not 0 < reading.capacity < np.inf:
        raise option_fault("capacity", reading.capacity, "give a number over 0")
    return reading.capacity


def _orlib_customers(numbers: Numbers, sites: int, customers: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return demands, shape (customers,), and costs of the whole demand, shape (sites, customers)."""
    rows = numbers.take(customers * (sites + 1), "a demand and the costs of each customer")
    numbers.end("the costs of the last customer")
    table = rows.reshape(customers, sites + 1)
    return table[:, 0], table[:, 1:].T


def read_ufllib(path: Path, reading: Reading) -> Source:
    """Read a UflLib file in either of its layouts: the simple one, or OR-Library's without its capacities and demands.

    A customer has a volume of 1, so that costs are those of the file.
    """
    numbers = Numbers(path, str(path))
    if numbers.peek() == "FILE:":
        fixed, cost = _simple_layout(numbers)
    else:
        sites, customers = _counts(numbers)
        fixed = np.empty(sites)
        for site in range(sites):
            numbers.word("the capacity of a facility")  # a number or a word; of no account here
            fixed[site] = numbers.take(1, "the fixed cost of a facility")[0]
        _, cost = _orlib_customers(numbers, sites, customers)
    title = f"Uncapacitated facility location, {cost.shape[0]} sites, {cost.shape[1]} customers"
    facilities = [{"fixed_cost_eur_per_year": value} for value in fixed.tolist()]
    document, matrices = facility_document(
        instance_name(path), title, cost, np.ones(cost.shape[1]), facilities, policies={}
    )
    return as_source(document, matrices, str(path), [path])


def _simple_layout(numbers: Numbers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read ``FILE: name``, ``m n 0`` and rows of number, fixed cost, costs; return fixed costs and costs."""
    numbers.word("FILE:")
    numbers.word("the name")
    sites, customers = _counts(numbers)
    numbers.whole("the third number of the header", least=0, most=0)
    table = np.empty((sites, customers + 1))
    for site in range(sites):
        numbers.whole(f"the number of facility {site + 1}", least=site + 1, most=site + 1)
        table[site] = numbers.take(customers + 1, f"the fixed cost and {customers} costs of facility {site + 1}")
    numbers.end("the costs of the last facility")
    return table[:, 0], table[:, 1:]


def read_holmberg(path: Path, reading: Reading) -> Source:
    """Read a file of Holmberg, Rönnqvist and Yuan (1999): each customer is served by one facility."""
    numbers = Numbers(path, str(path))
    sites, customers = _counts(numbers)
    pairs = numbers.take(2 * sites, "a capacity and a fixed cost for each facility").reshape(sites, 2)
    demand = numbers.take(customers, "the demands")
    if (demand == 0).any():
        numbers.refuse(f"customer {int(np.argmin(demand)) + 1} has no demand, yet capacities count it; take it out")
    cost = numbers.take(sites * customers, "the costs").reshape(sites, customers)
    numbers.end("the costs of the last facility")
    facilities = [
        {"fixed_cost_eur_per_year": fixed, "capacity_t_per_year": capacity} for capacity, fixed in pairs.tolist()
    ]
    title = f"Single-source capacitated facility location, {sites} sites, {customers} customers"
    document, matrices = facility_document(
        instance_name(path), title, cost, demand, facilities, {"capacity": {}}, allocation="single"
    )
    return as_source(document, matrices, str(path), [path])


def read_pmed(path: Path, reading: Reading) -> Source:
    """Read an OR-Library p-median file: edges of a graph, of which of repeated ones the last counts."""
    from scipy.sparse.csgraph import csgraph_from_dense, shortest_path

    numbers = Numbers(path, str(path))
    nodes, edges = numbers.whole("the number of nodes", least=2), numbers.whole("the number of edges", most=10_000_000)
    medians = numbers.whole("p", most=nodes)
    table = numbers.take(3 * edges, "the edges, each 'i j cost',").reshape(edges, 3)
    numbers.end(f"{edges:,} edges")
    ends = table[:, :2].astype(np.intp)
    strange = np.flatnonzero((ends != table[:, :2]).any(axis=1) | (ends < 1).any(axis=1) | (ends > nodes).any(axis=1))
    if len(strange):
        edge = int(strange[0])
        words = " ".join(f"{value:g}" for value in table[edge])
        numbers.refuse(f"edge {words}: its ends are no nodes from 1 to {nodes}", 3 + 3 * edge)
    length = np.full((nodes, nodes), np.inf)
    for (i, j), cost in zip((ends - 1).tolist(), table[:, 2].tolist(), strict=True):
        length[i, j] = length[j, i] = cost
    np.fill_diagonal(length, 0.0)
    # Null is infinite, so that an edge of length 0 stays an edge.
    distance = shortest_path(csgraph_from_dense(length, null_value=np.inf), directed=False)
    title = f"p-median, {nodes} nodes"
    document, matrices = median_document(instance_name(path), title, distance, medians)
    return as_source(document, matrices, str(path), [path])
