"""``netdesign check``: check an instance."""

from __future__ import annotations

from netdesign.cli import options as opt
from netdesign.cli.asking import given_of
from netdesign.cli.output import write_answer


def check(
    instance: opt.InstanceArgument,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    format_in: opt.FormatInOption = "netdesign",
    nodes: opt.NodesOption = None,
    alpha: opt.AlphaOption = None,
    fixed_costs: opt.FixedCostsOption = None,
    capacities: opt.CapacitiesOption = None,
    capacity: opt.CapacityOption = None,
    flows: opt.FlowsOption = None,
    fixed_cost_factor: opt.FixedCostFactorOption = None,
    format_: opt.FormatOption = opt.Format.TABLE,
    quiet: opt.QuietOption = False,
) -> None:
    """Read an instance and list what is wrong with it.

    Where nothing is, it says what is in it.

    All faults of a kind are listed at once; later checks, such as that of routes, follow once these are mended.
    Warnings go to stderr, and with --strict they are faults.
    """
    given = given_of(locals())
    from netdesign.api import findings

    write_answer(findings.check(given, set=set_ or (), strict=strict), format_, quiet=quiet)
