#!/usr/bin/env bash
# LibreOffice 7.4 (Debian 12), openpyxl 3.1.5: a sheet with three rows and a drop-down list for A2 to A500, opened and saved.
# Guess: the sheet comes back with its three rows, and the list with its range.
# Seen: it has 500 rows: each cell of the list is written, without a value. Who takes the rows of a sheet for data has 497
# empty ones.
set -euo pipefail
command -v soffice >/dev/null || { echo 'no LibreOffice here: apt-get install --no-install-recommends libreoffice-calc'; exit 1; }
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv; venv/bin/pip install --quiet openpyxl==3.1.5
venv/bin/python - <<'PYTHON'
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

book = Workbook()
sheet = book.active
for row in (["kind"], ["road"], ["air"]):
    sheet.append(row)
kinds = DataValidation(type="list", formula1='"road,air"')
kinds.add("A2:A500")
sheet.add_data_validation(kinds)
print("before:", sheet.max_row)
book.save("before.xlsx")
PYTHON
mkdir after
soffice --headless "-env:UserInstallation=file://$folder/profile" --convert-to xlsx --outdir after before.xlsx >/dev/null 2>&1
soffice --version | head -1
seen=$(venv/bin/python - <<'PYTHON'
from openpyxl import load_workbook

sheet = load_workbook("after/before.xlsx").active
print("after:", sheet.max_row, "rows,", sum(cell.value is not None for (cell,) in sheet.iter_rows()), "with a value")
PYTHON
)
echo "$seen"
test "$seen" = "after: 500 rows, 3 with a value"
