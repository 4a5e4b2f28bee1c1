"""A problem whose plans are measured by cost, late freight and carbon, with prices and limits on the last two."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.analysis.stating_model import stating_model
from netdesign.evaluate import evaluate
from netdesign.instance.policies.carbon import Carbon
from netdesign.instance.policies.service import Service
from netdesign.network import build_network

if TYPE_CHECKING:
    from netdesign.evaluate import Evaluation
    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.limits import Watch


class Measured(NamedTuple):
    """What a plan costs, EUR/year, how much freight is late, t/year, and what it emits, t CO2e/year."""

    cost: float
    late: float
    co2e: float


class Terms(NamedTuple):
    """Prices of late freight, EUR/t, and of carbon, EUR/t CO2e, beside those of the instance; and most of both.

    Infinite where there is no limit.
    """

    late_price: float = 0.0
    carbon_price: float = 0.0
    most_late: float = math.inf
    most_co2e: float = math.inf

    @property
    def has_limits(self) -> bool:
        """Whether there is a limit."""
        return math.isfinite(self.most_late) or math.isfinite(self.most_co2e)

    def weighted(self, measured: Measured) -> float:
        """Return what a plan costs with these prices, EUR/year."""
        return measured.cost + self.late_price * measured.late + self.carbon_price * measured.co2e

    def contain(self, other: Terms) -> bool:
        """Return whether all that is within the limits of other terms is within these."""
        return self.most_late >= other.most_late and self.most_co2e >= other.most_co2e

    def permit(self, measured: Measured) -> bool:
        """Return whether a plan is within the limits, but for rounding."""
        slack = 1.0 + _ROUNDING
        return measured.late <= self.most_late * slack and measured.co2e <= self.most_co2e * slack


_ROUNDING = 1e-9


class MeasuredProblem:
    """A problem, and how its plans are measured.

    Parameters
    ----------
    question
        What engines are asked of it.

    Attributes
    ----------
    promised
        Volume with a deadline, t/year.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        instance = question.instance
        volume = instance.commodities.volume
        self.promised = float(volume[np.isfinite(instance.deadline_h)].sum())

    def evaluated(self, plan: Plan) -> Evaluation:
        """Return what the referee says of a plan, without prices and limits."""
        return evaluate(self.question.instance, self.question.network, plan)

    def measured(self, evaluation: Evaluation) -> Measured:
        """Return the measures of a plan."""
        inside = evaluation.service.inside
        late = 0.0 if inside is None else (1.0 - inside) * evaluation.service.volume
        return Measured(evaluation.objective, late, evaluation.co2e)

    def under(self, terms: Terms, watch: Watch) -> Question:
        """Return the question with prices and limits on measures, which needs legs of its own."""
        instance = self.instance_under(terms)

        @cache
        def model() -> Formulation:
            return stating_model(instance)

        return replace(self.question, instance=instance, network=build_network(instance), model=model, watch=watch)

    def instance_under(self, terms: Terms) -> Instance:
        """Return the instance with prices and limits on measures."""
        instance = self.question.instance
        streams = tuple(
            stream
            if stream.deadline_h is None
            else replace(stream, late_penalty=stream.late_penalty + terms.late_price)
            for stream in instance.streams
        )
        policies = {"service": self._service(terms), "carbon": self._carbon(terms)}
        return instance.replace(streams=streams, policies=instance.policies.model_copy(update=policies))

    def _service(self, terms: Terms) -> Service | None:
        stated = self.question.instance.policies.service
        if math.isinf(terms.most_late):
            return stated
        asked = min(1.0, max(0.0, 1.0 - terms.most_late / self.promised))
        if stated is None:
            return Service(share=asked)
        return stated.model_copy(update={"share": max(asked, stated.share or 0.0)})

    def _carbon(self, terms: Terms) -> Carbon | None:
        stated = self.question.instance.policies.carbon
        price = terms.carbon_price + ((stated and stated.price_eur_per_t) or 0.0)
        caps = (
            [terms.most_co2e]
            if stated is None or stated.cap_t_per_year is None
            else [
                terms.most_co2e,
                stated.cap_t_per_year,
            ]
        )
        cap = min(caps)
        if not price and math.isinf(cap):
            return stated
        return Carbon(price_eur_per_t=price or None, cap_t_per_year=cap if math.isfinite(cap) else None)
