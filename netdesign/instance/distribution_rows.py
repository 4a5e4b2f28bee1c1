"""The rows of the tables that worlds are drawn from: distributions of figures, and how these go together."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import LARGEST, Real, quantity
from netdesign.instance.rows import SourcedRow


class DistributionKind(StrEnum):
    """Kinds of distributions."""

    UNIFORM = "uniform"
    TRIANGULAR = "triangular"
    NORMAL = "normal"
    TRUNCATED_NORMAL = "truncated_normal"
    LOGNORMAL = "lognormal"


PARAMETERS = {
    DistributionKind.UNIFORM: ("low", "high"),
    DistributionKind.TRIANGULAR: ("low", "mode", "high"),
    DistributionKind.NORMAL: ("mean", "sd"),
    DistributionKind.TRUNCATED_NORMAL: ("low", "high", "mean", "sd"),
    DistributionKind.LOGNORMAL: ("mean", "sd"),
}
"""Parameters of each kind; mode and mean are the value of the figure where they are left out."""


class DistributionRow(SourcedRow):
    """What a figure is drawn from in `netdesign stress --draws`. It changes no answer of `solve`."""

    path: str = Field(
        min_length=1,
        description="The figure, as for --set; one that stands in several places has all of them, with ; between. With "
        "* in the place of a name all that fit, each drawn by itself: countries.*.volume_factor.",
    )
    distribution: DistributionKind = Field(
        DistributionKind.UNIFORM,
        description="uniform (low, high), triangular (low, mode, high), normal (mean, sd), truncated_normal (these, "
        "cut off at low and high) or lognormal (mean and sd of the figure, not of its logarithm).",
    )
    low: Real | None = quantity("of the figure", "Lower end; left out, that of its range.", default=None, ge=-LARGEST)
    high: Real | None = quantity("of the figure", "Upper end; left out, that of its range.", default=None, ge=-LARGEST)
    mode: Real | None = quantity(
        "of the figure", "Likeliest value; left out, the value of the figure.", default=None, ge=-LARGEST
    )
    mean: Real | None = quantity("of the figure", "Mean; left out, the value of the figure.", default=None, ge=-LARGEST)
    sd: Real | None = quantity("of the figure", "Standard deviation.", default=None, gt=0)
    relative: bool = Field(
        False, description="Whether low, high, mode, mean and sd are multiples of the value of the figure."
    )

    @model_validator(mode="after")
    def _has_its_parameters(self) -> DistributionRow:
        needs = PARAMETERS[self.distribution]
        stray = [name for name in ("low", "high", "mode", "mean", "sd") if name not in needs]
        stray = [name for name in stray if getattr(self, name) is not None]
        if stray:
            facts = {"kind": self.distribution.value, "stray": " and ".join(stray), "needs": ", ".join(needs)}
            raise PydanticCustomError("stray", "{kind} has no {stray}; it has {needs}", facts)
        if "sd" in needs and self.sd is None:
            raise PydanticCustomError("no_sd", "{kind} needs sd", {"kind": self.distribution.value})
        return self


class CorrelationRow(SourcedRow):
    """How two figures that have distributions go together.

    Figures are drawn by a Gaussian copula: of each figure a normal score, correlated as stated, and of that the value.
    """

    first: str = Field(min_length=1, description="Path of a figure with a distribution; * stands for all that fit.")
    second: str = Field(
        min_length=1, description="The other; where both have the same *, all pairs of different figures."
    )
    correlation: Real = quantity("1", "Of the normal scores of both, -1 to 1.", ge=-1, le=1)
