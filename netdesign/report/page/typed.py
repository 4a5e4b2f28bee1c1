"""The command that finds a result again, from what it records of its call."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.instance.resolve_stages import BASE, TREE
from netdesign.solve.core.limits import SolveLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.call import AnyCall
    from netdesign.results.result_file import Document

_ARGUMENTS = ("figure", "low", "high")
"""What stands behind the instance, in this order; all else has a flag with its name."""

_REPEATED = ("set", "over")
_FLAGS = {"draws_level": "--level"}
_TABLE = "SCENARIOS.csv"
"""In the place of a table whose rows a result records, and not its file."""


def typed_call(document: Document, call: AnyCall) -> str:
    """Return the command as it is typed; options that have their usual value are left out.

    Parameters
    ----------
    document
        The result.
    call
        The call that it records.
    """
    usual = type(call)().to_record() | SolveLimits().to_record()
    given = {name: value for name, value in document.options.items() if value != usual.get(name)}
    arguments = [f"{given.pop(name)}" for name in _ARGUMENTS if name in given]
    reader = dict(document.reader)
    words = ["netdesign", document.COMMAND, str(reader.pop("instance", "")), *arguments]
    if reader.get("format_in") == OWN_FORMAT:
        del reader["format_in"]
    for name, value in (reader | given).items():
        words += _option(name, value)
    return shlex.join(words)


def _option(name: str, value: Any) -> Iterator[str]:
    """Yield the words of an option."""
    flag = _FLAGS.get(name, f"--{name.replace('_', '-')}")
    if name == "scenario" and value in (BASE, TREE):
        yield from [] if value == BASE else ["--tree"]
    elif name == "table":
        yield from (flag, _TABLE)
    elif name in _REPEATED:
        for one in value:
            yield from (flag, str(one))
    elif name == "price_carbon":
        yield from (flag, ":".join(f"{one:g}" for one in value))
    elif name == "grid":
        yield from (flag, *value)
    elif value is True:
        yield flag
    else:
        yield from (flag, ",".join(map(str, value)) if isinstance(value, list) else str(value))
