"""``netdesign solve``: whether and where to open hubs."""

from __future__ import annotations

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.solve.registry import AUTO


def solve(
    instance: opt.InstanceArgument,
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
    gap: opt.GapOption = 1e-6,
    time_limit: opt.TimeLimitOption = None,
    threads: opt.ThreadsOption = 1,
    seed: opt.SeedOption = 0,
    format_: opt.FormatOption = opt.Format.TABLE,
    output: opt.OutputOption = None,
    resume: opt.ResumeOption = False,
    cluster: opt.ClusterOption = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Say whether a further hub pays, where, and by how much: the best network against today's, with its bound."""
    typed = locals()
    from netdesign.api import calls

    ask(calls.solve, typed)
