"""Is what stands beside the plan of a timing result true, as far as that shows without a solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.timing.value_of_information import first_orders
from netdesign.analysis.timing.verify_plan import known_costs
from netdesign.analysis.verify_network import TOLERANCE, differs, of_ending
from netdesign.evaluate.risk import scale_of
from netdesign.results.staged_document import RUNNING
from netdesign.results.staged_reading import searched_from
from netdesign.results.staged_result import Searched, excess, is_tree
from netdesign.results.staged_result_file import interval_part, leaf_probability
from netdesign.results.value_of_information import value_of_information, value_of_waiting
from netdesign.solve.core.outcome import Termination, exactness
from netdesign.solve.multistage.calendar import FixedCalendar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_document import IntervalPart, SearchedPart, TimingDocument

_OF_TREE = ("values.fixed", "values.mean_on_tree")


def of_what_stands_beside(document: TimingDocument, staged: StagedInstance, plan: StagedPlan) -> Iterator[str]:
    """Yield what is not true of paths by themselves, delays, single years and values."""
    scale = scale_of(staged.stages.risk, known_costs(document))
    for name, part in searches(document):
        # The values hold plans of the tree against each other, the others are of a path or a year: costs.
        of_tree = name in _OF_TREE
        yield from (f"{name}: {text}" for text in _of_search(part, staged, scale if of_tree else 0.0))
    for path in document.paths:
        if path.known is not None:
            yield from (f"path to {path.leaf}: known.{text}" for text in _cheaper(path.known, path.cost))
    if document.termination == RUNNING:
        return
    if not is_tree(staged):
        yield from _of_delays(document, staged, plan)
        years = [staged.nodes[0].year, staged.nodes[-1].year]
        if [year.year for year in document.single_years] != list(dict.fromkeys(years)):
            yield "single_years: are not the first and the last"
        if document.values is not None:
            yield "values: stated without a tree"
    else:
        if document.delays or document.single_years:
            yield "delays, single_years: stated for a tree"
        yield from _of_values(document, staged, scale)


def searches(document: TimingDocument) -> Iterator[tuple[str, SearchedPart]]:
    """Yield every search that stands beside the plan, with its place."""
    for path in document.paths:
        if path.known is not None:
            yield f"path to {path.leaf}: known", path.known
    for delay in document.delays:
        yield f"delay of {delay.hub}", delay.later
    for year in document.single_years:
        yield f"single year {year.year}", year.best
    if document.values is not None:
        if document.values.fixed is not None:
            yield "values.fixed", document.values.fixed
        yield "values.mean", document.values.mean
        yield "values.mean_on_tree", document.values.mean_on_tree


def _of_search(part: SearchedPart, staged: StagedInstance, scale: float) -> Iterator[str]:
    sites, modules = staged.base.site_position, {module.id for module in staged.modules}
    strange = [order.hub for order in part.orders if order.hub not in sites]
    strange += [order.module for order in part.orders if order.module not in modules]
    strange += [closing.hub for closing in part.closings if closing.hub not in sites]
    if strange:
        yield f"names what the instance does not have: {', '.join(dict.fromkeys(strange))}"
    ended = part.termination in (Termination.OPTIMAL, Termination.GAP_REACHED)
    if part.objective is None:
        if part.orders or part.closings:
            yield "orders and closings are stated without an objective"
        if ended:
            yield f"termination: states {part.termination} without an objective"
        return
    if part.termination is Termination.INFEASIBLE:
        yield "termination: states infeasible beside an objective"
    if part.bound is None:
        if ended:
            yield f"bound: is missing, though the search ended with {part.termination}"
        return
    yield from of_ending(part.termination, part.objective, part.bound, scale)


def _cheaper(known: SearchedPart, cost: float) -> Iterator[str]:
    """Say where a path by itself cannot be true: the plan's own way along it is one of its plans."""
    if known.termination is Termination.INFEASIBLE:
        yield "termination: states infeasible; the plan's own way is permitted"
    if known.bound is not None and known.bound > cost * (1 + TOLERANCE):
        yield f"bound: {known.bound} is over {cost}, what the plan costs on the path"
    if known.termination is Termination.OPTIMAL and (known.objective or 0.0) > cost * (1 + TOLERANCE):
        yield f"objective: states optimal at {known.objective}; the plan costs {cost} on the path"


