"""An instance that was resolved before from nearly the same document: what does not differ is taken from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from netdesign.instance.data import Instance
    from netdesign.instance.parts import Commodities, Link, Node
    from netdesign.instance.schema import InstanceDocument


class Near(NamedTuple):
    """A sound instance and its document; others are of the same files and differ in figures only.

    What takes long to resolve are tables with thousands of rows, and hardly any figure stands in one. Rows that are the
    same objects are found equal without a look at what is in them.
    """

    document: InstanceDocument
    instance: Instance

    def nodes(self, document: InstanceDocument) -> tuple[Node, ...] | None:
        """Return the nodes of a document; None where its places differ."""
        return self.instance.nodes if self._has_same(document, "cities", "hubs", "overseas") else None

    def links(self, document: InstanceDocument) -> tuple[Link, ...] | None:
        """Return the links of a document; None where they may differ."""
        is_same = self.nodes(document) is not None and self._has_same(document, "links", "legs")
        return self.instance.links if is_same and document.distances == self.document.distances else None

    def commodities(self, document: InstanceDocument) -> Commodities | None:
        """Return the commodities of a document; None where they may differ."""
        is_same = self.nodes(document) is not None and self._has_same(document, "demand", "countries")
        is_same = is_same and _volumes(document) == _volumes(self.document)
        return self.instance.commodities if is_same else None

    def _has_same(self, document: InstanceDocument, *tables: str) -> bool:
        return all(getattr(document.tables, one) == getattr(self.document.tables, one) for one in tables)


def _volumes(document: InstanceDocument) -> tuple[Any, ...]:
    return document.volume_factor, *((name, one.volume_t_per_year) for name, one in document.streams.items())
