"""Output files of the commands: they overwrite no input, and no better answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.cli.console import print_answer, print_message, print_warnings
from netdesign.cli.options import Format
from netdesign.cli.process import check_not_interrupted, leaves
from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.api.alternatives import AlternativesAnswer
    from netdesign.api.answers import SolveAnswer, TimingAnswer
    from netdesign.api.explain import ExplainAnswer
    from netdesign.api.findings import CheckAnswer, CompareAnswer
    from netdesign.api.frontier import FrontierAnswer
    from netdesign.api.given import Given
    from netdesign.api.stress import StressAnswer
    from netdesign.api.sweep import SweepAnswer
    from netdesign.api.timing_alternatives import TimingAlternativesAnswer
    from netdesign.api.timing_stress import TimingStressAnswer
    from netdesign.api.timing_tipping import TimingTippingAnswer
    from netdesign.api.tipping import TippingAnswer
    from netdesign.results.result_file import Document


def check_output(output: Path, given: Given, *others: Path) -> None:
    """Check before solving that the output can be written.

    Raises
    ------
    InstanceError, UsageError
        The output cannot be written, or would overwrite an input; or an input cannot be read.
    """
    from netdesign.io.output_file import check_spares, check_writable

    check_writable(output)
    if output.exists():
        check_spares(output, (*others, *given.source.files), given.folder)


def checked_result(command: str, output: Path, given: Given, model: str | None = None) -> None:
    """Check before solving that the result of a command can be written, and replaces no file of another kind.

    Raises
    ------
    InstanceError, UsageError
        As ``check_output``; or the file holds something else, which would be lost.
    """
    from netdesign.catalogue import find_model
    from netdesign.results.earlier_results import check_replaces_result

    check_output(output, given, *([] if model is None else [find_model(model)]))
    check_replaces_result(output, command)


def checked_partial(
    command: str, output: Path | None, given: Given, model: str | None = None, *, resume: bool
) -> Partial | None:
    """Check both output files, and return the one that holds what is found meanwhile; None without an output.

    Raises
    ------
    InstanceError, UsageError
        As ``checked_result``; another file has the name of that one; or nothing is named to go on from.
    """
    from netdesign.results.result_file import partial_path

    if output is None:
        if resume:
            message = "--resume: needs the -o FILE of the earlier call"
            raise UsageError(message)
        return None
    checked_result(command, output, given, model)
    place = partial_path(output)
    if not place.is_dir():
        check_output(place, given)
    return Partial(output)


def kept(partial: Partial | None, *, resume: bool, quiet: bool) -> dict[str, Any]:
    """Return the keywords with which a question keeps what it finds, and goes on from what an earlier call has kept."""
    from netdesign.results.resuming import earlier_file

    if partial is None:
        return {"resume": None}
    is_there = resume and earlier_file(partial.output) is not None
    if resume and not is_there:
        text = f"note: there is neither {partial.path} nor {partial.output} to go on from; starts anew"
        print_message(text, quiet=quiet)
    return {"keep": partial, "resume": partial.output if is_there else None}


def write_answer(
    found: SolveAnswer
    | AlternativesAnswer
    | ExplainAnswer
    | TippingAnswer
    | TimingAlternativesAnswer
    | TimingTippingAnswer
    | TimingStressAnswer
    | SweepAnswer
    | StressAnswer
    | FrontierAnswer
    | TimingAnswer
    | CompareAnswer
    | CheckAnswer,
    format_: Format,
    output: Path | None = None,
    partial: Partial | None = None,
    *,
    quiet: bool,
    in_full: bool = True,
    has_told: bool = False,
    text: Callable[[Any], str] = str,
) -> None:
    """Write warnings and notes to stderr unless they are told, a result to its file, and the answer to stdout.

    Raises
    ------
    UsageError
        A file or stdout cannot be written.
    """
    if not has_told:
        print_warnings(found.warnings, *found.notes, quiet=quiet, in_full=in_full)
    document = getattr(found, "document", None)
    if output is not None and document is not None:
        write_result(output, document)
        if partial is not None:
            partial.drop(document)
    texts = {Format.TABLE: lambda: text(found), Format.JSON: found.to_json, Format.CSV: found.to_csv}
    print_answer(texts[format_]())


def write_result(output: Path, document: Document) -> None:
    """Write a result, unless the file holds a better one; see ``save_result``.

    Raises
    ------
    UsageError
        It cannot be written.
    """
    from netdesign.io.output_file import save_result

    check_not_interrupted()
    note = save_result(output, document)
    if note is not None:
        print_message(f"warning: {note}")


class Partial:
    """The file next to the output with what is found meanwhile, so that a call that is killed leaves it.

    Parameters
    ----------
    output
        Output file of the call.

    Raises
    ------
    UsageError
        Another file has that name.
    """

    def __init__(self, output: Path) -> None:
        from netdesign.results.result_file import partial_path
        from netdesign.results.resuming import left_in

        self.output, self.path = output, partial_path(output)
        self._earlier = left_in(self.path)
        self._has_failed = False

    def begin(self, asked: Document) -> None:
        """Take a result without any network that says what is asked.

        Raises
        ------
        UsageError
            It, or the output, holds what a call about something else left before it was done.
        """
        from netdesign.results.earlier_results import is_unfinished, result_in
        from netdesign.results.resuming import check_replaces_own

        written = result_in(self.output) if self.output.exists() else None
        if written is not None and is_unfinished(written):
            check_replaces_own(self.output, written, asked)
        if self._earlier is not None:
            check_replaces_own(self.path, self._earlier, asked)
            leaves(str(self.path))

    def __call__(self, document: Document) -> None:
        """Write a plan, unless an earlier call left a better one."""
        from netdesign.io.output_file import write_text
        from netdesign.results.result_file import to_json

        if self._is_worse(document):
            return
        try:
            write_text(self.path, to_json(document))
            self._earlier = None
            leaves(str(self.path))
        except UsageError as error:
            # A full disk may have room again when the answer is written, so go on; the warning is printed once.
            if not self._has_failed:
                print_message(f"warning: {error.message}; a call that is killed leaves no plan")
            self._has_failed = True

    def drop(self, document: Document) -> None:
        """Remove the file once the output is written, unless an earlier call left a better plan in it."""
        if self._is_worse(document):
            print_message(f"warning: {self.path} holds a better plan of an earlier call; --resume goes on from it")
            return
        self.path.unlink(missing_ok=True)
        leaves(None)

    def _is_worse(self, document: Document) -> bool:
        from netdesign.results.earlier_results import has_better_plan

        return self._earlier is not None and has_better_plan(self._earlier, document)
