"""The part of ``netdesign.stress/1`` on drawn worlds."""

from __future__ import annotations

from pydantic import Field

from netdesign.results.part import Part
from netdesign.solve.core.outcome import Termination


class DrawsPart(Part):
    """What networks cost in drawn worlds."""

    termination: Termination = Field(description="Why looking stopped; worlds that were looked at before count.")
    asked: int = Field(description="Worlds that the call asks for.")
    worlds: int = Field(description="Worlds in which all networks were looked at.")
