"""README.md and docs/ are true: commands run as shown, references are those of the code, links lead somewhere."""

from __future__ import annotations

import io
import re
import tomllib
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netdesign.analysis.bench import records, rows
from netdesign.analysis.call import Call
from netdesign.analysis.problem import read_named
from netdesign.analysis.solve import solve_problem
from netdesign.cli import main
from netdesign.errors import ExitCode
from netdesign.instance.policies import Policy
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.document import ResultDocument, Verdict
from netdesign.results.explanation_document import ExplanationDocument
from netdesign.results.frontier_document import FrontierDocument
from netdesign.results.part import schema_of
from netdesign.results.staged_document import TimingDocument
from netdesign.results.stress_document import StressDocument
from netdesign.results.sweep_document import SweepDocument
from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
from netdesign.results.timing_stress_document import TimingStressDocument
from netdesign.results.timing_tipping_document import TimingTippingDocument
from netdesign.results.tipping_document import TippingDocument
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.registry import ONE_YEAR
from scripts import build_docs, doc_references, doc_transcripts
from scripts.doc_transcripts import ROOT, DocumentError, Session
from tests.support.sources import python_files

if TYPE_CHECKING:
    from collections.abc import Callable


PAGES = build_docs.hand_written()
LINKED = [*build_docs.documents(), "CONTRIBUTING.md", "CHANGELOG.md"]
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def text_of(name: str) -> str:
    """Return a document as it stands."""
    return (ROOT / name).read_text(encoding="utf-8")


def table_after(name: str, heading: str) -> dict[str, str]:
    """Return first and last cell of each row of the first table after a heading, without its header."""
    rows = re.search(r"(?:^\|.*\n)+", text_of(name).partition(f"{heading}\n")[2], re.MULTILINE)
    assert rows, f"{name} has no table after {heading}"
    cells = [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows[0].splitlines()[2:]]
    return {row[0]: row[-1] for row in cells}


# Commands


IN_A_PROCESS = doc_transcripts.in_a_process


