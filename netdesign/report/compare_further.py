"""The columns that ``netdesign compare`` adds on request: cost by part, regret, failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.stress_failures import failure_record, outage_name
from netdesign.report.tables import TextTable
from netdesign.report.words import amount, network_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.compare import ComparisonRow
    from netdesign.analysis.compare_further import BestNetwork
    from netdesign.analysis.further_columns import FurtherColumns
    from netdesign.report.words import Measure
    from netdesign.results.document import CostsPart

_PARTS = ("fixed", "air", "road", "border", "handling", "late", "shortfall")
_VEHICLES = "vehicles"
"""The part that only instances with services have."""


def further_records(rows: Sequence[ComparisonRow], further: FurtherColumns) -> list[dict[str, object]]:
    """Return for each row the columns that are asked for beside the usual ones."""
    records: list[dict[str, object]] = [{} for _ in rows]
    for row, record in zip(rows, records, strict=True):
        if further.parts:
            record |= {f"{name}_eur_per_year": eur for name, eur in _parts(rows, row).items()}
        if further.regret:
            record |= {"regret": row.regret, "regret_at_most": row.regret_at_most}
    if further.failures:
        own = [{} if row.failures is None else failure_record(row.failures) for row in rows]
        names = next((list(record) for record in own if record), [])
        for record, found in zip(records, own, strict=True):
            record |= {name: found.get(name) for name in names}
    return records


def _parts(rows: Sequence[ComparisonRow], row: ComparisonRow) -> dict[str, float | None]:
    """Return the parts that add up to the cost of a row, None without a plan.

    Vehicles and prices of policies are among them where any row has them.
    """
    costs = None if row.network is None else row.network.costs
    every = [one.network.costs for one in rows if one.network is not None and one.network.costs is not None]
    charges = dict.fromkeys(name for one in every for name in one.charges or {})
    names = [*_PARTS, _VEHICLES] if any(one.vehicles is not None for one in every) else _PARTS
    found = {name: None if costs is None else getattr(costs, name) for name in names}
    return found | {name.replace(" ", "_"): _charge(costs, name) for name in charges}


def _charge(costs: CostsPart | None, name: str) -> float | None:
    return None if costs is None else (costs.charges or {}).get(name)


def best_lines(best: BestNetwork | None, measure: Measure) -> list[str]:
    """Return the sentence on the network against which regret is measured, in the words for the objective."""
    if best is None:
        return []
    if best.objective is None:
        return ["Regret is not known: no best network was found."]
    proven = "proven" if not best.termination.is_limit else "the best found so far"
    value = f"{measure.text(best.objective)}{measure.per}"
    return [f"Regret is against {network_name(best.hubs)}, {value}; {proven}."]


def further_tables(rows: Sequence[ComparisonRow], further: FurtherColumns, measure: Measure) -> list[TextTable]:
    """Return the tables of what is asked for beside the usual columns."""
    tables = []
    if further.parts:
        parts = [_parts(rows, row) for row in rows]
        used = [name for name in parts[0] if any(one[name] for one in parts)]
        cells = [[row.name, *(amount(one[name]) for name in used)] for row, one in zip(rows, parts, strict=True)]
        header = ["configuration", *(name.replace("_", " ") for name in used)]
        tables.append(TextTable("Cost by part, EUR a year", header, cells))
    if further.regret:
        cells = [[row.name, measure.change(row.regret), measure.change(row.regret_at_most)] for row in rows]
        tables.append(TextTable(f"Regret, {measure.unit}", ["configuration", "regret", "at most"], cells))
    if further.failures:
        header = ["configuration", "failures a year", "expected", "dearest failure", "EUR each", "t not carried"]
        tables.append(TextTable("With failures, EUR a year", header, [_failures(row) for row in rows]))
    return tables


def _failures(row: ComparisonRow) -> list[str]:
    if row.failures is None:
        return [row.name, *["-"] * 5]
    dearest = max(row.failures.outages, key=lambda one: one.cost_eur or 0.0)
    return [
        row.name,
        amount(row.failures.failure_cost),
        amount(row.failures.expected_cost),
        outage_name(dearest),
        amount(dearest.cost_eur),
        amount(dearest.not_served_t),
    ]
