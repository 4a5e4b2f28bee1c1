"""The runner-up of an answer: the second best of all permitted networks, whatever its number of hubs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netdesign.results.document import RunnerUpPart
from netdesign.results.part import finite, proven
from netdesign.results.result import best_of
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.results.document import NetworkPart

    AnySearch = NetworkPart | RunnerUpPart


def runner_up_of_all(networks: Sequence[NetworkPart], existing: int) -> RunnerUpPart | None:
    """Return the second best of all permitted networks, as far as it is found.

    It is the second best of as many hubs as the best network has, or the best network with another number of hubs, and
    ``optimal`` where nothing can be between it and the best. None where it was not searched for, or there is no other.

    Parameters
    ----------
    networks
        The best network for each number of hubs.
    existing
        Hubs that exist; there is one set of so many, as they stay open.
    """
    best = best_of(networks)
    if best is None or (best.runner_up is None and best.hubs != existing):
        return None
    others: list[AnySearch] = [one for one in networks if one.permitted and one is not best]
    others += [] if best.runner_up is None else [best.runner_up]
    if not others:
        return None
    found = min(others, key=_objective)
    hubs = found.open_hubs if isinstance(found, RunnerUpPart) else found.plan.open_hubs if found.plan else []
    is_proven = found.objective is not None and all(is_no_better(one, found.objective) for one in others)
    return RunnerUpPart(
        termination=Termination.OPTIMAL if is_proven else found.termination,
        open_hubs=hubs,
        objective=found.objective,
        bound=finite(min(proven(one) for one in others)),
    )


def is_no_better(other: AnySearch, objective: float) -> bool:
    """Return whether a search has shown that it holds nothing under an objective that is the least of those found."""
    if other.termination in (Termination.OPTIMAL, Termination.INFEASIBLE):
        return True
    return other.bound is not None and other.bound >= objective


def _objective(search: AnySearch) -> float:
    return math.inf if search.objective is None else search.objective
