#!/usr/bin/env bash
# HiGHS 1.16: the first Highs() of a process prints two lines on stdout, before there is anything to silence.
#
# One would guess: output_flag=False (or silent(), or log_to_console=False) keeps stdout clean, as with 1.15, where the
# greeting came with the first call after these could be set.
# Seen with highspy 1.16.0: the constructor itself prints, once a process; a program whose stdout is data (JSON into a
# pipe) has to send descriptor 1 elsewhere while it makes the first instance. contextlib.redirect_stdout does not help,
# as the lines come from C++.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv old
python3 -m venv new
old/bin/pip install --quiet highspy==1.15.1
new/bin/pip install --quiet highspy==1.16.0
cat > quiet.py <<'PY'
import contextlib
import io

import highspy

with contextlib.redirect_stdout(io.StringIO()):
    for _ in range(2):
        highs = highspy.Highs()
        highs.silent()
        highs.addVar(0.0, 1.0)
        highs.run()
PY
for version in old new; do
    "$version"/bin/python quiet.py > "$version.txt"
    echo "$("$version"/bin/pip list 2> /dev/null | grep '^highspy'): $(wc -l < "$version.txt") lines on stdout"
    sed 's/^/    /' "$version.txt"
done
test "$(wc -l < old.txt)" -eq 0
test "$(wc -l < new.txt)" -eq 2
grep -q '^Running HiGHS 1.16' new.txt
