"""GraphML, as networkx, Gephi, yEd, igraph and others write it.

It is taken apart here and not by networkx, which leaves ``<default>`` values, ports and hyperedges aside in silence and
does not say on which line it found what.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault, InstanceError, did_you_mean
from netdesign.instance.files import read_text
from netdesign.instance.published.graph_tables import Part
from netdesign.instance.published.graphs import TEXTS, GraphFile, graph_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from xml.parsers.expat import XMLParserType

    from netdesign.instance.published.reading import Reading, Source

_NAMESPACE = "http://graphml.graphdrawing.org/"
_TRUTH = {"true": True, "1": True, "false": False, "0": False, "True": True, "False": False}
"""Truth values of XML, and how networkx writes them."""

_CHILDREN = {
    "graphml": ("key", "graph", "data", "desc"),
    "graph": ("node", "edge", "data", "desc"),
    "node": ("data", "desc"),
    "edge": ("data", "desc"),
}
_OWN = {"node": ("id",), "edge": ("id", "source", "target", "directed"), "graph": ("id", "edgedefault")}
_INSIDE = {
    "graph": "a graph inside another (a group of yEd) is not read; ungroup it",
    "port": "ports are not read; take them out",
    "hyperedge": "an edge between more than two nodes is not read; write edges",
}


_MOST_ELEMENTS = 2_000_000
"""Elements that are taken apart: nearly a gigabyte, and more than a sound file of the largest size has."""


@dataclass(slots=True)
class _Element:
    """An element of XML, its children, and where it was written."""

    tag: str
    attributes: dict[str, str]
    line: int
    column: int
    children: list[_Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> Iterable[_Element]:
        return (child for child in self.children if child.tag == tag)


@dataclass(frozen=True)
class _Key:
    """What a ``key`` declares: an attribute by name, of which kind of element, its type and what it is if left out."""

    name: str
    of: str
    type: str
    default: str | None
    is_drawing: bool


def read_graphml(path: Path, reading: Reading) -> Source:
    """Read a graph of GraphML; ``<default>`` values count."""
    shown = str(path)
    root = _tree(read_text(path, shown), shown)
    if root.tag != "graphml":
        raise InstanceError([Fault(shown, root.line, root.column, "", f"<{root.tag[:40]}> is no GraphML")])
    return graph_source(_Reader(shown).graph(root), path)


def _tree(text: str, shown: str) -> _Element:
    """Return the outermost element.

    Raises
    ------
    InstanceError
        No XML, an encoding that is not UTF-8, or a document type, whose entities may grow without bound.
    """
    from xml.parsers import expat

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    stack = [_Element("", {}, 0, 0)]

    def refuse(message: str) -> None:
        raise InstanceError([Fault(shown, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, "", message)])

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and not _is_utf8(encoding, text):
            refuse(f"is declared as {encoding[:40]}; save it as UTF-8, and declare that")

    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = lambda *_: refuse("has a DOCTYPE; entities are not read, take it out")
    _build(parser, stack, refuse)
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise InstanceError(
            [Fault(shown, error.lineno, error.offset + 1, "", "is not XML, hence no GraphML")]
        ) from None
    return stack[0].children[0]


def _build(parser: XMLParserType, stack: list[_Element], refuse: Callable[[str], None]) -> None:
    """Have a parser put each element into the one around it, which is the last of the stack."""
    number = count(1)

    def start(tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        known = name if space.startswith(_NAMESPACE) else tag
        element = _Element(known, attributes, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        if next(number) > _MOST_ELEMENTS:
            refuse(f"has more than {_MOST_ELEMENTS:,} elements; so many are read at most")
        stack[-1].children.append(element)
        stack.append(element)

    def add(found: str) -> None:
        stack[-1].text += found

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = add


def _nodes(graph: _Element) -> list[_Element]:
    """Return the nodes of a graph; those of a graph inside it, which is a fault, are no news where edges end there."""
    found, graphs = [], [graph]
    while graphs:
        own = list(graphs.pop().all("node"))
        found += own
        graphs += [inner for node in own for inner in node.all("graph")]
    return found


def _is_utf8(encoding: str, text: str) -> bool:
    """Tell whether a text that was read as UTF-8 is the same in the encoding that it declares."""
    try:
        return codecs.lookup(encoding).name == "utf-8" or (text.isascii() and text.encode(encoding) == text.encode())
    except (LookupError, ValueError, TypeError):
        return False


class _Reader:
    """Takes GraphML apart and collects its faults."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._faults: list[Fault] = []
        self._keys: dict[str, _Key] = {}

    def graph(self, root: _Element) -> GraphFile:
        """Return the graph."""
        self._check(root)
        for element in root.all("key"):
            self._read_key(element)
        graphs = list(root.all("graph"))
        if len(graphs) != 1:
            message = f"has {len(graphs) or 'no'} graphs; one is read"
            raise InstanceError([*self._faults, Fault(self._shown, 0, 0, "", message)])
        top = graphs[0]
        self._check(top)
        kind = top.attributes.get("edgedefault")
        if kind not in ("directed", "undirected"):
            found = "is missing" if kind is None else f"{kind[:40]!r} is not allowed"
            self._fault(top, f"{found}; allowed: directed, undirected", "edgedefault")
        attributes = self._data(root, "graphml") | self._data(top, "graph")
        nodes = [self._node(element) for element in _nodes(top)]
        edges = [self._edge(element, kind or "") for element in top.all("edge")]
        return GraphFile(
            self._shown,
            attributes,
            [node for node in nodes if node is not None],
            [edge for edge in edges if edge is not None],
            kind == "directed",
            self._faults,
        )

    def _fault(self, element: _Element, message: str, name: str = "") -> None:
        self._faults.append(Fault(self._shown, element.line, element.column, name, message))

    def _check(self, element: _Element) -> None:
        """Note children and attributes of an element that would be ignored."""
        allowed = _CHILDREN[element.tag]
        for child in element.children:
            if child.tag not in allowed:
                other = f"<{child.tag[:40]}> is unknown in <{element.tag}>; allowed: {', '.join(allowed)}"
                self._fault(child, _INSIDE.get(child.tag, other))
        for name in element.attributes if element.tag in _OWN else ():
            # With a point or a blank: of a namespace or a program.
            if name not in _OWN[element.tag] and not {" ", "."} & set(name):
                self._fault(element, f"stands in <{element.tag}> itself; write <data key=...>, and a key for it", name)

    def _read_key(self, element: _Element) -> None:
        given = element.attributes
        of, id_ = given.get("for", "all"), given.get("id")
        if id_ is None or id_ in self._keys:
            self._fault(element, "is missing" if id_ is None else f"{id_[:40]!r} stands twice", "key.id")
            return
        default = next((child.text for child in element.all("default")), None)
        # What a program draws with is a tree of its own.
        is_drawing = "yfiles.type" in given
        name = given.get("attr.name", id_)
        self._keys[id_] = _Key(name, of, given.get("attr.type", "string"), None if is_drawing else default, is_drawing)

    def _data(self, element: _Element, of: str) -> dict[str, Any]:
        """Return the attributes of an element, those that it has by default among them."""
        found: dict[str, Any] = {}
        for data in element.all("data"):
            key = self._keys.get(data.attributes.get("key", ""))
            if key is None:
                id_ = data.attributes.get("key", "")[:40]
                self._fault(data, f"there is no key {id_!r}{did_you_mean(id_, self._keys)}")
            elif key.name in found:
                self._fault(data, "stands twice", key.name)
            elif key.is_drawing:
                found["viz"] = data.text.strip() or bool(data.children) or None
            elif data.children:
                self._fault(data, "holds elements, not a value", key.name)
            else:
                found[key.name] = self._value(data, key, data.text)
        for key in self._keys.values():
            if key.default is not None and key.of in (of, "all") and key.name not in found:
                found[key.name] = self._value(element, key, key.default)
        return found

    def _value(self, element: _Element, key: _Key, text: str) -> Any:
        if not text.strip():
            # An empty text is one; anything else that is empty is left out, as an empty cell is.
            return "" if key.name in TEXTS else None
        if key.type == "boolean":
            if text.strip() not in _TRUTH:
                self._fault(element, f"{text.strip()[:40]!r} is neither true nor false", key.name)
            return _TRUTH.get(text.strip())
        return text

    def _node(self, element: _Element) -> Part | None:
        self._check(element)
        if "id" not in element.attributes:
            self._fault(element, "is missing", "node.id")
            return None
        return Part((element.attributes["id"],), self._data(element, "node"), element.line, element.column)

    def _edge(self, element: _Element, default: str) -> Part | None:
        self._check(element)
        missing = [name for name in ("source", "target") if name not in element.attributes]
        for name in missing:
            self._fault(element, "is missing", f"edge.{name}")
        directed = _TRUTH.get(element.attributes.get("directed", ""), default == "directed")
        if directed != (default == "directed"):
            message = f"an edge of its own kind in a graph that is {default}; edges are all directed, or none is"
            self._fault(element, message, "directed")
        if missing:
            return None
        ends = element.attributes["source"], element.attributes["target"]
        return Part(ends, self._data(element, "edge"), element.line, element.column)
