#!/usr/bin/env bash
# XlsxWriter stores 0 as the result of every formula that it writes, and openpyxl hands that 0 over.
# Guess: a formula that nothing has calculated has no result, so that load_workbook(data_only=True) gives None, as it
# does for a formula that openpyxl itself wrote; a reader that refuses None is safe.
# Seen: 0, which looks like a figure. The one sign is fullCalcOnLoad="1" in xl/workbook.xml, which a spreadsheet program
# takes out once it has calculated. XlsxWriter's documentation says so under "Formula Results"; whoever reads the file
# with another library does not see it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet openpyxl==3.1.5 XlsxWriter==3.2.9
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import zipfile

import openpyxl
import xlsxwriter

with xlsxwriter.Workbook("xlsxwriter.xlsx") as book:
    sheet = book.add_worksheet()
    sheet.write("A1", 8000)
    sheet.write_formula("B1", "=A1+500")
book = openpyxl.Workbook()
book.active["A1"], book.active["B1"] = 8000, "=A1+500"
book.save("openpyxl.xlsx")


def value(name):
    return openpyxl.load_workbook(name, data_only=True).active["B1"].value


sign = b'fullCalcOnLoad="1"' in zipfile.ZipFile("xlsxwriter.xlsx").read("xl/workbook.xml")
print("openpyxl", openpyxl.__version__, "XlsxWriter", xlsxwriter.__version__)
print("result of =A1+500 that openpyxl wrote:  ", value("openpyxl.xlsx"))
print("result of =A1+500 that XlsxWriter wrote:", value("xlsxwriter.xlsx"), "with fullCalcOnLoad" if sign else "")
sys.exit(not (value("openpyxl.xlsx") is None and value("xlsxwriter.xlsx") == 0 and sign))
PYTHON
