"""Instances over several years that are wrong, and calls of timing that are: name, edit, message."""

from __future__ import annotations

from tests.instance.bad.case import Case, edited, faults
from tests.support.small_instances import LEGS, STAGES

TIMING = ("timing", ".", "-o", "result.json")
UP = "id: up, parent: now, first_year: 2027"
YEARS = "first_year: 2026\n  last_year: 2028"
BLOCK = STAGES[STAGES.index("stages:\n  first") : STAGES.index("tables:")]
ON_BRANCHES = STAGES[STAGES.index("    - {of: volume, where: up") : STAGES.index("  tree:")]
TREE = STAGES[STAGES.index("  tree:") :]
ADD_UP = "probability: the probabilities of the branches of now add up to"
TOGETHER = "instance.yaml:50:31: tables.tree.2.first_year: 2027: branches of one parent begin in one year"
SEVERAL = (
    "instance.yaml:8:1: stages: the instance is over several years; `netdesign timing` answers when and how large. "
    "With --set stages=null the one year that the file states is solved, without modules and what they cost"
)


def years(name: str, old: str, new: str, *lines: str) -> Case:
    """Return the case of a call of timing on an instance with faults at one place."""
    return Case(name, faults(*lines), call=TIMING, files={"instance.yaml": edited(STAGES, (old, new))})


def call(name: str, words: str, message: str, code: int = 2, text: str = STAGES) -> Case:
    """Return the case of a wrong call of timing."""
    return Case(name, f"netdesign: {message}\n", code, (*TIMING, *words.split()), {"instance.yaml": text})


def of_stages(table: str, line: int) -> str:
    text = "is a table of an instance over several years, which has a `stages` block; there is none"
    return f"instance.yaml:{line}:3: tables.{table}: {text}"


IN_FILES = [
    years(
        "probabilities that do not add up",
        "probability: 0.4",
        "probability: 0.5",
        f"instance.yaml:49:47: tables.tree.1.{ADD_UP} 1.1, not to 1",
    ),
    years(
        "branch without a parent",
        "id: up, parent: now",
        "id: up, parent: then",
        "instance.yaml:49:16: tables.tree.1.parent: 'then' is no branch",
        f"instance.yaml:50:49: tables.tree.2.{ADD_UP} 0.4, not to 1",
    ),
    years(
        "two first branches",
        UP,
        "id: up, first_year: 2026",
        "instance.yaml:47:3: parent: one branch has no parent, the first; here: now, up",
        f"instance.yaml:50:49: tables.tree.2.{ADD_UP} 0.4, not to 1",
    ),
    years(
        "years out of order",
        YEARS,
        "first_year: 2028\n  last_year: 2026",
        "instance.yaml:8:1: stages: last_year 2026 is before first_year 2028",
    ),
    years(
        "branch before its parent",
        UP,
        "id: up, parent: now, first_year: 2026",
        "instance.yaml:49:29: tables.tree.1.first_year: 2026 is not after 2026, in which its parent now begins",
        f"{TOGETHER}; up does in 2026",
    ),
    years(
        "branch after the horizon",
        UP,
        "id: up, parent: now, first_year: 2029",
        "instance.yaml:49:29: tables.tree.1.first_year: 2029 is after the last year, 2028",
        f"{TOGETHER}; up does in 2029",
    ),
    years(
        "growth under -100 %",
        "growth_per_year: -0.5",
        "growth_per_year: -1.5",
        "instance.yaml:46:48: tables.paths.3.growth_per_year: -1.5 is under -1",
    ),
    years(
        "growth that leaves nothing",
        "growth_per_year: -0.5",
        "growth_per_year: -1",
        "instance.yaml:46:48: tables.paths.3.growth_per_year: would leave no volume; a volume stays over 0",
    ),
    years(
        "module without capacity",
        "{id: s, capacity_t_per_year: 100, ",
        "{id: s, ",
        "instance.yaml:40:7: tables.modules.0.capacity_t_per_year: is missing",
    ),
    years(
        "module that lifts nothing",
        "{id: s, capacity_t_per_year: 100, ",
        "{id: s, capacity_t_per_year: 0, ",
        "instance.yaml:40:15: tables.modules.0.capacity_t_per_year: 0 is not over 0",
    ),
    years(
        "budget that forbids what is required",
        "new_hubs: {max: 2}}\nstages:",
        "new_hubs: {max: 2}, required: [B]}\nstages:\n  capital_budget: {total_eur: 500}",
        "instance.yaml:9:3: stages.capital_budget: allows 500 EUR; the hubs that must open (B) cost at least 800",
    ),
    years(
        "year of a budget that stands twice",
        "stages:\n  first",
        "stages:\n  capital_budget: {by_year_eur: {2026: 1, 2026.0: 14000}}\n  first",
        "instance.yaml:9:20: stages.capital_budget.by_year_eur: 2026.0 stands twice, before as 2026",
    ),
    years(
        "path of a number that holds for all years",
        "{of: volume, at_year: 2028, factor: 2}",
        "{of: modules.s.capacity_t_per_year, at_year: 2028, factor: 2}",
        "instance.yaml:43:8: tables.paths.0.of: 'modules.s.capacity_t_per_year' does not move over the years: it holds "
        "for all of them",
    ),
    years(
        "path of a stream without a name",
        "{of: volume, at_year: 2028, factor: 2}",
        "{of: volume., at_year: 2028, factor: 2}",
        "instance.yaml:43:8: tables.paths.0.of: 'volume.' names no stream; 'volume' moves all of them",
    ),
    years(
        "path that moves a price out of its range",
        "{of: volume, at_year: 2028, factor: 2}",
        "{of: hubs.B.fixed_cost_eur_per_year, at_year: 2026, factor: 1}\n"
        "    - {of: hubs.B.fixed_cost_eur_per_year, at_year: 2028, factor: 1e+11}",
        "instance.yaml:44:59: tables.paths.1.factor: in 2028 tables.hubs.1.fixed_cost_eur_per_year: 10000000000000.0 "
        "is over 1e+12",
    ),
    years(
        "module whose floor has no price",
        "capital_eur: 800",
        "area_m2: 5",
        "instance.yaml:39:3: tables.modules: the capital of module s follows from its floor, which needs "
        "construction_cost_eur_per_m2 of the hub's country; or give the module a capital_eur",
    ),
    years(
        "peak day that the first year cannot lift",
        "stages:\n  first",
        "stages:\n  peaks: [{stream: parcels, factor: 20, days: 10}]\n  first",
        "instance.yaml:9:3: stages.peaks: in 2026 the peak day of parcels has 9.3 t; the hubs lift at most 1.6 t a "
        "day, and overflow has no price",
    ),
    years(
        "tree without stages",
        BLOCK,
        "",
        of_stages("modules", 32),
        of_stages("paths", 35),
        of_stages("tree", 40),
    ),
]

