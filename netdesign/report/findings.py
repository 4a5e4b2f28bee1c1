"""The summary of ``netdesign check``, and the tables of ``netdesign compare``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netdesign.analysis.further_columns import NO_FURTHER
from netdesign.formulation.protocol import policies_in_force
from netdesign.instance import NodeKind
from netdesign.instance.blocks import Objective
from netdesign.report.compare_further import best_lines, further_records, further_tables
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.words import MEASURES, amount, difference, open_centres, share, tonnes
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.check import Checked
    from netdesign.analysis.compare import ComparisonRow
    from netdesign.analysis.compare_further import BestNetwork
    from netdesign.analysis.further_columns import FurtherColumns
    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.report.words import Measure

_MOST_MOVES = 10
"""Most cities in the table of a configuration; ``--format json`` lists all."""


def summary_records(checked: Checked) -> dict[str, object]:
    """Return counts and totals of an instance."""
    instance = checked.instance
    kinds = [node.kind for node in instance.nodes]
    least, most = instance.hub_range
    records: dict[str, object] = {
        "name": instance.name,
        "cities": kinds.count(NodeKind.CITY),
        "overseas_airports": kinds.count(NodeKind.OVERSEAS),
        "sites": len(instance.sites),
        "existing_hubs": sorted(instance.existing - instance.centres),
        "sites_that_may_open": len(instance.candidates),
        "sites_below_threshold": sum(site.below_threshold for site in instance.sites),
        "links": len(instance.links),
        "commodities": len(instance.commodities),
        "volume_t_per_year": float(instance.commodities.volume.sum()),
        "hubs_permitted": f"{least} to {most}",
        "policies": sorted(map(str, policies_in_force(instance))),
        "warnings": len(checked.warnings),
    }
    if instance.chooses_links:
        records["hub_links_that_may_be_chosen"] = len(instance.permitted_links)
    if instance.centres:
        records |= _sorting_centres(instance)
    return records | _years(checked.futures) if checked.futures else records


def _sorting_centres(instance: Instance) -> dict[str, object]:
    """Return records on sorting centres, which are among the sites and no hubs."""
    least, most = instance.centre_range
    return {
        "sorting_centres": len(instance.centres),
        "existing_sorting_centres": sorted(instance.existing & instance.centres),
        "sorting_centres_permitted": f"{least} to {most}",
    }


def _years(futures: tuple[StagedInstance, ...]) -> dict[str, object]:
    """Return records on several years: volumes of the last year by scenario, or by leaf of the tree."""
    first = futures[0]
    volumes = {}
    for staged in futures:
        for leaf in staged.leaves:
            node = staged.nodes[leaf]
            name = f"{staged.scenario} {node.branch}".strip()
            volumes[name] = float(node.instance.commodities.volume.sum())
    return {
        "years": f"{first.stages.first_year} to {first.stages.last_year}",
        "modules": [module.id for module in first.modules],
        "scenarios": [staged.scenario for staged in futures if staged.scenario not in ("base", "tree")],
        "tree_paths": sum(len(staged.leaves) for staged in futures if staged.scenario == "tree"),
        "volume_in_last_year_t": volumes,
    }


def summary_text(checked: Checked) -> str:
    """Return the summary as text."""
    records = summary_records(checked)
    rows = [[name.replace("_", " "), _shown(value)] for name, value in records.items()]
    name, title = checked.instance.name, checked.instance.title
    return render([f"{name}: sound"], [TextTable(title, ["what", "how many"], rows, frozenset({0, 1}))])


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {tonnes(volume)}" for name, volume in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return tonnes(value) if isinstance(value, float) else str(value)


def summary_json(checked: Checked) -> str:
    """Return the summary as JSON, the warnings in full."""
    records = summary_records(checked) | {"warnings": list(checked.warnings)}
    return json.dumps(records, indent=1, ensure_ascii=False) + "\n"


def summary_csv(checked: Checked) -> str:
    """Return the summary as CSV."""
    records = summary_records(checked)
    return to_csv(["what", "how_many"], [[name, _plain(value)] for name, value in records.items()])


def _plain(value: object) -> str:
    """Return a value for other programs, without commas in numbers."""
    if isinstance(value, dict):
        return "; ".join(f"{name} {_plain(volume)}" for name, volume in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def comparison_text(
    rows: Sequence[ComparisonRow],
    further: FurtherColumns = NO_FURTHER,
    best: BestNetwork | None = None,
    objective: Objective = Objective.COST,
) -> str:
    """Return the comparison as text.

    Parameters
    ----------
    rows
        One for each configuration.
    further
        What is asked for beside the usual columns.
    best
        The network against which regret is measured.
    objective
        What is minimised.
    """
    records, measure = comparison_records(rows), MEASURES[objective]
    header = [
        "configuration",
        "EUR/year",
        "against the first",
        "vehicles",
        "inside deadline",
        "t CO2e/year",
        "cities that change hub",
        f"gap, {measure.unit.removesuffix(' a year')}",
    ]
    cells = [_cells(record, measure) for record in records]
    # 0 everywhere means that the instance has no emission factors.
    unused = [] if any(record["co2e_t_per_year"] for record in records) else ["t CO2e/year"]
    unused += [] if "vehicles_eur_per_year" in records[0] else ["vehicles"]
    for name in unused:
        place = header.index(name)
        for row in (header, *cells):
            del row[place]
    lines = [f"{row.name}: {row.failure}" for row in rows if row.failure]
    lines += [f"{row.name}: {note}" for row in rows for note in row.notes]
    usual = TextTable("Configurations side by side", header, cells)
    return render(
        [*lines, *best_lines(best, measure)], [usual, *further_tables(rows, further, measure), *_move_tables(rows)]
    )


def _cells(record: dict[str, object], measure: Measure) -> list[str]:
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
        measure.cell(number("gap")),
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
                f"{row.name}: cities that change hub", ["city", "from", "to", "t/year"], cells, frozenset({0, 1, 2})
            )
        )
    return tables


def comparison_records(rows: Sequence[ComparisonRow], further: FurtherColumns = NO_FURTHER) -> list[dict[str, object]]:
    """Return one record for each configuration, for JSON and CSV."""
    first = next((row.network.costs.total for row in rows if row.network and row.network.costs), None)
    records = [_record(row, first) for row in rows]
    vehicles = [row.network.costs.vehicles if row.network and row.network.costs else None for row in rows]
    if any(eur is not None for eur in vehicles):
        for record, eur in zip(records, vehicles, strict=True):
            record["vehicles_eur_per_year"] = eur
    centres = [open_centres(row.network) if row.network else [] for row in rows]
    if any(load.kind is not None for row in rows if row.network for load in row.network.hub_loads):
        for record, own in zip(records, centres, strict=True):
            record["sorting_centres"] = own
    return [record | more for record, more in zip(records, further_records(rows, further), strict=True)]


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


def comparison_json(rows: Sequence[ComparisonRow], further: FurtherColumns = NO_FURTHER) -> str:
    """Return the comparison as JSON, with all cities that change hub, and each failure where they are asked for."""
    records = comparison_records(rows, further)
    for record, row in zip(records, rows, strict=True):
        record["moves"] = [vars(move) for move in row.moves]
        if row.failures is not None:
            record["outages"] = [one.model_dump(mode="json", exclude={"operation"}) for one in row.failures.outages]
    return json.dumps(records, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def comparison_csv(rows: Sequence[ComparisonRow], further: FurtherColumns = NO_FURTHER) -> str:
    """Return CSV text with one row for each configuration."""
    records = comparison_records(rows, further)
    header = list(records[0])
    return to_csv(header, [[_csv_cell(record[name]) for name in header] for record in records])


def _csv_cell(value: object) -> object:
    return "; ".join(map(str, value)) if isinstance(value, list) else value
