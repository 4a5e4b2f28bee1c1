"""What is in an instance, for ``netdesign check``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netdesign.formulation.protocol import policies_in_force
from netdesign.instance import NodeKind
from netdesign.report.tables import Table, render, to_csv
from netdesign.report.words import tonnes

if TYPE_CHECKING:
    from netdesign.instance import Instance


def summary_records(instance: Instance, warnings: tuple[str, ...]) -> dict[str, object]:
    """Return counts and totals of an instance."""
    kinds = [node.kind for node in instance.nodes]
    least, most = instance.hub_range
    return {
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
        "policies": sorted(policy.value for policy in policies_in_force(instance)),
        "warnings": len(warnings),
    }


def summary_text(instance: Instance, warnings: tuple[str, ...]) -> str:
    """Return the summary as text."""
    records = summary_records(instance, warnings)
    rows = [[name.replace("_", " "), _shown(value)] for name, value in records.items()]
    return render([f"{instance.name}: sound"], [Table(instance.title, ["what", "how many"], rows, frozenset({0, 1}))])


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return tonnes(value) if isinstance(value, float) else str(value)


def summary_json(instance: Instance, warnings: tuple[str, ...]) -> str:
    """Return the summary as JSON, the warnings in full."""
    records = summary_records(instance, warnings) | {"warnings": list(warnings)}
    return json.dumps(records, indent=1, ensure_ascii=False) + "\n"


def summary_csv(instance: Instance, warnings: tuple[str, ...]) -> str:
    """Return the summary as CSV."""
    records = summary_records(instance, warnings)
    return to_csv(["what", "how_many"], [[name, _shown(value)] for name, value in records.items()])
