"""Check an instance without solving it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.analysis.problem import place_of, read_named, warnings_of
from netdesign.analysis.timing.problem import check_years
from netdesign.errors import InstanceError
from netdesign.instance.read import read_staged, scenarios_in
from netdesign.network import build_network, check_routes
from netdesign.network.staged import build_networks

if TYPE_CHECKING:
    from netdesign.analysis.call import Call
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