def _of_delays(document: TimingDocument, staged: StagedInstance, plan: StagedPlan) -> Iterator[str]:
    ordered = first_orders(staged, plan)
    if {delay.hub: delay.ordered for delay in document.delays} != ordered:
        listed = ", ".join(f"{hub} in {year}" for hub, year in ordered.items()) or "none"
        yield f"delays: are not those of the new hubs that the plan orders: {listed}"
        return
    for delay in document.delays:
        name = f"delay of {delay.hub}"
        early = [order.year for order in delay.later.orders if order.hub == delay.hub and order.year <= delay.ordered]
        if early:
            yield f"{name}: later.orders: it is ordered in {early[0]}, not after {delay.ordered}"
        yield from _no_cheaper(f"{name}: later", delay.later, document, 0.0)
        extra = excess(searched_from(delay.later), _plan_of(document))
        yield from _of_interval(f"{name}: extra_cost", delay.extra_cost, interval_part(extra))


def _no_cheaper(name: str, part: SearchedPart, document: TimingDocument, scale: float) -> Iterator[str]:
    """Say where a plan that is permitted less is stated to cost less than any plan."""
    if part.objective is not None and document.bound is not None:
        slack = TOLERANCE * exactness(part.objective, scale)
        if part.objective < document.bound - slack:
            yield f"{name}.objective: {part.objective} is under the bound {document.bound} of all plans"


def _plan_of(document: TimingDocument) -> Searched:
    bound = float("-inf") if document.bound is None else document.bound
    ending = Termination.TIME_LIMIT if document.termination == RUNNING else Termination(document.termination)
    return Searched(ending, document.objective, bound)


def _of_interval(name: str, stated: IntervalPart, true: IntervalPart) -> Iterator[str]:
    for field, value in vars(true).items():
        if differs(getattr(stated, field), value):
            yield f"{name}.{field}: states {getattr(stated, field)}; objectives and bounds give {value}"


def _of_values(document: TimingDocument, staged: StagedInstance, scale: float) -> Iterator[str]:
    values = document.values
    if values is None:
        yield "values: are missing"
        return
    refusal = FixedCalendar.refusal(staged)
    if values.fixed_refusal != refusal or (values.fixed is None) != (refusal is not None):
        yield f"values.fixed_refusal: states {values.fixed_refusal}; the instance gives {refusal}"
        return
    known = [searched_from(path.known) for path in document.paths if path.known is not None]
    if len(known) != len(staged.leaves):
        yield "paths: what each costs by itself is missing"
        return
    tree = _plan_of(document)
    fixed = searched_from(values.fixed) if values.fixed is not None else None
    information = value_of_information(tree, known, staged.stages.risk, leaf_probability(staged))
    true = {
        "waiting": value_of_waiting(tree, fixed),
        "perfect_information": information,
        "stochastic_solution": excess(searched_from(values.mean_on_tree), tree),
    }
    for name, interval in true.items():
        yield from _of_interval(f"values.{name}", getattr(values, name), interval_part(interval))
    for name, part in (("fixed", values.fixed), ("mean_on_tree", values.mean_on_tree)):
        if part is not None:
            yield from _no_cheaper(f"values.{name}", part, document, scale)
    if values.mean_on_tree.objective is not None and (values.mean_on_tree.orders, values.mean_on_tree.closings) != (
        values.mean.orders,
        values.mean.closings,
    ):
        yield "values.mean_on_tree: orders and closings are not those of values.mean"
