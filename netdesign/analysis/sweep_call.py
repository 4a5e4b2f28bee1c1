"""Options of a call of sweep, recorded in its result; and where its figures stand in an instance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from netdesign.analysis.call import Call
from netdesign.analysis.named_figures import once_set, refuse_outranked
from netdesign.analysis.problem import source_named
from netdesign.analysis.swept_figures import Combination, SweptFigure, combinations_of
from netdesign.errors import InstanceError, UsageError
from netdesign.instance.figures import FigurePathError, paths_of, place_in
from netdesign.instance.read import validated

if TYPE_CHECKING:
    from netdesign.instance.document import Path_
    from netdesign.instance.published.reading import Named
    from netdesign.instance.schema import InstanceDocument


@dataclass(frozen=True)
class ScenarioTable:
    """Rows of figures, as a table names them.

    Parameters
    ----------
    figures
        Paths of each column.
    rows
        Values in the order of the columns, None where a row leaves a figure as it is, with the name of the row.
    """

    figures: tuple[tuple[str, ...], ...] = ()
    rows: tuple[Combination, ...] = ()

    def to_record(self) -> dict[str, object]:
        """Return the table as a result records it."""
        figures = ["; ".join(paths) for paths in self.figures]
        return {"figures": figures, "rows": [[row.scenario, *row.values] for row in self.rows]}

    @classmethod
    def from_record(cls, record: Any) -> ScenarioTable:
        """Return the table that a result records.

        Raises
        ------
        KeyError, TypeError, ValueError
            It records none.
        """
        rows = []
        for scenario, *values in record["rows"]:
            if len(values) != len(record["figures"]) or not isinstance(scenario, str):
                raise ValueError
            rows.append(Combination(tuple(None if one is None else float(one) for one in values), scenario))
        return cls(tuple(map(paths_of, record["figures"])), tuple(rows))


@dataclass(frozen=True)
class SweepCall(Call):
    """Options of a call about combinations of values.

    Parameters
    ----------
    over
        Figures with their values.
    table
        Rows of further figures; None without one.
    """

    COMMAND = "call of sweep"

    over: tuple[SweptFigure, ...] = ()
    table: ScenarioTable | None = None

    def _own_record(self) -> dict[str, object]:
        table = None if self.table is None else self.table.to_record()
        return super()._own_record() | {"over": [figure.text for figure in self.over], "table": table}

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        record, own = document.options, super()._own_of(document)
        if not isinstance(record["over"], list):
            raise TypeError
        over = tuple(SweptFigure.from_text(text) for text in record["over"])
        table = record["table"]
        return own | {"over": over, "table": None if table is None else ScenarioTable.from_record(table)}

    @property
    def figures(self) -> tuple[tuple[str, ...], ...]:
        """Paths of all figures: those of the table, then the others."""
        of_table = () if self.table is None else self.table.figures
        return (*of_table, *(figure.paths for figure in self.over))

    @property
    def combinations(self) -> list[Combination]:
        """All combinations, in their order."""
        table = self.table or ScenarioTable()
        return combinations_of(self.over, table.rows, len(table.figures))


class FigureNow(NamedTuple):
    """A figure of a sweep in the instance.

    Parameters
    ----------
    paths
        Where it stands.
    unit
        Its unit, ``1`` for a pure number.
    value
        What the instance gives it; None where it gives none, or its places have several values.
    """

    paths: tuple[str, ...]
    unit: str
    value: float | None

    @property
    def name(self) -> str:
        """Its paths as one text."""
        return "; ".join(self.paths)


def figures_now(name_or_path: Named, call: SweepCall) -> tuple[FigureNow, ...]:
    """Return the figures of a call as they stand in its instance.

    Raises
    ------
    UsageError
        None is named, one does not exist, or one stands twice.
    """
    if not call.figures:
        message = (
            "name at least one figure with its values, such as --over volume_factor=0.5,1,2, or give a table of them "
            "with --table FILE.csv"
        )
        raise UsageError(message)
    document, found, taken = validated(source_named(name_or_path, call)), [], {}
    first = {paths: value for paths, value in _first_values(call).items() if value is not None}
    for paths in call.figures:
        places = [_found(name_or_path, call, document, path, first.get(paths)) for path in paths]
        for path, place in zip(paths, places, strict=True):
            refuse_outranked(call, path, place.trail)
            if place.trail in taken:
                message = f"{path}: is named twice; one --over has all values of a figure"
                raise UsageError(message)
            taken[place.trail] = path
        values = {place.value for place in places}
        found.append(FigureNow(paths, places[0].unit, values.pop() if len(values) == 1 else None))
    return tuple(found)


def _first_values(call: SweepCall) -> dict[tuple[str, ...], float | None]:
    """Return a value of each figure."""
    found: dict[tuple[str, ...], float | None] = {}
    for combination in call.combinations:
        for paths, value in zip(call.figures, combination.values, strict=True):
            if found.get(paths) is None:
                found[paths] = value
    return found


class _Found(NamedTuple):
    """Where a figure stands, its unit and its value; None where the instance gives none."""

    trail: Path_
    unit: str
    value: float | None


def _found(name_or_path: Named, call: SweepCall, document: InstanceDocument, path: str, value: float | None) -> _Found:
    """Return where a figure stands.

    Raises
    ------
    UsageError
        It does not exist.
    """
    try:
        place = place_in(document, path)
    except FigurePathError as error:
        # A price that is not in force yet, for example, has no value and no block around it.
        try:
            found = None if value is None or error.has_value else once_set(name_or_path, call, path, value)
        except InstanceError:
            return _Found((path,), "1", None)  # a row will tell
        if found is None:
            raise UsageError(str(error)) from None
        return _Found(found.trail, found.unit, None)
    return _Found(place.trail, place.unit, float(place.value))
