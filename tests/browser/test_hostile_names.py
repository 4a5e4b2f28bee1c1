"""Names with markup, quotes, formulas, control and right-to-left characters appear as text and run nothing."""

from __future__ import annotations

import itertools

import pytest

from benchmarks.page_data import generated_page
from tests.browser.conftest import open_all

pytestmark = pytest.mark.browser

NAMES = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "<!--<script>",
    "\"'><svg/onload=alert(3)>",
    '=HYPERLINK("x")',
    "{{constructor.constructor('alert(4)')()}} ${alert(5)} $data",
    "\u202eabc\u202c \u05d0\u05d1\u05d2",
    "a\u0000b\u0007c\u2028d",
    "&lt;b&gt; &amp;",
    "javascript:alert(6)",
)


@pytest.fixture
def page(show):
    return show(generated_page(name=lambda i: f"{NAMES[i % len(NAMES)]} {i}"))


def test_they_run_nothing_and_make_no_element(page):
    open_all(page)
    assert page.locator("img, iframe, object, embed").count() == 0
    assert page.evaluate("document.querySelectorAll('script').length") == page.evaluate(
        "document.querySelectorAll('body > script').length"
    )
    attributes = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap((one) => [...one.attributes].map((each) => each.name))"
    )
    assert [name for name in attributes if name.startswith("on")] == []
    assert page.evaluate(
        "[...document.querySelectorAll('a')].every((link) => /^(https:|#)/.test(link.getAttribute('href')))"
    )


def test_they_appear_as_they_are(page):
    open_all(page)
    assert page.locator(".kicker").evaluate("(one) => one.textContent") == f"{NAMES[0]} 0"
    cities = (
        page.locator("details", has_text="each with its hub")
        .first.locator("tbody th")
        .evaluate_all("(cells) => cells.map((cell) => cell.textContent)")
    )
    # What a browser keeps of a NUL in a script element is the sign for what cannot be shown.
    expected = {f"{NAMES[i % len(NAMES)]} {i} (P{i})" for i in range(60)}
    assert set(cities) == expected


def test_they_are_said_on_the_map(page):
    page.locator(".map-frame").focus()
    for name in itertools.islice(NAMES, 3):
        page.keyboard.press("n")
        assert page.locator(".map-tip-title").evaluate("(one) => one.textContent").startswith(name)
