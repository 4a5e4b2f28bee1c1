#!/usr/bin/env bash
# LibreOffice 7.4 (Debian 12), openpyxl 3.1.5: a sheet with a frozen first row and column, a filter, a width and a comment,
# converted from xlsx to xlsx without a screen.
# Guess: all of them are there again.
# Seen: filter, width and comment are, the pane is not frozen any more.
set -euo pipefail
command -v soffice >/dev/null || { echo 'no LibreOffice here: apt-get install --no-install-recommends libreoffice-calc'; exit 1; }
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv; venv/bin/pip install --quiet openpyxl==3.1.5
cat > look.py <<'PYTHON'
import sys

from openpyxl import load_workbook

sheet = load_workbook(sys.argv[1]).active
wide = round(sheet.column_dimensions["A"].width)
print(sheet.freeze_panes, sheet.auto_filter.ref, wide, sheet["A1"].comment is not None)
PYTHON
venv/bin/python - <<'PYTHON'
from openpyxl import Workbook
from openpyxl.comments import Comment

book = Workbook()
sheet = book.active
for row in (["id", "t"], ["A", 1], ["B", 2]):
    sheet.append(row)
sheet.freeze_panes, sheet.auto_filter.ref, sheet.column_dimensions["A"].width = "B2", "A1:B3", 30
sheet["A1"].comment = Comment("of the city", "we")
book.save("before.xlsx")
PYTHON
mkdir after
soffice --headless "-env:UserInstallation=file://$folder/profile" --convert-to xlsx --outdir after before.xlsx >/dev/null 2>&1
soffice --version | head -1
before=$(venv/bin/python look.py before.xlsx) after=$(venv/bin/python look.py after/before.xlsx)
echo "before: $before"; echo "after: $after"
test "$before" = "B2 A1:B3 30 True" && test "$after" = "None A1:B3 30 True"
