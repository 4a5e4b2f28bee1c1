"""What a call says about a problem: recorded in results, and read from them again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from netdesign import catalogue
from netdesign.errors import UsageError
from netdesign.instance.blocks import Problem as StatedProblem
from netdesign.instance.options import HubOptions, words_of
from netdesign.instance.published.reading import Reading
from netdesign.instance.read import OWN
from netdesign.solve.core.limits import SolveLimits
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from netdesign.results.document import ResultDocument


@dataclass(frozen=True)
class Call:
    """What a call says about a problem; recorded in the result and read from it again.

    Parameters
    ----------
    overrides
        ``path=value`` each.
    hub_options
        About hubs.
    model
        Name or file of the formulation; None for the one that states the problem.
    reading
        Format of the instance.
    problem
        What is solved instead of what the instance states, where no model is named; only of recorded calls.
    engine
        That is to answer.
    is_strict
        Whether what is odd in the instance is wrong; not recorded, as it changes no answer.
    """

    overrides: tuple[str, ...] = ()
    hub_options: HubOptions = field(default_factory=HubOptions)
    model: str | None = None
    reading: Reading = OWN
    problem: StatedProblem | None = None
    engine: str = AUTO
    is_strict: bool = False

    def to_record(self) -> dict[str, object]:
        """Return the options as a result records them."""
        return {
            "set": list(self.overrides),
            **self.hub_options.to_record(),
            "model": self.model,
            "engine": self.engine,
        }

    @classmethod
    def from_document(cls, document: ResultDocument) -> Call:
        """Return the call that a result recorded, but never a model file of the user's.

        The referee prices plans without a model, and a result, which may be a stranger's, must not run code.

        Raises
        ------
        UsageError
            The record was changed into something else.
        """
        record = document.options
        for part, block, names in (
            ("problem", document.problem, StatedProblem.model_fields.keys()),
            ("reader", document.reader, {"format_in"}),
        ):
            if not names <= block.keys():
                message = f"{part}: the result does not record {', '.join(sorted(names - block.keys()))}"
                raise UsageError(message)
        try:
            check_recorded(record, cls().to_record())
            hubs = HubOptions.from_record(record)
            model = record["model"] if record["model"] in catalogue.models() else None
            solved = {name: document.problem[name] for name in StatedProblem.model_fields}
            problem = None if model is not None or record["model"] is None else StatedProblem.model_validate(solved)
            reading = Reading.from_record(document.reader)
            return cls(words_of(record, "set"), hubs, model, reading, problem)
        except (KeyError, TypeError, ValueError):
            message = "options: the result does not record the options of a solve"
            raise UsageError(message) from None


def check_recorded(record: dict[str, Any], options: dict[str, object]) -> None:
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
