"""Calls that are wrong: options, paths, outputs, models, results."""

from __future__ import annotations

import os
import shlex
from os import mkfifo

from netdesign.catalogue import instances, models
from netdesign.instance.policies import Policy
from netdesign.instance.schema import ROWS, InstanceDocument
from tests.instance.bad.case import SOLVE, Case, Contents, faults
from tests.support.small_instances import LEGS, STAGES

ARGUMENTS = {
    **dict.fromkeys(("solve", "check", "stress", "frontier"), " [OPTIONS] {INSTANCE}"),
    "tipping": " [OPTIONS] {INSTANCE} [FIGURE] [LOW] [HIGH]",
    "compare": " [OPTIONS] {INSTANCE} {SET|RESULT...}...",
    "alternatives": " [OPTIONS] {INSTANCE}",
    "explain": " [OPTIONS] {INSTANCE}",
    "export": " [OPTIONS] {INSTANCE|RESULT} {FILE}",
    "import": " [OPTIONS] {FORMAT|FILE} {FILE|DEST} [DEST]",
    "": " [OPTIONS] COMMAND [ARGS]...",
}
TOP_LEVEL_KEYS = ", ".join(InstanceDocument.model_fields)
DEMAND_COLUMNS = ", ".join(field.alias or name for name, field in ROWS["demand"].model_fields.items())


def call(name: str, words: str, message: str, code: int = 2, **files: Contents) -> Case:
    """Return the case of a wrong call; where it begins with an option it is a solve."""
    arguments = tuple(shlex.split(words))
    whole = (*SOLVE, *arguments) if arguments[0].startswith("--") else arguments
    return Case(name, f"netdesign: {message}\n", code, whole, {"instance.yaml": LEGS} | files)


def over_years(name: str, words: str, message: str) -> Case:
    """Return a wrong call about an instance over years."""
    return call(name, words, message, **{"instance.yaml": STAGES})


def usage(name: str, words: str, message: str) -> Case:
    """Return the case of a call that is refused before its command begins."""
    case = call(name, words, "")
    command = case.call[0] if case.call[0] in ARGUMENTS else ""
    program = f"netdesign {command}".strip()
    text = f"Usage: {program}{ARGUMENTS[command]}\nTry '{program} -h' for help.\n\nError: {message}\n"
    return Case(name, text, 2, case.call, case.files)


def override(name: str, words: str, *lines: str) -> Case:
    """Return the case of ``--set`` with a value that the instance may not have."""
    return Case(name, faults(*lines), 3, (*SOLVE, *shlex.split(words)))


def model(name: str, source: str | bytes, message: str) -> Case:
    """Return the case of a model file of the user's."""
    return call(name, "--model mine.py", f"mine.py: {message}", **{"mine.py": source})


def functions(build: str = "return None", read_plan: str = "return None") -> str:
    """Return a model file with these two functions."""
    return f"def build(instance, network): {build}\ndef read_plan(model): {read_plan}\n"


def no_bundled(kind: str, name: str, near: str, known: str) -> str:
    meant = f"; did you mean '{near}'?" if near else ""
    return f"{kind} '{name}': no such path and no bundled {kind} of that name{meant}\nbundled {kind}s: {known}"


BUNDLED = ", ".join(instances())
MODEL = "multiple_allocation_path"
MODELS_BUNDLED = ", ".join(models())

