"""What one node with whole hubs and modules proves, as a row that loses its force with each difference from them.

Cuts over parts of hubs cannot say what whole choices inside a year cost, as of air lanes or of single allocation, nor
always that a year cannot be operated. A row that asks for the cost of some hubs, and for less at others by more than it
can matter, says so (integer L-shaped method, Laporte and Louveaux 1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.lp.builder import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.lp.session import LpSession
    from netdesign.solve.multistage.by_node.decisions import Decisions


@dataclass(frozen=True)
class Distance:
    """``constant + weights @ columns``: 0 where something holds, 1 or more elsewhere."""

    constant: float
    columns: NDArray[np.intp]
    weights: NDArray[np.float64]


class Distances:
    """How far hubs and modules of a node are from some that are whole.

    Parameters
    ----------
    master
        Gets columns for modules of which a hub may have several.
    staged, decisions
        The problem, and where it stands in the master.
    """

    def __init__(self, master: LpSession, staged: StagedInstance, decisions: Decisions) -> None:
        self._master, self._staged, self._decisions = master, staged, decisions
        self._more: dict[tuple[int, int, int, int], int] = {}

    def from_hubs(self, node: int, places: NDArray[np.intp]) -> Distance:
        """Return the distance from exactly these hubs, given by place among the permitted sites."""
        y = self._decisions.is_open[node]
        weights = np.ones(len(y))
        weights[places] = -1.0
        return Distance(float(len(places)), y, weights)

    def from_modules(self, node: int, places: NDArray[np.intp], in_use: NDArray[np.int64]) -> Distance:
        """Return the distance from exactly these hubs with no module more, shape (permitted sites, modules)."""
        hubs = self.from_hubs(node, places)
        more = [
            self._has_more(node, k, m, int(in_use[k, m]))
            for k in places.tolist()
            for m, module in enumerate(self._staged.modules)
            if in_use[k, m] < module.most
        ]
        columns = np.concatenate([hubs.columns, np.array(more, dtype=np.intp)])
        return Distance(hubs.constant, columns, np.concatenate([hubs.weights, np.ones(len(more))]))

    def _has_more(self, node: int, k: int, m: int, count: int) -> int:
        """Return a column that is 1 where a hub has more than some modules of a kind in use."""
        z, most = int(self._decisions.in_use[node, k, m]), self._staged.modules[m].most
        if most == 1:
            return z
        key = node, k, m, count
        if key not in self._more:
            column, nothing = len(self._master.is_integer), np.zeros(1)
            self._master.add_columns(nothing, nothing, np.ones(1), np.zeros((self._master.rows, 1)), is_integer=True)
            both = np.array([z, column])
            if_more = -np.inf, float(count), both, np.array([1.0, float(count - most)])
            only_if = 0.0, np.inf, both, np.array([1.0, -float(count + 1)])
            self._master.add_rows(Rows.from_lists([if_more, only_if]))
            self._more[key] = column
        return self._more[key]
