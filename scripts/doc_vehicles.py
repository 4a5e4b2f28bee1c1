"""Measurements with vehicles that leave as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.doc_measurements import goal_s, ratio_verdict, table, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.doc_measurements import Row

_COLUMNS = ("case", "goal", "seconds", "memory, MB", "best network", "gap", "ratio", "")
_MET = "met"


_REAL = "the real size"


def vehicles_markdown(rows: Sequence[Row]) -> str:
    """Return the table of the rows with vehicles that ``benchmarks/vehicles.py`` wrote."""
    return table(_COLUMNS, [_line(row) for row in rows if not row["class"].startswith(_REAL)])


def real_size_markdown(rows: Sequence[Row]) -> str:
    """Return the table of its rows at the size that operators have."""
    return table(_COLUMNS, [_line(row) for row in rows if row["class"].startswith(_REAL)])


def _line(row: Row) -> Sequence[str]:
    gap = f"{float(row['gap']):.1e}" if row["gap"] else ""
    seconds, memory, hubs, ratio = (row[name] for name in ("seconds", "peak_mb", "hubs", "ratio"))
    return (row["name"], "; ".join(_goals(row)), seconds, memory, hubs, gap, ratio, _outcome(row))


def _goals(row: Row) -> Iterator[str]:
    if row["goal_s"]:
        yield goal_s(row)
    if row["goal_mb"]:
        yield f"{float(row['goal_mb']):g} MB"
    if row["goal_ratio"]:
        most = "at most " if _is_most(row) else ""
        yield f"{most}{float(row['goal_ratio']):g} times {row['against']}"


def _outcome(row: Row) -> str:
    """Return which goals are missed, that all are met, or how the search ended where there are none."""
    verdicts = list(dict.fromkeys(_verdicts(row)))
    missed = [word for word in verdicts if word != _MET]
    return "; ".join(missed or verdicts)


def _verdicts(row: Row) -> Iterator[str]:
    if row["goal_s"] or not row["goal_ratio"]:
        yield verdict(row)
    if row["goal_mb"] and row["peak_mb"]:
        yield _MET if float(row["peak_mb"]) <= float(row["goal_mb"]) else "more memory"
    if row["goal_ratio"] and not _is_most(row):
        yield ratio_verdict(row)
    elif row["goal_ratio"] and row["ratio"]:
        yield _MET if float(row["ratio"]) <= float(row["goal_ratio"]) else "a larger ratio"


def _is_most(row: Row) -> bool:
    return row["is_most"] == "True"
