#!/usr/bin/env bash
# HiGHS 1.16.0: a feasible solution to begin with can be returned as the optimum, at a price that it does not have.
#
# One would guess: a start (setSolution) makes a search shorter, and never worse; and the objective that is reported is
# the cost of the values that are returned.
# Seen with highspy 1.16.0 on twelve columns, one of them whole and given: "Optimal" and gap 0 at objective 0, with values
# that cost 16,762. Without the start it proves 7,181, which is right, and with the start when presolve is off too. The
# log says why: the start is feasible at 16,762, and then once more in the presolved model, at 0; that value becomes the
# incumbent's, and the search ends at once. 1.15.1 is right in all cases.
# A caller has to hold the reported objective against the values, and begin again without the start where they differ.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv 1.15.1
python3 -m venv 1.16.0
1.15.1/bin/pip install --quiet highspy==1.15.1 numpy==2.4.6
1.16.0/bin/pip install --quiet highspy==1.16.0 numpy==2.4.6
cat > start.py <<'PY'
import sys

import highspy
import numpy as np

INF = highspy.kHighsInf
UPPER = {3: 60.0, 4: 40.0, 9: 1e9, 10: 1e9}
ROWS = [
    (-1.0, 0.0, {0: -49.0, 3: 1.0, 4: 1.0, 5: -1.0}),
    (40.0, INF, {4: 1.0}),
    (-1.0, 0.0, {1: 1.0, 2: 1.0, 5: 1.0, 7: -1.0}),
    (-1.0, 0.0, {6: 1.0, 8: -1.0}),
    (-1.0, 0.0, {6: 1.0, 7: 1.0, 9: -1.0}),
    (0.0, INF, {8: -1.0, 10: 1.0}),
    (0.0, 1.0, {9: -1.0, 10: 1.0, 11: 1.0}),
    (10861.0, INF, {1: 1.0, 3: 63.0}),
    (10182.0, INF, {2: 1.0, 5: 168.0}),
]


def solved(has_start, presolve):
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("presolve", presolve)
    for column in range(12):
        highs.addVar(0.0, UPPER.get(column, INF))
    highs.changeColCost(10, 1.0)
    highs.changeColCost(11, 1.0)
    highs.changeColIntegrality(0, highspy.HighsVarType.kInteger)
    for lower, upper, entries in ROWS:
        highs.addRow(lower, upper, len(entries), np.array(list(entries), dtype=np.int32), np.array(list(entries.values())))
    if has_start:
        highs.setSolution(1, np.array([0], dtype=np.int32), np.array([2.0]))
    highs.run()
    values = highs.getSolution().col_value
    status = highs.modelStatusToString(highs.getModelStatus())
    return status, round(highs.getInfo().objective_function_value), round(values[10] + values[11])


for has_start, presolve in ((False, "on"), (True, "off"), (True, "on")):
    status, reported, cost = solved(has_start, presolve)
    start = "with" if has_start else "without"
    print(f"{start} start, presolve {presolve}: {status}, objective {reported}, cost of the values {cost}")
PY
for version in 1.15.1 1.16.0; do
    "$version"/bin/python start.py | grep start > "$version.txt"
    echo "highspy $version"
    sed 's/^/    /' "$version.txt"
done
right='Optimal, objective 7181, cost of the values 7181'
test "$(grep -c "$right" 1.15.1.txt)" -eq 3
test "$(grep -c "$right" 1.16.0.txt)" -eq 2
grep -q '^with start, presolve on: Optimal, objective 0, cost of the values 16762$' 1.16.0.txt
