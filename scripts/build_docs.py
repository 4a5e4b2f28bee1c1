"""Write what README.md and docs/ take from the program: ``python scripts/build_docs.py [--check] [--transcripts]``.

Four things are generated, each from the code that it describes:

* whole files: the JSON Schemas, and a page for each model from the docstring of its file;
* regions between ``<!-- generated: NAME -->`` and ``<!-- end -->``: the references and the help of the commands;
* in ``console`` blocks, the output of each ``$ netdesign ...``; a comment ``# exit 3`` states another exit code than 0,
  ``first=12`` after ``console`` keeps only the first lines;
* nothing else: all other text is written by hand and left alone.

The commands of a document run in order in a copy of the checkout, where its ``yaml file=NAME`` blocks lie as files.
Commands on the instances of ``LONG_INSTANCES`` take their time and run only with ``--transcripts``.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign import catalogue
from netdesign.cli import app
from netdesign.instance.fields import LARGEST
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import json_schema
from netdesign.solve.document import result_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
LONG_INSTANCES = ("europe",)
"""Instances on which a command may take more than five seconds."""

CHECKOUT = ("netdesign", "models", "instances", "pyproject.toml")
"""What a copy of the checkout needs for commands to run in it."""

HELP_COLUMNS = 100

Json = dict[str, Any]


class BuildError(Exception):
    """The documents do not fit the program; the message says where."""


# --------------------------------------------------------------------------------------------------------------------
# References from the schemas


def block_sections(schema: Json) -> dict[str, list[str]]:
    """Return where each block of a schema may stand, by the name of its definition, in the order of the file."""
    found: dict[str, list[str]] = {}

    def visit(block: Json, prefix: str) -> None:
        for key, field in block["properties"].items():
            for name, suffix in blocks_in(field, schema):
                known = name in found
                found.setdefault(name, []).append(f"{prefix}{key}{suffix}")
                if not known:
                    visit(schema["$defs"][name], f"{prefix}{key}{suffix}.")

    visit(schema, "")
    return found


def blocks_in(field: Json, schema: Json) -> Iterator[tuple[str, str]]:
    """Yield the blocks that a field holds, with what follows the field's name in their path."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        if "properties" in schema["$defs"][name]:
            yield name, ""
    for choice in field.get("anyOf", ()):
        yield from blocks_in(choice, schema)
    inner = [(field["items"], "[]")] if "items" in field else []
    inner += [(value, ".NAME") for value in _named_values(field)]
    for inside, suffix in inner:
        for name, further in blocks_in(inside, schema):
            yield name, f"{suffix}{further}"


def _named_values(field: Json) -> list[Json]:
    """Return the schemas of the values of a block whose keys are the user's."""
    further = field.get("additionalProperties")
    return [*field.get("patternProperties", {}).values(), *([further] if isinstance(further, dict) else [])]


def heading(paths: list[str]) -> str:
    """Return the heading of a block that may stand at these paths."""
    return ", ".join(f"`{path}`" for path in paths)


