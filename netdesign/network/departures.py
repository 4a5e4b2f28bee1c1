"""Departures of a plan as columns: where their legs stand, by which terms they go, and how long freight waits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.services import LegKind
from netdesign.network.services import LEGS, LegPlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.services import Services, ServiceTerms
    from netdesign.network.legs import Network
    from netdesign.network.services import ScheduledService

NOWHERE = -1
"""In the place of a leg, or of terms, where there are none."""

KINDS = {kind: position for position, kind in enumerate(LegKind)}


@dataclass(frozen=True, eq=False)
class Departures:
    """Departures of a plan, in its order; arrays have an entry for each of its services.

    Parameters
    ----------
    services
        Those of the plan.
    kind, origin, destination, vehicle
        Positions: of the kind of leg, of nodes, and of the vehicle.
    number
        Departures a week.
    legs, row, column
        Where the leg stands: position in ``LEGS``, and in these arrays; ``NOWHERE`` where no leg of the kind joins its
        ends.
    terms, term
        All terms, and position of those of the leg; ``NOWHERE`` where freight is carried by the tonne.
    runs
        Whether the vehicle may go there, at least once a week.
    """

    services: tuple[ScheduledService, ...]
    kind: NDArray[np.intp]
    origin: NDArray[np.intp]
    destination: NDArray[np.intp]
    vehicle: NDArray[np.intp]
    number: NDArray[np.float64]
    legs: NDArray[np.intp]
    row: NDArray[np.intp]
    column: NDArray[np.intp]
    terms: tuple[ServiceTerms, ...]
    term: NDArray[np.intp]
    runs: NDArray[np.bool_]

    @classmethod
    def of(cls, instance: Instance, network: Network, services: tuple[ScheduledService, ...]) -> Departures:
        """Return the departures of a plan; none run where the instance has no services."""
        kind, origin, destination, vehicle = (
            np.array(column, dtype=np.intp)
            for column in (
                [KINDS[service.kind] for service in services],
                [service.origin for service in services],
                [service.destination for service in services],
                [service.vehicle for service in services],
            )
        )
        number = np.array([service.departures for service in services], dtype=np.float64)
        legs, row, column = _places(instance, kind, origin, destination)
        terms: tuple[ServiceTerms, ...] = ()
        term = np.full(len(services), NOWHERE)
        if instance.services is not None:
            terms, term = _terms(instance.services, services, kind, origin == destination)
        runs = (legs != NOWHERE) & (term != NOWHERE) & (number >= 1)
        found = cls(services, kind, origin, destination, vehicle, number, legs, row, column, terms, term, runs)
        runs &= np.isfinite(found.at_legs(network, "travel_h"))
        return found

    @cached_property
    def places(self) -> tuple[LegPlace | None, ...]:
        """Where the leg of each service stands; None where no leg of its kind joins its ends."""
        columns = zip(self.legs.tolist(), self.row.tolist(), self.column.tolist(), strict=True)
        return tuple(None if legs == NOWHERE else LegPlace(LEGS[legs], row, column) for legs, row, column in columns)

    @cached_property
    def wait_h(self) -> NDArray[np.float64]:
        """Wait for each departure, h; 0 of what does not run."""
        columns = zip(self.runs.tolist(), self.term.tolist(), self.services, strict=True)
        asked = [(term, service.departures) if runs else (NOWHERE, 0) for runs, term, service in columns]
        # Departures are hundreds, but few differ.
        known = {(term, number): self.terms[term].wait_h(number) if number else 0.0 for term, number in set(asked)}
        return np.array([known[one] for one in asked])

    def at_legs(self, network: Network, column: str) -> NDArray[np.float64]:
        """Return a column of ``ServiceArrays`` for each service; infinite where its leg has none."""
        found = np.full(len(self.services), np.inf)
        for position, name in enumerate(LEGS if network.services is not None else ()):
            there = self.legs == position
            values = getattr(getattr(network.services, name), column)
            cell = self.row[there], self.column[there]
            found[there] = values[cell] if values.ndim == 2 else values[self.vehicle[there], *cell]
        return found

    def of_terms(self, name: str) -> NDArray[np.float64]:
        """Return a number that terms state for each service; nan where it has no terms."""
        return np.array([*(getattr(one, name) for one in self.terms), np.nan], dtype=np.float64)[self.term]


def _places(
    instance: Instance, kind: NDArray[np.intp], origin: NDArray[np.intp], destination: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return where legs stand: position in ``LEGS``, row and column."""
    site_at = np.full(len(instance.nodes), NOWHERE)
    site_at[[site.node for site in instance.sites]] = np.arange(len(instance.sites))
    overseas = instance.is_overseas
    is_from, is_to = overseas[origin], overseas[destination]
    collects = (kind == KINDS[LegKind.COLLECTION]) | is_from
    hands_out = ~collects & ((kind == KINDS[LegKind.DISTRIBUTION]) | is_to)
    legs = np.select(
        [collects, hands_out], [LEGS.index("collection"), LEGS.index("distribution")], LEGS.index("inter_hub")
    )
    row = np.where(collects, origin, site_at[origin])
    column = np.where(hands_out, destination, site_at[destination])
    is_nowhere = ((kind == KINDS[LegKind.AIR]) != (is_from | is_to)) | (row == NOWHERE) | (column == NOWHERE)
    return np.where(is_nowhere, NOWHERE, legs), row, column


def _terms(
    services: Services,
    departures: Sequence[ScheduledService],
    kind: NDArray[np.intp],
    is_own: NDArray[np.bool_],
) -> tuple[tuple[ServiceTerms, ...], NDArray[np.intp]]:
    """Return all terms of departures, and the position of those of each; a leg from a node to itself has none."""
    position: dict[ServiceTerms, int] = {}

    def place_of(terms: ServiceTerms | None) -> int:
        return NOWHERE if terms is None else position.setdefault(terms, len(position))

    if services.of_leg or services.centres:
        each = (services.terms(one.kind, one.origin, one.destination) for one in departures)
        term = np.array([place_of(terms) for terms in each], dtype=np.intp)
    else:
        term = np.array([place_of(services.of_kind.get(one)) for one in KINDS])[kind]
        term[is_own] = NOWHERE
    return tuple(position), term
