"""The command line, run inside the test's own process."""

from __future__ import annotations

import os
import signal
import sys
from functools import cache, lru_cache
from typing import NamedTuple

import pytest
import typer.main

from netdesign.cli import main
from netdesign.instance import document

# Where bytecode is not kept, each process that a test starts compiles the whole program again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shell lets what it starts in its background ignore Ctrl-C, and so all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# As nohup does with the loss of the terminal.
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# The tree of commands is the same for every call; typer builds it at each.
typer.main.get_command = cache(typer.main.get_command)
# The same few instances are read again and again, and their nodes stay unchanged.
document._composed = lru_cache(maxsize=32)(document._composed.__wrapped__)


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def netdesign(capsys, monkeypatch):
    """Return a function that runs a command in-process and gives its exit code, stdout and stderr."""
    monkeypatch.delenv("NETDESIGN_TRACEBACK", raising=False)

    def run(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        return Ended(int(end.value.code or 0), *capsys.readouterr())

    return run
