"""The value of a cell of a workbook, or the reason why it is unclear."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_LETTERS = 32_767
"""Of a text in a cell, as Excel counts them: in units of UTF-16."""

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Of a sheet, as Excel has it."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_TOTALS = re.compile(r"\s*(_xlfn\.)?(SUBTOTAL|AGGREGATE)\s*\(", re.IGNORECASE)
_ZEROS = re.compile("0{2,}")
_LOOKS = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|\$-[0-9a-f]+)\]|_.|\*.", re.IGNORECASE
)
"""Parts of a number format that change no digit: colours, language, blanks of some width."""
_DIGITS = re.compile(r"([#?0]+|[#?]+,[#?0]+)(?:\.([#?0]+))?")
_DIGITS_KEPT = 15
_MOST_AS_ID = 10**_DIGITS_KEPT
_EXACT = 2**53


@dataclass(frozen=True)
class UnclearCell:
    """The content of a cell whose meaning is unclear.

    Parameters
    ----------
    message
        What is wrong with it and what to do.
    worth
        Its value where no text is wanted; None where it has none.
    is_clear_as_remark
        Whether the value is clear enough where the text is a remark, which nothing refers to.
    """

    message: str
    worth: int | float | None = None
    is_clear_as_remark: bool = False


Value: TypeAlias = "str | int | float | UnclearCell"


@cache
def local(name: str) -> str:
    """Return a name of XML without its namespace, which differs in the strict variant of the format."""
    return name.rpartition("}")[2]


def is_true(word: str | None) -> bool:
    """Return whether an attribute is true."""
    return word in ("1", "true")


def text_of(holder: Element) -> str:
    """Return a text with its pieces joined, without phonetic guides."""
    pieces: list[str] = []
    for child in holder:
        name = local(child.tag)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces += (part.text or "" for part in child if local(part.tag) == "t")
    return unescaped("".join(pieces))


def escaped(text: str) -> str:
    """Return a text as a workbook holds it: ``_x000D_`` is a carriage return there, which XML would not keep."""
    return _ESCAPE.sub(r"_x005F\g<0>", text).replace("\r", "_x000D_")


def unescaped(text: str) -> str:
    """Return a text as a spreadsheet program shows it."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@dataclass
class Cells:
    """Reads the cells of one workbook.

    Parameters
    ----------
    texts
        The shared ones, by number.
    formats
        Code of the number format, by number of the style.
    zero_writer
        Program that stores 0 for formulas it has not calculated; empty where a stored 0 is a value.
    has_formulas
        Whether there was one with a result.
    """

    texts: list[str] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    zero_writer: str = ""
    has_formulas: bool = False

    def value(self, cell: Element, place: str) -> Value | None:
        """Return the value of a cell, None where it is empty.

        Parameters
        ----------
        cell
            Element ``c`` of a sheet.
        place
            Such as ``D3``, for messages.
        """
        kind, formula, stored = cell.get("t", "n"), None, None
        for part in cell:
            name = local(part.tag)
            if name == "f":
                formula = part.text or ""
            elif (name == "is") != (kind == "inlineStr") and name in ("is", "v"):
                return UnclearCell(f"{place} has a value that is not of its kind {kind[:20]!r}; write it anew")
            elif name == "v":
                stored = part.text or ""
            elif name == "is":
                stored = text_of(part)
        # A formula may give an empty text; other empty cells have no value.
        if stored is None or (stored == "" and (formula is None or kind not in ("str", "inlineStr"))):
            return None if formula is None else UnclearCell(f"the formula in {place} has no stored result; {_SAVE}")
        value = self._stored(kind, stored, cell.get("s"), place)
        if formula is not None and not isinstance(value, UnclearCell):
            self.has_formulas = True
            return self._calculated(value, formula, place)
        return value

    def _calculated(self, value: Value, formula: str, place: str) -> Value | None:
        if _TOTALS.match(formula):
            return UnclearCell(f"{place} holds a total over other rows; take it out of the table")
        if self.zero_writer and value == 0:
            stands = f"the result of the formula in {place} is stored as 0"
            return UnclearCell(f"{stands}, which {self.zero_writer} does without calculating; {_SAVE}")
        return value if value != "" else None

    def _stored(self, kind: str, stored: str, style: str | None, place: str) -> Value:
        match kind:
            case "n":
                return self._number(stored.strip(), style, place)
            case "s":
                position = int(stored) if stored.strip().isdecimal() else -1
                if 0 <= position < len(self.texts):
                    return self.texts[position]
            case "str":
                return unescaped(stored)
            case "inlineStr":
                return stored
            case "b" if stored.strip() in ("0", "1", "true", "false"):
                worth = is_true(stored.strip())
                return UnclearCell(f"{place} holds the truth value {str(worth).upper()}; {_AS_TEXT}", worth)
            case "e":
                return UnclearCell(f"{place} holds the error {stored[:20]}; mend the formula or write the value")
            case "d":
                return _date(place, stored)
        return UnclearCell(f"{place} holds {stored[:20]!r}, which is no value of the kind {kind[:20]!r}; write it anew")

    def _number(self, stored: str, style: str | None, place: str) -> Value:
        if not _NUMBER.fullmatch(stored):
            return UnclearCell(f"{place} holds {stored[:20]!r}, which is no number; write it anew")
        real = float(stored)
        # Whole numbers have no point: an id 1000.0 is 1000.
        number = int(real) if real.is_integer() and abs(real) < _EXACT else real
        code = self.formats.get(style or "0", "General" if style in (None, "0") else None)
        if code is None:
            return UnclearCell(f"{place} has a style that the file lacks; format and write it anew")
        if code == "General" and abs(real) < _MOST_AS_ID:
            return number
        return _date(place, code) if _is_of_time(code) else _as_id(number, code, place)


