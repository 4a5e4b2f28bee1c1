"""``python -m netdesign``: the command line."""

from netdesign.cli import main

if __name__ == "__main__":
    main()
