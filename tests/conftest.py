"""The command line, run inside the test's own process."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from netdesign.cli import main


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
