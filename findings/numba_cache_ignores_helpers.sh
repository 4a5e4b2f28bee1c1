#!/usr/bin/env bash
# numba: a cached function outlives the correction of a helper in another file.
#
# One would guess: cache=True stores machine code that has the helper inside, so a change of the helper's file makes it
# stale, as a change of the function's own file does.
# Seen with numba 0.68.1 on Python 3.11: only the text of the function's own file is compared. After the helper was
# corrected, new processes go on with the old one, until the text of the function's file changes or the cache is emptied.
# numba documents that a change of symbols in other files is not noticed; that this holds too where the helper is written
# into the caller (inline="always"), and that a new time stamp no longer helps, is less expected.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet numba==0.68.1
mkdir prices
touch prices/__init__.py
cat > prices/tariff.py <<'PY'
import numba as nb

@nb.njit(inline="always")
def tariff(km):
    return 3.0 * km
PY
cat > prices/total.py <<'PY'
import numba as nb
from prices.tariff import tariff

@nb.njit(nb.float64(nb.float64), cache=True)
def total(km):
    return tariff(km) + 1.0
PY
ask='from prices.total import total; print(total(10.0), "from the cache" if total.stats.cache_hits else "compiled")'
venv/bin/python -c 'import numba; print("numba", numba.__version__)'
before=$(venv/bin/python -c "$ask")
echo "with a factor of 3: $before"
sed -i 's/3\.0/2.25/' prices/tariff.py
after=$(venv/bin/python -c "$ask")
echo "corrected to 2.25: $after"
venv/bin/python -c 'from prices.tariff import tariff; print("the helper itself:", tariff.py_func(10.0))'
touch prices/total.py
again=$(venv/bin/python -c "$ask")
echo "after a touch of the other file: $again"
test "$before" = "31.0 compiled"
test "$after" = "31.0 from the cache"
test "$again" = "31.0 from the cache"
