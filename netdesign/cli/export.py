"""``netdesign export``: models, graphs, plans and tables of plans for other programs."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import print_message, print_warnings
from netdesign.cli.output import check_output
from netdesign.errors import UsageError

if TYPE_CHECKING:
    from netdesign.analysis.call import Call


class Target(StrEnum):
    """Format of the file."""

    LP = "lp"
    MPS = "mps"
    GRAPHML = "graphml"
    NODELINK = "nodelink"
    EXCEL = "excel"
    GEOJSON = "geojson"
    CITIES = "cities"


_KINDS = {
    Target.GRAPHML: "a graph in GraphML",
    Target.NODELINK: "a graph in node-link JSON",
    Target.EXCEL: "a workbook",
    Target.GEOJSON: "a map",
}
"""Content of a file that an export may replace; a model file is plain text and cannot be recognised."""


def export(
    source: Annotated[
        str,
        typer.Argument(metavar="INSTANCE|RESULT", help="An instance; geojson, cities: a result.", show_default=False),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.", show_default=False)],
    to: Annotated[Target, typer.Option("--to", help="geojson, cities: of a result; all others: of an instance.")],
    instance: Annotated[
        str | None,
        typer.Option("--instance", help="Instance of the result; the one it records if left out.", show_default=False),
    ] = None,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    model: opt.ModelOption = None,
    format_in: opt.FormatInOption = "netdesign",
    nodes: opt.NodesOption = None,
    alpha: opt.AlphaOption = None,
    fixed_costs: opt.FixedCostsOption = None,
    capacities: opt.CapacitiesOption = None,
    capacity: opt.CapacityOption = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Write a model, a graph, a map or a table for other programs.

    Of an instance, lp and mps are its model, and graphml, nodelink and excel are the instance itself. Of a result,
    geojson is a map, and cities a CSV that says which city is served from which hub.
    """
    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import reading_notes
    from netdesign.api.given import Given
    from netdesign.catalogue import find_model
    from netdesign.instance.published.reading import Reading

    if to in (Target.GEOJSON, Target.CITIES):
        if set_ or strict:
            message = f"--{'set' if set_ else 'strict'} has no effect on a result; it records its own options"
            raise UsageError(message)
        _export_plan(Path(source), instance, to, file)
    else:
        reading = Reading(format_in, nodes, alpha, fixed_costs, capacities, capacity)
        call = Call(tuple(set_ or ()), model=model, reading=reading, is_strict=strict)
        check_output(file, Given(source, reading), *([] if model is None else [find_model(model)]))
        # Warn about unused rows and columns here: they are not written, so the file cannot warn later.
        print_warnings(_export_instance(source, to, file, call), *reading_notes(source, call), quiet=quiet)
    print_message(f"{file} written", quiet=quiet)


def _export_instance(name: str, to: Target, file: Path, call: Call) -> tuple[str, ...]:
    """Write an instance or its model, and return warnings."""
    from netdesign.analysis.problem import load_problem, read_named, source_named, warnings_of
    from netdesign.io.instance_files import write_graphml, write_nodelink
    from netdesign.io.model_files import write_model
    from netdesign.io.workbook_file import write_excel
    from netdesign.results.earlier_results import check_replaces_no_other

    if to in (Target.LP, Target.MPS):
        problem = load_problem(name, call)
        check_replaces_no_other(file, _KINDS.get(to, ""))
        write_model(problem.instance, problem.network, problem.formulation, to.value, file)
        return problem.warnings
    instance, source = read_named(name, call), source_named(name, call)  # all faults, before anything is written
    warnings = warnings_of(instance, (), is_strict=call.is_strict)
    check_replaces_no_other(file, _KINDS.get(to, ""))
    if to is Target.EXCEL:
        write_excel(source, file)
    elif to is Target.GRAPHML:
        write_graphml(source, file)
    else:
        write_nodelink(source, file)
    return warnings


def _export_plan(result: Path, instance: str | None, to: Target, file: Path) -> None:
    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import load_problem
    from netdesign.api.given import Given
    from netdesign.catalogue import instances
    from netdesign.evaluate import evaluate, hubs_of_cities
    from netdesign.io.geojson import plan_geojson
    from netdesign.io.output_file import write_text
    from netdesign.report.cities import cities_csv
    from netdesign.results.document import ResultDocument
    from netdesign.results.earlier_results import check_replaces_no_other
    from netdesign.results.result import cities_part, plan_from_document
    from netdesign.results.result_file import read_result

    if result.is_dir() or result.suffix in (".yaml", ".yml") or (not result.exists() and str(result) in instances()):
        message = f"{result} is an instance; {to} is made of a result: netdesign solve {result} -o FILE writes one"
        raise UsageError(message)
    document = read_result(result, ResultDocument)
    if document.plan is None:
        message = f"{result}: holds no plan ({document.termination})"
        raise UsageError(message)
    name, call = instance or str(document.reader.get("instance", "")), Call.from_document(document)
    check_output(file, Given(name, call.reading), result)
    problem = load_problem(name, call)
    plan = plan_from_document(document.plan, problem.instance)
    check_replaces_no_other(file, _KINDS.get(to, ""))
    if to is Target.CITIES:
        # Priced again, as results of earlier versions do not have the table.
        evaluation = evaluate(problem.instance, problem.network, plan)
        write_text(file, cities_csv(cities_part(hubs_of_cities(problem.instance, plan, evaluation), problem.instance)))
        return
    geojson = plan_geojson(problem.instance, problem.network, plan)
    write_text(file, json.dumps(geojson, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
