"""The command line, one file for each command; heavy modules are imported only where they are used."""

from __future__ import annotations

from netdesign.cli import process

TYPE_CHECKING = False  # as in process
if TYPE_CHECKING:
    import typer

    app: typer.Typer


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit; without arguments, use those of the process and handle its signals."""
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
    """Load the commands on demand."""
    if name != "app":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from netdesign.cli import program

    return program.app
