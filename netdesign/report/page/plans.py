"""The plans of a page: each once, whatever results have it, with the place by which evidence names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.evaluate import evaluate
from netdesign.report.answer import COST_ROWS, charge_names
from netdesign.report.page.figures import figure
from netdesign.report.page.plan_record import cost_parts, head, plan_record
from netdesign.report.words import name_of
from netdesign.results.named_plan import plan_from_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdesign.analysis.problem import SolveProblem
    from netdesign.report.page.data import PlanHead, PlanRecord
    from netdesign.results.document import NetworkPart
    from netdesign.results.plan_document import PlanPart

MOST_ROWS = 16_000
"""Rows of cities and legs of all plans from which a page takes up only those of its switch, as it is to open at once
and go by mail: one of the European instance has 660, which take 28 kB."""

_DECIMALS = 3
"""Of volumes by which two plans are the same."""


class ShownPlans:
    """The plans of a page.

    Attributes
    ----------
    records
        The plans in the order of the switch.
    left_out
        Number of plans that were not taken up, as there are enough.
    """

    def __init__(self) -> None:
        self.records: list[PlanRecord] = []
        self.left_out = 0
        self._rows = 0
        self._places: dict[tuple[Any, ...], int] = {}
        self._hubs: list[frozenset[str]] = []

    @property
    def is_full(self) -> bool:
        """Whether there are enough."""
        return self._rows >= MOST_ROWS

    def take(self, key: tuple[Any, ...], hubs: Iterable[str], record: PlanRecord) -> int:
        """Take up a plan, and return its place."""
        place = self._places[key] = len(self.records)
        self.records.append(record)
        self._hubs.append(frozenset(hubs))
        self._rows += len(record["cities"]["place"]) + len(record["legs"]["kind"])
        return place

    def place(self, key: tuple[Any, ...]) -> int | None:
        """Return the place of a plan; None where it is not there."""
        return self._places.get(key)

    def of_hubs(self, hubs: Iterable[str]) -> int | None:
        """Return the place of the first plan with these open hubs; None without one."""
        wanted = frozenset(hubs)
        return self._hubs.index(wanted) if wanted in self._hubs else None

    def mark_best(self, best: int | None) -> None:
        """Mark the best plan, and say what the others have more."""
        least = None if best is None else self.records[best]["objective"]
        for place, record in enumerate(self.records):
            own = record["objective"]
            record["is_best"] = place == best
            record["more_than_best"] = None if least is None or own is None else figure(own - least)


class NetworkPlans(ShownPlans):
    """The plans of one year."""

    def add(self, network: NetworkPart, problem: SolveProblem, top: PlanHead) -> int | None:
        """Return the place of a network, which is taken up where it is new; None without a plan, or with enough.

        Parameters
        ----------
        network
            As a result states it.
        problem
            The instance with the options of that result, and its legs.
        top
            The first fields of its record.
        """
        if network.plan is None:
            return None
        key = _key(network.plan)
        place = self.place(key)
        if place is not None:
            return place
        if self.is_full and top["group"] != "number":
            self.left_out += 1
            return None
        instance = problem.instance
        plan = plan_from_document(network.plan, instance)
        evaluation = evaluate(instance, problem.network, plan)
        costs = cost_parts(network.costs, COST_ROWS | charge_names())
        return self.take(key, plan.open_hubs, plan_record(instance, plan, evaluation, costs, top))

    def add_compared(self, networks: Sequence[NetworkPart], problem: SolveProblem) -> None:
        """Take up networks of a comparison."""
        for network in networks:
            self.add(network, problem, head(name_of(network), "own", network, note="Compared"))

    def of_network(self, network: NetworkPart) -> int | None:
        """Return the place of a network; None where it is not there."""
        return None if network.plan is None else self.place(_key(network.plan))


def _key(plan: PlanPart) -> tuple[Any, ...]:
    """Return what two plans that are the same have in common: hubs, routes, and departures."""
    routes, services = plan.routes, plan.services or []
    return (
        tuple(sorted(plan.open_hubs)),
        tuple(zip(routes.origin, routes.destination, routes.stream, routes.first_hub, routes.last_hub, strict=True)),
        tuple(round(volume, _DECIMALS) for volume in routes.volume_t_per_year),
        tuple((one.leg, one.vehicle, one.departures_per_week) for one in services),
    )
