"""Distributions of figures and how they go together: what worlds are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.distribution_rows import PARAMETERS, DistributionKind
from netdesign.instance.fields import LARGEST
from netdesign.instance.figures import FigurePathError, is_pattern, names_below, paths_of, place_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.distribution_rows import CorrelationRow, DistributionRow
    from netdesign.instance.document import Located, Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.figures import Place
    from netdesign.instance.ranges import FigureRange
    from netdesign.instance.schema import InstanceDocument


_FAR = 1e6
"""Standard deviations that stand for any distance, where a distribution has no end."""

_NO_MATRIX = 1e-9
"""Least eigenvalue that counts as rounding."""


@dataclass(frozen=True)
class FigureDistribution:
    """What a figure is drawn from.

    Parameters
    ----------
    paths
        Where it stands, as for ``--set``; all places have one value.
    value
        What the instance gives it.
    kind, low, high, mode, mean, sd
        Distribution and its parameters, in the unit of the figure; nan where it has none such.
    unit
        Its unit, ``1`` for a pure number.
    is_whole
        Whether it is a whole number by its nature.
    status, source
        How sure the distribution is, and where it is from; empty where nothing is stated.
    """

    paths: tuple[str, ...]
    value: float
    kind: DistributionKind
    low: float = float("nan")
    high: float = float("nan")
    mode: float = float("nan")
    mean: float = float("nan")
    sd: float = float("nan")
    unit: str = "1"
    is_whole: bool = False
    status: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        """Its paths as one text."""
        return "; ".join(self.paths)


class Distributions(NamedTuple):
    """What worlds are drawn from.

    Parameters
    ----------
    figures
        Figures that are drawn.
    correlations
        Positions of two of them, the lesser first, and the correlation of their normal scores; 0 for other pairs.
    """

    figures: tuple[FigureDistribution, ...] = ()
    correlations: tuple[tuple[int, int, float], ...] = ()


def distributions_of(instance: Instance) -> Distributions:
    """Return what worlds are drawn from: what a table states, or else all ranges, uniformly and each by itself."""
    if instance.distributions is not None:
        return instance.distributions
    return Distributions(
        tuple(
            FigureDistribution(
                one.paths,
                one.value,
                DistributionKind.UNIFORM,
                one.low,
                one.high,
                unit=one.unit,
                is_whole=one.is_whole,
                status=one.status,
                source=one.source,
            )
            for one in instance.ranges
        )
    )


def resolve_distributions(
    document: InstanceDocument, located: Located, ranges: tuple[FigureRange, ...], faults: FaultList
) -> Distributions | None:
    """Return the distributions of a document, and note what is wrong with them; None where it states none.

    What ``--set`` took away or exchanged has none.
    """
    stated = {path: one for one in ranges for path in one.paths}
    figures: list[FigureDistribution] = []
    taken: dict[Path_, int] = {}
    for index, row in enumerate(document.tables.distributions):
        at: Path_ = ("tables", "distributions", index)
        try:
            names = list(_names(document, row))
            places = [[place_in(document, path) for path in paths_of(name)] for name in names]
        except FigurePathError as error:
            if not located.is_set(error.trail):
                faults.add((*at, "path"), str(error))
            continue
        for name, found in zip(names, places, strict=True):
            for place in found:
                if taken.setdefault(place.trail, index) != index:
                    where = faults.where(("tables", "distributions", taken[place.trail]))
                    faults.add((*at, "path"), f"'{name}' has a distribution already, {where}")
            figure = _figure(name, found, row, stated)
            why = _fault(figure, found)
            if why is not None:
                faults.add((*at, why[0]), why[1])
            figures.append(figure)
    pairs = _correlations(document, located, figures, faults)
    return Distributions(tuple(figures), pairs) if figures else None


def _names(document: InstanceDocument, row: DistributionRow) -> Iterator[str]:
    """Yield the paths of each figure of a row."""
    paths = paths_of(row.path)
    if not paths:
        message = "is empty; write the path of a figure, such as road.cost_eur_per_km"
        raise FigurePathError(message)
    if not any(map(is_pattern, paths)):
        yield row.path
        return
    if len(paths) > 1:
        message = f"'{row.path}': * and ; exclude each other"
        raise FigurePathError(message)
    yield from names_below(document, paths[0])


def _figure(name: str, places: list[Place], row: DistributionRow, stated: dict[str, FigureRange]) -> FigureDistribution:
    first, paths = places[0], paths_of(name)
    value = float(first.value)
    scale = value if row.relative else 1.0
    given = {key: getattr(row, key) for key in PARAMETERS[row.distribution]}
    found = {key: float("nan") if each is None else each * scale for key, each in given.items()}
    for key in ("mode", "mean"):
        if key in given and given[key] is None:
            found[key] = value
    known = stated.get(paths[0])
    if known is not None:
        found |= {end: getattr(known, end) for end in ("low", "high") if end in given and given[end] is None}
    return FigureDistribution(
        paths,
        value,
        row.distribution,
        **found,
        unit=first.unit,
        is_whole=first.is_whole,
        status=row.source_status or "",
        source=row.source or "",
    )


def _fault(figure: FigureDistribution, places: list[Place]) -> tuple[str, str] | None:
    """Return column and message of what is wrong with a distribution, or None."""
    values = sorted({float(place.value) for place in places})
    if len(values) > 1:
        listed = ", ".join(f"{value:g}" for value in values)
        return "path", f"its places have the values {listed}; one distribution is of one figure, with one value"
    kind = figure.kind.value
    if "low" in PARAMETERS[figure.kind]:
        missing = [end for end in ("low", "high") if np.isnan(getattr(figure, end))]
        if missing:
            return missing[0], f"is missing: {kind} has two ends, and {figure.name} states no range"
        if figure.low > figure.high:
            return "low", f"low {figure.low:g} is over high {figure.high:g}; exchange them"
        if figure.low == figure.high:
            return "low", f"low and high are both {figure.low:g}; a distribution has two ends"
        ends = [("low", figure.low), ("high", figure.high)]
    else:
        spread = _FAR * figure.sd
        ends = [("sd", figure.mean - spread), ("sd", figure.mean + spread)]
        if figure.kind is DistributionKind.LOGNORMAL:
            if figure.mean <= 0:
                return "mean", f"{figure.mean:g}: the mean of a lognormal distribution is over 0"
            ends[0] = ("sd", figure.mean * 1e-9)
    if figure.kind is DistributionKind.TRIANGULAR and not figure.low <= figure.mode <= figure.high:
        return "mode", f"{figure.mode:g} is not between low {figure.low:g} and high {figure.high:g}"
    return _outside(figure, places, ends)


def _outside(figure: FigureDistribution, places: list[Place], ends: list[tuple[str, float]]) -> tuple[str, str] | None:
    """Return column and message where a distribution reaches values that the figure may not have."""
    for (column, end), side in zip(ends, ("below", "above"), strict=True):
        value = float(round(end)) if figure.is_whole else end
        limit = max(-LARGEST, min(LARGEST, value))
        why = next(filter(None, (place.fault_of(limit) for place in places)), "")
        if not why:
            continue
        if column != "sd":
            return column, f"{places[0].name}: {why}"
        least = next(filter(None, (place.fault_of(-1.0) for place in places)), "")
        what = "0" if side == "below" and least else "what is allowed"
        cut = "uniform, triangular and truncated_normal have ends"
        other = "lognormal stays above 0, " if side == "below" and figure.kind is DistributionKind.NORMAL else ""
        return (
            "distribution",
            f"{figure.kind.value} can go {side} {what}, where {places[0].name} may not be; {other}{cut}",
        )
    return None


def _correlations(
    document: InstanceDocument, located: Located, figures: list[FigureDistribution], faults: FaultList
) -> tuple[tuple[int, int, float], ...]:
    """Return the correlations of a document, and note those that are none."""
    place_of = {path: place for place, one in enumerate(figures) for path in one.paths}
    found: dict[tuple[int, int], tuple[float, bool, int]] = {}
    for index, row in enumerate(document.tables.correlations):
        at: Path_ = ("tables", "correlations", index)
        ends = [_matching(name, place_of) for name in (row.first, row.second)]
        lost = [
            (key, name)
            for key, name, fitting in zip(("first", "second"), (row.first, row.second), ends, strict=True)
            if not fitting
        ]
        for key, name in lost:
            if not _is_taken_away(document, located, name):
                near = did_you_mean(name, place_of)
                faults.add((*at, key), f"'{name}' has no distribution, so nothing that could be correlated{near}")
        if lost:
            continue
        is_exact = not (is_pattern(row.first) or is_pattern(row.second))
        for a, b in sorted({(min(pair), max(pair)) for pair in product(*ends)}):
            if a == b:
                if is_exact and row.correlation != 1:
                    message = f"a figure has the correlation 1 with itself, not {row.correlation:g}"
                    faults.add((*at, "correlation"), message)
                continue
            before = found.get((a, b))
            if before is not None and before[1] == is_exact and before[0] != row.correlation:
                where = faults.where(("tables", "correlations", before[2]))
                message = f"is {row.correlation:g}, and {before[0]:g} {where}; the matrix would not be symmetric"
                faults.add((*at, "correlation"), message)
            elif before is None or is_exact:
                found[a, b] = (row.correlation, is_exact, index)
    pairs = tuple((a, b, each) for (a, b), (each, _, _) in sorted(found.items()))
    message = _no_matrix(figures, pairs)
    if message:
        faults.add(("tables", "correlations"), message)
    return pairs


def _matching(name: str, place_of: dict[str, int]) -> list[int]:
    """Return the positions of the figures that a path or a pattern names."""
    paths = paths_of(name)
    if len(paths) == 1 and is_pattern(paths[0]):
        before, after = paths[0].split("*", 1)
        return sorted(
            {
                place
                for path, place in place_of.items()
                if path.startswith(before) and path.endswith(after) and len(path) > len(before) + len(after)
            }
        )
    places = {place_of.get(path) for path in paths}
    [place] = places if len(places) == 1 else [None]
    return [] if place is None else [place]


def _is_taken_away(document: InstanceDocument, located: Located, name: str) -> bool:
    try:
        for path in paths_of(name):
            place_in(document, path)
    except FigurePathError as error:
        return located.is_set(error.trail)
    return False


def correlation_matrix(count: int, pairs: tuple[tuple[int, int, float], ...]) -> NDArray[np.float64]:
    """Return the matrix of the correlations of normal scores, shape (count, count)."""
    matrix = np.eye(count)
    for a, b, each in pairs:
        matrix[a, b] = matrix[b, a] = each
    return matrix


def _no_matrix(figures: list[FigureDistribution], pairs: tuple[tuple[int, int, float], ...]) -> str:
    """Return why correlations are those of no joint distribution, or an empty string."""
    if not pairs:
        return ""
    values, vectors = np.linalg.eigh(correlation_matrix(len(figures), pairs))
    if values[0] >= -_NO_MATRIX * len(figures):
        return ""
    # Of all vectors of that eigenvalue, and rounded: what is equal comes in the order of figures on every processor.
    is_least = values <= values[0] + _NO_MATRIX * len(figures)
    weights = np.round(np.sqrt((vectors[:, is_least] ** 2).sum(axis=1)), 6)
    few = [figures[place].paths[0] for place in np.argsort(-weights, kind="stable")[:3] if weights[place] > 1e-6]
    return (
        f"are those of no joint distribution: the matrix is not positive semidefinite, its least eigenvalue is "
        f"{values[0]:.4g}; look at {', '.join(few)}"
    )


def has_figures(document: InstanceDocument, row: DistributionRow) -> bool:
    """Return whether a row has figures in a document."""
    try:
        return all(place_in(document, path) for name in _names(document, row) for path in paths_of(name))
    except FigurePathError:
        return False


def correlates_figures(document: InstanceDocument, row: CorrelationRow) -> bool:
    """Return whether both sides of a row have figures with distributions in a document."""
    kept = [one for one in document.tables.distributions if has_figures(document, one)]
    place_of = {
        path: place for place, one in enumerate(kept) for name in _names(document, one) for path in paths_of(name)
    }
    return bool(_matching(row.first, place_of) and _matching(row.second, place_of))
