"""Make references from the schemas, and pages of models from the docstrings of their files."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.instance.fields import LARGEST
from netdesign.instance.published.formats import FORMATS
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import json_schema
from netdesign.results.part import schema_of
from scripts.doc_transcripts import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.results.part import Part

ROOT = Path(__file__).resolve().parent.parent

Json = dict[str, Any]


def block_sections(schema: Json) -> dict[str, list[str]]:
    """Return the paths of each block of a schema, by the name of its definition, in the order of the file."""
    found: dict[str, list[str]] = {}

    def visit(block: Json, prefix: str) -> None:
        for key, field in block["properties"].items():
            for name, suffix in blocks_in(field, schema):
                is_listed = name in found
                found.setdefault(name, []).append(f"{prefix}{key}{suffix}")
                if not is_listed:
                    visit(schema["$defs"][name], f"{prefix}{key}{suffix}.")

    visit(schema, "")
    return found


def blocks_in(field: Json, schema: Json) -> Iterator[tuple[str, str]]:
    """Yield the blocks in a field, with the rest of their path after the field's name."""
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
    """Return the schemas of the values of a block with free keys."""
    further = field.get("additionalProperties")
    return [*field.get("patternProperties", {}).values(), *([further] if isinstance(further, dict) else [])]


def heading(paths: list[str]) -> str:
    """Return the heading of a block with these paths."""
    return ", ".join(f"`{path}`" for path in paths)


def anchor(title: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def reference(schema: Json, hidden: frozenset[str] = frozenset()) -> str:
    """Return the tables of all blocks of a schema; keys in ``hidden`` are described elsewhere."""
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
        # In an input file null means the same as no key, which the default covers.
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
    """Return the range of a number, or the least length of a list; an empty text where there is no limit."""
    stated = {**field}
    for choice in field.get("anyOf", ()):
        stated |= choice
    least, over, most = (stated.get(name) for name in ("minimum", "exclusiveMinimum", "maximum"))
    entries = stated.get("minItems", stated.get("minProperties"))
    if entries is not None and "prefixItems" not in stated:
        return f"at least {entries}"
    lower = f"over {_number(over)}" if over is not None else _number(least) if least is not None else ""
    if "exclusiveMaximum" in stated:
        return (
            f"{lower}, under {_number(stated['exclusiveMaximum'])}"
            if over is not None
            else (f"{lower} to under {_number(stated['exclusiveMaximum'])}")
        )
    if most is None or most == LARGEST:
        return f"{lower} or more" if least is not None else lower
    return f"{lower}, at most {_number(most)}" if over is not None else f"{lower} to {_number(most)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


def default(field: Json) -> str:
    """Return the default of a field."""
    value = field.get("default")
    if isinstance(value, bool) or value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, dict):
        return "its defaults"
    return f"`{_number(value)}`" if isinstance(value, float) else f"`{value}`"


def meaning(field: Json, schema: Json) -> str:
    """Return the description of a field, or that of its block where it has none."""
    if "description" in field:
        return str(field["description"])
    return str(schema["$defs"][field["$ref"].rpartition("/")[2]]["description"])


def instance_reference() -> str:
    """Return all blocks and tables of ``netdesign.instance/1``."""
    return reference(json_schema(), frozenset(SourcedRow.model_fields))


def source_columns() -> str:
    """Return the columns that every table may have in addition to its data."""
    schema = SourcedRow.model_json_schema()
    rows = [f"| `{key}` | {field['description']} |\n" for key, field in schema["properties"].items()]
    return "".join(["| column | meaning |\n", "| --- | --- |\n", *rows])


def formats_table() -> str:
    """Return the formats that can be read, with the options that each takes."""
    head = "| format | files | options | figures |\n| --- | --- | --- | --- |\n"
    rows = []
    for name, one in FORMATS.items():
        options = ", ".join(f"`--{option.replace('_', '-')}`" for option in sorted(one.options))
        figures = "in the units of an instance" if one.has_units else "without units"
        rows.append(f"| `{name}` | {one.title} | {options} | {figures} |\n")
    return "".join([head, *rows])


def result_reference(kind: type[Part]) -> str:
    """Return all parts of results of a kind."""
    return reference(schema_of(kind))


def schema_text(schema: Json) -> str:
    """Return a schema as ``netdesign schema`` prints it."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def model_page(path: Path) -> str:
    """Return the page of a model from the docstring of its file."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if docstring is None:
        message = f"{path.name}: has no docstring to make a page from"
        raise DocumentError(message)
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
