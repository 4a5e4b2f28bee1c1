"""The answer of ``netdesign explain``: which policies clash, and how far each of their figures has to give."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netdesign.evaluate import apart
from netdesign.formulation.protocol import forbidding_policies
from netdesign.instance.policies import Policy
from netdesign.network.routes import has_deadlines, number_always_late
from netdesign.report.tables import render, to_csv
from netdesign.report.words import clash_sentence, counted, listed, network_name, policy_words, time_line
from netdesign.results.explanation_document import Kept
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.results.explanation_document import ClashPart, ExplanationDocument, FigurePart

_UNDECIDED = "no engine decided it in its part of the time"

_FORMS = {"1": ",.2f", "t/year": ",.1f", "t CO2e/year": ",.1f", "EUR/year": ",.0f", "h": ",.2f", "1/week": ",.2f"}
"""How values are shown, by unit; shares as percentages, and numbers of sites as such."""

_UNITS = {
    "1": " %",
    "t/year": " t/year",
    "t CO2e/year": " t CO2e/year",
    "EUR/year": " EUR/year",
    "h": " h",
    "1/week": " flights a week",
}

_IN_FORCE = dict.fromkeys(("cap", "capacity", "largest number", "deadline"), "permitted")
"""What is said of a figure that holds from above; others are asked."""

_GIVING = {
    "required": "it need not open",
    "forbidden": "it may open",
    "exclusive": "its sites may open together",
    "connection": "hubs need not be joined by links",
    "shape": "links need not form one",
    "required link": "it need not be chosen",
    "forbidden link": "it may be chosen",
}
"""How sites and groups, and by their kind what hub links are or form, give way."""

_SAME = 1e-6
"""Relative difference of two values that are told as one."""

_COLUMNS = ("clash", "policies", "policy", "subject", "kind", "unit", "asked", "kept", "value", "refused", "open_hubs")


class Deadlines(NamedTuple):
    """What a result does not hold of the deadlines of the instance.

    Parameters
    ----------
    are_priced
        Whether late freight pays for every deadline there is, so that none forbids a plan.
    always_late
        Commodities that are late on every route.
    """

    are_priced: bool
    always_late: int

    @classmethod
    def of(cls, instance: Instance, network: Network) -> Deadlines:
        """Return this for an instance with the options of a call."""
        are_priced = has_deadlines(instance) and Policy.DEADLINE not in forbidding_policies(instance)
        return cls(are_priced, number_always_late(instance, network) if are_priced else 0)


def explanation_text(result: ExplanationDocument, deadlines: Deadlines) -> str:
    """Return the whole answer as text."""
    times = {name: seconds for name, seconds in result.times.items() if name in ("clashes_s", "figures_s", "total_s")}
    return render(explanation_lines(result, deadlines), [], time_line(times, {}))


def explanation_lines(result: ExplanationDocument, deadlines: Deadlines) -> list[str]:
    """Return the sentences that say whether a plan is permitted, and which policies clash."""
    if result.is_feasible:
        policies = [str(name) for name in result.problem["policies"] if name != "deadline" or not deadlines.are_priced]
        in_force = listed([policy_words(name) for name in policies])
        keeps = f" keeps every policy in force ({in_force})" if in_force else " is one"
        permitted = f"A plan is permitted, and nothing clashes: {network_name(result.open_hubs)}{keeps}."
        return [permitted, *_deadline_lines(deadlines)]
    if result.is_feasible is None:
        return [f"Whether a plan is permitted is not known: {_why(result)} before a plan or a proof was found."]
    return ["No plan is permitted; proven.", *_number_lines(result), *_clash_lines(result), *_missing_lines(result)]


def _deadline_lines(deadlines: Deadlines) -> Iterator[str]:
    if deadlines.are_priced:
        late = "one commodity is" if deadlines.always_late == 1 else f"{deadlines.always_late} commodities are"
        always = f"; {late} late in every network" if deadlines.always_late else ""
        yield f"The deadline has a price, so that it forbids no plan: what is late pays the penalty{always}."


def _number_lines(result: ExplanationDocument) -> Iterator[str]:
    number = len(result.clashes)
    if not result.clashes[0].policies:
        yield (
            "There is none whatever policy is left out: routes, vehicles with their departures, and hubs of cities "
            "permit none."
        )
        return
    least = "least " if all(clash.is_least for clash in result.clashes) else ""
    sets = f"One {least}set of policies clashes" if number == 1 else f"{number} {least}sets of policies clash"
    yield f"{sets}, and there is no other; proven." if result.is_complete else f"{sets}; there may be others."


def _clash_lines(result: ExplanationDocument) -> Iterator[str]:
    for number, clash in enumerate(result.clashes, start=1):
        if not clash.policies:
            return
        doubt = "" if clash.is_least else "; fewer of them may do so too"
        yield f"{number}. {clash_sentence(clash.policies)}{doubt}."
        for figure in clash.figures:
            yield f"   {_figure_line(figure, clash, result)}"
        silent = [policy_words(name) for name in clash.policies if all(one.policy != name for one in clash.figures)]
        for name in silent:
            yield f"   {name}: no figure of it is enough by itself."
    enough = [listed([policy_words(name) for name in names]) for names in result.enough]
    if enough:
        found = "" if result.is_complete else " (there may be others)"
        yield f"There is a plan without {'; or without '.join(enough)}{found}."


def _figure_line(figure: FigurePart, clash: ClashPart, result: ExplanationDocument) -> str:
    about = f"{policy_words(figure.policy)}{f', {figure.subject}' if figure.subject else ''}"
    if not figure.open_hubs:
        return f"{about}: {_why(result)} before it was known how far it has to give."
    others = "" if figure.kept is Kept.ALL else f", {_rest(figure, clash)}"
    if figure.asked is None or figure.value is None or figure.refused is None:
        return f"{about}: there is a plan if {_GIVING.get(figure.kind) or _GIVING[figure.policy]}{others}."
    return f"{about}: {_limit(figure)}; {_number(figure.asked, figure)} {_IN_FORCE.get(figure.kind, 'asked')}{others}."


def _rest(figure: FigurePart, clash: ClashPart) -> str:
    """Return what a figure was held against, where it is not all else that is in force."""
    rest = listed([policy_words(name) for name in clash.policies if name != figure.policy])
    if figure.kept is Kept.CLASH:
        return f"with {rest} alone" if rest else "with no other policy"
    return f"without its other figures and with {rest} alone" if rest else "without its other figures"


def _limit(figure: FigurePart) -> str:
    """Return what can be had or is needed, as exact as it is proven."""
    value, refused = figure.value or 0.0, figure.refused or 0.0
    rises = max(value, refused) > (figure.asked or 0.0)
    if figure.unit not in _FORMS:
        # The next whole number may be permitted.
        refused = min(refused + 1, value) if rises else max(refused - 1, value)
    shown = _value(value, figure)
    if shown != _value(refused, figure) and abs(value - refused) > _SAME * abs(value):
        low, high = _apart(min(value, refused), max(value, refused), figure)
        unit = high.removeprefix(high.split(" ")[0])
        shown = f"between {low.removesuffix(unit)} and {high}"
    is_one = _is_one(value, figure)
    needed = f"at least {shown} {'is' if is_one else 'are'} needed" if rises else f"at most {shown} can be had"
    return needed if figure.is_finished else f"{needed}, as far as is known"


def _number(value: float, figure: FigurePart) -> str:
    """Return what is in force, with its verb."""
    is_one = _is_one(value, figure)
    text = _value(value, figure) if figure.unit in _FORMS else f"{value:,.0f}"
    return f"{text} {'is' if is_one else 'are'}"


def _is_one(value: float, figure: FigurePart) -> bool:
    """Return whether the verb after a value is that of one thing."""
    return value == 1 if figure.kind == "flights" else figure.unit in _FORMS or value == 1


def _value(value: float, figure: FigurePart) -> str:
    return _apart(value, value, figure)[0]


def _apart(value: float, other: float, figure: FigurePart) -> tuple[str, str]:
    """Return two values with their unit, and as many digits as it takes to tell them apart."""
    form, unit = _FORMS.get(figure.unit, ",.0f"), _UNITS.get(figure.unit, f" {figure.unit}")
    if figure.unit not in _FORMS and value == other:
        return (f"{value:,.0f} {figure.unit.removesuffix('s') if value == 1 else figure.unit}",) * 2
    factor = 100.0 if figure.unit == "1" else 1.0
    texts = apart(value * factor, other * factor, form)
    return f"{texts[0]}{unit}", f"{texts[1]}{unit}"


def _missing_lines(result: ExplanationDocument) -> Iterator[str]:
    unfinished = sum(not figure.is_finished for clash in result.clashes for figure in clash.figures)
    if result.is_complete and not unfinished:
        return
    is_least = all(clash.is_least for clash in result.clashes)
    missing = [] if result.is_complete else [f"whether {'other' if is_least else 'smaller or other'} sets clash"]
    missing += [counted(unfinished, "figure")] if unfinished else []
    why = _why(result)
    more = "; --time-limit S gives searches more of it" if why == _UNDECIDED else ""
    yield f"Not finished: {listed(missing)}; {why}{more}."


def _why(result: ExplanationDocument) -> str:
    """Return what ended the searches."""
    if result.termination == Termination.TIME_LIMIT:
        return "the time limit ended the search"
    if result.termination == Termination.INTERRUPTED:
        return "an interruption ended the search"
    if len(result.clashes) >= result.options["most"]:
        return f"the list ends at --most {result.options['most']}"
    return _UNDECIDED


def explanation_records(result: ExplanationDocument) -> list[dict[str, object]]:
    """Return a row for each figure of each clash, and one for a clash without any."""
    records: list[dict[str, object]] = []
    for number, clash in enumerate(result.clashes, start=1):
        own = {"clash": number, "policies": "+".join(clash.policies)}
        rows = [
            figure.model_dump(mode="json") | {"open_hubs": "+".join(figure.open_hubs)} for figure in clash.figures
        ] or [{}]
        records += [own | {name: row.get(name) for name in _COLUMNS[2:]} for row in rows]
    return records


def explanation_csv(result: ExplanationDocument) -> str:
    """Return CSV text with one row for each figure of each clash."""
    records = explanation_records(result)
    return to_csv(list(_COLUMNS), [[record[name] for name in _COLUMNS] for record in records])
