"""What a network saves against the one that its verdict compares with, while it is searched."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.results.part import proven
from netdesign.solve.core.outcome import Saving, Termination

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netdesign.results.document import LinearNetworkPart, NetworkPart
    from netdesign.solve.core.outcome import Progress

    AnyNetwork = NetworkPart | LinearNetworkPart


def compared_with(networks: Iterable[AnyNetwork]) -> AnyNetwork | None:
    """Return the network with which the next one is compared: the last feasible one, or else the last."""
    before: AnyNetwork | None = None
    for network in networks:
        is_infeasible = network.termination is Termination.INFEASIBLE
        if before is None or before.termination is Termination.INFEASIBLE or not is_infeasible:
            before = network
    return before


class SavingListener:
    """Passes progress on, with what the network that is searched saves.

    Parameters
    ----------
    listen
        Is called with each ``Progress``.
    """

    def __init__(self, listen: Callable[[Progress], None]) -> None:
        self._listen = listen
        self._before: AnyNetwork | None = None
        self._task, self._bound = "", -math.inf

    def search(self, task: str, before: AnyNetwork | None = None, bound: float = -math.inf) -> None:
        """Take the search that comes next.

        Parameters
        ----------
        task
            Its name.
        before
            The network with which what it finds is compared, or None.
        bound
            What an earlier call has proven of all its plans, in the unit of the objective.
        """
        self._task, self._before, self._bound = task, before, bound

    def __call__(self, progress: Progress) -> None:
        """Pass a ``Progress`` on."""
        before = self._before
        if progress.task == self._task and progress.notice is None and self._bound > _bound(progress):
            at_most = math.inf if progress.incumbent is None else progress.incumbent
            progress = replace(progress, bound=min(self._bound, at_most))
        # What minima cost is found by searches of other names.
        if before is not None and before.objective is not None and progress.task.startswith(self._task):
            progress = replace(progress, saving=_saving(progress, before, before.objective))
        self._listen(progress)


def _bound(progress: Progress) -> float:
    return -math.inf if progress.bound is None else progress.bound


def _saving(progress: Progress, before: AnyNetwork, objective: float) -> Saving | None:
    least = proven(before)
    at_least = None if progress.incumbent is None or math.isinf(least) else least - progress.incumbent
    at_most = None if progress.bound is None else objective - progress.bound
    known = at_least is not None or at_most is not None
    return Saving(at_least, at_most, tuple(before.open_hubs)) if known else None
