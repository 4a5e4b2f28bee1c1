"""What the calls of all questions check alike: options, limits, an earlier result, and who listens."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from netdesign.analysis.call import AnyCall
from netdesign.analysis.listeners import DocumentT, Listeners, Notes, keep_no_result, no_notes, teller
from netdesign.api.checked import address_of, function_of_one, name_or_path, together
from netdesign.api.options import guarded_listener, question_parts, watch_of
from netdesign.solve.core.outcome import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.api.given import Given
    from netdesign.api.keywords import Listener, QuestionOptions
    from netdesign.results.result_file import DocumentT as KindT
    from netdesign.results.resuming import EarlierResult
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.registry import Registry

CallT = TypeVar("CallT", bound=AnyCall)


@dataclass(frozen=True)
class CheckedCall(Generic[CallT, DocumentT]):
    """A call whose options are all checked.

    Parameters
    ----------
    call
        Its options.
    watch
        Its limits.
    resume
        Result file of an earlier call to go on from, or None.
    cluster
        Address of a Dask scheduler whose workers help, or None.
    keep, listen
        Called with each better incumbent, as a result; and with each ``Progress``.
    """

    call: CallT
    watch: Watch
    resume: str | None
    cluster: str | None
    keep: Callable[[DocumentT], None]
    listen: Listener

    @contextmanager
    def listeners(self, notes: Notes = no_notes) -> Iterator[Listeners[DocumentT]]:
        """Yield the functions that are called during the search; an error in one of them ends it, and is raised.

        Parameters
        ----------
        notes
            Returns the notes on a problem that is read, which are told before the search.
        """
        with guarded_listener(self.watch, self.listen) as listen:
            yield Listeners(listen, self.keep, teller(self.listen), notes)

    def earlier(self, kind: type[KindT]) -> EarlierResult[KindT] | None:
        """Return what an earlier call left; None where none is named.

        Raises
        ------
        UsageError
            There is nothing, or it is no result of the kind.
        """
        from netdesign.results.resuming import earlier_result

        return None if self.resume is None else earlier_result(Path(self.resume), kind)


def checked_call(
    kind: type[CallT],
    asked: Given,
    registry: Registry[Any, Any],
    options: QuestionOptions,
    *,
    resume: str | Path | None = None,
    keep: Callable[[DocumentT], None] | None = None,
    cluster: str | None = None,
    **own: Callable[[], Any],
) -> CheckedCall[CallT, DocumentT]:
    """Check the options of a call.

    Parameters
    ----------
    kind
        Kind of the call.
    asked, options
        The instance, and the options that all questions have.
    registry
        The engines that may be named.
    resume, keep, cluster
        As the caller gives them.
    own
        Functions that check the further fields of a call of this kind, by field.

    Raises
    ------
    UsageError
        Options are wrong; all faults at once.
    """
    given: dict[str, Any] = {**options}
    parts_of_all = question_parts(asked, registry, options)
    if any(field.name == "model" for field in fields(kind)):
        parts_of_all["model"] = partial(name_or_path, "--model", given.get("model"))
    checks = {**parts_of_all, **own}
    watch, earlier, address, kept, *parts = together(
        partial(watch_of, options),
        partial(name_or_path, "--resume", resume),
        partial(address_of, "--cluster", cluster),
        partial(function_of_one, "--keep", keep or keep_no_result, "result"),
        *checks.values(),
    )
    call = kind(**dict(zip(checks, parts, strict=True)))
    return CheckedCall(call, watch, earlier, address, kept, options.get("listen", silent))
