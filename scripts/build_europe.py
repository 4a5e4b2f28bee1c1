"""Make the European instance from its facts: ``python -m scripts.build_europe [--check] [DEST]``.

Everything is read from ``instances/europe/facts``; nothing is fetched or measured. The same facts give the same bytes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scripts.europe_facts import Facts, derived_figures, filled, parameter_figures, read_facts
from scripts.europe_tables import COLUMNS, check_tables, csv_text, make_tables
from scripts.instance_files import INSTANCES, write_or_check

if TYPE_CHECKING:
    from pathlib import Path

EUROPE = INSTANCES / "europe"


def instance_text(facts: Facts) -> str:
    """Return ``instance.yaml``: the template with its figures."""
    given = parameter_figures(facts.parameters)
    return filled(facts.template, given | derived_figures(facts, given))


def build(facts_folder: Path) -> dict[str, str]:
    """Return the files of the instance by name.

    Parameters
    ----------
    facts_folder
        Folder with the fact tables and the template.

    Raises
    ------
    FactsError
        The facts do not fit together.
    """
    facts = read_facts(facts_folder)
    tables = make_tables(facts)
    check_tables(tables)
    files = {f"{name}.csv": csv_text(COLUMNS[name], rows) for name, rows in tables.items()}
    return files | {"instance.yaml": instance_text(facts)}


def main(arguments: list[str] | None = None) -> int:
    """Write or check the instance and return the exit code."""
    return write_or_check("build_europe", EUROPE, lambda: build(EUROPE / "facts"), arguments)


if __name__ == "__main__":
    sys.exit(main())
