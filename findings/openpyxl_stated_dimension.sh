#!/usr/bin/env bash
# openpyxl in read-only mode takes the <dimension> that a sheet states for its size.
# Guess: the element is a hint for programs that lay out a window; rows outside of it are read all the same.
# Seen: with <dimension ref="A1:B2"/> over four rows of three cells, iter_rows gives two rows of two cells and no
# warning, while the ordinary mode gives everything. Programs that write the element before they know the size state
# less than there is. reset_dimensions() before reading, or the ordinary mode, gives all rows.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet openpyxl==3.1.5
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import re
import sys
import zipfile

import openpyxl

book = openpyxl.Workbook()
for row in (["hub", "t/year", "EUR/year"], ["A", 1, 2], ["B", 3, 4], ["C", 5, 6]):
    book.active.append(row)
book.save("whole.xlsx")
with zipfile.ZipFile("whole.xlsx") as whole, zipfile.ZipFile("stated.xlsx", "w") as stated:
    for name in whole.namelist():
        text = whole.read(name)
        if name.endswith("sheet1.xml"):
            text = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', text)
        stated.writestr(name, text)


def rows(read_only, reset=False):
    sheet = openpyxl.load_workbook("stated.xlsx", read_only=read_only).active
    if reset:
        sheet.reset_dimensions()
    return [row for row in sheet.iter_rows(values_only=True)]


print("openpyxl", openpyxl.__version__)
print("ordinary mode:              ", rows(False))
print("read-only mode:             ", rows(True))
print("read-only, reset_dimensions:", rows(True, reset=True))
sys.exit(not (len(rows(False)) == 4 and rows(True) == [("hub", "t/year"), ("A", 1)] and len(rows(True, True)) == 4))
PYTHON
