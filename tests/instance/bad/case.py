"""What a wrong call is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.small_instances import LEGS

Contents = str | bytes | Callable[[Path], object]
"""Of a file: its text, its bytes, or what makes it."""

SOLVE = ("solve", ".", "-o", "result.json")


@dataclass(frozen=True)
class Case:
    """A call that is wrong.

    Parameters
    ----------
    name
        For the test's id.
    message
        All of stderr; what comes after ``...`` at its end is not compared.
    code
        Exit code.
    call
        Arguments, in a working folder that holds the files.
    files
        By name.
    """

    name: str
    message: str
    code: int = 3
    call: tuple[str, ...] = SOLVE
    files: dict[str, Contents] = field(default_factory=lambda: {"instance.yaml": LEGS})


def faults(*lines: str) -> str:
    """Return the message of a bad instance."""
    title = "1 fault" if len(lines) == 1 else f"{len(lines)} faults"
    return "\n".join([f"netdesign: {title} in the instance", *(f"  {line}" for line in lines)]) + "\n"


def edited(base: str, *changes: tuple[str, str]) -> str:
    """Return an instance in which each of these texts, which stand in it once, is another one."""
    for old, new in changes:
        assert base.count(old) == 1, old
        base = base.replace(old, new)
    return base


def bad(name: str, old: str, new: str, *lines: str, base: str = LEGS) -> Case:
    """Return the case of an instance with one fault or more at one place."""
    return Case(name, faults(*lines), files={"instance.yaml": edited(base, (old, new))})
