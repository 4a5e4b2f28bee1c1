#!/usr/bin/env bash
# HiGHS 1.15.1: "Optimal", gap 0, bound and all, for a plan that earns a tenth less than another; without presolve.
#
# One would guess: whoever doubts an optimum switches presolve off, and trusts what is found then; here it is the other
# way round.
# Seen with highspy 1.15.1 on Python 3.11: with presolve 2.896354, without 2.627511, both "Optimal" with a gap of 0. With
# 1.16.0 both give 2.896354, as do linear programs over the four values of the two binary columns. Made smaller from an
# instance of the tests of HiGHS (issue 3170).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv old
python3 -m venv new
old/bin/pip install --quiet highspy==1.15.1
new/bin/pip install --quiet highspy==1.16.0
cat > solve.py <<'PY'
import itertools

import highspy
import numpy as np

COLUMNS = [  # what it earns, its upper end, its entries by row; the first two are binary
    (0, 1, {1: 32, 5: 1, 6: -128, 7: -1, 10: -1}), (0, 1, {8: -20, 9: 50, 12: 64, 14: -1.5}), (1, 10, {0: 10}),
    (0, 10, {0: -32, 1: 128, 14: -5}), (0, 100, {1: -32, 14: 3}), (1, 10, {2: 0.5}), (0, 1, {2: -1, 3: 64}),
    (0, 1000, {3: -5, 4: 128, 12: -2.5}), (0, 100, {4: -64, 5: 4}), (0, 100, {5: -3, 6: 4, 13: 1.5}),
    (0, 100, {7: 50, 15: -10}), (0, 100, {7: -50, 13: 1}), (0, 100, {8: 3, 12: -3, 13: -2.5}), (0, 1, {8: -5}),
    (0, 10, {9: -20, 15: 2}),
]
AT_MOST = [0, 0, 0, 0, 0, 10, 10, 0, 10, 0, 0, 0, 10, 0, 5, 0]


def solve(presolve, fixed=None):
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("presolve", presolve)
    for upper in AT_MOST:
        highs.addRow(-highspy.kHighsInf, upper, 0, np.empty(0, dtype=np.int32), np.empty(0))
    for column, (earned, upper, entries) in enumerate(COLUMNS):
        low, high = (fixed[column],) * 2 if fixed and column < 2 else (0.0, upper)
        rows = np.array(list(entries), dtype=np.int32)
        highs.addCol(-earned, low, high, len(rows), rows, np.array(list(entries.values()), dtype=np.float64))
        if column < 2 and not fixed:
            highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return float("nan"), highs.modelStatusToString(highs.getModelStatus())
    return round(-highs.getInfo().objective_function_value, 6), "Optimal"


print("with presolve", *solve("on"))
print("without presolve", *solve("off"))
print("over all binaries", np.nanmax([solve("on", values)[0] for values in itertools.product((0.0, 1.0), repeat=2)]))
PY
for version in old new; do
    "$version"/bin/pip list 2> /dev/null | grep '^highspy'
    "$version"/bin/python solve.py | grep -e presolve -e binaries | tee "$version.txt"
done
grep -q '^with presolve 2.896354 Optimal' old.txt
grep -q '^without presolve 2.627511 Optimal' old.txt
grep -q '^without presolve 2.896354 Optimal' new.txt
for version in old new; do grep -q '^over all binaries 2.896354' "$version.txt"; done