HUBS = [
    call("more hubs than sites", "--hubs 4", "--hubs 4: only 3 sites may open"),
    call("no hubs", "--hubs 0", "--hubs 0: A must open"),
    call("fewer hubs than opened", "--hubs 1 --open B", "--hubs 1: A, B must open"),
    call("hubs and max-new", "--hubs 2 --max-new 1", "--hubs and --max-new exclude each other; give one"),
    call("negative number of new hubs", "--max-new -1", "--max-new -1: a number of hubs is 0 or more"),
    usage("hubs in words", "--hubs two", "Invalid value for '--hubs': 'two' is not a whole number"),
    call("unknown site opened", "--open b", "--open b: there is no such site; did you mean 'B'?"),
    call("city opened that is no site", "--open C", "--open C: is a city and no site; sites: A, B, X"),
    call("city compared that is no site", "compare . A C", "C: is a city and no site; sites: A, B, X"),
    call(
        "link by the name of its end",
        "check . --set legs.C.km=1",
        "--set legs.C.km=1: there is no 'C' in that list; its 8 entries have no names and go by position, from 0 to 7",
    ),
    call("unknown site closed", "--close B,Z", "--close Z: there is no such site"),
    call("nothing opened", "--open ,", "--open ',': names no site; write ids with commas, such as --open LGG,WAW"),
    call("existing hub closed", "--close A", "--close A: an existing hub stays open"),
    call("opened and closed", "--open B,X --close X", "--open and --close both name X"),
    call(
        "forbidden site opened",
        "--set policies.forbidden=[B] --open B",
        "--open B: the instance's policies forbid it",
    ),
    call(
        "more sites opened than allowed",
        "--open B,X",
        "instance with the options of this call: policies.new_hubs.max: 1 is under the 2 hubs that must open: B, X",
    ),
]

OVERRIDES = [
    call(
        "no equals sign",
        "--set volume_factor",
        "--set volume_factor: write path=value, for example --set road.speed_kmh=70",
    ),
    call("no path", "--set =2", "--set =2: write path=value, for example --set road.speed_kmh=70"),
    call(
        "path with a hole",
        "--set parcel..x=2",
        "--set parcel..x=2: write path=value, for example --set road.speed_kmh=70",
    ),
    call("path into a value", "--set name.x=2", "--set name.x=2: 'x' leads into a single value"),
    call(
        "row that is not there",
        "--set hubs.b.fixed_cost_eur_per_year=2",
        "--set hubs.b.fixed_cost_eur_per_year=2: there is no 'b' in that list; did you mean 'B'?",
    ),
    call(
        "value that is not YAML",
        "--set name=[a",
        "--set name=[a: the value is not YAML: expected ',' or ']', but got '<stream end>'; quote it if it is a text",
    ),
    call(
        "value with a tag",
        "--set 'name=!!python/name:os.system x'",
        "--set name=!!python/name:os.system x: the value has the tag !!python/name:os.system; "
        "an instance holds plain data only, take the tag out; quote it if it is a text",
    ),
    call(
        "value with an alias to itself",
        "--set 'name=&a [*a]'",
        "--set name=&a [*a]: the value has the anchor &a; "
        "anchors are not read, write the values out; quote it if it is a text",
    ),
    override(
        "value out of range",
        "--set parcel.weight_kg=-1",
        "--set parcel.weight_kg=-1: parcel.weight_kg: -1 is not over 0",
    ),
    override(
        "value of the wrong type",
        "--set parcel.weight_kg=2020-01-01",
        "--set parcel.weight_kg=2020-01-01: parcel.weight_kg: '2020-01-01' is not a number",
    ),
    call("unknown path", "--set a.b=1", f"--set a.b=1: a: unknown key; allowed: {TOP_LEVEL_KEYS}"),
    call(
        "two unknown paths, before what values are wrong",
        "--set parcel.w=1 --set demand.0.weight=2 --set hubs.B.status=no",
        f"--set demand.0.weight=2: weight: unknown key; allowed: {DEMAND_COLUMNS}\n"
        "--set parcel.w=1: parcel.w: unknown key; allowed: weight_kg",
    ),
    override(
        "unknown key in a value",
        "--set 'parcel={weight_kg: 1, w: 2}'",
        "--set parcel={weight_kg: 1, w: 2}: parcel.w: unknown key; allowed: weight_kg",
    ),
    call(
        "unknown key on a path",
        "--set parcel.weigth_kg=2",
        "--set parcel.weigth_kg=2: parcel.weigth_kg: unknown key; allowed: weight_kg; did you mean 'weight_kg'?",
    ),
    override(
        "required value taken away",
        "--set parcel=null",
        "--set parcel=null: parcel: an empty value is not a block of keys and values",
    ),
    override(
        "another file for a table",
        "--set demand=other.csv",
        "--set demand=other.csv: tables.demand: 'other.csv' is not a list of rows; "
        "--set changes values of a table, not which file it is",
    ),
    override(
        "a matrix beside the table",
        "--set tables.demand_matrix.volume_t_per_year=other.csv",
        "--set tables.demand_matrix.volume_t_per_year=other.csv: tables.demand_matrix: "
        "demand is given twice; keep either demand or demand_matrix",
        "--set tables.demand_matrix.volume_t_per_year=other.csv: tables.demand_matrix.volume_t_per_year: "
        "--set changes values of a table, not which file it is",
    ),
]

