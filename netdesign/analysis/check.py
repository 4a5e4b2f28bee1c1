"""Is an instance sound: everything that can be said about it without solving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.problem import read_named
from netdesign.network import build_network, check_routes

if TYPE_CHECKING:
    from netdesign.analysis.problem import Call
    from netdesign.instance import Instance


def check_instance(name_or_path: str, call: Call) -> tuple[Instance, tuple[str, ...]]:
    """Read an instance and look for a route for every commodity; return it with its warnings.

    Raises
    ------
    InstanceError
        Every fault of the files, or every commodity without a route.
    """
    instance = read_named(name_or_path, call)
    return instance, check_routes(instance, build_network(instance))
