"""Whatever stands where something else is wanted, the fault is at its place and in our own words."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from pydantic import BaseModel

from netdesign.errors import Fault, InstanceError, UsageError
from netdesign.instance.document import Located, parse_yaml
from netdesign.instance.fields import Block
from netdesign.instance.published.reading import Source
from netdesign.instance.read import read_source, validated
from netdesign.instance.schema import InstanceDocument
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.document import ResultDocument
from netdesign.results.explanation_document import ExplanationDocument
from netdesign.results.result_file import document_from_data
from netdesign.results.staged_document import TimingDocument
from tests.support.small_instances import LEGS

WRONG: list[Any] = [
    None, "text", "", "1_0", "NaN", "\ud800", "x" * 100, [], ["x"], [None], {}, {"x": 1}, {"x": None}, True, False,
    float("nan"), float("inf"), 10**400, -1e300, -1, 1.5, 1e-300, "\u200b", 2**70,
]  # fmt: skip
PYDANTICS = (
    "Input should", "Value error", "valid ", "Field required", "Extra inputs", "String should", "should be", "should ",
    "instance of", "unable to parse", "Keys should", "[key]", "Input ",
)  # fmt: skip


def blocks_in(annotation: Any) -> list[tuple[type[BaseModel], tuple[Any, ...]]]:
    """Return the models inside an annotation, with the steps that lead there."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [(annotation, ())]
    origin, found = getattr(annotation, "__origin__", None), []
    for argument in getattr(annotation, "__args__", ()):
        step: tuple[Any, ...] = (0,) if origin in (tuple, list) else ("k",) if origin is dict else ()
        found += [(model, (*step, *path)) for model, path in blocks_in(argument)]
    return found


def fields_of(model: type[BaseModel], at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every field of a model and of the models in it."""
    paths = []
    for name, field in model.model_fields.items():
        path = (*at, field.alias or name)
        paths.append(path)
        for inner, steps in blocks_in(field.annotation):
            paths += [*([(*path, *steps)] if steps else []), *fields_of(inner, (*path, *steps))]
    return paths


def put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    """Set a value in plain data; what is missing on the way is made."""
    for step, after in pairwise(path):
        empty: Any = [] if isinstance(after, int) else {}
        if isinstance(step, int):
            data.extend([empty] * (step + 1 - len(data)))
        elif not isinstance(data.get(step), list if isinstance(after, int) else dict):
            data[step] = empty
        data = data[step]
    if isinstance(path[-1], int) and not data:
        data.append(value)
    else:
        data[path[-1]] = value


FIELDS = fields_of(InstanceDocument)


def _part(path: tuple[Any, ...]) -> tuple[str, ...]:
    return path[: 2 if path[0] == "tables" else 1]


PARTS = list(dict.fromkeys(map(_part, FIELDS)))
BASE = json.dumps(parse_yaml(LEGS, "x").data)  # type: ignore[union-attr]


def faults_of(located: Located) -> tuple[Fault, ...]:
    try:
        validated(Source(located, {}, ""))
    except InstanceError as error:
        return error.faults
    return ()


@pytest.mark.parametrize("part", PARTS, ids=".".join)
def test_every_wrong_value_of_every_field_is_told_in_our_words(part):
    """And of what stands there itself, the line is that of the value."""
    told = 0
    for path in (path for path in FIELDS if _part(path) == part):
        for value in WRONG:
            data = json.loads(BASE)  # a tenth of the time of deepcopy
            put(data, path, value)
            located = Located(data, {(): ("x", 1, 0), path: ("x", 99, 7)})
            found = faults_of(located)
            told += bool(found)
            for fault in found:
                words = fault.message.replace(repr(value), "")
                assert not [phrase for phrase in PYDANTICS if phrase in f"{fault.field}: {words}"], (path, fault)
                if fault.field == ".".join(map(str, path)):
                    assert (fault.line, fault.column) == (99, 7), (path, value, fault)
    assert told >= 10


@pytest.mark.parametrize("model", [ResultDocument, AlternativesDocument, ExplanationDocument, TimingDocument])
def test_a_result_with_wrong_values_is_refused_in_our_words(model, tmp_path):
    for path in fields_of(model):
        for value in WRONG:
            data: dict[str, Any] = {}
            put(data, path, value)
            with pytest.raises(UsageError) as refused:
                document_from_data(tmp_path / "x", data, model)
            words = refused.value.message.replace(repr(value), "").replace("is no whole result", "")
            assert not [phrase for phrase in PYDANTICS if phrase in words], (path, value, words)


def test_every_block_of_the_schema_is_among_the_fields():
    """The walk above misses none: each model of the schema is reached."""
    models = {model for model in Block.__subclasses__() if model.__module__.startswith("netdesign.instance")}
    names = {name for path in FIELDS for name in path}
    for model in models:
        assert {field.alias or name for name, field in model.model_fields.items()} <= names, model


def test_a_name_as_a_key_is_told_as_one(tmp_path):
    """Of a key that is no name the place is the key's."""
    (tmp_path / "instance.yaml").write_text(LEGS.replace("  parcels: {", '  "par;cels": {'), encoding="utf-8")
    with pytest.raises(InstanceError) as refused:
        validated(read_source(tmp_path))
    assert [str(fault) for fault in refused.value.faults] == [
        "instance.yaml:5:3: streams.par;cels: 'par;cels' is not allowed; no , ; | > or control characters, no blanks "
        "at the ends"
    ]
