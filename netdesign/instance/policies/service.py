"""Service: of the volume with a deadline at least a share arrives inside it, in all or by country.

Stated by what is late: ``sum_{late r} w_r x_r <= (1 - share) sum_r w_r``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.errors import did_you_mean
from netdesign.instance.data import NodeKind
from netdesign.instance.fields import Block, Name, Real, quantity
from netdesign.instance.policies.base import Policy, RouteRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies import Policies
    from netdesign.instance.policies.base import Routes

NAME = Policy.SERVICE
ROWS = "enough_inside_deadline"


class Service(Block):
    """Least share of the volume with a deadline that arrives inside it."""

    share: Real | None = quantity("1", "In all.", default=None, le=1)
    by_country: dict[Name, Real] = Field(
        default_factory=dict, description="By country of the European end of the commodity, as shares."
    )

    @model_validator(mode="after")
    def _shares(self) -> Service:
        for country, share in self.by_country.items():
            if not 0 <= share <= 1:
                raise PydanticCustomError(
                    "share_range",
                    "by_country.{country}: {share} is not between 0 and 1",
                    {"country": country, "share": share},
                )
        return self


def couples(policies: Policies) -> str | None:
    """Return its name where it is in force."""
    return NAME.value if policies.service is not None else None


def can_forbid(policies: Policies) -> bool:
    """Tell whether it is in force."""
    return policies.service is not None


def check(instance: Instance, faults: FaultList) -> None:
    """Note shares without a deadline, and of countries without a city."""
    policy = instance.policies.service
    if policy is None:
        return
    if all(stream.deadline_h is None for stream in instance.streams):
        faults.add(("policies", "service"), "no stream has a deadline_h to be inside of")
    countries = {node.country for node in instance.nodes if node.country and node.kind is NodeKind.CITY}
    for country in policy.by_country:
        if country not in countries:
            message = f"no city is in '{country}'{did_you_mean(country, countries)}"
            faults.add(("policies", "service", "by_country", country), message)


def rows(instance: Instance, routes: Routes) -> list[RouteRow]:
    """Return a row for each share of a volume that there is."""
    policy = instance.policies.service
    if policy is None:
        return []
    promised = np.where(np.isfinite(instance.deadline_h), instance.commodities.volume, 0.0)
    asked: dict[str, tuple[float, NDArray[np.float64]]] = {}
    if policy.share is not None:
        asked["all"] = policy.share, promised
    for country, share in policy.by_country.items():
        asked[f"in {country}"] = share, np.where(instance.european_country == country, promised, 0.0)
    found = []
    for name, (share, volume) in asked.items():
        if volume.sum() > 0:
            # By what is late: where nothing can be inside, the row is not empty, which Pyomo refuses to compile.
            late = np.flatnonzero(routes.is_late & (volume[routes.commodity] > 0))
            found.append(RouteRow(name, late, volume[routes.commodity[late]] / volume.sum(), most=1.0 - share))
    return found
