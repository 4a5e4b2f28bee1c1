"""``import netdesign as nd``: the answers of the commands, and of each object the faults of files."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from importlib.util import find_spec
from threading import Event

import networkx as nx
import numpy as np
import pytest

import netdesign as nd
from netdesign import catalogue
from netdesign.instance.published.formats import FORMATS
from tests.support.small_instances import LEGS, STAGES

FLOW = [[0, 9, 9], [9, 0, 9], [9, 9, 0]]
COST = [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
HEAVY = ("pyomo", "highspy", "numba", "networkx", "numpy", "pydantic", "scipy")


def tiny_frames(**tables):
    """The tables of tiny as dicts of columns, with some of them changed, and the rest of its document."""
    tiny = nd.read("tiny")
    blocks = {name: value for name, value in tiny.to_dict().items() if name not in ("format", "tables")}
    return {name: table.to_dict() for name, table in tiny.tables.items()} | tables, blocks


def made_of(tables, blocks):
    return nd.Instance.from_frames(tables, **blocks)


def in_a_process(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


# Loading


def test_importing_loads_nothing_that_takes_long():
    loaded = in_a_process(f"import sys, netdesign, netdesign.errors; print([m for m in {HEAVY} if m in sys.modules])")
    assert loaded == "[]"


def test_solve_is_the_question_whatever_was_loaded_before():
    code = "import netdesign.solve.core.limits, netdesign as nd; nd.read; print(nd.solve('tiny').objective)"
    assert in_a_process(code) == "347000.0"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="solv"):
        _ = nd.solv


# Answers


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, []),
        ({"max_new": 1}, ["--max-new", 1]),
        ({"hubs": 2, "close": "D"}, ["--hubs", 2, "--close", "D"]),
        ({"open": ["E"]}, ["--open", "E"]),
        ({"set": {"volume_factor": 3}, "engine": "monolithic"}, ["--set", "volume_factor=3", "--engine", "monolithic"]),
        ({"model": "hub_covering"}, ["--model", "hub_covering"]),
    ],
)
def test_solve_answers_what_the_command_answers(netdesign, options, words):
    typed = json.loads(netdesign("solve", "tiny", *words, "--format", "json", "--quiet").out)
    asked = nd.solve("tiny", **options).to_dict()
    for document in (typed, asked):
        document.pop("times")
    assert asked == typed


def test_compare_and_check_answer_what_the_commands_answer(netdesign):
    typed = json.loads(netdesign("compare", "tiny", "B", "B,E", "--format", "json", "--quiet").out)
    assert nd.compare("tiny", "B", ("B", "E")).table["cost"] == [row["cost"] for row in typed]
    typed = json.loads(netdesign("check", "tiny", "--format", "json").out)
    assert nd.check("tiny").summary == typed
    assert nd.compare("tiny", "B", "B,E").moves["city"] == ["E"]


def test_timing_answers_what_the_command_answers(tmp_path, netdesign):
    (tmp_path / "instance.yaml").write_text(STAGES, encoding="utf-8")
    typed = json.loads(netdesign("timing", tmp_path, "--format", "json", "--quiet").out)
    assert nd.read(tmp_path).has_years
    answer = nd.timing(tmp_path)
    assert answer.to_dict() | {"times": {}} == typed | {"times": {}}
    assert list(answer.orders) == ["branch", "year", "hub", "module", "count"]
    assert answer.objective is not None
    assert answer.sentences
    assert "timing" in answer._repr_html_()
    assert nd.verify(tmp_path, answer)


def test_a_result_that_is_saved_is_verified_by_the_command(netdesign, tmp_path):
    answer = nd.solve("tiny")
    answer.save(tmp_path / "result.json")
    assert netdesign("verify", "tiny", tmp_path / "result.json").code == 0
    assert nd.verify("tiny", tmp_path / "result.json", prove=True).is_proven


def test_a_better_answer_stays(tmp_path):
    file, answer = tmp_path / "result.json", nd.solve("tiny")
    answer.save(file)
    worse = nd.solve("tiny", time_limit=1e-9)
    assert worse.best is None
    assert worse.verdict is None or worse.verdict == "undecided"
    with pytest.warns(UserWarning, match="holds a better answer"):
        worse.save(file)
    assert json.loads(file.read_text())["objective"] == 347_000


def test_a_file_of_the_instance_is_not_overwritten(tmp_path):
    (tmp_path / "instance.yaml").write_text(LEGS, encoding="utf-8")
    with pytest.raises(nd.UsageError, match="instance"):
        nd.solve(tmp_path).save(tmp_path / "instance.yaml")
    assert (tmp_path / "instance.yaml").read_text() == LEGS


def test_a_search_ends_when_its_event_is_set():
    stop = Event()
    stop.set()
    answer = nd.solve("tiny", stop=stop)
    assert answer.termination == "interrupted"
    assert answer.exit_code == 6


def test_an_error_of_who_listens_is_raised():
    with pytest.raises(ZeroDivisionError):
        nd.solve("tiny", engine="monolithic", listen=lambda progress: 1 / 0)


def test_answers_are_texts_as_the_command_writes_them(netdesign):
    answers = {"solve": nd.solve("tiny"), "check": nd.check("tiny"), "compare": nd.compare("tiny", "B", "B,D")}
    for name, answer in answers.items():
        words = [name, "tiny", *(["B", "B,D"] if name == "compare" else [])]
        assert netdesign(*words, "--format", "csv").out == answer.to_csv()
        assert netdesign(*words).out.split("Time:")[0] == str(answer).split("Time:")[0]
        assert answer.exit_code == 0


def test_a_file_that_is_no_result_is_not_overwritten(tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("Dear", encoding="utf-8")
    with pytest.raises(nd.UsageError, match="is no result of netdesign; name another file, or remove it first"):
        nd.solve("tiny").save(file)
    assert file.read_text(encoding="utf-8") == "Dear"


def test_a_changed_result_is_contradicted(tmp_path):
    file = tmp_path / "result.json"
    file.write_text(nd.solve("tiny").to_json().replace("347000.0", "346000.0"), encoding="utf-8")
    found = nd.verify("tiny", file)
    assert not found
    assert found.contradictions


def test_a_problem_that_nothing_permits_is_an_answer():
    # One hub, and freight of a city that no leg reaches in time: nothing is permitted.
    answer = nd.solve("tiny", hubs=3, set={"policies": {"fixed_cost_cap_eur_per_year": 1}})
    assert answer.termination == "infeasible"
    assert answer.best is None
    assert answer.networks[-1].routes.rows() == []


def test_notebooks_are_shown_tables_with_escaped_names():
    answer = nd.solve(nd.read("tiny").with_values({"title": "<b>"}))
    assert "A second hub pays" in answer._repr_html_()
    assert "<table>" in answer.best.routes._repr_html_()
    assert "&lt;b&gt;" in nd.read("tiny").with_values({"title": "<b>"})._repr_html_()


# Instances


def test_an_instance_is_the_same_from_files_dicts_frames_and_folders(tmp_path):
    tiny = nd.read("tiny")
    tiny.with_values({"volume_factor": 2}).save(tmp_path / "twice")
    same = [
        nd.Instance.from_dict(tiny.to_dict()).with_values({"volume_factor": 2}),
        made_of(*tiny_frames()).replace(volume_factor=2),
        nd.read(tmp_path / "twice"),
        tiny.with_values({"volume_factor": 2}),
    ]
    networks = [[network.part for network in nd.solve(instance).networks] for instance in same]
    assert all(found == networks[0] for found in networks)


def test_an_instance_that_is_changed_leaves_the_old_one_alone():
    tiny = nd.read("tiny")
    changed = tiny.with_values({"volume_factor": 2}).with_values({"hubs.D.status": "closed", "links.0.km": 300})
    assert (tiny.changes, nd.solve(tiny).objective) == ((), 347_000)
    assert changed.changes == ("volume_factor=2", 'hubs.D.status="closed"', "links.0.km=300")
    assert changed.tables["links"]["km"] == [300, 100, 100, 100]


def test_nothing_is_read_again_for_a_changed_instance(tmp_path):
    file = tmp_path / "instance.yaml"
    file.write_text(LEGS, encoding="utf-8")
    instance = nd.read(tmp_path)
    first = nd.solve(instance).objective
    file.unlink()
    assert nd.solve(instance).objective == first
    assert nd.solve(instance.replace(volume_factor=2)).objective > first


def test_set_mends_a_file_as_on_the_command_line(tmp_path):
    (tmp_path / "instance.yaml").write_text(LEGS.replace("max: 1", "max: -1"), encoding="utf-8")
    assert nd.solve(tmp_path, set={"policies.new_hubs.max": 1}).best
    with pytest.raises(nd.InstanceError, match="max: -1"):
        nd.read(tmp_path)


def test_matrices_are_the_literature_s_problem():
    ring = [[0, 1, 2, 1], [1, 0, 1, 2], [2, 1, 0, 1], [1, 2, 1, 0]]
    flow = 9 * (1 - np.eye(4))
    lists = nd.Instance.from_matrices(flow.tolist(), ring, hubs=2, alpha=0.5)
    arrays = nd.Instance.from_matrices(flow, np.array(ring), hubs=2, alpha=0.5, names=list("1234"))
    assert nd.solve(lists).objective == nd.solve(arrays).objective == 126
    assert lists.digest == arrays.digest
    single = nd.Instance.from_matrices(flow, ring, hubs=2, alpha=0.5, allocation="single")
    assert nd.solve(single).objective >= 126
    lost = np.array(ring, dtype=float)
    lost[0, 1] = np.inf
    assert nd.solve(nd.Instance.from_matrices(flow, lost, hubs=2, alpha=0.5)).objective >= 126


def test_a_matrix_in_a_dict_has_the_parts_of_an_npz_file():
    whole = nd.Instance.from_matrices(FLOW, COST, hubs=1)
    document = nd.read("tiny").to_dict()
    ids = ["1", "2", "3"]
    matrix = {"origins": ids, "destinations": ids, "values": np.array(COST)}
    document |= {"name": "dense", "policies": {"hub_count": {"min": 1, "max": 1}}, "factors": {}, "handling": {}}
    document |= {"parcel": {"weight_kg": 1000}, "streams": {"freight": {}}}
    document["tables"] = {
        "cities": {"id": ids},
        "hubs": {"id": ids, "fixed_cost_eur_per_year": [0, 0, 0]},
        "leg_matrices": {"cost_eur_per_t": matrix},
        "demand_matrix": {"volume_t_per_year": matrix | {"values": FLOW}},
    }
    assert nd.solve(nd.Instance.from_dict(document)).objective == nd.solve(whole).objective


def test_a_graph_of_networkx_is_an_instance():
    graph = nx.Graph(tables={"demand": DEMAND_ROWS}, road=nd.read("tiny").to_dict()["road"], name="line")
    graph.add_node("A", status="existing", fixed_cost_eur_per_year=7)
    graph.add_edge("A", "D", km=100)
    instance = nd.Instance.from_graph(graph)
    assert (instance.name, instance.cities, instance.hubs) == ("line", ("A", "D"), ("A",))
    assert nd.solve(instance).best.hubs == ("A",)


DEMAND_ROWS = [{"origin": "A", "destination": "D", "volume_t_per_year": 300}]


# Frames of libraries


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_of_a_library_are_the_same_instance(library):
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    frame = __import__(library).DataFrame
    tables, blocks = tiny_frames()
    in_frames = {name: frame(columns) for name, columns in tables.items()}
    assert made_of(in_frames, blocks).digest == made_of(tables, blocks).digest
    assert nd.solve("tiny").best.routes.to_frame(library).shape == (4, 6)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_faults_of_frames_are_those_of_dicts(library):
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    hubs = {
        "id": ["B", "D"],
        "status": ["existing", None],
        "fixed_cost_eur_per_year": [-1.5, None],
        "state": ["a", "b"],
    }
    tables, blocks = tiny_frames(hubs=hubs)
    with pytest.raises(nd.InstanceError) as by_columns:
        made_of(tables, blocks)
    with pytest.raises(nd.InstanceError) as by_frame:
        made_of(tables | {"hubs": __import__(library).DataFrame(hubs)}, blocks)
    assert by_frame.value.faults == by_columns.value.faults


class OtherFrame:
    """A data frame of a library that nobody has heard of: names, and columns by name."""

    def __init__(self, columns):
        self.columns = list(columns)
        self._found = columns

    def __getitem__(self, name):
        return np.array(self._found[name], dtype=object)


def test_any_frame_with_columns_will_do():
    tables, blocks = tiny_frames()
    other = {name: OtherFrame(columns) for name, columns in tables.items()}
    assert made_of(other, blocks).digest == made_of(tables, blocks).digest


def test_a_frame_whose_cells_are_not_there_yet_is_a_fault():
    """Such as those of dask and the lazy ones of polars."""
    tables, blocks = tiny_frames()
    later = OtherFrame({"from": None, "to": None})
    with pytest.raises(nd.InstanceError, match="frame links: from: is no list; a column is a list of its cells"):
        made_of(tables | {"links": later}, blocks)


def test_a_column_that_stands_twice_is_a_fault():
    tables, blocks = tiny_frames()
    doubled = OtherFrame(tables["links"])
    doubled.columns.append("km")
    with pytest.raises(nd.InstanceError, match="frame links: km: this column stands twice"):
        made_of(tables | {"links": doubled}, blocks)


def test_without_a_library_of_frames_columns_are_left(monkeypatch):
    routes = nd.solve("tiny").best.routes
    monkeypatch.setattr("netdesign.api.tables.find_spec", lambda name: None)
    with pytest.raises(nd.UsageError, match=r"to_frame needs pandas or polars, which is not installed; to_dict\(\)"):
        routes.to_frame()
    with pytest.raises(nd.UsageError, match="to_frame 'polar': allowed: pandas, polars; did you mean 'polars'"):
        routes.to_frame("polar")


# Faults


def from_frames(**tables):
    return lambda: made_of(*tiny_frames(**tables))


def from_matrices(flow=FLOW, cost=COST, **options):
    return lambda: nd.Instance.from_matrices(flow, cost, **options)


def graph_with(**attributes):
    """Return a graph whose one edge has such attributes."""
    graph = nx.Graph(tables={"demand": DEMAND_ROWS}, road=nd.read("tiny").to_dict()["road"])
    graph.add_node("A", status="existing", fixed_cost_eur_per_year=7)
    graph.add_edge("A", "D", **attributes)
    return lambda: nd.Instance.from_graph(graph)


NAN = float("nan")
LINKS = "source, url, year, source_status, note, from, to, mode, km, sea_km, hours, fare_eur_per_truck"
FAULTY = {
    "a wrong column and a negative value in another frame": (
        from_frames(
            links={"from": ["A", "B"], "to": ["B", "C"], "kmm": [1, 2], "km": [3, 4]},
            hubs={"id": ["B", "D"], "fixed_cost_eur_per_year": [-5, NAN], "status": ["existing", "planned"]},
        ),
        [
            "frame hubs, row 0: fixed_cost_eur_per_year: -5 is under 0",
            "frame hubs, row 1: status: 'planned' is not allowed; allowed: 'existing', 'candidate' or 'closed'",
            f"frame links: kmm: unknown column; allowed: {LINKS}; did you mean 'km'?",
        ],
    ),
    "columns of different length": (
        from_frames(links={"from": ["A", "B"], "to": ["B", "C"], "km": [3]}),
        ["frame links: km: has 1 rows; the longest column has 2"],
    ),
    "an id twice": (
        from_frames(cities={"id": ["A", "B", "C", "D", "E", "B"]}),
        ["frame cities, row 5: id: 'B' stands twice among cities, hubs and overseas"],
    ),
    "a column that is a text": (
        from_frames(links={"from": "A", "to": ["B"], "km": [3]}),
        ["frame links: from: is no list; a column is a list of its cells", "frame links, row 0: from: is missing"],
    ),
    "something that is no frame, and no table": (
        from_frames(links=7, citys={"id": ["A"]}),
        [
            "frame links: is of type int; give a data frame or a dict of columns",
            "frames: tables.citys: unknown key; allowed: countries, cities, hubs, overseas, links, legs, leg_matrices, "
            "hub_links, demand, demand_matrix, vehicles, services, modules, paths, tree, ranges, distributions, "
            "correlations; did you mean 'cities'?",
        ],
    ),
    "frames that are a list": (
        lambda: nd.Instance.from_frames([1]),
        ["frames: are of type list; give a dict of tables, such as cities, hubs, links, demand"],
    ),
    "a frame without rows": (from_frames(links={"from": [], "to": []}), ["frame links: has no rows"]),
    "the name of a file": (
        from_frames(links="links.csv"),
        ["frames: tables.links: names a file, 'links.csv', where there is no folder; give the rows"],
    ),
    "NaN, nothing, a text and a negative cost in matrices": (
        from_matrices(
            [[0, NAN, 9], [9, 0, -9], [9, 9, 0]], [[0, 1, None], [1, 0, -1], [2, "x", 0]], names=["A", "B", "C"]
        ),
        [
            "matrix cost: A to C: is empty; write inf where there is no leg",
            "matrix cost: B to C: -1 is under 0",
            "matrix cost: C to B: 'x' is not a number",
            "matrix flow: A to B: is NaN; write 0 where nothing flows",
            "matrix flow: B to C: -9 is under 0",
        ],
    ),
    "a matrix that is not square": (
        from_matrices(cost=[[0, 1, 2], [1, 0, 1]]),
        ["matrix cost: is not square: 2 rows and 3 columns"],
    ),
    "rows of different length, and no matrix at all": (
        from_matrices([0, 1, 2], [[0, 1, 2], [1, 0]], names="ABC"),
        [
            "matrix cost: has rows of different length",
            "matrix flow: has no rows and columns; give a list of rows or an array",
        ],
    ),
    "too few names, one of them twice": (
        from_matrices(names=["A", "A"]),
        [
            "matrix cost: has 3 rows and columns; there are 2 names",
            "matrix flow: has 3 rows and columns; there are 2 names",
            "names: A: stands twice",
        ],
    ),
    "wrong options of matrices": (
        from_matrices(fixed_costs=[1, 2], existing=["4"], capacities=[1, -3, 2], alpha="x"),
        [
            "existing: 4: is not among the names",
            "fixed_costs: has 2 numbers; there are 3 names",
            "hub 2: capacity_t_per_year: -3 is under 0",
            "matrices: factors.inter_hub: 'x' is not a number",
        ],
    ),
    "infinite flow": (
        from_matrices([[0, float("inf"), 9], [9, 0, 9], [9, 9, 0]]),
        ["matrix flow: 1 to 2: inf is not a finite number"],
    ),
    "names that are no list, and names that are nothing": (
        from_matrices(names={"A": 1, "B": 2, "C": 3}),
        ["names: is of type dict; give a list, a name a node"],
    ),
    "a name that is nothing": (from_matrices(names=["A", None, 3]), ["names: None: is no text and no whole number"]),
    "no matrix": (
        from_matrices(None, 3),
        [
            "matrix cost: has no rows and columns; give a list of rows or an array",
            "matrix flow: has no rows and columns; give a list of rows or an array",
        ],
    ),
    "what an option and a block state": (
        from_matrices(
            hubs=1,
            alpha=0.5,
            factors={"inter_hub": 1},
            policies={"hub_count": {"max": 2}},
            problem={"objective": "cost"},
        ),
        [
            "matrices: factors.inter_hub: is given by an option too; give one",
            "matrices: policies.hub_count: is given by an option too; give one",
        ],
    ),
    "numbers that no computer has": (
        from_matrices([[0, 10**400, 9], [9, 0, Fraction(10**400, 3)], [9, Decimal("sNaN"), 0]], hubs=1),
        [
            f"matrix flow: 1 to 2: 1{'0' * 39}... is not a finite number",
            f"matrix flow: 2 to 3: '1{'0' * 39}' is not a number",
            "matrix flow: 3 to 2: 'sNaN' is not a number",
        ],
    ),
    "cells that are masked": (
        from_matrices(np.ma.masked_array(FLOW, mask=[[0, 1, 0], [0, 0, 0], [0, 0, 0]])),
        ["matrix flow: 1 to 2: is empty; write 0 where nothing flows"],
    ),
    "parts of a matrix that are no lists": (
        lambda: nd.Instance.from_dict(
            nd.read("tiny").to_dict()
            | {"tables": {"demand_matrix": {"volume_t_per_year": {"origins": 3, "destinations": [["A"]], "values": 1}}}}
        ),
        [
            "dict: tables.cities: is missing",
            "dict: tables.hubs: is missing",
            "matrix volume_t_per_year: destinations: is no list of names",
            "matrix volume_t_per_year: origins: is no list of names",
        ],
    ),
    "blocks that are none": (
        from_matrices(hubs=1, policies="x", problem=None),
        [
            "matrices: policies: 'x' is not a block of keys and values; its keys are hub_count, new_hubs, "
            "sorting_centres, required, forbidden, exclusive, hub_links, capacity, minimum_throughput, air_lane, "
            "service, carbon, fixed_cost_cap_eur_per_year",
            "matrices: problem: an empty value is not a block of keys and values",
        ],
    ),
    "fixed costs by name": (
        from_matrices(fixed_costs={"1": 5}, existing=7),
        [
            "existing: 7: is not among the names",
            "fixed_costs: is of type dict; give one number, or a list with one a name",
        ],
    ),
    "a graph without km": (
        graph_with(),
        ["graph: no edge has km; a link needs it: write how many km each link has in an attribute km"],
    ),
    "a graph with a negative km": (graph_with(km=-3), ["graph: edge A to D: km: -3 is under 0"]),
    "something that is no graph": (
        lambda: nd.Instance.from_graph({}),
        ["graph: is of type dict; a graph of networkx is wanted"],
    ),
    "a node that is no name": (
        lambda: nd.Instance.from_graph(nx.Graph([((1, 2), "A")])),
        ["graph: node (1, 2): is no text and no whole number"],
    ),
    "rows of a dict": (
        lambda: nd.Instance.from_dict({"tables": {"cities": [{"id": "A"}, {"nid": "B"}]}}),
        [
            "cities, row 1: id: is missing",
            "cities, row 1: nid: unknown key; allowed: source, url, year, source_status, note, id, name, country, "
            "customs_zone, lat, lon; did you mean 'id'?",
            "dict: name: is missing",
            "dict: parcel: is missing",
            "dict: streams: is missing",
            "dict: tables.hubs: is missing",
        ],
    ),
    "no dict": (lambda: nd.Instance.from_dict(5), ["dict: is of type int; an instance is a dict"]),
}


@pytest.mark.parametrize("name", FAULTY)
def test_all_that_is_wrong_with_an_object_is_told_at_once(name):
    make, faults = FAULTY[name]
    with pytest.raises(nd.InstanceError) as found:
        make()
    assert list(map(str, found.value.faults)) == faults


@pytest.mark.parametrize(
    ("make", "name", "near"),
    [
        (from_matrices(alphaa=0.5), "from_matrices: alphaa", "alpha"),
        (lambda: nd.Instance.from_frames({}, raod={}), "from_frames: raod", "road"),
        (lambda: nd.Instance.from_graph(nx.Graph(), factor={}), "from_graph: factor", "factors"),
        (lambda: nd.read("tiny").replace(volume_facto=2), "replace: volume_facto", "volume_factor"),
    ],
)
def test_an_unknown_keyword_of_an_instance_is_a_fault(make, name, near):
    with pytest.raises(nd.InstanceError) as found:
        make()
    [fault] = found.value.faults
    assert str(fault).startswith(f"{name}: unknown keyword; allowed: ")
    assert str(fault).endswith(f"; did you mean '{near}'?")


def test_a_matrix_whose_labels_are_in_another_order_is_a_fault():
    pd = pytest.importorskip("pandas")
    flow = pd.DataFrame(FLOW, index=list("ABC"), columns=list("ABC"))
    message = "matrix cost: has the columns C, A, B, where the names are A, B, C; give them in one order"
    with pytest.raises(nd.InstanceError, match=message):
        nd.Instance.from_matrices(flow, pd.DataFrame(COST, columns=list("CAB")))
    with pytest.raises(nd.InstanceError, match="matrix flow: has the rows A, B, C, where the names are B, A, C"):
        nd.Instance.from_matrices(flow, COST, names=list("BAC"))
    renamed = nd.Instance.from_matrices(flow, pd.DataFrame(COST), names=["Aix", "Bonn", "Cork"], hubs=1)
    assert renamed.digest == nd.Instance.from_matrices(FLOW, COST, names=["Aix", "Bonn", "Cork"], hubs=1).digest


def test_a_sparse_matrix_is_refused():
    sparse = pytest.importorskip("scipy.sparse").csr_matrix(FLOW)
    with pytest.raises(nd.InstanceError, match="matrix flow: is a sparse array"):
        nd.Instance.from_matrices(sparse, COST)


def test_numbers_of_other_kinds_are_numbers():
    odd = [[Decimal(0), Fraction(9), 9], [np.int8(9), 0, 9.0], [Decimal("9.0"), np.float32(9), 0]]
    plain = nd.Instance.from_matrices(FLOW, COST, hubs=1, alpha=0.5, fixed_costs=[1, 2, 3])
    other = nd.Instance.from_matrices(
        odd, COST, hubs=np.int64(1), alpha=Decimal("0.5"), fixed_costs=(n for n in np.array([1, 2, 3]))
    )
    assert other.digest == plain.digest
    tables, blocks = tiny_frames()
    kilometres = {"km": [Decimal(one) for one in tables["links"]["km"]]}
    assert made_of(tables | {"links": tables["links"] | kilometres}, blocks).tables["links"]["km"] == [100] * 4
    assert nd.read("tiny").with_values({"volume_factor": Decimal("1.5")}).changes == ("volume_factor=1.5",)


def test_cells_of_pandas_without_a_value_are_empty():
    pd = pytest.importorskip("pandas")
    with pytest.raises(nd.InstanceError, match="matrix flow: 1 to 2: is empty; write 0 where nothing flows"):
        nd.Instance.from_matrices([[0, pd.NA], [1, 0]], [[0, 1], [1, 0]])
    with pytest.raises(nd.InstanceError, match="frame links: has no columns"):
        from_frames(links=pd.DataFrame())()
    with pytest.raises(nd.UsageError, match="volume_factor: '<NA>' is no text, number, list or dict"):
        nd.solve("tiny", set={"volume_factor": pd.NA})


def test_nodes_of_a_graph_may_be_numbers_of_numpy():
    graph = nx.Graph(tables={"demand": [{"origin": "1", "destination": "2", "volume_t_per_year": 300}]})
    graph.add_node(np.int64(1), status="existing", fixed_cost_eur_per_year=7)
    graph.add_edge(np.int64(1), np.int64(2), km=np.float64(100))
    assert nd.Instance.from_graph(graph, name="x", road=nd.read("tiny").to_dict()["road"]).cities == ("1", "2")


OPTIONS = (
    "resume, cluster, keep, model, hubs, max_new, open, close, set, strict, engine, gap, time_limit, threads, seed, "
    "listen, stop"
)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: nd.solve("tiny", max_nwe=1),
            f"solve: max_nwe: unknown keyword; allowed: {OPTIONS}; did you mean 'max_new'?",
        ),
        (
            lambda: nd.solve("tiny", gap=2, threads=0, time_limit=-1, seed=0.5),
            "threads 0: give a whole number from 1 to 256\nseed 0.5: give a whole number from 0 to 2147483647\n"
            "gap 2: give a number from 0 to 1\ntime_limit -1: give a positive number of seconds",
        ),
        (
            lambda: nd.solve("tiny", engine="enumerat"),
            "engine 'enumerat': allowed: auto, enumeration, decomposition, monolithic; did you mean 'enumeration'?",
        ),
        (lambda: nd.solve("tiny", hubs=2.0), "hubs 2.0: give a whole number"),
        (lambda: nd.solve("tiny", open=""), "open '': names no site; write ids with commas, such as open LGG,WAW"),
        (lambda: nd.solve("tiny", open=[3]), "open: holds 3; texts are wanted"),
        (lambda: nd.solve("tiny", open={"D": 1}), "open {'D': 1}: texts are wanted"),
        (
            lambda: nd.solve("tiny", hubs="2", gap=2, open=3, engine="x", strict=1, set=4, model=5, stop=6),
            "gap 2: give a number from 0 to 1\nstop 6: give an event of threading\nset 4: texts are wanted\n"
            "hubs '2': give a whole number\nopen 3: texts are wanted\n"
            "engine 'x': allowed: auto, enumeration, decomposition, monolithic\nstrict 1: give True or False\n"
            "model 5: give a name or a path",
        ),
        (lambda: nd.solve(), "solve: missing a required argument: 'instance'"),
        (lambda: nd.solve("tiny", 2), "solve: too many positional arguments"),
        (lambda: nd.solve("tiny", open="X"), "open X: there is no such site"),
        (lambda: nd.timing("benelux-stages", level=0.5), "risk and level are for tree: on a path nothing is uncertain"),
        (lambda: nd.timing("benelux-stages", keep=3), "keep 3: give a function of one result"),
        (lambda: nd.timing("benelux-stages", scenario="tree"), "scenario tree: write tree"),
        (lambda: nd.verify("tiny", None), "result None: give a path"),
        (lambda: nd.solve("tiny", gap=None), "gap None: give a number from 0 to 1"),
        (
            lambda: nd.solve("tiny", gap=10**400, time_limit=-(10**400)),
            f"gap 1{'0' * 59}...: give a number from 0 to 1\n"
            f"time_limit -1{'0' * 58}...: give a positive number of seconds",
        ),
        (lambda: nd.solve("tiny", hubs=10**5000), "hubs of type int, too long to show: give a whole number"),
        (lambda: nd.solve("n" * 5000), f"instance '{'n' * 59}...: File name too long"),
        (lambda: nd.read("n" * 5000), f"path '{'n' * 59}...: File name too long"),
        (lambda: nd.solve("tiny", model="n" * 5000), f"model '{'n' * 59}...: File name too long"),
        (lambda: nd.solve("tiny").save("a\0"), "path 'a\\x00': no name of a file holds a NUL"),
        (lambda: nd.read("tiny").save("n" * 5000), f"folder '{'n' * 59}...: File name too long"),
        (lambda: nd.compare("tiny", f"{'B,' * 200}Q"), "Q: there is no such site"),
        (lambda: nd.solve("tiny").save(3), "path 3: give a path"),
        (lambda: nd.read("tiny").save(3), "folder 3: give a path"),
        (
            lambda: nd.read("tiny", fromat_in="ap"),
            "read: fromat_in: unknown keyword; allowed: format_in, nodes, alpha, fixed_costs, capacities, capacity, "
            "flows, fixed_cost_factor, dialect; did you mean 'format_in'?",
        ),
        (
            lambda: nd.read("tiny", format_in=3, nodes=2.5, alpha="x", capacities=4),
            "format_in 3: give a name\nnodes 2.5: give a whole number\nalpha 'x': give a number\n"
            "capacities 4: give a name or a path",
        ),
        (lambda: nd.read("tiny").with_values(3), "set 3: texts are wanted"),
        (lambda: nd.compare("tiny"), "compare needs configurations, such as 'LGG', 'LGG,WAW'"),
        (
            lambda: nd.timing("benelux-stages", tree=True, scenario="base"),
            "tree and scenario exclude each other; give one",
        ),
        (
            lambda: nd.solve(3),
            "takes a path, a name or an Instance, not a int; Instance.from_dict, from_frames, from_matrices and "
            "from_graph make one",
        ),
        (
            lambda: nd.read("tiny").with_values({"road": object}),
            "road: \"<class 'object'>\" is no text, number, list or dict",
        ),
    ],
)
def test_a_wrong_option_is_told_in_the_words_of_python(call, message):
    with pytest.raises(nd.UsageError) as found:
        call()
    assert found.value.message == message


# One's own


@pytest.fixture
def forgotten():
    """Let what a test registers be forgotten."""
    formats, models = dict(FORMATS), dict(catalogue.REGISTERED)
    yield
    for registry, before in ((FORMATS, formats), (catalogue.REGISTERED, models)):
        registry.clear()
        registry.update(before)


@pytest.mark.usefixtures("forgotten")
def test_a_registered_format_is_read_by_name(tmp_path, netdesign):
    nd.register_format("jay", lambda path: json.loads(path.read_text()))
    file = tmp_path / "tiny.jay"
    file.write_text(json.dumps(nd.read("tiny").to_dict()), encoding="utf-8")
    instance = nd.read(file, format_in="jay")
    assert nd.solve(instance).objective == 347_000
    assert instance.given.source.files == (file,)
    assert netdesign("check", file, "--format-in", "jay").code == 0
    file.write_text("{", encoding="utf-8")
    with pytest.raises(nd.UsageError, match="the reader of jay fails: JSONDecodeError"):
        nd.read(file, format_in="jay")


@pytest.mark.usefixtures("forgotten")
def test_a_registered_model_is_taken_by_name(tmp_path):
    file = tmp_path / "own.py"
    file.write_text(catalogue.find_model("multiple_allocation_path").read_text(encoding="utf-8"), encoding="utf-8")
    nd.register_model("mine", file)
    answer = nd.solve("tiny", model="mine", engine="monolithic")
    assert (answer.objective, answer.document.options["model"]) == (347_000, "mine")


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize(
    ("register", "message"),
    [
        (lambda folder: nd.register_format("ap", len), "register_format: ap: is taken"),
        (lambda folder: nd.register_format("a b", len), "register_format: 'a b': a name has letters"),
        (lambda folder: nd.register_format("mine", lambda: {}), "register_format: mine: read should be a function"),
        (lambda folder: nd.register_format("mine", len, title=3), "register_format: mine: title 3: give a text"),
        (lambda folder: nd.register_format("mine", len, titles=""), "register_format: titles: unknown keyword"),
        (lambda folder: nd.register_model("mine", folder / "none.py"), "no such path"),
        (lambda folder: nd.register_model("mine", 3), "register_model 3: give a path"),
        (
            lambda folder: nd.register_engine(nd.EngineRecord("mine", "t", int, (nd.States(3, 4),), print)),
            "engine mine: the record is none: ",
        ),
        (lambda folder: nd.register_model("hub_centre", folder), "register_model: hub_centre: is taken"),
    ],
)
def test_what_does_not_keep_its_interface_is_refused_at_registration(register, message, tmp_path):
    with pytest.raises(nd.UsageError, match=message):
        register(tmp_path)
