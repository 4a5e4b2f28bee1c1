"""What the answer of ``netdesign stress`` says of failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.report.tables import TextTable
    from netdesign.results.stress_document import StressDocument


def failure_lines(result: StressDocument) -> Iterator[str]:
    """Yield the sentences on failures."""
    del result
    yield from ()


def failure_tables(result: StressDocument) -> list[TextTable]:
    """Return the tables on failures."""
    del result
    return []


def failure_records(result: StressDocument) -> list[dict[str, object]]:
    """Return for each network the columns on failures, in the order of the result."""
    return [{} for _ in result.networks]
