"""The options that the commands of questions share, in one place and one order."""

from __future__ import annotations

from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from netdesign.cli import options as opt
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHARED = "shared"
"""Parameter of a command that has them, by name."""

READING = ("format_in", "nodes", "alpha", "fixed_costs", "capacities", "capacity", "flows", "fixed_cost_factor")
"""Those that say how the instance is read, in the order of ``Reading``."""


def _of_all(
    hubs: opt.HubsOption = None,
    max_new: opt.MaxNewOption = None,
    open_: opt.OpenOption = None,
    close: opt.CloseOption = None,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    model: opt.ModelOption = None,
    engine: opt.EngineOption = AUTO,
    format_in: opt.FormatInOption = "netdesign",
    nodes: opt.NodesOption = None,
    alpha: opt.AlphaOption = None,
    fixed_costs: opt.FixedCostsOption = None,
    capacities: opt.CapacitiesOption = None,
    capacity: opt.CapacityOption = None,
    flows: opt.FlowsOption = None,
    fixed_cost_factor: opt.FixedCostFactorOption = None,
    gap: opt.GapOption = 1e-6,
    time_limit: opt.TimeLimitOption = None,
    threads: opt.ThreadsOption = 1,
    seed: opt.SeedOption = 0,
    format_: opt.FormatOption = opt.Format.TABLE,
    output: opt.OutputOption = None,
    resume: opt.ResumeOption = False,
    cluster: opt.ClusterOption = None,
    notes: opt.NotesOption = False,
    quiet: opt.QuietOption = False,
) -> None:
    """Have all of them."""


def shares_options(*without: str, **other: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of all questions after its own; it gets them as ``**shared``.

    Parameters
    ----------
    without
        Options that it has not, or that are among its own.
    other
        What takes the place of an option, by name; its default stays.
    """

    def give(command: Callable[..., None]) -> Callable[..., None]:
        own = [one for one in _parameters(command) if one.kind is not one.VAR_KEYWORD]
        shared = [
            one.replace(annotation=other.get(one.name, one.annotation))
            for one in _parameters(_of_all)
            if one.name not in without
        ]

        return with_parameters(command, [*own, *shared])

    return give


def with_parameters(command: Callable[..., None], parameters: Sequence[Parameter]) -> Callable[..., None]:
    """Return a command with other parameters than it is written with, as typer reads them."""

    @wraps(command)
    def changed(**typed: Any) -> None:
        command(**typed)

    changed.__signature__ = signature(command).replace(parameters=parameters)  # type: ignore[attr-defined]
    changed.__annotations__ = {one.name: one.annotation for one in parameters}
    return changed


def _parameters(command: Callable[..., None]) -> list[Parameter]:
    """Return parameters with annotations that are no texts, as typer takes them from a signature that is set."""
    return list(signature(command, eval_str=True).parameters.values())
