"""Labels of columns and rows for the files of other solvers: readable, ASCII, unique, short."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 90
"""Characters of a label; CBC takes names of 100, and adds to some of its own."""

_LONGEST_WORD = 24
_WITHOUT_MARKS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l"})
_WITHOUT_MARKS |= str.maketrans({"Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"})
_WORDS_OF_LP = """
    min max minimize maximize minimum maximum subject such st bound bounds free inf infinity bin binary binaries
    gen general generals int integer integers end semi semis sos sos1 sos2 sec sin
"""
_KEYWORDS = frozenset(_WORDS_OF_LP.split())


class Labels:
    """Makes labels of Pyomo components; of ids that differ in punctuation alone each gets a word of its own.

    A label is the component's name and the words of its index, joined by points, which no word has in it. So `a` with
    `b_c` and `a_b` with `c` are two labels.

    Parameters
    ----------
    components
        All that are to be labelled, so that an id which can be written as it is, is.
    """

    def __init__(self, components: Iterable[Any]) -> None:
        texts = dict.fromkeys(str(part) for component in components for part in _index(component))
        taken: set[str] = set()
        in_order = sorted(texts, key=lambda text: _ascii(text) != text)
        self._words = {text: _unique(_ascii(text), _LONGEST_WORD, taken) for text in in_order}
        self._taken: set[str] = set()

    @property
    def changed(self) -> Mapping[str, str]:
        """Ids that are not written as they are, by the word that stands for them."""
        return {word: text for text, word in self._words.items() if word != text}

    def label(self, component: Any, further: str = "") -> str:
        """Return a label for a variable or constraint.

        Parameters
        ----------
        component
            Pyomo's data of it.
        further
            A word that tells it from another row of the same constraint.
        """
        words = [self._words[str(part)] for part in _index(component)]
        wanted = ".".join([_ascii(component.parent_component().name), *words, *([further] if further else [])])
        # A digit after an e at the start is a number to readers of LP files.
        if re.match(r"[^A-Za-z]|[eE][0-9.]", wanted) or wanted.lower() in _KEYWORDS:
            wanted = f"v_{wanted}"
        return _unique(wanted, LONGEST, self._taken)

    def reserve(self, name: str) -> str:
        """Return a label for what is no component, under its own name."""
        return _unique(name, LONGEST, self._taken)


def _index(component: Any) -> tuple[object, ...]:
    index = component.index()
    return index if isinstance(index, tuple) else () if index is None else (index,)


def _ascii(text: str) -> str:
    """Return letters, digits and low lines for a text."""
    plain = unicodedata.normalize("NFKD", text.translate(_WITHOUT_MARKS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9_]", "_", plain) or "_"


def _unique(wanted: str, longest: int, taken: set[str]) -> str:
    """Return a label that is not taken, with a number at its end where need be, and take it."""
    found, number = wanted[:longest], 1
    # Without regard to capitals, for readers that have none.
    while found.lower() in taken:
        number += 1
        found = f"{wanted[: longest - 8]}_{number}"
    taken.add(found.lower())
    return found


def comments(changed: Mapping[str, str], mark: str) -> Iterable[str]:
    """Return lines of comment that say what changed words stand for, in ASCII."""
    return (f"{mark} {word} is {text!a}\n" for word, text in changed.items())
