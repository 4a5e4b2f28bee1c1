"""``netdesign tipping``: the values of figures at which the best network changes."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.cli.sharing import shares_options
from netdesign.cli.timing import LevelOption, RiskOption, ScenarioOption, TreeOption


def _end(text: str) -> float:
    """Return an end of a range."""
    try:
        return float(text)
    except ValueError:
        message = f"'{text}' is not a number; a call has one figure, with both ends or none, or two by --grid A B"
        raise typer.BadParameter(message) from None


@shares_options("resume", "cluster", engine=opt.EveryEngineOption)
def tipping(
    instance: opt.InstanceArgument,
    figure: Annotated[
        str | None,
        typer.Argument(
            metavar="FIGURE",
            help="Path of one figure, as for --set. Left out: each that the instance states a range for.",
            show_default=False,
        ),
    ] = None,
    low: Annotated[
        float | None,
        typer.Argument(
            metavar="LOW", parser=_end, help="Lower end of its range; left out, as stated.", show_default=False
        ),
    ] = None,
    high: Annotated[
        float | None, typer.Argument(metavar="HIGH", parser=_end, help="Upper end.", show_default=False)
    ] = None,
    width: Annotated[
        str,
        typer.Option(
            "--width", metavar="W", help="Share of a range to which a change is narrowed down where it is not exact."
        ),
    ] = "1%",
    grid: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--grid",
            metavar="A B",
            help="The best network over two figures, as a map: each a path, or PATH=LOW:HIGH.",
            show_default=False,
        ),
    ] = None,
    steps: Annotated[int, typer.Option("--steps", metavar="N", help="Number of values of each figure of --grid.")] = 9,
    tree: TreeOption = False,
    scenario: ScenarioOption = None,
    risk: RiskOption = None,
    level: LevelOption = None,
    **shared: Any,
) -> None:
    """Find the values of figures that change the best network.

    Where cost moves along a line with the figure, the values are exact and all there are. Elsewhere single values are
    solved, each with its proof, and a change is narrowed down to --width; what lies between is not looked at. --grid
    solves the points of a grid over two figures.

    Over several years these are the values at which the first decision of the best plan changes: what is ordered and
    closed in the first year. Then --tree, --scenario, --risk, --level and --engine are those of timing; a grid is of
    one year.
    """
    typed = locals()
    from netdesign.api.tipping import tipping as question

    ask(question, typed, figure, low, high)
