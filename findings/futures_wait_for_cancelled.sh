#!/usr/bin/env bash
# concurrent.futures: wait() and as_completed() go on waiting for a future that was cancelled, while done() is True.
#
# One would guess: cancel() returned True and done() is True, so wait() gives the future among those that are done; its
# page says that these are the futures "finished or cancelled".
# Seen with Python 3.11 to 3.13: both take it for done only when a worker has come upon it in the queue, which is after
# the calls before it; so what was taken back from a busy pool is waited for like a call. Ask done() first.
# Reported as python/cpython issues 92001 and 109934, both open.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
cat > pool.py <<'PY'
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed, wait

with ThreadPoolExecutor(1) as pool:
    pool.submit(time.sleep, 2.0)
    queued = pool.submit(time.sleep, 0.0)
    answers = [queued.cancel(), queued.done(), queued in wait([queued], timeout=0.5).done]
    try:
        answers.append(next(as_completed([queued], timeout=0.5)) is queued)
    except TimeoutError:
        answers.append(False)
print(sys.version.split()[0], dict(zip(["cancel()", "done()", "done by wait()", "completed"], answers)))
print("once the worker is free:", queued in wait([queued], timeout=0.5).done)
assert answers == [True, True, False, False]
PY
venv/bin/python pool.py
