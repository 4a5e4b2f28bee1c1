"""What befalls a text: values gone wild, lines lost, doubled or swapped, bytes cut out or put in, names misspelt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

WILD = [
    "0", "-0", "-1", "1", "2", "7", "0.5", "33", "60.25", "1e3", "1e308", "-1e308", "1e-308", "1e12", "1e-12", "1e13",
    "5e-324", "1e400", ".nan", "nan", "NaN", ".inf", "inf", "9" * 30, "9" * 90, "1e", "0x1F", "01000", "1_0", "1,5",
    "50%", "1 000", "+5", "٣", "2026-01-01", "12:30", "true", "false", "NO", "null", "~", "''", '""', "[]", "{}",
    "[[]]", "A", "B", "a", " A", "&a", "*a", "!!int", "#", "|", ">", "- x", "a: b", "[/x]", "[bold]", "=1+1",
    "@x", "\x0b", "A\u00a0", "\u200bA", "e\u0301", "../x.csv",
    "/dev/null", "x" * 300, "<x/>", "&amp;", "A B", "A-B", "A_B", "A,B",
]  # fmt: skip
"""Written in the place of a sound value: numbers, and what a person, a spreadsheet or another program may write."""

SCALES = (0, 0.001, 0.1, 0.5, 0.9, 1.1, 2, 3, 10, 1000, 1e-6, 1e6, -1)
"""Factors on a sound number: most lead to another sound instance, whose answer is then held against others."""

_NUMBER = re.compile(rb"\d+(\.\d+)?")
_KEY = re.compile(rb"(?m)(?:^ *(?:- )?|[{,] ?)\"?([a-z][a-z_]{2,})\"?:")


def befallen(draw: Random, raw: bytes) -> bytes:
    """Return a file after one accident."""
    lines = raw.splitlines(keepends=True)
    if not lines:
        return raw
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    place = draw.randrange(len(raw))
    match draw.choice(("lose", "double", "swap", "number", "number", "number", "cut", "insert", "join")):
        case "lose":
            del lines[one]
        case "double":
            lines.insert(other, lines[one])
        case "swap":
            lines[one], lines[other] = lines[other], lines[one]
        case "number":
            return replaced(draw, raw, _NUMBER)
        case "cut":
            return raw[:place] + raw[place + draw.randint(1, 30) :]
        case "insert":
            return raw[:place] + draw.randbytes(draw.randint(1, 3)) + raw[place:]
        case "join":
            lines[one] = lines[one].rstrip(b"\r\n") + draw.choice((b" ", b"\r\n", b"\r", b"\t", b","))
    return b"".join(lines)


def replaced(draw: Random, raw: bytes, pattern: re.Pattern[bytes]) -> bytes:
    """Return a file in which one match of a pattern is something wild."""
    found = list(pattern.finditer(raw))
    if not found:
        return raw
    match = draw.choice(found)
    wild = draw.choice(WILD).encode()
    return raw[: match.start()] + wild + raw[match.end() :]


def wild_value(draw: Random, raw: bytes) -> bytes:
    """Return a YAML text in which what stands behind one key is something wild, or nothing."""
    found = list(re.finditer(rb"(?m):( [^,}\n{\[]+)(?=[,}\n])", raw))
    if not found:
        return raw
    match = draw.choice(found)
    wild = b"" if draw.random() < 0.15 else b" " + draw.choice(WILD).encode()
    return raw[: match.start(1)] + wild + raw[match.end(1) :]


def scaled_number(draw: Random, raw: bytes) -> bytes:
    """Return a text in which one number that stands by itself is multiplied."""
    found = list(re.finditer(rb"(?<![\w.#-])\d+(?:\.\d+)?(?![\w.-])", raw))
    if not found:
        return raw
    match = draw.choice(found)
    return raw[: match.start()] + scaled(draw, float(match[0])).encode() + raw[match.end() :]


def scaled(draw: Random, number: float) -> str:
    """Return a number multiplied by one of the scales, as text."""
    return f"{number * draw.choice(SCALES):.10g}"


def misspelt_key(draw: Random, raw: bytes, free: frozenset[bytes]) -> bytes | None:
    """Return a YAML or JSON text with two letters of one key exchanged, None where there is no key to misspell.

    Parameters
    ----------
    draw, raw
        Chance and text.
    free
        Names that a person chose, which may be others.
    """
    found = [match for match in _KEY.finditer(raw) if match[1] not in free]
    if not found:
        return None
    match = draw.choice(found)
    wrong = misspelt(draw, match[1].decode()).encode()
    return raw[: match.start(1)] + wrong + raw[match.end(1) :]


def misspelt(draw: Random, word: str) -> str:
    """Return a word with two letters exchanged, one doubled or one in capitals: never itself."""
    places = [place for place in range(len(word) - 1) if word[place] != word[place + 1]]
    match draw.choice(("swap", "double", "capital")):
        case "swap" if places:
            place = draw.choice(places)
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        case "double":
            place = draw.randrange(len(word))
            return word[:place] + word[place] + word[place:]
    return word[0].upper() + word[1:] if word[0].islower() else f"{word}x"


def wild_word(draw: Random, raw: bytes) -> bytes:
    """Return a file of numbers in which one word is something wild, lost or doubled."""
    found = list(re.finditer(rb"\S+", raw))
    if not found:
        return raw
    match = draw.choice(found)
    instead = draw.choice((b"", match[0] + b" " + match[0], draw.choice(WILD).encode(), b"-" + match[0]))
    return raw[: match.start()] + instead + raw[match.end() :]