def anchor(title: str) -> str:
    """Return the name by which a link reaches a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def reference(schema: Json, hidden: frozenset[str] = frozenset()) -> str:
    """Return the tables of all blocks of a schema; keys in ``hidden`` are told elsewhere."""
    sections = block_sections(schema)
    links = {name: f"#{anchor(heading(paths))}" for name, paths in sections.items()}
    parts = ["### Top level\n", field_table(schema, schema, links, hidden)]
    for name, paths in sections.items():
        block = schema["$defs"][name]
        parts += [f"### {heading(paths)}\n", f"{block['description']}\n", field_table(block, schema, links, hidden)]
    return "\n".join(parts)


def field_table(block: Json, schema: Json, links: dict[str, str], hidden: frozenset[str] = frozenset()) -> str:
    """Return the fields of a block as a table; unit, range and default only where the schema has units at all."""
    has_units = any(
        "unit" in field for part in schema["$defs"].values() for field in part.get("properties", {}).values()
    )
    columns = ["key", "type", *(("unit", "range", "default") if has_units else ()), "meaning"]
    rows = [columns, ["---"] * len(columns)]
    for key, field in block["properties"].items():
        if key in hidden:
            continue
        cells = {
            "key": f"`{key}`",
            "type": kind(field, schema, links),
            "unit": field.get("unit", ""),
            "range": limits(field),
            "default": "required" if key in block.get("required", ()) else default(field),
            "meaning": meaning(field, schema),
        }
        rows.append([cells[column] for column in columns])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def kind(field: Json, schema: Json, links: dict[str, str]) -> str:
    """Return the type of a field in words, with a link where it is a block."""
    if "anyOf" in field:
        # In a file of the user's, null says the same as leaving the key out, which the default tells.
        shown = [choice for choice in field["anyOf"] if choice.get("type") != "null" or "default" not in field]
        return " or ".join(kind(choice, schema, links) for choice in shown)
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        words = schema["$defs"][name].get("enum")
        return ", ".join(f"`{word}`" for word in words) if words else f"[block]({links[name]})"
    if "const" in field:
        return f"`{field['const']}`"
    if field["type"] == "array":
        pair = "prefixItems" in field
        inside = kind(field["prefixItems"][0] if pair else field["items"], schema, links)
        return f"{'pair' if pair else 'list'} of {_plural(inside)}"
    if field["type"] == "object":
        values = [kind(value, schema, links) for value in _named_values(field)]
        return f"{_plural(values[0])} by name" if values else "keys and values"
    if field["type"] == "string":
        return "name of a CSV file" if field.get("pattern") == r"\.csv$" else "name" if "pattern" in field else "text"
    return {"number": "number", "integer": "whole number", "boolean": "true or false", "null": "null"}[field["type"]]


def _plural(words: str) -> str:
    for one in ("[block]", "pair"):
        if words.startswith(one):
            return words.replace(one, f"{one[:-1]}s]" if one.endswith("]") else f"{one}s", 1)
    return f"{words}s"


def limits(field: Json) -> str:
    """Return the range of a number, or how many entries a list needs; nothing where any will do."""
    stated = {**field}
    for choice in field.get("anyOf", ()):
        stated |= choice
    least, over, most = (stated.get(name) for name in ("minimum", "exclusiveMinimum", "maximum"))
    entries = stated.get("minItems", stated.get("minProperties"))
    if entries is not None and "prefixItems" not in stated:
        return f"at least {entries}"
    lower = f"over {_number(over)}" if over is not None else _number(least) if least is not None else ""
    if most is None or most == LARGEST:
        return f"{lower} or more" if least is not None else lower
    return f"{lower}, at most {_number(most)}" if over is not None else f"{lower} to {_number(most)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


def default(field: Json) -> str:
    """Return what holds where a field is left out."""
    value = field.get("default")
    if isinstance(value, bool) or value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, dict):
        return "its defaults"
    return f"`{_number(value)}`" if isinstance(value, float) else f"`{value}`"


def meaning(field: Json, schema: Json) -> str:
    """Return what a field says; that of its block where it says nothing of its own."""
    if "description" in field:
        return str(field["description"])
    return str(schema["$defs"][field["$ref"].rpartition("/")[2]]["description"])


def instance_reference() -> str:
    """Return all blocks and tables of ``netdesign.instance/1``."""
    return reference(json_schema(), frozenset(SourcedRow.model_fields))


def source_columns() -> str:
    """Return the columns that any table may have beside its data."""
    schema = SourcedRow.model_json_schema()
    rows = [f"| `{key}` | {field['description']} |\n" for key, field in schema["properties"].items()]
    return "".join(["| column | meaning |\n", "| --- | --- |\n", *rows])


def result_reference() -> str:
    """Return all parts of ``netdesign.result/1``."""
    return reference(result_schema())


def schema_text(schema: Json) -> str:
    """Return a schema as ``netdesign schema`` prints it."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


# --------------------------------------------------------------------------------------------------------------------
# Pages of the models


