"""Rows of policies on freight in the program of a set of hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

    from netdesign.instance.policies import RouteRow
    from netdesign.solve.lp.builder import LpBuilder


def add_policy_rows(
    builder: LpBuilder, rows: Iterable[RouteRow], hubs: Collection[str], share: NDArray[np.intp], money: float
) -> None:
    """Add rows of a policy, with a column for what is short of each that has a price.

    Parameters
    ----------
    builder
        Of the program.
    rows
        Over the routes whose shares are columns; those about a hub that is not open are left out.
    hubs
        Ids of the open hubs.
    share
        Columns of the shares.
    money
        EUR of one unit of the objective.
    """
    for row in rows:
        if row.hub_weight and row.name not in hubs:
            continue
        columns, values = share[row.routes], row.weights
        if row.relief is not None:
            short = builder.add_columns(np.zeros(1), 1.0, row.relief / money)
            columns, values = np.append(columns, short), np.append(values, 1.0)
        builder.add_row(columns, values, row.least - row.hub_weight, row.most - row.hub_weight)
