"""The part of results of ``stress`` on drawn worlds."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from netdesign.instance.distribution_rows import DistributionKind
from netdesign.results.part import Part
from netdesign.solve.core.outcome import Termination


class DrawMethod(StrEnum):
    """How networks were operated in the worlds."""

    COMPILED = "compiled"
    SOLVED = "solved"


class DrawnFigurePart(Part):
    """A figure that was drawn."""

    name: str = Field(description="Its paths as for `--set`, with `; ` between.")
    unit: str = Field(description="Its unit; `1` for a pure number.")
    value: float = Field(description="What the instance gives it.")
    distribution: DistributionKind = Field(description="What it was drawn from.")
    least: float = Field(description="Least value in the worlds.")
    mean: float = Field(description="Mean in the worlds.")
    largest: float = Field(description="Largest value in the worlds.")
    status: str = Field(description="How sure the distribution is; empty where the instance does not state it.")
    source: str = Field(description="Where it is from; empty where the instance does not say.")


class DrawnCostsPart(Part):
    """What something costs in the worlds, in EUR/year; a plan over years, in EUR of the first year.

    Of each figure the plain one is of what it costs as it was operated; ``at_least`` and ``at_most`` enclose what it
    costs at best. Null where it could not be operated in some world.
    """

    infeasible: int = Field(description="Worlds in which it cannot be operated; proven.")
    unknown: int = Field(description="Worlds in which no way to operate it was found, and none is excluded.")
    exact: int = Field(description="Worlds in which cost and bound are the same.")
    width: float | None = Field(description="Cost less bound, mean over the worlds.")
    widest: float | None = Field(description="Largest cost less bound, as a share of the cost.")
    mean: float | None = Field(description="Mean cost.")
    mean_at_least: float | None = Field(description="Mean of the bounds.")
    standard_error: float | None = Field(description="Of the mean.")
    cvar: float | None = Field(description="Mean of the dearest worlds, by the level of the call.")
    cvar_at_least: float | None = Field(description="The same of the bounds.")
    best: float = Field(description="Share of the worlds in which none of the list costs less.")
    best_at_least: float = Field(description="Share of the worlds in which that is proven.")
    best_at_most: float = Field(description="Share of the worlds in which it is not excluded.")
    regret: float | None = Field(description="Largest amount by which it costs more than the best of the list.")
    regret_at_least: float | None = Field(description="Proven lower limit of the largest regret.")
    regret_at_most: float | None = Field(description="Proven upper limit of the largest regret.")
    difference: float | None = Field(description="Mean cost less that of the first of the list, in the same worlds.")
    difference_error: float | None = Field(description="Standard error of that mean difference.")
    difference_low: float | None = Field(
        description="The difference in a world is less than this in a twentieth of the worlds."
    )
    difference_high: float | None = Field(description="It is more than this in a twentieth of the worlds.")
    difference_at_least: float | None = Field(description="Lower limit of the mean difference by the bounds.")
    difference_at_most: float | None = Field(description="Upper limit of the mean difference by the bounds.")


class DrawnNetworkPart(DrawnCostsPart):
    """What a network costs in the worlds."""

    open_hubs: list[str] = Field(description="Its open hubs; as in `networks`, in the same order.")


class RobustPart(Part):
    """What is best by one measure over the worlds."""

    place: int = Field(description="Its place in the list, from 1.")
    is_certain: bool = Field(
        description="Whether bounds prove that nothing else in the list is better by it in these worlds; standard "
        "errors are another matter."
    )


class WorldsPart(Part):
    """Drawn worlds, the same for all that is operated in them."""

    termination: Termination = Field(description="Why looking stopped; worlds that were looked at before count.")
    asked: int = Field(description="Worlds that the call asks for.")
    worlds: int = Field(description="Worlds in which all of the list were operated.")
    level: float = Field(description="Of CVaR.")
    figures: list[DrawnFigurePart] = Field(description="Figures that were drawn.")
    least_mean: RobustPart | None = Field(description="What has the least mean cost; null where none has a mean.")
    least_cvar: RobustPart | None = Field(description="What has the least CVaR; null where none has one.")
    least_regret: RobustPart | None = Field(description="What has the least largest regret; null where none has one.")


class DrawsPart(WorldsPart):
    """What networks cost in drawn worlds, the same for all of them."""

    method: DrawMethod = Field(
        description="`compiled`: prices and volumes of each world follow from what each figure does to them, and "
        "compiled loops operate the networks: a bound and a cost. `solved`: each world was built anew, and each "
        "network solved."
    )
    why_solved: str = Field(description="Why the worlds were solved one by one; empty where they were not.")
    networks: list[DrawnNetworkPart] = Field(description="What each network costs in the worlds.")
