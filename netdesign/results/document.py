"""The schema of ``netdesign.result/1``; the result reference in the docs is made from these descriptions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.instance.rows import SiteKind
from netdesign.results.part import RUNNING, Part, is_none
from netdesign.results.plan_document import PlanPart
from netdesign.results.recorded_fields import Bound, FormulatedEngine, Gap, Options, Reader, Times, Versions
from netdesign.solve.core.outcome import Termination

MinimumPolicy = Literal["minimum_throughput", "air_lane"]
"""A policy with a minimum volume."""

FurtherSearch = Literal["runner_up", "minima"]
"""What is searched for once a network is found."""


class Verdict(StrEnum):
    """Whether one hub more pays, as far as the bounds prove it."""

    PAYS = "pays"
    DOES_NOT_PAY = "does_not_pay"
    UNDECIDED = "undecided"
    NEEDED = "needed"
    IMPOSSIBLE = "impossible"


class CostsPart(Part):
    """Cost by part, EUR/year."""

    fixed: float = Field(description="Open hubs: annuity and running cost; existing ones what closing would save.")
    air: float = Field(description="Air lanes.")
    road: float = Field(description="Trucks and ferries, or legs given directly.")
    border: float = Field(description="Changes of customs zone.")
    handling: float = Field(description="Passes through hubs.")
    late: float = Field(description="Late penalties.")
    shortfall: float = Field(description="Take-or-pay of minimum throughputs.")
    vehicles: float | None = Field(
        default=None,
        description="All departures, by road and by air; other parts then hold what a tonne pays beside them. Left out "
        "where the instance has no services.",
        exclude_if=is_none,
    )
    links: float | None = Field(
        default=None,
        description="Hub links that are chosen; left out where all hubs are joined.",
        exclude_if=is_none,
    )
    charges: dict[str, float] = Field(
        default_factory=dict,
        description="What policies charge for freight, by policy; left out where none does.",
        exclude_if=lambda costs: not costs,
    )
    total: float = Field(description="Sum.")


class ServicePart(Part):
    """How the promise is kept, as shares of the volume that has one; null where nothing has."""

    volume_t_per_year: float = Field(description="Volume with a deadline, t/year.")
    inside: float | None = Field(description="Inside the deadline.")
    inside_by_little: float | None = Field(description="Inside by at most the margin.")
    late_by_little: float | None = Field(description="Late by at most the margin.")
    margin_h: float = Field(description="The margin, h.")
    mean_h: float | None = Field(description="Mean time from order to door, h.")
    mean_wait_h: float | None = Field(
        default=None,
        description="Part of it that is waiting for departures, h; left out where the instance has no services.",
        exclude_if=is_none,
    )
    by_country: dict[str, float] = Field(description="Inside the deadline, by country of the European end.")


class CarbonPart(Part):
    """Greenhouse gases."""

    co2e_t_per_year: float = Field(description="t CO2e/year, well to wheel.")


class HubLoad(Part):
    """What one open hub carries, t/year."""

    hub: str = Field(description="Id.")
    kind: SiteKind | None = Field(
        default=None,
        description="hub or sorting_centre; left out where the instance has no sorting centres, and over years.",
        exclude_if=is_none,
    )
    handled_t_per_year: float = Field(description="Lifted; each tonne counts once at each hub that it passes.")
    entering_t_per_year: float = Field(description="Entering the network here, as the minimum throughput counts it.")


class LaneLoad(Part):
    """What one air lane carries, t/year."""

    overseas: str = Field(description="Id of the overseas airport.")
    hub: str = Field(description="Id of the hub.")
    inbound_t_per_year: float = Field(description="Towards Europe.")
    outbound_t_per_year: float = Field(description="From Europe.")


class VehicleLoad(Part):
    """What the departures of one vehicle do in a year."""

    vehicle: str = Field(description="Id.")
    legs: int = Field(description="Legs on which it goes.")
    departures_per_week: int = Field(description="Departures a week on all of them.")
    departures_per_day: float | None = Field(
        default=None,
        description="Departures on a day on which all of them have some: those a week of each leg over its "
        "`operating_days`. Left out by earlier versions.",
        exclude_if=is_none,
    )
    fill: float = Field(description="Part of the payload of all departures that freight takes.")
    loaded_km_per_year: float = Field(description="Vehicle-km with freight.")
    empty_km_per_year: float = Field(description="Vehicle-km without.")
    eur_per_year: float = Field(description="All its departures, EUR/year.")


class RunnerUpPart(Part):
    """The best other set of as many hubs; one that differs in its sorting centres alone is another."""

    termination: Termination = Field(description="Why its search stopped; infeasible: there is no other set.")
    open_hubs: list[str] = Field(description="Its hubs; empty without a plan.")
    objective: float | None = Field(description="In the unit of the problem's objective.")
    bound: float | None = Field(description="In the same unit; null where nothing is proven.")


class AwayPart(Part):
    """A commodity that a minimum keeps away from its cheapest route over the open hubs."""

    origin: str = Field(description="Id.")
    destination: str = Field(description="Id.")
    stream: str = Field(description="Name of the stream.")
    volume_t_per_year: float = Field(description="Volume away, t/year.")
    hubs: tuple[str, str] = Field(description="First and last hub in use.")
    cheapest_hubs: tuple[str, str] = Field(description="First and last hub of the cheapest route.")
    extra_cost: float = Field(description="EUR/year above the cheapest route.")


class MinimaPart(Part):
    """What minima cost where they bind."""

    cost_by_policy: dict[MinimumPolicy, float] = Field(
        description="Against the same hubs without the policy, EUR/year; only of a policy without which they cost less "
        "than what is proven with it."
    )
    away: list[AwayPart] = Field(
        description="Who is served away from the cheapest hubs, dearest first; none where vehicles leave."
    )


class NetworkPart(Part):
    """The best network with one number of hubs."""

    hubs: int = Field(description="Open hubs, existing ones counted; sorting centres are none.")
    permitted: bool = Field(description="False for today's network where more hubs are asked for.")
    termination: Termination = Field(description="Why the search stopped.")
    objective: float | None = Field(
        description="What `problem.objective` minimises, as the referee finds it: EUR/year, hubs, or h."
    )
    bound: float | None = Field(
        description="No permitted network with so many hubs has less, in the same unit; null if nothing is proven."
    )
    gap: Gap
    plan: PlanPart | None = Field(description="The plan.")
    costs: CostsPart | None = Field(description="Cost by part.")
    service: ServicePart | None = Field(description="Service.")
    carbon: CarbonPart | None = Field(description="Carbon.")
    hub_loads: list[HubLoad] = Field(description="Volume by hub.")
    lane_loads: list[LaneLoad] = Field(description="Volume by lane.")
    vehicle_loads: list[VehicleLoad] | None = Field(
        default=None,
        description="Departures by vehicle; left out where the instance has no services.",
        exclude_if=is_none,
    )
    runner_up: RunnerUpPart | None = Field(
        description="The best other set of as many hubs, where it was searched for; of any permitted number where a "
        "wide range of numbers is searched as one."
    )
    minima: MinimaPart | None = Field(description="Where a minimum binds.")
    unfinished: dict[FurtherSearch, Termination] = Field(
        default_factory=dict,
        description="What ended the search for the runner-up, or for what minima cost, before it was complete: "
        "time_limit or interrupted; left out where nothing did. Then these fields are null, or not the last word.",
        exclude_if=lambda ended: not ended,
    )

    @property
    def open_hubs(self) -> list[str]:
        """Its hubs; empty without a plan."""
        return [] if self.plan is None else self.plan.open_hubs


class StepPart(Part):
    """Whether the next hub pays."""

    from_hubs: int = Field(description="Hubs before.")
    to_hubs: int = Field(description="Hubs after.")
    verdict: Verdict = Field(description="What the bounds prove.")
    saving: float | None = Field(
        description="In the unit of the objective, positive where the network with more hubs is better."
    )
    saving_at_least: float | None = Field(description="Proven lower limit of the saving; null if none.")
    saving_at_most: float | None = Field(description="Proven upper limit of the saving; null if none.")


class LinearNetworkPart(Part):
    """The best network with one number of hubs, priced by the tonne."""

    hubs: int = Field(description="Open hubs, existing ones counted; sorting centres are none.")
    open_hubs: list[str] = Field(description="Which; empty without a plan.")
    termination: Termination = Field(description="Why the search stopped.")
    objective: float | None = Field(description="Its cost, EUR/year.")
    bound: float | None = Field(
        description="No permitted network with so many hubs costs less; null if none is proven."
    )


class LinearPart(Part):
    """What the instance answers without vehicles: each tonne pays its share of a full truck, and waits for none."""

    steps: list[StepPart] = Field(description="Whether each further hub pays.")
    networks: list[LinearNetworkPart] = Field(description="Best network for each number of hubs, today's first.")


class InstancePart(Part):
    """What was solved."""

    name: str = Field(description="Name of the instance.")
    digest: str = Field(description="SHA-256 of its files as read.")
    warnings: list[str] = Field(description="What is odd about it without being wrong.")


class ResultDocument(Part):
    """A result file. The top level is the best permitted network."""

    COMMAND: ClassVar[str] = "solve"

    format: Literal["netdesign.result/1"] = Field("netdesign.result/1", description="Name and version of the format.")
    instance: InstancePart = Field(description="What was solved.")
    termination: Termination | Literal["running"] = Field(
        description="Why the whole solve stopped; `running` in a file that was written before it did."
    )
    objective: float | None = Field(
        description="Of the best permitted network, in the unit of `problem.objective`: EUR/year, hubs, or h."
    )
    bound: Bound
    gap: Gap
    plan: PlanPart | None = Field(description="The best plan.")
    costs: CostsPart | None = Field(description="Its cost by part.")
    service: ServicePart | None = Field(description="Its service.")
    carbon: CarbonPart | None = Field(description="Its carbon.")
    steps: list[StepPart] = Field(description="Whether each further hub pays.")
    networks: list[NetworkPart] = Field(description="Best network for each number of hubs, today's first.")
    searched_as_one: tuple[int, int] | None = Field(
        default=None,
        description="The smallest and the largest permitted number of hubs, where these are too many to be answered "
        "one by one, or their number is minimised: one network then is the best of all. Left out where each number has "
        "its own.",
        exclude_if=is_none,
    )
    linear: LinearPart | None = Field(
        default=None,
        description="What it would be by the tonne; left out where the instance has no services, where nothing has a "
        "price by the tonne, or where the search stopped before.",
        exclude_if=is_none,
    )
    clash: list[str] | None = Field(
        default=None,
        description="Where no network is permitted: a least set of policies that no network keeps, by name. Left out "
        "elsewhere, and where it was not found in time.",
        exclude_if=is_none,
    )
    linear_ending: Termination | None = Field(
        None,
        description="What stopped the search by the tonne before it was done; left out where nothing did.",
        exclude_if=is_none,
    )
    engine: FormulatedEngine
    problem: dict[str, Any] = Field(
        description="What was solved: allocation, objective, hubs a route, and the policies in force; hub_count is "
        "none of them where --hubs or --max-new takes its place."
    )
    options: Options
    reader: Reader
    versions: Versions
    times: Times

    @property
    def is_running(self) -> bool:
        """Whether the search still went on when the file was written."""
        return self.termination == RUNNING

    @property
    def is_cut_short(self) -> bool:
        """Whether a limit ended one of the further searches."""
        return self.linear_ending is not None or any(network.unfinished for network in self.networks)

    @property
    def ending(self) -> Termination:
        """Why the whole solve stopped; of one that was still going on, that it was interrupted."""
        return Termination.INTERRUPTED if self.is_running else Termination(self.termination)

    @property
    def has_plan(self) -> bool:
        """Whether a plan is stated."""
        return self.plan is not None