LIMITS = [
    call("no time", "--time-limit 0", "--time-limit 0: give a positive number of seconds"),
    call("negative time", "--time-limit -1", "--time-limit -1: give a positive number of seconds"),
    call("time that is no number", "--time-limit nan", "--time-limit nan: give a positive number of seconds"),
    call("endless time", "--time-limit inf", "--time-limit inf: give a positive number of seconds"),
    usage("gap over 1", "--gap 2", "Invalid value for '--gap': 2 is over 1"),
    usage("negative gap", "--gap -1", "Invalid value for '--gap': -1 is under 0"),
    usage("gap that is no number", "--gap nan", "Invalid value for '--gap': nan is not a finite number"),
    usage("no threads", "--threads 0", "Invalid value for '--threads': 0 is under 1"),
    usage("negative seed", "--seed -1", "Invalid value for '--seed': -1 is under 0"),
    usage(
        "unknown format",
        "--format xml",
        "Invalid value for '--format': 'xml' is not one of 'table', 'json', 'csv'.",
    ),
    usage("unknown option", "--hub 2", "No such option: --hub (Possible options: --hubs)"),
    usage("unknown command", "slove .", "No such command 'slove'. Did you mean 'solve'?"),
    usage("no instance", "solve", "Missing argument 'INSTANCE'."),
    usage("two instances", "solve . .", "Got unexpected extra argument(s) (.)"),
    usage("nothing to compare", "compare .", "Missing argument 'SET|RESULT...'."),
]

PATHS = [
    call("misspelt instance", "solve benelu", no_bundled("instance", "benelu", "benelux", BUNDLED)),
    call("missing instance", "check there/it.yaml", no_bundled("instance", "there/it.yaml", "", BUNDLED)),
    Case(
        "folder without an instance",
        faults("empty: this folder holds no instance.yaml; `netdesign new` makes one to start from"),
        call=("solve", "empty"),
        files={"empty": lambda path: path.mkdir()},
    ),
    Case(
        "device for an instance",
        faults("/dev/null: is no ordinary file; name the folder or the YAML file of an instance"),
        call=("solve", "/dev/null"),
    ),
    call("endless name of an instance", f"solve {'n' * 5000}", f"{'n' * 60}...: File name too long"),
    call("import of a file that is not there", "import book.xlsx mine", "book.xlsx: there is no such file to read"),
    call(
        "import without a folder",
        "import ap book.txt",
        "DEST is missing: netdesign import ap book.txt FOLDER reads book.txt into a new folder",
    ),
    call(
        "import of a file whose format does not show",
        "import instance.yaml mine",
        "instance.yaml: its format shows neither in its ending nor in what it holds; name one before it. Hub location: "
        "ap, cab, tr81. Facility location: cap, holmberg, pmed, ufllib. Graphs and tables: csv, excel, graphml, "
        "nodelink.",
    ),
    call(
        "import in an unknown dialect",
        "import excel book.xlsx mine --dialect semicolon",
        "--dialect says nothing about the format excel, which takes no such option",
        **{"book.xlsx": ""},
    ),
    call(
        "import of a format in capitals",
        "import Excel book.xlsx mine",
        "FORMAT Excel: there is no such format; allowed: ap, cab, cap, csv, excel, graphml, holmberg, nodelink, "
        "pmed, tr81, ufllib; did you mean 'excel'?",
    ),
    call(
        "import of a file where its format belongs",
        "import book.xlsx excel mine",
        "FORMAT book.xlsx: there is no such format; allowed: ap, cab, cap, csv, excel, graphml, holmberg, "
        "nodelink, pmed, tr81, ufllib\na file with this ending is read as excel",
    ),
    call("folder that exists", "new .", ".: exists already; name a folder that does not"),
    call(
        "unknown template",
        "new mine --template benelu",
        "--template benelu: there is no such template; allowed: parcels, vehicles, air-hub, staged, published, "
        f"{BUNDLED}; did you mean 'benelux'?",
    ),
    call("new folder in a file", "new instance.yaml/mine", "instance.yaml/mine: cannot be made: Not a directory"),
]

