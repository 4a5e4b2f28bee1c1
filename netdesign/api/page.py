"""``report``, for Python and for the command line: one HTML file of an instance, or of results."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdesign.api.answers import RecordedAnswer
from netdesign.api.checked import path_of
from netdesign.api.findings import CompareAnswer
from netdesign.api.given import Given
from netdesign.api.keywords import in_words_of_python
from netdesign.api.over_years import is_over_years
from netdesign.api.page_sources import result_of, sort_sources
from netdesign.errors import ContradictionError, ExitCode, NetdesignError, UsageError
from netdesign.io.output_file import check_spares, check_writable, write_text
from netdesign.results.earlier_results import check_replaces_no_other
from netdesign.solve.core.outcome import silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from threading import Event

    from netdesign.api.answers import RecordedAnswer
    from netdesign.api.findings import CompareAnswer
    from netdesign.api.given import Given
    from netdesign.api.keywords import Listener
    from netdesign.api.page_sources import AnySource, Sources
    from netdesign.report.page.compose import OwnSets
    from netdesign.report.page.data import PageData

A_PAGE = "a page"
"""Kind of a file that a page may replace."""

ANY_GAP = 1.0
"""Of what a comparison was asked for nothing is recorded."""


class Page:
    """One HTML file that opens without network: verdict, map, evidence, assumptions, and a stamp.

    Parameters
    ----------
    data
        What it shows, as its script reads it.
    exit_code
        That of the question where the page answers an instance, else that of an answer.
    warnings
        Warnings about the instance.
    read
        Files that the page is made of, which it may not replace.

    Examples
    --------
    >>> import netdesign as nd
    >>> page = nd.report("tiny")
    >>> page.data["verdict"]["headline"]
    "One more hub pays: B + D saves EUR 53,000 a year (13.2%) against today's B."
    """

    def __init__(
        self, data: PageData, exit_code: ExitCode, warnings: Sequence[str] = (), read: Sequence[Path] = ()
    ) -> None:
        self.data, self.exit_code, self.warnings = data, exit_code, tuple(warnings)
        self._read = tuple(read)

    @property
    def html(self) -> str:
        """The text of the file."""
        from netdesign.report.page.join import page_html
        from netdesign.report.page.summary import summary_html

        return page_html(self.data, summary_html(self.data))

    @in_words_of_python
    def save(self, path: str | Path) -> None:
        """Write the file.

        Parameters
        ----------
        path
            The file, in a folder that exists; an existing file is replaced, unless it holds a result, an instance or
            what the page is made of.

        Raises
        ------
        UsageError
            The file cannot be written.
        """
        file = path_of("path", path)
        check_writable(file)
        check_spares(file, self._read)
        check_replaces_no_other(file, A_PAGE)
        write_text(file, self.html)

    def __repr__(self) -> str:
        return f"<Page {self.data['title']}: {len(self.data['plans'])} plans, {len(self.data['evidence'])} answers>"

    def __str__(self) -> str:
        return self.html

    def _repr_html_(self) -> str:
        from netdesign.report.page.summary import summary_html

        return summary_html(self.data)


@in_words_of_python
def report(*sources: AnySource, title: str | None = None) -> Page:
    """Make one HTML file of an instance, or of results, as ``netdesign report`` does.

    Parameters
    ----------
    *sources
        Answers, or paths of result files; one of them may be the instance, which is solved where there is nothing else.
    title
        Of the page; that of the instance if left out.

    Raises
    ------
    InstanceError, UsageError
        The instance is wrong; a result cannot be read, or is of another instance or with other values.
    ContradictionError
        A result is not true of the instance.
    """
    return page_of(sort_sources(sources), title or "")


def page_of(
    sources: Sources, title: str, output: str = "page.html", listen: Listener = silent, stop: Event | None = None
) -> Page:
    """Return the page of an instance, which is solved, or of results, which are verified.

    Parameters
    ----------
    sources
        What it is made of.
    title, output
        Of the page, empty for that of the instance; and the name of its file.
    listen, stop
        As ``solve`` takes them.

    Raises
    ------
    InstanceError, UsageError, ContradictionError
        As ``report``.
    """
    from netdesign.report.page.compose import page_data
    from netdesign.report.page.results import verified

    if not isinstance(title, str):
        message = f"--title {title!r}: give a text"
        raise UsageError(message)
    given = _read(sources)
    results, exit_code = list(sources.results), ExitCode.ANSWERED
    if not results:
        answer = _answer(given, listen, stop)
        results, exit_code = [result_of(answer)], answer.exit_code
    name = results[0].document.instance.name if sources.given is None else _name_of(given)
    stated = verified(results, given.source, name)
    own = _compared(sources.compared, stated[0].problem) if sources.compared else ()
    command = "" if sources.typed is None else _command(sources.typed, title, output)
    data = page_data(results, stated, given.source, title=title, command=command, own_sets=own)
    return Page(data, exit_code, stated[0].problem.warnings, (*sources.files, *given.source.files))


def _command(typed: Sequence[str], title: str, output: str) -> str:
    """Return what makes a page again."""
    return shlex.join(["netdesign", "report", *typed, *(["--title", title] if title else []), "-o", output])


def _read(sources: Sources) -> Given:
    """Return the instance with its files read."""
    try:
        return sources.instance.read()
    except NetdesignError as error:
        if sources.given is None:
            error.message += f"\n{sources.results[0].name} names this instance; where it is elsewhere, name it too"
        raise


def _name_of(given: Given) -> str:
    data = given.source.located.data
    return str(data.get("name", "")) if isinstance(data, dict) else ""


def _answer(given: Given, listen: Listener, stop: Event | None) -> RecordedAnswer:
    from netdesign.api.calls import solve, timing

    asked: Any = timing if is_over_years(given, {}) else solve
    answer: RecordedAnswer = asked(given, listen=listen, stop=stop)
    return answer


def _compared(answers: Sequence[CompareAnswer], problem: Any) -> list[OwnSets]:
    """Return the networks of comparisons, priced again.

    Raises
    ------
    ContradictionError
        One is not true of the problem.
    """
    from netdesign.analysis.verify_networks import of_network
    from netdesign.instance.options import fix_hubs
    from netdesign.report.page.compose import OwnSets

    networks = [row.network for answer in answers for row in answer.rows if row.network is not None]
    faults = []
    for network in networks:
        named = replace(problem, instance=fix_hubs(problem.instance, network.open_hubs))
        faults += [f"the answer of compare: contradicted: {text}" for text in of_network(network, named, ANY_GAP)]
    if faults:
        message = "\n".join([*faults, "no page is written"])
        raise ContradictionError(message)
    return [OwnSets(problem, networks)]
