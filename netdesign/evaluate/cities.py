"""Which city a plan serves from which hub, with the hours of its freight and what of it is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance import NodeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.evaluate.referee import Evaluation
    from netdesign.instance import Instance
    from netdesign.plan import Plan


@dataclass(frozen=True)
class CityHubs:
    """Freight of cities by hub as columns of one length, ordered by city, way and hub.

    Parameters
    ----------
    city, hub
        Positions of the node, and of the site that hands out what the city receives or receives what it sends.
    sends
        Whether it is what the city sends, else what it receives.
    volume, share
        t/year, and the part of all that the city receives or sends.
    mean_h
        Mean time from order to door, weighted by volume; NaN where no freight of the plan takes time.
    late
        t/year past the deadline; NaN where none of the freight has one.
    """

    city: NDArray[np.intp]
    sends: NDArray[np.bool_]
    hub: NDArray[np.intp]
    volume: NDArray[np.float64]
    share: NDArray[np.float64]
    mean_h: NDArray[np.float64]
    late: NDArray[np.float64]


def hubs_of_cities(instance: Instance, plan: Plan, evaluation: Evaluation) -> CityHubs:
    """Return which city is served from which hub in a plan.

    Parameters
    ----------
    instance, plan
        The problem and the plan.
    evaluation
        The referee's evaluation of the plan.
    """
    commodities, sites = instance.commodities, len(instance.sites)
    ends = np.stack([commodities.destination[plan.commodity], commodities.origin[plan.commodity]])
    hubs = np.stack([plan.last_hub, plan.first_hub])
    is_city = np.array([node.kind is NodeKind.CITY for node in instance.nodes])[ends]
    keys, row = np.unique(((ends * 2 + np.array([[0], [1]])) * sites + hubs)[is_city], return_inverse=True)

    def by_row(values: NDArray[np.float64]) -> NDArray[np.float64]:
        weights = np.broadcast_to(values, ends.shape)[is_city]
        return np.asarray(np.bincount(row.ravel(), weights, len(keys)), dtype=np.float64)

    volume, group = by_row(plan.volume), keys // sites
    in_all = np.bincount(group, volume)[group] if len(keys) else volume
    is_promised = np.isfinite(instance.deadline_h[plan.commodity])
    late = by_row(np.where(evaluation.is_late, plan.volume, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_h = by_row(plan.volume * evaluation.time_h) / volume
        share = volume / in_all
    return CityHubs(
        city=group // 2,
        sends=group % 2 == 1,
        hub=keys % sites,
        volume=volume,
        share=share,
        mean_h=mean_h if evaluation.time_h.any() else np.full(len(keys), np.nan),
        late=np.where(by_row(is_promised.astype(np.float64)) > 0, late, np.nan),
    )