OUTPUTS = [
    call("output in a missing folder", "solve . -o there/result.json", "there/result.json: there is no folder there"),
    call(
        "output in a file", "solve . -o instance.yaml/r.json", "instance.yaml/r.json: there is no folder instance.yaml"
    ),
    call(
        "stdout for an output",
        "solve . -o -",
        "-: names no file; what is printed goes to stdout without it, and ./- is a file of that name",
    ),
    call("folder for an output", "solve . -o .", ".: is no ordinary file; name one"),
    call("device for an output", "solve . -o /dev/full", "/dev/full: is no ordinary file; name one"),
    call(
        "pipe for an output",
        "solve . -o pipe",
        "pipe: is no ordinary file; name one",
        **{"pipe": mkfifo},
    ),
    call("endless name of an output", f"solve . -o {'n' * 300}", f"{'n' * 100}: cannot be written: File name too long"),
    call(
        "output by a link that leads nowhere",
        "solve . -o link.json",
        "link.json: there is no folder /there",
        **{"link.json": lambda path: path.symlink_to("/there/result.json")},
    ),
    call(
        "output by a link to itself",
        "solve . -o link.json",
        "link.json: cannot be written: symbolic links in a circle",
        **{"link.json": lambda path: path.symlink_to(path)},
    ),
    call(
        "output over the instance",
        "solve instance.yaml -o instance.yaml",
        "instance.yaml: would overwrite what is read; name another file",
    ),
    call(
        "output over a file of the instance",
        "export . instance.yaml --to lp",
        "instance.yaml: would overwrite what is read; name another file",
    ),
    call("export to a missing folder", "export . there/model.lp --to lp", "there/model.lp: there is no folder there"),
    call("export to a device", "export . /dev/full --to graphml", "/dev/full: is no ordinary file; name one"),
    call(
        "map of an instance",
        "export . map.geojson --to geojson",
        ". is an instance; geojson is made of a result: netdesign solve . -o FILE writes one",
    ),
    call(
        "map of a bundled instance",
        "export tiny map.geojson --to geojson",
        "tiny is an instance; geojson is made of a result: netdesign solve tiny -o FILE writes one",
    ),
    call(
        "map with overrides",
        "export result.json map.geojson --to geojson --set volume_factor=2",
        "--set has no effect on a result; it records its own options",
    ),
    usage(
        "export to nothing known",
        "export . model.lp --to xls",
        "Invalid value for '--to': 'xls' is not one of 'lp', 'mps', 'graphml', 'nodelink', 'excel', 'csv', "
        "'geojson', 'cities', 'parquet'.",
    ),
]

