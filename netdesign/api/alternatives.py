"""``alternatives``, for Python and for the command line, and its answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from netdesign.analysis.call import AlternativesCall, TimingAlternativesCall
from netdesign.api.answers import NetworkAnswer, shown_amount
from netdesign.api.checked import names_of
from netdesign.api.checked_call import checked_call
from netdesign.api.given import given_of
from netdesign.api.keywords import AnyYearsOptions, in_words_of_python
from netdesign.api.options import margin_of, network_number
from netdesign.api.over_years import is_over_years, parts_over_years, refuse_those_of_one, refuse_those_of_several
from netdesign.api.reported import Report, ReportedAnswer, answered
from netdesign.api.tables import Columns, html_list, html_table
from netdesign.api.timing_alternatives import TimingAlternativesAnswer
from netdesign.errors import UsageError
from netdesign.report.alternatives import (
    alternatives_csv,
    alternatives_lines,
    alternatives_records,
    alternatives_text,
)
from netdesign.report.words import counted
from netdesign.results.alternatives_document import AlternativesDocument, MovePart
from netdesign.solve.registry import ONE_YEAR, STAGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from netdesign.api.checked import Texts
    from netdesign.api.checked_call import CheckedCall
    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.report.sentences import Asked
    from netdesign.results.alternatives_document import ConditionPart
    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument

    AnyInstance = Instance | Given | str | Path


class AlternativesAnswer(ReportedAnswer["AlternativesDocument"]):
    """All networks within a margin of the best; ``document`` is the content of the result file.

    Attributes
    ----------
    networks
        The networks, the best first.
    is_complete
        Whether it is proven that no other permitted network is within the margin.
    others_bound
        No permitted network that is not listed has less; None where none is left, or nothing is proven.
    limit
        Largest objective within the margin; None without a plan.

    Examples
    --------
    >>> import netdesign as nd
    >>> near = nd.alternatives("tiny", within="20%")
    >>> [one.hubs for one in near.networks], near.is_complete
    ([('B', 'D'), ('B', 'E'), ('B',)], True)
    """

    REPORT = Report(alternatives_lines, alternatives_text, alternatives_csv, alternatives_records)

    def __init__(
        self, document: AlternativesDocument, notes: Iterable[str | None], asked: Asked, files: tuple[Path, ...]
    ) -> None:
        super().__init__(document, notes, asked, files)
        self.networks = tuple(NetworkAnswer(one.network) for one in document.networks)
        self.is_complete, self.others_bound, self.limit = document.is_complete, document.others_bound, document.limit

    @property
    def best(self) -> NetworkAnswer | None:
        """The best network; None without a plan."""
        return self.networks[0] if self.networks else None

    @property
    def diverse(self) -> tuple[NetworkAnswer, ...]:
        """The networks that differ most; empty where they are not asked for."""
        chosen = self.document.diverse
        return () if chosen is None else tuple(self.networks[place - 1] for place in chosen.places)

    @property
    def condition(self) -> ConditionPart | None:
        """The best network with and without the sites of the call, against the best; None where none are named."""
        return self.document.condition

    @property
    def moves(self) -> Columns:
        """Cities that change their hub under the condition; no rows without one."""
        moves = [] if self.condition is None else self.condition.moves
        return Columns({name: [getattr(move, name) for move in moves] for name in MovePart.model_fields})

    def __repr__(self) -> str:
        name, number = self.document.instance.name, counted(len(self.networks), "network")
        return f"<AlternativesAnswer {name}: {number}, {self.termination}>"

    def _repr_html_(self) -> str:
        rows = [
            [", ".join(one.hubs), shown_amount(one.objective), shown_amount(part.difference)]
            for one, part in zip(self.networks, self.document.networks, strict=True)
        ]
        title = f"alternatives {self.document.instance.name}"
        table = html_table(["hubs", "objective", "above the best"], rows)
        return html_list(title, [*self.sentences, *self.notes]) + table


@in_words_of_python
def alternatives(
    instance: AnyInstance,
    *,
    within: str | float = "1%",
    with_: Texts = (),
    without: Texts = (),
    diverse: int | None = None,
    most: int | None = None,
    resume: str | Path | None = None,
    keep: Callable[[Any], None] | None = None,
    **options: Unpack[AnyYearsOptions],
) -> AlternativesAnswer | TimingAlternativesAnswer:
    """List all networks within a margin of the best, as ``netdesign alternatives`` does.

    Over several years these are the first decisions with a plan within the margin: what is ordered and closed in the
    first year, each with the best plan that begins with it.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    within
        How much more a network may have than the best: a share such as ``"1%"``, or an amount of the objective.
    with_, without
        Ids of sites: what the best network costs in which the first are open, and the others are not; over several
        years, the best plan that orders at the first in the first year, and not at the others.
    diverse, most
        How many networks to choose that differ most, of one year, and how many to list at most.
    resume, keep
        Of one year, the result file of an earlier call, whose list is gone on with; and a function that gets the list
        so far.
    options
        Model, years, what may open, changed values, engine, limits and callbacks; see ``AnyYearsOptions``.

    Raises
    ------
    InstanceError
        The instance is wrong; all faults at once.
    UsageError
        An option is wrong, or model or engine cannot state the problem; or there is nothing to go on from.
    ContradictionError
        What the earlier call left is false.
    """
    asked = given_of(instance)
    parts: dict[str, Any] = {
        "within": partial(margin_of, within),
        "with_sites": partial(names_of, "--with", with_),
        "without_sites": partial(names_of, "--without", without),
        "most": partial(network_number, "--most", most),
    }
    if is_over_years(asked, options):
        return _over_years(asked, options, parts, {"diverse": diverse, "resume": resume}, keep)
    parts["diverse"] = partial(network_number, "--diverse", diverse)
    return _of_one_year(asked, options, parts, resume, keep)


def _of_one_year(
    asked: Given,
    options: AnyYearsOptions,
    parts: dict[str, Any],
    resume: str | Path | None,
    keep: Callable[[Any], None] | None,
) -> AlternativesAnswer:
    """List networks; ``parts`` check what the call has of its own."""
    from netdesign.analysis.alternatives import list_alternatives

    checked: CheckedCall[AlternativesCall, AlternativesDocument] = checked_call(
        AlternativesCall,
        asked,
        ONE_YEAR,
        options,
        resume=resume,
        keep=keep,
        **parts,
    )
    refuse_those_of_several(options)
    return answered(AlternativesAnswer, asked, checked, list_alternatives, checked.earlier(AlternativesDocument))


def _over_years(
    asked: Given,
    options: AnyYearsOptions,
    parts: dict[str, Any],
    of_one: dict[str, Any],
    keep: Callable[[Any], None] | None,
) -> TimingAlternativesAnswer:
    """List first decisions; ``of_one`` has what is for one year."""
    from netdesign.analysis.timing.alternatives import list_first_decisions

    checked: CheckedCall[TimingAlternativesCall, TimingAlternativesDocument] = checked_call(
        TimingAlternativesCall, asked, STAGED, options, keep=keep, **parts, **parts_over_years(options)
    )
    if of_one["diverse"] is not None:
        why = "counts the open sites that networks share, and first decisions differ by sizes too"
        message = f"--diverse: {why}; leave it out"
        raise UsageError(message)
    refuse_those_of_one({**options, **of_one}, {"resume": None})
    return answered(TimingAlternativesAnswer, asked, checked, list_first_decisions)
