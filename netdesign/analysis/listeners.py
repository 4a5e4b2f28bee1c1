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
        Called with each better incumbent, as a result.
    """

    progress: Callable[[Progress], None] = silent
    keep: Callable[[DocumentT], None] = keep_no_result

    @property
    def keeps(self) -> bool:
        """Whether anything is done with incumbents."""
        return self.keep is not keep_no_result

    def notify(self, watch: Watch, notice: str) -> None:
        """Report a notice."""
        self.progress(Progress(watch.elapsed_s, None, None, "", notice=notice))


NO_LISTENERS: Final[Listeners[Any]] = Listeners()
"""Nobody listens."""
