"""Mean, standard error, CVaR, share of best worlds and regret, from a bound and a cost in each world."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.results.part import finite
from netdesign.results.stress_draws import DrawnCostsPart, RobustPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_TAIL = 0.05
"""Part of the worlds beyond each of the two values between which a difference usually is."""

TIE = 1e-9
"""Relative difference of costs that counts as rounding."""


def costs_in_worlds(lower: Floats, upper: Floats, level: float) -> list[DrawnCostsPart]:
    """Return what each of several networks or plans costs in worlds.

    Parameters
    ----------
    lower, upper
        Bound and cost, shape (worlds, networks); both infinite where one cannot be operated.
    level
        Of CVaR.
    """
    least_upper, least_lower = _least_of_others(upper), _least_of_others(lower)
    return [
        _part(lower, upper, level, place, least_lower[:, place], least_upper[:, place])
        for place in range(upper.shape[1])
    ]


def robust(parts: Sequence[DrawnCostsPart], measure: str) -> RobustPart | None:
    """Return what has the least of a measure: ``mean``, ``cvar`` or ``regret``."""
    known = [(getattr(one, measure), place) for place, one in enumerate(parts) if getattr(one, measure) is not None]
    if not known:
        return None
    value, place = min(known)
    most = parts[place].regret_at_most if measure == "regret" else value
    others = [
        getattr(one, f"{measure}_at_least")
        for number, one in enumerate(parts)
        if number != place and not one.infeasible
    ]
    is_certain = most is not None and all(other is not None and other >= most for other in others)
    return RobustPart(place=place + 1, is_certain=is_certain)


def cvar(costs: Floats, level: float) -> float:
    """Return the mean of the dearest worlds: of all of them the part 1 - level; a world may count in part."""
    number = (1.0 - level) * len(costs)
    dearest = np.sort(costs)[::-1]
    whole = min(len(costs), math.floor(number + 1e-9))
    rest = number - whole
    total = dearest[:whole].sum()
    if whole < len(costs) and rest > 1e-9:
        total += rest * dearest[whole]
    else:
        number = float(whole)
    return float(total / number)


def robust_parts(parts: Sequence[DrawnCostsPart]) -> dict[str, RobustPart | None]:
    """Return what has the least of each measure, as results state it."""
    return {f"least_{measure}": robust(parts, measure) for measure in ("mean", "cvar", "regret")}


def _least_of_others(values: Floats) -> Floats:
    """Return the least of the values of all others, shape (worlds, networks); infinite without another."""
    if values.shape[1] == 1:
        return np.full(values.shape, np.inf)
    two = np.partition(values, 1, axis=1)[:, :2]
    return np.where(values == two[:, [0]], np.where(two[:, [0]] == two[:, [1]], two[:, [0]], two[:, [1]]), two[:, [0]])


def _part(
    lower: Floats,
    upper: Floats,
    level: float,
    place: int,
    others_lower: Floats,
    others_upper: Floats,
) -> DrawnCostsPart:
    worlds = len(upper)
    low, high = lower[:, place], upper[:, place]
    infeasible = np.isinf(low)
    rounding = TIE * np.abs(np.where(np.isfinite(high), high, 0.0))
    counts = {
        "infeasible": int(infeasible.sum()),
        "unknown": int((np.isinf(high) & ~infeasible).sum()),
        "exact": int((high - np.where(infeasible, 0.0, low) <= rounding).sum()),
        "best": _share(~infeasible & (high <= others_upper + rounding)),
        "best_at_least": _share(np.isfinite(high) & (high <= others_lower + rounding)),
        "best_at_most": _share(~infeasible & (low <= others_upper + rounding)),
    }
    is_whole = bool(np.isfinite(high).all())
    measures: dict[str, float | None] = dict.fromkeys(_MEASURES)
    if is_whole:
        root = math.sqrt(worlds)
        measures |= {
            "width": float((high - low).mean()),
            "widest": float(((high - low) / np.maximum(np.abs(high), 1e-300)).max()),
            "mean": float(high.mean()),
            "mean_at_least": float(low.mean()),
            "standard_error": float(high.std(ddof=1) / root) if worlds > 1 else None,
            "cvar": cvar(high, level),
            "cvar_at_least": cvar(low, level),
            "regret": float((high - np.minimum(high, others_upper)).max()),
            "regret_at_least": float(np.maximum(0.0, low - others_upper).max()),
            "regret_at_most": float(np.maximum(0.0, high - others_lower).max()),
        }
        if np.isfinite(upper[:, 0]).all():
            apart = high - upper[:, 0]
            nothing = place == 0
            measures |= {
                "difference": float(apart.mean()),
                "difference_error": float(apart.std(ddof=1) / root) if worlds > 1 else None,
                "difference_low": float(np.quantile(apart, _TAIL)),
                "difference_high": float(np.quantile(apart, 1.0 - _TAIL)),
                "difference_at_least": 0.0 if nothing else float((low - upper[:, 0]).mean()),
                "difference_at_most": 0.0 if nothing else float((high - lower[:, 0]).mean()),
            }
    found = {name: finite(value) for name, value in measures.items()}
    return DrawnCostsPart(**counts, **found)


_MEASURES = (
    *("width", "widest", "mean", "mean_at_least", "standard_error", "cvar", "cvar_at_least"),
    *("regret", "regret_at_least", "regret_at_most"),
    *("difference", "difference_error", "difference_low", "difference_high"),
    *("difference_at_least", "difference_at_most"),
)


def _share(worlds: NDArray[np.bool_]) -> float:
    return float(worlds.mean())
