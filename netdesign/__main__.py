"""``python -m netdesign``: the command line."""

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # Python imports from the working folder first; files there belong to the instance, not to the program.
    # Worker processes must still find a program that lies there: it comes last.
    _here = sys.path.pop(0)
    if os.path.realpath(_here) == os.path.dirname(os.path.dirname(os.path.realpath(__file__))):  # noqa: PTH120
        sys.path.append(_here)

from netdesign.cli import main

if __name__ == "__main__":
    main()
