"""What is vendored is what the packages of the registry hold, and nothing else."""

from __future__ import annotations

import hashlib
import json

import pytest

from netdesign.report.page.join import libraries
from scripts.vendor_page import ROOT, WANTED

DOCUMENTED = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", WANTED, ids=lambda folder: folder.parent.name)
def test_each_file_has_the_digest_that_was_kept(folder):
    entries = json.loads((folder / "libraries.json").read_text(encoding="utf-8"))
    kept = {name: digest for entry in entries for name, digest in entry["sha256"].items()}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "libraries.json"
    }
    assert found == kept
    assert [(entry["name"], entry["version"]) for entry in entries] == [
        (one.name, one.version) for one in WANTED[folder]
    ]


def test_what_a_page_holds_is_in_the_documents_with_its_licence():
    rows = {
        tuple(cell.strip() for cell in line.split("|")[1:4]) for line in DOCUMENTED.splitlines() if line.count("|") == 6
    }
    assert {(one["name"], one["version"], one["licence"]) for one in libraries()} <= rows
