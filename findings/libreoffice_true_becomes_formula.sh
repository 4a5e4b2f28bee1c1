#!/usr/bin/env bash
# LibreOffice 7.4 (Debian 12), openpyxl 3.1.5: a cell with the value TRUE, opened and saved.
# Guess: it is TRUE again, as the format has a type of cell for it.
# Seen: it is the formula =TRUE(), with its value kept beside it. A reader that takes values has TRUE, one that takes what
# was typed, or refuses formulas, has not.
set -euo pipefail
command -v soffice >/dev/null || { echo 'no LibreOffice here: apt-get install --no-install-recommends libreoffice-calc'; exit 1; }
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv; venv/bin/pip install --quiet openpyxl==3.1.5
venv/bin/python -c 'from openpyxl import Workbook; book = Workbook(); book.active["A1"] = True; book.save("before.xlsx")'
mkdir after
soffice --headless "-env:UserInstallation=file://$folder/profile" --convert-to xlsx --outdir after before.xlsx >/dev/null 2>&1
soffice --version | head -1
seen=$(venv/bin/python - <<'PYTHON'
from openpyxl import load_workbook

print([load_workbook(f"{name}.xlsx", data_only=only).active["A1"].value for name in ("before", "after/before") for only in (False, True)])
PYTHON
)
echo "$seen"
test "$seen" = "[True, True, '=TRUE()', True]"
