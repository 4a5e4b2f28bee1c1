"""Measure the page of a network in chromium, from disk: ``python -m benchmarks.page [NAME ...]``.

Each row of ``page.csv`` is a page of generated data with so many cities and flows: its size, the first paint, how long
until all is drawn, and the frames that chromium's trace has of two seconds in which the map is dragged, with the
milliseconds that the page's own thread took of each frame. A frame every 16.7 ms is 60 a second; a busy machine has
fewer, while what the thread takes stays. The figures are those of the best of five runs.
"""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.chromium import chromium
from benchmarks.page_data import generated_page
from benchmarks.process import ROOT
from netdesign.report.page.join import page_html
from scripts.case_files import answer_cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

OUTPUT = ROOT / "benchmarks" / "page.csv"
COLUMNS = (
    "case", "cities", "flows", "hubs", "mb", "first_paint_ms", "all_drawn_ms", "frames_per_second", "slowest_frame_ms",
    "thread_ms_per_frame",
)  # fmt: skip
RUNS = 5
DRAG_S = 2.0
CATEGORIES = [
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.frame",
]


class Size(NamedTuple):
    """Of a generated network."""

    cities: int
    flows: int
    hubs: int


CASES = {"small": Size(60, 150, 3), "like europe": Size(180, 400, 3), "large": Size(1000, 3000, 8)}

# Dragged from within, once a frame: calls from outside would be fewer than frames.
DRAG = """
(seconds) => new Promise((done) => {
  const frame = document.querySelector(".map-frame");
  const box = frame.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const send = (target, type, dx, dy) => target.dispatchEvent(new MouseEvent(type,
    { bubbles: true, cancelable: true, view: window, clientX: x + dx, clientY: y + dy }));
  send(frame, "mousedown", 0, 0);
  let begin = null;
  const step = (now) => {
    begin ??= now;
    const angle = (now - begin) / 500;
    send(window, "mousemove", 200 * Math.sin(angle), 100 * Math.sin(1.3 * angle));
    if (now - begin < 1000 * seconds) requestAnimationFrame(step);
    else { send(window, "mouseup", 0, 0); done(); }
  };
  requestAnimationFrame(step);
})
"""


def main() -> None:
    """Measure the cases that are named, or all."""
    answer_cases(OUTPUT, COLUMNS, list(CASES), rows_of)


def rows_of(name: str) -> Iterator[dict[str, Any]]:
    """Yield the row of a case."""
    size = CASES[name]
    data = generated_page(cities=size.cities, flows=size.flows, hubs=size.hubs)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "page.html"
        file.write_text(page_html(data), encoding="utf-8")
        runs = []
        for _ in range(RUNS):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            runs.append(measured(page, file))
            page.close()
        yield {
            "case": name, **size._asdict(), "mb": round(file.stat().st_size / 1e6, 2),
            "frames_per_second": max(run["frames_per_second"] for run in runs),
            **{key: min(run[key] for run in runs) for key in COLUMNS if key in runs[0] and key != "frames_per_second"},
        }  # fmt: skip


def measured(page: Page, file: Path) -> dict[str, float]:
    """Return the figures of one opening and one drag."""
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]")
    ready = page.evaluate("performance.now()")
    [paint] = page.evaluate("performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)")
    page.locator(".map-frame").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    events = traced_drag(page)
    drawn = sorted(event["ts"] / 1000 for event in events if event["name"] == "DrawFrame")
    # The page's own thread; what it does while nothing is drawn is its own too.
    tasks = sum(
        event.get("dur", 0) / 1000
        for event in events
        if event["name"] == "RunTask" and event["tid"] == thread_of(events)
    )
    gaps = [later - earlier for earlier, later in pairwise(drawn)]
    return {
        "first_paint_ms": round(paint),
        "all_drawn_ms": round(ready),
        "frames_per_second": round(1000 * len(gaps) / (drawn[-1] - drawn[0]), 1),
        "slowest_frame_ms": round(max(gaps), 1),
        "thread_ms_per_frame": round(tasks / len(drawn), 2),
    }


def traced_drag(page: Page) -> list[dict[str, Any]]:
    """Drag the map and return the events of chromium's trace."""
    session = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    ended: list[object] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda end: ended.append(end))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": CATEGORIES}, "transferMode": "ReportEvents"})
    page.evaluate(DRAG, DRAG_S)
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)
    return events


def thread_of(events: list[dict[str, Any]]) -> int:
    """Return the thread that ran the script of the page."""
    return next(event["tid"] for event in events if event["name"] == "FireAnimationFrame")


if __name__ == "__main__":
    main()
