"""Format numbers, names and the values of each objective for people."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.instance.blocks import Objective
from netdesign.instance.figures import paths_of
from netdesign.instance.rows import SiteKind
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from netdesign.results.alternatives_document import AlternativesDocument
    from netdesign.results.document import NetworkPart, ResultDocument
    from netdesign.results.part import Ended
    from netdesign.results.stress_document import StressDocument
    from netdesign.results.sweep_document import SweepDocument
    from netdesign.results.tipping_document import TippingDocument

_ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

_NOTHING = 0.005
"""Amounts under half a cent are rounding."""

_SMALL, _SMALL_IN_COLUMN = 10.0, 100.0
"""Amounts under which cents are shown, also where there are none."""

_CENTS_IN_SENTENCE, _CENTS_IN_COLUMN = 1_000.0, 10_000.0
"""Amounts up to which cents are shown unless they are 0."""


def ordinal(number: int) -> str:
    """Return ``second`` for 2; ``12th`` past ten."""
    return _ORDINALS[number] if number < len(_ORDINALS) else f"{number}th"


def with_article(name: str) -> str:
    """Return ``an eighth hub`` for ``eighth hub``, as it is read aloud."""
    return f"{'an' if name.startswith(('eighth', '8', '11th', '18th')) else 'a'} {name}"


def numbers_of_hubs(least: int, most: int) -> str:
    """Return ``1 hub``, ``2 hubs``, or ``1 to 21 hubs``."""
    return number_of_hubs(most) if least == most else f"{least} to {most} hubs"


def number_of_hubs(number: int) -> str:
    """Return ``1 hub``, or ``2 hubs``."""
    return counted(number, "hub")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 world``, or ``2,000 worlds``; the plural has an s unless it is given."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def were(number: int) -> str:
    """Return the verb behind a number of what is past."""
    return "was" if number == 1 else "were"


_POLICIES = {
    "hub_count": "number of hubs",
    "new_hubs": "number of new hubs",
    "forbidden": "forbidden sites",
    "required": "required sites",
    "exclusive": "exclusive groups",
}
"""Words for policies whose keys are none."""


def policy_words(name: str) -> str:
    """Return the words for a policy."""
    return _POLICIES.get(name, name.replace("_", " "))


def network_name(hubs: Iterable[str], centres: Collection[str] = ()) -> str:
    """Return the ids of open sites as ``LGG + PRG with sorting centres MAD-C and ROM-C``.

    Parameters
    ----------
    hubs
        All open sites.
    centres
        Sorting centres, open or not.
    """
    opened = list(hubs)
    own = [name for name in opened if name in centres]
    name = " + ".join(hub for hub in opened if hub not in centres)
    if not own:
        return name
    *others, last = own
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{name} with sorting centre{'s' if others else ''} {listed}"


def open_centres(network: NetworkPart) -> list[str]:
    """Return the sorting centres that the plan of a network opens."""
    return [load.hub for load in network.hub_loads if load.kind is SiteKind.SORTING_CENTRE]


def name_of(network: NetworkPart) -> str:
    """Return the name of a network by the sites that its plan opens."""
    return network_name(network.open_hubs, open_centres(network))


def best_of(what: str, ending: str) -> str:
    """Return ``best network`` where that is proven, else ``best network found so far``.

    Parameters
    ----------
    what
        A noun, or nothing.
    ending
        Why its search stopped, as a ``Termination``.
    """
    return f"best {what}".rstrip() + ("" if ending == Termination.OPTIMAL else " found so far")


def ended_line(ending: Termination) -> str:
    """Return a sentence on what ended a search before its end."""
    whys = {
        Termination.INTERRUPTED: "an interruption",
        Termination.SIZE_LIMIT: "the largest program that is attempted",
    }
    return f"The search was ended by {whys.get(ending, 'the time limit')}."


def ending_of_best(best: Ended, gap: float | None) -> str:
    """Return how the search for the best of a list ended, by what the bounds of all searches prove together.

    Parameters
    ----------
    best
        The best of the list, which need not be what was found first: then its own bound leaves that out.
    gap
        Of the list.
    """
    is_proven = gap is not None and gap <= OPTIMAL_GAP
    return Termination.GAP_REACHED if best.termination == Termination.OPTIMAL and not is_proven else best.termination


def money(eur: float | None) -> str:
    """Return an amount in EUR, or in millions of EUR."""
    if eur is None:
        return "-"
    if abs(eur) >= 1e5:
        return f"EUR {eur / 1e6:,.2f} m"
    is_whole = abs(eur) < _NOTHING or (abs(eur) >= _SMALL and not _has_parts(eur, _CENTS_IN_SENTENCE))
    return f"EUR {eur:z,.0f}" if is_whole else f"EUR {eur:,.2f}"


def amount(eur: float | None) -> str:
    """Return an amount for a column whose unit is EUR."""
    if eur is None:
        return "-"
    is_whole = abs(eur) < _NOTHING or (abs(eur) >= _SMALL_IN_COLUMN and not _has_parts(eur))
    return f"{eur:z,.0f}" if is_whole else f"{eur:,.2f}"


def _has_parts(eur: float, up_to: float = _CENTS_IN_COLUMN) -> bool:
    """Return whether an amount has cents to show: values of the literature differ by cents."""
    return abs(eur) < up_to and abs(eur - round(eur)) >= _NOTHING


def difference(eur: float | None) -> str:
    """Return an amount with its sign for a column whose unit is EUR."""
    if eur is None:
        return "-"
    is_whole = abs(eur) < _NOTHING or (abs(eur) >= _SMALL_IN_COLUMN and not _has_parts(eur))
    return f"{eur:+z,.0f}" if is_whole else f"{eur:+,.2f}"


def tonnes(value: float | None) -> str:
    """Return a volume for a column whose unit is t."""
    if value is None:
        return "-"
    return f"{value:z,.0f}" if abs(value) >= 100 or value == 0 else f"{value:z,.2f}"


def short_name(name: str) -> str:
    """Return the name of a figure, of several places the first and how many they are."""
    paths = paths_of(name)
    return f"{paths[0]} (in {len(paths)} places)" if len(paths) > 1 else paths[0]


def why_none(names: Iterable[str], values: Iterable[float | None]) -> str:
    """Return the sentence on how to ask why no network is feasible where figures have these values."""
    given = ((name, value) for name, value in zip(names, values, strict=True) if value is not None)
    sets = " ".join(f"--set {shlex.quote(f'{path}={value:.15g}')}" for name, value in given for path in paths_of(name))
    call = f"netdesign explain INSTANCE {sets}".rstrip()
    return f"`{call}`, with the other options of this call, says why."


def time_line(times: Mapping[str, float], words: Mapping[str, str]) -> str:
    """Return what each phase took that took any time, by ``words`` in place of its name where these have it."""
    parts = dict(times)
    total = parts.pop("total_s", 0.0)
    shown = {name: f"{seconds:.1f}" for name, seconds in parts.items()}
    named = [
        f"{words.get(name, name.removesuffix('_s').replace('_', ' '))} {seconds}"
        for name, seconds in shown.items()
        if float(seconds)
    ]
    phases = f" ({', '.join(named)})" if named else ""
    return f"Time: {total:.1f} s{phases}"


def share(value: float | None) -> str:
    """Return a share as a percentage."""
    return "-" if value is None else f"{value:z.1%}"


@dataclass(frozen=True)
class Measure:
    """Words for one objective.

    Parameters
    ----------
    row
        Name of the row in a table.
    text
        Formats a value with its unit, for a sentence.
    cell
        Formats a value for a column.
    per
        Words after a value in a sentence.
    pays, saves, more
        Verbs for a further hub that is better or not; for its saving; and for one that is worse.
    same
        Difference that is too small to show.
    centres
        Sorting centres of the instance, which names of networks tell from hubs.
    """

    row: str
    text: Callable[[float | None], str]
    cell: Callable[[float | None], str]
    per: str
    pays: tuple[str, str]
    saves: str
    more: str
    same: float
    centres: frozenset[str] = frozenset()

    def network(self, hubs: Iterable[str]) -> str:
        """Return the name of a network."""
        return network_name(hubs, self.centres)

    @property
    def unit(self) -> str:
        """The unit of a column."""
        return "EUR a year" if self.per else self.row.rpartition(", ")[2]

    def change(self, value: float | None) -> str:
        """Return a difference with its sign for a column."""
        if self.per or value is None:
            return difference(value)
        return f"{'+' * (value >= 0)}{self.cell(value)}"


def _hours(value: float | None) -> str:
    return "-" if value is None else f"{value:z,.2f} h"


def _hours_cell(value: float | None) -> str:
    return "-" if value is None else f"{value:z,.2f}"


def _hubs(value: float | None) -> str:
    return "-" if value is None else f"{value:g} hub{'s' * (value != 1)}"


def _hubs_cell(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


MEASURES = {
    Objective.COST: Measure("cost", money, amount, " a year", ("pays", "does not pay"), "saves", "costs", 0.5),
    Objective.LONGEST_TIME: Measure(
        "longest time, h",
        _hours,
        _hours_cell,
        "",
        ("shortens the longest time", "does not shorten the longest time"),
        "saves",
        "takes",
        0.005,
    ),
    Objective.HUB_NUMBER: Measure(
        "hubs", _hubs, _hubs_cell, "", ("is worth it", "is not needed"), "saves", "takes", 0.5
    ),
}
"""The words for each objective."""


def measure_of(
    result: ResultDocument | AlternativesDocument | TippingDocument | SweepDocument | StressDocument,
) -> Measure:
    """Return the words for the objective of a result."""
    return MEASURES[objective_of(result)]


def objective_of(
    result: ResultDocument | AlternativesDocument | TippingDocument | SweepDocument | StressDocument,
) -> Objective:
    """Return the objective that a result records."""
    return Objective(result.problem["objective"])


def listed(names: Sequence[str]) -> str:
    """Return names as ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def clash_sentence(policies: Sequence[str]) -> str:
    """Return which policies cannot be kept together, without a full stop."""
    if len(policies) == 1:
        return f"{policy_words(policies[0])} cannot be kept"
    return f"{listed([policy_words(name) for name in policies])} clash"
