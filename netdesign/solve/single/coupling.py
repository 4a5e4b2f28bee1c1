"""Which problems of single allocation have searches of their own over sets of hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.blocks import Allocation, Objective
from netdesign.instance.policies import couplings
from netdesign.solve.scheduled.freight import goes_overseas

if TYPE_CHECKING:
    from netdesign.instance import Instance


def is_coupled_by_cities(instance: Instance) -> bool:
    """Return whether freight between cities with one hub each is all that couples the commodities."""
    problem = instance.problem
    is_single = problem.allocation is Allocation.SINGLE and problem.objective is Objective.COST
    is_plain = instance.services is None and not instance.has_centres and not couplings(instance)
    return is_single and is_plain and problem.route_hubs == 2 and not goes_overseas(instance).all()
