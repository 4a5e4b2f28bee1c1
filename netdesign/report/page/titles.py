"""What figures are called on a page: what the schema says of each, without what only whoever writes a file needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netdesign.instance.figures import ALL, FigurePathError, paths_of, place_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netdesign.instance.schema import InstanceDocument
    from netdesign.report.page.basis import FigureRecord
    from netdesign.report.page.data import EvidenceRecord

_FIRST_PART = re.compile(r"[^;:.(]*?(?=,\s(?:where|with|if|as|by|in|of|when|such)\b|[;:(]|\.\s|\.?$)")
"""A description as far as it says what the figure is; what follows are conditions and examples."""

_WORDS = {
    "volume_factor": "Volume of all freight, as a multiple",
    "volume_t_per_year": "Volume",
    "origin_h": "Time from the order to the departure",
    "last_mile_h": "Time from the arrival to the door",
}
"""Where the schema explains more than it names."""


def titles_of(
    document: InstanceDocument, figures: Iterable[FigureRecord], evidence: Iterable[EvidenceRecord]
) -> dict[str, str]:
    """Return what each figure that a page names is called, by its path; none where the schema says nothing of it."""
    named = {*(one["path"] for one in figures), *(path for record in evidence for path in _paths(record))}
    found = {path: _title(document, path) for path in sorted(named)}
    return {path: title for path, title in found.items() if title}


def _paths(record: EvidenceRecord) -> Iterator[str]:
    """Yield the figures of a record."""
    if record["kind"] == "tipping":
        yield from (one["path"] for one in record["figures"])
        yield from record["left_out"]
        yield from record["grid"]["paths"] if record["grid"] else ()
    elif record["kind"] == "draws":
        yield from (one["path"] for one in record["figures"])
    elif record["kind"] == "sweep":
        yield from record["paths"]


def _title(document: InstanceDocument, figure: str) -> str:
    """Return what a figure is and of what: ``Hourly labour cost (AT)``; empty where the schema has but one word."""
    path = next(iter(paths_of(figure)), "")
    try:
        description = place_in(document, path, over_years=True).description
    except FigurePathError:
        return ""
    found = _FIRST_PART.match(description)
    words = found[0].strip() if found else ""
    words = _WORDS.get(path.rpartition(".")[2], words)
    block, *inner = path.split(".")[:-1] or ("",)
    of = ", ".join(part.replace("_", " ") for part in inner or [block] if part not in ("", ALL))
    return "" if not words or words.islower() else f"{words} ({of})" if of else words
