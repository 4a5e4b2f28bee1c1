"""Make the European instance of 2026 to 2035: ``python -m scripts.build_europe_2035 [--check] [DEST]``.

Geography, prices and policies are read from ``instances/europe/facts``, what only several years need from
``instances/europe-2035/facts``. The same facts give the same bytes.
"""

from __future__ import annotations

import sys

from scripts.build_europe import EUROPE
from scripts.europe_facts import Facts, Figure, Rows, derived_figures, filled, parameter_figures, read_facts
from scripts.europe_stages import (
    STAGE_COLUMNS,
    StageFacts,
    check_stage_facts,
    module_rows,
    path_rows,
    prices_by_tonne,
    read_stage_facts,
    tree_rows,
)
from scripts.europe_tables import COLUMNS, SOURCE_COLUMNS, check_tables, csv_text, make_tables
from scripts.instance_files import INSTANCES, write_or_check

EUROPE_2035 = INSTANCES / "europe-2035"
WITHOUT_SOURCES = ("cities", "hubs", "links")
"""Large copies of tables of ``instances/europe``, where each row has its source."""


def all_figures(facts: Facts, own: StageFacts) -> dict[str, Figure]:
    """Return the parameters of both folders and what follows from them."""
    given = parameter_figures(facts.parameters) | parameter_figures(own.parameters)
    return given | derived_figures(facts, given) | prices_by_tonne(given)


def build(facts: Facts, own: StageFacts) -> dict[str, str]:
    """Return the files of the instance by name.

    Raises
    ------
    FactsError
        The facts do not fit together.
    """
    check_stage_facts(facts, own)
    tables = make_tables(facts)
    check_tables(tables)
    figures = all_figures(facts, own)
    tables |= {
        "modules": module_rows(own, figures),
        "paths": path_rows(facts, own, figures),
        "tree": tree_rows(own, int(figures["first_year"].value)),
    }
    files = {f"{name}.csv": _table_text(name, rows) for name, rows in tables.items()}
    return files | {"instance.yaml": filled(own.template, figures)}


def _table_text(name: str, rows: Rows) -> str:
    columns = (COLUMNS | STAGE_COLUMNS)[name]
    if name not in WITHOUT_SOURCES:
        return csv_text(columns, rows)
    kept = tuple(column for column in columns if column not in SOURCE_COLUMNS)
    return csv_text(kept, [{column: row[column] for column in kept if column in row} for row in rows])


def main(arguments: list[str] | None = None) -> int:
    """Write or check the instance and return the exit code."""

    def files() -> dict[str, str]:
        return build(read_facts(EUROPE / "facts"), read_stage_facts(EUROPE_2035 / "facts"))

    return write_or_check("build_europe_2035", EUROPE_2035, files, arguments)


if __name__ == "__main__":
    sys.exit(main())
