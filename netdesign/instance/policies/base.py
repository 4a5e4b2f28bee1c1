"""The parts of a policy on freight: checks, limits or rows over routes, a price, and words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.fields import Block
    from netdesign.instance.policies import Policies
    from netdesign.instance.policies.violations import Measured, Violation
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.remarks import Remarks

LEAST_SHARE = 1e-9
"""A minimum or capacity under this part of the volume is refused: it is lost in rounding."""


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
    SERVICES = "services"
    SORTING_CENTRES = "sorting_centres"
    HUB_LINKS = "hub_links"


class Counted(StrEnum):
    """Which freight counts towards a minimum."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    ALL = "all"


class RouteColumns(Protocol):
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
    def time_h(self) -> NDArray[np.float64]:
        """T, h."""

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


@dataclass(frozen=True)
class Limit:
    """``least <= sum_r weight_r m_r x_r <= most`` over all routes, where m is a measure of a route.

    Parameters
    ----------
    name
        Of what it is about: a country, the network.
    measure
        Column of ``RouteCosts``, such as ``co2e``.
    weight
        Of each commodity, t/year, shape (commodities,).
    least, most
        One of them is infinite.
    unit
        Typical size of the measure; divided by it a row is in tonnes.
    """

    name: str
    measure: str
    weight: NDArray[np.float64]
    least: float = -np.inf
    most: float = np.inf
    unit: float = 1.0

    @property
    def sign(self) -> float:
        """1 where it holds from above, -1 where from below: with it a row ``<= end`` and a price of at least 0."""
        return 1.0 if np.isfinite(self.most) else -1.0

    @property
    def end(self) -> float:
        """The limit with its sign in units of the measure, t/year."""
        return (self.most if np.isfinite(self.most) else -self.least) / self.unit

    @property
    def scale(self) -> float:
        """Divisor that scales a row to the order of one."""
        return min(abs(self.most), abs(self.least)) or 1.0


@dataclass(frozen=True)
class Charge:
    """A price of a measure that adds up over legs, such as ``co2e``, EUR for each unit of it."""

    measure: str
    eur: float


class FreightPolicy:
    """A policy on freight, with the defaults of all policies.

    Attributes
    ----------
    NAME
        Under which models and engines declare it, and its key among the policies.
    ROWS
        Name of its rows in models.
    BLOCK
        What stands under its key, where it is registered from outside; else ``Policies`` has the field.
    MEASURES
        Of its limits, where limits are all that it states: then whatever states limits states the policy.
    CHARGE
        Words for what it charges, where it does.
    LIKELY
        Keys of its block, each with what is known of the figure and the range in which it is to be expected.
    """

    NAME: ClassVar[str]
    ROWS: ClassVar[str]
    BLOCK: ClassVar[type[Block]]
    MEASURES: ClassVar[frozenset[str]] = frozenset()
    CHARGE: ClassVar[str] = ""
    LIKELY: ClassVar[dict[str, tuple[str, float, float]]] = {}

    def couples(self, policies: Policies) -> str | None:
        """Return words for the reason why the best route of a commodity depends on others, or None."""
        return str(self.NAME) if getattr(policies, self.NAME) is not None else None

    def can_forbid(self, policies: Policies) -> bool:
        """Return whether it can make the problem infeasible; a policy with a price cannot."""
        return self.couples(policies) is not None

    def without(self, policies: Policies) -> Policies:
        """Return the policies without its parts that can make the problem infeasible."""
        return policies.model_copy(update={str(self.NAME): None})

    def check(self, instance: Instance, faults: FaultList) -> None:
        """Note the faults of the policy that the data alone shows, where it is in force."""

    def note(self, document: InstanceDocument, instance: Instance, remarks: Remarks) -> None:
        """Note values that have no effect, or hardly the effect that was meant."""

    def charge(self, policies: Policies) -> Charge | None:
        """Return the price that it puts on a measure, or None."""

    def limits(self, instance: Instance) -> list[Limit]:
        """Return its limits over all routes, where the policy is in force."""
        del instance
        return []

    def rows(self, instance: Instance, routes: RouteColumns) -> list[RouteRow]:
        """Return its rows, where the policy is in force."""
        found = [_row(limit, routes) for limit in self.limits(instance)]
        # What nothing takes is within any limit from above, and Pyomo refuses a row without a variable.
        return [row for row in found if len(row.routes) or row.least > 0]

    def violations(self, instance: Instance, found: Measured) -> Iterator[Violation]:
        """Yield violations of the policy by a plan, from the figures of the referee."""
        del instance, found
        yield from ()


def _row(limit: Limit, routes: RouteColumns) -> RouteRow:
    """Return a limit as a row, in units that make it of the order of one."""
    taken, scale = limit.weight[routes.commodity] * getattr(routes, limit.measure), limit.scale
    counted = np.flatnonzero(taken > 0)
    return RouteRow(limit.name, counted, taken[counted] / scale, limit.least / scale, limit.most / scale)


def counted_volume(instance: Instance, counts: Counted) -> NDArray[np.float64]:
    """Return w_r of the commodities that count, 0 for the others; t/year, shape (commodities,)."""
    commodities, overseas = instance.commodities, instance.is_overseas
    if counts is Counted.INBOUND:
        return np.where(overseas[commodities.origin], commodities.volume, 0.0)
    if counts is Counted.OUTBOUND:
        return np.where(overseas[commodities.destination], commodities.volume, 0.0)
    return commodities.volume


def check_not_near_0(faults: FaultList, path: tuple[str | int, ...], tonnes: float, total: float) -> None:
    """Note a figure that rounding makes equal to 0 next to the volume to which it applies."""
    least = LEAST_SHARE * total
    if 0 < tonnes < least:
        message = (
            f"{tonnes:.3g} t/year is too near to 0 beside the {total:.6g} t/year that count; write 0 or at least "
            f"{least:.3g}"
        )
        faults.add(path, message)
