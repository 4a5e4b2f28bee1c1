"""All commands, and what becomes of their errors."""

from __future__ import annotations

import gc
import os
import re
import sys
from inspect import signature
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from netdesign import __version__
from netdesign.cli import catalogue
from netdesign.cli.alternatives import alternatives
from netdesign.cli.bench import bench
from netdesign.cli.check import check
from netdesign.cli.compare import compare
from netdesign.cli.console import is_stdout_lost, print_message
from netdesign.cli.explain import explain
from netdesign.cli.export import export
from netdesign.cli.frontier import frontier
from netdesign.cli.import_ import import_
from netdesign.cli.process import check_not_interrupted, interrupted_text
from netdesign.cli.solve import solve
from netdesign.cli.stress import stress
from netdesign.cli.sweep import sweep
from netdesign.cli.timing import timing
from netdesign.cli.tipping import tipping
from netdesign.cli.verify import verify
from netdesign.errors import ExitCode, NetdesignError, SizeError
from netdesign.instance.published.formats import format_by_ending

if TYPE_CHECKING:
    from collections.abc import Callable


class _Commands(TyperGroup):
    """Words errors of option values as our own; typer uses the messages of pydantic."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            from pydantic import ValidationError

            from netdesign.instance.fields import sentence

            if error.ctx is not None and error.ctx.info_name == "import" and "format_" in error.ctx.params:
                error.message = _import_in_full(error.ctx.params["format_"])
            if isinstance(error.__cause__, ValidationError):
                error.message = sentence(error.__cause__.errors(include_url=False)[0])
            raise


class _Command(TyperCommand):
    """A command whose options take no other option for their value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        takes = {name: one.nargs for one in self.params if not getattr(one, "is_flag", True) for name in one.opts}
        place = 0
        while place < len(args) and args[place] != "--":
            number = takes.get(args[place], 0)
            values = args[place + 1 : place + 1 + number]
            if any(value.startswith("--") and value != "--" for value in values):
                wanted = "an argument" if number == 1 else f"{number} arguments"
                ctx.fail(f"Option '{args[place]}' requires {wanted}.")
            place += 1 + number
        return super().parse_args(ctx, args)


class _TakesNumbers(_Command):
    """A command whose arguments may be negative numbers, which typer takes for options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        from netdesign.instance.fields import is_decimal

        values = {
            name
            for param in self.params
            if not getattr(param, "is_flag", True)
            for name in param.opts
            if param.nargs == 1
        }
        before = ["", *args]
        # What begins with a space is no option, and the same number.
        return super().parse_args(
            ctx,
            [
                f" {word}" if word.startswith("-") and is_decimal(word) and before[place] not in values else word
                for place, word in enumerate(args)
            ],
        )


def _import_in_full(typed: str) -> str:
    """Return the right call of import where a file stands in the place of the format, else an empty string."""
    by_ending = format_by_ending(typed)
    return f"The format comes first: netdesign import {by_ending} {typed} DEST" if by_ending else ""


app = typer.Typer(
    name="netdesign",
    cls=_Commands,
    help="Hub-network design with proof: whether a second or third hub pays, where, and by how much.",
    no_args_is_help=True,
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


EXIT_CODES = (
    "Exit codes: 0 answered, 2 what was typed is wrong, 3 what the files of the instance say is wrong, 4 infeasible, "
    "5 stopped with a plan, 6 stopped without one, 7 contradicted, 1 a defect."
)
"""Last lines of the help of every command."""

_COMMANDS: dict[str, Callable[..., None]] = {
    "solve": solve,
    "compare": compare,
    "alternatives": alternatives,
    "explain": explain,
    "tipping": tipping,
    "sweep": sweep,
    "stress": stress,
    "frontier": frontier,
    "timing": timing,
    "check": check,
    "verify": verify,
    "import": import_,
    "export": export,
    "bench": bench,
    "new": catalogue.new,
    "models": catalogue.models,
    "instances": catalogue.instances,
    "schema": catalogue.schema,
}
for _name, _command in _COMMANDS.items():
    app.command(_name, cls=_TakesNumbers if _command is tipping else _Command, epilog=EXIT_CODES)(_command)


_MADE_BEFORE_A_SEARCH = 100_000
"""Threshold of the garbage collector: tables are large and have no cycles; saves a fourth of reading them."""

_TYPER_INTERRUPTED = 130
_TYPER_BROKEN_PIPE = 1


_READ_WITH = re.compile(r"--format-in ([a-z]+)")


def _with_own_options(message: str, arguments: list[str] | None) -> str:
    """Return a message whose advice fits the command: ``netdesign import`` where it has no ``--format-in``."""
    command = next(iter(sys.argv[1:] if arguments is None else arguments), "")
    if command not in _COMMANDS or "format_in" in signature(_COMMANDS[command]).parameters:
        return message
    return _READ_WITH.sub(r"`netdesign import \1 FILE FOLDER`", message)


def run(arguments: list[str] | None) -> int:
    """Run a command and return its exit code; errors become a message on stderr, never a traceback."""
    gc.set_threshold(_MADE_BEFORE_A_SEARCH)
    try:
        app(args=arguments, prog_name="netdesign")
    except SystemExit as end:
        if end.code == _TYPER_INTERRUPTED:
            return _complain(interrupted_text(), ExitCode.STOPPED_WITHOUT_PLAN)
        # A broken pipe: the reader of the help or the version has closed it.
        return int(ExitCode.ANSWERED if end.code == _TYPER_BROKEN_PIPE else end.code or 0)
    except NetdesignError as error:
        return _complain(_with_own_options(error.message, arguments), error.exit_code)
    except RecursionError:
        return _complain("the input is nested too deeply", ExitCode.BAD_INSTANCE)
    except MemoryError as error:
        detail = f": {error}" if str(error) else ""
        return _complain(f"{SizeError.mark}this machine has not the memory for it{detail}", ExitCode.USAGE)
    except OSError as error:
        # An unexpected error with a file: a name that is too long, a disk that is gone.
        place = "stdout cannot be written: " if is_stdout_lost() else _named(error)
        return _complain(f"{place}{error.strerror or error}", ExitCode.USAGE)
    except Exception as error:
        if os.environ.get("NETDESIGN_TRACEBACK"):
            raise
        message = (
            f"internal error: {type(error).__name__}: {error}\nThis is a defect; NETDESIGN_TRACEBACK=1 shows where."
        )
        return _complain(message, ExitCode.INTERNAL_ERROR)
    return int(ExitCode.ANSWERED)


def _named(error: OSError) -> str:
    name = str(error.filename or "")
    return f"{name[:60]}{'...' * (len(name) > 60)}: " if name else ""


def _complain(message: str, code: ExitCode) -> int:
    check_not_interrupted()
    print_message(f"netdesign: {message}")
    return int(code)
