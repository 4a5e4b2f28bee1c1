"""From the words of a call, or of a result file, to a problem that is ready to be solved."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from netdesign import __version__, catalogue
from netdesign.analysis.users_model import load_model
from netdesign.errors import UsageError
from netdesign.evaluate import check_can_judge
from netdesign.formulation.protocol import check_can_state, policies_in_force
from netdesign.instance import read_instance
from netdesign.instance.options import HubOptions, apply_hub_options
from netdesign.network import build_network, check_routes

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network


@dataclass(frozen=True)
class Call:
    """What a call says about a problem; recorded in the result and read from it again.

    Parameters
    ----------
    overrides
        ``path=value`` each.
    hub_options
        About hubs.
    model
        Name or file of the formulation.
    """

    overrides: tuple[str, ...] = ()
    hub_options: HubOptions = field(default_factory=HubOptions)
    model: str = "multiple_allocation_path"

    def to_record(self) -> dict[str, object]:
        """Return the options as a result records them."""
        hubs = self.hub_options
        return {
            "set": list(self.overrides),
            "hubs": hubs.hubs,
            "max_new": hubs.max_new,
            "open": list(hubs.opened),
            "close": list(hubs.closed),
            "model": self.model,
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Call:
        """Return the call that a result recorded, but never a model file of the user's.

        The referee prices plans without a model, and a result, which may be a stranger's, must not run code.

        Raises
        ------
        UsageError
            The record was changed into something else.
        """
        try:
            hubs = HubOptions(
                record["hubs"],
                record["max_new"],
                tuple(map(str, record["open"])),
                tuple(map(str, record["close"])),
            )
            if not all(isinstance(n, int | None) and not isinstance(n, bool) for n in (hubs.hubs, hubs.max_new)):
                raise TypeError
            if any(isinstance(record[name], str) for name in ("open", "close", "set")):
                raise TypeError
            is_bundled = record["model"] in catalogue.models()
            return cls(tuple(map(str, record["set"])), hubs, record["model"] if is_bundled else cls.model)
        except (KeyError, TypeError):
            message = "options: the result does not record the options of a solve"
            raise UsageError(message) from None


@dataclass(frozen=True)
class Problem:
    """An instance with the options of a call in force, its legs, and the model file to state it.

    Parameters
    ----------
    base
        The instance before the options on hubs.
    warnings
        What is odd without being wrong.
    """

    base: Instance
    instance: Instance
    network: Network
    formulation: Formulation
    warnings: tuple[str, ...]


def load_problem(name_or_path: str, call: Call) -> Problem:
    """Read an instance, apply the options and check that the model can state it.

    Raises
    ------
    InstanceError, UsageError
        As reading, options, routes and model demand.
    """
    formulation = load_model(call.model)
    base = read_instance(_instance_path(name_or_path), call.overrides)
    instance = apply_hub_options(base, call.hub_options)
    check_can_state(formulation, instance)
    check_can_judge(instance)
    network = build_network(instance)
    return Problem(base, instance, network, formulation, check_routes(instance, network))


def _instance_path(name_or_path: str) -> Path:
    return catalogue.find_instance(name_or_path)


def threshold_note(instance: Instance) -> str | None:
    """Say which sites the size threshold closes, or None."""
    closed = [site.id for site in instance.sites if site.below_threshold and site.id not in instance.allowed]
    if not closed or instance.minimum_cargo is None:
        return None
    return (
        f"{len(closed)} sites are closed by the size threshold of {instance.minimum_cargo:,.0f} t/year of cargo: "
        f"{', '.join(closed)}; --open names one that may open all the same"
    )


def problem_record(instance: Instance) -> dict[str, object]:
    """Return the problem as a result records it."""
    return {
        "allocation": instance.problem.allocation.value,
        "objective": instance.problem.objective.value,
        "policies": sorted(policy.value for policy in policies_in_force(instance)),
    }


def versions() -> dict[str, str]:
    """Return the versions of what answers."""
    found = {"netdesign": __version__, "python": platform.python_version()}
    for package in ("pyomo", "highspy", "networkx", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    return found
