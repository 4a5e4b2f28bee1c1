"""``frontier``, for Python and for the command line, and its answer."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, Unpack

from netdesign.analysis.frontier_call import (
    ALL_MEASURES,
    MOST_PRICES,
    MOST_STEPS,
    USUAL_STEPS,
    FrontierCall,
    Measure,
    Prices,
)
from netdesign.api.answers import NetworkAnswer, shown_amount
from netdesign.api.checked import Texts, real_number, whole_number, words
from netdesign.api.checked_call import CheckedCall, checked_call
from netdesign.api.given import given_of
from netdesign.api.keywords import QuestionOptions, in_words_of_python
from netdesign.api.reported import Report, ReportedAnswer, answered
from netdesign.api.tables import html_list, html_table
from netdesign.errors import UsageError, did_you_mean
from netdesign.instance.fields import is_decimal
from netdesign.report.frontier import frontier_csv, frontier_lines, frontier_records, frontier_text
from netdesign.report.words import counted
from netdesign.solve.registry import ONE_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.report.sentences import Asked
    from netdesign.results.frontier_document import FrontierDocument, FrontierPointPart

    AnyInstance: TypeAlias = Instance | Given | str | Path

EVERY_POINT = "all"


class FrontierAnswer(ReportedAnswer["FrontierDocument"]):
    """What speed and carbon cost; ``document`` is the content of the result file.

    Attributes
    ----------
    points
        Networks with their operation that no other beats in all measures, the cheapest first, each with its proof.
    networks
        The same as networks alone.
    is_complete
        Whether it is proven that there are no other points.
    """

    REPORT = Report(frontier_lines, frontier_text, frontier_csv, frontier_records)

    def __init__(
        self, document: FrontierDocument, notes: Iterable[str | None], asked: Asked, files: tuple[Path, ...]
    ) -> None:
        super().__init__(document, notes, asked, files)
        self.points: tuple[FrontierPointPart, ...] = tuple(document.points)
        self.networks = tuple(NetworkAnswer(point.network) for point in document.points)
        self.is_complete = document.is_complete

    @property
    def best(self) -> NetworkAnswer | None:
        """The cheapest network; None without a plan."""
        return self.networks[0] if self.networks else None

    def __repr__(self) -> str:
        name, number = self.document.instance.name, counted(len(self.points), "point")
        return f"<FrontierAnswer {name}: {number}, {self.termination}>"

    def _repr_html_(self) -> str:
        rows = [
            [
                ", ".join(point.network.open_hubs),
                shown_amount(point.network.objective),
                shown_amount(point.late_t_per_year),
                shown_amount(point.co2e_t_per_year),
            ]
            for point in self.points
        ]
        title = f"frontier {self.document.instance.name}"
        table = html_table(["hubs", "cost", "late t/year", "t CO2e/year"], rows)
        return html_list(title, [*self.sentences, *self.notes]) + table


@in_words_of_python
def frontier(
    instance: AnyInstance,
    *,
    measures: Texts = (),
    steps: int | str | None = None,
    price_carbon: str | Sequence[float] | None = None,
    point_limit: float | None = None,
    **options: Unpack[QuestionOptions],
) -> FrontierAnswer:
    """Find the networks that nothing beats in cost, freight inside its deadline and carbon, as ``netdesign frontier``.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    measures
        ``cost`` and ``time``, ``carbon`` or both, as a list or a text with commas; left out, all three, with
        ``price_carbon`` cost and carbon.
    steps
        Into how many steps the range of each measure is divided; ``"all"`` looks for all points there are. Left out, 10
        with two measures and 4 with three.
    price_carbon
        Prices of carbon to solve at instead, EUR/t CO2e: ``"0:300:25"`` from low to high by a step, or these three
        numbers.
    point_limit
        Seconds for each search, after which its point is left with the bound that it has; None for no such limit.
    options
        What may open, changed values, engine, limits and callbacks; see ``QuestionOptions``.

    Raises
    ------
    InstanceError
        The instance is wrong, or over several years; all faults at once.
    UsageError
        An option is wrong, the instance has not the measures, or an engine cannot state it.

    Examples
    --------
    >>> import netdesign as nd
    >>> found = nd.frontier("tiny-vehicles", measures="cost,time", steps="all")
    >>> [(point.network.open_hubs, point.network.objective) for point in found.points], found.is_complete
    ([(['B', 'D'], 418000.0)], True)
    """
    from netdesign.analysis.frontier import find_frontier

    asked = given_of(instance)
    checked: CheckedCall[FrontierCall, FrontierDocument] = checked_call(
        FrontierCall,
        asked,
        ONE_YEAR,
        options,
        measures=partial(measures_of, measures, price_carbon),
        steps=partial(_steps_of, steps, measures, price_carbon),
        prices=partial(_prices_of, price_carbon),
        point_limit=partial(real_number, "--point-limit", point_limit, "seconds over 0", _is_time),
    )
    return answered(FrontierAnswer, asked, checked, find_frontier)


def _is_time(seconds: float) -> bool:
    return 0 < seconds < math.inf


def measures_of(measures: Texts, price_carbon: object = None) -> tuple[Measure, ...]:
    """Return the measures of a call, in their usual order.

    Raises
    ------
    UsageError
        One does not exist, or there are too few.
    """
    named = [name.strip() for text in words("--measures", measures) for name in text.split(",")]
    if not named:
        return ALL_MEASURES if price_carbon is None else (Measure.COST, Measure.CARBON)
    known = [measure.value for measure in Measure]
    unknown = next((name for name in named if name not in known), None)
    if unknown is not None:
        near = did_you_mean(unknown, known)
        message = f"--measures {','.join(named)}: '{unknown}' is none; measures are cost, time and carbon{near}"
        raise UsageError(message)
    found = tuple(measure for measure in ALL_MEASURES if measure.value in named)
    if Measure.COST not in found or len(found) < 2:
        message = (
            f"--measures {','.join(named)}: a frontier is of cost and time, of cost and carbon, or of all three; give "
            "cost,time, cost,carbon or cost,time,carbon"
        )
        raise UsageError(message)
    if price_carbon is not None and Measure.CARBON not in found:
        message = f"--measures {','.join(named)}: prices of carbon need carbon among the measures"
        raise UsageError(message)
    return found


def _steps_of(steps: int | str | None, measures: Texts, price_carbon: object) -> int | None:
    """Return the steps of each range; None for all points."""
    wanted = f"a whole number from 1 to {MOST_STEPS}, or {EVERY_POINT}"
    if steps is None:
        try:
            return USUAL_STEPS[len(measures_of(measures, price_carbon))]
        except UsageError:
            return None  # told by the measures themselves
    if price_carbon is not None:
        message = "--steps and --price-carbon exclude each other; give one"
        raise UsageError(message)
    if steps == EVERY_POINT:
        return None
    number = int(steps) if isinstance(steps, str) and steps.strip().isdecimal() else steps
    try:
        return whole_number("--steps", number, 1, MOST_STEPS)
    except UsageError:
        message = f"--steps {steps}: give {wanted}"
        raise UsageError(message) from None


def _prices_of(price_carbon: str | Sequence[float] | None) -> Prices | None:
    """Return the prices of carbon."""
    if price_carbon is None:
        return None
    wanted = "LOW:HIGH:STEP in EUR/t CO2e, such as 0:300:25"
    parts = price_carbon.split(":") if isinstance(price_carbon, str) else list(price_carbon)
    shown = price_carbon if isinstance(price_carbon, str) else ":".join(map(str, parts))
    if len(parts) != 3 or not all(map(_is_number, parts)):
        message = f"--price-carbon {shown}: give {wanted}"
        raise UsageError(message)
    prices = Prices(*map(float, parts))
    if not all(map(math.isfinite, prices)):
        message = f"--price-carbon {shown}: each of the three is a finite number; give {wanted}"
    elif prices.low < 0:
        message = f"--price-carbon {shown}: a price is 0 or more; give {wanted}"
    elif prices.high < prices.low:
        message = f"--price-carbon {shown}: the range is upside down; the lower price comes first, as {wanted}"
    elif prices.step <= 0:
        message = f"--price-carbon {shown}: the step is {prices.step:g}; it has to be over 0"
    elif (prices.high - prices.low) / prices.step > MOST_PRICES - 1:
        message = f"--price-carbon {shown}: these are over {MOST_PRICES} prices; make the step larger"
    else:
        return prices
    raise UsageError(message)


def _is_number(part: object) -> bool:
    return is_decimal(part.strip()) if isinstance(part, str) else isinstance(part, int | float)
