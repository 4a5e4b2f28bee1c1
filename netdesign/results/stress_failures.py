"""The part of ``netdesign.stress/1`` on failures."""

from __future__ import annotations

from pydantic import Field

from netdesign.instance.failures import OutKind
from netdesign.results.part import Part
from netdesign.results.plan_document import PlanPart
from netdesign.solve.core.outcome import Termination


class OperationPart(Part):
    """The operation of a network, or of what is left of it, while the rules of other days do not hold."""

    termination: Termination = Field(description="Why the search stopped.")
    objective: float | None = Field(
        description="Cost of the plan in yearly rates, with the fixed cost of all sites and the penalty for what is "
        "not carried, EUR/year; null without a plan."
    )
    bound: float | None = Field(description="No operation costs less, EUR/year; null if nothing is proven.")
    plan: PlanPart | None = Field(
        description="What is carried, in yearly rates; what is missing of a commodity is not carried. Its sites are "
        "those that are left and lift something."
    )


class OutagePart(Part):
    """What becomes of a network while one thing is out."""

    kind: OutKind = Field(description="What is out.")
    out: list[str] = Field(
        description="Id of the site; of a lane those of overseas airport and hub, of a leg those of both sites."
    )
    per_year: float = Field(description="How often that happens, 1/year.")
    operation: OperationPart = Field(description="How what is left is operated meanwhile.")
    cost_eur: float | None = Field(
        description="What one such failure costs: the days of it at the cost of this operation, less the same days at "
        "that of `whole`, EUR; null without a plan."
    )
    cost_at_least_eur: float = Field(description="The same as far as it is proven, EUR.")
    cost_at_most_eur: float | None = Field(
        description="It costs no more than this, EUR; null without a plan, or without a bound of `whole`."
    )
    not_served_t: float = Field(description="Freight that is not carried in these days, t.")
    not_served_by_stream_t: dict[str, float] = Field(
        description="The same by stream, t; streams of which all is carried are left out."
    )
    penalty_eur: float = Field(description="The penalty for it, EUR; part of the cost.")
    late_t: float = Field(description="Freight that is carried and late in these days, t.")
    missed: list[str] = Field(
        description="Policies that do not hold meanwhile and that this operation does not keep, with what is found and "
        "what is asked for, in yearly rates."
    )


class NetworkFailuresPart(Part):
    """The failures of one network."""

    hubs: list[str] = Field(description="Open sites of the network, as in `networks`.")
    whole: OperationPart = Field(description="The network with nothing out, without the rules of other days.")
    whole_not_served_t: float = Field(
        description="Freight that stays in as many days though nothing is out, t: carrying it costs more than the "
        "penalty. It is part of what each failure leaves."
    )
    outages: list[OutagePart] = Field(
        description="Each open site, then each air lane and each leg between sites that carries freight on other days."
    )
    out_share: float = Field(description="Part of the year in which something is out.")
    failure_cost: float | None = Field(
        description="What failures are expected to cost in a year: of each its rate times its cost, EUR/year; null if "
        "one has no plan."
    )
    expected_cost: float | None = Field(
        description="Objective of the network with what its failures are expected to cost, EUR/year; null if that is."
    )
    expected_at_least: float = Field(description="The same as far as it is proven, EUR/year.")
    expected_at_most: float | None = Field(
        description="It is no more than this, EUR/year; null if the cost of one failure is not known."
    )


class FailuresPart(Part):
    """What becomes of networks when a hub, a lane or a leg between hubs is out."""

    termination: Termination = Field(description="Why looking stopped.")
    days: int = Field(description="Days that what fails is out.")
    surge_share: float = Field(
        description="What a site lifts meanwhile beyond its capacity or, without one in force, beyond what it lifts on "
        "other days, as a share."
    )
    unserved_penalty_eur_per_t: float = Field(description="What a tonne costs that is not carried, EUR/t.")
    is_stated: bool = Field(
        description="Whether the instance states a `failures` block; else all is as it is by default."
    )
    networks: list[NetworkFailuresPart] = Field(description="In the order of `networks`.")
    best: list[str] | None = Field(
        description="Open sites of the network with the least expected cost; null if one of them is not known."
    )
    is_best_of_these: bool = Field(description="Whether it is proven that no other one here is expected to cost less.")
    is_best_of_all: bool = Field(
        description="Whether it is proven that no permitted network is expected to cost less: failures save nothing, "
        "so that none costs less than `others_bound` with them either."
    )
