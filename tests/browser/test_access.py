"""Everybody can read the page: axe-core finds nothing serious, and on paper it has two to four pages."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from benchmarks.chromium import PROGRAM
from benchmarks.page_data import generated_page
from netdesign.report.page.join import page_html
from tests.browser.conftest import NARROW, WIDE, open_all

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendored" / "axe.min.js").read_text(encoding="utf-8")
OVER_YEARS = {"years", "first_decisions"}
PRINTED_WIDTH = 694
"""Of A4 without its margins, in the pixels of a style sheet."""
COUNTING = """<script>window.addEventListener("afterprint", () => {
  console.info(`empty charts: ${document.querySelectorAll(".chart:empty").length}`);
});</script></body>"""


@pytest.fixture(params=[True, False], ids=["over years", "of one year"])
def data(request):
    found = generated_page()
    found["evidence"] = [
        record
        for record in found["evidence"]
        if (record["kind"] in OVER_YEARS) == request.param and record["kind"] != "explanation"
    ]
    return found


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_axe_finds_nothing_serious(show, size):
    page = show(generated_page(), size)
    open_all(page)
    # By the driver, which the policy of the page does not bind.
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")
    serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:5]]) for one in serious] == []
    assert len(found["passes"]) > 20


def test_on_paper_it_has_two_to_four_pages(show, data):
    printed = show(data).pdf(prefer_css_page_size=True, print_background=True)
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= 4


def test_printed_right_after_the_load_every_chart_is_there(tmp_path, data, browser):
    """The command line of the browser prints at once, while parts of the page wait to be drawn."""
    file, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    text = re.sub(r"<meta http-equiv[^>]*>", "", page_html(data, "<p>In short.</p>")).replace("</body>", COUNTING)
    file.write_text(text, encoding="utf-8")
    words = [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    done = subprocess.run(
        [*words, f"--user-data-dir={tmp_path / 'user'}", f"--print-to-pdf={paper}", file.as_uri()],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert re.findall(r"empty charts: (\d+)", done.stderr) == ["0"]
    assert paper.read_bytes().startswith(b"%PDF")


def test_nothing_is_wider_than_the_paper(show, data):
    """Else the browser shrinks everything."""
    page = show(data, (PRINTED_WIDTH, 1000))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= PRINTED_WIDTH
    # The map is larger than its frame, which cuts it off.
    beyond = page.evaluate(
        """(width) => [...document.querySelectorAll("#page *")]
          .filter((one) => !one.closest(".map") && one.getBoundingClientRect().right > width + 1)
          .map((one) => one.textContent.slice(0, 50))""",
        PRINTED_WIDTH,
    )
    assert beyond == []


def test_after_printing_the_page_is_as_before(show, data):
    page = show(data)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.pdf(prefer_css_page_size=True)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollHeight") == height
