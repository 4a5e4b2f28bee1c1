"""Run the commands that documents show, in a copy of the checkout."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netdesign.solve.kernels.loading import COMPILING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
LONG_INSTANCES = ("europe",)
"""Instances on which a command may take more than five seconds."""

CHECKOUT = ("netdesign", "models", "instances", "templates", "pyproject.toml")
"""Files and folders that a copy of the checkout needs to run commands."""

COMPILED = shutil.ignore_patterns("__pycache__")
"""Not copied: processes that run at the same time compile there, and a file may be gone before its copy is made."""

SETTINGS = {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}


class DocumentError(Exception):
    """A document does not match the program; the message has the place."""


@dataclass(frozen=True)
class Command:
    """A command in a document.

    Parameters
    ----------
    call
        The words after ``$``, without the comment.
    code
        The exit code in the document, 0 by default.
    shown
        The output in the document.
    first
        How many lines of output the document keeps; None for all.
    """

    call: str
    code: int
    shown: str
    first: int | None

    @property
    def is_long(self) -> bool:
        """Whether the command may take more than five seconds."""
        return any(name in self.call for name in LONG_INSTANCES)

    @property
    def line(self) -> str:
        """The line of the command in the document."""
        return f"$ {self.call}" + (f"  # exit {self.code}" if self.code else "")


@dataclass(frozen=True)
class Ending:
    """Exit code of a command and its output, standard error included, without what differs between equal runs."""

    code: int
    output: str


CONSOLE = re.compile(r"^```console(?: first=(?P<first>\d+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```(?:yaml|csv) file=(?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"^\$ (?P<call>.*?)(?: +# exit (?P<code>\d))?\n", re.MULTILINE)
TIMED = re.compile(r"Time: |\s*\d+\.\d s  ")
"""Lines with times: the last line of an answer, and those of progress."""

PROGRAM = "import sys; from netdesign.cli import main; sys.argv[0] = 'netdesign'; main()"


def commands(text: str) -> list[Command]:
    """Return the commands of a document in order."""
    return [command for match in CONSOLE.finditer(text) for command in _block_commands(match)]


def _block_commands(match: re.Match[str]) -> list[Command]:
    before, *parts = CALL.split(match["body"])
    if before:
        message = f"a console block starts with `{before.splitlines()[0]}`, not with `$ netdesign ...`"
        raise DocumentError(message)
    first = int(match["first"]) if match["first"] else None
    return [
        Command(call, int(code or 0), output.rstrip("\n"), first)
        for call, code, output in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def example_files(text: str) -> dict[str, str]:
    """Return the example files in a document, by name."""
    return {match["name"]: match["text"] for match in FILE.finditer(text)}


def run(call: str, folder: Path) -> Ending:
    """Run ``netdesign ...`` in a folder."""
    program, *arguments = shlex.split(call)
    if program != "netdesign":
        message = f"`{call}`: only netdesign commands can be run for the documents"
        raise DocumentError(message)
    code, output = in_a_process(arguments, folder)
    # The first command on a machine says that it compiles, and no other does.
    kept = [line.rstrip() for line in output.splitlines() if not TIMED.match(line) and line != COMPILING]
    return Ending(code, "\n".join(kept).strip("\n"))


def in_a_process(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Run a command in a process; return its exit code and its output."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env=os.environ | SETTINGS,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


class Session:
    """The commands of one document in a copy of the checkout: run in order, each at most once.

    Parameters
    ----------
    text
        The document.
    folder
        An empty folder for the copy.
    """

    def __init__(self, text: str, folder: Path) -> None:
        self.commands = commands(text)
        self._folder = folder
        self._endings: dict[int, Ending] = {}
        for name in CHECKOUT:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=COMPILED)
            else:
                shutil.copy2(source, folder / name)
        for name, content in example_files(text).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")

    def ending(self, position: int) -> Ending:
        """Run a command after all before it, long ones only before a long one; return its outcome."""
        for earlier in range(position + 1):
            wanted = self.commands[position].is_long or not self.commands[earlier].is_long
            if wanted and earlier not in self._endings:
                self._endings[earlier] = run(self.commands[earlier].call, self._folder)
        return self._endings[position]

    def output(self, position: int) -> str:
        """Return the new output of a command for the document.

        Raises
        ------
        DocumentError
            The exit code is not the one in the document.
        """
        command, ending = self.commands[position], self.ending(position)
        if ending.code != command.code:
            message = f"`{command.call}` ends with {ending.code}, not with {command.code}:\n{ending.output}"
            raise DocumentError(message)
        lines = ending.output.splitlines()
        if command.first is None or len(lines) <= command.first:
            return ending.output
        return "\n".join(lines[: command.first]).rstrip() + "\n[...]"


def with_transcripts(text: str, *, long: bool) -> str:
    """Return a document with new outputs of its commands; those of long ones only if ``long``."""
    if not commands(text):
        return text
    with tempfile.TemporaryDirectory() as folder:
        session = Session(text, Path(folder))

        def output(position: int, command: Command) -> str:
            return command.shown if command.is_long and not long else session.output(position)

        return with_outputs(text, output)


def with_outputs(text: str, output: Callable[[int, Command], str]) -> str:
    """Return a document with ``output(position, command)`` under each command."""
    position = itertools.count()

    def block(match: re.Match[str]) -> str:
        parts = [
            f"{command.line}\n{output(next(position), command)}".rstrip("\n") for command in _block_commands(match)
        ]
        separator = "\n\n" if any("\n" in part for part in parts) else "\n"
        opening = match[0].partition("\n")[0]
        return f"{opening}\n{separator.join(parts)}\n```"

    return CONSOLE.sub(block, text)
