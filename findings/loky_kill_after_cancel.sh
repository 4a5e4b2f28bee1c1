#!/usr/bin/env bash
# loky 3.7: shutdown(kill_workers=True) after Future.cancel() logs a traceback of its own manager thread.
#
# One would guess: who cancels what has not begun and then lets the pool go in the middle of a call gets silence, as
# TerminatedWorkerError is set with cancelled futures passed over (loky 3.7 does so where a worker is lost).
# Seen with loky 3.7.0: the manager thread sets ShutdownExecutorError on the cancelled future as well, which raises
# InvalidStateError; it logs "Exception in executor manager thread" with a traceback on stderr, and takes the pool for
# broken. Without the cancel, or without kill_workers, nothing is written.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet loky==3.7.0
cat > pool.py <<'PY'
import sys
import time

from loky import ProcessPoolExecutor

if __name__ == "__main__":
    does_cancel = sys.argv[1] == "cancel"
    pool = ProcessPoolExecutor(1)
    pool.submit(time.sleep, 0.0).result()
    futures = [pool.submit(time.sleep, 0.5) for _ in range(10)]
    time.sleep(0.1)
    print("cancelled:", sum(future.cancel() for future in futures) if does_cancel else 0)
    pool.shutdown(kill_workers=True)
PY
for how in keep cancel; do
    venv/bin/python pool.py "$how" 2> "$how.err"
    echo "  lines on stderr: $(wc -l < "$how.err")"
done
tail -n 1 cancel.err
test ! -s keep.err
grep -q '^Exception in executor manager thread' cancel.err
grep -q 'InvalidStateError: CANCELLED' cancel.err
