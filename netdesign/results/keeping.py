"""Whether a file holds a better answer to the same question than the one that is to take its place."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from netdesign.errors import UsageError
from netdesign.solve.core.outcome import Termination
from netdesign.results.result_file import read_json, result_from
from netdesign.results.staged_document import TimingDocument
from netdesign.results.staged_reading import is_timing, timing_from

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netdesign.results.document import ResultDocument
    from netdesign.results.staged_document import SearchedPart

    Document = ResultDocument | TimingDocument

_RESULTS = ("netdesign.result/", "netdesign.timing/")
_KINDS = {
    "a result": re.compile(rb'\A\s*\{\s*"format"\s*:\s*"netdesign\.(result|timing)/'),
    "an instance": re.compile(rb'(\A\s*\{\s*"format"\s*:\s*"|^format:\s*["\']?)netdesign\.instance/', re.MULTILINE),
    "a workbook": re.compile(rb"\APK\x03\x04"),
    "a graph in GraphML": re.compile(rb"<graphml\b"),
    "a map": re.compile(rb'\A\s*\{\s*"type"\s*:\s*"FeatureCollection"'),
    "a graph in node-link JSON": re.compile(rb'\A\s*\{\s*"(directed|multigraph)"\s*:'),
}
"""Kinds of files that netdesign reads or writes, by what they begin with."""

_START = 4096
"""Bytes in which a file says what it is, after comments if it has some."""

_HOW = ("engine", "gap", "threads", "seed")
"""Options that say how an answer is sought, not to what."""

_TIE = 1e-9
"""Share of an objective under which two are the same."""


def result_in(path: Path) -> Document | None:
    """Return the result that a file holds, or None where it holds none."""
    try:
        data = read_json(path)
        return timing_from(path, data) if is_timing(data) else result_from(path, data)
    except UsageError:
        return None


def check_replaces_result(path: Path | None) -> None:
    """Check that what is to hold a result holds none yet, another result, or nothing.

    Raises
    ------
    UsageError
        It holds something else, which would be lost.
    """
    if path is not None and path.exists() and path.stat().st_size and kind_of_file(path) != "a result":
        message = f"{path}: is no result of netdesign; name another file, or remove it first"
        raise UsageError(message)


def check_replaces_no_other(path: Path, kind: str) -> None:
    """Check that an export of some kind takes the place of no file of another kind, as far as that can be told.

    Raises
    ------
    UsageError
        It does.
    """
    found = kind_of_file(path) if path.exists() else None
    if found not in (None, kind):
        message = f"{path}: holds {found}; name another file, or remove it first"
        raise UsageError(message)


def kind_of_file(path: Path) -> str | None:
    """Return what a file holds, None where it is nothing that netdesign reads or writes."""
    try:
        with path.open("rb") as file:
            start = file.read(_START)
        found = next((kind for kind, mark in _KINDS.items() if mark.search(start)), None)
        if found is None and start.lstrip().startswith(b"{"):
            # Another program may have sorted the keys of a result.
            data = read_json(path)
            is_result = isinstance(data, dict) and str(data.get("format")).startswith(_RESULTS)
            return "a result" if is_result else None
    except (OSError, UsageError):
        return None
    return found


def is_no_answer(document: Document) -> bool:
    """Tell whether a limit ended a search before there was a plan: nothing for which anything is to be given up."""
    return document.objective is None and document.termination is not Termination.INFEASIBLE


def is_better(old: Document, new: Document) -> bool:
    """Tell whether an earlier result answers the same question better than a new one, which was not proven.

    A plan is better than none, the cheaper plan is better, of equal ones that with the smaller gap, and of those the
    one beside which nothing was cut short. That no plan is permitted is better than not to know.
    """
    if _question(old) != _question(new):
        return False
    if new.termination in (Termination.OPTIMAL, Termination.INFEASIBLE) and not _is_cut_short(new):
        return False
    old_cost, new_cost = (math.inf if one.objective is None else one.objective for one in (old, new))
    if not _is_same(old_cost, new_cost):
        return old_cost < new_cost
    if math.isinf(new_cost):
        return old.termination is Termination.INFEASIBLE
    old_gap, new_gap = (math.inf if one.gap is None else one.gap for one in (old, new))
    if abs(old_gap - new_gap) > _TIE:
        return old_gap < new_gap
    return _is_cut_short(new) and not _is_cut_short(old)


def has_better_plan(old: Document, new: Document) -> bool:
    """Tell whether an earlier result has a better plan for the same question, whatever was proven of either."""
    if old.objective is None or _question(old) != _question(new):
        return False
    return new.objective is None or (old.objective < new.objective and not _is_same(old.objective, new.objective))


def _is_same(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= _TIE * max(abs(one), abs(other)) < math.inf


def _question(document: Document) -> tuple[object, ...]:
    options = {name: value for name, value in document.options.items() if name not in _HOW}
    # By what name the instance was called does not matter: its digest says which it is.
    reader = {name: value for name, value in document.reader.items() if name != "instance"}
    return document.format, document.instance.digest, document.problem, options, reader


def _is_cut_short(document: Document) -> bool:
    """Tell whether a limit ended a search that stands beside the plan's."""
    if not isinstance(document, TimingDocument):
        return False
    return document.termination == "running" or any(one.termination.is_limit for one in _beside(document))


def _beside(document: TimingDocument) -> Iterator[SearchedPart]:
    yield from (path.known for path in document.paths if path.known is not None)
    yield from (delay.later for delay in document.delays)
    yield from (year.best for year in document.single_years)
    if document.values is not None:
        yield from (document.values.mean, document.values.mean_on_tree)
        if document.values.fixed is not None:
            yield document.values.fixed
