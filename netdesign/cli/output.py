"""The files that commands write: nothing that is read is overwritten, nor a better answer by a worse one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netdesign.cli.console import say
from netdesign.cli.process import check_not_interrupted
from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.analysis.call import Call
    from netdesign.results.document import ResultDocument
    from netdesign.results.staged_document import TimingDocument


def check_output(output: Path, instance: str, call: Call, *others: Path) -> None:
    """Find before any solving whether the output can be written.

    Raises
    ------
    InstanceError, UsageError
        It cannot, or it would overwrite a file of the instance, of the call's options, or another that is read; or
        what is read cannot be.
    """
    from netdesign.analysis.problem import files_read, path_of
    from netdesign.io.output_file import check_spares, check_writable

    check_writable(output)
    if output.exists():
        path = path_of(instance, call)
        folder = path if path.is_dir() else path.parent
        check_spares(output, (*others, *files_read(instance, call)), folder)


def write_result(output: Path, document: ResultDocument | TimingDocument) -> None:
    """Write a result, unless the file holds a better answer to the same question, or any answer and this is none.

    Raises
    ------
    UsageError
        It cannot be written.
    """
    from netdesign.io.output_file import save_result

    check_not_interrupted()
    note = save_result(output, document)
    if note is not None:
        say(f"note: {note}")


class Partial:
    """Keeps each better plan of a call of timing beside its output, so that a call that is killed leaves it.

    Parameters
    ----------
    output
        Of the call.

    Raises
    ------
    UsageError
        There is something else in its place.
    """

    def __init__(self, output: Path) -> None:
        from netdesign.results.keeping import partial_path, result_in

        self.path = partial_path(output)
        self._earlier = result_in(self.path) if self.path.exists() else None
        self._has_failed = False
        if self._earlier is None and self.path.exists():
            message = f"{self.path}: is in the way of the plans that are kept meanwhile, and no result; move it"
            raise UsageError(message)

    def keep(self, document: TimingDocument) -> None:
        """Write a plan, unless an earlier call left a better one."""
        from netdesign.io.output_file import write_text
        from netdesign.results.result_file import to_json

        if self._is_worse(document):
            return
        try:
            write_text(self.path, to_json(document))
            self._earlier = None
        except UsageError as error:
            # A full disk may have room again when the answer is there; that it is not kept till then is said once.
            if not self._has_failed:
                say(f"note: {error.message}; a call that is killed leaves no plan")
            self._has_failed = True

    def drop(self, document: TimingDocument) -> None:
        """Take it away, needless once there is an output, unless an earlier call left a better plan."""
        if self._is_worse(document):
            say(f"note: {self.path} holds a better plan of an earlier call; --resume goes on from it")
            return
        self.path.unlink(missing_ok=True)

    def _is_worse(self, document: TimingDocument) -> bool:
        from netdesign.results.keeping import has_better_plan

        return self._earlier is not None and has_better_plan(self._earlier, document)


def keeper(partial: Partial | None) -> Callable[[TimingDocument], None]:
    """Return what is told of each better plan."""
    from netdesign.analysis.timing.answer import keep_no_result

    return keep_no_result if partial is None else partial.keep
