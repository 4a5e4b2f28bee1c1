"""Reading YAML 1.2 with the place of every value, so that a fault can name line and column.

ruamel.yaml composes the nodes (YAML 1.2: ``NO`` is a word, not false); this module turns them into plain data and
refuses what an instance has no use for: aliases (which let a small file grow without bound), tags, doubled keys.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from netdesign.errors import Fault, InstanceError

if TYPE_CHECKING:
    from pathlib import Path

    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path_ = tuple[str | int, ...]

LARGEST_FILE_BYTES = 64 * 1024 * 1024
_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str", "map", "seq", "timestamp")
}


@dataclass
class Located:
    """Plain data and, for each path in it, the place where it was written.

    Parameters
    ----------
    data
        Dicts, lists, strings, numbers.
    places
        From path (keys and list positions) to (file, line, column).
    """

    data: Any
    places: dict[Path_, tuple[str, int, int]] = field(default_factory=dict)

    def place(self, path: Path_) -> tuple[str, int, int]:
        """Return the place of ``path`` or of the nearest thing around it."""
        for length in range(len(path), -1, -1):
            found = self.places.get(path[:length])
            if found is not None:
                return found
        return ("instance", 0, 0)


def read_text(path: Path, shown: str) -> str:
    """Return the file's text, or raise an InstanceError that says why it cannot be had."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InstanceError([Fault(shown, 0, 0, "", f"cannot be read: {reason}")]) from None
    if len(raw) > LARGEST_FILE_BYTES:
        message = f"has {len(raw)} bytes; at most {LARGEST_FILE_BYTES} are read"
        raise InstanceError([Fault(shown, 0, 0, "", message)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"byte {raw[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise InstanceError([Fault(shown, line, 0, "", message)]) from None


def read_yaml(path: Path, shown: str) -> Located:
    """Read a YAML file.

    Parameters
    ----------
    path
        The file.
    shown
        Its name in messages.

    Raises
    ------
    InstanceError
        Not UTF-8, not YAML, or with aliases, tags or doubled keys.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    root = _compose(yaml, read_text(path, shown), shown)
    if root is None:
        raise InstanceError([Fault(shown, 0, 0, "", "is empty")])
    reader = _Reader(shown, yaml.constructor)
    data = reader.plain(root, ())
    if reader.faults:
        raise InstanceError(reader.faults)
    return Located(data, reader.places)


def _compose(yaml: YAML, text: str, shown: str) -> Node | None:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return cast("Node | None", yaml.compose(io.StringIO(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise InstanceError([Fault(shown, line, column, "", f"is not YAML: {error.problem}")]) from None
    except YAMLError as error:
        raise InstanceError([Fault(shown, 0, 0, "", f"is not YAML: {error}")]) from None
    except RecursionError:
        raise InstanceError([Fault(shown, 0, 0, "", "is nested too deeply to be an instance")]) from None


class _Reader:
    """Turns composed nodes into plain data, collecting places and faults."""

    def __init__(self, shown: str, constructor: Any) -> None:
        self.shown = shown
        self.places: dict[Path_, tuple[str, int, int]] = {}
        self.faults: list[Fault] = []
        self._seen: set[int] = set()
        self._scalars = constructor

    def plain(self, node: Node, path: Path_) -> Any:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        self.places.setdefault(path, self._mark(node))
        if id(node) in self._seen:
            self._fault(node, path, "is an alias of an anchor; write the value out")
            return None
        self._seen.add(id(node))
        if str(node.tag) not in _PLAIN_TAGS:
            self._fault(node, path, f"has the tag {node.tag}; an instance holds plain data only")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return self._sequence(node, path)
        return self._scalar(cast("ScalarNode", node), path)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                self._fault(key_node, (*path, key), "stands twice")
                continue
            self.places[*path, key] = self._mark(key_node)
            result[key] = self.plain(value_node, (*path, key))
        return result

    def _sequence(self, node: SequenceNode, path: Path_) -> list[Any]:
        return [self.plain(item, (*path, index)) for index, item in enumerate(node.value)]

    def _scalar(self, node: ScalarNode, path: Path_) -> Any:
        kind = str(node.tag).rsplit(":", 1)[1]
        if kind in ("str", "timestamp"):
            return node.value
        try:
            return getattr(self._scalars, f"construct_yaml_{kind}")(node)
        except (ValueError, OverflowError):
            self._fault(node, path, f"cannot read {node.value[:40]!r}")
            return None

    def _mark(self, node: Node) -> tuple[str, int, int]:
        return (self.shown, node.start_mark.line + 1, node.start_mark.column + 1)

    def _fault(self, node: Node, path: Path_, message: str) -> None:
        self.faults.append(Fault(*self._mark(node), ".".join(map(str, path)), message))
