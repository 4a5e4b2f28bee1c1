"""GraphML, as networkx, Gephi, yEd, igraph and others write it.

It is not read by networkx, which ignores ``<default>`` values, ports and hyperedges without a message and gives no
line numbers.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault, InstanceError, did_you_mean
from netdesign.instance.files import read_text
from netdesign.instance.published.graph_tables import GraphPart
from netdesign.instance.published.graphs import FOREIGN, TEXTS, GraphFile, graph_source

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
    "node": ("data", "desc", "graph"),
    "edge": ("data", "desc"),
}
_OWN = {"node": ("id",), "edge": ("id", "source", "target", "directed"), "graph": ("id", "edgedefault")}
_INSIDE = {
    "graph": "a graph stands where none can; a group is a node with a graph inside",
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
    """The declaration of an attribute: its name, kind of element, type and default."""

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
    return graph_source(_GraphmlReader(shown).graph(root), path)


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


def _graphs(top: _Element) -> tuple[list[_Element], list[_Element]]:
    """Return a graph and all those inside it, and the nodes that hold these: groups, as yEd has them."""
    graphs, groups = [top], []
    for graph in graphs:
        found = [node for node in graph.all("node") if any(node.all("graph"))]
        groups += found
        graphs += [inner for node in found for inner in node.all("graph")]
    return graphs, groups


def _is_utf8(encoding: str, text: str) -> bool:
    """Return whether a text that was read as UTF-8 is the same in the encoding that it declares."""
    try:
        return codecs.lookup(encoding).name == "utf-8" or (text.isascii() and text.encode(encoding) == text.encode())
    except (LookupError, ValueError, TypeError):
        return False


class _GraphmlReader:
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
        graphs, groups = _graphs(top)
        for graph in graphs:
            self._check(graph)
        kind = top.attributes.get("edgedefault")
        if kind not in ("directed", "undirected"):
            found = "is missing" if kind is None else f"{kind[:40]!r} is not allowed"
            self._fault(top, f"{found}; allowed: directed, undirected", "edgedefault")
        attributes = self._data(root, "graphml") | self._data(top, "graph")
        framed = self._check_groups(groups, kind or "")
        outer = {id(group) for group in groups}
        nodes = [self._node(element) for graph in graphs for element in graph.all("node") if id(element) not in outer]
        edges = [self._edge(element, kind or "", framed) for graph in graphs for element in graph.all("edge")]
        warnings = []
        if groups:
            message = "groups (of yEd) are read flat: what stands inside counts, a group itself is no node"
            warnings.append(Fault(self._shown, groups[0].line, groups[0].column, "", message))
        return GraphFile(
            self._shown,
            attributes,
            [node for node in nodes if node is not None],
            [edge for edge in edges if edge is not None],
            kind == "directed",
            self._faults,
            warnings=warnings,
        )

    def _check_groups(self, groups: list[_Element], kind: str) -> set[str]:
        """Note what would be lost with a group, and return the ids of all."""
        for group in groups:
            self._check(group)
            own = self._own(self._data(group, ""))
            if own:
                message = f"is a group (of yEd), which is read flat, yet has {', '.join(own)}; give it to a node inside"
                self._fault(group, f"{message}, or take it out")
            for graph in group.all("graph"):
                own = self._own(self._data(graph, ""))
                if own:
                    self._fault(graph, f"has {', '.join(own)}, which only the outermost graph may have; move it there")
                if graph.attributes.get("edgedefault", kind) != kind:
                    message = f"a group of edges of its own kind in a graph that is {kind}"
                    self._fault(graph, f"{message}; edges are all directed, or none is", "edgedefault")
        return {group.attributes.get("id", "") for group in groups}

    def _own(self, found: dict[str, Any]) -> list[str]:
        """Return the names of attributes with a value that are not those of another program."""
        return [name for name, value in found.items() if value not in (None, "") and name.lower() not in FOREIGN]

    def _fault(self, element: _Element, message: str, name: str = "") -> None:
        self._faults.append(Fault(self._shown, element.line, element.column, name, message))

    def _check(self, element: _Element) -> None:
        """Note children and attributes of an element that would be ignored."""
        allowed = _CHILDREN[element.tag]
        self._check_text(element, "write <data key=...>, and a key for it")
        for child in element.children:
            if child.tag not in allowed:
                other = f"<{child.tag[:40]}> is unknown in <{element.tag}>; allowed: {', '.join(allowed)}"
                self._fault(child, _INSIDE.get(child.tag, other))
        for name in element.attributes if element.tag in _OWN else ():
            # With a point or a blank: of a namespace or a program.
            if name not in _OWN[element.tag] and not {" ", "."} & set(name):
                self._fault(element, f"stands in <{element.tag}> itself; write <data key=...>, and a key for it", name)

    def _check_text(self, element: _Element, remedy: str) -> None:
        if element.text.strip():
            self._fault(element, f"holds the text {element.text.strip()[:40]!r} itself; {remedy}")

    def _read_key(self, element: _Element) -> None:
        given = element.attributes
        of, id_ = given.get("for", "all"), given.get("id")
        if id_ is None or id_ in self._keys:
            self._fault(element, "is missing" if id_ is None else f"{id_[:40]!r} stands twice", "key.id")
            return
        self._check_text(element, "write <default>")
        # An empty one, as yEd writes it, is none.
        default = next((child.text for child in element.all("default") if child.text.strip()), None)
        # Graphics of a program are a tree of elements.
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

    def _node(self, element: _Element) -> GraphPart | None:
        self._check(element)
        if "id" not in element.attributes:
            self._fault(element, "is missing", "node.id")
            return None
        return GraphPart((element.attributes["id"],), self._data(element, "node"), element.line, element.column)

    def _edge(self, element: _Element, default: str, groups: set[str]) -> GraphPart | None:
        self._check(element)
        ends = {name: element.attributes[name] for name in ("source", "target") if name in element.attributes}
        for name, end in ends.items():
            if end in groups:
                message = f"{end[:40]!r} is a group (of yEd), which is read flat; end the edge at a node inside"
                self._fault(element, message, name)
        missing = [end for end in ("source", "target") if end not in ends]
        for lacking in missing:
            self._fault(element, "is missing", f"edge.{lacking}")
        directed = _TRUTH.get(element.attributes.get("directed", ""), default == "directed")
        if directed != (default == "directed"):
            message = f"an edge of its own kind in a graph that is {default}; edges are all directed, or none is"
            self._fault(element, message, "directed")
        if missing or not groups.isdisjoint(ends.values()):
            return None
        return GraphPart((ends["source"], ends["target"]), self._data(element, "edge"), element.line, element.column)
