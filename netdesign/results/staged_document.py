"""The schema of ``netdesign.timing/1``; the timing reference in the docs is made from these descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from netdesign.instance.stages import RiskMeasure
from netdesign.results.document import CarbonPart, HubLoad, InstancePart, LaneLoad, ServicePart, VehicleLoad
from netdesign.results.part import RUNNING, Part, is_none
from netdesign.results.plan_document import Routes, StatedCities, StatedLinks, StatedServices
from netdesign.results.recorded_fields import EngineFact, Options, Reader, Times, Versions
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator


class ModulesPart(Part):
    """Modules in use."""

    hub: str = Field(description="Id of the hub.")
    module: str = Field(description="Id of the module.")
    count: int = Field(description="How many.")


class OrderPart(ModulesPart):
    """Modules that are paid for."""

    in_use_from: int = Field(description="First year of use.")


class LinkOrderPart(Part):
    """A hub link that is paid for."""

    link: tuple[str, str] = Field(description="Ids of its ends.")
    in_use_from: int = Field(description="First year of use.")


class ContractPart(Part):
    """Handling bought by the tonne."""

    hub: str = Field(description="Id of the hub.")
    t_per_year: float = Field(description="t/year.")


class OverflowPart(Part):
    """What a hub cannot lift on one peak day."""

    stream: str = Field(description="Name of the stream whose peak it is.")
    hub: str = Field(description="Id of the hub.")
    t_per_day: float = Field(description="t over its daily capacity.")


class NodeCosts(Part):
    """What a node costs, in EUR of its own year."""

    capital: float = Field(description="Paid for modules and hub links.")
    exit: float = Field(description="Paid for giving modules up.")
    handed_on: float = Field(description="Annuities left of modules that are given up; counts against the costs.")
    running: float = Field(description="Open hubs and their modules.")
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
        description="Hub links in use, without their capital; left out where all hubs are joined.",
        exclude_if=is_none,
    )
    charges: dict[str, float] = Field(
        default_factory=dict,
        description="What policies charge for freight, by policy; left out where none does.",
        exclude_if=lambda costs: not costs,
    )
    contract: float = Field(description="Handling bought by the tonne.")
    overflow: float = Field(description="What hubs cannot lift on peak days.")
    total: float = Field(description="Sum.")


class NodePart(Part):
    """A year of a branch: what is decided, what stands, and how it goes."""

    node: str = Field(description="Branch and year, or the year.")
    branch: str = Field(description="Id of the branch; empty where there is no tree.")
    year: int = Field(description="Year.")
    parent: str | None = Field(description="Node of the year before; null at the root.")
    probability: float = Field(description="Of being reached.")
    volume_t_per_year: float = Field(description="Freight of the year, t.")
    orders: list[OrderPart] = Field(description="Modules paid for.")
    link_orders: list[LinkOrderPart] | None = Field(
        default=None, description="Hub links paid for; left out where all hubs are joined.", exclude_if=is_none
    )
    closings: list[str] = Field(description="Hubs that are closed from the next year on.")
    open_hubs: list[str] = Field(description="Open hubs, existing ones included.")
    modules: list[ModulesPart] = Field(description="Modules in use.")
    contract: list[ContractPart] = Field(description="Handling bought by the tonne.")
    overflow: list[OverflowPart] = Field(description="What is over the daily capacity on peak days.")
    open_lanes: list[tuple[str, str]] = Field(description="Air lanes in service: overseas airport and hub.")
    links: StatedLinks = None
    routes: Routes = Field(description="Routes in use.")
    services: StatedServices = None
    cities: StatedCities = None
    costs: NodeCosts = Field(description="Cost by part.")
    service: ServicePart = Field(description="Service.")
    carbon: CarbonPart = Field(description="Carbon.")
    hub_loads: list[HubLoad] = Field(description="Volume by hub.")
    lane_loads: list[LaneLoad] = Field(description="Volume by lane.")
    vehicle_loads: list[VehicleLoad] | None = Field(
        default=None,
        description="Departures by vehicle; left out where the instance has no services.",
        exclude_if=is_none,
    )


class ScheduledOrder(Part):
    """Modules that are paid for in a year."""

    year: int = Field(description="Year of paying.")
    hub: str = Field(description="Id of the hub.")
    module: str = Field(description="Id of the module.")
    count: int = Field(description="How many.")


class ScheduledClosing(Part):
    """A hub that is closed at the end of a year."""

    year: int = Field(description="Last year of use.")
    hub: str = Field(description="Id of the hub.")


class ScheduledLink(Part):
    """A hub link that is paid for in a year."""

    year: int = Field(description="Year of paying.")
    link: tuple[str, str] = Field(description="Ids of its ends.")


class SearchedPart(Part):
    """What the search for another plan found."""

    termination: Termination = Field(description="Why it stopped; infeasible: there is no such plan.")
    objective: float | None = Field(description="Of its best plan, EUR; null without one.")
    bound: float | None = Field(description="No such plan costs less, EUR; null if nothing is proven, or infeasible.")
    orders: list[ScheduledOrder] = Field(description="What its best plan orders.")
    closings: list[ScheduledClosing] = Field(description="What its best plan closes.")
    links: list[ScheduledLink] = Field(
        default_factory=list,
        description="Hub links that its best plan orders; left out where it orders none.",
        exclude_if=lambda links: not links,
    )

    @property
    def years(self) -> dict[int, None]:
        """The years in which it orders or closes anything."""
        dated = [one.year for one in self.orders], [one.year for one in self.closings], [one.year for one in self.links]
        return dict.fromkeys(year for years in dated for year in years)


class IntervalPart(Part):
    """A difference of costs, EUR of the first year."""

    value: float | None = Field(description="Of the best plans; null where one is missing.")
    at_least: float | None = Field(description="Proven lower limit.")
    at_most: float | None = Field(description="Proven upper limit; null if none.")
    is_infinite: bool = Field(description="Whether it is proven that there is no such plan; all else is null then.")


class PathPart(Part):
    """A path from the root to a leaf."""

    leaf: str = Field(description="Its last node.")
    probability: float = Field(description="Of the path.")
    cost: float = Field(description="Discounted, salvage taken off, EUR of the first year.")
    salvage: float = Field(description="Discounted annuities left at the horizon, EUR of the first year.")
    known: SearchedPart | None = Field(description="Its best plan, were it known from the start.")
    regret: float | None = Field(description="Cost over that of this best plan, EUR.")


class DelayPart(Part):
    """What it costs to order a new hub at least a year later."""

    hub: str = Field(description="Id of the hub.")
    ordered: int = Field(description="Year in which the plan orders it.")
    later: SearchedPart = Field(description="The best plan that orders nothing for it up to that year.")
    extra_cost: IntervalPart = Field(description="What that costs more.")


class SingleYearPart(Part):
    """What the one-year model says: modules ready at once, their capital as an annuity."""

    year: int = Field(description="Year.")
    best: SearchedPart = Field(description="Its best network; objective and bound in EUR/year.")


class ValuesPart(Part):
    """What it is worth to decide on the tree, and to know more of it."""

    waiting: IntervalPart = Field(description="Cost of the best plan fixed at the root over that of the plan.")
    perfect_information: IntervalPart = Field(description="Cost of the plan over that of knowing each path.")
    stochastic_solution: IntervalPart = Field(description="Cost of the mean's best plan, on the tree, over the plan's.")
    fixed: SearchedPart | None = Field(description="The best plan fixed at the root; null where no engine states it.")
    fixed_refusal: str | None = Field(description="Why none does.")
    mean: SearchedPart = Field(description="The best plan for mean volumes and prices.")
    mean_on_tree: SearchedPart = Field(description="That plan on the tree, its operations adapted.")


class RiskPart(Part):
    """What is minimised."""

    measure: RiskMeasure = Field(description="Of the discounted costs of the paths.")
    level: float = Field(description="Of cvar: share of the probability that is left out.")


class TimingDocument(Part):
    """A result file of ``netdesign timing``. Money is EUR of the first year unless a name says otherwise."""

    COMMAND: ClassVar[str] = "timing"

    format: Literal["netdesign.timing/1"] = Field("netdesign.timing/1", description="Name and version of the format.")
    instance: InstancePart = Field(description="What was solved.")
    scenario: str = Field(description="What the years follow: `base`, the name of a scenario, or `tree`.")
    risk: RiskPart = Field(description="What is minimised; on a path the cost, whatever the instance says.")
    termination: Termination | Literal["running"] = Field(
        description="Why the search for the plan stopped; `running` in a file that was written before it did."
    )
    objective: float | None = Field(description="What is minimised, as the referee finds it, EUR.")
    bound: float | None = Field(description="No permitted plan has less, EUR; null if nothing is proven.")
    gap: float | None = Field(
        description="(objective - bound) / objective; of a regret, a part of what the dearest path costs when it is "
        "known. Null without a plan."
    )
    expected: float | None = Field(description="Mean cost, EUR.")
    cvar: float | None = Field(description="Mean cost of the dearest paths, EUR; null without a tree.")
    largest_regret: float | None = Field(description="Largest regret of a path, EUR; null where it was not searched.")
    nodes: list[NodePart] = Field(description="Plan and cost by node, parents before children; empty without a plan.")
    paths: list[PathPart] = Field(description="By leaf; empty without a plan.")
    delays: list[DelayPart] = Field(description="What delays cost; empty for a tree.")
    single_years: list[SingleYearPart] = Field(description="First and last year by themselves; empty for a tree.")
    values: ValuesPart | None = Field(description="Values of waiting and knowing; null without a tree.")
    clash: list[str] = Field(description="Where no plan is permitted: policies that cannot be kept together.")
    engine: dict[EngineFact, str] = Field(description="Engine and why it was taken.")
    problem: dict[str, Any] = Field(description="What was solved, and the policies in force.")
    options: Options
    reader: Reader
    versions: Versions
    times: Times

    def searches(self) -> Iterator[tuple[str, SearchedPart]]:
        """Yield every further search with its place in the document."""
        for path in self.paths:
            if path.known is not None:
                yield f"path to {path.leaf}: known", path.known
        for delay in self.delays:
            yield f"delay of {delay.hub}", delay.later
        for year in self.single_years:
            yield f"single year {year.year}", year.best
        if self.values is not None:
            if self.values.fixed is not None:
                yield "values.fixed", self.values.fixed
            yield "values.mean", self.values.mean
            yield "values.mean_on_tree", self.values.mean_on_tree

    @property
    def is_running(self) -> bool:
        """Whether the search still went on when the file was written."""
        return self.termination == RUNNING

    @property
    def is_cut_short(self) -> bool:
        """Whether a limit ended one of the further searches."""
        return any(ending.is_limit for ending in self.endings)

    @property
    def endings(self) -> list[Termination]:
        """Why the further searches stopped."""
        return [one.termination for _, one in self.searches()]

    @property
    def has_plan(self) -> bool:
        """Whether a plan is stated."""
        return bool(self.nodes)
