"""The sound inputs that are mutated: bundled and small instances, published files, graphs, workbooks, results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign import catalogue
from tests.support.published_files import AP, CAB, CAP, CAP_WORD, HOLMBERG, PMED, UFLLIB
from tests.support.small_instances import LEGS, ROADS, SERVICES, STAGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Call = tuple[str, ...]

STRANGER = """\
<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="is_hub" attr.type="boolean"/>
  <key id="d1" for="node" attr.name="fixed_cost_eur_per_year" attr.type="double"/>
  <key id="d2" for="edge" attr.name="km" attr.type="double"/>
  <key id="d3" for="edge" attr.name="volume_t_per_year" attr.type="double"/>
  <key id="d4" for="graph" attr.name="road" attr.type="string"/>
  <graph edgedefault="directed">
    <data key="d4">{"speed_kmh": 70, "cost_eur_per_km": 1, "truck_load_t": 10, "crews": [{"drivers": 1,
      "drive_between_breaks_h": 4.5, "break_h": 0.75, "drive_between_rests_h": 9, "rest_h": 11}]}</data>
    <node id="A"><data key="d0">true</data><data key="d1">500</data></node>
    <node id="B"><data key="d0">true</data><data key="d1">700</data></node>
    <node id="C"/>
    <edge source="A" target="B"><data key="d2">120</data><data key="d3">50</data></edge>
    <edge source="B" target="A"><data key="d2">120</data><data key="d3">20</data></edge>
    <edge source="B" target="C"><data key="d2">90</data><data key="d3">70</data></edge>
    <edge source="C" target="B"><data key="d2">90</data></edge>
  </graph>
