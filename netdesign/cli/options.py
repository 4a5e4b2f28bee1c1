"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netdesign.cli.completion import instance_names, model_names, site_lists
from netdesign.instance.dialect import DIALECTS, Dialect
from netdesign.instance.published.formats import names_that_take
from netdesign.solve.registry import AUTO, ONE_YEAR, STAGED

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.solve.registry import Registry


OTHER_FORMATS = "Instances in other formats"
"""Heading of options in the help that are for files in published formats, graphs and workbooks."""


def _engine(*registries: Registry[Any, Any]) -> Any:
    """Return the option that takes the name of an engine."""

    def allowed() -> tuple[str, ...]:
        return tuple(dict.fromkeys((AUTO, *(name for registry in registries for name in registry.names))))

    def checked(name: str) -> str:
        if name not in allowed():
            message = f"'{name}' is not one of {', '.join(map(repr, allowed()))}."
            raise typer.BadParameter(message)
        return name

    def begun(incomplete: str) -> list[str]:
        return [name for name in allowed() if name.startswith(incomplete)]

    metavar = f"<{'|'.join(allowed())}>"
    text = "What answers; auto takes the one that suits and says why."
    return typer.Option("--engine", metavar=metavar, callback=checked, help=text, autocompletion=begun)


InstanceArgument = Annotated[
    str,
    typer.Argument(
        metavar="INSTANCE",
        help="Folder, file, or the name of a bundled instance.",
        show_default=False,
        autocompletion=instance_names,
    ),
]
HubsOption = Annotated[
    int | None,
    typer.Option(
        "--hubs",
        metavar="P",
        help="Exactly P hubs, existing ones counted, whatever number the policies state.",
        show_default=False,
    ),
]
MaxNewOption = Annotated[
    int | None,
    typer.Option(
        "--max-new",
        metavar="N",
        help="At most N hubs beside the existing ones, whatever largest number the policies state.",
        show_default=False,
    ),
]
OpenOption = Annotated[
    list[str] | None,
    typer.Option(
        "--open",
        metavar="A,B",
        help="Sites that must open, closed ones too.",
        show_default=False,
        autocompletion=site_lists,
    ),
]
CloseOption = Annotated[
    list[str] | None,
    typer.Option(
        "--close", metavar="C", help="Sites that must not open.", show_default=False, autocompletion=site_lists
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a value of the instance, e.g. road.truck_load_t=6 or hubs.PRG.status=closed.",
        show_default=False,
    ),
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="What is odd in the instance is wrong: warnings end the call with exit code 3.")
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME|FILE",
        help="Formulation, and with it the problem; by default the one that states the instance's problem. "
        "A FILE is run as Python: trust it as you trust a program.",
        show_default=False,
        autocompletion=model_names,
    ),
]
EngineOption = Annotated[str, _engine(ONE_YEAR)]
StagedEngineOption = Annotated[str, _engine(STAGED)]
EveryEngineOption = Annotated[str, _engine(ONE_YEAR, STAGED)]
FormatInOption = Annotated[
    str,
    typer.Option(
        "--format-in",
        metavar="FORMAT",
        help="Format of INSTANCE; `netdesign import --help` lists them.",
        rich_help_panel=OTHER_FORMATS,
    ),
]
DialectOption = Annotated[
    Dialect,
    typer.Option("--dialect", help=f"Of --to csv: {DIALECTS}"),
]
DialectInOption = Annotated[
    Dialect | None,
    typer.Option(
        "--dialect",
        help=f"Of a folder of CSV files: {DIALECTS}",
        show_default=False,
    ),
]
NodesOption = Annotated[
    int | None,
    typer.Option(
        "--nodes",
        metavar="N",
        help=f"Cut a file of the format {names_that_take('nodes')} to N nodes.",
        rich_help_panel=OTHER_FORMATS,
        show_default=False,
    ),
]
AlphaOption = Annotated[
    float | None,
    typer.Option(
        "--alpha",
        metavar="A",
        help=f"Inter-hub factor of the format {names_that_take('alpha')}, in place of the file's, or of the usual.",
        rich_help_panel=OTHER_FORMATS,
        min=0.0,
        max=1e6,
        show_default=False,
    ),
]
FixedCostsOption = Annotated[
    str | None,
    typer.Option(
        "--fixed-costs",
        metavar="FILE",
        help=f"Fixed costs of the format {names_that_take('fixed_costs')}, one a node.",
        rich_help_panel=OTHER_FORMATS,
        show_default=False,
    ),
]
CapacitiesOption = Annotated[
    str | None,
    typer.Option(
        "--capacities",
        metavar="FILE",
        help=f"Capacities of the format {names_that_take('capacities')}, one a node.",
        rich_help_panel=OTHER_FORMATS,
        show_default=False,
    ),
]
CapacityOption = Annotated[
    float | None,
    typer.Option(
        "--capacity",
        metavar="Q",
        help=f"Capacity in the place of that word in a file of the format {names_that_take('capacity')}.",
        rich_help_panel=OTHER_FORMATS,
        show_default=False,
    ),
]
FlowsOption = Annotated[
    str | None,
    typer.Option(
        "--flows",
        metavar="WORD",
        help=f"Which flows of the format {names_that_take('flows')}: normalized, as without it, or original.",
        rich_help_panel=OTHER_FORMATS,
        show_default=False,
    ),
]
FixedCostFactorOption = Annotated[
    float | None,
    typer.Option(
        "--fixed-cost-factor",
        metavar="F",
        help=f"Multiplier on the fixed costs of the format {names_that_take('fixed_cost_factor')}; 0 leaves them out.",
        rich_help_panel=OTHER_FORMATS,
        min=0.0,
        max=1e6,
        show_default=False,
    ),
]
DaysOption = Annotated[
    int | None,
    typer.Option("--days", metavar="D", help="Days that what fails is out, instead of those that the instance states."),
]
GapOption = Annotated[
    float,
    typer.Option("--gap", metavar="G", help="Relative gap at which the search may end.", min=0.0, max=1.0),
]
TimeLimitOption = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="S",
        help="Seconds for everything, model building included.",
        show_default=False,
    ),
]
ThreadsOption = Annotated[
    int, typer.Option("--threads", metavar="N", help="Threads of solver and engines.", min=1, max=256)
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="Seed of the solver.", min=0, max=2**31 - 1)]
NotesOption = Annotated[
    bool, typer.Option("--notes", help="Warnings and notes with all that they name, not only how many.")
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", help="No progress and no notes on stderr; warnings and errors stay.")
]


