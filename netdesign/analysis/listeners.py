"""Functions that are called during the searches of a command."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from netdesign.results.part import Part
from netdesign.solve.core.outcome import Progress, silent

if TYPE_CHECKING:
    from netdesign.solve.core.limits import Watch

DocumentT = TypeVar("DocumentT", bound=Part)


class Told(Protocol):
    """A problem that is read."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the instance."""


Notes = Callable[[Any], tuple[str | None, ...]]
"""Returns the notes on a problem that is read."""

Tell = Callable[[Iterable[str], Iterable[str | None]], None]
"""Is told warnings and notes."""


def tell_nobody(warnings: Iterable[str], notes: Iterable[str | None]) -> None:
    """Do nothing with warnings and notes."""


def teller(listen: Callable[[Progress], None]) -> Tell:
    """Return the method ``tell_of_instance`` of a listener that takes warnings and notes before the search."""
    found: Tell = getattr(listen, "tell_of_instance", tell_nobody)
    return found


def no_notes(problem: Any) -> tuple[str | None, ...]:
    """Return no note."""
    return ()


def keep_no_result(result: Part) -> None:
    """Do nothing with an incumbent."""


@dataclass(frozen=True)
class Listeners(Generic[DocumentT]):
    """Functions that are called during a search.

    Parameters
    ----------
    progress
        Called with each ``Progress``.
    keep
        Called with each better incumbent, as a result. One that has a method ``begin`` is told by it what is asked:
        it gets a result without any network before the search.
    told
        Called with warnings and notes once the instance is read.
    notes
        Returns the notes on a problem that is read.
    """

    progress: Callable[[Progress], None] = silent
    keep: Callable[[DocumentT], None] = keep_no_result
    told: Tell = tell_nobody
    notes: Notes = no_notes

    @property
    def keeps(self) -> bool:
        """Whether anything is done with incumbents."""
        return self.keep is not keep_no_result

    def begin(self, asked: DocumentT) -> None:
        """Tell what keeps incumbents what is asked.

        Raises
        ------
        UsageError
            It cannot keep them without losing something else.
        """
        begin = getattr(self.keep, "begin", None)
        if begin is not None:
            begin(asked)

    def tell(self, problem: Told) -> None:
        """Tell warnings and notes on a problem, before the search: it may take long."""
        self.told(problem.warnings, self.notes(problem))

    def notify(self, watch: Watch, notice: str) -> None:
        """Report a notice."""
        self.progress(Progress(watch.elapsed_s, None, None, "", notice=notice))


NO_LISTENERS: Final[Listeners[Any]] = Listeners()
"""Nobody listens."""
