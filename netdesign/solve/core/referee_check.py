"""Plans of engines, and their check: the referee prices the plan, and must agree with the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import DisagreementError
from netdesign.evaluate import apart, evaluate
from netdesign.network import best_routes
from netdesign.plan import Plan
from netdesign.solve.core.outcome import exactness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from netdesign.evaluate import Violation
    from netdesign.instance import Instance
    from netdesign.network import Network

AGREEMENT = 1e-6
"""Largest relative difference between the engine's objective and the referee's cost."""


def plan_over(instance: Instance, network: Network, hubs: Iterable[str]) -> Plan | None:
    """Return the plan in which each commodity takes its best route over the hubs, or None if one has no route.

    It is the best plan with these hubs only if nothing couples the commodities.
    """
    chosen = set(hubs)
    positions = [position for position, site in enumerate(instance.sites) if site.id in chosen]
    first, last, value = best_routes(instance, network, positions)
    if not np.isfinite(value).all():
        return None
    return Plan(
        open_hubs=tuple(instance.sites[position].id for position in positions),
        open_lanes=(),  # lanes are a decision only if they have minima, which couple the commodities
        commodity=np.arange(len(first)),
        first_hub=first,
        last_hub=last,
        volume=instance.commodities.volume,
    )


def plan_of_routes(
    instance: Instance,
    hubs: NDArray[np.intp],
    routes: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]],
    volume: NDArray[np.float64],
) -> Plan:
    """Return a plan, given by positions in ``instance.allowed``.

    Parameters
    ----------
    hubs
        The open hubs.
    routes, volume
        Commodity, first and last hub of each route, and its volume, t/year.
    """
    allowed = np.array([instance.site_position[name] for name in instance.allowed])
    names = tuple(instance.sites[site].id for site in np.sort(allowed[hubs]))
    return Plan(names, (), routes[0], allowed[routes[1]], allowed[routes[2]], volume)


def checked_objective(instance: Instance, network: Network, plan: Plan, stated: float, engine: str) -> float:
    """Return the referee's price of a plan, checked against the price that the engine states.

    Raises
    ------
    DisagreementError
        The plan is not permitted, or engine and referee disagree about it: a defect.
    """
    evaluation = evaluate(instance, network, plan)
    refuse_violations(evaluation.violations, engine)
    refuse_price(engine, stated, evaluation.objective, instance.problem.objective.unit)
    return evaluation.objective


def refuse_violations(violations: Sequence[Violation], engine: str) -> None:
    """Raise a DisagreementError for a plan that the referee does not permit."""
    if violations:
        message = f"the referee rejects the plan of {engine}: {'; '.join(map(str, violations[:5]))}"
        raise DisagreementError(message)


def refuse_price(engine: str, stated: float, priced: float, unit: str, scale: float = 0.0) -> None:
    """Raise a DisagreementError for a price that is not the referee's; for ``scale`` see ``exactness``."""
    if abs(stated - priced) > AGREEMENT * exactness(priced, scale):
        said, true = apart(stated, priced, ",.2f")
        message = f"{engine} and referee disagree: stated are {said} {unit}, the plan costs {true}"
        raise DisagreementError(message)
