"""The instance: frozen data, schema, reading."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netdesign.instance.data import Commodities as Commodities
    from netdesign.instance.data import GivenLegs as GivenLegs
    from netdesign.instance.data import Instance as Instance
    from netdesign.instance.data import Link as Link
    from netdesign.instance.data import Node as Node
    from netdesign.instance.data import NodeKind as NodeKind
    from netdesign.instance.data import Site as Site
    from netdesign.instance.data import Stream as Stream
    from netdesign.instance.read import read_instance as read_instance


def __getattr__(name: str) -> Any:
    # Loaded at first use: help texts need the names of formats without numpy.
    return getattr(import_module(f"{__name__}.{'read' if name == 'read_instance' else 'data'}"), name)
