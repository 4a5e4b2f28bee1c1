"""The data of a page as they stand in its file: columns in which values repeat are written in runs.

A page of a thousand cities has tens of thousands of legs, and those that follow each other are of one kind, go by one
mode and have one vehicle, nearly all of them. Compressed data would be smaller still, but nobody could read them
without a program, a browser without ``DecompressionStream`` would show nothing, and the decision would wait for them.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

RUNS = "runs"
"""Name of the only field of a packed column: pairs of a value and how often it follows itself."""

_LEAST = 12
"""Values in the smallest column that is looked at."""


def packed(data: Any) -> Any:
    """Return data in which columns are runs where that is shorter; ``unpacked`` on the page undoes it."""
    if isinstance(data, dict):
        return {name: packed(value) for name, value in data.items()}
    if not isinstance(data, list):
        return data
    if len(data) < _LEAST or any(isinstance(value, dict | list) for value in data):
        return [packed(value) for value in data]
    # By type too: 1, 1.0 and True are equal.
    runs = [[next(group)[1], 1 + sum(1 for _ in group)] for _, group in groupby(map(_typed, data), lambda one: one[:2])]
    found = {RUNS: runs}
    return found if len(json.dumps(found)) < len(json.dumps(data)) else data


def _typed(value: Any) -> tuple[type, Any]:
    return type(value), value
