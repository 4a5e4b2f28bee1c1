"""Make the European instances of one year from their facts: ``python -m scripts.build_europe [--check] [DEST]``.

``europe`` has vehicles and the newer figures, ``europe-centres`` candidate sorting centres as well; ``europe-linear``
is priced by the tonne, with the figures that the first answers were given on. Everything is read from
``instances/europe/facts``; nothing is fetched or measured. The same facts give the same bytes.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

from scripts.europe_draws import correlation_rows, distribution_rows
from scripts.europe_facts import Facts, derived_figures, filled, parameter_figures, read_facts
from scripts.europe_ranges import range_rows
from scripts.europe_tables import COLUMNS, centre_rows, check_tables, make_tables, table_text
from scripts.instance_files import INSTANCES, write_or_check

EUROPE = INSTANCES / "europe"
FACTS = EUROPE / "facts"


@dataclass(frozen=True)
class Reading:
    """One way to read the facts.

    Parameters
    ----------
    name
        Of the instance and its folder.
    marks
        Of its own lines in the template.
    newer
        Whether newer rows count.
    vehicles
        Whether it has vehicles.
    centres
        Whether it has sorting centres.
    sources
        Whether large tables have their sources beside each row; a second copy of them has not.
    """

    name: str
    marks: tuple[str, ...]
    newer: bool
    vehicles: bool
    sources: bool
    centres: bool = False


WITH_VEHICLES = Reading("europe", marks=("europe", "vehicles"), newer=True, vehicles=True, sources=True)
BY_THE_TONNE = Reading("europe-linear", marks=("linear",), newer=False, vehicles=False, sources=False)
WITH_CENTRES = replace(WITH_VEHICLES, name="europe-centres", marks=("centres", "vehicles"), centres=True, sources=False)
READINGS = (WITH_VEHICLES, BY_THE_TONNE, WITH_CENTRES)


def instance_text(facts: Facts, reading: Reading) -> str:
    """Return ``instance.yaml``: the template with its figures."""
    given = parameter_figures(facts.parameters)
    return filled(facts.template, given | derived_figures(facts, given), reading.marks)


def build(facts: Facts, reading: Reading) -> dict[str, str]:
    """Return the files of an instance by name.

    Parameters
    ----------
    facts
        Tables and template.
    reading
        How they are read.

    Raises
    ------
    FactsError
        The facts do not fit together.
    """
    tables = make_tables(facts, vehicles=reading.vehicles)
    check_tables(tables)
    tables["ranges"] = range_rows(facts, reading.marks, vehicles=reading.vehicles)
    tables["distributions"] = distribution_rows(facts, vehicles=reading.vehicles)
    tables["correlations"] = correlation_rows(vehicles=reading.vehicles)
    columns = COLUMNS
    if reading.centres:
        tables["hubs"] = tables["hubs"] + centre_rows(facts)
        columns = COLUMNS | {"hubs": ("id", "kind", *COLUMNS["hubs"][1:])}
    files = {
        f"{name}.csv": table_text(name, rows, with_sources=reading.sources, columns=columns)
        for name, rows in tables.items()
    }
    return files | {"instance.yaml": instance_text(facts, reading)}


def main(arguments: list[str] | None = None) -> int:
    """Write or check the instances and return the exit code."""
    builds = {
        reading.name: lambda reading=reading: build(read_facts(FACTS, newer=reading.newer), reading)
        for reading in READINGS
    }
    return write_or_check("build_europe", builds, arguments)


if __name__ == "__main__":
    sys.exit(main())
