"""The browser, and a page in it that may ask for nothing and complain of nothing."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

from benchmarks.chromium import PROGRAM, chromium
from netdesign.report.page.join import page_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

WIDE, NARROW = (1280, 900), (390, 844)


def open_all(page: Page) -> None:
    """Open all that is made and shown on request."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_function("[...document.querySelectorAll('details')].every((one) => one.childElementCount > 1)")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or no test: `make test-browser` installs it where it can."""
    if PROGRAM is None:
        pytest.skip("no chromium here: apt-get install chromium")
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("no playwright here: pip install -e '.[browser]'")
    with chromium() as opened:
        yield opened


@pytest.fixture
def show(browser, tmp_path) -> Iterator[Callable[..., Page]]:
    """Return a function that opens data of a page, or a file; what it asks for or complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(shown, size=WIDE, *, script: bool = True) -> Page:
        file = shown
        if isinstance(shown, dict):
            file = tmp_path / f"page{len(contexts)}.html"
            file.write_text(page_html(shown, "<p>In short.</p>"), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, offline=True, has_touch=True
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: complaints.append(request.url) if request.url != file.as_uri() else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}") or dialog.dismiss())
        page.goto(file.as_uri())
        if script:
            page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