def model_page(path: Path) -> str:
    """Return the page of a model from the docstring of its file."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if docstring is None:
        message = f"{path.name}: has no docstring to make a page from"
        raise BuildError(message)
    title, _, body = docstring.partition("\n")
    note = (
        f"From the docstring of [`models/{path.name}`](../../models/{path.name}); the code stands below it there.\n"
        "The [model notes](../model-notes.md) tell how routes are filtered, what is counted and how rows are scaled."
    )
    return f"# {title.rstrip('.')}\n\n{note}\n{markdown(body)}\n"


def markdown(docstring: str) -> str:
    """Turn the numpydoc of a model file into Markdown: headings, definitions, equations."""
    text = re.sub(r"^(\S.*)\n-{3,}\n", r"## \1\n\n", docstring, flags=re.M)
    text = re.sub(r"^(\S[^\n]*)\n((?: {4}\S.*\n?)+)", _definition, text, flags=re.M)
    text = re.sub(r"^([\w, ]+) : (.*)$", r"- `\1`: \2", text, flags=re.M)
    text = re.sub(r"^::\n\n((?:(?: {4}.*)?\n)*(?: {4}.*))", _equations, text, flags=re.M)
    return re.sub(r"``(.*?)``", r"`\1`", text)


def _definition(match: re.Match[str]) -> str:
    return f"- `{match[1]}`: {' '.join(match[2].split())}\n"


def _equations(match: re.Match[str]) -> str:
    return f"```text\n{textwrap.dedent(match[1])}\n```"


# --------------------------------------------------------------------------------------------------------------------
# Help and transcripts


@dataclass(frozen=True)
class Command:
    """A command as a document shows it.

    Parameters
    ----------
    call
        What follows ``$``, without the comment.
    code
        The exit code that the document states, 0 where it states none.
    shown
        The output that the document has.
    first
        How many lines of output it keeps; None for all.
    """

    call: str
    code: int
    shown: str
    first: int | None

    @property
    def is_long(self) -> bool:
        """Whether it may take more than five seconds."""
        return any(name in self.call for name in LONG_INSTANCES)

    @property
    def line(self) -> str:
        """The line on which it stands."""
        return f"$ {self.call}" + (f"  # exit {self.code}" if self.code else "")


@dataclass(frozen=True)
class Ending:
    """Exit code of a command and its output, standard error included, without what differs between equal runs."""

    code: int
    output: str


CONSOLE = re.compile(r"^```console(?: first=(?P<first>\d+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```yaml file=(?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"^\$ (?P<call>.*?)(?: +# exit (?P<code>\d))?\n", re.MULTILINE)
REGION = re.compile(r"^<!-- generated: (?P<name>[\w-]+) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)
TIMED = re.compile(r"Time: |\s*\d+\.\d s  ")
"""Lines that tell the time taken: the last of an answer, and those of progress."""

PROGRAM = "import sys; from netdesign.cli import main; sys.argv[0] = 'netdesign'; main()"


def commands(text: str) -> list[Command]:
    """Return the commands of a document in order."""
    return [command for match in CONSOLE.finditer(text) for command in _block_commands(match)]


def _block_commands(match: re.Match[str]) -> list[Command]:
    before, *parts = CALL.split(match["body"])
    if before:
        message = f"a console block starts with `{before.splitlines()[0]}`, not with `$ netdesign ...`"
        raise BuildError(message)
    first = int(match["first"]) if match["first"] else None
    return [
        Command(call, int(code or 0), output.rstrip("\n"), first)
        for call, code, output in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def example_files(text: str) -> dict[str, str]:
    """Return the files that a document tells its reader to write, by name."""
    return {match["name"]: match["text"] for match in FILE.finditer(text)}


def run(call: str, folder: Path) -> Ending:
    """Run ``netdesign ...`` in a folder as if it were typed there."""
    program, *arguments = shlex.split(call)
    if program != "netdesign":
        message = f"`{call}`: only netdesign commands can be run for the documents"
        raise BuildError(message)
    settings = {"COLUMNS": str(HELP_COLUMNS), "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    kept = [line.rstrip() for line in done.stdout.splitlines() if not TIMED.match(line)]
    return Ending(done.returncode, "\n".join(kept).strip("\n"))


def command_names() -> list[str]:
    """Return the names of all commands, in the order of the help."""
    return [str(command.name) for command in app.registered_commands]


def command_help() -> str:
    """Return the help of the program and of each command."""
    calls = ["netdesign", *(f"netdesign {name}" for name in command_names())]
    parts = [f"### `{call}`\n\n```text\n{run(f'{call} --help', ROOT).output}\n```\n" for call in calls]
    return "\n".join(parts)


class Session:
    """The commands of one document in a copy of the checkout: run in order, each at most once.

    Parameters
    ----------
    text
        The document.
    folder
        An empty folder for the copy.
    """

    def __init__(self, text: str, folder: Path) -> None:
        self.commands = commands(text)
        self._folder = folder
        self._endings: dict[int, Ending] = {}
        for name in CHECKOUT:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / name)
        for name, content in example_files(text).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")

    def ending(self, position: int) -> Ending:
        """Run a command after all before it, long ones only before a long one; return how it ended."""
        for earlier in range(position + 1):
            wanted = self.commands[position].is_long or not self.commands[earlier].is_long
            if wanted and earlier not in self._endings:
                self._endings[earlier] = run(self.commands[earlier].call, self._folder)
        return self._endings[position]

    def output(self, position: int) -> str:
        """Return what the document should show for a command.

        Raises
        ------
        BuildError
            Another exit code than the document states.
        """
        command, ending = self.commands[position], self.ending(position)
        if ending.code != command.code:
            message = f"`{command.call}` ends with {ending.code}, not with {command.code}:\n{ending.output}"
            raise BuildError(message)
        lines = ending.output.splitlines()
        if command.first is None or len(lines) <= command.first:
            return ending.output
        return "\n".join(lines[: command.first]).rstrip() + "\n[...]"


def with_transcripts(text: str, *, long: bool) -> str:
    """Return a document with the output of its commands renewed, of long ones only if wanted."""
    if not commands(text):
        return text
    with tempfile.TemporaryDirectory() as folder:
        session = Session(text, Path(folder))

        def output(position: int, command: Command) -> str:
            return command.shown if command.is_long and not long else session.output(position)

        return with_outputs(text, output)


def with_outputs(text: str, output: Callable[[int, Command], str]) -> str:
    """Return a document with ``output(position, command)`` under each command."""
    position = itertools.count()

    def block(match: re.Match[str]) -> str:
        parts = [
            f"{command.line}\n{output(next(position), command)}".rstrip("\n") for command in _block_commands(match)
        ]
        separator = "\n\n" if any("\n" in part for part in parts) else "\n"
        opening = match[0].partition("\n")[0]
        return f"{opening}\n{separator.join(parts)}\n```"

    return CONSOLE.sub(block, text)


# --------------------------------------------------------------------------------------------------------------------
# Files

REGIONS: dict[str, Callable[[], str]] = {
    "instance": instance_reference,
    "source-columns": source_columns,
    "result": result_reference,
    "help": command_help,
}


def with_regions(text: str) -> str:
    """Return a document with its generated regions renewed."""

    def region(match: re.Match[str]) -> str:
        if match["name"] not in REGIONS:
            message = f"unknown region '{match['name']}'; there are {', '.join(REGIONS)}"
            raise BuildError(message)
        return f"<!-- generated: {match['name']} -->\n\n{REGIONS[match['name']]()}\n<!-- end -->"

    return REGION.sub(region, text)


def documents() -> list[str]:
    """Return the names of all documents, relative to the checkout."""
    return ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))]


def whole_files() -> dict[str, str]:
    """Return the files that are generated as a whole, by name."""
    files = {
        "docs/instance.schema.json": schema_text(json_schema()),
        "docs/result.schema.json": schema_text(result_schema()),
    }
    return files | {f"docs/models/{name}.md": model_page(path) for name, path in catalogue.models().items()}


def hand_written() -> dict[str, str]:
    """Return the documents that are not generated as a whole, as they stand."""
    names = [name for name in documents() if not name.startswith("docs/models/")]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names}


def build(*, long: bool) -> dict[str, str]:
    """Return every document and schema as it should be, by name.

    Parameters
    ----------
    long
        Whether to run the long commands too.

    Raises
    ------
    BuildError
        A document does not fit the program.
    """
    files = whole_files()
    for name, text in hand_written().items():
        try:
            files[name] = with_transcripts(with_regions(text), long=long)
        except BuildError as error:
            message = f"{name}: {error}"
            raise BuildError(message) from None
    return files


def stale(files: dict[str, str]) -> list[str]:
    """Return the names of files that are missing or not as they should be, and of pages of models that are gone."""
    differing = [
        name
        for name, text in files.items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text
    ]
    return differing + [name for name in documents() if name not in files]


def write(files: dict[str, str]) -> None:
    """Write what is not as it should be."""
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
    except BuildError as error:
        print(f"build_docs: {error}", file=sys.stderr)
        return 1
    if not options.check:
        write(files)
        return 0
    names = stale(files)
    for name in names:
        print(f"build_docs: {name} is not what the program gives; run scripts/build_docs.py", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
