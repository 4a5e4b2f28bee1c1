"""The summary of an instance, for ``netdesign check``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netdesign.formulation.protocol import policies_in_force
from netdesign.instance import NodeKind
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.words import tonnes

if TYPE_CHECKING:
    from netdesign.analysis.check import Checked
    from netdesign.instance.staged import StagedInstance


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
        "existing_hubs": sorted(instance.existing),
        "sites_that_may_open": len(instance.allowed),
        "sites_below_threshold": sum(site.below_threshold for site in instance.sites),
        "links": len(instance.links),
        "commodities": len(instance.commodities),
        "volume_t_per_year": float(instance.commodities.volume.sum()),
        "hubs_permitted": f"{least} to {most}",
        "policies": sorted(map(str, policies_in_force(instance))),
        "warnings": len(checked.warnings),
    }
    return records | _years(checked.futures) if checked.futures else records


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
