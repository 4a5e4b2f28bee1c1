"""A page says what its results say, of one instance, and is written only where they are true of it."""

from __future__ import annotations

import json
import shlex
import shutil
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netdesign as nd
from netdesign import catalogue
from netdesign.errors import ContradictionError, UsageError
from netdesign.report.page.data import FORMAT
from netdesign.report.text import shown
from tests.support.made_once import MadeOnce

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "</script><script>alert('1')</script><!-- \"&"
RIGHT_TO_LEFT = "\u05ea\u05dc \u05d0\u05d1\u05d9\u05d1"
ISOLATED = f"\u2068{RIGHT_TO_LEFT}\u2069"


OLD = (
    "old.json: is a netdesign.result/0 file, and this version reads netdesign.result/1; `netdesign solve` answers it "
    "again"
)
OTHER = "is a result of benelux, not of tiny; write a page for each"
OTHER_VALUES = (
    "was found with --set volume_factor=2, solved.json without --set, so that what they cost does not compare; write a "
    "page for each"
)
OTHER_PROBLEM = "answers another problem than solved.json, of allocation single; write a page for each"
CHANGED = (
    "instance.digest: the instance's files are not those that were solved; every figure is true of them all the same"
)
AGAIN = "no page is written; `netdesign solve` finds what is true of the instance as it is now"
TAMPERED = "\n".join(
    [
        *(
            f"tampered.json: contradicted: {text}"
            for text in (
                "network of 2 hubs: objective: states 346000.0; the plan has 347000.00 EUR/year",
                "network of 2 hubs: bound: 347000.0 is over the objective 346000.0",
                "step from 1 to 2 hubs: saving: states 53000.0; objectives and bounds give 54000.0",
                "step from 1 to 2 hubs: saving_at_least: states 53000.0; objectives and bounds give 54000.0",
                "step from 2 to 3 hubs: saving: states -72000.0; objectives and bounds give -73000.0",
                "and 1 more, which `netdesign verify` tells",
            )
        ),
        AGAIN,
    ]
)
EUROP = (
    "instance 'europ': no such path and no bundled instance of that name; did you mean 'europe'?\n"
    f"bundled instances: {', '.join(catalogue.instances())}"
)
MOVED = (
    "instance 'mine': no such path and no bundled instance of that name\n"
    f"bundled instances: {', '.join(catalogue.instances())}\n"
    "solved.json names this instance; where it is elsewhere, name it too"
)


def _edited(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / "solved.json").read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def _changed(folder: Path) -> None:
    with (folder / "mine" / "instance.yaml").open("a", encoding="utf-8") as file:
        file.write("# since\n")


def _of_models(_: Path) -> None:
    stream = nd.read("mine").with_values({"streams.parcels": {}})
    for name, model in (("solved.json", None), ("model.json", "single_allocation_flow")):
        nd.solve(stream, model=model).save(name)


MAKE: dict[str, Any] = {
    "old": lambda folder: _edited(folder, "old.json", "netdesign.result/1", "netdesign.result/0"),
    "other": lambda _: nd.solve("benelux").save("other.json"),
    "set": lambda _: nd.solve("mine", set={"volume_factor": 2}).save("set.json"),
    "changed": _changed,
    "tampered": lambda folder: _edited(folder, "tampered.json", '"objective": 347000.0', '"objective": 346000.0'),
    "moved": lambda folder: (folder / "mine").rename(folder / "elsewhere"),
    "nameless": lambda folder: _edited(folder, "nameless.json", '"instance": "mine"', '"instance": ""'),
    "model": _of_models,
    "nothing": lambda _: None,
}
"""What is wrong with results, by name."""


