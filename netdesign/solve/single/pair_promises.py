"""Where the freight of an instance starts and ends, and what pairs of these ends are promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.promises import Promises
from netdesign.solve.core.route_matrices import ABSENT, flow_of_commodity, slacks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network

    Floats = NDArray[np.float64]
    Positions = NDArray[np.intp]


def freight_ends(instance: Instance) -> tuple[Positions, Positions]:
    """Return the ends of the freight: cities, and behind them one for each end of a flow at an overseas airport.

    Commodities with the same ends and the same promise are one flow.

    Returns
    -------
    NDArray
        Node of each end, shape (ends,).
    NDArray
        First and last end of each commodity, shape (commodities, 2).
    """
    commodities = instance.commodities
    nodes = np.stack((commodities.origin, commodities.destination), axis=1)
    is_abroad = instance.is_overseas[nodes]
    cities, place = np.unique(nodes[~is_abroad], return_inverse=True)
    ends = np.empty_like(nodes)
    ends[~is_abroad] = place.ravel()
    end_of_flow = 2 * flow_of_commodity(instance)[:, None] + np.array([0, 1])
    found, number = np.unique(end_of_flow[is_abroad], return_inverse=True)
    ends[is_abroad] = len(cities) + number.ravel()
    of_end = np.empty(len(found), dtype=np.intp)
    of_end[number.ravel()] = nodes[is_abroad]
    return np.concatenate((cities, of_end)), ends


def pair_promises(
    instance: Instance, network: Network, freight: tuple[Positions, Positions], sites: Positions
) -> tuple[Promises, Floats]:
    """Return the promises of freight between cities, and what that within each city pays at each site for being late.

    Parameters
    ----------
    instance, network
        The problem and its legs.
    freight
        As of ``freight_ends``.
    sites
        Positions of the sites that may open.

    Returns
    -------
    Promises
        Without those of freight that stays in its city.
    NDArray
        EUR/year, ``ABSENT`` where it may not be late, shape (cities, sites).
    """
    cities, between = freight
    hours = Promises(
        into_h=_present(network.collection.time_h[np.ix_(cities, sites)] + network.hub_h[sites]),
        between_h=_between(network, sites),
        out_h=_present(network.distribution.time_h[np.ix_(sites, cities)].T),
        slack_h=np.zeros((0, len(cities), len(cities))),
        fine=np.zeros((0, len(cities), len(cities))),
    )
    own = np.zeros(hours.into_h.shape)
    ends, slack_h, fine = _promised_freight(instance, between)
    stays = ends[:, 0] == ends[:, 1]
    for city, slack, price in zip(ends[stays, 0], slack_h[stays], fine[stays], strict=True):
        own[city] += np.where(hours.into_h[city] + hours.out_h[city] > slack, price, 0.0)
    ends, slack_h, fine = ends[~stays], slack_h[~stays], fine[~stays]
    layer = _rank_in_pair(ends)
    shape = int(layer.max(initial=-1)) + 1, len(cities), len(cities)
    found = hours._replace(slack_h=np.full(shape, ABSENT), fine=np.zeros(shape))
    found.slack_h[layer, ends[:, 0], ends[:, 1]] = slack_h
    found.fine[layer, ends[:, 0], ends[:, 1]] = fine
    return found, np.minimum(own, ABSENT)


def _between(network: Network, sites: Positions) -> Floats:
    between = network.inter_hub.time_h[np.ix_(sites, sites)] + network.hub_h[sites]
    np.fill_diagonal(between, 0.0)
    return _present(between)


def _present(hours: Floats) -> Floats:
    return np.ascontiguousarray(np.where(np.isfinite(hours), hours, ABSENT))


def _promised_freight(instance: Instance, between: Positions) -> tuple[Positions, Floats, Floats]:
    """Return the ends of freight with a promise that matters, among the cities, its slack in h and fine in EUR/year.

    Freight of one pair with one promise is one.
    """
    commodities = instance.commodities
    slack_h, penalty = slacks(instance)
    rows = np.flatnonzero((slack_h < ABSENT) & (commodities.volume > 0))
    keys = np.column_stack((between, slack_h, penalty))[rows]
    alike, number = np.unique(keys, axis=0, return_inverse=True)
    volume = np.bincount(number.ravel(), commodities.volume[rows], len(alike))
    slack, price = alike[:, 2].astype(np.float64), alike[:, 3].astype(np.float64)
    return alike[:, :2].astype(np.intp), slack, np.where(price >= ABSENT, ABSENT, price * volume)


def _rank_in_pair(ends: Positions) -> Positions:
    """Return the number of each row among those with the same ends, which stand together."""
    is_new = np.append(True, (np.diff(ends, axis=0) != 0).any(axis=1))[: len(ends)]
    first = np.flatnonzero(is_new)
    return np.arange(len(ends)) - np.repeat(first, np.diff(np.append(first, len(ends))))
