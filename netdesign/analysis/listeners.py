"""Functions that are called during the searches of a command."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from netdesign.results.part import RUNNING, Part
from netdesign.solve.core.outcome import Progress, silent

if TYPE_CHECKING:
    from netdesign.solve.core.limits import Watch

DocumentT = TypeVar("DocumentT", bound=Part)


_KEPT_EVERY = 10.0
"""What is found is kept again after so many times the seconds that keeping it took: a long list is long to write."""


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


class Keeping(Generic[DocumentT]):
    """Keeps the answer so far, but not so often that it takes much of the time.

    Parameters
    ----------
    listeners
        Among them what keeps it.
    document
        Returns the answer so far.
    """

    def __init__(self, listeners: Listeners[DocumentT], document: Callable[[], DocumentT]) -> None:
        self._listeners, self._document = listeners, document
        self._next_at = -math.inf

    def __call__(self) -> None:
        """Keep the answer, unless that was done shortly before."""
        begun = time.monotonic()
        if begun >= self._next_at:
            self._listeners.keep(self._document().model_copy(update={"termination": RUNNING}))
            ended = time.monotonic()
            self._next_at = ended + _KEPT_EVERY * (ended - begun)


NO_LISTENERS: Final[Listeners[Any]] = Listeners()
"""Nobody listens."""