MODELS = [
    call("misspelt model", f"--model {MODEL}s", no_bundled("model", f"{MODEL}s", MODEL, MODELS_BUNDLED)),
    model(
        "model that is empty", "", f"a model file needs a function `build(instance, network)`; see models/{MODEL}.py"
    ),
    model(
        "model without read_plan",
        functions().splitlines()[0],
        f"a model file needs a function `read_plan(model)`; see models/{MODEL}.py",
    ),
    model(
        "model with other arguments",
        "def build(instance): ...\n",
        "`build` takes (instance); it should be `build(instance, network)`",
    ),
    model(
        "model with a syntax error",
        "def build(:\n",
        "cannot be loaded: SyntaxError: invalid syntax (mine.py, line 1)",
    ),
    model("model that fails on loading", "1 / 0\n", "cannot be loaded: ZeroDivisionError: division by zero"),
    model("model that ends the program", "raise SystemExit(0)\n", "cannot be loaded: it ends the program"),
    model(
        "model with wrong PROBLEMS",
        functions() + "PROBLEMS = 'single'\n",
        f"PROBLEMS is no tuple of netdesign.instance.blocks.Problem; see models/{MODEL}.py",
    ),
    model(
        "model with a wrong policy",
        functions() + "POLICIES = {'hubs'}\n",
        f"POLICIES is no set of policies; allowed: {', '.join(Policy)}",
    ),
    call(
        "model that cannot state a policy",
        "--model mine.py",
        "model mine cannot state deadline, hub_count; choose another --model or take out streams.parcels.deadline_h "
        "with its late_penalty_eur_per_parcel, policies.new_hubs (or --max-new): --set KEY=null does so for one call",
        **{"mine.py": functions() + "POLICIES = frozenset()\n"},
    ),
    model(
        "model that builds nothing",
        functions(),
        "build should return a pyomo ConcreteModel with hub_open and an objective",
    ),
    model(
        "model that fails on building",
        functions(build="return instance.hubs"),
        "build fails: AttributeError: 'Instance' object has no attribute 'hubs'",
    ),
    call(
        "model of several years",
        "--model staged_opening",
        "model staged_opening states several years; `netdesign timing` uses it",
    ),
    call(
        "model of several years to be written",
        "export . model.lp --to lp --model staged_opening",
        "model staged_opening states several years; `netdesign timing` uses it",
    ),
    call(
        "problem that no model states",
        "--set problem.allocation=single --set problem.objective=hub_number",
        "no model solves allocation: single, objective: hub_number, route_hubs: 2; models solve:\n"
        "  allocation: multiple, objective: cost, route_hubs: 1\n"
        "  allocation: multiple, objective: cost, route_hubs: 2\n"
        "  allocation: multiple, objective: cost, route_hubs: 2, network: chosen\n"
        "  allocation: multiple, objective: hub_number, route_hubs: 2\n"
        "  allocation: multiple, objective: longest_time, route_hubs: 2\n"
        "  allocation: single, objective: cost, route_hubs: 1\n"
        "  allocation: single, objective: cost, route_hubs: 2\n"
        "  allocation: single, objective: cost, route_hubs: 2, network: chosen\n"
        "  allocation: single_each_way, objective: cost, route_hubs: 1\n"
        "  allocation: single_each_way, objective: cost, route_hubs: 2\n"
        "  allocation: single_each_way, objective: cost, route_hubs: 2, network: chosen",
    ),
]


def broken_result(name: str, contents: str | bytes, message: str) -> Case:
    """Return the case of a result file that is none."""
    return call(name, "verify . old.json", f"old.json: {message}", **{"old.json": contents})


OPTIMA = "old.csv: cannot be read as a table of optima: is no ordinary file"
ANY_RESULT = (
    "`netdesign solve -o`, `netdesign alternatives -o`, `netdesign explain -o`, `netdesign tipping -o`, `netdesign "
    "sweep -o`, `netdesign stress -o`, `netdesign frontier -o` or `netdesign timing -o`"
)
NO_JSON = f"is not JSON, so no result of {ANY_RESULT}"
NO_RESULT = f"is no result of {ANY_RESULT}, or of another version"

