"""The command line, one file a command: parse, call, print, exit code; nothing heavy is imported before its use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.cli import process

if TYPE_CHECKING:
    import typer

    app: typer.Typer


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit; without arguments those of the process, whose signals are then answered too."""
    try:
        if arguments is None:
            process.keep_docstrings()
            process.take_over()
        from netdesign.cli.program import run

        process.leave(run(arguments))
    except process.Interrupted:
        from netdesign.errors import ExitCode

        process.leave_interrupted(ExitCode.STOPPED_WITHOUT_PLAN)


def __getattr__(name: str) -> object:
    """Return the commands where somebody asks for them: with them all that they need is loaded."""
    if name != "app":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from netdesign.cli import program

    return program.app
