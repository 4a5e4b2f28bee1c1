"""Policies that are registered in a test, and are forgotten after it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netdesign.instance.policies import FREIGHT, Policies
from netdesign.instance.schema import InstanceDocument

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def forgotten_policies() -> Iterator[None]:
    """Forget at the end what was registered meanwhile."""
    freight, fields = list(FREIGHT), set(Policies.model_fields)
    try:
        yield
    finally:
        for name in set(Policies.model_fields) - fields:
            del Policies.model_fields[name]
            delattr(Policies, name)
        if len(FREIGHT) > len(freight):
            FREIGHT[:] = freight
            for model in (Policies, InstanceDocument):
                model.model_rebuild(force=True)
