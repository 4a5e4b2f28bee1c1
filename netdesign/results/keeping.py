"""What an earlier call left: a better answer that is to stay, or a plan to go on from, though that call was killed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from netdesign.errors import ContradictionError, UsageError
from netdesign.instance.resolve_stages import TREE
from netdesign.results.result_file import read_any, read_json, read_result
from netdesign.results.staged_document import RUNNING, TimingDocument
from netdesign.results.staged_result import plan_from_timing
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.document import ResultDocument

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
        return read_any(path)
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
    return isinstance(document, TimingDocument) and (document.termination == RUNNING or document.is_cut_short)


def partial_path(output: Path) -> Path:
    """Return where a call keeps its best plan until the output is written."""
    return output.with_name(f"{output.name}.partial")


def earlier_document(output: Path) -> TimingDocument | None:
    """Return what an earlier call left: its best plan so far, else its result; None where there is neither.

    Raises
    ------
    UsageError
        What is there is no result of timing.
    """
    found = next((path for path in (partial_path(output), output) if path.exists()), None)
    return None if found is None else read_result(found, TimingDocument)


def plan_to_go_on_from(document: TimingDocument, options: dict[str, Any], staged: StagedInstance) -> StagedPlan | None:
    """Return the plan of an earlier call of the same problem, or None where it had none.

    Parameters
    ----------
    document
        What the earlier call left.
    options, staged
        Of the call that goes on, as a result records them; and the years with these in force.

    Raises
    ------
    UsageError
        It was of another instance, or had other options.
    """
    for name, value in options.items():
        if name != "engine" and document.options.get(name) != value:
            message = f"--resume: the earlier call had {_option(name, document.options.get(name))}; repeat it as it was"
            raise UsageError(message)
    if document.instance.digest != staged.base.digest:
        message = "--resume: the files of the instance have changed since; start anew without it"
        raise UsageError(message)
    try:
        return plan_from_timing(document, staged)
    except ContradictionError as error:
        message = f"--resume: {error.message}"
        raise UsageError(message) from None


def _option(name: str, value: object) -> str:
    if (name, value) == ("scenario", TREE):
        return "--tree"
    shown = ",".join(map(str, value)) if isinstance(value, list) else value
    return f"no --{name.replace('_', '-')}" if shown in (None, "") else f"--{name.replace('_', '-')} {shown}"
