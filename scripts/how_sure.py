"""Write docs/how-sure.md: the European answer, with vehicles, through every question that follows the first one.

``python -m scripts.how_sure`` asks all of them and writes the page, which takes some minutes. Every figure on it is of
the answers; the words around them say only what holds whatever they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import netdesign as nd
from netdesign.report.words import ordinal
from scripts.doc_transcripts import ROOT
from scripts.how_sure_asked import INSTANCE, ask
from scripts.how_sure_assumed import assumed_markdown, uncovered_markdown
from scripts.how_sure_failures import failing_markdown
from scripts.how_sure_frontier import frontier_markdown
from scripts.how_sure_near import near_markdown
from scripts.how_sure_second import second_markdown
from scripts.how_sure_short import short_markdown
from scripts.how_sure_ties import ties_of
from scripts.how_sure_turning import turning_markdown
from scripts.how_sure_words import bullets, millions, network_of, wrapped
from scripts.how_sure_worlds import drawn_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.how_sure_asked import Asked

FILE = ROOT / "docs" / "how-sure.md"

_BY_TONNE = "Priced by the tonne"
"""Begins the sentence after which the answer has in what it would be another by the tonne."""

_CODE = re.compile(r"\b[A-Z]{3}\b")


def main() -> None:
    """Ask all questions and write the page."""
    FILE.write_text(page(ask()), encoding="utf-8")


def page(asked: Asked) -> str:
    """Return the page."""
    ties = ties_of(asked.near)
    parts = [
        answer_markdown(asked),
        assumed_markdown(asked),
        second_markdown(asked, ties),
        near_markdown(asked),
        turning_markdown(asked.turning, ties),
        uncovered_markdown(asked),
        failing_markdown(asked),
        drawn_markdown(asked),
        frontier_markdown(asked),
    ]
    first = f"{head_markdown()}\n{short_markdown(asked, ties)}"
    return wrapped("\n".join([first, key_markdown("\n".join([first, *parts])), *parts]))


def head_markdown() -> str:
    """Return what the page is about."""
    return """# How sure: the European answer

Does a second European hub beside Liège pay, does a third, and where? This page takes the answer on [the European
instance](european-instance.md) through the questions of whoever has to sign it. All figures are of one year as it
stands; `python -m scripts.how_sure` writes them from what netdesign answers. [From the question to the
command](questions.md) says how to ask the same of another instance, the [glossary](glossary.md) has the words,
[timing](timing.md) says when to open what, and the [back-test](back-test.md) holds the answer against what was
built.
"""


def key_markdown(text: str) -> str:
    """Return what the sites are called whose codes are in a text."""
    tables = nd.read(INSTANCE).to_dict()["tables"]
    names = {row["id"]: row["name"] for row in [*tables["hubs"], *tables["overseas"]]}
    used = sorted(set(_CODE.findall(text)) & set(names))
    return f"Sites: {', '.join(f'{site} {names[site]}' for site in used)}.\n"


def answer_markdown(asked: Asked) -> str:
    """Return the answer in sentences, with one hub more than is permitted, and by the tonne."""
    answer, wider = asked.answer, asked.wider
    own, _ = _of_vehicles_and_by_tonne(answer.sentences)
    steps = len(answer.document.steps)
    new, further = len(answer.networks) - 1, wider.document.steps[steps]
    last = wider.networks[-1]
    gone = [site for site in asked.best if site not in last.hubs]
    others = f", without {network_of(gone)}" if gone else ""
    own.append(
        f"At most {new} new hubs are permitted; *proven* and *runner-up*, the second best of all permitted networks, "
        f"hold among these. With one more, a {ordinal(further.to_hubs)} hub would save a further EUR "
        f"{millions(further.saving)} m a year: {network_of(last.hubs)}{others}."
    )
    own.append(
        f"Freight from Hangzhou has a deadline from order to door; {_inside(asked)} of it is in time with the best "
        "network. What is late pays a penalty, which is part of the cost."
    )
    return f"""## The answer

{bullets(own)}
{_by_the_tonne(asked)}"""


def _of_vehicles_and_by_tonne(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the sentences of an answer about vehicles, and those in which it would be another by the tonne."""
    ends = next((place for place, line in enumerate(lines) if line.startswith(_BY_TONNE)), len(lines))
    return list(lines[:ends]), list(lines[ends + 1 :])


def _inside(asked: Asked) -> str:
    service = asked.answer.networks[-1].service
    return "-" if service is None or service.inside is None else f"{service.inside:.1%}"


def _by_the_tonne(asked: Asked) -> str:
    """Return in what the answer would be another by the tonne, and why the page holds to vehicles."""
    _, linear = _of_vehicles_and_by_tonne(asked.answer.sentences)
    if not linear:
        return "Priced by the tonne, as if vehicles were always full and nobody waited, the answer is the same.\n"
    differs = " ".join(linear)
    return f"""**Priced by the tonne**, as if vehicles were always full and nobody waited, one thing differs:
{differs[0].lower()}{differs[1:]} This page holds to vehicles that leave on each working day, full or not: most
cities get less than a truckload a day, so that somebody pays for the empty part of the van, and parcels wait for
it. [Why they differ](european-instance.md#why-they-differ) tells more.
"""


if __name__ == "__main__":
    main()
