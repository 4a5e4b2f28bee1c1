"""Templates: the user's own, sound, solved in no time, and no workbook or folder is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdesign import catalogue
from netdesign.instance import read_instance

openpyxl = pytest.importorskip("openpyxl")
TEMPLATES = list(catalogue.templates())


@pytest.fixture(autouse=True)
def _there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("excel", [False, True])
def test_a_template_is_sound_without_a_warning_and_has_an_answer(template, excel, netdesign):
    made = "ours.xlsx" if excel else "ours"
    ended = netdesign(
        "new", "ours", "--template", template, "--title", "=Our 'own' <b>", *(["--excel"] if excel else [])
    )
    then = "fill it in and save it" if excel else "change it"
    shown = made if excel else "ours/instance.yaml"
    assert (ended.code, ended.err) == (0, f"{shown} is made from {template}; {then}, then: netdesign check {made}\n")
    instance = read_instance(catalogue.find_instance(made))
    assert (instance.name, instance.title, instance.warnings) == ("ours", "=Our 'own' <b>", ())
    question = ("timing", made, "--tree") if template == "staged" else ("solve", made)
    assert netdesign(*question, "--quiet").code == 0


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_holds_nobodys_figures(template):
    """No place of the bundled instances, and nothing that is said to be sourced."""
    text = "".join(file.read_text(encoding="utf-8") for file in catalogue.templates()[template].iterdir())
    assert "Liège" not in text
    assert "LGG" not in text
    assert "sourced" not in text


def test_the_usual_template_goes_by_road_and_has_the_name_for_a_title(netdesign):
    assert netdesign("new", "my network").code == 0
    instance = read_instance(catalogue.find_instance("my network"))
    assert (instance.name, instance.title, instance.air) == ("my-network", "my network", None)
    assert "netdesign check ." in Path("my network/README.md").read_text(encoding="utf-8")


def test_a_workbook_says_what_to_do(netdesign):
    assert netdesign("new", "ours.xlsx", "--template", "staged", "--excel").code == 0
    sheets = openpyxl.load_workbook("ours.xlsx")
    assert sheets.sheetnames[:3] == ["read me", "instance", "crews"]
    lines = [row[0].value for row in sheets["read me"].iter_rows()]
    assert "5. Ask the question: netdesign timing ours.xlsx --tree -o result.json" in lines


def test_a_bundled_instance_may_be_a_workbook_too(netdesign):
    assert netdesign("new", "mine", "--template", "benelux", "--excel", "--title", "Ours").code == 0
    assert read_instance(catalogue.find_instance("mine.xlsx")).title == "Ours"


def test_nothing_is_written_over(netdesign):
    assert netdesign("new", "ours", "--excel").code == 0
    ended = netdesign("new", "ours", "--excel")
    assert ended == (2, "", "netdesign: ours.xlsx: exists already; name a file that does not\n")


@pytest.mark.parametrize("title", ["", "a\nb", "a\x07"])
def test_a_title_is_a_line(title, netdesign):
    ended = netdesign("new", "ours", "--title", title)
    assert ended.err == f"netdesign: --title {title!r}: write words without line breaks and control characters\n"
