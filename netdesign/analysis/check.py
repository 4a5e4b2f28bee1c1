"""Check an instance without solving it; notes on a call that are no warnings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign import catalogue
from netdesign.analysis.problem import place_of, read_named, warnings_of
from netdesign.analysis.timing.problem import check_years
from netdesign.errors import InstanceError
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.instance.read import read_staged, scenarios_in
from netdesign.network import build_network, check_routes
from netdesign.network.staged import build_networks

if TYPE_CHECKING:
    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import SolveProblem
    from netdesign.errors import Fault
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.instance.staged import StagedInstance


@dataclass(frozen=True)
class Checked:
    """A sound instance.

    Parameters
    ----------
    instance
        The instance; with several years, the one that the file states.
    warnings
        Warnings about the instance.
    futures
        Base path, scenarios and tree of an instance over several years; else empty.
    """

    instance: Instance
    warnings: tuple[str, ...]
    futures: tuple[StagedInstance, ...] = ()


def check_instance(name_or_path: Named, call: Call) -> Checked:
    """Read an instance and check that every commodity has a route, in every year of every scenario.

    Raises
    ------
    InstanceError
        Every fault of the files, or every commodity without a route; with ``is_strict`` every warning.
    """
    instance = read_named(name_or_path, call)
    if not instance.has_stages:
        found = check_routes(instance, build_network(instance))
        return Checked(instance, warnings_of(instance, found, is_strict=call.is_strict))
    futures: list[StagedInstance] = []
    faults: list[Fault] = []
    warnings: dict[Fault, None] = {}
    path = place_of(name_or_path, call)
    for scenario in scenarios_in(path, call.overrides, call.reading):
        try:
            staged = read_staged(path, call.overrides, call.reading, scenario)
            warnings |= dict.fromkeys(check_years(staged, build_networks(staged)))
            futures.append(staged)
        except InstanceError as error:
            faults += error.faults
    if faults:
        raise InstanceError(faults)
    return Checked(instance, warnings_of(instance, warnings, is_strict=call.is_strict), tuple(futures))


def model_note(problem: SolveProblem) -> str | None:
    """Return a note that the model solves another problem than the instance states, or None."""
    if problem.instance.problem == problem.stated:
        return None
    # Only a model that was named solves something else, and it is loaded already.
    name = problem.formulation.__name__.rsplit(".", 1)[-1]
    return f"--model {name} solves {problem.instance.problem}; the instance states {problem.stated}"


def reading_notes(named: Named, call: Call) -> tuple[str | None, ...]:
    """Return notes on the reading: a folder that hides a bundled instance, a factor left out."""
    reading = call.reading
    if reading.format_in == OWN_FORMAT:
        return (catalogue.shadow_note(named) if isinstance(named, str) else None,)
    is_left_out = reading.format_in == "cab" and reading.alpha is None
    if not is_left_out or any(override.startswith("factors") for override in call.overrides):
        return ()
    return ("a cab file has no inter-hub factor: 1 is taken, by which no leg gets cheaper; --alpha gives another",)


def threshold_note(instance: Instance) -> str | None:
    """Return a note on the sites that the size threshold closes, or None."""
    closed = [site.id for site in instance.sites if site.below_threshold and site.id not in instance.allowed]
    if not closed or instance.minimum_cargo is None:
        return None
    return (
        f"{len(closed)} sites are closed by the size threshold of {instance.minimum_cargo:,.0f} t/year of cargo: "
        f"{', '.join(closed)}; --open names one that may open all the same"
    )
