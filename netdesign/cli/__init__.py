"""The command line, one file a command: parse, call, print, exit code; nothing heavy is imported before its use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.cli import process

if TYPE_CHECKING:
    import typer

    app: typer.Typer


def main(arguments: list[str] | None = None) -> None:
<<<<<<< HEAD
    """Run the command line and exit; without arguments those of the process, whose signals are then answered too."""
=======
    """Run the command line and exit; errors become a message on stderr and their exit code, never a traceback."""
    if arguments is None and sys.flags.optimize > 1:
        _begin_again_with_docstrings()
    # Ctrl-C while Python shuts down would take the exit code of an answer that is given already.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
>>>>>>> kernels
    try:
        if arguments is None:
            process.keep_docstrings()
            process.take_over()
        from netdesign.cli.program import run

        process.leave(run(arguments))
    except process.Interrupted:
        from netdesign.errors import ExitCode

        process.leave_interrupted(ExitCode.STOPPED_WITHOUT_PLAN)


<<<<<<< HEAD
def __getattr__(name: str) -> object:
    """Return the commands where somebody asks for them: with them all that they need is loaded."""
    if name != "app":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from netdesign.cli import program
=======
def _begin_again_with_docstrings() -> NoReturn:
    """Run the same command in a Python that keeps docstrings: help is made of them, and Pyomo cannot do without."""
    os.environ.pop("PYTHONOPTIMIZE", None)
    options = ["-P", *(["-E"] if sys.flags.ignore_environment else []), *(["-I"] if sys.flags.isolated else [])]
    code = f"import sys; sys.path[:] = {sys.path!r}; from netdesign.cli import main; main()"
    os.execv(sys.executable, [sys.executable, *options, "-c", code, *sys.argv[1:]])


def _named(error: OSError) -> str:
    name = str(error.filename or "")
    return f"{name[:60]}{'...' * (len(name) > 60)}: " if name else ""
>>>>>>> kernels

    return program.app
