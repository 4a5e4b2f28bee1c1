"""Texts of files as HTML may show them: nothing in them is invisible, or turns the direction of what follows."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_JOINERS = "\u200c\u200d"
"""Invisible letters without which words of some languages are spelt wrong."""

_RIGHT_TO_LEFT = ("R", "AL", "AN")
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_CONTROL_PICTURES = 0x2400
_DELETE = 0x7F

_PLAIN = re.compile(r"[\x20-\x7e]*")


def shown(text: str) -> str:
    """Return a text as it may stand in a line: what is invisible is drawn, what runs from right to left isolated.

    Line ends and tabs become blanks, control characters their pictures, other invisible characters their code points.
    """
    if _PLAIN.fullmatch(text):
        return text
    visible = "".join(map(_visible, text))
    is_mixed = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in visible)
    return f"{_ISOLATE}{visible}{_END_OF_ISOLATE}" if is_mixed else visible


def _visible(letter: str) -> str:
    if letter in "\n\r\t":
        return " "
    code, category = ord(letter), unicodedata.category(letter)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return "\u2421"
    if category in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn") and letter not in _JOINERS:
        return f"[U+{code:04X}]"
    return letter


def all_shown(value: Any) -> Any:
    """Return data in which every text, and every key, is one that may be shown."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {shown(key): all_shown(inside) for key, inside in value.items()}
    return [all_shown(inside) for inside in value] if isinstance(value, list) else value
