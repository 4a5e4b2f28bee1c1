"""Prices and volumes in any world, from what each figure does to them: checked against worlds that are built anew.

Prices are taken for sums of products of figures, each moving along a line of its own value or of its reciprocal:
``p = p_0 + sum_f t_f d_f + sum_fg t_f t_g d_fg``, where two figures have a product only if both move the same price.
Volumes are taken for products: ``v = v_0 prod_f (1 + t_f e_f)``. That is so of rates, wages, fuel, factors and volumes.
It is not taken on trust: all prices and volumes of several worlds, and at both ends of all figures, are compared with
those of the instance that is built anew, and all that decides which plans there are has to be the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.price_line import problem_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from netdesign.analysis.moved import ValueProblem

    Floats = NDArray[np.float64]

_ROUNDING = 1e-9
"""Relative difference of prices and volumes that counts as rounding."""

_AGREEMENT = 1e-8
"""The same where rounding is added up over figures; prices under a thousandth of an EUR are nothing."""

MOST_PAIRS = 60
"""Most pairs of figures that may move the same prices."""

_CHECKED = 6
"""Drawn worlds that are built anew."""


class NotMultiAffineError(Exception):
    """Prices are no such function of the figures, or what is permitted or late depends on them; says of which."""


class UnsoundWorldError(NotMultiAffineError):
    """The instance is not sound in a world."""


@dataclass(frozen=True)
class BuiltWorld:
    """Prices and volumes of a world that is built anew.

    Parameters
    ----------
    prices, volumes
        As of ``Operation.prices_of``, with 0 in the place of what is infinite; and t/year.
    structure
        All that decides which plans there are.
    """

    prices: Floats
    volumes: Floats
    structure: tuple[object, ...]

    @classmethod
    def of(cls, problem: ValueProblem, prices: Floats) -> BuiltWorld:
        """Return the world of a problem whose prices are known."""
        question = problem.question
        # Volumes may move: ``problem_figures`` has them apart.
        structure = problem_figures(question.instance, question.network).structure
        absent = np.isinf(prices)
        return cls(np.where(absent, 0.0, prices), question.instance.commodities.volume, (structure, absent.tobytes()))


class MultiAffine:
    """Prices and volumes as functions of the values of figures.

    Parameters
    ----------
    build
        Builds a world anew, given the values of all figures.
    present
        Present values of all figures.
    drawn
        Values in all worlds, shape (worlds, figures).
    names
        Of the figures, for messages.

    Attributes
    ----------
    has_unsound
        Whether the instance is not sound in some of the worlds that were looked at, so that others have to be.

    Raises
    ------
    NotMultiAffineError
        They are no such functions.
    """

    def __init__(
        self, build: Callable[[Floats], BuiltWorld], present: Floats, drawn: Floats, names: Sequence[str]
    ) -> None:
        self._build, self._present, self._names = build, present, names
        self.has_unsound = False
        self._base = build(present)
        ends = np.array([drawn.min(axis=0), drawn.max(axis=0)])
        # The farther end is the one to measure at.
        self._far = np.where(np.abs(ends[0] - present) > np.abs(ends[1] - present), ends[0], ends[1])
        self._moves = np.flatnonzero(self._far != present)
        self._is_reciprocal = np.zeros(len(present), dtype=bool)
        self._at_far = {int(figure): self._moved_to({int(figure): self._far[figure]}) for figure in self._moves}
        known = list(self._sound([ends[0], ends[1], *drawn[:: max(1, len(drawn) // _CHECKED)][:_CHECKED]]))
        self._fit()
        fault = self._fault(known)
        if fault:
            self._find_reciprocals()
            self._fit()
            fault = self._fault(known)
        if fault:
            raise NotMultiAffineError(fault)

    def _sound(self, worlds: Iterable[Floats]) -> Iterator[tuple[Floats, BuiltWorld]]:
        """Yield worlds, built anew; those that are not sound are left out, and noted."""
        for values in worlds:
            try:
                yield values, self._build(values)
            except UnsoundWorldError:
                self.has_unsound = True

    def at(self, worlds: Floats) -> tuple[Floats, Floats]:
        """Return prices and volumes of worlds, shapes (worlds, prices) and (worlds, commodities)."""
        places = self._places(worlds)
        terms = np.concatenate(
            [places[:, self._moves], *(places[:, [f]] * places[:, [g]] for f, g in self._pairs)], axis=1
        )
        prices = self._base.prices + terms @ self._directions
        volumes = np.broadcast_to(self._base.volumes, (len(worlds), len(self._base.volumes))).copy()
        for figure, share in self._shares.items():
            volumes *= 1.0 + places[:, [figure]] * share
        return prices, volumes

    def _moved_to(self, values: dict[int, float]) -> BuiltWorld:
        world = self._present.copy()
        for figure, value in values.items():
            world[figure] = value
        found = self._build(world)
        if found.structure != self._base.structure:
            named = " and ".join(self._names[figure] for figure in values)
            message = f"what is permitted or late depends on {named}"
            raise NotMultiAffineError(message)
        if found.volumes.shape != self._base.volumes.shape:
            message = f"which freight there is depends on {self._names[next(iter(values))]}"
            raise NotMultiAffineError(message)
        return found

    def _places(self, worlds: Floats) -> Floats:
        """Return where values lie between the present one, at 0, and the farther end, at 1."""
        values, zero, one = worlds, self._present, self._far
        if self._is_reciprocal.any():
            flip = self._is_reciprocal
            values, zero, one = (np.where(flip, 1.0 / np.where(flip, part, 1.0), part) for part in (values, zero, one))
        width = np.where(one == zero, 1.0, one - zero)
        return np.asarray((values - zero) / width)

    def _fit(self) -> None:
        """Find what each figure does, and each pair that moves the same prices."""
        base = self._base
        moves = {figure: self._at_far[figure].prices - base.prices for figure in self._at_far}
        scale = np.abs(base.prices)
        touched = {figure: np.abs(move) > _ROUNDING * scale for figure, move in moves.items()}
        self._shares: dict[int, Floats] = {}
        for figure, world in self._at_far.items():
            share = world.volumes / base.volumes - 1.0
            if (np.abs(share) > _ROUNDING).any():
                self._shares[figure] = share
        self._pairs = [(f, g) for f, g in combinations(sorted(moves), 2) if (touched[f] & touched[g]).any()]
        if len(self._pairs) > MOST_PAIRS:
            message = f"more than {MOST_PAIRS} pairs of figures move the same prices"
            raise NotMultiAffineError(message)
        rows = [moves[figure] for figure in self._moves.tolist()]
        for f, g in self._pairs:
            both = self._moved_to({f: self._far[f], g: self._far[g]})
            rows.append(both.prices - base.prices - moves[f] - moves[g])
        self._directions = np.array(rows) if rows else np.zeros((0, len(base.prices)))

    def _find_reciprocals(self) -> None:
        """Find the figures whose reciprocal moves prices along a line."""
        for figure in self._moves.tolist():
            zero, one = self._present[figure], self._far[figure]
            if zero * one <= 0:
                continue
            middle = 0.5 * (zero + one)
            half = self._moved_to({figure: middle})
            move = self._at_far[figure].prices - self._base.prices
            if not move.any():
                continue
            at = float((half.prices - self._base.prices) @ move / (move @ move))
            by_reciprocal = (1.0 / middle - 1.0 / zero) / (1.0 / one - 1.0 / zero)
            self._is_reciprocal[figure] = abs(at - by_reciprocal) < abs(at - 0.5)

    def _fault(self, known: list[tuple[Floats, BuiltWorld]]) -> str:
        """Return how the functions differ from worlds that were built anew; empty where they do not."""
        for values, world in known:
            if world.structure != self._base.structure or world.volumes.shape != self._base.volumes.shape:
                return "what is permitted or late depends on the figures that are drawn"
            prices, volumes = self.at(values[None])
            if not _is_same(prices[0], world.prices):
                return "prices are no sums of products of the figures that are drawn"
            if not _is_same(volumes[0], world.volumes):
                return "volumes are no products of the figures that are drawn"
        return ""


def _is_same(found: Floats, true: Floats) -> bool:
    """Return whether values differ by rounding only; it is added up over all figures."""
    return bool((np.abs(found - true) <= _AGREEMENT * np.maximum(np.abs(true), 1e-3)).all())
