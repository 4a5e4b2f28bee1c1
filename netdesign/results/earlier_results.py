"""Files that an output would replace: results that are no worse and must be kept, and what is no result at all."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from netdesign.errors import UsageError
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.explanation_document import ExplanationDocument
from netdesign.results.result_file import RESULT_COMMANDS, read_any, read_json
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.result_file import Document


RESULT_OF = {command: f"a result of `netdesign {command}`" for command in RESULT_COMMANDS}
"""Kinds of results by their command."""

_RESULTS = {
    "netdesign.result/": RESULT_OF["solve"],
    "netdesign.alternatives/": RESULT_OF["alternatives"],
    "netdesign.explanation/": RESULT_OF["explain"],
    "netdesign.tipping/": RESULT_OF["tipping"],
    "netdesign.timing-alternatives/": RESULT_OF["alternatives"],
    "netdesign.timing-tipping/": RESULT_OF["tipping"],
    "netdesign.timing-stress/": RESULT_OF["stress"],
    "netdesign.sweep/": RESULT_OF["sweep"],
    "netdesign.stress/": RESULT_OF["stress"],
    "netdesign.frontier/": RESULT_OF["frontier"],
    "netdesign.timing/": RESULT_OF["timing"],
}


def _formats_of(kind: str) -> list[bytes]:
    """Return how the names of the formats of a kind of results begin: questions over years have their own."""
    return [format_.encode() for format_, of in _RESULTS.items() if of == kind]


_KINDS = {
    **{
        kind: re.compile(rb'\A\s*\{\s*"format"\s*:\s*"(' + b"|".join(map(re.escape, _formats_of(kind))) + rb")")
        for kind in RESULT_OF.values()
    },
    "an instance": re.compile(rb'(\A\s*\{\s*"format"\s*:\s*"|^format:\s*["\']?)netdesign\.instance/', re.MULTILINE),
    "a workbook": re.compile(rb"\APK\x03\x04"),
    "a graph in GraphML": re.compile(rb"<graphml\b"),
    "a table in Parquet": re.compile(rb"\APAR1"),
    "a map": re.compile(rb'\A\s*\{\s*"type"\s*:\s*"FeatureCollection"'),
    "a graph in node-link JSON": re.compile(rb'\A\s*\{\s*"(directed|multigraph)"\s*:'),
    "a page": re.compile(rb'<meta name="generator" content="netdesign">'),
}
"""Kinds of files that netdesign reads or writes, by their first bytes."""

_START = 4096
"""Bytes that are read to find the kind of a file, comments included."""

HOW = ("engine", "gap", "threads", "seed")
"""Options that change the search, not the question."""

_TIE = 1e-9
"""Relative difference below which two objectives are equal."""


def result_in(path: Path) -> Document | None:
    """Return the result in a file, or None where it holds none."""
    try:
        return read_any(path)
    except UsageError:
        return None


def check_replaces_result(path: Path | None, command: str) -> None:
    """Check that an output file is missing, empty or a result of the same command.

    Raises
    ------
    UsageError
        The file holds something else, which would be lost.
    """
    if path is None or not path.exists() or not path.stat().st_size:
        return
    found = kind_of_file(path)
    if found != RESULT_OF[command]:
        what = f"holds {found}" if found in RESULT_OF.values() else "is no result of netdesign"
        message = f"{path}: {what}; name another file, or remove it first"
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
            format_ = str(data.get("format")) if isinstance(data, dict) else ""
            return next((kind for begin, kind in _RESULTS.items() if format_.startswith(begin)), None)
    except (OSError, UsageError):
        return None
    return found


def is_no_answer(document: Document) -> bool:
    """Return whether a limit ended a search before it had a plan; such a result must not replace any other."""
    if isinstance(document, ExplanationDocument):
        return document.is_feasible is None
    is_without = document.objective is None and not _listed(document)
    return is_without and document.termination is not Termination.INFEASIBLE


def is_unfinished(document: Document) -> bool:
    """Return whether a limit or an interruption ended some search of a result, so that a call may go on from it."""
    return _is_cut_short(document) or document.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED)


def is_better(old: Document, new: Document) -> bool:
    """Return whether an earlier result answers the same question better than a new one, which is not proven.

    A plan is better than none, a cheaper plan is better, then a smaller gap where one is not proven, then a result
    without interrupted searches, then a longer list of networks. Proven infeasibility is better than no answer.
    """
    if _question(old) != _question(new):
        return False
    if isinstance(old, ExplanationDocument) and isinstance(new, ExplanationDocument):
        return new.is_cut_short and _explained(old) > _explained(new)
    if new.termination in (Termination.OPTIMAL, Termination.INFEASIBLE) and not _is_cut_short(new):
        return False
    old_cost, new_cost = (math.inf if one.objective is None else one.objective for one in (old, new))
    if not _is_same(old_cost, new_cost):
        return old_cost < new_cost
    if math.isinf(new_cost):
        return old.termination is Termination.INFEASIBLE
    old_gap, new_gap = (math.inf if one.gap is None else max(one.gap, OPTIMAL_GAP) for one in (old, new))
    if abs(old_gap - new_gap) > _TIE:
        return old_gap < new_gap
    return _is_cut_short(new) and (not _is_cut_short(old) or _listed(old) > _listed(new))


def has_better_plan(old: Document, new: Document) -> bool:
    """Return whether an earlier result has a better plan for the same question, proven or not, or a longer list."""
    if _question(old) != _question(new):
        return False
    if old.objective is None:
        return new.objective is None and _listed(old) > _listed(new)
    if new.objective is None or not _is_same(old.objective, new.objective):
        return new.objective is None or old.objective < new.objective
    return _listed(old) > _listed(new)


def _listed(document: Document) -> int:
    """Return how many networks, rows or points are listed; 0 where that is not the question."""
    if isinstance(document, AlternativesDocument):
        return len(document.networks)
    lists = (getattr(document, name, None) for name in ("decisions", "rows", "points"))
    return len(next((one for one in lists if one is not None), ()))


def _explained(document: ExplanationDocument) -> tuple[bool, bool, int]:
    """Return what sorts explanations: whether it is known if there is a plan, all is told, and how much is."""
    return document.is_feasible is not None, not document.is_cut_short, len(document.clashes)


def _is_same(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= _TIE * max(abs(one), abs(other)) < math.inf


def _question(document: Document) -> tuple[object, ...]:
    options = {name: value for name, value in document.options.items() if name not in HOW}
    # The path of the instance does not matter, as its digest identifies it.
    reader = {name: value for name, value in document.reader.items() if name != "instance"}
    return document.format, document.instance.digest, document.problem, options, reader


def _is_cut_short(document: Document) -> bool:
    """Return whether a limit ended one of the further searches, or the file was written before the end."""
    return document.is_running or document.is_cut_short
