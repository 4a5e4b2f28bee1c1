"""Call netdesign twice in one process: ``python -m benchmarks.twice WORDS``; ``-o`` keeps the result of the second.

The first call loads the compiled loops from their cache, which takes longer than solving a small instance does.
"""

from __future__ import annotations

import sys

from netdesign.cli import main as netdesign


def main() -> None:
    """Call, call again, and end with the exit code of the second."""
    code: object = 0
    for _ in range(2):
        try:
            netdesign(sys.argv[1:])
        except SystemExit as ending:
            code = ending.code
    sys.exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    main()
