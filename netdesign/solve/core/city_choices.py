"""The freight of cities and the departures that may carry it, as the loops take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

INBOUND, BY_LANE, BY_HUB = 4, 2, 1
"""Parts of a kind: that the entry comes in, that it counts towards the minimum of its lane, and that of its gate."""

KINDS = 8
"""Kinds of entries of each airport."""


class CityChoices(NamedTuple):
    """Entries by party, modes by party and site, and cities, as ``CityFreight`` has them; a tuple is what numba takes.

    Parameters
    ----------
    start
        Where the entries of each party begin, shape (parties + 1,).
    origin, destination
        Of each entry, positions among the ends of ``Legs``.
    volume, slack_h, penalty
        Of each entry, as in ``Flows``.
    way
        Of each entry, that of its party.
    kind
        Of each entry: ``KINDS`` times the place of its airport, with ``INBOUND``, ``BY_LANE`` and ``BY_HUB``. The gate
        of what comes in is its first hub.
    label
        Of each entry, that of its kind and late penalty.
    kind_of, fine_of
        Of each label: the kind, and the late penalty, EUR/t; shape (labels,).
    first
        Where the modes of each party and site begin, shape (parties * sites + 1,).
    cost, extra_h
        Of each mode, EUR/year; and hours over the least of each way, shape (2, modes).
    own
        Place of the site that has to serve each party where it is open, or a negative number.
    inbound, outbound, both
        Parties of each city, or negative numbers.
    is_paired
        Whether a city pays once for both ways at a site, shape (cities, sites).
    is_single
        Of length 1: whether cities have the same hub both ways.
    """

    start: NDArray[np.int64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    volume: NDArray[np.float64]
    slack_h: NDArray[np.float64]
    penalty: NDArray[np.float64]
    way: NDArray[np.int64]
    kind: NDArray[np.int64]
    label: NDArray[np.int64]
    kind_of: NDArray[np.int64]
    fine_of: NDArray[np.float64]
    first: NDArray[np.int64]
    cost: NDArray[np.float64]
    extra_h: NDArray[np.float64]
    own: NDArray[np.int64]
    inbound: NDArray[np.int64]
    outbound: NDArray[np.int64]
    both: NDArray[np.int64]
    is_paired: NDArray[np.bool_]
    is_single: NDArray[np.bool_]


class SetGroups(NamedTuple):
    """The freight of all cities over a set of hubs in groups, with the modes that any prices may make the best.

    The group of an entry is numbered by its label, then by the hub of its city, then by how many gates it is in time
    over: the first ones of an order.

    Parameters
    ----------
    far
        What a tonne pays between an airport and the hub of a city, EUR/t, shape (cases, gates, hubs); each airport has
        one case for what goes out and one for what comes in.
    order
        Places of the gates by the hours that they take, shape (cases, hubs, gates).
    begin
        Where the modes of each party and hub begin, shape (parties * hubs + 1,).
    base
        What a party pays with each mode beside what lies between airport and hub, EUR/year.
    cell
        Where the groups of the first mode of each party and hub begin, shape (parties * hubs,).
    group
        Of each mode and entry of its party.
    """

    far: NDArray[np.float64]
    order: NDArray[np.int64]
    begin: NDArray[np.int64]
    base: NDArray[np.float64]
    cell: NDArray[np.int64]
    group: NDArray[np.int64]


class PricedFlows(NamedTuple):
    """What flows by the choices of all cities over a set of hubs at some prices, t/year.

    Parameters
    ----------
    used, counted
        Over each lane, and of that what counts towards its minimum, shape (airports, hubs).
    entering
        Over each gate, of what counts towards its minimum, shape (hubs,).
    carried
        From hub to hub, shape (hubs, hubs).
    """

    used: NDArray[np.float64]
    counted: NDArray[np.float64]
    entering: NDArray[np.float64]
    carried: NDArray[np.float64]


class PriceRange(NamedTuple):
    """The prices that may be changed of those that bound a part of the plans of a set.

    Parameters
    ----------
    row
        Places of them among all prices.
    lowest, highest
        Limits of each, EUR/t.
    due
        What has to be there for each, t/year; 0 for room between hubs.
    """

    row: NDArray[np.int64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    due: NDArray[np.float64]


class HubServices(NamedTuple):
    """Departures between the hubs of a set: on legs, or on pairs of legs with the same departures.

    Parameters
    ----------
    first, last
        Places in the set of the ends of each service, shape (services,).
    is_paired
        Whether it has a way back.
    least, most
        Departures a week that it may have, shape (services,).
    may_rest
        Whether it may have none.
    eur
        What one departure a week of each vehicle costs on all ways, EUR/year, infinite where it may not go; shape
        (services, vehicles).
    tonnes
        What one carries each way, t/year, shape (vehicles,).
    full
        What a tonne pays for a full vehicle from hub to hub, EUR/t, shape (hubs, hubs).
    extra_h
        Hours over the least that departures take at least, shape (hubs, hubs).
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    is_paired: NDArray[np.bool_]
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    may_rest: NDArray[np.bool_]
    eur: NDArray[np.float64]
    tonnes: NDArray[np.float64]
    full: NDArray[np.float64]
    extra_h: NDArray[np.float64]
