"""`--help` answers at once: it loads no solver and no graph library."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"pyomo", "highspy", "networkx", "numpy", "scipy"}

# Run in a process of its own, because the tests around it have long loaded everything.
PROGRAM = """
import sys
from netdesign.cli import main

sys.argv = ["netdesign", *sys.argv[1:]]
code = 0
try:
    main()
except SystemExit as end:
    code = end.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["solve", "--help"], ["timing", "--help"]], ids=" ".join)
def test_help_loads_neither_pyomo_nor_highspy_nor_networkx(arguments):
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "netdesign" in done.stdout
    assert HEAVY & set(done.stderr.split()) == set()
