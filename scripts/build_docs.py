"""Generate parts of README.md and docs/: ``python -m scripts.build_docs [--check] [--transcripts]``.

Four things are generated, each from the code that it describes:

* whole files: the JSON Schemas, and a page for each model from the docstring of its file;
* regions between ``<!-- generated: NAME -->`` and ``<!-- end -->``: the references and the help of the commands;
* in ``console`` blocks, the output of each ``$ netdesign ...``; a comment ``# exit 3`` states another exit code than 0,
  ``first=12`` after ``console`` keeps only the first lines;
* nothing else: all other text is written by hand and left alone.

The commands of a document run in order in a copy of the checkout, where its ``yaml file=NAME`` and ``csv file=NAME``
blocks lie as files.
Commands on the instances of ``doc_transcripts.LONG_INSTANCES`` take their time and run only with ``--transcripts``.
"""

from __future__ import annotations

import argparse
import re
import sys
from functools import partial
from typing import TYPE_CHECKING

from netdesign import catalogue
from netdesign.analysis.bench.records import read_records
from netdesign.cli import app
from netdesign.instance.schema import json_schema
from netdesign.report.literature import literature_markdown
from netdesign.results.part import schema_of
from netdesign.results.result_file import result_kinds
from scripts.doc_classes import classes_markdown
from scripts.doc_europe import (
    back_test_markdown,
    centres_markdown,
    lines_markdown,
    readings_markdown,
    stage_readings_markdown,
)
from scripts.doc_links import links_markdown
from scripts.doc_measurements import (
    engines_markdown,
    growth_markdown,
    measured,
    staged_markdown,
    straight_markdown,
)
from scripts.doc_page import page_markdown
from scripts.doc_questions import explained_markdown, over_years_markdown, questions_markdown
from scripts.doc_references import (
    formats_table,
    instance_reference,
    model_page,
    result_reference,
    schema_text,
    source_columns,
)
from scripts.doc_transcripts import ROOT, DocumentError, run, with_transcripts
from scripts.doc_vehicles import real_size_markdown, vehicles_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

BENCHMARKS = ROOT / "benchmarks"
"""Files of committed runs."""

REGION = re.compile(r"^<!-- generated: (?P<name>[\w-]+) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


def command_names() -> list[str]:
    """Return the names of all commands, in the order of the help."""
    return [str(command.name) for command in app.registered_commands]


def command_help() -> str:
    """Return the help of the program and of each command."""
    calls = ["netdesign", *(f"netdesign {name}" for name in command_names())]
    parts = [f"### `{call}`\n\n```text\n{run(f'{call} --help', ROOT).output}\n```\n" for call in calls]
    return "\n".join(parts)


def literature() -> str:
    """Return the comparison with published values, from the committed run."""
    return literature_markdown(read_records(BENCHMARKS / "literature.csv"))


def classes() -> str:
    """Return the classes of the literature, with the values of the committed run."""
    return classes_markdown(read_records(BENCHMARKS / "literature.csv"))


_KINDS = {word.replace("_", "-"): kind for word, kind in result_kinds().items()}

REGIONS: dict[str, Callable[[], str]] = {
    "instance": instance_reference,
    "source-columns": source_columns,
    "formats": formats_table,
    **{word: partial(result_reference, kind) for word, kind in _KINDS.items()},
    "help": command_help,
    "literature": literature,
    "classes": classes,
    "engines": partial(measured, BENCHMARKS / "engines.csv", engines_markdown),
    "against-straight": partial(measured, BENCHMARKS / "against_straight.csv", straight_markdown),
    "links": partial(measured, BENCHMARKS / "links.csv", links_markdown),
    "explained": partial(measured, BENCHMARKS / "questions.csv", explained_markdown),
    "questions": partial(measured, BENCHMARKS / "questions.csv", questions_markdown),
    "questions-over-years": partial(measured, BENCHMARKS / "questions.csv", over_years_markdown),
    "growth": partial(measured, BENCHMARKS / "growth.csv", growth_markdown),
    "page": partial(measured, BENCHMARKS / "page.csv", page_markdown),
    "staged": partial(measured, BENCHMARKS / "staged.csv", staged_markdown),
    "vehicles": partial(measured, BENCHMARKS / "vehicles.csv", vehicles_markdown),
    "real-size": partial(measured, BENCHMARKS / "vehicles.csv", real_size_markdown),
    "readings": partial(measured, BENCHMARKS / "europe_readings.csv", readings_markdown),
    "stage-readings": partial(measured, BENCHMARKS / "stage_readings.csv", stage_readings_markdown),
    "centres": partial(measured, BENCHMARKS / "centre_readings.csv", centres_markdown),
    "lines": partial(measured, BENCHMARKS / "line_readings.csv", lines_markdown),
    "back-test": partial(measured, BENCHMARKS / "back_test.csv", back_test_markdown),
}


def with_regions(text: str) -> str:
    """Return a document with new generated regions."""

    def region(match: re.Match[str]) -> str:
        if match["name"] not in REGIONS:
            message = f"unknown region '{match['name']}'; there are {', '.join(REGIONS)}"
            raise DocumentError(message)
        return f"<!-- generated: {match['name']} -->\n\n{REGIONS[match['name']]()}\n<!-- end -->"

    return REGION.sub(region, text)


def documents() -> list[str]:
    """Return the names of all documents, relative to the checkout."""
    return ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))]


def generated_files() -> dict[str, str]:
    """Return the files that are generated as a whole, by name."""
    files = {
        "docs/instance.schema.json": schema_text(json_schema()),
        **{f"docs/{word}.schema.json": schema_text(schema_of(kind)) for word, kind in _KINDS.items()},
    }
    return files | {f"docs/models/{name}.md": model_page(path) for name, path in catalogue.models().items()}


def hand_written() -> dict[str, str]:
    """Return the current text of the documents that are not generated as a whole."""
    names = [name for name in documents() if not name.startswith("docs/models/")]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names}


def build(*, long: bool) -> dict[str, str]:
    """Return the new text of every document and schema, by name.

    Parameters
    ----------
    long
        Whether to run the long commands too.

    Raises
    ------
    DocumentError
        A document does not match the program.
    """
    files = generated_files()
    for name, text in hand_written().items():
        try:
            files[name] = with_transcripts(with_regions(text), long=long)
        except DocumentError as error:
            message = f"{name}: {error}"
            raise DocumentError(message) from None
    return files


def stale(files: dict[str, str]) -> list[str]:
    """Return the names of files that are missing or outdated, and of pages of models that do not exist."""
    differing = [
        name
        for name, text in files.items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text
    ]
    return differing + [name for name in documents() if name not in files]


def write(files: dict[str, str]) -> None:
    """Write all outdated files, and remove pages of models that do not exist."""
    for name in stale(files):
        path = ROOT / name
        if name not in files:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name], encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """Write or check the documents and return the exit code."""
    parser = argparse.ArgumentParser(description="Write what README.md and docs/ take from the program.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name the files that differ")
    parser.add_argument("--transcripts", action="store_true", help="run the long commands too")
    options = parser.parse_args(arguments)
    try:
        files = build(long=options.transcripts)
    except DocumentError as error:
        print(f"build_docs: {error}", file=sys.stderr)
        return 1
    if not options.check:
        write(files)
        return 0
    names = stale(files)
    for name in names:
        print(f"build_docs: {name} is not what the program gives; run `make docs`", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
