"""Calls of sweep that are wrong: figures that do not exist, values that are none, too many combinations, tables."""

from __future__ import annotations

from netdesign.analysis.swept_figures import HOW
from tests.instance.bad.calls import call
from tests.instance.bad.case import Case, faults
from tests.support.small_instances import STAGES

TOO_MANY = (
    "combinations are more than 10,000, the most of one sweep; take longer steps or fewer figures, or ask part by "
    "part, with --set for one of the figures"
)

ADDRESS = "tcp://localhost:1"


def table(name: str, text: str, message: str) -> Case:
    """Return the case of a table that is wrong."""
    return call(name, "sweep . --table t.csv", message, **{"t.csv": text})


SWEEP = [
    call(
        "nothing to sweep over",
        "sweep .",
        "name at least one figure with its values, such as --over volume_factor=0.5,1,2, or give a table of them with "
        "--table FILE.csv",
    ),
    call(
        "swept figure that does not exist",
        "sweep . --over hubs.B.fixed_cost=0,90",
        "'hubs.B.fixed_cost' leads nowhere: there is no 'fixed_cost'; did you mean 'fixed_cost_eur_per_year'?",
    ),
    call("swept text", "sweep . --over name=1,2", "'name' is no number"),
    call(
        "swept block",
        "sweep . --over problem=1,2",
        "'problem' is no number; write one of its numbers, such as problem.route_hubs",
    ),
    call("figure without values", "sweep . --over volume_factor", f"--over volume_factor: {HOW}"),
    call("values without a figure", "sweep . --over =1,2", f"--over =1,2: {HOW}"),
    call("no values", "sweep . --over volume_factor=", f"--over volume_factor=: '' is no number; {HOW}"),
    call(
        "value in words", "sweep . --over volume_factor=1,two", f"--over volume_factor=1,two: 'two' is no number; {HOW}"
    ),
    call("value of nothing", "sweep . --over volume_factor=1,,2", f"--over volume_factor=1,,2: '' is no number; {HOW}"),
    call("value of nan", "sweep . --over volume_factor=nan", f"--over volume_factor=nan: 'nan' is no number; {HOW}"),
    call(
        "value too large",
        "sweep . --over volume_factor=1e13",
        "--over volume_factor=1e13: 1e13 is too large; no figure is over 1e+12",
    ),
    call("value twice", "sweep . --over volume_factor=1,2,1.0", "--over volume_factor: 1 stands twice"),
    call(
        "swept range upside down",
        "sweep . --over volume_factor=2:1:0.1",
        "--over volume_factor=2:1:0.1: the range 2 to 1 is none; the lower end comes first",
    ),
    call(
        "step of nothing",
        "sweep . --over volume_factor=1:2:0",
        "--over volume_factor=1:2:0: the step 0 is none; give one over 0",
    ),
    call(
        "step downwards",
        "sweep . --over volume_factor=1:2:-0.5",
        "--over volume_factor=1:2:-0.5: the step -0.5 is none; give one over 0",
    ),
    call(
        "range without a step",
        "sweep . --over volume_factor=1:2",
        "--over volume_factor=1:2: '1:2' is no range; write LOW:HIGH:STEP",
    ),
    call(
        "range in words",
        "sweep . --over volume_factor=1:much:1",
        f"--over volume_factor=1:much:1: 'much' is no number; {HOW}",
    ),
    call("too many values", "sweep . --over volume_factor=0:1e6:1", f"1,000,001 {TOO_MANY}"),
    call(
        "too many combinations",
        "sweep . --over volume_factor=1:101:1 --over factors.inter_hub=0:1:0.01",
        f"10,201 {TOO_MANY}",
    ),
    call(
        "same figure twice",
        "sweep . --over volume_factor=1 --over volume_factor=2",
        "volume_factor: is named twice; one --over has all values of a figure",
    ),
    call(
        "same figure by two names",
        "sweep . --over hubs.A.fixed_cost_eur_per_year=1 --over tables.hubs.0.fixed_cost_eur_per_year=2",
        "tables.hubs.0.fixed_cost_eur_per_year: is named twice; one --over has all values of a figure",
    ),
    call("no workers", "sweep . --over volume_factor=1 --workers 0", "--workers 0: give a whole number from 1 to 256"),
    call(
        "workers beside a cluster",
        f"sweep . --over volume_factor=1 --workers 2 --cluster {ADDRESS}",
        "--workers and --cluster exclude each other; give one",
    ),
    call(
        "no combination that can be solved",
        "sweep . --over volume_factor=-1,0",
        "no combination can be solved; with the first: volume_factor: -1 is not over 0",
    ),
    call(
        "swept block that excludes another",
        "sweep . --set 'policies.new_hubs={max: 1}' --over policies.hub_count.max=1,2",
        "no combination can be solved; with the first: policies: hub_count and new_hubs exclude each other; give one",
    ),
    call(
        "swept key of a block that is not there",
        "sweep . --over policies.carbon.price=1,2",
        "'policies.carbon.price' leads nowhere: there is no 'price'",
    ),
    call("no table", "sweep . --table none.csv", "--table none.csv: cannot be read: No such file or directory"),
    table(
        "table without rows",
        "volume_factor\n",
        "--table t.csv: has no rows; its columns are paths, and each row has values",
    ),
    table(
        "table of names",
        "scenario\nbase\n",
        "--table t.csv: has no figures; its columns are paths, and each row has values",
    ),
    table("table of words", "volume_factor\ntwo\n", "--table t.csv:2: volume_factor: 'two' is no number"),
    table(
        "table with a row twice",
        "scenario,volume_factor\na,2\nb,2.0\n",
        "--table t.csv:3: has the values of --table t.csv:2; leave one of the two out",
    ),
    table(
        "table with a short row",
        "volume_factor,factors.inter_hub\n2\n",
        "--table t.csv:2: has 1 cells; the header has 2",
    ),
    table(
        "table with a column twice",
        "volume_factor,volume_factor\n1,2\n",
        "--table t.csv: the column volume_factor stands twice",
    ),
    table(
        "table with a column without a name",
        "volume_factor,\n1,2\n",
        "--table t.csv: a column has no name; write the path of its figure",
    ),
    table(
        "table with another figure",
        "volume\n1\n",
        "'volume' leads nowhere: there is no 'volume'; did you mean 'volume_factor'?",
    ),
    Case(
        "sweep over years",
        faults(
            "instance.yaml:8:1: stages: the instance is over several years; `netdesign timing` answers when and how "
            "large. With --set stages=null the one year that the file states is solved, without modules and what they "
            "cost"
        ),
        3,
        ("sweep", ".", "--over", "volume_factor=1,2"),
        {"instance.yaml": STAGES},
    ),
]
