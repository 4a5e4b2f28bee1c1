"""``stress``, for Python and for the command line, and its answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

from netdesign.analysis.stress.call import BETWEEN_HUBS, USUAL_DRAWS, USUAL_LEVEL, USUAL_MOST, StressCall
from netdesign.analysis.timing.stress_call import TimingStressCall
from netdesign.api.answers import NetworkAnswer, shown_amount
from netdesign.api.checked import is_on, whole_number, words
from netdesign.api.checked_call import CheckedCall, checked_call
from netdesign.api.given import given_of
from netdesign.api.keywords import YearsOptions, in_words_of_python
from netdesign.api.options import days_of, level_of, margin_of
from netdesign.api.over_years import is_over_years, parts_over_years, refuse_those_of_one, refuse_those_of_several
from netdesign.api.reported import Report, ReportedAnswer, answered
from netdesign.api.tables import html_list, html_table
from netdesign.api.timing_stress import TimingStressAnswer
from netdesign.errors import UsageError
from netdesign.report.stress import stress_csv, stress_lines, stress_records, stress_text
from netdesign.report.words import counted
from netdesign.solve.registry import ONE_YEAR, STAGED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.analysis.margin import Margin
    from netdesign.api.checked import Texts
    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.report.sentences import Asked
    from netdesign.results.stress_document import StressDocument
    from netdesign.results.stress_draws import DrawsPart
    from netdesign.results.stress_failures import FailuresPart
    from netdesign.results.timing_stress_document import TimingStressDocument

    AnyInstance: TypeAlias = Instance | Given | str | Path

MOST_DRAWS, MOST_NETWORKS = 1_000_000, 1_000
"""Most worlds, and networks."""


class StressAnswer(ReportedAnswer["StressDocument"]):
    """What becomes of the best networks under stress; ``document`` is the content of the result file.

    Attributes
    ----------
    networks
        The networks that were looked at, as they are at the present values, the best first.
    failures
        What becomes of them when parts of them fail; None where that is not asked for.
    draws
        What they cost in drawn worlds; None where that is not asked for.
    """

    REPORT = Report(stress_lines, stress_text, stress_csv, stress_records)

    def __init__(
        self, document: StressDocument, notes: Iterable[str | None], asked: Asked, files: tuple[Path, ...]
    ) -> None:
        super().__init__(document, notes, asked, files)
        self.networks = tuple(map(NetworkAnswer, document.networks))
        self.failures: FailuresPart | None = document.failures
        self.draws: DrawsPart | None = document.draws

    @property
    def best(self) -> NetworkAnswer | None:
        """The best network at the present values; None without a plan."""
        return self.networks[0] if self.networks else None

    def __repr__(self) -> str:
        name, number = self.document.instance.name, counted(len(self.networks), "network")
        return f"<StressAnswer {name}: {number}, {self.termination}>"

    def _repr_html_(self) -> str:
        rows = [[", ".join(one.hubs), shown_amount(one.objective)] for one in self.networks]
        title = f"stress {self.document.instance.name}"
        return html_list(title, [*self.sentences, *self.notes]) + html_table(["hubs", "objective"], rows)


@in_words_of_python
def stress(
    instance: AnyInstance,
    *,
    draws: int | None = None,
    failures: bool = False,
    days: int | None = None,
    networks: Texts = (),
    within: str | float | None = None,
    most: int = USUAL_MOST,
    level: float = USUAL_LEVEL,
    **options: Unpack[YearsOptions],
) -> StressAnswer | TimingStressAnswer:
    """Put the best networks under stress, as ``netdesign stress`` does; over years, the best plan and others.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    draws
        Number of worlds to draw from the distributions or ranges of the instance. Without it and without ``failures``:
        failures, and 1,000 worlds where the instance states ranges; over years 1,000 worlds.
    failures, days
        Of one year: whether to look at failures of each hub, lane and leg between hubs; and days that what fails is
        out: left out, as the instance states it, or 14.
    networks
        Of one year: networks to look at instead of the best: the ids of open hubs with ``+`` between, such as
        ``"LGG+PRG"``.
    within, most
        Of one year: how much more than the best the others may have: a share such as ``"1%"``, or an amount of the
        objective; and how many of the best to look at.
    level
        Of CVaR, the mean of the dearest worlds: 0.95 for the dearest twentieth. That of ``risk="cvar"`` is the
        instance's.
    options
        Model, years, what may open, changed values, engine, limits and callbacks; see ``YearsOptions``. ``seed`` is
        also that of the draws.

    Raises
    ------
    InstanceError
        The instance is wrong; all faults at once.
    UsageError
        An option is wrong, there is nothing to draw, or model or engine cannot state the problem.
    """
    asked = given_of(instance)
    parts: dict[str, Any] = {
        "networks": partial(networks_of, networks),
        "within": partial(_margin_or_none, within),
        "most": partial(whole_number, "--most", most, 1, MOST_NETWORKS),
        "failures": partial(is_on, "--failures", failures),
        "days": partial(days_of, days),
    }
    if is_over_years(asked, options):
        of_one = {"failures": failures, "days": days, "networks": networks or (), "within": within, "most": most}
        return _over_years(asked, options, draws, level, of_one)
    return _of_one_year(asked, options, draws, level, parts)


def _of_one_year(
    asked: Given, options: YearsOptions, draws: int | None, level: float, parts: dict[str, Any]
) -> StressAnswer:
    """Look at networks; ``parts`` check what is asked of one year alone."""
    from netdesign.analysis.stress.stress import stress_networks

    checked: CheckedCall[StressCall, StressDocument] = checked_call(
        StressCall,
        asked,
        ONE_YEAR,
        options,
        draws=partial(_draws_of, draws),
        level=partial(_cvar_level_of, level),
        **parts,
    )
    _refuse_without_effect(checked.call)
    refuse_those_of_several(options)
    return answered(StressAnswer, asked, checked, stress_networks)


def _over_years(
    asked: Given, options: YearsOptions, draws: int | None, level: float, of_one: dict[str, Any]
) -> TimingStressAnswer:
    """Look at plans; ``of_one`` has what is asked of one year alone."""
    from netdesign.analysis.timing.stress import stress_plans

    checked: CheckedCall[TimingStressCall, TimingStressDocument] = checked_call(
        TimingStressCall,
        asked,
        STAGED,
        options,
        draws=partial(_draws_of, USUAL_DRAWS if draws is None else draws),
        draws_level=partial(_cvar_level_of, level),
        **parts_over_years(options),
    )
    if of_one["failures"] or of_one["days"] is not None:
        name = "--failures" if of_one["failures"] else "--days"
        message = (
            f"{name}: failures are asked of one year, and this instance is over several; --set stages=null takes the "
            "one that the file states"
        )
        raise UsageError(message)
    refuse_those_of_one({**options, **of_one}, _USUAL_OF_ONE)
    return answered(TimingStressAnswer, asked, checked, stress_plans)


_USUAL_OF_ONE: dict[str, object] = {"networks": (), "within": None, "most": USUAL_MOST}
"""Options about networks, with their defaults."""


def _refuse_without_effect(call: StressCall) -> None:
    """Refuse options that change nothing beside the others.

    Raises
    ------
    UsageError
        It names the first such option.
    """
    refusal = None
    if call.days is not None and call.draws is not None and not call.failures:
        refusal = f"--days {call.days}: goes with --failures, which is not asked for"
    elif call.level != USUAL_LEVEL and call.failures and call.draws is None:
        refusal = f"--level {call.level:g}: goes with --draws, which is not asked for"
    elif call.networks and call.within is not None:
        refusal = "--networks and --within exclude each other; give one"
    elif call.networks and call.most != USUAL_MOST:
        refusal = "--networks and --most exclude each other; give one"
    if refusal is not None:
        raise UsageError(refusal)


def _draws_of(draws: int | None) -> int | None:
    return None if draws is None else whole_number("--draws", draws, 1, MOST_DRAWS)


def _margin_or_none(within: str | float | None) -> Margin | None:
    return None if within is None else margin_of(within)


def _cvar_level_of(level: float) -> float:
    """Return the level of CVaR.

    Raises
    ------
    UsageError
        It is no share.
    """
    found = level_of(level)
    if found is None:
        message = "--level None: give a share from 0 to less than 1"
        raise UsageError(message)
    return found


def networks_of(networks: Any) -> tuple[tuple[str, ...], ...]:
    """Return the open hubs of each network that is named.

    Raises
    ------
    UsageError
        A text names no network.
    """
    found = []
    for text in words("--networks", networks):
        for name in text.split(","):
            hubs = tuple(dict.fromkeys(hub.strip() for hub in name.split(BETWEEN_HUBS) if hub.strip()))
            if not hubs:
                message = f"--networks '{text}': names no network; write the ids of its hubs as LGG+WAW"
                raise UsageError(message)
            found.append(hubs)
    return tuple(found)
