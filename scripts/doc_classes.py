"""The twelve classes of hub location of the literature as Markdown: models that state each, engines that answer it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign import catalogue
from netdesign.analysis.bench.records import Finding
from netdesign.formulation.protocol import states_years, to_be_stated
from netdesign.instance import read_instance
from netdesign.instance.objects import source_of_matrices
from netdesign.instance.policies import Policy, stated
from netdesign.solve.registry import ONE_YEAR
from scripts.doc_measurements import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.bench.records import Record
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Source

_COLUMNS = ("class", "hubs", "allocation", "network", "models", "engines", "published values reproduced")

_OBJECTIVES = {
    "pHMP": ("U", "p hubs"),
    "HLP": ("U", "fixed costs"),
    "CHLP": ("C", "fixed costs, capacities"),
}
"""Whether hubs are capacitated, and in words, by the end of the name; without a C that the name has in front."""

HUBS = 3
_CITIES = 6


@dataclass(frozen=True)
class HubClass:
    """One of the classes.

    Parameters
    ----------
    objective
        Key of ``_OBJECTIVES``.
    allocation
        ``multiple`` or ``single``.
    network
        ``complete`` or ``chosen``.
    """

    objective: str
    allocation: str
    network: str

    @property
    def problem(self) -> str:
        """Name of the class with a complete network, as tables of optima have it."""
        capacitated = _OBJECTIVES[self.objective][0]
        return f"{capacitated}{self.allocation[0].upper()}A{self.objective.removeprefix('C')}"

    @property
    def name(self) -> str:
        """Name of the class."""
        return self.problem if self.network == "complete" else f"incomplete {self.problem}"

    def source(self) -> Source:
        """Return a small instance: cities in the plane, each of which may be a hub."""
        draw = np.random.default_rng(7)
        place = draw.uniform(0, 1000, (_CITIES, 2))
        cost = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
        flow = draw.uniform(1, 10, (_CITIES, _CITIES)) * (1 - np.eye(_CITIES))
        policies: dict[str, Any] = {"hub_count": {"min": HUBS if self.objective == "pHMP" else 1, "max": HUBS}}
        if self.objective == "CHLP":
            policies["capacity"] = {"counts": "collected"}
        if self.network == "chosen":
            policies["hub_links"] = {"max": HUBS - 1, "connected": True}
        options = dict.fromkeys(("names", "hubs", "time_h", "km")) | {
            "collection": 1.0,
            "distribution": 1.0,
            "existing": (),
            "allocation": self.allocation,
            "alpha": 0.5,
            "fixed_costs": 0 if self.objective == "pHMP" else 12_000,
            "capacities": 0.36 * flow.sum() if self.objective == "CHLP" else None,
        }
        blocks = {"problem": {"network": self.network}, "policies": policies}
        return source_of_matrices(flow, cost, options, blocks)

    def instance(self) -> Instance:
        """Return the small instance, resolved."""
        return read_instance(self.source())


CLASSES = tuple(
    HubClass(objective, allocation, network)
    for network, objective, allocation in product(("complete", "chosen"), _OBJECTIVES, ("multiple", "single"))
)


def models_of(instance: Instance) -> list[str]:
    """Return the bundled models, those of services aside, that state a problem with all policies in force."""
    in_force, found = to_be_stated(instance), []
    for name in catalogue.models():
        model = catalogue.load_any_formulation(name)
        is_of_services = Policy.SERVICES in model.POLICIES
        if not states_years(model) and not is_of_services and instance.problem in model.PROBLEMS:
            found += [name] if in_force <= stated(model.POLICIES) else []
    return found


def engines_of(instance: Instance) -> list[str]:
    """Return the engines that state a problem with all policies in force, in the order in which ``auto`` asks them."""
    return [name for name in ONE_YEAR.names if ONE_YEAR.refusal(name, instance) is None]


def classes_markdown(records: Sequence[Record]) -> str:
    """Return the table of all classes; the records are those of the published values."""
    reproduced = Counter(record.problem for record in records if record.finding is Finding.REPRODUCED)
    return table(_COLUMNS, (_line(one, reproduced) for one in CLASSES))


def _line(one: HubClass, reproduced: Counter[str]) -> Sequence[str]:
    instance = one.instance()
    models = ", ".join(f"[{name}](models/{name}.md)" for name in models_of(instance))
    known = str(reproduced[one.problem] or "") if one.network == "complete" else ""
    hubs = _OBJECTIVES[one.objective][1]
    return (one.name, hubs, one.allocation, one.network, models, ", ".join(engines_of(instance)), known)
