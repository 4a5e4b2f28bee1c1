"""Join the files of the page to one that opens without network."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdesign.report.page.basis import LibraryRecord
    from netdesign.report.page.data import PageData


def page_html(data: PageData, summary: str = "") -> str:
    """Return the page as HTML; ``summary`` is what a reader sees where no script runs."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    held = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    lines = (
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="generator" content="netdesign">',
        f"<title>{html.escape(data['title'])}</title></head><body>",
        summary,
        f'<script type="application/json" id="netdesign-data">{held}</script></body></html>',
    )
    return "\n".join(lines) + "\n"


def libraries() -> list[LibraryRecord]:
    """Return what the page holds of others."""
    return []
