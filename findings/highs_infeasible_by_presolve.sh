#!/usr/bin/env bash
# HiGHS 1.16.0: presolve proves that a feasible program of ten binary columns is infeasible.
#
# One would guess: "Infeasible" from a MIP solver holds up to tolerances of a millionth, with presolve as without; and where
# the numbers of the rows are between 0.08 and 1, nothing is near a tolerance.
# Seen with highspy 1.16.0 on Python 3.11: "Infeasible" with presolve; without it an optimum of 2, which solving the linear
# program for each of the 1,024 values of the binary columns gives too; so does 1.15.1, with presolve. It takes a binary
# column that opens another (x14 <= x8) where both stand in one row of capacity with the same coefficient, as "at least
# three departures, and one more" does. Made smaller from a model of departures.
# Who has to prove infeasibility asks again with presolve off.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv old
python3 -m venv new
old/bin/pip install --quiet highspy==1.15.1 numpy==2.4.6
new/bin/pip install --quiet highspy==1.16.0 numpy==2.4.6
cat > solve.py <<'PY'
import itertools
import sys

import highspy
import numpy as np

COST = {4: 1, 6: 550_000, 7: 740_000, 10: 200_000, 11: 300_000, 12: 1}
BINARY = [*range(5, 15)]
ROWS = [  # least, most, entries; x0 is 1, x1 to x4 are 0 or more
    (1, 1, {3: 1, 4: 1}),
    (None, 0, {8: -1, 14: 1}),
    (None, 1, {5: 1, 6: 1, 7: 1, 8: 1, 9: 1}),
    (None, 0, {1: 1, 10: -1, 11: -1}),
    (None, 0, {3: 1, 10: 1, 11: -1}),
    (None, 1, {2: 1, 12: -1}),
    (None, 0, {1: 1, 2: 0.35, 6: -0.75, 7: -1, 8: -0.083, 9: -0.33, 13: -0.25, 14: -0.083}),
    (0, None, {0: -1, 1: 1, 2: 0.62}),
]
INFINITY = highspy.kHighsInf


def solve(presolve, fixed=None):
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("presolve", presolve)
    for column in range(15):
        low, high = (1, 1) if column == 0 else (0, 1 if column in BINARY else INFINITY)
        if fixed and column in fixed:
            low = high = fixed[column]
        highs.addCol(COST.get(column, 0), low, high, 0, np.empty(0, dtype=np.int32), np.empty(0))
        if column in BINARY and not fixed:
            highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    for least, most, entries in ROWS:
        ends = -INFINITY if least is None else least, INFINITY if most is None else most
        highs.addRow(*ends, len(entries), np.array([*entries], dtype=np.int32), np.array([*entries.values()], dtype=float))
    highs.run()
    status = highs.modelStatusToString(highs.getModelStatus())
    return status, round(highs.getInfo().objective_function_value, 6) if status == "Optimal" else None


print("with presolve", *solve("on"))
print("without presolve", *solve("off"))
if "every" in sys.argv:
    ends = (solve("off", dict(zip(BINARY, values))) for values in itertools.product((0, 1), repeat=len(BINARY)))
    print("over all binaries", min(value for status, value in ends if status == "Optimal"))
PY
old/bin/python solve.py every | tee old.txt
new/bin/python solve.py | tee new.txt
grep -q '^with presolve Optimal 2.0' old.txt
grep -q '^without presolve Optimal 2.0' old.txt
grep -q '^over all binaries 2.0' old.txt
grep -q '^with presolve Infeasible' new.txt
grep -q '^without presolve Optimal 2.0' new.txt