RESULTS = [
    call("missing result", "verify . old.json", "old.json: there is no such file"),
    call("folder for a result", "verify . .", ".: cannot be read as a result: Is a directory"),
    call("device for a result", "verify . /dev/zero", "/dev/zero: is no ordinary file"),
    call("pipe for a result", "verify . old.json", "old.json: is no ordinary file", **{"old.json": os.mkfifo}),
    call("pipe for a table of optima", "bench old.csv", OPTIMA, **{"old.csv": os.mkfifo}),
    call("device for a table of optima", "bench /dev/zero", OPTIMA.replace("old.csv", "/dev/zero")),
    call("pipe to compare with", "compare . A old.json", "old.json: is no ordinary file", **{"old.json": os.mkfifo}),
    broken_result("empty result", "", NO_JSON),
    broken_result("truncated result", '{"format": "netdesign.result/1", "inst', NO_JSON),
    broken_result("result of endless brackets", "[" * 100_000, NO_JSON),
    broken_result("result that is no UTF-8", b"\xff", "cannot be read as a result: is not UTF-8"),
    broken_result("result that is a list", "[]", NO_RESULT),
    broken_result(
        "result of another version",
        '{"format": "netdesign.result/2"}',
        "is a netdesign.result/2 file, and this version reads netdesign.result/1; `netdesign solve` answers it again",
    ),
    broken_result(
        "result without its parts",
        '{"format": "netdesign.result/1", "engine": {}, "problem": {}, "options": {}, "reader": {}, "versions": {}, '
        '"times": {}, "networks": [], "steps": [], "costs": null, "service": null, "carbon": null, "plan": null, '
        '"termination": "optimum", "objective": Infinity, "bound": NaN, "gap": null, "extra": 1}',
        "is no whole result: instance: is missing; termination: 'optimum' is not allowed; allowed: "
        "'optimal', 'gap_reached', 'infeasible', 'time_limit', 'interrupted' or 'size_limit'; "
        "objective: inf is not a finite number; bound: nan is not a finite number; extra: unknown key",
    ),
    call("instance for a result", "verify . instance.yaml", f"instance.yaml: {NO_JSON}"),
    call("comparison with a typo", "compare . A A,b", "b: there is no such site; did you mean 'B'?"),
    call(
        "comparison of a set with blanks",
        "compare . 'A B'",
        "'A B' is no hub; the hubs of one set are written with commas: A,B",
    ),
    call(
        "comparison of a set with a stroke",
        "compare . A A/X",
        "'A/X' is no hub; the hubs of one set are written with commas: A,X",
    ),
    call("comparison with nothing", "compare . ,", "',' names no hub; write ids with commas, such as LGG,WAW"),
    call(
        "comparison with a missing result",
        "compare . A old.json",
        "old.json: there is no such file",
    ),
    call(
        "comparison with the instance",
        "compare . instance.yaml",
        "instance.yaml: is not JSON, so no result of `netdesign solve -o`",
    ),
]

