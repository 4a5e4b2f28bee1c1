"""Solve a model file with SCIP and print its figures: ``python -m benchmarks.scip_solve FILE LIMIT_S``.

A process of its own, so that its libraries never meet those of HiGHS. SCIP searches on one thread.
"""

from __future__ import annotations

import json
import sys
import time

GAP = 1e-6


def main() -> None:
    """Read, solve, and print a line of JSON; it has a note where SCIP is not installed."""
    try:
        from pyscipopt import Model
    except ImportError:
        print(json.dumps({"note": "pyscipopt is not installed"}))
        return
    model = Model()
    model.hideOutput()
    model.setParam("limits/gap", GAP)
    model.setParam("limits/time", float(sys.argv[2]))
    begun = time.perf_counter()
    model.readProblem(sys.argv[1])
    read_s = time.perf_counter() - begun
    begun = time.perf_counter()
    model.optimize()
    solve_s = time.perf_counter() - begun
    has_plan = model.getNSols() > 0
    value, bound = model.getObjVal() if has_plan else None, model.getDualbound()
    answer = {
        "read_s": round(read_s, 3),
        "solve_s": round(solve_s, 3),
        "value": value,
        # SCIP writes 1e20 for infinity.
        "bound": bound if abs(bound) < model.infinity() else None,
        "termination": "optimal" if model.getStatus() in ("optimal", "gaplimit") else model.getStatus(),
        "version": f"{model.version()}",
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
