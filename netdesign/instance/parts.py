"""The parts of an instance as frozen data: nodes, sites, links, streams, legs, commodities."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.blocks import DeadlineKind
    from netdesign.instance.rows import Mode, NightClass, SiteKind, SiteStatus


class NodeKind(StrEnum):
    """Kind of a node of the graph of cities."""

    CITY = "city"
    SITE = "site"
    OVERSEAS = "overseas"


@dataclass(frozen=True)
class Node:
    """A node of the graph of cities. A city that is also a site is a city."""

    id: str
    name: str
    kind: NodeKind
    country: str | None
    customs_zone: str | None
    lat: float | None
    lon: float | None


@dataclass(frozen=True)
class Site:
    """A node that is a hub or may become one.

    Parameters
    ----------
    node
        Position of its node.
    kind, status
        Of the hubs table.
    below_threshold
        A candidate under the size threshold, which is for hubs: closed unless opened by name.
    fixed_cost
        f_k, EUR/year; of an existing site the cost that closing would save.
    handling_cost
        h_k, EUR/t for one pass.
    hub_h
        s_k, h for one pass.
    night_wait_h
        Wait of freight from or for an air lane, h.
    capacity
        t/year, infinite where none is given.
    """

    id: str
    node: int
    kind: SiteKind
    status: SiteStatus
    below_threshold: bool
    fixed_cost: float
    handling_cost: float
    hub_h: float
    night_class: NightClass
    night_wait_h: float
    capacity: float


@dataclass(frozen=True)
class Link:
    """A link of the graph, both ways; ``origin`` and ``destination`` are positions of nodes."""

    origin: int
    destination: int
    mode: Mode
    km: float
    sea_km: float
    hours: float | None
    fare_eur_per_truck: float


@dataclass(frozen=True)
class HubLink:
    """A line between two sites, both ways, that is there where it is chosen.

    Parameters
    ----------
    ends
        Ids of its sites, in the order of the hubs table.
    fixed_cost
        EUR/year.
    capacity
        t/year each way, infinite where none is given.
    lead
        Over years: years from ordering to using.
    capital
        Over years: EUR, paid when it is ordered.
    """

    ends: tuple[str, str]
    fixed_cost: float = 0.0
    capacity: float = np.inf
    lead: int = 0
    capital: float = 0.0


@dataclass(frozen=True)
class Stream:
    """A group of commodities with one promise; the late penalty is in EUR/t."""

    name: str
    origin_h: float
    last_mile_h: float
    deadline_h: float | None
    deadline: DeadlineKind
    late_penalty: float


@dataclass(frozen=True)
class GivenLegs:
    """Legs given directly: matrices over all nodes, NaN where there is no leg.

    Parameters
    ----------
    cost, time_h, km, co2e
        Shape (nodes, nodes): EUR/t, h, km, t/t.
    by_truck
        Which of these follow from km, as the trucks of the road block carry freight by the tonne.
    """

    cost: NDArray[np.float64]
    time_h: NDArray[np.float64]
    km: NDArray[np.float64]
    co2e: NDArray[np.float64]
    by_truck: FiguresByTruck


@dataclass(frozen=True)
class FiguresByTruck:
    """Which figures of given legs nothing states: they are those of a truck, and of a vehicle where one leaves.

    Parameters
    ----------
    cost, time_h, co2e
        Shape (nodes, nodes).
    """

    cost: NDArray[np.bool_]
    time_h: NDArray[np.bool_]
    co2e: NDArray[np.bool_]


@dataclass(frozen=True)
class Commodities:
    """All commodities as columns of one length.

    Parameters
    ----------
    origin, destination
        Positions of nodes.
    stream
        Positions of streams.
    volume
        w_r, t/year, positive.
    line
        Line of the demand table that states it, 0 where there is none.
    """

    origin: NDArray[np.intp]
    destination: NDArray[np.intp]
    stream: NDArray[np.intp]
    volume: NDArray[np.float64]
    line: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.volume)
