"""``tipping``, for Python and for the command line, and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, Unpack

from netdesign.analysis.problem import notes_on
from netdesign.analysis.timing.tipping_call import TimingTippingCall
from netdesign.analysis.tipping_call import MOST_STEPS, USUAL_STEPS, USUAL_WIDTH, TippingCall
from netdesign.api.answers import NetworkAnswer, RecordedAnswer
from netdesign.api.checked import name_or_path, real_number, whole_number, words
from netdesign.api.checked_call import CheckedCall, checked_call
from netdesign.api.given import given_of
from netdesign.api.keywords import QuestionOptions, in_words_of_python
from netdesign.api.options import level_of, overrides, risk_of, scenario_of
from netdesign.api.tables import Columns, html_list, html_table
from netdesign.api.timing_tipping import TimingTippingAnswer, timing_tipping_answer
from netdesign.errors import NetdesignError, UsageError
from netdesign.instance.fields import is_decimal
from netdesign.instance.frames import listed_values
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.instance.read import read_source
from netdesign.report.sentences import Asked
from netdesign.report.tipping import tipping_csv, tipping_lines, tipping_records, tipping_text, verdict_words
from netdesign.solve.registry import ONE_YEAR, STAGED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.results.timing_tipping_document import TimingTippingDocument
    from netdesign.results.tipping_document import FigurePart, GridPart, TippingDocument

    AnyInstance: TypeAlias = Instance | Given | str | Path


Grid = Mapping[str, tuple[float, float]] | Sequence[str]
"""Two figures."""


class TippingAnswer(RecordedAnswer):
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

    def __init__(
        self, document: TippingDocument, notes: Iterable[str | None], asked: Asked, files: tuple[Path, ...]
    ) -> None:
        self.document: TippingDocument = document
        self.best = None if document.best is None else NetworkAnswer(document.best)
        self.today = None if document.today is None else NetworkAnswer(document.today)
        self.figures: tuple[FigurePart, ...] = tuple(document.figures)
        self.grid: GridPart | None = document.grid
        self._record(document, notes, files)
        self._asked = asked

    @property
    def turning(self) -> tuple[FigurePart, ...]:
        """The figures that turn the answer inside their range."""
        return tuple(one for one in self.figures if one.turns)

    @property
    def changes(self) -> Columns:
        """Where the best network changes: one row for each change of each figure."""
        rows = [(one.name, change) for one in self.figures for change in one.changes]
        return Columns(
            {
                "figure": [name for name, _ in rows],
                "at_least": [change.at_least for _, change in rows],
                "at_most": [change.at_most for _, change in rows],
                "before": ["+".join(change.before) for _, change in rows],
                "after": ["+".join(change.after) for _, change in rows],
            }
        )

    @property
    def table(self) -> Columns:
        """One row for each value that was solved."""
        records = tipping_records(self.document)
        return Columns({name: [record[name] for record in records] for name in (records[0] if records else ())})

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in words, as the command line begins with them."""
        return tuple(line.strip() for line in tipping_lines(self.document, self._asked))

    def to_csv(self) -> str:
        """Return the values as the command line writes them with ``--format csv``."""
        return tipping_csv(self.document)

    def __repr__(self) -> str:
        turning, name = len(self.turning), self.document.instance.name
        return f"<TippingAnswer {name}: {turning} of {len(self.figures)} figures turn it, {self.termination}>"

    def __str__(self) -> str:
        return tipping_text(self.document, self._asked)

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
    tree: bool = False,
    scenario: str | None = None,
    risk: str | None = None,
    level: float | None = None,
    model: str | Path | None = None,
    **options: Unpack[QuestionOptions],
) -> TippingAnswer | TimingTippingAnswer:
    """Find the values of figures at which the best network changes, as ``netdesign tipping`` does.

    Over several years these are the values at which the first decision of the best plan changes: what is ordered and
    closed in the first year.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    figure
        Path of a figure, as for ``set``; of one that stands in several places all paths, with ``;`` between. Left out,
        all figures for which the instance states a range.
    low, high
        Its range; left out, that of the instance.
    width
        Share of a range to which a change is narrowed down where it is not exact: 0.01 or ``"1%"``.
    grid
        Of one year: two figures in place of one, for a map of the best network over both: two paths, a text
        ``"PATH=LOW:HIGH"`` for a range of one's own, or a dict of ends by path.
    steps
        Number of values of each figure of the grid.
    tree, scenario, risk, level
        Over several years: as ``timing`` takes them.
    model
        Of one year: formulation by name or file, which also sets the problem. A file is run as Python.
    options
        What may open, changed values, engine, limits and callbacks; see ``QuestionOptions``.

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
    figure_of = partial(_figure_of, figure)
    low_of, high_of = partial(_end_of, "low", low), partial(_end_of, "high", high)
    over_years = {"--tree": tree or None, "--scenario": scenario, "--risk": risk, "--level": level}
    if not _is_over_years(asked, options):
        of_one_year: CheckedCall[TippingCall, TippingDocument] = checked_call(
            TippingCall,
            asked,
            ONE_YEAR,
            options,
            resume=None,
            keep=None,
            model=partial(name_or_path, "--model", model),
            figure=figure_of,
            low=low_of,
            high=high_of,
            width=partial(width_of, width),
            grid=partial(grid_of, grid),
            steps=partial(whole_number, "--steps", steps, 2, MOST_STEPS),
        )
        _check_grid(figure, grid, steps)
        _check_ends(figure, low, high)
        _check_left_out(over_years, "is for instances over several years, and this one is of one")
        return _tipping_answer(asked, of_one_year)
    checked: CheckedCall[TimingTippingCall, TimingTippingDocument] = checked_call(
        TimingTippingCall,
        asked,
        STAGED,
        options,
        resume=None,
        keep=None,
        scenario=partial(scenario_of, scenario, tree=tree),
        measure=partial(risk_of, risk),
        level=partial(level_of, level),
        figure=figure_of,
        low=low_of,
        high=high_of,
        width=partial(width_of, width),
    )
    _check_ends(figure, low, high)
    asked_steps = None if steps == USUAL_STEPS else steps
    of_one = {"--model": model, "--grid": grid, "--steps": asked_steps}
    _check_left_out(of_one, "is for instances of one year, and this one is over several")
    return timing_tipping_answer(asked, checked)


def _is_over_years(asked: Given, options: QuestionOptions) -> bool:
    """Return whether an instance is over several years with the changes of a call; not where it cannot be read."""
    if asked.reading.format_in != OWN_FORMAT:
        return False
    try:
        source = read_source(asked.source, overrides(asked, options.get("set", ())), asked.reading)
    except NetdesignError:
        return False
    data = source.located.data
    return isinstance(data, dict) and data.get("stages") is not None


def _check_grid(figure: str | None, grid: Grid | None, steps: int) -> None:
    """Check that a grid stands alone, and that steps are those of one.

    Raises
    ------
    UsageError
        There is a figure beside it, or no grid for the steps.
    """
    if grid is not None and figure is not None:
        message = f"{figure}: --grid names both figures; leave the other one out"
        raise UsageError(message)
    if grid is None and steps != USUAL_STEPS:
        message = f"--steps {steps}: is the number of values of each figure of --grid; name two figures with it"
        raise UsageError(message)


def _check_ends(figure: str | None, low: float | None, high: float | None) -> None:
    if (low is None) != (high is None):
        message = f"{figure}: give both ends of its range, or none for that of the instance"
        raise UsageError(message)


def _check_left_out(options: Mapping[str, object], why: str) -> None:
    """Check that options are left out that do not fit the instance.

    Raises
    ------
    UsageError
        One is given.
    """
    given = [name for name, value in options.items() if value is not None]
    if given:
        message = f"{given[0]}: {why}; leave it out"
        raise UsageError(message)


def _tipping_answer(asked: Given, checked: CheckedCall[TippingCall, TippingDocument]) -> TippingAnswer:
    """Look for what turns the answer with checked options."""
    from netdesign.analysis.tipping import find_tipping_points

    call = checked.call
    notes = partial(notes_on, named=asked.named, call=call)
    with checked.listeners(notes) as listeners:
        problem, document = find_tipping_points(asked.named, call, checked.watch, listeners)
    return TippingAnswer(document, notes(problem), Asked.of(problem.instance), problem.instance.files)


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
        message = f"--grid: names {len(texts)} figures; give two, such as road.speed_kmh and volume_factor"
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
