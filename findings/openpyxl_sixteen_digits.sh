#!/usr/bin/env bash
# openpyxl writes numbers with 16 significant digits; a double needs 17.
# Guess: a float that is saved and loaded again is the same float, as with repr, JSON or CSV of pandas.
# Seen: 0.1 + 0.2 comes back as 0.3, and about one in five random doubles as a neighbour; whole numbers of 17 digits
# change as well. What was proven for the figures that were saved is then told of other figures.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet openpyxl==3.1.5
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import random
import sys

import openpyxl

draw = random.Random(1)
numbers = [0.1 + 0.2, 12345678901234567, *(draw.random() for _ in range(1000))]
book = openpyxl.Workbook()
for number in numbers:
    book.active.append([number])
book.save("numbers.xlsx")
again = [row[0] for row in openpyxl.load_workbook("numbers.xlsx").active.iter_rows(values_only=True)]
changed = sum(one != other for one, other in zip(numbers[2:], again[2:]))
print("openpyxl", openpyxl.__version__)
for one, other in list(zip(numbers, again))[:2]:
    print(f"saved {one!r}, loaded {other!r}")
print(f"of 1000 random doubles {changed} come back changed")
sys.exit(not (again[0] == 0.3 != numbers[0] and again[1] != numbers[1] and changed > 100))
PYTHON
