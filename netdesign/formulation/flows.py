"""Flow choice of the flow forms: freight by origin, collected at a hub, transferred between two, distributed from one.

Flows are shares: of the volume O_i of an origin where freight is collected or transferred, of w_ij where it is
distributed. Arrays of variables hold None where there is no leg.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import total, weighted_sum
from netdesign.instance.policies import FREIGHT, CapacityCounts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network

    Variables = NDArray[np.object_]

_METRIC_TOLERANCE = 1e-9


@dataclass(frozen=True)
class FlowData:
    """Volumes by pair of nodes, and the cost of each leg with handling at the hub at its end.

    Parameters
    ----------
    nodes
        Ids of all nodes.
    origins
        Positions of the nodes where freight starts, shape (origins,).
    volume
        w_ij, shape (origins, nodes), t/year.
    sites
        Ids of the sites that may open.
    collection
        c_ik with h_k, shape (origins, sites), EUR/t; infinite where there is no leg.
    transfer
        c_km with h_m, shape (sites, sites), EUR/t; 0 from a hub to itself.
    distribution
        c_mj, shape (sites, nodes), EUR/t.
    is_city
        Whether a node is a city, shape (nodes,); others are overseas airports or sites beside a city.
    own_site
        Position among the sites of the node itself, -1 where it is none, shape (nodes,).
    """

    nodes: tuple[str, ...]
    origins: NDArray[np.intp]
    volume: NDArray[np.float64]
    sites: tuple[str, ...]
    collection: NDArray[np.float64]
    transfer: NDArray[np.float64]
    distribution: NDArray[np.float64]
    is_city: NDArray[np.bool_]
    own_site: NDArray[np.intp]

    @property
    def origin_ids(self) -> list[str]:
        """Ids of the nodes where freight starts."""
        return [self.nodes[position] for position in self.origins]

    @cached_property
    def places(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Positions of origin and site by their ids."""
        return {(origin, hub): (i, k) for i, origin in enumerate(self.origin_ids) for k, hub in enumerate(self.sites)}

    @property
    def outflow(self) -> NDArray[np.float64]:
        """O_i, t/year, shape (origins,)."""
        return np.asarray(self.volume.sum(axis=1))

    @property
    def is_metric(self) -> bool:
        """Whether no detour over a third hub is cheaper than the transfer itself."""
        slack = _METRIC_TOLERANCE * float(np.max(self.transfer, initial=0.0, where=np.isfinite(self.transfer)))
        return all(
            bool((self.transfer[:, over, None] + self.transfer[over] >= self.transfer - slack).all())
            for over in range(len(self.sites))
        )


def flow_data(instance: Instance, network: Network) -> FlowData:
    """Return volumes and costs of an instance for a flow form."""
    commodities = instance.commodities
    volume = np.zeros((len(instance.nodes), len(instance.nodes)))
    np.add.at(volume, (commodities.origin, commodities.destination), commodities.volume)
    origins = np.flatnonzero(volume.any(axis=1))
    allowed = np.array([instance.site_position[name] for name in instance.allowed])
    handling = network.handling[allowed]
    transfer = network.inter_hub.cost[np.ix_(allowed, allowed)] + handling
    np.fill_diagonal(transfer, 0.0)
    own_site = np.full(len(instance.nodes), -1)
    own_site[[instance.sites[position].node for position in allowed]] = np.arange(len(allowed))
    return FlowData(
        nodes=tuple(node.id for node in instance.nodes),
        origins=origins,
        volume=volume[origins],
        sites=instance.allowed,
        collection=network.collection.cost[np.ix_(origins, allowed)] + handling,
        transfer=transfer,
        distribution=network.distribution.cost[allowed],
        is_city=~instance.is_overseas,
        own_site=own_site,
    )


def add_collected(model: Any, flows: FlowData, origins: NDArray[np.intp]) -> Variables:
    """Add ``collected[i, k]`` for some of the origins; return the variables, shape (origins, sites).

    With ``all_is_collected`` (a sum of one for each origin) and ``collected_at_open_hub``.
    """
    usable = np.zeros(flows.collection.shape, dtype=bool)
    usable[origins] = np.isfinite(flows.collection[origins])
    ids = flows.origin_ids
    index = [(ids[i], flows.sites[k]) for i, k in np.argwhere(usable)]
    model.collected = pyo.Var(index, bounds=(0, None), doc="share of O_i that hub k collects")
    variables = _filled(usable, model.collected.values())

    rows = {ids[i]: variables[i] for i in origins}

    @model.Constraint(list(rows))
    def all_is_collected(_: Any, i: str) -> Any:
        return total(present(rows[i])) == 1

    @model.Constraint(index)
    def collected_at_open_hub(model: Any, i: str, k: str) -> Any:
        return model.collected[i, k] <= model.hub_open[k]

    return variables


