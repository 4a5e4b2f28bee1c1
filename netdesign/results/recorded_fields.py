"""Fields that results of several commands have, each with one description."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

EngineFact = Literal["name", "model", "reason"]
"""Keys of the record of the engine; ``model`` only where the engine uses a formulation."""

FormulatedEngine = Annotated[dict[EngineFact, str], Field(description="Engine, model and why they were taken.")]
Bound = Annotated[
    float | None, Field(description="No permitted network has less, in the same unit; null if nothing is proven.")
]
Gap = Annotated[float | None, Field(description="(objective - bound) / objective; null without a plan.")]
Options = Annotated[dict[str, Any], Field(description="Options of the call; verify applies them again.")]
Reader = Annotated[dict[str, Any], Field(description="How the instance was read; verify reads it the same way.")]
Versions = Annotated[dict[str, str], Field(description="Versions of what answered.")]
Times = Annotated[
    dict[str, float], Field(description="Seconds by phase; the only part that differs between equal runs.")
]
