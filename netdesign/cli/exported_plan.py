"""The plan of a result as a map, a list of cities, a table of routes, a workbook or a folder of CSV files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.cli.export_target import CONTENT, Target
from netdesign.cli.output import check_output
from netdesign.errors import ContradictionError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.api.given import Given
    from netdesign.instance.dialect import Dialect
    from netdesign.io.sheets_file import Sheet
    from netdesign.report.plan_sheets import PlannedNetwork
    from netdesign.results.result_file import Document
    from netdesign.results.staged_document import TimingDocument


def is_result(path: Path) -> bool:
    """Return whether a file is a result."""
    from netdesign.results.earlier_results import RESULT_OF, kind_of_file

    return path.is_file() and kind_of_file(path) in RESULT_OF.values()


def export_plan(
    path: Path,
    instance: str | None,
    to: Target,
    file: Path,
    dialect: Dialect,
    hubs: int | None,
    sites: Sequence[str] | None,
) -> None:
    """Write the plan of a result, or of one of its networks.

    Parameters
    ----------
    path, instance
        The result, and its instance; None for the one that it records.
    to, file, dialect
        Format, file or folder, and dialect of CSV.
    hubs, sites
        Which network, as ``chosen_network`` takes it; the best where both are None.

    Raises
    ------
    InstanceError, UsageError
        The result or its instance cannot be read, has no such plan, or the file cannot be written.
    ContradictionError
        The referee contradicts a result that was to become sheets.
    """
    from netdesign.api.given import Given
    from netdesign.instance.published.reading import Reading
    from netdesign.io.output_file import write_text
    from netdesign.io.parquet_file import write_routes
    from netdesign.io.sheets_file import write_csv_folder, write_sheets
    from netdesign.results.document import ResultDocument
    from netdesign.results.earlier_results import check_replaces_no_other
    from netdesign.results.result_file import read_any, read_result

    is_sheets = to in (Target.EXCEL, Target.CSV)
    document: Document = read_any(path) if is_sheets else read_result(path, ResultDocument)
    given = Given(instance or str(document.reader.get("instance", "")), Reading.from_record(document.reader))
    if to is not Target.CSV:
        check_output(file, given, path)
        check_replaces_no_other(file, CONTENT.get(to, ""))
    if not is_sheets:
        planned = _planned(path, document, given, hubs, sites)
        if to is Target.PARQUET:
            assert planned.part.plan is not None  # others are not chosen
            write_routes(planned.part.plan.routes, file)
        else:
            write_text(file, _map(planned) if to is Target.GEOJSON else _cities(planned))
        return
    sheets = _sheets(path, document, given.read(), hubs, sites)
    if to is Target.EXCEL:
        write_sheets(sheets, file)
    else:
        write_csv_folder(sheets, file, dialect)


def _sheets(path: Path, document: Document, given: Given, hubs: int | None, sites: Sequence[str] | None) -> list[Sheet]:
    """Return the sheets of a result that the referee confirms."""
    from netdesign.analysis.verify import verify
    from netdesign.report.plan_sheets import plan_sheets
    from netdesign.results.alternatives_document import AlternativesDocument
    from netdesign.results.document import ResultDocument
    from netdesign.results.staged_document import TimingDocument

    if not isinstance(document, ResultDocument | AlternativesDocument | TimingDocument):
        message = f"{path}: is a result of {document.COMMAND}; sheets are made of those of solve, alternatives, timing"
        raise UsageError(message)
    if isinstance(document, TimingDocument) and not (hubs is None and sites is None):
        message = f"{'--hubs' if sites is None else '--network'} has no effect on a result over years: it has one plan"
        raise UsageError(message)
    found, _ = verify(given.named, document)
    if found.contradictions:
        first, *others = found.contradictions
        more = f" (and {len(others)} more)" if others else ""
        message = f"{path}: {first}{more}; nothing is written, netdesign verify tells all"
        raise ContradictionError(message)
    if isinstance(document, TimingDocument):
        return _sheets_over_years(path, document, given)
    return plan_sheets(_planned(path, document, given, hubs, sites))


def _planned(path: Path, document: Any, given: Given, hubs: int | None, sites: Sequence[str] | None) -> PlannedNetwork:
    """Return the network of a result of solve or alternatives that was asked for."""
    from netdesign.analysis.call import AlternativesCall, Call
    from netdesign.analysis.chosen_network import chosen_network
    from netdesign.analysis.problem import load_problem
    from netdesign.report.plan_sheets import PlannedNetwork
    from netdesign.results.document import ResultDocument
    from netdesign.results.named_plan import plan_from_document

    part = chosen_network(path, document, hubs, sites)
    call = (Call if isinstance(document, ResultDocument) else AlternativesCall).from_document(document)
    problem = load_problem(given.named, call)
    assert part.plan is not None  # others are not chosen
    plan = plan_from_document(part.plan, problem.instance)
    return PlannedNetwork(document, part, problem.instance, problem.network, plan)


def _sheets_over_years(path: Path, document: TimingDocument, given: Given) -> list[Sheet]:
    from netdesign.analysis.call import TimingCall
    from netdesign.analysis.timing.problem import load_timing
    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.report.timing.sheets import timing_sheets

    if not document.nodes:
        message = f"{path}: holds no plan ({document.termination})"
        raise UsageError(message)
    staged = load_timing(given.named, TimingCall.from_document(document)).staged
    names = {node.id: node.name for node in staged.base.nodes}
    return timing_sheets(document, AskedOverYears.of(staged), names)


def _map(planned: PlannedNetwork) -> str:
    from netdesign.io.geojson import plan_geojson

    geojson = plan_geojson(planned.instance, planned.network, planned.plan)
    return json.dumps(geojson, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _cities(planned: PlannedNetwork) -> str:
    from netdesign.evaluate import hubs_of_cities
    from netdesign.report.cities import cities_csv
    from netdesign.results.result import cities_part

    # Priced again, as results of earlier versions do not have the table.
    served = hubs_of_cities(planned.instance, planned.plan, planned.evaluation)
    return cities_csv(cities_part(served, planned.instance))
