"""Write docs/how-sure.md: the European answer, with vehicles, through every question that follows the first one.

``python -m scripts.how_sure`` asks all of them and writes the page, which takes some minutes. Every figure on it is of
the answers; the words around them say only what holds whatever they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.doc_transcripts import ROOT
from scripts.how_sure_asked import ask
from scripts.how_sure_assumed import assumed_markdown, uncovered_markdown
from scripts.how_sure_facts import hours_promised, hub_sites, instance_data
from scripts.how_sure_failures import failing_markdown
from scripts.how_sure_frontier import frontier_markdown
from scripts.how_sure_near import near_markdown
from scripts.how_sure_rivals import rivals_markdown
from scripts.how_sure_savings import failure_sentence
from scripts.how_sure_second import networks_compared, second_markdown
from scripts.how_sure_short import short_markdown
from scripts.how_sure_sites import city, key_markdown
from scripts.how_sure_ties import ties_of
from scripts.how_sure_trade import trade_markdown
from scripts.how_sure_turning import turning_markdown
from scripts.how_sure_words import bullets, wrapped
from scripts.how_sure_worlds import drawn_markdown

if TYPE_CHECKING:
    from scripts.how_sure_asked import Asked

FILE = ROOT / "docs" / "how-sure.md"


def main() -> None:
    """Ask all questions and write the page."""
    FILE.write_text(page(ask()), encoding="utf-8")


def page(asked: Asked) -> str:
    """Return the page."""
    ties = ties_of(asked.near)
    parts = [
        counted_markdown(asked),
        assumed_markdown(asked),
        second_markdown(asked),
        rivals_markdown(asked),
        near_markdown(asked),
        trade_markdown(asked),
        turning_markdown(asked, ties),
        uncovered_markdown(asked),
        failing_markdown(asked),
        drawn_markdown(asked, ties),
        frontier_markdown(asked),
        open_markdown(asked),
    ]
    parts.insert(0, short_markdown(asked, ties))
    return wrapped("\n".join([head_markdown(), key_markdown("\n".join(parts)), *parts]))


def head_markdown() -> str:
    """Return what the page is about."""
    data = instance_data()
    tonnes = {name: f"{stream['volume_t_per_year']:,.0f} t" for name, stream in data["streams"].items()}
    return f"""# How sure: the European answer

A parcel operator flies {tonnes["inbound"]} a year from Hangzhou in China to its hub at the airport of Liège, sorts them
and drives them to {len(data["tables"]["cities"])} cities of Europe; {tonnes["outbound"]} go back the same way. Does a
second European hub pay, does a third, and where? This page takes the answer on [the European
instance](european-instance.md), which is all that was put in, through the questions of whoever has to sign it. All
figures are of [one year](#what-is-assumed) as it stands; `python -m scripts.how_sure` writes them from what netdesign
answers. [From the question to the command](questions.md) says how to ask the same of another instance, the
[glossary](glossary.md) has the words, [timing](timing.md) says when to open what, and the [back-test](back-test.md)
holds the answer against what was built.

*Proven* means that no permitted network is cheaper in this model at these figures. It says nothing about the figures,
many of which are assumed. Differences and quotients are of unrounded amounts, so that those of the amounts shown
may come out a little otherwise.
"""


def counted_markdown(asked: Asked) -> str:
    """Return what is counted how: vehicles, or tonnes; late freight; failures."""
    lines = [_vehicles()] if asked.answer.document.linear is not None else []
    lines.append(
        f"Freight from Hangzhou has a deadline, {hours_promised()} h from order to door. What is later is *late* and "
        "pays a penalty, a part of the cost that stands for what lateness costs the operator."
    )
    lines.append(failure_sentence(asked))
    return f"## How it is counted\n\n{bullets(lines)}"


def _vehicles() -> str:
    """Return why the page holds to vehicles, and where the answer by the tonne is."""
    return (
        "Vehicles leave on each working day, full or not: most cities get less than a truckload a day, so that "
        "somebody pays for the empty part of the van, and parcels wait for it. **Priced by the tonne** means instead "
        "as if vehicles were always full and nobody waited, the late penalty as before: the count for an operator who "
        "pays carriers for each tonne. [What no range covers](#what-no-range-covers) has what then pays, and [Why "
        "they differ](european-instance.md#why-they-differ) tells more."
    )


def open_markdown(asked: Asked) -> str:
    """Return what else whoever signs has to know, and where some of it is."""
    return f"""## What is not answered here

* **When to begin.** All figures are of one year. [The European instance over
years](timing.md#the-european-instance-over-years) orders hubs from 2026 to 2035, in modules of floor, by what the
volume does: it is another instance, and its third hub may be another one.
* **Payback.** The investment stands [above](#the-second-hub); what a budget permits and when the money has come back is
not told.
* **Room.** No limit is set to what an airport, its runway and stands, or a hub can take. {_room(asked)}
* **Rates at the new airport.** A kilo to a new hub costs what it costs to Liège but for the distance. What its airport
and carriers would ask beside that nobody has said: {_premium(asked)}
* **Another timetable.** Least departures are the operator's choice, in collection and delivery alike; networks are held
against Liège at the same ones. What fewer would save without any new hub is a question of its own.
* **Sizes.** Each new hub has the same floor and sorters, the third one with its few tonnes too; what is idle at Liège
then is worth nothing.
* **Ramp-up.** A new hub works at its full volume from the first day on; hiring, trials and what both networks cost side
by side meanwhile is not counted.
* **Exit.** What it costs to leave a hub or a lease before its life is over is not counted.
* **Today as it is.** What today's network costs and how much of its freight is in time is what the model makes of the
figures; no source of the instance says either, so that they are held against nothing.
* **Duty on parcels** is in no price. It is the same at each airport of the EU, so that it moves no network of these
against another, while East Midlands (EMA) is outside; it may move [the
volume](european-instance.md#what-the-answer-leans-to), which decides most.
"""


def _premium(asked: Asked) -> str:
    """Return what more a kilo over each of the second hubs takes all that it saves."""
    today, *others = networks_compared(asked)[: len(asked.second)]
    parts = []
    for one in others:
        load = next(load for load in one.hub_loads if load.hub not in asked.today)
        eur = ((today.objective or 0.0) - (one.objective or 0.0)) / load.handled_t_per_year / 1000.0
        parts.append(f"EUR {eur:.2f} a kilo over {city(load.hub)}")
    return f"{' or '.join(parts)} would take all that it saves."


def _room(asked: Asked) -> str:
    """Return what goes over the second hubs beside all cargo of their airports today."""
    parts = []
    for one in networks_compared(asked)[1 : len(asked.second)]:
        load = next(load for load in one.hub_loads if load.hub not in asked.today)
        parts.append(
            f"{load.handled_t_per_year:,.0f} t a year to {city(load.hub)}, which has "
            f"{hub_sites()[load.hub].cargo:,.0f} t of cargo today"
        )
    return f"The second hub would bring {', or '.join(parts)}."


if __name__ == "__main__":
    main()
