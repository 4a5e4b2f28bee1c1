"""What the answer of ``netdesign stress`` says of drawn worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.report.tables import TextTable
    from netdesign.results.stress_document import StressDocument


def draw_lines(result: StressDocument) -> Iterator[str]:
    """Yield the sentences on drawn worlds."""
    del result
    yield from ()


def draw_tables(result: StressDocument) -> list[TextTable]:
    """Return the tables on drawn worlds."""
    del result
    return []


def draw_records(result: StressDocument) -> list[dict[str, object]]:
    """Return for each network the columns on drawn worlds, in the order of the result."""
    return [{} for _ in result.networks]
