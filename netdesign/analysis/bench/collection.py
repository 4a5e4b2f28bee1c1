"""Read the rows of a collection of published instances: folders by family and an ``optima.csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.bench.rows import Row, proven_status
from netdesign.errors import UsageError, did_you_mean
from netdesign.instance.published.formats import FORMATS, Family

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


_FAMILIES = {family: (name, where) for name, one in FORMATS.items() for family, where in one.families.items()}

_PROBLEMS = {
    "UMApHMP": "multiple",
    "USApHMP": "single",
    "UMAHLP": "multiple",
    "USAHLP": "single",
    "CMAHLP": "multiple",
    "CSAHLP": "single",
    "UFLP": "multiple",
    "CFLP": "multiple",
    "SSCFLP": "single",
    "p-median": "multiple",
}
"""Allocation of each problem; the rest is in the file and in the columns of the row."""

_FACTORS = {"alpha_or_chi": "collection", "alpha": "inter_hub", "delta": "distribution"}


def collection_row(table: Path, line: int, cells: Mapping[str, str]) -> Row:
    """Return a row of a collection's ``optima.csv``.

    Raises
    ------
    UsageError
        An unknown family, problem or status.
    """
    problem = cells["problem"]
    if cells["family"] not in _FAMILIES:
        near = did_you_mean(cells["family"], _FAMILIES)
        message = f"{table}:{line}: family '{cells['family']}' is unknown{near}"
        raise UsageError(message)
    if problem not in _PROBLEMS:
        message = f"{table}:{line}: problem '{problem}' is unknown{did_you_mean(problem, _PROBLEMS)}"
        raise UsageError(message)
    format_in, family = _FAMILIES[cells["family"]]
    if family.file and not cells.get("n"):
        message = f"{table}:{line}: n: is missing; it says how many nodes of {family.file} count"
        raise UsageError(message)
    instance, _, capacity = cells["instance"].partition("-")
    options = ["--format-in", "ufllib" if problem == "UFLP" else format_in]
    if family.file:
        options += ["--nodes", cells["n"]]
    elif capacity:
        options += ["--capacity", capacity]
    options += _file_options(family, cells)
    if cells.get("p"):
        options += ["--hubs", cells["p"]]
    for column, factor in _FACTORS.items():
        options += ["--set", f"factors.{factor}={cells[column]}"] if cells.get(column) else []
    options += ["--set", f"problem.allocation={_PROBLEMS[problem]}"]
    name = family.file or _own_file(table.parent / family.folder, instance)
    is_proven = proven_status(table, line, cells)
    return Row(
        cells["instance"], problem, f"{family.folder}/{name}", tuple(options), cells["optimum"].strip(), is_proven
    )


def _own_file(folder: Path, instance: str) -> str:
    return instance if (folder / instance).is_file() else f"{instance}.txt"


def _file_options(family: Family, cells: Mapping[str, str]) -> list[str]:
    """Return the options that name the files of fixed costs and capacities of a row."""
    if not family.file:
        return []
    kinds = {"--fixed-costs": ("Fcost", "fixed_cost_kind"), "--capacities": ("Cap", "capacity_kind")}
    found = []
    for option, (stem, column) in kinds.items():
        if cells.get(column):
            found += [option, f"{family.folder}/{stem}{cells[column]}.{cells['n']}"]
    return found
