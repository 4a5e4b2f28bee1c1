"""Shadow prices of limits on late freight and carbon, from what the plans known have of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import linprog

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from netdesign.analysis.measured_problem import Measured


class ShadowPrices(NamedTuple):
    """Prices at which limits are kept by themselves, as far as plans are known.

    Parameters
    ----------
    prices
        By the place of a measure in ``Measured``, EUR/t.
    value
        What the cheapest plan known costs at these prices, less what the limits allow at them, EUR/year. Where no other
        plan is cheaper at the prices, no plan within the limits costs less.
    """

    prices: dict[int, float]
    value: float


def shadow_prices(
    plans: Collection[Measured], limits: Mapping[int, float], dearest: Mapping[int, float]
) -> ShadowPrices | None:
    """Return the prices at which the cheapest plan known, what the limits allow taken off, is dearest.

    This is the Lagrangian dual of the limits over the plans known; to solve at these prices, add what is found and ask
    again is the method of cutting planes (Kelley 1960).

    Parameters
    ----------
    plans
        Of which something is known.
    limits
        Most of a measure, t/year, by its place in ``Measured``.
    dearest
        Highest price of a measure, EUR/t, by the same places.

    Returns
    -------
    ShadowPrices or None
        None where the program cannot be solved as its figures are too far apart.
    """
    places = list(limits)
    figures = np.array(list(plans))
    top = np.array([dearest[place] for place in places])
    # Columns are prices as parts of the dearest, then the value; each plan has one row.
    over = (figures[:, places] - np.array([limits[place] for place in places])) * top
    size = max(1.0, float(np.abs(figures[:, 0]).max()))
    rows = np.hstack([-over / size, np.ones((len(figures), 1))])
    value_only = np.append(np.zeros(len(places)), -1.0)
    box = [(0.0, 1.0)] * len(places) + [(None, None)]
    solved = linprog(value_only, A_ub=rows, b_ub=figures[:, 0] / size, bounds=box, method="highs-ds")
    if solved.x is None:
        return None
    prices = np.clip(solved.x[:-1], 0.0, 1.0) * top
    value = float((figures[:, 0] + over @ (prices / top)).min())
    return ShadowPrices(dict(zip(places, prices.tolist(), strict=True)), value)
