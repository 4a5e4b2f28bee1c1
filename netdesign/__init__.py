"""Hub-network design with proof: whether, where and how many hubs to open.

Each name is loaded when it is first used, so that ``import netdesign`` is fast; ``__init__.pyi`` lists the names for
type checkers.

Examples
--------
>>> import netdesign as nd
>>> nd.solve("tiny").best.hubs
('B', 'D')
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

_ERRORS = ("ContradictionError", "Fault", "InstanceError", "NetdesignError", "SolverError", "UsageError")
_FOUND_IN = {
    **dict.fromkeys(("AlternativesAnswer", "alternatives"), "netdesign.api.alternatives"),
    **dict.fromkeys(("SolveAnswer", "TimingAnswer"), "netdesign.api.answers"),
    **dict.fromkeys(("ExplainAnswer", "explain"), "netdesign.api.explain"),
    **dict.fromkeys(("CheckAnswer", "CompareAnswer", "check"), "netdesign.api.findings"),
    **dict.fromkeys(("VerifyAnswer", "verify"), "netdesign.api.verify"),
    **dict.fromkeys(("compare", "solve", "timing"), "netdesign.api.calls"),
    **dict.fromkeys(("SweepAnswer", "sweep"), "netdesign.api.sweep"),
    **dict.fromkeys(("StressAnswer", "stress"), "netdesign.api.stress"),
    **dict.fromkeys(("FrontierAnswer", "frontier"), "netdesign.api.frontier"),
    **dict.fromkeys(("Page", "report"), "netdesign.api.page"),
    **dict.fromkeys(("TippingAnswer", "tipping"), "netdesign.api.tipping"),
    "TimingAlternativesAnswer": "netdesign.api.timing_alternatives",
    "TimingStressAnswer": "netdesign.api.timing_stress",
    "TimingTippingAnswer": "netdesign.api.timing_tipping",
    "Instance": "netdesign.api.instance",
    "read": "netdesign.api.read",
    **dict.fromkeys(
        ("register_engine", "register_format", "register_model", "register_policy"), "netdesign.api.plugins"
    ),
    **dict.fromkeys(("EngineRecord", "States"), "netdesign.solve.engine_record"),
    **dict.fromkeys(_ERRORS, "netdesign.errors"),
}

__all__ = ["__version__", *sorted(_FOUND_IN)]


class _Front(ModuleType):
    """The package, whose ``solve`` and ``report`` are questions, also once the packages of these names are loaded."""

    @property
    def solve(self) -> object:
        return import_module("netdesign.api.calls").solve

    @solve.setter
    def solve(self, package: ModuleType) -> None:
        """Let the import of the package pass, which would put it in the place of the question."""

    @property
    def report(self) -> object:
        return import_module("netdesign.api.page").report

    @report.setter
    def report(self, package: ModuleType) -> None:
        """Let the import of the package pass, likewise."""


sys.modules[__name__].__class__ = _Front


def __getattr__(name: str) -> object:
    if name not in _FOUND_IN:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found = getattr(import_module(_FOUND_IN[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
