"""Write docs/how-sure.md: the European answer, with vehicles, through every question that follows the first one.

``python -m scripts.how_sure`` asks all of them and writes the page, which takes some minutes. Every figure on it is of
the answers; the words around them say only what holds whatever they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.words import ordinal
from scripts.doc_transcripts import ROOT
from scripts.how_sure_asked import ask
from scripts.how_sure_assumed import assumed_markdown, uncovered_markdown
from scripts.how_sure_failures import failing_markdown
from scripts.how_sure_frontier import frontier_markdown
from scripts.how_sure_near import near_markdown
from scripts.how_sure_savings import failure_sentence, penalty_sentence, tonne_sentence
from scripts.how_sure_second import second_markdown
from scripts.how_sure_short import short_markdown
from scripts.how_sure_sites import key_markdown
from scripts.how_sure_ties import ties_of
from scripts.how_sure_trade import trade_markdown
from scripts.how_sure_turning import turning_markdown
from scripts.how_sure_words import bullets, millions, network_of, wrapped
from scripts.how_sure_worlds import drawn_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.how_sure_asked import Asked

FILE = ROOT / "docs" / "how-sure.md"

_BY_TONNE = "Priced by the tonne"
"""Begins the sentence after which the answer has in what it would be another by the tonne."""


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
        trade_markdown(asked),
        turning_markdown(asked.turning, ties),
        uncovered_markdown(asked),
        failing_markdown(asked),
        drawn_markdown(asked),
        frontier_markdown(asked),
        open_markdown(),
    ]
    parts.insert(0, short_markdown(asked, ties))
    return wrapped("\n".join([head_markdown(), key_markdown("\n".join(parts)), *parts]))


def head_markdown() -> str:
    """Return what the page is about."""
    return """# How sure: the European answer

Does a second European hub beside Liège pay, does a third, and where? This page takes the answer on [the European
instance](european-instance.md) through the questions of whoever has to sign it. All figures are of one year as it
stands; `python -m scripts.how_sure` writes them from what netdesign answers. [From the question to the
command](questions.md) says how to ask the same of another instance, the [glossary](glossary.md) has the words,
[timing](timing.md) says when to open what, and the [back-test](back-test.md) holds the answer against what was
built.

*Proven* means that no permitted network is cheaper in this model at these figures. It says nothing about the figures,
many of which are assumed.
"""


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
    own += [penalty_sentence(asked), failure_sentence(asked)]
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
    return f"""**Priced by the tonne** means as if vehicles were always full and nobody waited.
{tonne_sentence(asked, with_lost=False)}
{differs} This page holds to vehicles that leave on each working day, full or
not: most cities get less than a truckload a day, so that somebody pays for the empty part of the van, and parcels wait
for it. [Why they differ](european-instance.md#why-they-differ) tells more.
"""


def open_markdown() -> str:
    """Return what else whoever signs has to know, and where some of it is."""
    return """## What is not answered here

* **When to begin.** All figures are of one year. [The European instance over
years](timing.md#the-european-instance-over-years) orders hubs from 2026 to 2035, in modules of floor, by what the
volume does: it is another instance, and its third hub may be another one.
* **Investment and payback.** Floor and sorters of a new hub count as the same amount in each year of its life, within
its fixed cost. What has to be paid at the start, what a budget permits and when it has come back is not told.
* **Ramp-up.** A new hub works at its full volume from the first day on; hiring, trials and what both networks cost side
by side meanwhile is not counted.
* **Exit.** What it costs to leave a hub or a lease before its life is over is not counted.
* **Duty on parcels** is in no price. It is the same at each airport of the EU, so that it moves no network against
another; it may move [the volume](european-instance.md#what-the-answer-leans-to), which decides most.
"""


if __name__ == "__main__":
    main()
