"""Text files of numbers: taken one after another, with the line of each for messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from netdesign.errors import Fault, InstanceError
from netdesign.instance.fields import LARGEST
from netdesign.instance.files import read_text
from netdesign.instance.published.siblings import looks_like

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_SHOWN = 40
LINE_END = re.compile(r"\r\n|\r|\n")
_STRANGE_BLANK = re.compile(r"(?=\s)[^\x00-\x7f]")


class Numbers:
    """The words of a file, separated by blanks and line ends, taken in order as numbers.

    Parameters
    ----------
    path, shown
        The file and its name in messages.
    form
        Expected format; messages name the format that the file looks like instead.

    Raises
    ------
    InstanceError
        The file cannot be read, holds nothing, or is padded with NUL bytes.
    """

    def __init__(self, path: Path, shown: str, form: str = "") -> None:
        self.shown = shown
        self._form = form
        text = read_text(path, shown)
        self._check_characters(text)
        self.words, self.starts = words_and_lines(text)
        # Python accepts 1_000 and digits of other scripts; these files do not.
        self._is_plain = text.isascii() and "_" not in text
        self.next = 0
        if not self.words:
            raise InstanceError([Fault(shown, 0, 0, "", "is empty")])

    @property
    def left(self) -> int:
        """How many words are not taken yet."""
        return len(self.words) - self.next

    def refuse(self, message: str, position: int | None = None) -> NoReturn:
        """Raise an InstanceError about the word at a position, by default the last one taken."""
        position = self.next - 1 if position is None else position
        raise InstanceError([Fault(self.shown, self.line(position), 0, "", message)])

    def line(self, position: int) -> int:
        """Return the line of a word, counted from 1."""
        return int(np.searchsorted(self.starts, position, side="right"))

    def hint(self) -> str:
        """Return which other format the file looks like, as the end of a message, or an empty string."""
        return looks_like(self.words, np.unique(self.starts), self._form)

    def _check_characters(self, text: str) -> None:
        for found, message in (
            (re.search("\0", text), "a NUL byte stands here, as in a copy that was padded; cut the file before it"),
            (_STRANGE_BLANK.search(text), "a no-break space or its like stands here; numbers are separated by blanks"),
        ):
            if found:
                line = len(LINE_END.findall(text, 0, found.start())) + 1
                raise InstanceError([Fault(self.shown, line, 0, "", message)])

    def peek(self) -> str:
        """Return the next word without taking it, an empty string at the end."""
        return self.words[self.next] if self.left else ""

    def word(self, what: str) -> str:
        """Take one word."""
        if not self.left:
            self._end_early(1, what)
        self.next += 1
        return self.words[self.next - 1]

    def whole(self, what: str, least: int = 1, most: int = 100_000) -> int:
        """Take one whole number between two limits."""
        value = float(self.take(1, what)[0])
        if value != int(value) or not least <= value <= most:
            expected = f"{least:,}" if least == most else f"a whole number from {least:,} to {most:,}"
            word = self.words[self.next - 1][:_SHOWN]
            self.refuse(f"{what} is {word}; {expected} is expected{self.hint()}")
        return int(value)

    def take(self, count: int, what: str, least: float = 0.0) -> NDArray[np.float64]:
        """Take so many numbers, none of them under ``least``.

        Returns
        -------
        array
            Shape (count,).
        """
        words = self.words[self.next : self.next + count]
        if len(words) < count:
            self._end_early(count, what)
        try:
            values = np.array(words, dtype=np.float64)
        except ValueError:
            self._refuse_first_word(words, what)
        if not self._is_plain:
            self._refuse_first_word(words, what)
        wrong = np.flatnonzero(~(values >= least) | (values > LARGEST))
        if len(wrong):
            word, place = words[wrong[0]], self.next + int(wrong[0])
            limits = f"a number from {least:g} to {LARGEST:g}" if least > -LARGEST else "a finite number"
            self.refuse(f"{what}: {word[:_SHOWN]} is found where {limits} is expected", place)
        self.next += count
        return values

    def end(self, expected: str) -> None:
        """Refuse what is left."""
        if self.left:
            words = "word is" if self.left == 1 else "words are"
            strange = next((word for word in self.words[self.next :] if not is_plain_number(word)), None)
            advice = (
                "check the counts at the top" if strange is None else f"{strange[:_SHOWN]!r} is no number; take it out"
            )
            hint = self.hint() or f"; {advice}"
            self.refuse(f"{self.left:,} {words} left after {expected}{hint}", self.next)

    def _end_early(self, count: int, what: str) -> NoReturn:
        found = f"{self.left:,} of {count:,} are there{self.hint()}"
        self.refuse(f"the file ends where {what} should stand: {found}", len(self.words) - 1)

    def _refuse_first_word(self, words: list[str], what: str) -> None:
        for place, word in enumerate(words, start=self.next):
            if not is_plain_number(word):
                hint = self.hint() or "; numbers are separated by blanks and have a decimal point"
                self.refuse(f"{what}: {word[:_SHOWN]!r} is no number{hint}", place)


def words_and_lines(text: str) -> tuple[list[str], NDArray[np.intp]]:
    """Return the words of a text, and for each line the position of its first word, the number of words at the end."""
    rows = [line.split() for line in LINE_END.split(text)]
    return [word for row in rows for word in row], np.cumsum([0, *map(len, rows)])


def is_plain_number(word: str) -> bool:
    """Return whether a word is a number as in these files; nan and inf count, for a message about their range."""
    try:
        float(word)
    except ValueError:
        return False
    return word.isascii() and "_" not in word
