"""Tables of ``netdesign compare``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.words import amount, difference, share, tonnes
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.compare import ComparisonRow

_MOST_MOVES = 10
"""Most cities in the table of a configuration; ``--format json`` lists all."""


def comparison_text(rows: Sequence[ComparisonRow]) -> str:
    """Return the comparison as text."""
    records = comparison_records(rows)
    header = [
        "configuration",
        "EUR/year",
        "against the first",
        "vehicles",
        "inside deadline",
        "t CO2e/year",
        "cities that change hub",
        "gap, EUR",
    ]
    cells = [_cells(record) for record in records]
    # 0 everywhere means that the instance has no emission factors.
    unused = [] if any(record["co2e_t_per_year"] for record in records) else ["t CO2e/year"]
    unused += [] if "vehicles_eur_per_year" in records[0] else ["vehicles"]
    for name in unused:
        place = header.index(name)
        for row in (header, *cells):
            del row[place]
    lines = [f"{row.name}: {row.failure}" for row in rows if row.failure]
    lines += [f"{row.name}: {note}" for row in rows for note in row.notes]
    return render(lines, [TextTable("Configurations side by side", header, cells), *_move_tables(rows)])


def _cells(record: dict[str, object]) -> list[str]:
    def number(name: str) -> float | None:
        value = record.get(name)
        return float(value) if isinstance(value, int | float) else None

    if record["failure"]:
        in_time = record["termination"] not in (Termination.TIME_LIMIT, Termination.INTERRUPTED)
        return [str(record["configuration"]), "cannot work" if in_time else "not solved", *[""] * 6]
    return [
        str(record["configuration"]),
        amount(number("cost")),
        difference(number("difference")),
        amount(number("vehicles_eur_per_year")),
        share(number("inside_deadline")),
        tonnes(number("co2e_t_per_year")),
        f"{record['cities_that_change_hub']} ({tonnes(number('volume_that_changes_hub'))} t/year)",
        amount(number("gap")),
    ]


def _move_tables(rows: Sequence[ComparisonRow]) -> list[TextTable]:
    tables = []
    for row in rows:
        if not row.moves:
            continue
        cells = [[move.city, move.from_hub, move.to_hub, tonnes(move.volume)] for move in row.moves[:_MOST_MOVES]]
        if len(row.moves) > _MOST_MOVES:
            cells.append([f"and {len(row.moves) - _MOST_MOVES} more", "", "", ""])
        tables.append(
            TextTable(
                f"{row.name}: cities that change hub",
                ["city", "from", "to", "t/year"],
                cells,
                frozenset({0, 1, 2}),
            )
        )
    return tables


def comparison_records(rows: Sequence[ComparisonRow]) -> list[dict[str, object]]:
    """Return one record for each configuration, for JSON and CSV."""
    first = next((row.network.costs.total for row in rows if row.network and row.network.costs), None)
    records = [_record(row, first) for row in rows]
    vehicles = [row.network.costs.vehicles if row.network and row.network.costs else None for row in rows]
    if any(eur is not None for eur in vehicles):
        for record, eur in zip(records, vehicles, strict=True):
            record["vehicles_eur_per_year"] = eur
    return records


def _record(row: ComparisonRow, first: float | None) -> dict[str, object]:
    network = row.network
    objective = network.objective if network else None
    bound = network.bound if network and objective is not None else None
    costs = network.costs if network else None
    return {
        "configuration": row.name,
        "failure": row.failure,
        "notes": list(row.notes),
        "open_hubs": network.plan.open_hubs if network and network.plan else [],
        "termination": network.termination.value if network else Termination.INFEASIBLE.value,
        "objective": objective,
        "bound": bound,
        "cost": costs.total if costs else None,
        "gap": max(0.0, objective - bound) if objective is not None and bound is not None else None,
        "difference": costs.total - first if costs and first is not None else None,
        "inside_deadline": network.service.inside if network and network.service else None,
        "co2e_t_per_year": network.carbon.co2e_t_per_year if network and network.carbon else None,
        "cities_that_change_hub": len(row.moves),
        "volume_that_changes_hub": sum(move.volume for move in row.moves),
    }


def comparison_json(rows: Sequence[ComparisonRow]) -> str:
    """Return the comparison as JSON, with all cities that change hub."""
    records = comparison_records(rows)
    for record, row in zip(records, rows, strict=True):
        record["moves"] = [vars(move) for move in row.moves]
    return json.dumps(records, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def comparison_csv(rows: Sequence[ComparisonRow]) -> str:
    """Return CSV text with one row for each configuration."""
    records = comparison_records(rows)
    header = list(records[0])
    return to_csv(header, [[_csv_cell(record[name]) for name in header] for record in records])


def _csv_cell(value: object) -> object:
    return "; ".join(map(str, value)) if isinstance(value, list) else value
