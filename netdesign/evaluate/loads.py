"""Loads of hubs and air lanes under a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import Counted, counted_volume
from netdesign.instance.policies.violations import Loads as Loads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.plan import Plan


def measure_loads(instance: Instance, plan: Plan) -> Loads:
    """Add up the volumes of a plan by hub and lane."""
    sites = len(instance.sites)
    collected = _sums(plan.first_hub, plan.volume, sites)
    handled = collected + _sums(plan.steps.end, plan.volume[plan.steps.route], sites)
    throughput = instance.policies.minimum_throughput
    counts = throughput.counts if throughput is not None else _usual_count(instance)
    counted = np.where(counted_volume(instance, counts)[plan.commodity] > 0, plan.volume, 0.0)
    entering = _sums(plan.first_hub, counted, sites)
    commodities = instance.commodities
    return Loads(
        handled=_by_hub(instance, handled),
        collected=_by_hub(instance, collected),
        entering=_by_hub(instance, entering),
        inbound=_by_lane(instance, plan, commodities.origin, plan.first_hub),
        outbound=_by_lane(instance, plan, commodities.destination, plan.last_hub),
    )


def _usual_count(instance: Instance) -> Counted:
    """Return the entering volume where no policy defines it: freight from overseas, or all if there is none."""
    return Counted.INBOUND if instance.is_overseas.any() else Counted.ALL


def _sums(positions: NDArray[np.intp], volumes: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.asarray(np.bincount(positions, volumes, size), dtype=np.float64)


def _by_hub(instance: Instance, volumes: NDArray[np.float64]) -> dict[str, float]:
    return {instance.sites[position].id: float(volumes[position]) for position in np.flatnonzero(volumes)}


def _by_lane(
    instance: Instance, plan: Plan, ends: NDArray[np.intp], hubs: NDArray[np.intp]
) -> dict[tuple[str, str], float]:
    end = ends[plan.commodity]
    flown = instance.is_overseas[end]
    lanes, first, row = np.unique(
        end[flown] * len(instance.sites) + hubs[flown], return_index=True, return_inverse=True
    )
    totals = np.bincount(row, plan.volume[flown], len(lanes)).tolist()
    airports, sites = np.divmod(lanes, len(instance.sites))
    return {
        (instance.nodes[airports[lane]].id, instance.sites[sites[lane]].id): totals[lane] for lane in np.argsort(first)
    }
