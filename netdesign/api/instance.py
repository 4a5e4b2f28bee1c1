"""Instances for Python: read once, checked when they are made, and solved many times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdesign.api.checked import path_of
from netdesign.api.given import Given
from netdesign.api.keywords import in_words_of_python
from netdesign.api.options import overrides
from netdesign.api.tables import Columns, html_list
from netdesign.errors import Fault, InstanceError, did_you_mean
from netdesign.instance import objects
from netdesign.instance.parts import NodeKind
from netdesign.instance.read import read_instance
from netdesign.instance.schema import InstanceDocument
from netdesign.io.instance_files import TABLES, columns_in_use, to_plain_data, without_matrices, write_instance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netdesign.api.keywords import Values


class Instance:
    """A hub-network problem without faults; ``replace`` and ``with_values`` return changed copies.

    Made by ``read``, ``from_dict``, ``from_frames``, ``from_matrices`` or ``from_graph``.

    Parameters
    ----------
    given
        The instance as the caller gives it.

    Raises
    ------
    InstanceError
        Everything that the data alone shows to be wrong.
    """

    def __init__(self, given: Given) -> None:
        self.given = given
        self._instance = read_instance(given.source, given.changes, given.reading)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Instance:
        """Return the instance of a dict with the structure of ``instance.yaml``.

        Parameters
        ----------
        document
            Blocks and tables. A table is a list of rows, a dict of columns or a data frame; a matrix is a dict of
            ``origins``, ``destinations`` and ``values``. The key ``format`` may be left out.

        Raises
        ------
        InstanceError
            Everything that is wrong, with table, row and column.

        Examples
        --------
        >>> import netdesign as nd
        >>> nd.Instance.from_dict(nd.read("tiny").to_dict()).name
        'tiny'
        """
        return cls(Given(objects.source_of_dict(document)))

    @classmethod
    def from_frames(cls, frames: Mapping[str, Any], **blocks: Any) -> Instance:
        """Return the instance of tables in memory.

        Parameters
        ----------
        frames
            Tables by name (``cities``, ``hubs``, ``links``, ``demand``, ...): data frames of pandas, polars,
            pyarrow or another library with columns, dicts of columns, or lists of rows. Empty cells are left out.
        **blocks
            Blocks of the document, such as ``name``, ``road``, ``factors``. Without ``parcel`` and ``streams`` a parcel
            is a tonne and nothing has a deadline.

        Raises
        ------
        InstanceError
            Everything that is wrong, with frame, row (from 0) and column.

        Examples
        --------
        >>> import netdesign as nd
        >>> legs = {"from": ["A", "B"], "to": ["B", "A"], "cost_eur_per_t": [5, 5]}
        >>> demand = {"origin": ["A"], "destination": ["B"], "volume_t_per_year": [10]}
        >>> frames = {"cities": {"id": ["A", "B"]}, "legs": legs, "demand": demand}
        >>> frames["hubs"] = {"id": ["A"], "fixed_cost_eur_per_year": [7]}
        >>> nd.solve(nd.Instance.from_frames(frames, name="two")).objective
        57.0
        """
        return cls(Given(objects.source_of_frames(frames, blocks)))

    @classmethod
    def from_matrices(
        cls,
        flow: Any,
        cost: Any,
        *,
        names: Any = None,
        hubs: int | None = None,
        alpha: float = 1.0,
        collection: float = 1.0,
        distribution: float = 1.0,
        fixed_costs: Any = 0,
        capacities: Any = None,
        existing: Any = (),
        allocation: str = "multiple",
        time_h: Any = None,
        km: Any = None,
        **blocks: Any,
    ) -> Instance:
        """Return the hub-location problem of two matrices, whose nodes are all cities and sites.

        Parameters
        ----------
        flow
            Shape (nodes, nodes), t/year, origins in rows.
        cost
            Shape (nodes, nodes), EUR/t; infinite where there is no leg.
        names
            Names of the nodes; by default the columns of a frame, or numbers from 1.
        hubs
            Exact number of open hubs; by default as many as pay their fixed costs.
        alpha, collection, distribution
            Multipliers on the leg between hubs, to the first and from the last one.
        fixed_costs, capacities
            EUR/year and t/year, one number or one a node; no capacities are no limits.
        existing
            Names of the existing hubs.
        allocation
            ``multiple``, ``single_each_way`` or ``single``.
        time_h, km
            Shape (nodes, nodes), h and km, where they are needed.
        **blocks
            Further blocks of the document, such as ``name`` or ``policies``.

        Raises
        ------
        InstanceError
            Everything that is wrong, with matrix, row and column.

        Examples
        --------
        >>> import netdesign as nd
        >>> ring = [[0, 1, 2, 1], [1, 0, 1, 2], [2, 1, 0, 1], [1, 2, 1, 0]]
        >>> flow = [[0, 9, 9, 9], [9, 0, 9, 9], [9, 9, 0, 9], [9, 9, 9, 0]]
        >>> four = nd.Instance.from_matrices(flow, ring, names=["N", "E", "S", "W"], hubs=2, alpha=0.5)
        >>> nd.solve(four).objective
        126.0
        """
        options = {name: value for name, value in locals().items() if name not in ("cls", "flow", "cost", "blocks")}
        return cls(Given(objects.source_of_matrices(flow, cost, options, blocks)))

    @classmethod
    def from_graph(cls, graph: Any, **blocks: Any) -> Instance:
        """Return the instance of a graph of networkx.

        Parameters
        ----------
        graph
            Attributes are those of the formats nodelink and graphml: ``km`` on edges, ``status`` on hubs,
            ``volume_t_per_year`` on edges of a directed graph or a table ``demand`` among the graph's own.
        **blocks
            Blocks of the document, instead of those among the graph's attributes.

        Raises
        ------
        InstanceError
            Everything that is wrong, with node or edge, and attribute.

        Examples
        --------
        >>> import networkx as nx
        >>> import netdesign as nd
        >>> graph = nx.DiGraph()
        >>> graph.add_node("A", status="existing", fixed_cost_eur_per_year=7)
        >>> graph.add_edge("A", "B", km=100, volume_t_per_year=10)
        >>> nd.Instance.from_graph(graph, name="two", road=nd.read("tiny").to_dict()["road"]).cities
        ('A', 'B')
        """
        return cls(Given(objects.source_of_graph(graph, blocks)))

    @property
    def name(self) -> str:
        """Short name."""
        return self._instance.name

    @property
    def title(self) -> str:
        """One line for people."""
        return self._instance.title

    @property
    def problem(self) -> str:
        """What is decided, in words."""
        return str(self._instance.problem)

    @property
    def has_years(self) -> bool:
        """Whether the instance is for ``timing``, not for ``solve``."""
        return self._instance.has_stages

    @property
    def cities(self) -> tuple[str, ...]:
        """Ids of the cities."""
        return tuple(node.id for node in self._instance.nodes if node.kind is NodeKind.CITY)

    @property
    def hubs(self) -> tuple[str, ...]:
        """Ids of the sites, existing hubs included."""
        return tuple(site.id for site in self._instance.sites)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the instance."""
        return tuple(map(str, self._instance.warnings))

    @property
    def digest(self) -> str:
        """SHA-256 of the files or data, before any change."""
        return self._instance.digest

    @property
    def changes(self) -> tuple[str, ...]:
        """Changes by ``replace`` and ``with_values``, ``path=value`` each; results record them as ``--set``."""
        return self.given.changes

    @in_words_of_python
    def with_values(self, values: Values) -> Instance:
        """Return an instance with some values changed, as ``--set`` changes them.

        Parameters
        ----------
        values
            Values by path, such as ``road.truck_load_t`` or ``hubs.D.status``; None removes a block. Or texts
            ``path=value``.

        Raises
        ------
        InstanceError
            All faults of the values.
        UsageError
            A path leads nowhere.

        Examples
        --------
        >>> import netdesign as nd
        >>> twice = nd.read("tiny").with_values({"volume_factor": 2, "hubs.E.status": "closed"})
        >>> twice.changes
        ('volume_factor=2', 'hubs.E.status="closed"')
        """
        return Instance(replace(self.given, changes=overrides(self.given, values)))

    def replace(self, **blocks: Any) -> Instance:
        """Return an instance with some blocks of the document changed.

        Parameters
        ----------
        **blocks
            Blocks by key at the top of ``instance.yaml``, such as ``volume_factor`` or ``policies``.

        Raises
        ------
        InstanceError
            All faults of the blocks, unknown ones included.
        """
        allowed = tuple(InstanceDocument.model_fields)
        strange = [name for name in blocks if name not in allowed]
        if strange:
            message = f"unknown keyword; allowed: {', '.join(allowed)}"
            raise InstanceError(
                Fault("replace", 0, 0, name, f"{message}{did_you_mean(name, allowed)}") for name in strange
            )
        return self.with_values(blocks)

    def to_dict(self) -> dict[str, Any]:
        """Return the instance with its changes as a dict that ``from_dict`` takes."""
        source = self.given.changed()
        return without_matrices(to_plain_data(source), source)

    @property
    def tables(self) -> dict[str, Columns]:
        """The tables by name, each as columns; cells without a value are None."""
        tables = self.to_dict()["tables"]
        return {
            name: Columns(
                {column: [row.get(column) for row in tables[name]] for column in columns_in_use(name, tables[name])}
            )
            for name in TABLES
            if tables.get(name)
        }

    @in_words_of_python
    def save(self, folder: str | Path) -> None:
        """Write the instance as a folder, which the command line reads too.

        Parameters
        ----------
        folder
            Must not exist.

        Raises
        ------
        UsageError
            It exists, or cannot be made.
        """
        write_instance(self.given.changed(), path_of("folder", folder))

    def __repr__(self) -> str:
        freight = len(self._instance.commodities)
        return f"<Instance {self.name}: {len(self.cities)} cities, {len(self.hubs)} sites, {freight} commodities>"

    def _repr_html_(self) -> str:
        facts = [self.title, self.problem, repr(self).strip("<>"), *self.warnings, *self.changes]
        return html_list(f"Instance {self.name}", [fact for fact in facts if fact])
