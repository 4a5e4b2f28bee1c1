"""Reading YAML 1.2 with the place of every value, so that a fault can name line and column.

ruamel.yaml composes the nodes (YAML 1.2: ``NO`` is a word, not false); this module turns them into plain data and
refuses anchors (with which a small file grows without bound), tags and doubled keys.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, cast

from netdesign.errors import Fault, InstanceError
from netdesign.instance.files import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path_ = tuple[str | int, ...]

FILE_NAME = "instance.yaml"
"""Of the YAML file in the folder of an instance."""

FORMAT = "netdesign.instance/1"
"""Name and version of the format, which such a file has under ``format``."""

_TAG = "tag:yaml.org,2002:"
_TEXTS = ("str", "timestamp", "value", "merge")
_MERGE = f"{_TAG}merge"
_SCALARS = ("null", "bool", "int", "float", *_TEXTS)
_SHOWN = 40

LARGEST_YAML_BYTES = 8 * 1024 * 1024
MOST_YAML_MARKS = 200_000
"""Most commas, colons, brackets and line ends; each may be an entry of half a kilobyte and 0.1 ms."""


_DEEPEST = 200
"""Most nested brackets on a line; Python fails at some hundreds in any case."""

_TOO_DEEP = "is nested too deeply to be an instance"


class WrittenInt(int):
    """A whole number that keeps its written form as text: the postcode 01000 is not 1000."""

    written: str

    def __str__(self) -> str:
        return self.written


class WrittenFloat(float):
    """A number that keeps its written form as text: the id 1E5 is not 100000.0."""

    written: str

    def __str__(self) -> str:
        return self.written


@dataclass
class Located:
    """Plain data and, for each path in it, the place where it was written.

    Parameters
    ----------
    data
        Dicts, lists, strings, numbers.
    places
        From path (keys and list positions) to (file, line, column).
    columns
        By file or sheet of a table: the column of each value of a row.
    faults
        What was wrong in reading it, with the path that cannot be relied on.
    warnings
        What is odd in it without being wrong, as its reader saw it.
    taken_away
        Paths whose value is left out on purpose; everywhere else an empty value is a fault.
    lacking
        By path, the message that something is missing there, for files in which it is no key.
    assumed
        Paths whose value no file states: what the reader of a format puts there.
    """

    data: Any
    places: dict[Path_, tuple[str, int, int]] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    faults: list[tuple[Path_, Fault]] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    taken_away: set[Path_] = field(default_factory=set)
    lacking: Mapping[Path_, str] = field(default_factory=dict)
    assumed: set[Path_] = field(default_factory=set)

    def place(self, path: Path_) -> tuple[str, int, int]:
        """Return the place of ``path`` or of the innermost value around it."""
        for length in range(len(path), -1, -1):
            found = self.places.get(path[:length])
            if found is not None:
                file, line, column = found
                is_cell = 0 < length < len(path) and isinstance(path[length - 1], int)
                return (file, line, self.columns.get(file, {}).get(str(path[length]), column)) if is_cell else found
        return ("instance", 0, 0)

    def is_set(self, path: Path_) -> bool:
        """Return whether ``--set`` took away or exchanged what stands at a place, or around it."""
        around = [path[:length] for length in range(1, len(path) + 1)]
        return any(one in self.taken_away or self.places.get(one, ("",))[0].startswith("--set ") for one in around)

    def is_broken(self, path: Path_) -> bool:
        """Return whether something at, around or inside ``path`` could not be read, so that its value is void."""
        return any(path[: len(broken)] == broken or broken[: len(path)] == path for broken, _ in self.faults)

    def raise_if_faulty(self, further: tuple[Fault, ...] = ()) -> None:
        """Raise an InstanceError with the faults of reading and further faults, if there are any."""
        found = [*(fault for _, fault in self.faults), *further]
        if found:
            raise InstanceError(found)


def read_yaml(path: Path, shown: str) -> Located:
    """Read a YAML file; anchors, tags and doubled keys are noted as faults.

    Parameters
    ----------
    path
        The file.
    shown
        Its name in messages.

    Raises
    ------
    InstanceError
        Not UTF-8, not YAML, or empty.
    """
    located = parse_yaml(read_text(path, shown), shown)
    if located is None:
        raise InstanceError([Fault(shown, 0, 0, "", "is empty; `netdesign new` makes an instance to start from")])
    return located


def parse_yaml(text: str, shown: str) -> Located | None:
    """Return the data of a YAML text with its places and faults, None where it holds nothing.

    Raises
    ------
    InstanceError
        Not YAML.
    """
    from ruamel.yaml import YAML

    # The one directive that changes the meaning of words: under 1.1 `NO` is false.
    directive = re.search(r"^%YAML[ \t]+(?!1\.2\b)(\S+)", text, flags=re.MULTILINE)
    if directive:
        line = text.count("\n", 0, directive.start()) + 1
        message = f"is marked as YAML {directive[1][:_SHOWN]}; an instance is YAML 1.2, so take the mark out"
        raise InstanceError([Fault(shown, line, 1, "", message)])
    _check_size(text, shown)
    try:
        root = _composed(text, shown)
        if root is None:
            return None
        reader = _YamlReader(shown, YAML(typ="safe", pure=True).constructor)
        data = reader.value(root, ())
    except RecursionError:
        raise InstanceError([Fault(shown, 0, 0, "", _TOO_DEEP)]) from None
    return Located(data, reader.places, faults=reader.faults)


def _check_size(text: str, shown: str) -> None:
    """Raise an error for a text that would take minutes and gigabytes."""
    remedy = "large tables belong in CSV files beside it"
    if len(text) > LARGEST_YAML_BYTES:
        message = f"has {len(text):,} characters; at most {LARGEST_YAML_BYTES:,} are read as YAML: {remedy}"
        raise InstanceError([Fault(shown, 0, 0, "", message)])
    marks = sum(map(text.count, ",:[{\n"))
    if marks > MOST_YAML_MARKS:
        message = f"has {marks:,} commas, colons, brackets and line ends; at most {MOST_YAML_MARKS:,} are read as YAML"
        raise InstanceError([Fault(shown, 0, 0, "", f"{message}: {remedy}")])
    for line in text.splitlines() if marks > _DEEPEST else ():
        if line.count("[") + line.count("{") > _DEEPEST and _depth(line) > _DEEPEST:
            raise InstanceError([Fault(shown, 0, 0, "", _TOO_DEEP)])


def _depth(line: str) -> int:
    """Return how deep the brackets of a line are nested; ruamel.yaml, which tries each as a key, takes seconds."""
    steps = ((letter in "[{") - (letter in "]}") for letter in line)
    return max(accumulate(steps))


@lru_cache(maxsize=1)
def _composed(text: str, shown: str) -> Node | None:
    """Return the nodes of a text, which stay unchanged: an instance with years is read again for each scenario."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an anchor set twice; anchors are faults anyway
            return cast("Node | None", YAML(typ="safe", pure=True).compose(io.StringIO(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = str(error.problem or error.context).removeprefix("but ")
        raise InstanceError([Fault(shown, line, column, "", f"is not YAML: {problem}")]) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"is not YAML: the character U+{int(error.character):04X} is not allowed"
        raise InstanceError([Fault(shown, line, 0, "", message)]) from None
    except (YAMLError, ValueError) as error:
        raise InstanceError([Fault(shown, 0, 0, "", f"is not YAML: {str(error).splitlines()[0]}")]) from None


class _YamlReader:
    """Turns composed nodes into plain data, collecting places and faults."""

    def __init__(self, shown: str, constructor: Any) -> None:
        self.shown = shown
        self.places: dict[Path_, tuple[str, int, int]] = {}
        self.faults: list[tuple[Path_, Fault]] = []
        self._anchored: dict[int, Fault] = {}
        self._scalars = constructor

    def value(self, node: Node, path: Path_) -> Any:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        self.places.setdefault(path, self._mark(node))
        if node.anchor:
            # Not entered: an alias may lead back to itself. One fault for an anchor and all its aliases.
            if id(node) not in self._anchored:
                self._fault(node, path, f"has the anchor &{node.anchor}; anchors are not read, write the values out")
                self._anchored[id(node)] = self.faults[-1][1]
            self.faults.append((path, self._anchored[id(node)]))
            return None
        kinds = ("map",) if isinstance(node, MappingNode) else ("seq",) if isinstance(node, SequenceNode) else _SCALARS
        kind = str(node.tag).removeprefix(_TAG)
        if kind not in kinds:
            tag = kind if kind.startswith("!") else f"!!{kind}"
            self._fault(node, path, f"has the tag {tag}; an instance holds plain data only, take the tag out")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return self._sequence(node, path)
        return self._scalar(cast("ScalarNode", node), kind, path)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node.value, str):
                self._fault(key_node, path, "a list or block stands as a key; a key is a word")
                continue
            key = key_node.value
            if key_node.tag == _MERGE:
                self._fault(key_node, path, "the merge key << is not read; write the keys out")
                continue
            if key in result:
                self._fault(key_node, (*path, key), "stands twice")
                continue
            self.places[*path, key] = self._mark(key_node)
            result[key] = self.value(value_node, (*path, key))
        return result

    def _sequence(self, node: SequenceNode, path: Path_) -> list[Any]:
        return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]

    def _scalar(self, node: ScalarNode, kind: str, path: Path_) -> Any:
        if kind in _TEXTS:
            return node.value
        try:
            value = getattr(self._scalars, f"construct_yaml_{kind}")(node)
            if isinstance(value, bool | None):
                return value
            number = WrittenInt(value) if kind == "int" else WrittenFloat(value)
            number.written = node.value
            return number
        except (ValueError, ArithmeticError, LookupError):
            self._fault(node, path, f"cannot read {node.value[:_SHOWN]!r}")
            return None

    def _mark(self, node: Node) -> tuple[str, int, int]:
        return (self.shown, node.start_mark.line + 1, node.start_mark.column + 1)

    def _fault(self, node: Node, path: Path_, message: str) -> None:
        self.faults.append((path, Fault(*self._mark(node), ".".join(map(str, path)), message)))
