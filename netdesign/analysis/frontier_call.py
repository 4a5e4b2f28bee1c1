"""Options of a call of frontier, recorded in its result; and the measures and prices that it may ask for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netdesign.analysis.call import Call
from netdesign.errors import UsageError
from netdesign.instance.blocks import DeadlineKind, Objective
from netdesign.instance.policies import carbon_charge
from netdesign.instance.policies.carbon import emits

if TYPE_CHECKING:
    from netdesign.instance import Instance

PART_AT_END = 1e3
"""Part of the cost that all late freight, or all carbon, has as its price where that is to be as small as possible."""


class Measure(StrEnum):
    """What points of a frontier are compared by."""

    COST = "cost"
    TIME = "time"
    CARBON = "carbon"


ALL_MEASURES = (Measure.COST, Measure.TIME, Measure.CARBON)

USUAL_STEPS = {2: 10, 3: 4}
"""Steps of each range where a call does not say it, by the number of measures."""

MOST_STEPS, MOST_PRICES = 200, 500
"""Most steps of a range, and most prices of carbon, of one call."""


class Prices(NamedTuple):
    """Prices of carbon from low to high, EUR/t CO2e."""

    low: float
    high: float
    step: float

    def __str__(self) -> str:
        return f"{self.low:g}:{self.high:g}:{self.step:g}"

    @property
    def number(self) -> int:
        """How many there are; the last one is the high end, whatever the step."""
        return math.ceil((self.high - self.low) / self.step - _ROUNDING) + 1

    @property
    def values(self) -> tuple[float, ...]:
        """All of them, ascending."""
        return (*(self.low + place * self.step for place in range(self.number - 1)), self.high)


_ROUNDING = 1e-9


@dataclass(frozen=True)
class FrontierCall(Call):
    """Options of a call about what cost, time and carbon give for each other.

    Parameters
    ----------
    measures
        Cost, and one or two others.
    steps
        Into how many steps the range of each measure is divided; None for as many as there are points.
    prices
        Prices of carbon to solve at, instead of steps; None for none.
    point_limit
        Seconds for each search; None for no limit of its own.
    """

    COMMAND = "call of frontier"

    measures: tuple[Measure, ...] = ALL_MEASURES
    steps: int | None = USUAL_STEPS[3]
    prices: Prices | None = None
    point_limit: float | None = None

    def _own_record(self) -> dict[str, object]:
        own: dict[str, object] = {
            "measures": [measure.value for measure in self.measures],
            "steps": self.steps,
            "price_carbon": None if self.prices is None else list(self.prices),
            "point_limit": self.point_limit,
        }
        return super()._own_record() | own

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        record, own = document.options, super()._own_of(document)
        steps, prices, limit = (record[name] for name in ("steps", "price_carbon", "point_limit"))
        if isinstance(steps, bool) or not isinstance(steps, int | None):
            raise TypeError
        own["measures"] = tuple(map(Measure, record["measures"]))
        own["prices"] = None if prices is None else Prices(*map(float, prices))
        return own | {"steps": steps, "point_limit": None if limit is None else float(limit)}


def check_measures(instance: Instance, call: FrontierCall) -> None:
    """Check that an instance can state the measures of a call.

    Raises
    ------
    UsageError
        It cannot; says what it lacks.
    """
    if instance.problem.objective is not Objective.COST:
        message = f"frontier asks what cost gives for time and carbon; {instance.name} minimises another objective, "
        message += f"{instance.problem.objective}"
        raise UsageError(message)
    if Measure.TIME in call.measures:
        _check_deadlines(instance)
    if Measure.CARBON in call.measures and not emits(instance):
        message = (
            f"measure carbon: no emission factor of {instance.name} is over 0, so that nothing emits; give it factors, "
            "such as road.co2e_g_per_tkm, or leave carbon out with --measures cost,time"
        )
        raise UsageError(message)
    own = carbon_charge(instance.policies)
    if call.prices is not None and call.prices.low < own:
        message = (
            f"--price-carbon {call.prices}: {instance.name} has a price of {own:g} EUR/t CO2e already; begin there, or "
            "take it away with --set policies.carbon.price_eur_per_t=null"
        )
        raise UsageError(message)


def _check_deadlines(instance: Instance) -> None:
    """Check that there is freight that may be inside its deadline or not.

    Raises
    ------
    UsageError
        There is none.
    """
    promised = [stream for stream in instance.streams if stream.deadline_h is not None]
    if instance.chooses_links and not instance.passes_one_link:
        message = (
            f"measure time: {instance.name} chooses its hub links, beside which deadlines have a price where a route "
            "passes one at most; write policies.hub_links.most_on_a_route: 1, or leave time out with --measures "
            "cost,carbon"
        )
        raise UsageError(message)
    if not promised or not np.isfinite(instance.deadline_h[instance.commodities.volume > 0]).any():
        message = (
            f"measure time: no freight of {instance.name} has a deadline to be inside of; give a stream a deadline_h, "
            "or leave time out with --measures cost,carbon"
        )
        raise UsageError(message)
    if all(stream.deadline is DeadlineKind.HARD for stream in promised):
        message = (
            f"measure time: every deadline of {instance.name} is hard, so that all freight is inside its deadline in "
            "each network; make one priced, or leave time out with --measures cost,carbon"
        )
        raise UsageError(message)
