"""Values of an instance over several years that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.growth import is_nothing, is_volume
from netdesign.instance.stages import RiskMeasure

if TYPE_CHECKING:
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.remarks import Remarks
    from netdesign.instance.stages import Stages


def note_without_effect_over_years(document: InstanceDocument, remarks: Remarks) -> None:
    """Note values about the years that have no effect."""
    stages = document.stages
    if stages is None:
        _note_links_of_one_year(document, remarks)
        return
    _note_stages(document, stages, remarks)
    _note_budget(stages, remarks)
    _note_modules(document, stages, remarks)
    _note_late_links(document, stages, remarks)
    _note_paths(document, remarks)
    for block in ("hub_cost", "sorting_centre_cost"):
        for name in ("area_m2", "sorting_capital_eur"):
            if getattr(getattr(document, block), name, 0.0):
                message = "plays no part in the years, where floor and sorters come with the modules"
                remarks.add((block, name), message)


def _note_stages(document: InstanceDocument, stages: Stages, remarks: Remarks) -> None:
    named = {row.where for row in document.tables.paths}
    for name in stages.scenarios:
        if name not in named:
            remarks.add(("stages", "scenarios", name), "is the base path: the paths table has no points for it")
    if stages.risk.measure is not RiskMeasure.EXPECTED and not document.tables.tree:
        remarks.add(("stages", "risk"), "plays no part: there is no tree, hence nothing uncertain")
    if "minimum_throughput" in stages.model_fields_set and document.policies.minimum_throughput is None:
        remarks.add(("stages", "minimum_throughput"), "plays no part: the policies have no minimum_throughput")
    if stages.contract is not None and stages.contract.most_t_per_year == 0:
        remarks.add(("stages", "contract", "most_t_per_year"), "0 offers nothing")
    if stages.largest_area_m2 is not None and not any(row.area_m2 for row in document.tables.modules):
        remarks.add(("stages", "largest_area_m2"), "plays no part: no module has an area_m2")


def _note_budget(stages: Stages, remarks: Remarks) -> None:
    budget = stages.capital_budget
    if budget is None:
        return
    if budget.carries_over and not budget.by_year_eur:
        remarks.add(("stages", "capital_budget", "carries_over"), "plays no part without by_year_eur")
    for year in budget.by_year_eur:
        if not stages.first_year <= year <= stages.last_year:
            message = f"{year} plays no part: the years are {stages.first_year} to {stages.last_year}"
            remarks.add(("stages", "capital_budget", "by_year_eur", year), message)


def _note_modules(document: InstanceDocument, stages: Stages, remarks: Remarks) -> None:
    rows = list(enumerate(document.tables.modules))
    # `closing: false` that is written is meant.
    if not stages.closing and "closing" not in stages.model_fields_set:
        for name in ("minimum_term_years", "exit_cost_eur"):
            given = [("tables", "modules", index, name) for index, row in rows if getattr(row, name)]
            remarks.add_first(given, "plays no part: hubs close only where stages say `closing: true`")
    both = [("tables", "modules", i, "sorting_capital_eur") for i, r in rows if r.capital_eur and r.sorting_capital_eur]
    remarks.add_first(both, "plays no part beside capital_eur, which is the whole capital")
    idle = [
        ("tables", "modules", index, "labour_share") for index, row in rows if row.labour_share and not row.yearly_eur
    ]
    remarks.add_first(idle, "plays no part without yearly_eur")
    horizon = stages.last_year - stages.first_year
    late = [("tables", "modules", index, "lead_years") for index, row in rows if row.lead_years > horizon]
    remarks.add_first(late, f"plays no part: ordered in {stages.first_year}, it is ready after {stages.last_year}")
    if not stages.peaks:
        given = [("tables", "modules", index, "peak_t_per_day") for index, row in rows if row.peak_t_per_day]
        remarks.add_first(given, "plays no part: stages name no peaks")


def _note_links_of_one_year(document: InstanceDocument, remarks: Remarks) -> None:
    for name in ("lead_years", "capital_eur"):
        rows = enumerate(document.tables.hub_links)
        given = [("tables", "hub_links", index, name) for index, row in rows if getattr(row, name)]
        remarks.add_first(given, "plays no part in one year, in which a link costs its fixed_cost_eur_per_year alone")


def _note_late_links(document: InstanceDocument, stages: Stages, remarks: Remarks) -> None:
    horizon = stages.last_year - stages.first_year
    rows = enumerate(document.tables.hub_links)
    late = [("tables", "hub_links", index, "lead_years") for index, row in rows if row.lead_years > horizon]
    remarks.add_first(late, f"is never there: ordered in {stages.first_year}, it is ready after {stages.last_year}")


def _note_paths(document: InstanceDocument, remarks: Remarks) -> None:
    rows = list(enumerate(document.tables.paths))
    numbers = {row.of for _, row in rows if not is_volume(row.of)}
    nothing = {of for of in numbers if is_nothing(document, of)}
    remarks.add_all(
        (("tables", "paths", index, "of"), f"'{row.of}' is 0, and so is each multiple of it")
        for index, row in rows
        if row.of in nothing
    )
