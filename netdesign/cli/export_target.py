"""The formats of ``netdesign export``, and which of them a file is to be in."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from netdesign.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


class Target(StrEnum):
    """Format of the file."""

    LP = "lp"
    MPS = "mps"
    GRAPHML = "graphml"
    NODELINK = "nodelink"
    EXCEL = "excel"
    CSV = "csv"
    GEOJSON = "geojson"
    CITIES = "cities"
    PARQUET = "parquet"


CONTENT = {
    Target.GRAPHML: "a graph in GraphML",
    Target.NODELINK: "a graph in node-link JSON",
    Target.EXCEL: "a workbook",
    Target.GEOJSON: "a map",
    Target.PARQUET: "a table in Parquet",
}
"""Content of a file that an export may replace; a model file is plain text and cannot be recognised."""

OF_BOTH = (Target.EXCEL, Target.CSV)
"""Formats of instances and of results."""

ONLY_OF_RESULTS = (Target.GEOJSON, Target.CITIES, Target.PARQUET)
"""Formats of the plan of a result alone."""

OF_RESULTS = (*OF_BOTH, *ONLY_OF_RESULTS)
"""Formats of the plan of a result."""

ENDINGS = {
    ".lp": Target.LP,
    ".mps": Target.MPS,
    ".graphml": Target.GRAPHML,
    ".json": Target.NODELINK,
    ".xlsx": Target.EXCEL,
    ".geojson": Target.GEOJSON,
    ".csv": Target.CITIES,
    ".parquet": Target.PARQUET,
}


def target_by_ending(file: Path) -> Target:
    """Return the format that the ending of a file stands for.

    Raises
    ------
    UsageError
        It stands for none.
    """
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        listed = ", ".join(f"{known} ({target})" for known, target in ENDINGS.items())
        message = f"{file}: its ending names no format; end it with one of {listed}, or name one with --to"
        raise UsageError(message)
    return ENDINGS[ending]
