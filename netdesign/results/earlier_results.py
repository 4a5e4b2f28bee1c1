"""Results of earlier calls: better answers that must be kept, and plans that a search resumes from."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from netdesign.errors import ContradictionError, UsageError
from netdesign.instance.resolve_stages import TREE
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.document import ResultDocument
from netdesign.results.result_file import DocumentT, read_any, read_json, read_result
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_document import TimingDocument

    Document = ResultDocument | AlternativesDocument | TimingDocument

_RESULTS = ("netdesign.result/", "netdesign.timing/", "netdesign.alternatives/")
_KINDS = {
    "a result": re.compile(rb'\A\s*\{\s*"format"\s*:\s*"netdesign\.(result|timing|alternatives)/'),
    "an instance": re.compile(rb'(\A\s*\{\s*"format"\s*:\s*"|^format:\s*["\']?)netdesign\.instance/', re.MULTILINE),
    "a workbook": re.compile(rb"\APK\x03\x04"),
    "a graph in GraphML": re.compile(rb"<graphml\b"),
    "a map": re.compile(rb'\A\s*\{\s*"type"\s*:\s*"FeatureCollection"'),
    "a graph in node-link JSON": re.compile(rb'\A\s*\{\s*"(directed|multigraph)"\s*:'),
}
"""Kinds of files that netdesign reads or writes, by their first bytes."""

_START = 4096
"""Bytes that are read to find the kind of a file, comments included."""

_HOW = ("engine", "gap", "threads", "seed")
"""Options that change the search, not the question."""

_PROVING = ("netdesign", "highspy")
"""What proves: bounds of other versions are not taken over."""

_ANEW = "; start anew without it"

_TIE = 1e-9
"""Relative difference below which two objectives are equal."""


def result_in(path: Path) -> Document | None:
    """Return the result in a file, or None where it holds none."""
    try:
        return read_any(path)
    except UsageError:
        return None


def check_replaces_result(path: Path | None) -> None:
    """Check that an output file is missing, empty or a result.

    Raises
    ------
    UsageError
        The file holds something else, which would be lost.
    """
    if path is not None and path.exists() and path.stat().st_size and kind_of_file(path) != "a result":
        message = f"{path}: is no result of netdesign; name another file, or remove it first"
        raise UsageError(message)


def check_replaces_no_other(path: Path, kind: str) -> None:
    """Check that an export replaces no file of another kind, as far as the first bytes show it.

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
    """Return the kind of a file, None where netdesign neither reads nor writes it."""
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
    """Return whether a limit ended a search before it had a plan; such a result must not replace any other."""
    return document.objective is None and document.termination is not Termination.INFEASIBLE


def is_better(old: Document, new: Document) -> bool:
    """Return whether an earlier result answers the same question better than a new one, which is not proven.

    A plan is better than none, a cheaper plan is better, then a smaller gap, then a result without interrupted
    searches, then a longer list of alternatives. Proven infeasibility is better than no answer.
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
    return _is_cut_short(new) and (not _is_cut_short(old) or _listed(old) > _listed(new))


def has_better_plan(old: Document, new: Document) -> bool:
    """Return whether an earlier result has a better plan for the same question, proven or not, or a longer list."""
    if old.objective is None or _question(old) != _question(new):
        return False
    if new.objective is None or not _is_same(old.objective, new.objective):
        return new.objective is None or old.objective < new.objective
    return _listed(old) > _listed(new)


def _listed(document: Document) -> int:
    """Return how many networks are found within a margin of the best; 0 where that is not the question."""
    return len(document.networks) if isinstance(document, AlternativesDocument) else 0


def _is_same(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= _TIE * max(abs(one), abs(other)) < math.inf


def _question(document: Document) -> tuple[object, ...]:
    options = {name: value for name, value in document.options.items() if name not in _HOW}
    # The path of the instance does not matter, as its digest identifies it.
    reader = {name: value for name, value in document.reader.items() if name != "instance"}
    return document.format, document.instance.digest, document.problem, options, reader


def _is_cut_short(document: Document) -> bool:
    """Return whether a limit ended one of the further searches, or the file was written before the end."""
    return document.is_running or (not isinstance(document, ResultDocument) and document.is_cut_short)


def partial_path(output: Path) -> Path:
    """Return the path of the incumbent until the output is written."""
    return output.with_name(f"{output.name}.partial")


def earlier_document(output: Path, kind: type[DocumentT]) -> DocumentT | None:
    """Return the document of an earlier call: its incumbent, else its result; None where there is neither.

    Raises
    ------
    UsageError
        The file is no result of the kind.
    """
    found = next((path for path in (partial_path(output), output) if path.exists()), None)
    return None if found is None else read_result(found, kind)


def check_goes_on(
    document: Document, options: Mapping[str, Any], instance: Instance, versions: Mapping[str, str]
) -> None:
    """Check that an earlier call asked the same, of the same instance, by the same program.

    Parameters
    ----------
    document
        The document of the earlier call.
    options
        Recorded options of this call, those of reading included.
    instance
        The instance with them.
    versions
        Of what answers.

    Raises
    ------
    UsageError
        It did not; names the first difference.
    """
    earlier = {name: value for name, value in document.reader.items() if name != "instance"} | document.options
    asked = {name: value for name, value in options.items() if name not in _HOW}
    for name in (*asked, *(name for name in document.reader if name not in (*asked, "instance"))):
        if earlier.get(name) != asked.get(name):
            message = f"--resume: the earlier call had {_option(name, earlier.get(name))}; repeat it as it was"
            raise UsageError(message)
    if document.instance.name != instance.name:
        message = f"--resume: the earlier call was about {document.instance.name}, not {instance.name}"
        raise UsageError(message + _ANEW)
    if document.instance.digest != instance.digest:
        message = "--resume: the files of the instance have changed since"
        raise UsageError(message + _ANEW)
    for name in _PROVING:
        before, now = document.versions.get(name), versions.get(name)
        if before != now:
            message = f"--resume: the earlier call was answered by {name} {before or 'of no version'}, this is {now}"
            raise UsageError(message + _ANEW)


def plan_to_go_on_from(document: TimingDocument, staged: StagedInstance) -> StagedPlan | None:
    """Return the plan of an earlier call about the same problem, or None where it has none.

    Raises
    ------
    UsageError
        It is no plan of the instance.
    """
    from netdesign.results.staged_result import plan_from_timing

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