def add_distributed(model: Any, flows: FlowData, destinations: NDArray[np.bool_]) -> Variables:
    """Add ``distributed[i, k, j]`` for some destinations; return the variables, shape (origins, sites, nodes).

    With ``all_is_distributed`` (a sum of one for each pair) and ``distributed_from_open_hub``.
    """
    pairs = (flows.volume > 0) & destinations
    usable = pairs[:, None, :] & np.isfinite(flows.distribution)
    ids = flows.origin_ids
    index = [(ids[i], flows.sites[k], flows.nodes[j]) for i, k, j in np.argwhere(usable)]
    model.distributed = pyo.Var(index, bounds=(0, None), doc="share of w_ij that hub k hands out")
    variables = _filled(usable, model.distributed.values())

    rows = {(ids[i], flows.nodes[j]): variables[i, :, j] for i, j in np.argwhere(pairs)}

    @model.Constraint(list(rows))
    def all_is_distributed(_: Any, i: str, j: str) -> Any:
        return total(present(rows[i, j])) == 1

    @model.Constraint(index)
    def distributed_from_open_hub(model: Any, i: str, k: str, j: str) -> Any:
        return model.distributed[i, k, j] <= model.hub_open[k]

    return variables


def add_transferred(model: Any, flows: FlowData, collected: Variables, distributed: Variables) -> Variables:
    """Add ``transferred[i, k, m]`` and the rows that link it to collection and distribution.

    ``flow_is_kept``: freight of an origin that reaches a hub leaves it. ``only_collected_is_transferred``, where
    detours over a third hub would be cheaper than a transfer, or legs have a limit (Correia, Nickel and
    Saldanha-da-Gama 2010).

    Parameters
    ----------
    collected, distributed
        Variables, shapes (origins, sites) and (origins, sites, nodes).

    Returns
    -------
    array
        Variables, shape (origins, sites, sites).
    """
    usable = np.broadcast_to(np.isfinite(flows.transfer), (len(flows.origins), *flows.transfer.shape)).copy()
    own = np.arange(len(flows.sites))
    usable[:, own, own] = False
    ids = flows.origin_ids
    index = [(ids[i], flows.sites[k], flows.sites[m]) for i, k, m in np.argwhere(usable)]
    model.transferred = pyo.Var(index, bounds=(0, None), doc="share of O_i that goes from hub k to hub m")
    variables = _filled(usable, model.transferred.values())
    keep_flow(model, flows, collected, variables, distributed)
    at = flows.places
    # A detour over a third hub costs no less, but may take less of a limited measure.
    if not flows.is_metric or any(policy.limits(model.instance) for policy in FREIGHT):

        @model.Constraint(list(at))
        def only_collected_is_transferred(_: Any, origin: str, hub: str) -> Any:
            i, k = at[origin, hub]
            goes, limit = present(variables[i, k]), present(collected[i, k : k + 1])
            weights = [*[1.0] * len(goes), *[-1.0] * len(limit)]
            return weighted_sum(weights, [*goes, *limit]) <= 0 if goes else pyo.Constraint.Skip

    return variables


def keep_flow(
    model: Any, flows: FlowData, collected: Variables, transferred: Variables, distributed: Variables
) -> None:
    """Add ``flow_is_kept``: what a hub collects of an origin, or gets from other hubs, is sent on or handed out.

    Parameters
    ----------
    collected, transferred, distributed
        Variables, shapes (origins, sites), (origins, sites, sites) and (origins, sites, nodes).
    """

    @model.Constraint(list(flows.places))
    def flow_is_kept(_: Any, origin: str, hub: str) -> Any:
        i, k = flows.places[origin, hub]
        comes = [*present(collected[i, k : k + 1]), *present(transferred[i, :, k])]
        goes = present(transferred[i, k])
        parts, handed = handed_out(flows, distributed, i, k)
        weights = [*[1.0] * len(comes), *[-1.0] * len(goes), *(-part for part in parts)]
        terms = [*comes, *goes, *handed]
        return weighted_sum(weights, terms) == 0 if terms else pyo.Constraint.Skip


def handed_out(flows: FlowData, distributed: Variables, i: int, k: int) -> tuple[list[float], list[Any]]:
    """Return what of an origin's freight hub k hands out: shares of O_i, and the variables."""
    destinations = [j for j in np.flatnonzero(flows.volume[i]) if distributed[i, k, j] is not None]
    return (flows.volume[i, destinations] / flows.outflow[i]).tolist(), distributed[i, k, destinations].tolist()


