"""Text files of numbers: taken one after another, with the line of each for messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from netdesign.errors import Fault, InstanceError
from netdesign.instance.fields import LARGEST
from netdesign.instance.files import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_SHOWN = 40


class Numbers:
    """The words of a file, separated by blanks and line ends, taken in order as numbers.

    Parameters
    ----------
    path, shown
        The file and its name in messages.

    Raises
    ------
    InstanceError
        The file cannot be read, holds nothing, or is padded with NUL bytes.
    """

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        self._text = read_text(path, shown)
        padding = self._text.find("\0")
        if padding >= 0:
            line = self._text.count("\n", 0, padding) + 1
            message = "a NUL byte stands here, as in a copy that was padded; cut the file before it"
            raise InstanceError([Fault(shown, line, 0, "", message)])
        self._words = self._text.split()
        self._next = 0
        if not self._words:
            self.refuse("is empty", 0)

    def refuse(self, message: str, position: int | None = None) -> NoReturn:
        """Raise an InstanceError about the word at a position, by default the last one taken."""
        position = self._next - 1 if position is None else position
        raise InstanceError([Fault(self.shown, self._line(position), 0, "", message)])

    def peek(self) -> str:
        """Return the next word without taking it, an empty string at the end."""
        return self._words[self._next] if self._next < len(self._words) else ""

    def word(self, what: str) -> str:
        """Take one word."""
        if self._next == len(self._words):
            self._end_early(1, what)
        self._next += 1
        return self._words[self._next - 1]

    def whole(self, what: str, least: int = 1, most: int = 100_000) -> int:
        """Take one whole number between two limits."""
        value = float(self.take(1, what)[0])
        if value != int(value) or not least <= value <= most:
            expected = f"{least:,}" if least == most else f"a whole number from {least:,} to {most:,}"
            self.refuse(f"{what} is {value:g}; {expected} is expected")
        return int(value)

    def take(self, count: int, what: str, least: float = 0.0) -> NDArray[np.float64]:
        """Take so many numbers, none of them under ``least``.

        Returns
        -------
        array
            Shape (count,).
        """
        words = self._words[self._next : self._next + count]
        if len(words) < count:
            self._end_early(count, what)
        try:
            values = np.array(words, dtype=np.float64)
        except ValueError:
            self._refuse_first_word(words, what)
        wrong = np.flatnonzero(~(values >= least) | (values > LARGEST))
        if len(wrong):
            word, place = words[wrong[0]], self._next + int(wrong[0])
            limits = f"a number from {least:g} to {LARGEST:g}" if least > -LARGEST else "a finite number"
            self.refuse(f"{what}: {word[:_SHOWN]} is found where {limits} is expected", place)
        self._next += count
        return values

    def end(self, expected: str) -> None:
        """Refuse what is left."""
        left = len(self._words) - self._next
        if left:
            words = "word is" if left == 1 else "words are"
            self.refuse(f"{left:,} {words} left after {expected}; check the counts at the top", self._next)

    def _end_early(self, count: int, what: str) -> NoReturn:
        found = len(self._words) - self._next
        self.refuse(f"the file ends where {what} should stand: {found:,} of {count:,} are there", len(self._words) - 1)

    def _refuse_first_word(self, words: list[str], what: str) -> NoReturn:
        for place, word in enumerate(words, start=self._next):
            try:
                float(word)
            except ValueError:
                hint = "numbers are separated by blanks and have a decimal point"
                self.refuse(f"{what}: {word[:_SHOWN]!r} is no number; {hint}", place)
        raise AssertionError

    def _line(self, position: int) -> int:
        """Return the line of a word, counted from 1; found only when a message needs it."""
        seen = 0
        for line, text in enumerate(self._text.split("\n"), start=1):
            seen += len(text.split())
            if seen > position:
                return line
        return 0