</graphml>
"""
"""A graph as another program may write it."""

YEARS = ("stages", "benelux-stages", "europe-2035", "europe-2035-linear")
_SHORT = ("--time-limit", "8", "-o", "result.json")


@dataclass(frozen=True)
class Sound:
    """A sound input and how it is asked about.

    Parameters
    ----------
    name
        For reports.
    files
        Contents by name; the first is the one that is named in calls.
    calls
        Arguments of netdesign, each with the weight that it is drawn with.
    weight
        Of the input itself: large instances take long.
    free
        Names in it that a person chose, so that a misspelt one is another name and no fault.
    brute
        Whether the brute force of the tests may price it.
    """

    name: str
    files: dict[str, bytes]
    calls: tuple[tuple[Call, float], ...]
    weight: float = 1.0
    free: frozenset[bytes] = frozenset()
    brute: bool = False


def sound_inputs(folder: Path, run: Callable[[Path, Call], None]) -> list[Sound]:
    """Return all sound inputs.

    Parameters
    ----------
    folder
        Empty; made use of.
    run
        Runs a call of netdesign in a folder, in a process of its own, and raises where it fails.
    """
    small = {"three": LEGS, "flown": ROADS, "served": SERVICES, "stages": STAGES}
    texts = {name: {"instance.yaml": text.encode()} for name, text in small.items()}
    for name, path in catalogue.instances().items():
        texts[name] = {
            file.name: file.read_bytes() for file in sorted(path.iterdir()) if file.suffix in (".yaml", ".csv")
        }
        texts[name] = {"instance.yaml": texts[name].pop("instance.yaml"), **texts[name]}
    inputs = [_instance(name, files) for name, files in texts.items()]
    for name in ("tiny", "benelux", "three", "flown", "served", "stages"):
        place = folder / name
        place.mkdir()
        for file, contents in texts[name].items():
            (place / file).write_bytes(contents)
        inputs += _other_forms(name, place, run)
    return inputs + _published()


def _instance(name: str, files: dict[str, bytes]) -> Sound:
    weight = {
        "europe": 0.1,
        "europe-linear": 0.15,
        "europe-centres": 0.05,
        "europe-2035": 0.1,
        "europe-2035-linear": 0.15,
        "benelux": 1.0,
        "benelux-stages": 0.5,
        "tiny": 3.0,
        "served": 1.0,
    }.get(name, 2.0)
    return Sound(name, files, _calls(".", name), weight, _FREE, brute=name in ("tiny", "three", "flown"))


def _calls(instance: str, name: str, *reader: str) -> tuple[tuple[Call, float], ...]:
    """Return how an instance is asked about; the large ones are mostly checked, as answers take seconds."""
    check = (("check", instance, *reader), 1.0)
    if name in YEARS:
        answers = ("timing", instance, *_SHORT)
        heavy = 0.02 if name.startswith("europe-2035") else 0.15
        if reader:
            return (check,)
        return check, (answers, heavy), ((*answers, "--tree"), heavy), ((*answers, "--tree", "--risk", "regret"), heavy)
    if name == "europe-centres":
        return (check,)
    answers = ("solve", instance, *reader, *_SHORT)
    answered = (answers, {"europe": 0.02, "europe-linear": 0.1}.get(name, 3.0))
    return (check, answered, (("import", reader[1], instance, "made"), 0.3)) if reader else (check, answered)


def _other_forms(name: str, folder: Path, run: Callable[[Path, Call], None]) -> list[Sound]:
    """Return an instance as a folder of tables, as graphs, as a workbook, and results of it."""
    found = []
    for form, file in (("nodelink", "graph.json"), ("graphml", "graph.graphml"), ("excel", "book.xlsx")):
        try:
            run(folder, ("export", ".", file, "--to", form))
        except ChildProcessError:
            continue  # an instance of legs alone has no graph
        contents = (folder / file).read_bytes()
        found.append(Sound(f"{name} as {form}", {file: contents}, _calls(file, name, "--format-in", form), free=_FREE))
    run(folder, ("import", "excel", "book.xlsx", "tables"))
    tables = {file.name: file.read_bytes() for file in sorted((folder / "tables").iterdir())}
    files = {"instance.yaml": tables.pop("instance.yaml"), **tables}
    found.append(
        Sound(f"{name} as tables", files, _calls(".", name), 2.0, _FREE, brute=name in ("tiny", "three", "flown"))
    )
    asked = ("timing", "--tree") if name == "stages" else ("solve",)
    run(folder, (asked[0], ".", *asked[1:], "-o", "answer.json"))
    answer = {
        "answer.json": (folder / "answer.json").read_bytes(),
        "instance.yaml": (folder / "instance.yaml").read_bytes(),
    }
    drawn = (("export", "answer.json", "map.geojson", "--to", "geojson"), 1.0)
    calls = ((("verify", ".", "answer.json"), 3.0), *((drawn,) if name == "benelux" else ()))  # the others have no map
    found.append(Sound(f"result of {name}", answer, calls, 1.5, _free_in(answer["answer.json"])))
    return found


def _published() -> list[Sound]:
    files = {
        "ap": (AP, ("--hubs", "2")),
        "cab": (CAB, ("--hubs", "2", "--alpha", "0.5")),
        "cap": (CAP, ()),
        "cap ": (CAP_WORD, ("--capacity", "50")),
        "pmed": (PMED, ()),
        "holmberg": (HOLMBERG, ()),
        "ufllib": (UFLLIB, ()),
        "graphml": (STRANGER, ()),
    }
    found = []
    for name, (text, options) in files.items():
        reader = ("--format-in", name.strip(), *[word for word in options if word not in ("--hubs", "2")])
        answers = ("solve", "published.txt", "--format-in", name.strip(), *options, *_SHORT)
        calls = (
            (("check", "published.txt", *reader), 1.0),
            (answers, 3.0),
            (("import", name.strip(), "published.txt", "made", *reader[2:]), 0.3),
        )
        found.append(Sound(name.strip(), {"published.txt": text.encode()}, calls))
    return found


_FREE = frozenset(
    b"parcels inbound outbound flat high low freight id source target key from to name label up down".split()
)


def _free_in(result: bytes) -> frozenset[bytes]:
    """Return the keys of a result that are free: sites, countries, packages, phases whose times it has."""
    document = json.loads(result)
    free = {key for key in _keys(document) if not key.islower() or key.endswith("_s")} | set(document["versions"])
    return _FREE | {key.encode() for key in free}


def _keys(data: object) -> set[str]:
    if isinstance(data, dict):
        return set(data) | {key for part in data.values() for key in _keys(part)}
    return {key for part in data for key in _keys(part)} if isinstance(data, list) else set()
