"""Measurements of the page as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.doc_measurements import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.doc_measurements import Row

_COLUMNS = {
    "page": "case",
    "cities": "cities",
    "flows a plan": "flows",
    "plans": "hubs",
    "MB": "mb",
    "first paint, ms": "first_paint_ms",
    "all drawn, ms": "all_drawn_ms",
    "frames a second": "frames_per_second",
    "slowest frame, ms": "slowest_frame_ms",
    "of the page's thread a frame, ms": "thread_ms_per_frame",
}


def page_markdown(rows: Sequence[Row]) -> str:
    """Return the table of what ``benchmarks/page.py`` wrote."""
    return table(list(_COLUMNS), [[row[name] for name in _COLUMNS.values()] for row in rows])
