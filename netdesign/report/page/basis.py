"""What an answer rests on, and by what it can be checked, as data of a page."""

from __future__ import annotations

from typing import Literal, TypedDict


class AssumptionsRecord(TypedDict):
    """What the answer rests on: single figures, and tables with what they say of their sources."""

    figures: list[FigureRecord]
    tables: list[TableRecord]


class FigureRecord(TypedDict):
    """A figure of the instance.

    ``path`` is as for ``--set``, ``unit`` its unit (``1`` for a pure number). ``low`` and ``high`` are the ends of its
    range where the instance states one. ``kind`` sorts ``status``: ``fact`` for what was read in a source or derived
    from one, ``assumption`` for all else that states a status, ``unstated`` where nothing is. ``remark`` is what the
    file says beside the figure, ``source`` and ``url`` (https only; may be several words) where it is from.
    """

    path: str
    value: float
    unit: str
    low: float | None
    high: float | None
    kind: Literal["fact", "assumption", "unstated"]
    status: str
    source: str
    url: str
    year: str
    remark: str


class TableRecord(TypedDict):
    """A table of the instance: its sources by number of rows, and how many rows have which status, as it states them.

    What a row says of several figures, with ``;`` between, counts once for each. ``rows`` counts all rows, and
    ``sources_left_out`` those sources that are not listed.
    """

    name: str
    rows: int
    statuses: list[CountRecord]
    sources: list[CountRecord]
    sources_left_out: int


class CountRecord(TypedDict):
    """A text and the number of rows that have it; empty where they state none."""

    text: str
    rows: int


class StampRecord(TypedDict):
    """By what the page can be checked, and made again.

    ``digest`` is the SHA-256 of the files of the instance, ``command`` what makes the page again (empty where it was
    made of answers that are in no file), ``made_by`` the version of netdesign that did, ``libraries`` what the page
    itself holds of others.
    """

    instance: str
    digest: str
    command: str
    made_by: str
    results: list[ResultRecord]
    libraries: list[LibraryRecord]


class ResultRecord(TypedDict):
    """A result that the page shows; ``verify_exit_code`` is 0, as no page is written of one that is contradicted.

    ``file`` is empty for one that is not in a file, ``sha256`` that of the file. ``command`` is the name of the command
    that made it, ``call`` that command as it is typed (a table of scenarios stands as ``SCENARIOS.csv``), ``options``
    those of it on hubs, ``values`` those that ``--set`` changed. ``engine`` and
    ``reason`` say what answered and why that, ``versions`` with which versions, ``verified`` what ``verify`` says.
    """

    file: str
    sha256: str
    format: str
    command: str
    call: str
    options: str
    values: list[str]
    engine: str
    reason: str
    versions: dict[str, str]
    termination: str
    verify_exit_code: int
    verified: str


class LibraryRecord(TypedDict):
    """What the page holds of others."""

    name: str
    version: str
    licence: str