_AS_TEXT = "format the cell as text and write it anew"
_SAVE = "open the workbook in a spreadsheet program and save it, or write the value"


def _date(place: str, shown: str) -> UnclearCell:
    return UnclearCell(
        f"{place} holds a date or a time ({shown[:20]}); format the cell as number or text and write it anew"
    )


@cache
def _is_of_time(code: str) -> bool:
    from openpyxl.styles.numbers import is_date_format

    return bool(is_date_format(code.replace("General", "")))


def _as_id(number: int | float, code: str, place: str) -> Value:
    """Return a number; one that cannot have been meant where a text is wanted is unsure there."""
    if abs(number) >= _MOST_AS_ID:
        return UnclearCell(
            f"{place} holds a number of over {_DIGITS_KEPT} digits, of which a sheet keeps no more; {_AS_TEXT}", number
        )
    if "E+" in code.upper():
        return UnclearCell(f"{place} holds the number {number}, shown as a power of ten; {_AS_TEXT}", number)
    if _ZEROS.fullmatch(code) and len(str(number)) < len(code):
        return UnclearCell(f"{place} holds the number {number}, shown as {number:0{len(code)}}; {_AS_TEXT}", number)
    shown = _shown(number, code)
    if shown == str(number):
        return number
    how = f"in the format {code[:_DIGITS_KEPT]}" if shown is None else f"as {shown}"
    message = f"{place} holds the number {number}, shown {how}; {_AS_TEXT}"
    return UnclearCell(message, number, is_clear_as_remark=True)


def _shown(number: int | float, code: str) -> str | None:
    """Return a number as a format shows it, None where that takes more than its digits, a point and commas."""
    parts = code.split(";")
    part = _LOOKS.sub("", parts[0]).strip()
    # A second part is that of negative numbers, a third that of 0.
    if (number < 0 and len(parts) > 1) or (number == 0 and len(parts) > 2):
        return None
    if part in ("General", "@"):
        return str(number)
    found = _DIGITS.fullmatch(part)
    if found is None:
        return None
    whole, places = found[1], found[2] or ""
    width = whole.count("0") + (len(places) + 1 if places else 0) + (number < 0)
    return f"{number:0{width}{',' if ',' in whole else ''}.{len(places)}f}"
