"""Options of a call: recorded in a result and read from it again."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

from netdesign import catalogue
from netdesign.analysis.margin import USUAL_MARGIN, Margin
from netdesign.errors import UsageError
from netdesign.instance.blocks import Problem
from netdesign.instance.options import HubOptions, words_of
from netdesign.instance.published.reading import Reading
from netdesign.instance.read import OWN
from netdesign.instance.resolve_stages import BASE
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.limits import SolveLimits
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from netdesign.results.alternatives_document import AlternativesDocument
    from netdesign.results.document import ResultDocument
    from netdesign.results.result_file import Document
    from netdesign.results.staged_document import TimingDocument


@dataclass(frozen=True)
class AnyCall:
    """Options that calls of all kinds have.

    Parameters
    ----------
    overrides
        Changed values, ``path=value`` each.
    hub_options
        Options on hubs.
    reading
        Format of the instance.
    engine
        Name of the engine, or ``auto``.
    is_strict
        Whether warnings about the instance are faults; not recorded, as it changes no answer.
    """

    COMMAND: ClassVar[str]

    overrides: tuple[str, ...] = ()
    hub_options: HubOptions = field(default_factory=HubOptions)
    reading: Reading = OWN
    engine: str = AUTO
    is_strict: bool = False

    def to_record(self) -> dict[str, object]:
        """Return the options as a result records them."""
        hubs = self.hub_options.to_record()
        return {"set": list(self.overrides), **hubs, **self._own_record(), "engine": self.engine}

    def _own_record(self) -> dict[str, object]:
        raise NotImplementedError

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Return the call that a result records, without a model file of the user.

        The referee prices plans without a model, and a result from another person must not run code.

        Raises
        ------
        UsageError
            The record does not hold the options of such a call.
        """
        record = document.options
        try:
            own = cls._own_of(document)
            _check_recorded(record, cls().to_record())
            return cls(words_of(record, "set"), HubOptions.from_record(record), **own)
        except (KeyError, TypeError, ValueError):
            message = f"options: the result does not record the options of a {cls.COMMAND}"
            raise UsageError(message) from None

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        raise NotImplementedError


_ALWAYS_RECORDED = {name for name, one in Problem.model_fields.items() if one.exclude_if is None}
"""Fields of a problem that every result has; others are left out where they are what is usual."""


@dataclass(frozen=True)
class Call(AnyCall):
    """Options of a call about one year.

    Parameters
    ----------
    model
        Name or file of the formulation; None for a bundled one that states the problem.
    problem
        Problem to solve instead of the stated one, where no model is named; only in recorded calls.
    """

    COMMAND = "solve"

    model: str | None = None
    problem: Problem | None = None

    def states_problem_of(self, other: AnyCall) -> bool:
        """Return whether another call about the same instance is about the same problem."""
        names = [field.name for field in fields(Call) if field.name != "engine"]
        return isinstance(other, Call) and all(getattr(self, name) == getattr(other, name) for name in names)

    def _own_record(self) -> dict[str, object]:
        return {"model": self.model}

    @classmethod
    def _own_of(cls, document: ResultDocument | AlternativesDocument) -> dict[str, Any]:
        for part, block, names in (
            ("problem", document.problem, _ALWAYS_RECORDED),
            ("reader", document.reader, {"format_in"}),
        ):
            if not names <= block.keys():
                message = f"{part}: the result does not record {', '.join(sorted(names - block.keys()))}"
                raise UsageError(message)
        named = document.options["model"]
        model = named if named in catalogue.models() else None
        solved = {name: document.problem[name] for name in Problem.model_fields if name in document.problem}
        problem = None if model is not None or named is None else Problem.model_validate(solved)
        return {"model": model, "problem": problem, "reading": Reading.from_record(document.reader)}


@dataclass(frozen=True)
class NearBestCall(AnyCall):
    """Options of a call about all that is near the best, of one year or of several.

    Parameters
    ----------
    within
        How much more it may have than the best.
    with_sites, without_sites
        Ids of sites: what is the best that has the first, and has not the others?
    most
        Number at which the list ends; None for no end.
    """

    within: Margin = USUAL_MARGIN
    with_sites: tuple[str, ...] = ()
    without_sites: tuple[str, ...] = ()
    most: int | None = None

    @property
    def has_condition(self) -> bool:
        """Whether sites are named that have to be, or may not be, open."""
        return bool(self.with_sites or self.without_sites)

    def _own_record(self) -> dict[str, object]:
        sites = {"with": list(self.with_sites), "without": list(self.without_sites)}
        return super()._own_record() | {"within": str(self.within), **sites, "most": self.most}

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        record, own = document.options, super()._own_of(document)
        own |= {"with_sites": words_of(record, "with"), "without_sites": words_of(record, "without")}
        own |= {"most": None if record["most"] is None else int(record["most"])}
        return own | {"within": Margin.from_text(record["within"])}


@dataclass(frozen=True)
class AlternativesCall(NearBestCall, Call):
    """Options of a call about all networks near the best.

    Parameters
    ----------
    diverse
        Number of networks to choose that differ most; None for none.
    """

    COMMAND = "call of alternatives"

    diverse: int | None = None

    def _own_record(self) -> dict[str, object]:
        # In the order in which the help has them.
        own = super()._own_record()
        most = own.pop("most")
        return own | {"diverse": self.diverse, "most": most}

    @classmethod
    def _own_of(cls, document: Any) -> dict[str, Any]:
        record, own = document.options, super()._own_of(document)
        return own | {"diverse": None if record["diverse"] is None else int(record["diverse"])}


@dataclass(frozen=True)
class TimingCall(AnyCall):
    """Options of a call about several years.

    Parameters
    ----------
    scenario
        ``base``, ``tree``, or the name of a scenario.
    measure, level
        Risk measure and its level; None for those of the instance.
    """

    COMMAND = "call of timing"
    ASKS_ABOUT_LINKS: ClassVar[bool] = True
    """Whether the question is asked where hub links are chosen too."""

    scenario: str = BASE
    measure: RiskMeasure | None = None
    level: float | None = None

    def _own_record(self) -> dict[str, object]:
        measure = self.measure.value if self.measure is not None else None
        return {"scenario": self.scenario, "risk": measure, "level": self.level}

    @classmethod
    def _own_of(cls, document: TimingDocument) -> dict[str, Any]:
        record = document.options
        return {
            "scenario": str(record["scenario"]),
            "measure": None if record["risk"] is None else RiskMeasure(record["risk"]),
            "level": None if record["level"] is None else float(record["level"]),
        }


@dataclass(frozen=True)
class TimingAlternativesCall(NearBestCall, TimingCall):
    """Options of a call about all first decisions near the best."""

    COMMAND = "call of alternatives over years"


def _check_recorded(record: dict[str, Any], options: dict[str, object]) -> None:
    """Check that a result records the options of a call and the limits of its search, and nothing else.

    Raises
    ------
    KeyError
        It does not.
    """
    gap = record.get("gap")
    is_limit = isinstance(gap, int | float) and gap >= 0
    if record.keys() != (options | SolveLimits().to_record()).keys() or not is_limit:
        raise KeyError