def add_flow_capacity(
    model: Any, instance: Instance, flows: FlowData, collected: Variables, transferred: Variables
) -> None:
    """Keep what each hub collects, or all that it handles, within its capacity, as ``capacity.counts`` states."""
    policy = instance.policies.capacity
    if policy is None:
        return
    capacity = {site.id: site.capacity for site in instance.sites}
    counts_transfer = policy.counts is CapacityCounts.HANDLED

    @model.Constraint([k for k in flows.sites if np.isfinite(capacity[k])])
    def within_capacity(model: Any, name: str) -> Any:
        k, unit = flows.sites.index(name), capacity[name] or 1.0
        weights, terms = [-capacity[name] / unit], [model.hub_open[name]]
        for i, volume in enumerate((flows.outflow / unit).tolist()):
            passing = [*present(collected[i, k : k + 1])]
            passing += present(transferred[..., i, :, k]) if counts_transfer else []
            weights += [volume] * len(passing)
            terms += passing
        return weighted_sum(weights, terms) <= 0


def add_flow_limits(
    model: Any, network: Network, collected: Variables, transferred: Variables, distributed: Variables
) -> None:
    """Keep the sum of a measure over all legs within the limits of policies."""
    for policy in FREIGHT:
        rows = {}
        for limit in policy.limits(model.instance):
            taken = _taken(model, network, limit.measure, (collected, transferred, distributed))
            weights = [amount / limit.scale for amount, _ in taken]
            rows[limit.name] = weighted_sum(weights, [term for _, term in taken]) <= limit.most / limit.scale
        if rows:
            setattr(model, policy.ROWS, pyo.Constraint(list(rows), rule=lambda _, name, rows=rows: rows[name]))


def _taken(
    model: Any, network: Network, measure: str, variables: tuple[Variables, Variables, Variables]
) -> list[tuple[float, Any]]:
    """Return how much of a measure all freight takes with the whole of each variable that takes any."""
    instance, flows = model.instance, model.flows
    sites = np.array([instance.site_position[name] for name in flows.sites])
    # Where there is no leg there is no variable, and the measure is infinite.
    into, between, out = (
        np.where(np.isfinite(legs), legs, 0.0)
        for legs in (
            getattr(network.collection, measure)[np.ix_(flows.origins, sites)],
            getattr(network.inter_hub, measure)[np.ix_(sites, sites)],
            getattr(network.distribution, measure)[sites],
        )
    )
    amounts = (flows.outflow[:, None] * into, flows.outflow[:, None, None] * between, flows.volume[:, None, :] * out)
    # Under single allocation one variable stands for many flows.
    taken: dict[int, tuple[float, Any]] = {}
    for terms, amount in zip(variables, amounts, strict=True):
        used = is_present(terms)
        for term, more in zip(terms[used], np.broadcast_to(amount, terms.shape)[used].tolist(), strict=True):
            if more > 0:
                taken[id(term)] = taken.get(id(term), (0.0, term))[0] + more, term
    return list(taken.values())


def transfer_cost(flows: FlowData, transferred: Variables) -> Any:
    """Return the cost of all transfers, EUR/year."""
    present = is_present(transferred)
    *_, i, k, m = np.nonzero(present)
    return weighted_sum((flows.outflow[i] * flows.transfer[k, m]).tolist(), transferred[present])


def leg_cost(flows: FlowData, collected: Variables, distributed: Variables) -> Any:
    """Return the cost of all collection and distribution, EUR/year."""
    i, k = np.nonzero(is_present(collected))
    collection = weighted_sum((flows.outflow[i] * flows.collection[i, k]).tolist(), collected[i, k])
    i, k, j = np.nonzero(is_present(distributed))
    return collection + weighted_sum((flows.volume[i, j] * flows.distribution[k, j]).tolist(), distributed[i, k, j])


def is_present(variables: Variables) -> NDArray[np.bool_]:
    """Return whether an array of variables holds one."""
    return np.array([variable is not None for variable in variables.ravel().tolist()]).reshape(variables.shape)


def _filled(usable: NDArray[np.bool_], variables: Iterable[Any]) -> Variables:
    """Return an array of variables, None where there is none."""
    filled: Variables = np.full(usable.shape, None, dtype=object)
    filled[usable] = np.array([*variables, None], dtype=object)[:-1]
    return filled


def present(variables: Variables) -> list[Any]:
    """Return the variables that an array holds, in order."""
    return [variable for variable in variables.ravel().tolist() if variable is not None]
