#!/usr/bin/env bash
# Pyomo: once pyomo.environ is imported, `import scipy.sparse` loads scipy.stats, optimize, integrate and spatial as well.
#
# One would guess: SciPy loads its parts when they are asked for, and Pyomo, whose import leaves SciPy out, changes nothing
# in that. Seen with Pyomo 6.10.1 and SciPy 1.17.1: Pyomo watches the import of SciPy and then imports these parts too, in
# either order, so that a program that only needs sparse matrices starts about a second later (times printed, not checked).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet pyomo==6.10.1 scipy==1.17.1 numpy==2.4.6
cat > parts.py <<'PY'
import sys
import time
from importlib import import_module

for name in sys.argv[1:]:
    begun = time.perf_counter()
    import_module(name)
    print(f"{name} {time.perf_counter() - begun:.2f} s", end="; ")
found = [part for part in ("stats", "optimize", "integrate", "spatial") if f"scipy.{part}" in sys.modules]
print("loaded:", found)
assert bool(found) == ("pyomo.environ" in sys.argv and "scipy.sparse" in sys.argv)
PY
venv/bin/python parts.py scipy.sparse
venv/bin/python parts.py pyomo.environ
venv/bin/python parts.py pyomo.environ scipy.sparse
venv/bin/python parts.py scipy.sparse pyomo.environ