def in_this_process(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Stand in for ``in_a_process``, which takes a second to load everything again."""
    if arguments[0] == "instances":  # shows where the program lies: in the copy of the checkout
        return IN_A_PROCESS(arguments, folder)
    written = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, chdir(folder), redirect_stdout(written), redirect_stderr(written):
        for name, value in doc_transcripts.SETTINGS.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as end:
            main(arguments)
    return int(end.value.code or 0), written.getvalue()


@pytest.fixture(scope="module", autouse=True)
def in_one_process():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doc_transcripts, "in_a_process", in_this_process)
        yield


@pytest.mark.parametrize(
    "call", ["solve --help", pytest.param("check benelux", marks=pytest.mark.long), "compare tiny B Q"]
)
def test_a_command_that_is_typed_says_what_it_says_in_this_process(call, tmp_path):
    ended = [run(call.split(), tmp_path) for run in (IN_A_PROCESS, in_this_process)]
    (code, typed), (same_code, here) = [(code, re.sub("Time: .*", "", text)) for code, text in ended]
    assert (code, typed) == (same_code, here)
    assert typed


@pytest.fixture(scope="module")
def session_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Session]:
    """The commands of each document in a copy of the checkout of its own, where they may write."""
    return cache(lambda name: Session(PAGES[name], tmp_path_factory.mktemp("checkout")))


SHOWN = [
    pytest.param(
        name,
        position,
        id=f"{name} {position}: {command.call}",
        marks=[pytest.mark.long] if command.is_long else [],
    )
    for name, page in PAGES.items()
    for position, command in enumerate(doc_transcripts.commands(page))
]


@pytest.mark.parametrize(("name", "position"), SHOWN)
def test_a_command_ends_and_answers_as_its_document_shows(session_of, name, position):
    """Exit code and output of every `$ netdesign ...` are those that stand under it."""
    session = session_of(name)
    ending, command = session.ending(position), session.commands[position]
    assert ending.code == command.code, ending.output
    assert session.output(position) == command.shown, "run python -m scripts.build_docs --transcripts"


def test_the_copy_of_the_checkout_leaves_out_what_other_processes_compile_meanwhile(tmp_path):
    Session("", tmp_path)
    assert (tmp_path / "netdesign" / "cli").is_dir()
    assert not [*tmp_path.rglob("__pycache__")]


def test_no_shown_command_escapes_the_run():
    """A line `$ ...` outside a console block would be believed and never run."""
    for name, page in PAGES.items():
        shown = re.findall(r"^\s*\$ ", doc_transcripts.CONSOLE.sub("", page), re.MULTILINE)
        assert not shown, f"{name} shows a command outside a console block"


def test_the_readme_compares_solves_checks_and_verifies():
    """What the README promises to show is shown by real commands."""
    calls = [command.call for command in doc_transcripts.commands(PAGES["README.md"])]
    for start in (
        "netdesign solve instances/europe",
        "netdesign compare instances/europe LGG LGG,WAW LGG,BUD",
        "netdesign check",
        "netdesign verify",
    ):
        assert any(call.startswith(start) for call in calls), start


def test_the_readme_s_own_instance_is_read_and_solved(tmp_path):
    """The small instance in the text is complete: with Marseille it costs what its transcript says."""
    [(name, text)] = doc_transcripts.example_files(PAGES["README.md"]).items()
    (tmp_path / Path(name).name).write_text(text, encoding="utf-8")
    _, result = solve_problem(str(tmp_path), Call(), Watch(SolveLimits()))
    assert result.objective == pytest.approx(9_263_937.5)
    assert [step.verdict for step in result.steps] == [Verdict.PAYS, Verdict.DOES_NOT_PAY]


@pytest.mark.parametrize("command", build_docs.command_names())
def test_a_command_has_help_and_stands_in_the_documents(command):
    """No command without a sentence that says what it does, and none that docs/commands.md leaves out."""
    ending = doc_transcripts.run(f"netdesign {command} --help", ROOT)
    assert ending.code == 0
    sentence = ending.output.splitlines()[2].strip()
    assert sentence[0].isupper()
    assert f"### `netdesign {command}`\n" in text_of("docs/commands.md")


_SINGLE = ("problem.allocation=single", "policies.minimum_throughput=null", "policies.air_lane=null")
_SHARE, _CAP = "policies.service.share=0.5", "policies.carbon={cap_t_per_year: 1000000}"


@pytest.mark.parametrize(
    ("where", "words", "overrides"),
    [
        ("everywhere", "vehicles that leave", None),
        ("everywhere", "one hub each way", ("problem.allocation=single_each_way",)),
        ("everywhere", "the least number of hubs", ("problem.objective=hub_number",)),
        ("everywhere", "the shortest longest time", ("problem.objective=longest_time",)),
        ("one hub a city", "shares in time", (*_SINGLE, _SHARE)),
        ("one hub a city", "caps of carbon", (*_SINGLE, _CAP)),
        ("one hub a city", "minima of lanes", (*_SINGLE[:2],)),
        ("one hub a city", "capacities of what is handled", (*_SINGLE, "policies.capacity={}")),
        ("one hub a city", "capacities with freight overseas", (*_SINGLE, "policies.capacity={counts: collected}")),
        ("one hub a city", "one hub a route", (*_SINGLE, "problem.route_hubs=1")),
        (None, "", ()),
        (None, "", (_SHARE, _CAP)),
        (None, "", _SINGLE),
    ],
)
def test_what_the_engines_page_leaves_to_others_is_what_decomposition_refuses(where, words, overrides):
    """Each is named and refused; what several hubs a city have in benelux, such as shares, is neither."""
    call = Call(overrides=overrides or ())
    refused = ONE_YEAR.refusal("decomposition", read_named("tiny-vehicles" if overrides is None else "benelux", call))
    left = table_after("docs/engines.md", "## What they cannot do yet")
    assert (where is None) is (refused is None), refused
    assert where is None or words in left[where]


@pytest.mark.parametrize(("name", "heading"), [("README.md", "## Exit codes"), ("docs/commands.md", "## Exit codes")])
def test_every_exit_code_is_told(name, heading):
    """The tables of exit codes have all codes and no other."""
    assert list(table_after(name, heading)) == [str(code.value) for code in ExitCode]


def test_every_column_of_bench_is_told():
    """Of the table that it reads and of what it writes."""
    page = text_of("docs/literature.md")
    part = page[page.index("## A table of your own") : page.index("## How the files are read")]
    told = [name for line in re.findall(r"^\| (`.*?) \|", part, re.MULTILINE) for name in re.findall(r"`(\w+)`", line)]
    assert sorted(told) == sorted((*rows.COLUMNS, *records.COLUMNS))


def test_every_make_target_that_is_mentioned_exists():
    """`make` in code, in any document, is followed by a target of the Makefile or a variable."""
    makefile = text_of("Makefile")
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    for name in LINKED:
        mentioned = {word for code in CODE.findall(text_of(name)) for word in re.findall(r"\bmake ([a-z][\w-]*)", code)}
        assert mentioned <= targets, f"{name}: there is no make {', '.join(mentioned - targets)}"


# Generated parts

RESULTS = (
    "result",
    "alternatives",
    "explanation",
    "tipping",
    "timing-alternatives",
    "timing-tipping",
    "timing-stress",
    "sweep",
    "stress",
    "frontier",
    "timing",
)
"""Kinds of results, as their schemas are named."""


def test_generated_files_and_regions_are_current():
    """Schemas, references, help and model pages are what the code gives today."""
    files = build_docs.generated_files() | {name: build_docs.with_regions(page) for name, page in PAGES.items()}
    assert build_docs.stale(files) == [], "run `make docs`"


@pytest.mark.parametrize(
    ("option", "name"),
    [("", "instance"), *((f"--{name}", name) for name in RESULTS)],
)
def test_a_schema_in_docs_is_what_the_program_prints(option, name):
    """An editor that takes the copy checks against the same schema as the program."""
    printed = doc_transcripts.run(f"netdesign schema {option}", ROOT).output
    assert printed + "\n" == text_of(f"docs/{name}.schema.json")


def test_limits_of_optional_numbers_bind_in_the_schema():
    """An editor skips what JSON Schema does not know, such as the `ge` that pydantic writes beside null."""
    latitude = doc_references.json_schema()["$defs"]["CityRow"]["properties"]["lat"]["anyOf"]
    assert latitude == [{"minimum": -90, "maximum": 90, "type": "number"}, {"type": "null"}]
    assert not re.search(r'"(ge|gt|le|lt)":', text_of("docs/instance.schema.json"))


def test_every_key_of_a_schema_stands_in_its_reference():
    """Each block and column of the schema has its row in the reference, whatever the walk through it may miss."""
    kinds = {
        "result": ResultDocument,
        "alternatives": AlternativesDocument,
        "explanation": ExplanationDocument,
        "tipping": TippingDocument,
        "timing-alternatives": TimingAlternativesDocument,
        "timing-tipping": TimingTippingDocument,
        "timing-stress": TimingStressDocument,
        "sweep": SweepDocument,
        "stress": StressDocument,
        "frontier": FrontierDocument,
        "timing": TimingDocument,
    }
    results = {name: schema_of(kind) for name, kind in kinds.items()}
    for name, schema in ({"instance": doc_references.json_schema()} | results).items():
        page = text_of(f"docs/{name}-reference.md")
        blocks = [schema, *(block for block in schema["$defs"].values() if "properties" in block)]
        missing = {key for block in blocks for key in block["properties"] if f"| `{key}` |" not in page}
        assert not missing
        assert all(len(paths) > 0 for paths in doc_references.block_sections(schema).values())
        assert len(doc_references.block_sections(schema)) == len(blocks) - 1


def test_every_termination_and_verdict_is_told():
    """The words of a result that a program branches on each have a row."""
    page = "docs/result-reference.md"
    assert list(table_after(page, "# Result reference")) == [word.value for word in Termination]
    verdicts = re.findall(r"^\| `(\w+)` \|", text_of(page).partition("| `verdict` |")[2].partition("## ")[0], re.M)
    assert sorted(verdicts) == sorted(word.value for word in Verdict)


def test_every_policy_stands_in_the_model_notes():
    """A policy that the notes leave out would be one whose effect nobody explains."""
    section = text_of("docs/model-notes.md").partition("## Policies\n")[2].partition("\n## ")[0]
    missing = [policy.value for policy in Policy if policy.value not in section]
    assert not missing


def test_words_of_the_glossary_are_those_of_the_code():
    """What the glossary calls a word in code occurs in the code."""
    sources = "".join(path.read_text(encoding="utf-8") for path in python_files("netdesign", "models"))
    rows = re.findall(r"^\| [^|]+ \| ([^|]*) \|", text_of("docs/glossary.md").partition("## Words")[0], re.MULTILINE)
    words = [word for cell in rows for word in re.findall(r"`(\w+)`", cell)]
    assert len(words) > 15
    assert [word for word in words if not re.search(rf"\b{word}\b", sources)] == []


def test_every_runtime_library_is_explained_and_no_other():
    """docs/libraries.md follows pyproject.toml."""
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    optional = [line for name, extra in project["optional-dependencies"].items() if name != "dev" for line in extra]
    required = {re.split(r"[<>=~! ]", line)[0] for line in (*project["dependencies"], *optional)}
    assert set(table_after("docs/libraries.md", "# Libraries")) == required


# Text


@pytest.mark.parametrize("name", LINKED)
def test_links_lead_somewhere(name):
    """Every relative link names a file that exists and, after #, a heading in it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text_of(name))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (ROOT / name).parent / file if file else ROOT / name
        assert path.exists(), f"{name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
            assert anchor in {doc_references.anchor(heading) for heading in headings}, f"{name}: {target}"


def test_the_index_leads_to_every_page():
    """A page that docs/index.md does not name is one that nobody finds."""
    index = text_of("docs/index.md")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*") if path.is_file()]
    assert [page for page in pages if page != "index.md" and page not in index] == []


def test_no_document_names_a_place_of_one_machine():
    """Absolute paths in transcripts would differ from machine to machine."""
    for name in build_docs.documents():
        found = re.findall(r"(?<![\w.])/(?:work|home|root|tmp|Users|usr)/\S*", text_of(name))
        assert not found, f"{name}: {found}"


# The generator


def test_a_wrong_exit_code_is_refused(tmp_path):
    """A document cannot show a command as working that fails."""
    page = "```console\n$ netdesign solve nowhere\n```\n"
    with pytest.raises(DocumentError, match=r"`netdesign solve nowhere` ends with 2, not with 0"):
        Session(page, tmp_path).output(0)


def test_only_netdesign_is_run(tmp_path):
    """A document cannot make the generator run another program."""
    with pytest.raises(DocumentError, match="only netdesign commands can be run"):
        doc_transcripts.run("rm -r docs", tmp_path)


def test_console_blocks_keep_their_form():
    """Output goes under its command, a long one is cut, and everything else stays as it is."""
    page = "before\n\n```console first=1\n$ netdesign a  # exit 3\nold\n$ netdesign b\n```\n\nafter\n"
    found = doc_transcripts.with_outputs(page, lambda position, command: f"{position} {command.first} {command.code}")
    assert found == (
        "before\n\n```console first=1\n$ netdesign a  # exit 3\n0 1 3\n\n$ netdesign b\n1 1 0\n```\n\nafter\n"
    )


def test_a_console_block_starts_with_a_command():
    """Text before the first command would be lost when the block is written again."""
    with pytest.raises(DocumentError, match="starts with `lost`"):
        doc_transcripts.commands("```console\nlost\n$ netdesign a\n```\n")


def test_an_unknown_region_is_refused():
    """A misspelt region would otherwise stay as it is for ever."""
    with pytest.raises(DocumentError, match="unknown region 'nothing'; there are instance"):
        build_docs.with_regions("<!-- generated: nothing -->\n<!-- end -->\n")


def test_a_docstring_becomes_headings_definitions_and_equations():
    """The sections of a model file survive the way into its page."""
    docstring = "Sets\n----\nSITES\n    k, m: ``sites``\n    that open\n\nx : ``y``, t\n\n::\n\n    a <= b\n      + c\n"
    expected = "## Sets\n\n- `SITES`: k, m: `sites` that open\n\n- `x`: `y`, t\n\n```text\na <= b\n  + c\n```\n"
    assert doc_references.markdown(docstring) == expected


def test_check_names_what_is_stale(monkeypatch, capsys):
    """Without writing anything, --check says which file differs and ends with 1."""
    monkeypatch.setattr(build_docs, "build", lambda long: {"docs/index.md": "other", **dict.fromkeys(LINKED, "x")})
    before = text_of("docs/index.md")
    assert build_docs.main(["--check"]) == 1
    assert "build_docs: docs/index.md is not what the program gives" in capsys.readouterr().err
    assert text_of("docs/index.md") == before
