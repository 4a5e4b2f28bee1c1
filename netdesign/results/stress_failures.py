"""The part of ``netdesign.stress/1`` on failures."""

from __future__ import annotations

from pydantic import Field

from netdesign.results.part import Part
from netdesign.solve.core.outcome import Termination


class FailuresPart(Part):
    """What becomes of networks when a hub, a lane or a leg between hubs is out."""

    termination: Termination = Field(description="Why looking stopped.")
    days: int = Field(description="Days that what fails is out.")