ALTERNATIVES = [
    call("margin below zero", "alternatives . --within -1%", "--within -1%: a margin is 0 or more"),
    call(
        "margin in words",
        "alternatives . --within little",
        "--within little: give a share such as 1%, or an amount such as 250000",
    ),
    call(
        "margin with a separator",
        "alternatives . --within 250,000",
        "--within 250,000: give a share such as 1%, or an amount such as 250000",
    ),
    call(
        "endless margin",
        "alternatives . --within inf",
        "--within inf: give a share such as 1%, or an amount such as 250000",
    ),
    call(
        "margin beyond all numbers",
        f"alternatives . --within {'9' * 400}",
        f"--within {'9' * 400}: give a share such as 1%, or an amount such as 250000",
    ),
    call(
        "unknown site with",
        "alternatives . --with b",
        "--with b: there is no such site; did you mean 'B'?",
    ),
    call("city with that is no site", "alternatives . --with C", "--with C: is a city and no site; sites: A, B, X"),
    call("unknown site without", "alternatives . --without Z", "--without Z: there is no such site"),
    call(
        "nothing with",
        "alternatives . --with ,",
        "--with ',': names no site; write ids with commas, such as --with LGG,WAW",
    ),
    call(
        "with and without",
        "alternatives . --with B --without B",
        "--with and --without both name B",
    ),
    call("without an existing hub", "alternatives . --without A", "--without A: an existing hub stays open"),
    call(
        "with a forbidden site",
        "alternatives . --close B --with B",
        "--close and --with both name B",
    ),
    call(
        "with more sites than allowed",
        "alternatives . --with B,X",
        "instance with the options of this call: policies.new_hubs.max: 1 is under the 2 hubs that must open: B, X",
    ),
    call("none that differ", "alternatives . --diverse 0", "--diverse 0: a number of networks is 1 or more"),
    call("none listed", "alternatives . --most 0", "--most 0: a number of networks is 1 or more"),
    usage(
        "number that differ in words",
        "alternatives . --diverse two",
        "Invalid value for '--diverse': 'two' is not a whole number",
    ),
    call(
        "several faults of one call",
        "alternatives . --within x --most 0",
        "--within x: give a share such as 1%, or an amount such as 250000\n--most 0: a number of networks is 1 or more",
    ),
    call(
        "alternatives gone on with without a file",
        "alternatives . --resume",
        "--resume: needs the -o FILE of the earlier call",
    ),
    over_years("margin below zero over years", "alternatives . --within -1%", "--within -1%: a margin is 0 or more"),
    over_years(
        "unknown site with over years", "alternatives . --with b", "--with b: there is no such site; did you mean 'B'?"
    ),
    over_years(
        "with and without over years", "alternatives . --with B --without B", "--with and --without both name B"
    ),
    over_years(
        "with a forbidden site over years",
        "alternatives . --close B --with B",
        "--close and --with both name B",
    ),
    over_years("none listed over years", "alternatives . --most 0", "--most 0: a number of networks is 1 or more"),
    over_years(
        "first decisions that differ",
        "alternatives . --diverse 2",
        "--diverse: counts the open sites that networks share, and first decisions differ by sizes too; leave it out",
    ),
    over_years(
        "model of alternatives over years",
        "alternatives . --model multiple_allocation_path",
        "--model: is for instances of one year, and this one is over several; leave it out",
    ),
    over_years(
        "engine that leaves no first decision out",
        "alternatives . --engine decomposition",
        "--engine decomposition cannot state the problem: a rule on what is ordered in the first year; take --engine "
        "auto, which takes one that can",
    ),
    over_years(
        "engine of alternatives of one year for several",
        "alternatives . --engine enumeration",
        "engine 'enumeration': allowed: auto, dynamic, configurations, decomposition, monolithic; did you mean "
        "'configurations'?",
    ),
    over_years(
        "tree and scenario of alternatives",
        "alternatives . --tree --scenario flat",
        "--tree and --scenario exclude each other; give one",
    ),
    over_years(
        "risk of alternatives on a path",
        "alternatives . --risk cvar",
        "--risk and --level are for --tree: on a path nothing is uncertain",
    ),
    call(
        "tree of alternatives of one year",
        "alternatives . --tree",
        "--tree: is for instances over several years, and this one is of one; leave it out",
    ),
    call(
        "level of alternatives of one year",
        "alternatives . --level 0.5",
        "--level: is for instances over several years, and this one is of one; leave it out",
    ),
]

EXPLAIN = [
    call("no clash explained", "explain . --most 0", "--most 0: a number of sets is 1 or more"),
    call(
        "what is explained opens a site and shuts it",
        "explain . --open B --close B",
        "--open and --close both name B",
    ),
    call("more hubs than sites explained", "explain . --hubs 9", "--hubs 9: only 3 sites may open"),
    usage(
        "a number of clashes that is none",
        "explain . --most few",
        "Invalid value for '--most': 'few' is not a whole number",
    ),
    Case(
        "explained over years",
        faults(
            "instance.yaml:8:1: stages: the instance is over several years; `netdesign timing` answers when and how "
            "large. With --set stages=null the one year that the file states is solved, without modules and what they "
            "cost"
        ),
        3,
        ("explain", "."),
        {"instance.yaml": STAGES},
    ),
]

CALLS = [*ALTERNATIVES, *EXPLAIN, *HUBS, *OVERRIDES, *LIMITS, *PATHS, *OUTPUTS, *MODELS, *RESULTS]
