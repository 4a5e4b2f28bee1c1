"""Make the European instance of 2026 to 2035: ``python -m scripts.build_europe_2035 [--check] [DEST]``.

Geography, prices and policies are read from ``instances/europe/facts`` as ``instances/europe-linear`` has them, what
only several years need from ``instances/europe-2035/facts``. The same facts give the same bytes.
"""

from __future__ import annotations

import sys

from scripts.build_europe import FACTS
from scripts.europe_facts import Facts, Figure, derived_figures, filled, parameter_figures, read_facts
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
from scripts.europe_tables import COLUMNS, check_tables, make_tables, table_text
from scripts.instance_files import INSTANCES, write_or_check

EUROPE_2035 = INSTANCES / "europe-2035"


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
    files = {
        f"{name}.csv": table_text(name, rows, with_sources=False, columns=COLUMNS | STAGE_COLUMNS)
        for name, rows in tables.items()
    }
    return files | {"instance.yaml": filled(own.template, figures)}


def main(arguments: list[str] | None = None) -> int:
    """Write or check the instance and return the exit code."""

    def files() -> dict[str, str]:
        return build(read_facts(FACTS), read_stage_facts(EUROPE_2035 / "facts"))

    return write_or_check("build_europe_2035", {EUROPE_2035.name: files}, arguments)


if __name__ == "__main__":
    sys.exit(main())
