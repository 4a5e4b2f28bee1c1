"""``tipping``, for Python and for the command line, and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, Unpack

from netdesign.analysis.timing.tipping_call import TimingTippingCall
from netdesign.analysis.tipping_call import MOST_STEPS, USUAL_STEPS, USUAL_WIDTH, FigureCall, TippingCall
from netdesign.api.answers import NetworkAnswer
from netdesign.api.checked import real_number, whole_number, words
from netdesign.api.checked_call import CheckedCall, checked_call
from netdesign.api.given import given_of
from netdesign.api.keywords import AnyYearsOptions, in_words_of_python
from netdesign.api.over_years import is_over_years, parts_over_years, refuse_those_of_one, refuse_those_of_several
from netdesign.api.reported import Report, ReportedAnswer, answered
from netdesign.api.tables import Columns, changes_table, html_list, html_table
from netdesign.api.timing_tipping import TimingTippingAnswer
from netdesign.errors import UsageError
from netdesign.instance.fields import is_decimal
from netdesign.instance.frames import listed_values
from netdesign.report.tipping import tipping_csv, tipping_lines, tipping_records, tipping_text, verdict_words
from netdesign.report.words import counted
from netdesign.solve.registry import ONE_YEAR, STAGED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.report.sentences import Asked
    from netdesign.results.timing_tipping_document import TimingTippingDocument
    from netdesign.results.tipping_document import FigurePart, GridPart, TippingDocument

    AnyInstance: TypeAlias = Instance | Given | str | Path


Grid = Mapping[str, tuple[float, float]] | Sequence[str]
"""Two figures."""


class TippingAnswer(ReportedAnswer["TippingDocument"]):
    """What turns the answer inside its range; ``document`` is the content of the result file.

    Attributes
    ----------
    best, today
        The best network and today's at the present values; None where there is none.
    figures
        Each figure with its range, what was solved of it, and where the best network changes.
    grid
        The best network over two figures; None where it was not asked for.
    """

    REPORT = Report(tipping_lines, tipping_text, tipping_csv, tipping_records)

    def __init__(
        self, document: TippingDocument, notes: Iterable[str | None], asked: Asked, files: tuple[Path, ...]
    ) -> None:
        super().__init__(document, notes, asked, files)
        self.best = None if document.best is None else NetworkAnswer(document.best)
        self.today = None if document.today is None else NetworkAnswer(document.today)
        self.figures: tuple[FigurePart, ...] = tuple(document.figures)
        self.grid: GridPart | None = document.grid

    @property
    def turning(self) -> tuple[FigurePart, ...]:
        """The figures that turn the answer inside their range."""
        return tuple(one for one in self.figures if one.turns)

    @property
    def changes(self) -> Columns:
        """Where the best network changes: one row for each change of each figure."""
        return changes_table(self.figures, "+".join)

    def __repr__(self) -> str:
        turning, name = len(self.turning), self.document.instance.name
        return f"<TippingAnswer {name}: {turning} of {len(self.figures)} figures turn it, {self.termination}>"

    def _repr_html_(self) -> str:
        rows = [[one.name, f"{one.low:g}", f"{one.high:g}", verdict_words(one)] for one in self.figures]
        title = f"tipping {self.document.instance.name}"
        table = html_table(["figure", "low", "high", "the best network"], rows)
        return html_list(title, [*self.sentences, *self.notes]) + table


@in_words_of_python
def tipping(
    instance: AnyInstance,
    figure: str | None = None,
    low: float | None = None,
    high: float | None = None,
    *,
    width: str | float = USUAL_WIDTH,
    grid: Grid | None = None,
    steps: int = USUAL_STEPS,
    **options: Unpack[AnyYearsOptions],
) -> TippingAnswer | TimingTippingAnswer:
    """Find the values of figures at which the best network changes, as ``netdesign tipping`` does.

    Over several years these are the values at which the first decision of the best plan changes: what is ordered and
    closed in the first year.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    figure, low, high
        Path of a figure, as for ``set``, of one that stands in several places all paths with ``;`` between, and its
        range. Left out, all figures for which the instance states a range.
    width
        Share of a range to which a change is narrowed down where it is not exact: 0.01 or ``"1%"``.
    grid, steps
        Of one year: two figures in place of one, for a map of the best network over both, as two paths, a text
        ``"PATH=LOW:HIGH"`` for a range of one's own, or a dict of ends by path; and the number of values of each.
    options
        Model, years, what may open, changed values, engine, limits and callbacks; see ``AnyYearsOptions``.

    Raises
    ------
    InstanceError
        The instance is wrong; all faults at once.
    UsageError
        An option is wrong, a figure does not exist or has no range, or model or engine cannot state the problem.

    Examples
    --------
    >>> import netdesign as nd
    >>> found = nd.tipping("tiny", "hubs.E.fixed_cost_eur_per_year", 0, 200_000)
    >>> [(change.at_least, change.before, change.after) for change in found.figures[0].changes]
    [(93000.0, ['B', 'E'], ['B', 'D'])]
    """
    asked = given_of(instance)
    parts: dict[str, Any] = {
        "figure": partial(_figure_of, figure),
        "low": partial(_end_of, "low", low),
        "high": partial(_end_of, "high", high),
        "width": partial(width_of, width),
    }
    if is_over_years(asked, options):
        return _over_years(asked, options, parts, {"grid": grid, "steps": steps})
    return _of_one_year(asked, options, parts, grid, steps, width)


def _of_one_year(
    asked: Given,
    options: AnyYearsOptions,
    parts: dict[str, Any],
    grid: Grid | None,
    steps: int,
    width: str | float,
) -> TippingAnswer:
    """Look for what turns the best network; ``parts`` check what calls of one year and of several have alike."""
    from netdesign.analysis.tipping import find_tipping_points

    checked: CheckedCall[TippingCall, TippingDocument] = checked_call(
        TippingCall,
        asked,
        ONE_YEAR,
        options,
        **parts,
        grid=partial(grid_of, grid),
        steps=partial(whole_number, "--steps", steps, 2, MOST_STEPS),
    )
    _refuse_beside(grid, width, checked.call)
    refuse_those_of_several(options)
    return answered(TippingAnswer, asked, checked, find_tipping_points)


def _over_years(
    asked: Given, options: AnyYearsOptions, parts: dict[str, Any], of_one: dict[str, Any]
) -> TimingTippingAnswer:
    """Look for what turns the first decision; ``of_one`` has what is for one year."""
    from netdesign.analysis.timing.tipping import find_first_decisions

    checked: CheckedCall[TimingTippingCall, TimingTippingDocument] = checked_call(
        TimingTippingCall, asked, STAGED, options, **parts, **parts_over_years(options)
    )
    _refuse_half_a_range(checked.call)
    refuse_those_of_one({**options, **of_one}, {"grid": None, "steps": USUAL_STEPS})
    return answered(TimingTippingAnswer, asked, checked, find_first_decisions)


def _refuse_beside(grid: Grid | None, width: str | float, call: TippingCall) -> None:
    """Refuse options that change nothing beside the others, and half a range.

    Raises
    ------
    UsageError
        It names the first of them.
    """
    if grid is not None and call.figure is not None:
        message = f"{call.figure}: --grid names both figures; leave the other one out"
        raise UsageError(message)
    if grid is None and call.steps != USUAL_STEPS:
        message = f"--steps {call.steps}: is the number of values of each figure of --grid; name two figures with it"
        raise UsageError(message)
    if grid is not None and call.width != USUAL_WIDTH:
        message = f"--width {width}: narrows down changes of single figures; --grid has --steps"
        raise UsageError(message)
    _refuse_half_a_range(call)


def _refuse_half_a_range(call: FigureCall) -> None:
    if (call.low is None) != (call.high is None):
        message = f"{call.figure}: give both ends of its range, or none for that of the instance"
        raise UsageError(message)


def _figure_of(figure: str | None) -> str | None:
    if figure is not None and not isinstance(figure, str):
        message = f"figure {figure!r}: give the path of a figure, such as road.speed_kmh"
        raise UsageError(message)
    return figure


def _end_of(name: str, value: float | None) -> float | None:
    return real_number(name, value, "a number")


def grid_of(grid: Grid | None) -> tuple[str, str] | None:
    """Return the two figures of a grid, each a path or ``PATH=LOW:HIGH``; None for none.

    Raises
    ------
    UsageError
        They are not two.
    """
    if grid is None:
        return None
    if isinstance(grid, Mapping):
        texts = [f"{path}={':'.join(_ends_of(path, ends))}" for path, ends in grid.items()]
    else:
        texts = list(words("--grid", grid))
    if len(texts) != 2:
        message = f"--grid: names {counted(len(texts), 'figure')}; give two, such as road.speed_kmh and volume_factor"
        raise UsageError(message)
    return texts[0], texts[1]


def _ends_of(path: str, ends: object) -> list[str]:
    listed = listed_values(ends) or []
    if len(listed) != 2:
        message = f"--grid {path}: give both ends of its range, such as (60, 80)"
        raise UsageError(message)
    return [repr(real_number(f"--grid {path}:", end, "a number")) for end in listed]


def width_of(width: str | float) -> float:
    """Return the share of a range to which a change is narrowed down.

    Raises
    ------
    UsageError
        It is no share over 0.
    """
    wanted = "a share of the range over 0, such as 1% or 0.01"
    if isinstance(width, str):
        number = width.strip().removesuffix("%")
        share = float(number) / (100 if number != width.strip() else 1) if is_decimal(number) else 0.0
    else:
        share = real_number("--width", width, wanted) or 0.0
    if not 0 < share <= 1:
        message = f"--width {width}: give {wanted}"
        raise UsageError(message)
    return share
