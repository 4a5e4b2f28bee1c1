"""``netdesign export``: models, graphs, plans and tables of plans for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import print_message, print_warnings
from netdesign.cli.export_target import CONTENT, OF_RESULTS, ONLY_OF_RESULTS, Target, target_by_ending
from netdesign.cli.exported_plan import export_plan, is_result
from netdesign.cli.output import check_output
from netdesign.errors import UsageError
from netdesign.instance.dialect import Dialect

if TYPE_CHECKING:
    from netdesign.analysis.call import Call


SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="INSTANCE|RESULT", help="An instance; geojson, cities, parquet: a result.", show_default=False
    ),
]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="File to write.", show_default=False)]
ToOption = Annotated[
    Target | None,
    typer.Option(
        "--to",
        help="Format; by the ending of FILE if left out. excel, csv: of an instance or a result; geojson, cities, "
        "parquet: of a result; all others: of an instance.",
        show_default=False,
    ),
]
InstanceOption = Annotated[
    str | None,
    typer.Option("--instance", help="Instance of the result; the one it records if left out.", show_default=False),
]
HubsOption = Annotated[
    int | None,
    typer.Option("--hubs", metavar="P", help="Of a result: its network with P hubs.", show_default=False),
]
NetworkOption = Annotated[
    str | None,
    typer.Option("--network", metavar="A,B", help="Of a result: its network of these open sites.", show_default=False),
]


def export(
    source: SourceArgument,
    file: FileArgument,
    to: ToOption = None,
    instance: InstanceOption = None,
    hubs: HubsOption = None,
    network: NetworkOption = None,
    dialect: opt.DialectOption = Dialect.COMMA,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    model: opt.ModelOption = None,
    format_in: opt.FormatInOption = "netdesign",
    nodes: opt.NodesOption = None,
    alpha: opt.AlphaOption = None,
    fixed_costs: opt.FixedCostsOption = None,
    capacities: opt.CapacitiesOption = None,
    capacity: opt.CapacityOption = None,
    flows: opt.FlowsOption = None,
    fixed_cost_factor: opt.FixedCostFactorOption = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Write a model, a graph, a map or a table for other programs.

    Of an instance, lp and mps are its model, and graphml, nodelink, excel and csv are the instance itself. Of the plan
    of a result, excel is a workbook, csv a folder with the same sheets as files, geojson a map, cities a CSV that says
    which city is served from which hub, and parquet a table of all routes. It is that of the best network, or of the
    one that --hubs or --network names.
    """
    from netdesign.analysis.call import Call
    from netdesign.instance.published.reading import Reading

    asked = target_by_ending(file) if to is None else to
    is_of_result = is_result(Path(source)) or (asked in ONLY_OF_RESULTS and not _is_instance(source))
    _check_options(asked, source, is_of_result, hubs, network, dialect)
    if is_of_result:
        if set_ or strict:
            message = f"--{'set' if set_ else 'strict'} has no effect on a result; it records its own options"
            raise UsageError(message)
        sites = None if network is None else [name.strip() for name in network.split(",")]
        export_plan(Path(source), instance, asked, file, dialect, hubs, sites)
    else:
        reading = Reading(format_in, nodes, alpha, fixed_costs, capacities, capacity, flows, fixed_cost_factor)
        call = Call(tuple(set_ or ()), model=model, reading=reading, is_strict=strict)
        _export_instance(source, asked, file, dialect, call, quiet=quiet)
    print_message(f"{file} written{f' as {asked}, by its ending' if to is None else ''}", quiet=quiet)


def _export_instance(name: str, to: Target, file: Path, dialect: Dialect, call: Call, *, quiet: bool) -> None:
    """Write an instance or its model, and warn of what is odd in it."""
    from netdesign.analysis.problem import reading_notes
    from netdesign.api.given import Given
    from netdesign.catalogue import find_model

    if to is not Target.CSV:
        check_output(file, Given(name, call.reading), *([] if call.model is None else [find_model(call.model)]))
    # Warn about unused rows and columns here: they are not written, so the file cannot warn later.
    print_warnings(_written(name, to, file, call, dialect), *reading_notes(name, call), quiet=quiet)


def _check_options(
    to: Target, source: str, is_of_result: bool, hubs: int | None, network: str | None, dialect: Dialect
) -> None:
    """Raise a UsageError for a format or an option that is not for what is exported."""
    message = ""
    if is_of_result and to not in OF_RESULTS:
        message = f"{source} is a result; {to} is made of an instance. Of a result: {', '.join(OF_RESULTS)}"
    elif not is_of_result and to in ONLY_OF_RESULTS:
        message = f"{source} is an instance; {to} is made of a result: netdesign solve {source} -o FILE writes one"
    elif not is_of_result and not (hubs is None and network is None):
        message = f"{'--hubs' if network is None else '--network'} names a network of a result; {source} is none"
    elif dialect is not Dialect.COMMA and to is not Target.CSV:
        message = f"--dialect {dialect} has no effect on {to}; it is for csv"
    if message:
        raise UsageError(message)


def _is_instance(source: str) -> bool:
    """Return whether a name is surely that of an instance; other files are read as results, and refused as such."""
    from netdesign.catalogue import instances

    path = Path(source)
    return path.is_dir() or path.suffix in (".yaml", ".yml") or (not path.exists() and source in instances())


def _written(name: str, to: Target, file: Path, call: Call, dialect: Dialect) -> tuple[str, ...]:
    """Write an instance or its model, and return warnings."""
    from netdesign.analysis.problem import load_problem, read_named, source_named, warnings_of
    from netdesign.io.instance_files import write_graphml, write_nodelink
    from netdesign.io.model_files import write_model
    from netdesign.io.workbook_file import write_excel, write_instance_csv
    from netdesign.results.earlier_results import check_replaces_no_other

    if to in (Target.LP, Target.MPS):
        problem = load_problem(name, call)
        check_replaces_no_other(file, CONTENT.get(to, ""))
        write_model(problem.instance, problem.network, problem.formulation, to.value, file)
        return problem.warnings
    instance, source = read_named(name, call), source_named(name, call)  # all faults, before anything is written
    warnings = warnings_of(instance, (), is_strict=call.is_strict)
    check_replaces_no_other(file, CONTENT.get(to, ""))
    if to is Target.EXCEL:
        write_excel(source, file)
    elif to is Target.CSV:
        write_instance_csv(source, file, dialect)
    elif to is Target.GRAPHML:
        write_graphml(source, file)
    else:
        write_nodelink(source, file)
    return warnings
