"""The instance: frozen data, schema, reading."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netdesign.instance.data import Instance as Instance
    from netdesign.instance.parts import Commodities as Commodities
    from netdesign.instance.parts import GivenLegs as GivenLegs
    from netdesign.instance.parts import Link as Link
    from netdesign.instance.parts import Node as Node
    from netdesign.instance.parts import NodeKind as NodeKind
    from netdesign.instance.parts import Site as Site
    from netdesign.instance.parts import Stream as Stream
    from netdesign.instance.read import read_instance as read_instance


_FOUND_IN = {"Instance": "data", "read_instance": "read"}
"""Modules of these names; the others are in `parts`."""


def __getattr__(name: str) -> Any:
    # Loaded at first use: help texts need the names of formats without numpy.
    return getattr(import_module(f"{__name__}.{_FOUND_IN.get(name, 'parts')}"), name)
