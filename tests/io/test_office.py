"""What LibreOffice opens and saves: instances come back with the same data, plans with the same cells.

Run by `make test-office`; skipped where LibreOffice is not installed.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from netdesign import catalogue
from netdesign.instance.objects import source_of_dict
from netdesign.instance.published.reading import Reading
from netdesign.instance.read import read_source
from netdesign.io.instance_files import data_digest
from netdesign.io.workbook_file import write_excel

if TYPE_CHECKING:
    from pathlib import Path

openpyxl = pytest.importorskip("openpyxl")
OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed"),
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return a function that has LibreOffice open files and save them anew, all in one call: it takes long to start."""
    profile = tmp_path_factory.mktemp("profile")

    def save(files: list[Path], folder: Path, kind: str = "xlsx:Calc MS Excel 2007 XML") -> None:
        call = [str(OFFICE), "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", kind]
        done = subprocess.run(
            [*call, "--outdir", folder, *files], capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr
        assert all((folder / file.name).with_suffix(f".{kind.partition(':')[0]}").is_file() for file in files)

    return save


def test_instances_come_back_with_the_same_data(saved, tmp_path):
    (tmp_path / "saved").mkdir()
    sources = {name: read_source(path) for name, path in (catalogue.templates() | catalogue.instances()).items()}
    for name, source in sources.items():
        write_excel(source, tmp_path / f"{name}.xlsx", ["read me", "twice"])
    saved([tmp_path / f"{name}.xlsx" for name in sources], tmp_path / "saved")
    for name, source in sources.items():
        again = read_source(tmp_path / "saved" / f"{name}.xlsx")
        assert again.located.warnings == [], name
        assert data_digest(again) == data_digest(source), name


ODD = [
    "=1+1",
    "+1",
    "-2",
    "@x",
    "007",
    "1E5",
    "2026-03-01",
    "TRUE",
    "a<b",
    "\u05d0\u05d1",
    "a\u00a0b",
    "'q",
    "1.5",
    "0x1F",
]


def test_texts_and_numbers_of_all_kinds_survive(saved, tmp_path):
    """Ids that look like numbers, dates and formulas; of numbers the 15 digits that LibreOffice writes."""
    figures = [0.1 + 0.2, 1 / 3, 1e-9, 123456789.123456789, 2.0**0.5, 1e11, 9007199254740991.0 / 1e5]
    document = {
        "name": "odd",
        "parcel": {"weight_kg": 1 / 7},
        "streams": {"all": {}},
        "tables": {
            "cities": [{"id": name, "name": name, "note": name} for name in ODD],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 1 / 3} for name in ODD[:2]],
            "demand": [
                {"origin": ODD[0], "destination": name, "volume_t_per_year": figure}
                for name, figure in zip(ODD[1:], figures, strict=False)
            ],
        },
    }
    source = source_of_dict(document)
    write_excel(source, tmp_path / "odd.xlsx")
    (tmp_path / "saved").mkdir()
    saved([tmp_path / "odd.xlsx"], tmp_path / "saved")
    assert data_digest(read_source(tmp_path / "saved" / "odd.xlsx")) == data_digest(source)


def test_plans_hold_the_same_cells(saved, tmp_path, netdesign):
    (tmp_path / "saved").mkdir()
    for command, name in (("solve", "tiny-vehicles"), ("timing", "benelux-stages")):
        assert netdesign(command, name, "-o", tmp_path / f"{name}.json", "--quiet").code == 0
        assert netdesign("export", tmp_path / f"{name}.json", tmp_path / f"{name}.xlsx").code == 0
    files = [tmp_path / "tiny-vehicles.xlsx", tmp_path / "benelux-stages.xlsx"]
    saved(files, tmp_path / "saved")
    for file in files:
        mine, theirs = _cells(file), _cells(tmp_path / "saved" / file.name)
        assert mine.keys() == theirs.keys()
        for name, rows in mine.items():
            for row, again in zip(rows, theirs[name], strict=True):
                assert len(again) == len(row)
                assert all(map(_are_same, row, again)), name


def _are_same(one: Any, other: Any) -> bool:
    """Return whether two cells are the same, numbers to 14 digits."""
    return other == (pytest.approx(one, rel=1e-14) if isinstance(one, float) else one)


def _cells(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the cells of all sheets, with what is filtered; without a screen LibreOffice loses frozen panes."""
    book = openpyxl.load_workbook(file)
    return {sheet.title: [(sheet.auto_filter.ref,), *sheet.iter_rows(values_only=True)] for sheet in book}


_GERMAN = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>de-DE</value></prop>
</item></oor:items>
"""
"""Settings by which numbers have decimal commas."""

_ALL_SHEETS = "csv:Text - txt - csv (StarCalc):59,34,76,1,,1031,false,true,true,false,false,-1"
"""CSV files with semicolons in UTF-8, cells as they are shown, one file a sheet."""


def test_csv_files_of_a_country_of_decimal_commas_are_read(tmp_path):
    source = read_source(catalogue.templates()["parcels"])
    write_excel(source, tmp_path / "parcels.xlsx")
    (tmp_path / "profile" / "user").mkdir(parents=True)
    (tmp_path / "profile" / "user" / "registrymodifications.xcu").write_text(_GERMAN, encoding="utf-8")
    (tmp_path / "saved").mkdir()
    call = [str(OFFICE), "--headless", f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--convert-to"]
    call += [_ALL_SHEETS, "--outdir", str(tmp_path / "saved"), str(tmp_path / "parcels.xlsx")]
    subprocess.run(call, check=True, capture_output=True, timeout=300)
    for file in (tmp_path / "saved").iterdir():
        file.rename(file.with_name(file.name.partition("-")[2]))
    assert ";53,55;" in (tmp_path / "saved" / "cities.csv").read_text(encoding="utf-8-sig")
    assert data_digest(read_source(tmp_path / "saved", (), Reading("csv", dialect="semicolon"))) == data_digest(source)
