"""Service: of the volume with a deadline at least a share arrives inside it, in all or by country.

Stated by what is late: ``sum_{late r} w_r x_r <= (1 - share) sum_r w_r``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.errors import did_you_mean
from netdesign.instance.fields import Block, Name, Real, quantity
from netdesign.instance.parts import NodeKind
from netdesign.instance.policies.base import FreightPolicy, Limit, Policy, RouteRow
from netdesign.instance.policies.violations import TOLERANCE, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies.base import RouteColumns
    from netdesign.instance.policies.violations import Measured


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


class ServicePolicy(FreightPolicy):
    """The policy."""

    NAME = Policy.SERVICE
    ROWS = "enough_inside_deadline"
    MEASURES = frozenset({"is_in_time"})

    def check(self, instance: Instance, faults: FaultList) -> None:
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

    def limits(self, instance: Instance) -> list[Limit]:
        """Return a limit for each share of a volume that there is."""
        return [
            Limit(name, "is_in_time", volume, least=share * float(volume.sum()))
            for name, share, volume in _rules(instance)
        ]

    def rows(self, instance: Instance, routes: RouteColumns) -> list[RouteRow]:
        """Return the limits by what is late: where nothing can be inside, no row is empty, as Pyomo refuses them."""
        found = []
        for name, share, volume in _rules(instance):
            late = np.flatnonzero(routes.is_late & (volume[routes.commodity] > 0))
            found.append(RouteRow(name, late, volume[routes.commodity[late]] / volume.sum(), most=1.0 - share))
        return found

    def violations(self, instance: Instance, found: Measured) -> Iterator[Violation]:
        """Yield shares that are too small."""
        policy = instance.policies.service
        if policy is None:
            return
        asked = [
            (country, share, found.inside_by_country.get(country, 1.0)) for country, share in policy.by_country.items()
        ]
        if policy.share is not None and found.inside is not None:
            asked.insert(0, ("in all", policy.share, found.inside))
        for subject, share, inside in asked:
            if inside < share - TOLERANCE:
                message = f"{inside:.4%} is inside the deadline; at least {share:.4%} must be"
                yield Violation(Policy.SERVICE, subject, message)


def _rules(instance: Instance) -> list[tuple[str, float, NDArray[np.float64]]]:
    """Return name and share of each rule with the volumes that it is about, where there are any; t/year."""
    policy = instance.policies.service
    if policy is None:
        return []
    promised = np.where(np.isfinite(instance.deadline_h), instance.commodities.volume, 0.0)
    asked = [("all", policy.share, promised)] if policy.share is not None else []
    for country, share in policy.by_country.items():
        asked.append((f"in {country}", share, np.where(instance.european_country == country, promised, 0.0)))
    return [rule for rule in asked if rule[2].any()]
