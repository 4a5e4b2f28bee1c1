#!/usr/bin/env bash
# HiGHS 1.16.0: with default options presolve calls a linear program infeasible that all columns at 1 satisfy exactly.
#
# One would guess: bounds that are looser than need be do no harm, least of all by less than the tolerance of feasibility;
# and "Infeasible" is said of nothing that has an exact solution.
# Seen with highspy 1.16.0 on Python 3.11: eight columns from 0 to 1 + 4e-8; four rows of two columns each that ask for 2,
# and one row that allows 8 in all. With presolve "Infeasible", without it an optimum; with presolve too where the upper
# bounds are 1, or 1 + 1e-5. A row that its columns can exceed by less than the tolerance (8e-8 of 1e-7) fixes them at
# their bounds, and what each row is over adds up to more than the tolerance in the last row. In mixed programs the same
# gave optima that were none.
# Who widens bounds for rounding, by a billionth of a hundred say, has to stay well under the tolerance, or well over it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet highspy==1.16.0 numpy==2.4.6
cat > solve.py <<'PY'
import highspy
import numpy as np

ROWS, EACH = 4, 2


def status(wider, presolve):
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("presolve", presolve)
    for _ in range(ROWS * EACH):
        highs.addVar(0.0, 1.0 + wider)
    for row in range(ROWS):
        index = np.arange(row * EACH, (row + 1) * EACH, dtype=np.int32)
        highs.addRow(float(EACH), highspy.kHighsInf, EACH, index, np.ones(EACH))
    every = np.arange(ROWS * EACH, dtype=np.int32)
    highs.addRow(-highspy.kHighsInf, float(ROWS * EACH), ROWS * EACH, every, np.ones(ROWS * EACH))
    highs.run()
    return highs.modelStatusToString(highs.getModelStatus())


for wider in (0.0, 4e-8, 1e-5):
    print(wider, "with presolve:", status(wider, "on"), "- without:", status(wider, "off"))
PY
env/bin/python solve.py | grep presolve > seen.txt
cat seen.txt
cat > expected.txt <<'TEXT'
0.0 with presolve: Optimal - without: Optimal
4e-08 with presolve: Infeasible - without: Optimal
1e-05 with presolve: Optimal - without: Optimal
TEXT
diff expected.txt seen.txt