def file_named(text: str) -> Path:
    """Return the path that an option names."""
    if not text.strip():
        message = f"'{text}' names no file."
        raise typer.BadParameter(message)
    return Path(text)


OutputOption = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        parser=file_named,
        metavar="FILE",
        help="Write the result to FILE as JSON. A FILE that already has a better answer to the same question is kept.",
        show_default=False,
    ),
]

ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on from what an earlier call with the same -o FILE has found.")
]

ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Dask scheduler whose workers help, such as tcp://host:8786. Each side can run code "
        "on the other: trust it as you trust a program.",
        show_default=False,
    ),
]


class Shown(StrEnum):
    """What may be shown besides the tables of every answer."""

    CITIES = "cities"


ShowOption = Annotated[
    Shown | None,
    typer.Option("--show", help="What is shown besides; cities: the hub of each city in each network."),
]


class Format(StrEnum):
    """Format of the answer on stdout."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="What stdout carries.")]


def keywords(question: Callable[..., Any], typed: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a command under the keywords of a question."""
    named = {name.removesuffix("_"): value for name, value in typed.items()}
    wanted = [name for name, one in signature(question).parameters.items() if one.kind is one.KEYWORD_ONLY]
    return {name: named[name.removesuffix("_")] for name in wanted if name.removesuffix("_") in named}
