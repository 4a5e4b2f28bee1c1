"""Write LP and MPS files of a model, for other solvers.

Pyomo's writer is not used, as solvers read its files in different ways. These files have no constant in the objective,
which some solvers subtract and some drop, no objective sense, no row with two sides and no binary columns, whose bounds
some reset; every bound is explicit. MPS is free format, but indented as fixed format, by which CBC recognises the two.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import UsageError
from netdesign.io.output_file import write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.lp.from_pyomo import Compiled

_OBJECTIVE = "total"
_CONSTANT = "constant"
"""Column fixed at 1, whose cost is the constant of the objective."""

LONGEST = 90
"""Longest label; CBC allows names of 100 characters, and extends some."""

_LONGEST_WORD = 24
_WITHOUT_MARKS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l"})
_WITHOUT_MARKS |= str.maketrans({"Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"})
_WORDS_OF_LP = """
    min max minimize maximize minimum maximum subject such st bound bounds free inf infinity bin binary binaries
    gen general generals int integer integers end semi semis sos sos1 sos2 sec sin
"""
_KEYWORDS = frozenset(_WORDS_OF_LP.split())


def write_model(instance: Instance, network: Network, formulation: Formulation, kind: str, path: Path) -> None:
    """Write the model of an instance with the names of its variables and constraints.

    Parameters
    ----------
    instance, network, formulation
        Arguments and module of the model.
    kind
        ``lp`` or ``mps``.
    path
        The file.

    Raises
    ------
    UsageError
        Building shows that the model is infeasible, or the file cannot be written.
    """
    from netdesign.solve.lp.model_values import compiled_or_infeasible

    compiled = compiled_or_infeasible(formulation.build(instance, network))
    if compiled is None:
        message = f"{path}: there is nothing to write: a constraint without variables cannot hold, so none is feasible"
        raise UsageError(message)
    lines = {"lp": _lp, "mps": _mps}[kind](_Rows(compiled))
    write_text(path, "".join(lines))


class _Rows:
    """A compiled model with its labels, and the constant of its objective as a column."""

    def __init__(self, compiled: Compiled) -> None:
        from scipy.sparse import csr_array

        labels = Labels([*compiled.variables, *compiled.constraints])
        # Reserve its name first, so that no other column gets it.
        constant = labels.reserve(_CONSTANT) if compiled.offset else None
        self.objective = labels.reserve(_OBJECTIVE)
        self.columns = [labels.label(variable) for variable in compiled.variables]
        self.cost = compiled.cost * compiled.cost_unit
        self.lower, self.upper, self.is_integer = compiled.lower, compiled.upper, compiled.is_integer
        rows = compiled.rows
        shape = (len(rows), len(self.columns) + (constant is not None))
        if constant is not None:
            self.columns.append(constant)
            self.cost = np.append(self.cost, compiled.offset * compiled.cost_unit)
            self.lower, self.upper = np.append(self.lower, 1.0), np.append(self.upper, 1.0)
            self.is_integer = np.append(self.is_integer, False)
        self.matrix = csr_array((rows.value, rows.index, rows.start), shape=shape)
        self.sense = np.where(rows.lower == rows.upper, "E", "L")
        self.sense[np.isinf(rows.upper)] = "G"
        self.rhs = np.where(self.sense == "G", rows.lower, rows.upper)
        # A constraint with two sides is two rows.
        sides = {"E": "", "L": "most", "G": "least"}
        owners = [id(constraint) for constraint in compiled.constraints]
        twice = {owner for owner, following in pairwise(owners) if owner == following}
        self.rows = [
            labels.label(constraint, sides[sense] if id(constraint) in twice else "")
            for constraint, sense in zip(compiled.constraints, self.sense.tolist(), strict=True)
        ]
        self.changed = labels.changed


def _number(value: float) -> str:
    return f"{value:.17g}"


def _terms(columns: list[str], index: Iterable[int], value: Iterable[float]) -> str:
    """Return a sum with one term on each line: some readers cut long lines."""
    return "\n".join(
        f" {coefficient:+.17g} {columns[column]}" for column, coefficient in zip(index, value, strict=True)
    )


def _lp(model: _Rows) -> Iterator[str]:
    yield from comments(model.changed, "\\")
    spent = np.flatnonzero(model.cost).tolist() or [0]
    yield f"Minimize\n{model.objective}:\n{_terms(model.columns, spent, model.cost[spent].tolist())}\nSubject To\n"
    matrix, symbols = model.matrix, {"E": "=", "L": "<=", "G": ">="}
    for row, name in enumerate(model.rows):
        inside = slice(*matrix.indptr[row : row + 2])
        terms = _terms(model.columns, matrix.indices[inside].tolist(), matrix.data[inside].tolist())
        yield f"{name}:\n{terms}\n {symbols[model.sense[row]]} {_number(model.rhs[row])}\n"
    yield "Bounds\n"
    for name, low, high in zip(model.columns, model.lower.tolist(), model.upper.tolist(), strict=True):
        if low == high:
            yield f" {name} = {_number(low)}\n"
        elif np.isinf(low) and np.isinf(high):
            yield f" {name} free\n"
        else:
            yield f" {_bound(low)} <= {name} <= {_bound(high)}\n"
    if model.is_integer.any():
        yield "Generals\n"
        yield from (f" {model.columns[column]}\n" for column in np.flatnonzero(model.is_integer))
    yield "End\n"


def _bound(value: float) -> str:
    return _number(value) if np.isfinite(value) else "+inf" if value > 0 else "-inf"


def _marker(kind: str) -> str:
    return f"    MARKER    'MARKER'    '{kind}'\n"


def _mps(model: _Rows) -> Iterator[str]:
    yield from comments(model.changed, "*")
    yield f"NAME model\nROWS\n N  {model.objective}\n"
    yield from (f" {sense}  {name}\n" for sense, name in zip(model.sense.tolist(), model.rows, strict=True))
    yield "COLUMNS\n"
    matrix = model.matrix.tocsc()
    # Consecutive integer columns stand between two markers.
    order = np.argsort(~model.is_integer, kind="stable").tolist()
    whole = int(model.is_integer.sum())
    for position, column in enumerate(order):
        if whole and position in (0, whole):
            yield _marker("INTEND" if position else "INTORG")
        name, inside = model.columns[column], slice(*matrix.indptr[column : column + 2])
        if model.cost[column] or inside.start == inside.stop:
            yield f"    {name}  {model.objective}  {_number(model.cost[column])}\n"
        for row, value in zip(matrix.indices[inside].tolist(), matrix.data[inside].tolist(), strict=True):
            yield f"    {name}  {model.rows[row]}  {_number(value)}\n"
    if whole == len(order) and whole:
        yield _marker("INTEND")
    yield "RHS\n"
    yield from (
        f"    RHS  {name}  {_number(value)}\n" for name, value in zip(model.rows, model.rhs.tolist(), strict=True)
    )
    yield "BOUNDS\n"
    for name, low, high in zip(model.columns, model.lower.tolist(), model.upper.tolist(), strict=True):
        if low == high:
            yield f" FX BOUND {name} {_number(low)}\n"
            continue
        yield f" MI BOUND {name}\n" if np.isinf(low) else f" LO BOUND {name} {_number(low)}\n"
        yield f" PL BOUND {name}\n" if np.isinf(high) else f" UP BOUND {name} {_number(high)}\n"
    yield "ENDATA\n"


class Labels:
    """Makes unique labels for Pyomo components, even where ids differ in punctuation only.

    A label is the component's name and the words of its index, joined by points. No word has a point, so `a` with `b_c`
    and `a_b` with `c` are two labels.

    Parameters
    ----------
    components
        All components to label, so that an id that is a valid word keeps it.
    """

    def __init__(self, components: Iterable[Any]) -> None:
        texts = dict.fromkeys(str(part) for component in components for part in _index(component))
        taken: set[str] = set()
        in_order = sorted(texts, key=lambda text: _ascii(text) != text)
        self._words = {text: _unique(_ascii(text), _LONGEST_WORD, taken) for text in in_order}
        self._taken: set[str] = set()

    @property
    def changed(self) -> Mapping[str, str]:
        """Ids that are replaced by other words, by these words."""
        return {word: text for text, word in self._words.items() if word != text}

    def label(self, component: Any, further: str = "") -> str:
        """Return a label for a variable or constraint.

        Parameters
        ----------
        component
            Its Pyomo component data.
        further
            A word that distinguishes the rows of one constraint.
        """
        words = [self._words[str(part)] for part in _index(component)]
        wanted = ".".join([_ascii(component.parent_component().name), *words, *([further] if further else [])])
        # LP readers take an e at the start followed by a digit for a number.
        if re.match(r"[^A-Za-z]|[eE][0-9.]", wanted) or wanted.lower() in _KEYWORDS:
            wanted = f"v_{wanted}"
        return _unique(wanted, LONGEST, self._taken)

    def reserve(self, name: str) -> str:
        """Return a label for a name that is no component."""
        return _unique(name, LONGEST, self._taken)


def _index(component: Any) -> tuple[object, ...]:
    index = component.index()
    return index if isinstance(index, tuple) else () if index is None else (index,)


def _ascii(text: str) -> str:
    """Return a text of letters, digits and underscores."""
    letters = unicodedata.normalize("NFKD", text.translate(_WITHOUT_MARKS))
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9_]", "_", letters) or "_"


def _unique(wanted: str, longest: int, taken: set[str]) -> str:
    """Return and reserve a label that is not taken, with a number at its end where needed."""
    found, number = wanted[:longest], 1
    # Compared in lower case, as some readers ignore case.
    while found.lower() in taken:
        number += 1
        found = f"{wanted[: longest - 8]}_{number}"
    taken.add(found.lower())
    return found


def comments(changed: Mapping[str, str], mark: str) -> Iterable[str]:
    """Return comment lines, in ASCII, with the ids of changed words."""
    return (f"{mark} {word} is {text!a}\n" for word, text in changed.items())
