"""What a policy on freight is made of: a block, checks, what couples the commodities, and rows over routes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies import Policies

LEAST_SHARE = 1e-9
"""Part of the volume that counts under which a minimum or a capacity is refused: it is lost in rounding."""


class Policy(StrEnum):
    """Names under which models and engines declare what they can state."""

    HUB_COUNT = "hub_count"
    REQUIRED = "required"
    FORBIDDEN = "forbidden"
    EXCLUSIVE = "exclusive"
    CAPACITY = "capacity"
    MINIMUM_THROUGHPUT = "minimum_throughput"
    AIR_LANE = "air_lane"
    SERVICE = "service"
    DEADLINE = "deadline"
    FIXED_COST_CAP = "fixed_cost_cap"
    CARBON = "carbon"


class Counted(StrEnum):
    """Which freight counts towards a minimum."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    ALL = "all"


class Routes(Protocol):
    """Routes as columns of one length, as ``network.CandidateRoutes`` has them."""

    @property
    def commodity(self) -> NDArray[np.intp]:
        """Positions of the commodities."""

    @property
    def first_hub(self) -> NDArray[np.intp]:
        """Positions of the sites that receive."""

    @property
    def last_hub(self) -> NDArray[np.intp]:
        """Positions of the sites that hand out."""

    @property
    def co2e(self) -> NDArray[np.float64]:
        """E, t CO2e/t."""

    @property
    def is_late(self) -> NDArray[np.bool_]:
        """Whether the route is past its deadline."""


@dataclass(frozen=True)
class RouteRow:
    """``least <= sum_r weight_r x_r + hub_weight y_k + z <= most``, in units that make it of the order of one.

    Parameters
    ----------
    name
        Of the hub or other thing that the row is about.
    routes, weights
        Positions of routes, and the weights of their shares.
    least, most
        Limits; infinite where there is none.
    hub_weight
        Of the hub of that name; 0 where the row has no hub.
    relief
        Price of the whole of ``z``, which is between 0 and 1, EUR/year; None where there is no ``z``.
    """

    name: str
    routes: NDArray[np.intp]
    weights: NDArray[np.float64]
    least: float = -np.inf
    most: float = np.inf
    hub_weight: float = 0.0
    relief: float | None = None


class FreightPolicy(Protocol):
    """What the module of a policy on freight offers; the registry is ``policies.FREIGHT``."""

    NAME: Policy
    ROWS: str
    """Name of its rows in models."""

    def couples(self, policies: Policies) -> str | None:
        """Return the words for what makes the best route of a commodity depend on the others, or None."""

    def can_forbid(self, policies: Policies) -> bool:
        """Tell whether it can leave no network permitted, which what has a price cannot."""

    def check(self, instance: Instance, faults: FaultList) -> None:
        """Note what the data alone shows to be wrong, where the policy is in force."""

    def rows(self, instance: Instance, routes: Routes) -> list[RouteRow]:
        """Return its rows, where the policy is in force."""


def counted_volume(instance: Instance, counts: Counted) -> NDArray[np.float64]:
    """Return w_r of the commodities that count, 0 for the others; t/year, shape (commodities,)."""
    commodities, overseas = instance.commodities, instance.is_overseas
    if counts is Counted.INBOUND:
        return np.where(overseas[commodities.origin], commodities.volume, 0.0)
    if counts is Counted.OUTBOUND:
        return np.where(overseas[commodities.destination], commodities.volume, 0.0)
    return commodities.volume


def check_not_near_0(faults: FaultList, path: tuple[str | int, ...], tonnes: float, total: float) -> None:
    """Note a figure that no computation tells from 0 beside the volume that it is about."""
    least = LEAST_SHARE * total
    if 0 < tonnes < least:
        message = (
            f"{tonnes:.3g} t/year is too near to 0 beside the {total:.6g} t/year that count; write 0 or at least "
            f"{least:.3g}"
        )
        faults.add(path, message)
