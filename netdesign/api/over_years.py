"""Questions that are asked of one year and of several: of which an instance is, and what each does not have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from netdesign.api.keywords import DEFAULTS
from netdesign.api.options import level_of, overrides, risk_of, scenario_of
from netdesign.api.reported import ReportedAnswer, ResultT
from netdesign.errors import NetdesignError, UsageError
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.instance.read import read_source
from netdesign.report.timing.sentences import AskedOverYears

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.api.given import Given
    from netdesign.api.keywords import YearsOptions

_OF_SEVERAL = ("tree", "scenario", "risk", "level")
_OF_ONE = ("model",)


class AnswerOverYears(ReportedAnswer[ResultT]):
    """Base of answers about several years."""

    @classmethod
    def asked_of(cls, problem: TimingProblem) -> AskedOverYears:
        """Return what the result does not hold of the problem of a call."""
        return AskedOverYears.of(problem.staged)


def is_over_years(asked: Given, options: YearsOptions) -> bool:
    """Return whether an instance is over several years with the changes of a call; not where it cannot be read."""
    if asked.reading.format_in != OWN_FORMAT:
        return False
    try:
        source = read_source(asked.source, overrides(asked, options.get("set", ())), asked.reading)
    except NetdesignError:
        return False
    data = source.located.data
    return isinstance(data, dict) and data.get("stages") is not None


def parts_over_years(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return functions that check what a call about several years has of its own, by field of ``TimingCall``."""
    given: dict[str, Any] = {**DEFAULTS, **options}
    return {
        "scenario": partial(scenario_of, given["scenario"], tree=given["tree"]),
        "measure": partial(risk_of, given["risk"]),
        "level": partial(level_of, given["level"]),
    }


def refuse_those_of_several(options: Mapping[str, Any]) -> None:
    """Refuse options about several years beside an instance of one.

    Raises
    ------
    UsageError
        It names the first of them.
    """
    _refuse(options, _OF_SEVERAL, "is for instances over several years, and this one is of one")


def refuse_those_of_one(options: Mapping[str, Any], usual: Mapping[str, object]) -> None:
    """Refuse options about one year beside an instance over several.

    Parameters
    ----------
    options
        Keywords of the call.
    usual
        Further ones that are for one year, with their defaults.

    Raises
    ------
    UsageError
        It names the first of them.
    """
    _refuse(options, (*_OF_ONE, *usual), "is for instances of one year, and this one is over several", usual)


def _refuse(options: Mapping[str, Any], names: tuple[str, ...], why: str, usual: Mapping[str, object] = {}) -> None:
    defaults: dict[str, Any] = {**DEFAULTS, **usual}
    for name in names:
        if options.get(name, defaults[name]) != defaults[name]:
            message = f"--{name.rstrip('_').replace('_', '-')}: {why}; leave it out"
            raise UsageError(message)
