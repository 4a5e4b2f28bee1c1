"""Make the European instances of 2026 to 2035: ``python -m scripts.build_europe_2035 [--check] [DEST]``.

``europe-2035`` has vehicles and the newer figures, as ``europe`` has; ``europe-2035-linear`` is priced by the tonne, as
``europe-linear`` is. Geography, prices and policies are read from ``instances/europe/facts``, what only several years
need from ``instances/europe-2035/facts``. The same facts give the same bytes.
"""

from __future__ import annotations

import sys

from scripts.build_europe import FACTS, Reading
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
WITH_VEHICLES = Reading("europe-2035", marks=("vehicles",), newer=True, vehicles=True, sources=False)
BY_THE_TONNE = Reading("europe-2035-linear", marks=("linear",), newer=False, vehicles=False, sources=False)
READINGS = (WITH_VEHICLES, BY_THE_TONNE)


def all_figures(facts: Facts, own: StageFacts) -> dict[str, Figure]:
    """Return the parameters of both folders and what follows from them."""
    given = parameter_figures(facts.parameters) | parameter_figures(own.parameters)
    return given | derived_figures(facts, given) | prices_by_tonne(given)


def build(facts: Facts, own: StageFacts, reading: Reading) -> dict[str, str]:
    """Return the files of an instance by name.

    Parameters
    ----------
    facts, own
        Facts of one year and of several.
    reading
        How they are read.

    Raises
    ------
    FactsError
        The facts do not fit together.
    """
    check_stage_facts(facts, own)
    tables = make_tables(facts, vehicles=reading.vehicles)
    check_tables(tables)
    figures = all_figures(facts, own)
    tables |= {
        "modules": module_rows(own, figures),
        "paths": path_rows(facts, own, figures),
        "tree": tree_rows(own, int(figures["first_year"].value)),
    }
    files = {
        f"{name}.csv": table_text(name, rows, with_sources=reading.sources, columns=COLUMNS | STAGE_COLUMNS)
        for name, rows in tables.items()
    }
    return files | {"instance.yaml": filled(own.template, figures, reading.marks)}


def main(arguments: list[str] | None = None) -> int:
    """Write or check the instances and return the exit code."""
    builds = {
        reading.name: lambda reading=reading: build(
            read_facts(FACTS, newer=reading.newer), read_stage_facts(EUROPE_2035 / "facts"), reading
        )
        for reading in READINGS
    }
    return write_or_check("build_europe_2035", builds, arguments)


if __name__ == "__main__":
    sys.exit(main())
