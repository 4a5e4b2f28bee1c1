#!/usr/bin/env bash
# HiGHS: with costs of about 1e-8 a mixed-integer program is "Optimal" with gap 0 at a solution that is not optimal, and
# its dual bound is over the optimum.
#
# One would guess that multiplying all costs by 1e-8 leaves the optimal solution where it is, as the gap that is
# reported is relative; or, the dual tolerance being an absolute 1e-7, that a worse solution comes back with a bound
# that is true. Seen: five binary columns, two rows, whole numbers throughout; the optimum is 12, which a loop over the
# 32 solutions confirms. With costs times 1e-8 the answer is 21, status Optimal, gap 0 and dual bound 21, both in the
# unit of the costs before. So a bound is only as good as the unit of the objective: scale it to about one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet highspy==1.16.0
"$folder/venv/bin/python" - <<'PY'
from itertools import product

import highspy

COSTS = (9, 9, 3, 3, 3)
ROWS = (((2, 3), (1, 3), (4, 5)), ((1, 2), (0, 4), (2, 4)))  # (column, coefficient), at least 5 each


def keeps_rows(chosen):
    return all(sum(weight * chosen[column] for column, weight in row) >= 5 for row in ROWS)


def solved(factor):
    """Return status, objective and dual bound, both divided by the factor again, and the relative gap reported."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    columns = [highs.addBinary(obj=cost * factor) for cost in COSTS]
    for row in ROWS:
        highs.addConstr(sum(weight * columns[column] for column, weight in row) >= 5)
    highs.run()
    info = highs.getInfo()
    status = highs.modelStatusToString(highs.getModelStatus())
    return status, round(info.objective_function_value / factor, 6), round(info.mip_dual_bound / factor, 6), info.mip_gap


print("HiGHS", highspy.Highs().version())
best = min(sum(c * x for c, x in zip(COSTS, chosen)) for chosen in product((0, 1), repeat=5) if keeps_rows(chosen))
print("by enumeration:", best)
for factor in (1.0, 1e-4, 1e-8):
    print(f"costs times {factor:g}: status {solved(factor)[0]}, objective, bound, gap {solved(factor)[1:]}")
assert best == 12 and solved(1.0) == ("Optimal", 12.0, 12.0, 0.0), "the example is not what it was"
assert solved(1e-8) == ("Optimal", 21.0, 21.0, 0.0), "this has changed"
PY
