"""Files with rows by case: the cases that are asked are answered again, the others stay."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any

from scripts.doc_measurements import read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


def answer_cases(
    file: Path, columns: Sequence[str], cases: Sequence[str], rows_of: Callable[[str], Iterable[dict[str, Any]]]
) -> None:
    """Answer the cases that the command line names, all of them where it names none, and write the file after each.

    Parameters
    ----------
    file
        CSV whose first column is ``case``.
    columns, cases
        Its columns, and all cases in their order.
    rows_of
        Returns the rows of a case.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in read_rows(file):
        rows.setdefault(row["case"], []).append(row)
    for name in sys.argv[1:] or cases:
        rows[name] = []
        for row in rows_of(name):
            print(*row.values(), sep="  ", flush=True)
            rows[name].append(row)
        with file.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for case in cases for row in rows.get(case, []))
