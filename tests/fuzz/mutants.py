"""Drawing a mutant: which input, which accident, which call; the same for the same seed and number."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz import accidents, structures
from tests.fuzz.options import odd_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fuzz.sound import Call, Sound

MISSPELT = 0.12
"""Share of mutants in which a name of the format is misspelt, which must be refused."""


@dataclass(frozen=True)
class Mutant:
    """An input after accidents, and the call about it.

    Parameters
    ----------
    number
        By which it is drawn again.
    sound
        What it was.
    level
        At which it was changed: yaml, csv, json, xml, cell, text, option.
    files
        Contents by name.
    call
        Arguments of netdesign.
    is_refused
        Whether the call must be refused: what was changed can have no meaning.
    """

    number: int
    sound: Sound
    level: str
    files: dict[str, bytes]
    call: Call
    is_refused: bool = False

    @property
    def command(self) -> str:
        """First word of the call."""
        return self.call[0]


def drawn(seed: int, number: int, inputs: Sequence[Sound]) -> Mutant:
    """Return the mutant of a seed and a number."""
    draw = Random(f"{seed}:{number}")
    sound = draw.choices(inputs, [one.weight for one in inputs])[0]
    calls, weights = zip(*sound.calls, strict=True)
    call = draw.choices(calls, weights)[0]
    if draw.random() < 0.15 and call[0] in ("solve", "timing", "check", "verify"):
        options = odd_options(draw, call[0])
        return Mutant(number, sound, "option", sound.files, (*call, *options))
    name = draw.choice(list(sound.files)) if draw.random() < 0.5 else next(iter(sound.files))
    raw = sound.files[name]
    if draw.random() < MISSPELT:
        wrong = _misspelt(draw, name, raw, sound.free)
        if wrong is not None:
            return Mutant(number, sound, _level(name), sound.files | {name: wrong}, call, is_refused=True)
    level = _level(name)
    for _ in range(draw.choice((1, 1, 1, 1, 2))):
        level, raw = _changed(draw, name, raw)
    return Mutant(number, sound, level, sound.files | {name: raw}, call)


def _level(name: str) -> str:
    ending = name.rpartition(".")[2]
    return {"graphml": "xml", "xlsx": "cell", "txt": "text"}.get(ending, ending)


def _misspelt(draw: Random, name: str, raw: bytes, free: frozenset[bytes]) -> bytes | None:
    match _level(name):
        case "yaml":
            return accidents.misspelt_key(draw, raw, free)
        case "csv":
            return structures.csv_misspelt(draw, raw)
        case "json":
            return structures.json_misspelt(draw, raw, free)
    return None


def _changed(draw: Random, name: str, raw: bytes) -> tuple[str, bytes]:
    """Return the level of a change and the changed contents; what a first accident broke may allow no finer second."""
    level = _level(name)
    if level == "cell":
        return _changed_workbook(draw, raw)
    by_level = {
        "yaml": (accidents.scaled_number, accidents.scaled_number, accidents.wild_value, accidents.befallen),
        "csv": (structures.csv_cells, structures.csv_cells, accidents.befallen),
        "json": (structures.json_parts, structures.json_parts, accidents.befallen),
        "xml": (structures.xml_parts, accidents.scaled_number, accidents.befallen),
        "text": (accidents.scaled_number, accidents.wild_word, accidents.befallen),
    }
    change = draw.choice(by_level[level])
    try:
        return level, change(draw, raw)
    except (ValueError, IndexError, KeyError, TypeError):
        return level, accidents.befallen(draw, raw)


def _changed_workbook(draw: Random, raw: bytes) -> tuple[str, bytes]:
    level, change = draw.choice((("cell", structures.workbook_cells), ("xml", structures.workbook_parts)))
    try:
        return level, change(draw, raw)
    except Exception:  # an earlier accident left no workbook that a library can open
        return "xml", accidents.befallen(draw, raw)
