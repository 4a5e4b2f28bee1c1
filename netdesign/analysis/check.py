"""Is an instance sound: everything that can be said about it without solving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign import catalogue
from netdesign.instance import read_instance
from netdesign.network import build_network, check_routes

if TYPE_CHECKING:
    from netdesign.instance import Instance


def check_instance(name_or_path: str, overrides: tuple[str, ...] = ()) -> tuple[Instance, tuple[str, ...]]:
    """Read an instance and look for a route for every commodity; return it with its warnings.

    Raises
    ------
    InstanceError
        Every fault of the files, or every commodity without a route.
    """
    instance = read_instance(catalogue.find_instance(name_or_path), overrides)
    return instance, check_routes(instance, build_network(instance))
