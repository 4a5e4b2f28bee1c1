"""Ranges that the value of their figure lies outside of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.figures import paths_of, place_in
from netdesign.instance.ranges import is_there
from netdesign.instance.sense.remarks import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.document import Path_
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.remarks import Remarks


def note_values_outside_ranges(document: InstanceDocument, remarks: Remarks) -> None:
    """Note figures whose value is outside their range.

    No fault: ``--set`` asks what if a figure were beyond what anybody expects, and that has an answer.
    """
    remarks.add_all(_outside(document))


def _outside(document: InstanceDocument) -> Iterator[tuple[Path_, str]]:
    for index, row in enumerate(document.tables.ranges):
        if not is_there(document, row):
            continue
        value = place_in(document, paths_of(row.path)[0]).value
        if not row.low <= value <= row.high:
            end, side = ("low", "under") if value < row.low else ("high", "over")
            message = f"{row.path} is {figure(value)}, {side} its range of {figure(row.low)} to {figure(row.high)}"
            yield ("tables", "ranges", index, end), message
