"""Format and options for reading an instance, and the source that a reader returns."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from netdesign.errors import UsageError
from netdesign.instance.document import FORMAT, Located
from netdesign.instance.files import files_being_read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from netdesign.errors import Fault
    from netdesign.instance.document import Path_
    from netdesign.instance.matrices import Matrix

OWN_FORMAT = "netdesign"
"""Folders and YAML files of netdesign itself."""

_MOST_SHOWN = 60
"""Letters of an option's value in a message."""


@dataclass(frozen=True)
class Reading:
    """Format of an instance's file and the options of its reader; recorded in results, so that it can be read again.

    Parameters
    ----------
    format_in
        ``netdesign``, or the name of a published format.
    nodes
        Cut to so many nodes.
    alpha
        Inter-hub factor, where the file has none.
    fixed_costs, capacities
        Files with one number a node.
    capacity
        Capacity of every facility, where the file has a word in its place.
    flows
        Which of the flows that the file has.
    fixed_cost_factor
        Multiplier on the fixed costs that the file states.
    dialect
        Of a folder of CSV files, as ``Dialect`` has them; None for commas.
    """

    format_in: str = OWN_FORMAT
    nodes: int | None = None
    alpha: float | None = None
    fixed_costs: str | None = None
    capacities: str | None = None
    capacity: float | None = None
    flows: str | None = None
    fixed_cost_factor: float | None = None
    dialect: str | None = None

    @property
    def options(self) -> dict[str, object]:
        """The options that are given, by name."""
        return {name: value for name, value in asdict(self).items() if name != "format_in" and value is not None}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Reading:
        """Return the reading that a result records.

        Raises
        ------
        TypeError
            The record was changed into something else.
        """
        values: dict[str, Any] = {field.name: record.get(field.name) for field in fields(cls)}
        if record.keys() - values.keys() - {"instance"}:
            raise TypeError
        reading = cls(**values)
        optional = (reading.fixed_costs, reading.capacities, reading.flows, reading.dialect)
        texts = (reading.format_in, *(text or "" for text in optional))
        numbers = (reading.nodes or 0, reading.alpha or 0.0, reading.capacity or 0.0, reading.fixed_cost_factor or 0.0)
        if not all(isinstance(text, str) for text in texts):
            raise TypeError
        if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
            raise TypeError
        return reading


@dataclass(frozen=True)
class Source:
    """The result of a reader.

    Parameters
    ----------
    located
        The document as plain data, with the place of each value.
    matrices
        Dense tables by field of the document.
    digest
        SHA-256 of the files as read.
    files
        The files that were read.
    name
        By what name a call named it; results record it.
    """

    located: Located
    matrices: Mapping[str, Matrix]
    digest: str
    files: tuple[Path, ...] = ()
    name: str = ""

    def copy(self) -> Source:
        """Return a copy that overrides and further warnings may change."""
        located = self.located
        own = replace(
            located,
            data=_copied(located.data),
            places=dict(located.places),
            faults=list(located.faults),
            warnings=list(located.warnings),
            taken_away=set(located.taken_away),
        )
        return replace(self, located=own)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inside) for key, inside in value.items()}
    return [_copied(inside) for inside in value] if isinstance(value, list) else value


Named = str | Source
"""An instance as a call names it: folder, file or bundled name, or one that was read before."""


def name_of(named: Named) -> str:
    """Return the name of an instance that results record."""
    return named.name if isinstance(named, Source) else named


def frame_document(name: str, title: str) -> dict[str, Any]:
    """Return the blocks of an instance whose figures are per unit of flow and without deadlines."""
    return {
        "format": FORMAT,
        "name": name,
        "title": title,
        # Published figures are per unit of flow: a parcel is a tonne, and nothing is priced by the parcel.
        "parcel": {"weight_kg": 1000},
        "streams": {"freight": {}},
    }


def as_source(
    document: dict[str, Any], matrices: dict[str, Matrix], shown: str, files: Sequence[Path], odd: Sequence[Fault] = ()
) -> Source:
    """Return the source of a document made from files, with its warnings."""
    digest = files_being_read().digest((file.name, file) for file in files)
    # Blocks present now come from the reader; those of a workbook are read later.
    assumed: set[Path_] = {("parcel",)} if "parcel" in document else set()
    located = Located(document, {(): (shown, 0, 0)}, warnings=list(odd), assumed=assumed)
    return Source(located, matrices, digest)


def instance_name(path: Path) -> str:
    """Return a name for an instance that has none but its file's."""
    kept = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in path.name.removesuffix(".txt"))
    return kept[:60] or "published"


def option_error(option: str, value: float | str, message: str) -> UsageError:
    """Return the error of an option that does not go with the file."""
    shown = format(value, "g") if isinstance(value, float) else str(value)
    return UsageError(f"--{option} {shown if len(shown) <= _MOST_SHOWN else f'{shown[:_MOST_SHOWN]}...'}: {message}")
