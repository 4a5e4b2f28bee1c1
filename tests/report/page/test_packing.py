"""Columns of the data are written in runs where that is shorter, and are what they were when they are read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.page_data import generated_page
from netdesign.report.page.packing import packed


def unpacked(data: Any) -> Any:
    """Return what the script of the page makes of packed data."""
    if isinstance(data, list):
        return [unpacked(value) for value in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {"runs"}:
        return [value for value, times in data["runs"] for _ in range(times)]
    return {name: unpacked(value) for name, value in data.items()}


def as_json(data: Any) -> str:
    return json.dumps(data)


def test_the_data_of_a_page_come_back_to_the_letter():
    data = generated_page(cities=200, flows=600)
    assert as_json(unpacked(packed(data))) == as_json(data)
    assert len(as_json(packed(data))) < 0.8 * len(as_json(data))


@pytest.mark.parametrize(
    "column",
    [
        ["truck"] * 40,
        [None] * 20 + ["air"] * 20,
        [1] * 15 + [1.0] * 15 + [True] * 15,
        [0.1 * i for i in range(40)],
        [[1, 2]] * 20,
        ["a", "b"] * 20,
        [],
    ],
    ids=str,
)
def test_a_column_comes_back_whatever_is_in_it(column):
    assert as_json(unpacked(packed({"column": column}))) == as_json({"column": column})


def test_a_column_is_written_in_runs_only_where_that_is_shorter():
    assert packed(["truck"] * 30 + ["air"]) == {"runs": [["truck", 30], ["air", 1]]}
    assert packed([1, 2] * 30) == [1, 2] * 30
