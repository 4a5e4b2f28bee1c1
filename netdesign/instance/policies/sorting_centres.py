"""Sorting centres: how many may be open, and what does not go with sites that only hand out what hubs send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation, Objective
from netdesign.instance.policies.capacity import CapacityCounts

if TYPE_CHECKING:
    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList

_FEW = 3
"""Sorting centres that a message names."""


def check_sorting_centres(instance: Instance, faults: FaultList) -> None:
    """Note the faults of sorting centres that the data alone shows."""
    _check_count(instance, faults)
    _check_figures(instance, faults)
    permitted = sorted(instance.centres.intersection(instance.allowed))
    if permitted:
        _check_problem(instance, permitted, faults)


def _check_count(instance: Instance, faults: FaultList) -> None:
    bounds = instance.policies.sorting_centres
    if bounds is None:
        return
    certain, possible = (instance.centres.intersection(names) for names in (instance.required, instance.allowed))
    if bounds.min is not None and bounds.min > len(possible):
        what = "sorting centre that may open" if len(possible) == 1 else "sorting centres that may open"
        faults.add(("policies", "sorting_centres", "min"), f"{bounds.min} is over the {len(possible)} {what}")
    if bounds.max is not None and bounds.max < len(certain):
        what = "sorting centre that must open" if len(certain) == 1 else "sorting centres that must open"
        message = f"{bounds.max} is under the {len(certain)} {what}: {', '.join(sorted(certain))}"
        faults.add(("policies", "sorting_centres", "max"), message)


def _check_figures(instance: Instance, faults: FaultList) -> None:
    """Note figures about what a hub receives first, which a sorting centre never does."""
    throughput, capacity = instance.policies.minimum_throughput, instance.policies.capacity
    for index, hub in enumerate(throughput.hubs if throughput is not None else ()):
        if hub.site in instance.centres:
            message = f"'{hub.site}' is a sorting centre, at which no freight enters the network; name a hub"
            faults.add(("policies", "minimum_throughput", "hubs", index, "site"), message)
    if capacity is None or capacity.counts is not CapacityCounts.COLLECTED:
        return
    for index, site in enumerate(instance.sites):
        if site.id in instance.centres and np.isfinite(site.capacity):
            message = (
                "limits what is collected (policies.capacity.counts), and a sorting centre collects nothing; leave it "
                "empty, or write counts: handled"
            )
            faults.add(("tables", "hubs", index, "capacity_t_per_year"), message)


def _check_problem(instance: Instance, permitted: list[str], faults: FaultList) -> None:
    """Note problems in which sorting centres have no use."""
    problem = instance.problem
    more = f" and {len(permitted) - _FEW} more" if len(permitted) > _FEW else ""
    named = f"{', '.join(permitted[:_FEW])}{more}"
    close = f"or close the sorting centres (status: closed): {named}"
    if problem.route_hubs == 1:
        message = f"1 leaves no hub from which a sorting centre could take freight; write 2, {close}"
        faults.add(("problem", "route_hubs"), message)
    if problem.objective is not Objective.COST:
        message = f"{problem.objective} knows hubs only: what a sorting centre saves is cost; write cost, {close}"
        faults.add(("problem", "objective"), message)
    if problem.allocation is Allocation.SINGLE:
        message = (
            "single gives a city one hub for what it sends and receives, and a sorting centre collects nothing; write "
            f"single_each_way or multiple, {close}"
        )
        faults.add(("problem", "allocation"), message)
