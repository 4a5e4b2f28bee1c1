"""Ask a question with the options that were typed, and print its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import ProgressLine, interruptible
from netdesign.cli.output import checked_partial, checked_result, kept, write_answer
from netdesign.cli.sharing import READING, SHARED

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.api.given import Given


def given_of(typed: dict[str, Any]) -> Given:
    """Return the instance that was typed, with how it is read where the command has options of that."""
    from netdesign.api.given import Given
    from netdesign.instance.published.reading import Reading

    return Given(typed["instance"], Reading(*(typed[name] for name in READING if name in typed)))


def ask(
    question: Callable[..., Any],
    typed: dict[str, Any],
    *asked_about: object,
    text: Callable[[Any], str] = str,
) -> NoReturn:
    """Ask, write the answer to its file and to stdout, and end with its exit code.

    Parameters
    ----------
    question
        A function of ``netdesign.api`` with the name of the command.
    typed
        The options of the command by the names of its parameters; those that commands share by ``shared``.
    asked_about
        What follows the instance, such as configurations or a figure.
    text
        What stdout has of the answer in the format of tables.

    Raises
    ------
    InstanceError, UsageError, ContradictionError
        As the question; or the output cannot be written, or would replace something else.
    """
    typed = {**typed, **typed.get(SHARED, {})}
    given = given_of(typed)
    output, resume, quiet = typed.get("output"), typed.get("resume", False), typed["quiet"]
    in_full = typed["notes"]
    partial = None
    if "resume" in typed:
        partial = checked_partial(question.__name__, output, given, typed.get("model"), resume=resume)
    elif output is not None:
        checked_result(question.__name__, output, given, typed.get("model"))
    progress = ProgressLine(quiet=quiet, in_full=in_full)
    # A signal may come until the answer is printed: what is found so far is then the answer.
    with interruptible(progress) as stop:
        keywords = opt.keywords(question, typed | kept(partial, resume=resume, quiet=quiet))
        found = question(given, *asked_about, **keywords, listen=progress, stop=stop)
        progress.clear()
        has_told, format_ = progress.has_told, typed["format_"]
        write_answer(found, format_, output, partial, quiet=quiet, in_full=in_full, has_told=has_told, text=text)
    raise typer.Exit(found.exit_code)
