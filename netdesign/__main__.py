"""``python -m netdesign``: the command line."""

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # Python looks here first for whatever is imported, and what lies here belongs to the instance, not to the program.
    # Where the program itself does, helper processes still have to find it: last.
    _here = sys.path.pop(0)
    if os.path.realpath(_here) == os.path.dirname(os.path.dirname(os.path.realpath(__file__))):  # noqa: PTH120
        sys.path.append(_here)

from netdesign.cli import main

if __name__ == "__main__":
    main()
