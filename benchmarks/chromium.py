"""Debian's chromium through playwright, without network."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

PROGRAM = shutil.which("chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield the browser, which is closed afterwards."""
    from playwright.sync_api import sync_playwright  # whoever has no browser has no need of it

    with sync_playwright() as driver:
        # Root, as in a container, may start it only without a sandbox; it opens nothing but files of ours.
        browser = driver.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
