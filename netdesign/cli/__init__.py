"""The command line, one file a command: parse, call, print, exit code; nothing heavy is imported before its use."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from typing import NoReturn

import typer

from netdesign import __version__
from netdesign.cli import catalogue
from netdesign.cli.bench import bench
from netdesign.cli.check import check
from netdesign.cli.compare import compare
from netdesign.cli.export import export
from netdesign.cli.import_ import import_
from netdesign.cli.solve import solve
from netdesign.cli.talk import say
from netdesign.cli.timing import timing
from netdesign.cli.verify import verify
from netdesign.cli.wording import InOurWords
from netdesign.errors import ExitCode, NetdesignError, SizeError

app = typer.Typer(
    name="netdesign",
    cls=InOurWords,
    help="Hub-network design with proof: whether a second or third hub pays, where, and by how much.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"netdesign {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    pass


app.command("solve")(solve)
app.command("compare")(compare)
app.command("timing")(timing)
app.command("check")(check)
app.command("verify")(verify)
app.command("import")(import_)
app.command("export")(export)
app.command("bench")(bench)
app.command("new")(catalogue.new)
app.command("models")(catalogue.models)
app.command("instances")(catalogue.instances)
app.command("schema")(catalogue.schema)


_TYPER_INTERRUPTED = 130
_TYPER_BROKEN_PIPE = 1


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit; errors become a message on stderr and their exit code, never a traceback."""
    # Ctrl-C while Python shuts down would take the exit code of an answer that is given already.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    try:
        app(args=arguments, prog_name="netdesign")
    except SystemExit as end:
        if end.code == _TYPER_INTERRUPTED:
            _complain("interrupted before there was an answer", ExitCode.STOPPED_WITHOUT_PLAN)
        # Whoever read the help or the version has gone away.
        _leave(int(ExitCode.ANSWERED) if end.code == _TYPER_BROKEN_PIPE else end.code)
    except NetdesignError as error:
        _complain(error.message, error.exit_code)
    except RecursionError:
        _complain("the input is nested too deeply", ExitCode.BAD_INSTANCE)
    except MemoryError as error:
        detail = f": {error}" if str(error) else ""
        _complain(f"{SizeError.mark}this machine has not the memory for it{detail}", ExitCode.USAGE)
    except OSError as error:
        # What a command did not foresee about a file: a name too long, a disk that is gone.
        _complain(f"{_named(error)}{error.strerror or error}", ExitCode.USAGE)
    except Exception as error:
        if os.environ.get("NETDESIGN_TRACEBACK"):
            raise
        message = (
            f"internal error: {type(error).__name__}: {error}\nThis is a defect; NETDESIGN_TRACEBACK=1 shows where."
        )
        _complain(message, ExitCode.INTERNAL_ERROR)


def _named(error: OSError) -> str:
    name = str(error.filename or "")
    return f"{name[:60]}{'...' * (len(name) > 60)}: " if name else ""


def _complain(message: str, code: ExitCode) -> NoReturn:
    say(f"netdesign: {message}")
    _leave(int(code))


def _leave(code: int | str | None) -> NoReturn:
    """End the process, also where a solver did not stop: it must not call back into a Python that is shut down."""
    from netdesign.solve.limits import SOLVER_THREAD

    if any(thread.name == SOLVER_THREAD for thread in threading.enumerate()):
        # Both streams were flushed with each text that was written to them.
        os._exit(int(code or 0))
    sys.exit(code)
