"""The joined page: no text of the data leaves its element, and nothing may run but the scripts that were joined."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from benchmarks.page_data import generated_page
from netdesign.report.page.join import page_html

HOSTILE = "</script><script>alert(1)</script><!--<script> $title &amp; \u2028\u0000\ud7ff\u202e"


@pytest.fixture(scope="module")
def page():
    return page_html(generated_page(name=lambda i: f"{HOSTILE}{i}"), "<p>In short.</p>")


def scripts(page):
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def hashes(texts):
    return {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts}


def test_the_policy_names_each_script_and_the_style_and_nothing_else(page):
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert set(rules.pop("script-src").split()) == hashes(scripts(page))
    assert set(rules.pop("style-src").split()) == hashes(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert rules == {"default-src": "'none'", "img-src": "data:", "base-uri": "'none'", "form-action": "'none'"}


def test_the_data_come_out_as_they_went_in(page):
    [held] = re.findall(r'<script type="application/json" id="netdesign-data">(.*?)</script>', page, re.DOTALL)
    assert not set(held) & set("<>&")
    assert json.loads(held)["title"] == f"{HOSTILE}0"


def test_the_page_names_no_address_that_could_be_fetched(page):
    """Comments of libraries name their pages; the only attributes with an address are within the data."""
    assert re.findall(r"\b(?:src|href|action|data|poster)=[\"'](?!data:,|#)", page.partition("<script")[0]) == []
    assert "@import" not in page
    assert re.findall(r"url\((?!#|\$)", page.partition("</style>")[0]) == []


def test_what_is_shown_without_script_stands_before_the_data(page):
    assert page.index("<p>In short.</p>") < page.index('id="netdesign-data"')


def test_the_title_is_text(page):
    assert "<title>&lt;/script&gt;&lt;script&gt;alert(1)" in page