class _Elements(HTMLParser):
    """The elements of a page, and the text in its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.data = ""
        self._is_data = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attributes
        self._is_data = ("id", "netdesign-data") in attributes

    def handle_endtag(self, _: str) -> None:
        self._is_data = False

    def handle_data(self, text: str) -> None:
        self.data += text if self._is_data else ""


@pytest.fixture(scope="module")
def pages():
    """Return pages of bundled instances by name, each made when it is first asked for."""
    return MadeOnce(lambda name: nd.report(name).data)


@pytest.fixture(scope="module")
def answers():
    """Return answers of ``solve`` by the name of the instance."""
    return MadeOnce(nd.solve)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Go to a folder with an instance of the user's own, and a result of it."""
    shutil.copytree(catalogue.find_instance("tiny"), tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    nd.solve("mine").save("solved.json")
    return tmp_path


def test_the_page_of_an_instance_has_the_answer_of_solve(pages, answers):
    page, answer = pages["tiny"], answers["tiny"]
    verdict = page["verdict"]
    assert page["format"] == FORMAT
    assert page["title"] == "Five cities in a row, to be solved by hand"
    assert verdict["headline"] == "One more hub pays: B + D saves EUR 53,000 a year (13.2%) against today's B."
    assert [line.strip() for line in verdict["sentences"]] == list(answer.sentences)
    assert verdict["sentences"][1].startswith("  Runner-up: ")
    assert (verdict["objective"], verdict["bound"], verdict["is_proven"]) == (347_000, 347_000, True)
    assert [step["verdict"] for step in verdict["steps"]] == ["pays", "does_not_pay"]
    assert verdict["runner_up"] == {
        "hubs": ["B", "E"],
        "objective": 354_000,
        "more": 7_000,
        "more_at_least": 7_000,
        "plan": None,
    }
    assert [(plan["label"], plan["name"], plan["is_best"], plan["more_than_best"]) for plan in page["plans"]] == [
        ("Today", "B", False, 53_000),
        ("One more hub", "B + D", True, 0),
        ("Two more hubs", "B + D + E", False, 72_000),
    ]
    assert (page["today_plan"], page["first_plan"]) == (0, 1)


@pytest.mark.parametrize("name", ["tiny", "tiny-vehicles", "benelux"])
def test_plans_agree_with_the_result(pages, answers, name):
    page, answer = pages[name], answers[name]
    networks = [one for one in answer.networks if one.part.plan]
    assert len(networks) == len(page["plans"])
    ids = page["places"]["id"]
    for network, plan in zip(networks, page["plans"], strict=True):
        part = network.part
        assert plan["objective"] == pytest.approx(part.objective)
        assert plan["cost_eur_per_year"] == pytest.approx(part.costs.total)
        assert sum(one["eur_per_year"] for one in plan["cost_parts"]) == pytest.approx(part.costs.total)
        assert plan["co2e_t_per_year"] == pytest.approx(part.carbon.co2e_t_per_year)
        assert plan["service"]["inside_share"] == pytest.approx(part.service.inside)
        loads = {ids[hub["place"]]: hub["handled_t_per_year"] for hub in plan["hubs"]}
        assert loads == pytest.approx({load.hub: load.handled_t_per_year for load in part.hub_loads})
        departures = {
            (kind, ids[origin], ids[destination]): number
            for kind, origin, destination, number, per_day in zip(
                *(plan["legs"][key] for key in ("kind", "origin", "destination", "per_week", "per_day")),
                strict=True,
            )
            if per_day is not None
        }
        services = [one for one in part.plan.services or [] if one.kind != "air"]
        assert departures == {(str(one.kind), one.from_, one.to): one.departures_per_week for one in services}


def test_departures_a_day_are_of_the_days_that_the_leg_has():
    days = {"services.collection.operating_days": 5, "services.distribution.operating_days": 6}
    page = nd.report(nd.solve("tiny-vehicles", set=days)).data
    legs = page["plans"][page["first_plan"]]["legs"]
    of_kind = {"collection": 5, "distribution": 6, "inter_hub": 7}
    assert set(legs["kind"]) == set(of_kind)
    due = [number / of_kind[kind] for kind, number in zip(legs["kind"], legs["per_week"], strict=True)]
    assert legs["per_day"] == pytest.approx(due, abs=0.005)
    loads = page["plans"][page["first_plan"]]["vehicle_loads"]
    assert sum(load["departures_per_day"] for load in loads) == pytest.approx(sum(due))


@pytest.mark.parametrize("name", ["tiny", "tiny-vehicles", "benelux", "benelux-stages"])
def test_flows_of_legs_are_the_freight_of_the_cities(pages, name):
    """What comes to a place or leaves it by legs is its freight; only a city that is its own hub needs no leg."""
    page = pages[name]
    hubs_at_cities = {place for plan in page["plans"] for place in (hub["place"] for hub in plan["hubs"])}
    for plan in page["plans"]:
        legs, cities = plan["legs"], plan["cities"]
        flows = np.array(legs["t_per_year"])
        kind, origin, destination = (np.array(legs[key]) for key in ("kind", "origin", "destination"))
        for row, place in enumerate(cities["place"]):
            if place not in hubs_at_cities:
                received = flows[(kind == "distribution") & (destination == place)].sum()
                sent = flows[(kind == "collection") & (origin == place)].sum()
                assert received == pytest.approx(cities["received_t_per_year"][row], rel=1e-4)
                assert sent == pytest.approx(cities["sent_t_per_year"][row], rel=1e-4)
            is_served = cities["received_t_per_year"][row] > 0
            assert (cities["hub_in"][row] >= 0) == is_served


@pytest.mark.parametrize("name", ["tiny", "tiny-vehicles", "benelux"])
def test_curves_rise_to_all_freight_and_pass_the_share_inside_the_deadline(pages, name):
    page = pages[name]
    deadlines = {stream["name"]: stream["deadline_h"] for stream in page["streams"]}
    for plan in page["plans"]:
        for curve in plan["service"]["curves"]:
            assert curve["hours"] == sorted(set(curve["hours"]))
            assert curve["shares"] == sorted(curve["shares"])
            assert curve["shares"][-1] == 1
        promised = [curve for curve in plan["service"]["curves"] if deadlines[curve["stream"]] is not None]
        if len(promised) == 1:
            [curve] = promised
            within = [
                s for h, s in zip(curve["hours"], curve["shares"], strict=True) if h <= deadlines[curve["stream"]]
            ]
            assert max(within, default=0) == pytest.approx(plan["service"]["inside_share"], abs=1e-5)


def with_ranges() -> nd.Instance:
    """Return an instance that states how far two of its figures may be off."""
    document = nd.read("tiny").to_dict()
    rows = [
        {"path": "volume_factor", "low": 0.1, "high": 4, "source": "a guess", "source_status": "assumption"},
        {"path": "road.cost_eur_per_km", "low": 0.5, "high": 2, "source": "a survey", "source_status": "sourced"},
    ]
    document["tables"]["ranges"] = rows
    return nd.Instance.from_dict(document)


def test_evidence_is_that_of_the_results():
    instance = with_ranges()
    near, tipping = nd.alternatives(instance, within="20%", with_="E"), nd.tipping(instance)
    stress, sweep = nd.stress(instance, draws=20, failures=True), nd.sweep(instance, {"volume_factor": [1, 4]})
    frontier, explained = nd.frontier(instance, measures=["cost", "time"]), nd.explain(instance)
    page = nd.report(instance, sweep, explained, frontier, stress, tipping, near, nd.solve(instance)).data
    kinds = ["alternatives", "tipping", "failures", "draws", "frontier", "sweep", "explanation"]
    assert [one["kind"] for one in page["evidence"]] == kinds
    listed, turned, failures, draws, points, rows, why = page["evidence"]
    # Positions of the results are those in which they were given.
    assert [one["result"] for one in page["evidence"]] == [5, 4, 3, 3, 2, 0, 1]
    assert [one["command"] for one in page["stamp"]["results"]] == [
        *("sweep", "explain", "frontier", "stress", "tipping", "alternatives", "solve")
    ]
    names = [plan["name"] for plan in page["plans"]]
    assert [(one["hubs"], one["difference"], names[one["plan"]]) for one in listed["networks"]] == [
        (["B", "D"], 0, "B + D"),
        (["B", "E"], 7_000, "B + E"),
        (["B"], 53_000, "B"),
    ]
    assert names[listed["condition"]["plan"]] == "B + E"
    assert page["verdict"]["runner_up"]["plan"] == names.index("B + E")
    of_tipping = tipping.document.figures
    assert [(one["path"], one["low"], one["high"], one["turns"]) for one in turned["figures"]] == [
        (one.name, one.low, one.high, one.turns) for one in of_tipping
    ]
    assert [change["after"] for change in turned["figures"][0]["changes"]] == [
        one.after for one in of_tipping[0].changes
    ]
    ends = [(one["objective_low"], one["objective_high"]) for one in turned["figures"]]
    assert ends[0] == (of_tipping[0].points[0].objective, of_tipping[0].points[-1].objective)
    expected = [one.expected_cost for one in stress.document.failures.networks]
    assert [one["expected_cost_eur_per_year"] for one in failures["networks"]] == pytest.approx(expected)
    assert [names[one["plan"]] for one in draws["rows"]] == [
        "+".join(one.open_hubs).replace("+", " + ") for one in stress.document.networks
    ]
    assert [one["mean"] for one in draws["rows"]] == pytest.approx([one.mean for one in stress.document.draws.networks])
    assert [one["cost_eur_per_year"] for one in points["points"]] == pytest.approx(
        [point.network.costs.total for point in frontier.document.points]
    )
    assert [(one["values"], one["hubs"]) for one in rows["rows"]] == [([1], ["B", "D"]), ([4], ["B", "D", "E"])]
    assert (why["is_feasible"], why["clashes"]) == (True, [])


def test_sets_of_ones_own_stand_beside_the_best():
    compared = nd.compare("tiny", "B,E", "B,D")
    page = nd.report("tiny", nd.solve("tiny"), nd.solve("tiny", open="E", hubs=3), compared).data
    own = [(plan["name"], plan["note"]) for plan in page["plans"] if plan["group"] == "own"]
    assert own == [("B + E", "Compared")]
    page = nd.report("tiny", nd.solve("tiny"), nd.solve("tiny", open="E", hubs=2)).data
    own = [(plan["name"], plan["note"]) for plan in page["plans"] if plan["group"] == "own"]
    assert own == [("B + E", "the answer of solve: solved with --hubs 2 --open E")]


def test_a_plan_over_years_has_its_calendar_and_tree():
    answer = nd.timing("benelux-stages", tree=True)
    page = nd.report(answer, nd.alternatives("benelux-stages", tree=True, within="1%")).data
    years, first = page["evidence"]
    assert (years["kind"], first["kind"]) == ("years", "first_decisions")
    assert years["sentences"][0] == page["verdict"]["sentences"][0] == answer.sentences[0]
    assert page["verdict"]["headline"].startswith("Order nothing in 2026: the best plan has an expected cost of ")
    assert years["objective"] == pytest.approx(answer.objective)
    assert [node["node"] for node in years["nodes"]] == [node.node for node in answer.nodes]
    for node, part in zip(years["nodes"], answer.nodes, strict=True):
        plan = page["plans"][node["plan"]]
        assert plan["label"] == part.node
        assert (None if node["parent"] is None else years["nodes"][node["parent"]]["node"]) == part.parent
        assert plan["cost_eur_per_year"] == pytest.approx(part.costs.total) == node["cost_eur"]
        assert [page["places"]["id"][hub["place"]] for hub in plan["hubs"]] == part.open_hubs
    assert sum(path["probability"] for path in years["paths"]) == pytest.approx(1)
    assert first["decisions"][0]["difference"] == 0
    assert page["objective_unit"] == f"EUR of {answer.nodes[0].year}"


def test_assumptions_are_told_as_the_files_state_them():
    instance = with_ranges()
    told = nd.report(instance, nd.solve(instance)).data["assumptions"]["figures"]
    assert told[:2] == [
        {
            "path": "volume_factor",
            "value": 1,
            "unit": "1",
            "low": 0.1,
            "high": 4,
            "kind": "assumption",
            "status": "assumption",
            "source": "a guess",
            "url": "",
            "year": "",
            "remark": "",
        },
        told[1] | {"path": "road.cost_eur_per_km", "unit": "EUR/km", "kind": "fact", "status": "sourced"},
    ]
    assert all(one["low"] is None for one in told[2:])


def test_what_stands_beside_a_figure_in_the_file_is_its_remark():
    page = nd.report("benelux", nd.solve("benelux", set={"factors.distribution": 1.5})).data
    figures = {one["path"]: one for one in page["assumptions"]["figures"]}
    collection, changed = figures["factors.collection"], figures["factors.distribution"]
    assert (collection["value"], collection["kind"]) == (2, "assumption")
    assert collection["remark"] == "from the origin to the first hub; assumption"
    assert (changed["value"], changed["remark"], changed["kind"]) == (1.5, "", "unstated")


def test_every_name_of_a_path_in_the_assumptions_can_be_set():
    for name in ("tiny-vehicles", "benelux"):
        instance = nd.read(name)
        for one in nd.report(instance, nd.solve(instance, max_new=0)).data["assumptions"]["figures"]:
            assert instance.with_values({path.strip(): one["value"] for path in one["path"].split(";")})


@pytest.mark.parametrize(
    ("text", "as_shown"),
    [
        ("Liège", "Liège"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("bell\x07 delete\x7f next\x85", "bell\u2407 delete\u2421 next[U+0085]"),
        ("abc\u202edef", "abc[U+202E]def"),
        ("zero\u200bwidth", "zero[U+200B]width"),
        ("line\u2028end", "line[U+2028]end"),
        (RIGHT_TO_LEFT, ISOLATED),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u2068\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\u2069",
        ),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_texts_are_shown_without_what_is_invisible(text, as_shown):
    assert shown(text) == as_shown


def hostile() -> nd.Instance:
    document = nd.read("tiny").to_dict()
    document["title"] = HOSTILE
    document["description"] = f"${{title}} $title {HOSTILE}"
    document["tables"]["cities"][0]["name"] = HOSTILE
    document["tables"]["cities"][1]["name"] = RIGHT_TO_LEFT
    document["tables"]["cities"][2]["name"] = "\u202eevil\x00\x1b[31m"
    document["tables"]["cities"][3]["name"] = "=HYPERLINK(1)"
    document["tables"]["cities"][4]["note"] = HOSTILE
    return nd.Instance.from_dict(document)


def test_markup_in_texts_is_text():
    instance = hostile()
    page = nd.report(instance, nd.solve(instance))
    plain = _Elements(nd.report("tiny").html)
    found = _Elements(page.html)
    assert found.tags == plain.tags
    assert not any(name.startswith("on") for name, _ in found.attributes)
    data = json.loads(found.data)
    assert data == page.data
    assert data["title"] == HOSTILE
    assert data["description"] == f"${{title}} $title {HOSTILE}"
    assert sorted(data["places"]["name"][:4]) == sorted(
        [HOSTILE, ISOLATED, "[U+202E]evil\u2400\u241b[31m", "=HYPERLINK(1)"]
    )
    assert "</script><script>" not in page.html
    assert "<!-- " not in page.html


def test_in_a_notebook_a_page_has_no_scripts():
    fragment = nd.report(hostile(), nd.solve(hostile()))._repr_html_()
    found = _Elements(fragment)
    assert "script" not in found.tags
    assert {"h1", "table", "li"} <= set(found.tags)
    assert "B + D" in fragment


def test_the_stamp_says_by_what_the_page_can_be_checked(folder, netdesign):
    assert netdesign("report", "solved.json", "-o", "page.html").code == 0
    stamp = json.loads(_Elements((folder / "page.html").read_text(encoding="utf-8")).data)["stamp"]
    [result] = stamp["results"]
    digest = nd.solve("mine").document.instance.digest
    assert (stamp["instance"], stamp["digest"]) == ("tiny", digest)
    assert stamp["command"] == "netdesign report solved.json -o page.html"
    assert (result["file"], result["command"], result["verify_exit_code"]) == ("solved.json", "solve", 0)
    assert result["sha256"] == sha256((folder / "solved.json").read_bytes()).hexdigest()
    assert result["versions"]["netdesign"] == nd.__version__


def test_the_command_of_the_stamp_makes_the_same_page_again(folder, netdesign):
    assert netdesign("report", "mine", "--title", "For the board", "-o", "page.html").code == 0
    first = _Elements((folder / "page.html").read_text(encoding="utf-8")).data
    words = shlex.split(json.loads(first)["stamp"]["command"])
    (folder / "page.html").unlink()
    assert netdesign(*words[1:]).code == 0
    assert _Elements((folder / "page.html").read_text(encoding="utf-8")).data == first


@pytest.mark.parametrize(
    ("make", "sources", "code", "message"),
    [
        ("old", "old.json", 2, OLD),
        ("old", "old.json nothere.json", 2, f"{OLD}\nnothere.json: there is no such file"),
        (
            "other",
            "solved.json other.json",
            2,
            f"other.json: {OTHER}\nno page is written",
        ),
        (
            "other",
            "mine other.json",
            2,
            f"other.json: {OTHER}\nno page is written",
        ),
        (
            "set",
            "solved.json set.json",
            2,
            f"set.json: {OTHER_VALUES}\nno page is written",
        ),
        (
            "changed",
            "solved.json",
            7,
            f"solved.json: contradicted: {CHANGED}\n{AGAIN}",
        ),
        ("tampered", "tampered.json", 7, TAMPERED),
        ("moved", "solved.json", 2, MOVED),
        ("nameless", "nameless.json", 2, "nameless.json: does not record where its instance is; name the instance too"),
        ("model", "solved.json model.json", 2, f"model.json: {OTHER_PROBLEM}\nno page is written"),
        ("nothing", "tiny benelux", 2, "tiny, benelux: a page is of one instance; write a page for each"),
        ("nothing", "sloved.json", 2, "sloved.json: there is no such file"),
        ("nothing", "europ", 2, EUROP),
    ],
)
def test_no_page_is_written_of_what_is_not_true(folder, netdesign, make, sources, code, message):
    MAKE[make](folder)
    ended = netdesign("report", *sources.split(), "-o", "page.html", "--quiet")
    assert (ended.code, ended.err) == (code, f"netdesign: {message}\n")
    assert not (folder / "page.html").exists()


def test_all_that_is_wrong_is_told_at_once(folder, netdesign):
    for make in ("other", "set", "tampered"):
        MAKE[make](folder)
    ended = netdesign("report", "solved.json", "other.json", "set.json", "tampered.json", "-o", "page.html")
    assert ended.code == 7
    assert ended.err.splitlines() == [
        f"netdesign: other.json: {OTHER}",
        f"set.json: {OTHER_VALUES}",
        *TAMPERED.splitlines(),
    ]
    assert not (folder / "page.html").exists()


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("nowhere/page.html", "nowhere/page.html: there is no folder nowhere"),
        ("solved.json", "solved.json: would overwrite what is read; name another file"),
        ("mine/instance.yaml", "mine/instance.yaml: would overwrite what is read; name another file"),
        ("mine", "mine: is no ordinary file; name one"),
        ("-", "-: names no file; what is printed goes to stdout without it, and ./- is a file of that name"),
    ],
)
def test_a_page_overwrites_nothing_else(folder, netdesign, output, message):
    before = (folder / "solved.json").read_bytes(), (folder / "mine" / "instance.yaml").read_bytes()
    ended = netdesign("report", "solved.json", "-o", output)
    assert (ended.code, ended.err) == (2, f"netdesign: {message}\n")
    assert before == ((folder / "solved.json").read_bytes(), (folder / "mine" / "instance.yaml").read_bytes())


def test_a_page_replaces_a_page(folder, netdesign):
    for _ in range(2):
        assert netdesign("report", "solved.json", "-o", "page.html").code == 0
    nd.report("solved.json").save("page.html")
    with pytest.raises(UsageError, match=r"^solved.json: would overwrite what is read; name another file$"):
        nd.report("solved.json").save("solved.json")
    assert "<!doctype html>" in (folder / "page.html").read_text(encoding="utf-8").lower()


def test_a_problem_without_a_plan_has_a_page_that_says_so(folder, netdesign):
    document = nd.read("tiny").to_dict()
    document["policies"] = {"service": {"share": 1}}
    document["streams"]["parcels"]["deadline_h"] = 3
    nd.Instance.from_dict(document).save("none")
    ended = netdesign("report", "none", "-o", "page.html", "--quiet")
    assert ended.code == 4
    data = json.loads(_Elements((folder / "page.html").read_text(encoding="utf-8")).data)
    assert data["verdict"]["headline"] == "No permitted network is feasible: service cannot be kept; proven."
    assert (data["plans"], data["first_plan"], data["verdict"]["is_proven"]) == ([], None, True)


def test_the_question_has_its_name_once_the_package_of_words_is_loaded():
    import netdesign.report.answer  # as an answer of `solve` does

    assert nd.report("tiny").exit_code == 0
    assert netdesign.report is nd.report


@pytest.mark.parametrize("name", ["tiny", "tiny-vehicles", "benelux"])
def test_a_city_counts_for_the_hub_of_most_of_its_freight(pages, answers, name):
    """Of hubs with equal freight for that in the city, else for the first of the table, as `compare` counts moves."""
    page, ids = pages[name], pages[name]["places"]["id"]
    sites = list(nd.read(name).hubs)
    networks = [one.part for one in answers[name].networks if one.part.plan]
    for network, plan in zip(networks, page["plans"], strict=True):
        rows = network.plan.cities.rows()
        cities = plan["cities"]
        for way, key in (("in", "hub_in"), ("out", "hub_out")):
            told = {ids[city]: ids[hub] for city, hub in zip(cities["place"], cities[key], strict=True) if hub >= 0}
            assert told == {
                row["city"]: max(
                    (one for one in rows if (one["city"], one["way"]) == (row["city"], way)),
                    key=lambda one: (one["t_per_year"], one["hub"] == one["city"], -sites.index(one["hub"])),
                )["hub"]
                for row in rows
                if row["way"] == way
            }


def test_values_of_an_instance_in_memory_are_those_of_its_page():
    changed = nd.read("tiny").with_values({"volume_factor": 4})
    alone, of_answer = nd.report(changed).data, nd.report(changed, nd.solve(changed)).data
    for page in (alone, of_answer):
        assert page["verdict"]["headline"].startswith("Two more hubs pay: B + D + E saves")
        assert page["stamp"]["results"][0]["values"] == ["volume_factor=4"]
        figures = {one["path"]: one["value"] for one in page["assumptions"]["figures"]}
        assert figures["volume_factor"] == 4


def test_words_of_python_are_those_of_python():
    with pytest.raises(UsageError, match=r"^title 5: give a text$"):
        nd.report("tiny", title=5)
    with pytest.raises(UsageError, match=r"^report needs an instance or results, such as 'tiny' or 'result.json'$"):
        nd.report()
    with pytest.raises(
        UsageError, match=r"^what compare has found does not say of which instance; name the instance too$"
    ):
        nd.report(nd.compare("tiny", "B,D"))
    with pytest.raises(ContradictionError, match=r"^the answer of compare: contradicted: "):
        nd.report(
            nd.read("tiny").with_values({"volume_factor": 2}),
            nd.solve("tiny", set={"volume_factor": 2}),
            nd.compare("tiny", "B,D"),
        )


@pytest.mark.parametrize(
    ("options", "headline"),
    [
        ({"max_new": 0}, "No further hub pays: today's B costs EUR 0.40 m a year."),
        ({"set": {"volume_factor": 0.5}}, "No further hub pays: today's B costs EUR 0.23 m a year."),
        (
            {"set": {"volume_factor": 4}},
            "Two more hubs pay: B + D + E saves EUR 0.52 m a year (36.1%) against today's B.",
        ),
        (
            {"hubs": 3},
            "Today's hubs are fewer than asked for: the best network is B + D + E, EUR 0.42 m a year.",
        ),
        (
            {"set": {"hubs.B.status": "candidate"}, "hubs": 2},
            "The best network with 2 hubs is B + D, EUR 0.35 m a year; proven.",
        ),
        ({"set": {"hubs.B.status": "candidate"}}, "Two hubs are best: B + D, EUR 0.35 m a year."),
        (
            {"set": {"policies.service.share": 0.9}},
            "Today's hubs alone cannot keep every policy: the best network is B + D, EUR 0.35 m a year.",
        ),
        ({"set": {"problem.objective": "longest_time"}}, None),
    ],
)
def test_the_headline_says_what_is_best_and_what_it_saves_against_today(options, headline):
    verdict = nd.report(nd.solve("tiny", **options)).data["verdict"]
    assert verdict["headline"] == (headline or verdict["sentences"][0])


@pytest.mark.parametrize(
    "call",
    [
        "solve tiny --set volume_factor=2 --hubs 3 --open E --gap 0.01",
        "alternatives tiny --within 20% --with E --without D --most 2 --seed 3",
        "explain tiny --set policies.service.share=1 --set streams.parcels.deadline_h=3 --most 2",
        "tipping tiny hubs.E.fixed_cost_eur_per_year 0.0 200000.0 --width 0.1",
        "tipping tiny --grid volume_factor=1:4 road.speed_kmh=50:100 --steps 2",
        "sweep tiny --over volume_factor=1,2 --over road.speed_kmh=70,100",
        "stress tiny --failures --days 3 --networks B,B+D",
        "frontier tiny --measures cost,time --steps 3",
        "timing benelux-stages --tree --risk cvar --level 0.5",
        "alternatives benelux-stages --scenario level --within 0.5%",
    ],
)
def test_a_stamp_has_the_command_of_each_result(netdesign, tmp_path, monkeypatch, call):
    monkeypatch.chdir(tmp_path)
    netdesign(*call.split(), "-o", "first.json", "--quiet")
    [result] = nd.report("first.json").data["stamp"]["results"]
    assert result["call"].startswith(f"netdesign {' '.join(call.split()[:2])}")
    netdesign(*shlex.split(result["call"])[1:], "-o", "second.json", "--quiet")
    first, second = (
        json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("first.json", "second.json")
    )
    assert first["options"] == second["options"]
    assert first | {"times": {}} == second | {"times": {}}


@pytest.mark.long
def test_the_page_of_europe_is_small():
    near = nd.alternatives("europe", within="1%")
    page = nd.report(nd.solve("europe"), near)
    assert len(page.html.encode()) < 1_500_000
    assert len(page.data["plans"]) > 10