ONE_YEAR = [
    Case("years where one is solved", faults(SEVERAL), files={"instance.yaml": STAGES}),
    Case("years where one is compared", faults(SEVERAL), 3, ("compare", ".", "A"), {"instance.yaml": STAGES}),
    Case(
        "years whose one-year model is exported",
        faults(SEVERAL),
        3,
        ("export", ".", "model.lp", "--to", "lp"),
        {"instance.yaml": STAGES},
    ),
    Case(
        "one year where several are wanted",
        "netdesign: timing: is for instances over several years, and this one is of one; `netdesign solve` answers it, "
        "and a block `stages` gives it years\n",
        2,
        TIMING,
        {"instance.yaml": LEGS},
    ),
]

CALLS = [
    call(
        "unknown scenario",
        "--scenario flt",
        "--scenario flt: there is no such scenario; allowed: base, flat; did you mean 'flat'?",
    ),
    *(
        years(
            f"path of {of}, which is no number",
            "of: volume, at_year: 2028, factor: 2",
            f"of: {of}, at_year: 2028, factor: 2",
            f"instance.yaml:43:8: tables.paths.0.of: '{of}' is no number; {remedy}",
        )
        for of, remedy in {
            "demand": "freight moves as volume, or volume.STREAM for one stream",
            "hubs": "write a column of its rows, such as hubs.*.fixed_cost_eur_per_year",
            "factors": "write one of its numbers, such as factors.collection",
            "streams.parcels.deadline": "write volume or the path of a number, such as road.cost_eur_per_km",
        }.items()
    ),
    call("tree as a scenario", "--scenario tree", "--scenario tree: write --tree"),
    call("tree and scenario", "--tree --scenario flat", "--tree and --scenario exclude each other; give one"),
    call(
        "tree that is not there",
        "--tree",
        "stages has no tree; leave --tree out, or give it a tree table",
        text=edited(STAGES, (TREE, ""), (ON_BRANCHES, "")),
    ),
    call("risk on a path", "--risk cvar", "--risk and --level are for --tree: on a path nothing is uncertain"),
    call(
        "level of the mean",
        "--tree --level 0.5",
        "--level 0.5: is the level of cvar, and expected is minimised; add --risk cvar",
    ),
    call("level of everything", "--tree --risk cvar --level 1", "--level 1: give a share from 0 to less than 1"),
    call(
        "engine that cannot state it",
        "--tree --risk cvar --engine dynamic",
        "--engine dynamic cannot state the problem: what cvar makes of a branch depends on all others; take "
        "--engine auto, which takes one that can",
    ),
    call("more hubs than sites over years", "--hubs 5", "--hubs 5: only 3 sites may open"),
    call("unknown site over years", "--open Z", "--open Z: there is no such site"),
    call(
        "budget that forbids what a call opens",
        "--open B --set stages.capital_budget.total_eur=500",
        "instance with the options of this call: stages.capital_budget: allows 500 EUR; the hubs that must open (B) "
        "cost at least 800",
    ),
    Case(
        "resume without an output",
        "netdesign: --resume: needs the -o FILE of the earlier call\n",
        2,
        ("timing", ".", "--resume"),
        {"instance.yaml": STAGES},
    ),
    call(
        "resume from something else",
        "--resume",
        "result.json: is no whole result: instance: is missing; scenario: is missing; ...",
    ),
]

STAGED = [*IN_FILES, *ONE_YEAR, *CALLS]
