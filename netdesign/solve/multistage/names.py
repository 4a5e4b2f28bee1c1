"""Names of the staged engines; the command line knows them without loading an engine."""

from __future__ import annotations

from enum import StrEnum


class StagedEngineName(StrEnum):
    """Engines for stages by name, and the choice among them."""

    AUTO = "auto"
    MONOLITHIC = "monolithic"
    DYNAMIC = "dynamic"
    CONFIGURATIONS = "configurations"
    DECOMPOSITION = "decomposition"
