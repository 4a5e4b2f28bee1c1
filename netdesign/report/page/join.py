"""Join the files of the page to one that opens without network.

Nothing but these scripts may run: the policy in the page names each by its SHA-256, and lets nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from netdesign.report.page.outline import outline
from netdesign.report.page.packing import packed

if TYPE_CHECKING:
    from netdesign.report.page.basis import LibraryRecord
    from netdesign.report.page.data import PageData

_FOLDER = Path(__file__).parent
_VENDORED = _FOLDER / "vendored"

_OWN_SCRIPTS = (
    "packing", "waiting", "elements", "numbers", "tables", "charts", "bars", "places", "map_marks", "map_layers",
    "map_view", "map", "costs", "service", "alternatives", "turns", "tornado", "frontier", "failures", "draws",
    "sweep", "explanation", "years_charts", "years", "first_decisions", "assumptions", "stamp", "plans", "decision",
    "page",
)  # fmt: skip
"""In ``scripts/``; the last one begins, when all are there."""

_STYLES = ("text", "network", "charts", "tables", "narrow", "paper")
"""In ``styles/``; later ones overrule earlier ones."""


def page_html(data: PageData, summary: str = "") -> str:
    """Return the page as HTML.

    Parameters
    ----------
    data
        What it shows. Without an outline it gets that of the countries around its places.
    summary
        HTML that a reader sees where no script runs.
    """
    style = "\n".join(_read(f"styles/{name}.css") for name in _STYLES)
    scripts = [_read(f"vendored/{name}") for name in _vendored_scripts()] + [_own_script()]
    return Template(_read("page.html")).substitute(
        title=html.escape(data["title"]),
        summary=summary,
        style=style,
        style_hash=_hash(style),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
        script_hashes=" ".join(f"'{_hash(script)}'" for script in scripts),
        data=_as_json(packed(data)),
        around=_as_json({"outline": data["outline"] or _outline(data), "licences": _licences()}),
    )


def _outline(data: PageData) -> dict[str, Any] | None:
    places = data["places"]
    kinds = zip(places["kind"], places["lon"], places["lat"], strict=True)
    return outline((lon, lat) for kind, lon, lat in kinds if kind != "overseas" and lon is not None and lat is not None)


def libraries() -> list[LibraryRecord]:
    """Return what the page holds of others."""
    return [{key: entry[key] for key in ("name", "version", "licence")} for entry in _entries()]  # type: ignore[misc]


def _entries() -> list[dict[str, object]]:
    entries: list[dict[str, object]] = json.loads(_read("vendored/libraries.json"))
    return entries


def _vendored_scripts() -> list[str]:
    return [name for entry in _entries() for name in entry["sha256"] if name.endswith(".js")]  # type: ignore[attr-defined]


def _licences() -> list[dict[str, str]]:
    """Return the licences of what the page holds, which have to go with every copy of it: each text once."""
    names: dict[str, list[str]] = {}
    for entry in _entries():
        text = _read(f"vendored/{entry['name']}.LICENSE.txt")
        names.setdefault(text, []).append(f"{entry['name']} {entry['version']}")
    return [{"of": ", ".join(of), "text": text} for text, of in names.items()]


def _own_script() -> str:
    parts = [_read(f"scripts/{name}.js") for name in _OWN_SCRIPTS]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "\n})();"


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _as_json(data: object) -> str:
    """Return JSON in which nothing looks like markup, so that no text in it ends the element that it stands in."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
