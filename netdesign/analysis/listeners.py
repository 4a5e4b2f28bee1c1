"""Functions that are called during the searches of a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from netdesign.results.part import Part
from netdesign.solve.core.outcome import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.solve.core.limits import Watch

DocumentT = TypeVar("DocumentT", bound=Part)


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
    """

    progress: Callable[[Progress], None] = silent
    keep: Callable[[DocumentT], None] = keep_no_result

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

    def notify(self, watch: Watch, notice: str) -> None:
        """Report a notice."""
        self.progress(Progress(watch.elapsed_s, None, None, "", notice=notice))


NO_LISTENERS: Final[Listeners[Any]] = Listeners()
"""Nobody listens."""
