"""Files in published formats, graphs and workbooks that are wrong, and options that do not go with them."""

from __future__ import annotations

import os

from tests.instance.bad.case import Case, Contents, faults
from tests.support.published_files import AP, CAB, CAP, CAP_WORD, GRAPHML, HOLMBERG, PMED, UFLLIB

FILE = "x.txt"

TWO_CAP = "2 2\n100 10\n100 20\n5\n1 2\n6\n3 4\n"


def published(name: str, form: str, contents: Contents, line: str, options: str = "", **more: Contents) -> Case:
    """Return the case of a file that a reader refuses with one fault."""
    call = ("solve", FILE, "--format-in", form, *options.split(), "-o", "result.json")
    return Case(name, faults(line), 3, call, {FILE: contents, **more})


def option(name: str, form: str, contents: Contents, line: str, options: str, **more: Contents) -> Case:
    """Return the case of an option that does not go with the file."""
    call = ("solve", FILE, "--format-in", form, *options.split(), "-o", "result.json")
    return Case(name, f"netdesign: {line}\n", 2, call, {FILE: contents, **more})


PUBLISHED = [
    option(
        "fixed costs that are not there", "ap", AP, "--fixed-costs f.txt: there is no such file", "--fixed-costs f.txt"
    ),
    option(
        "more nodes than a number has room for",
        "ap",
        AP,
        f"--nodes 1{'0' * 59}...: an AP file of 5 nodes is cut to a multiple of 5 up to 5",
        f"--nodes 1{'0' * 400}",
    ),
    option(
        "a million nodes and one",
        "ap",
        AP,
        "--nodes 1000001: an AP file of 5 nodes is cut to a multiple of 5 up to 5",
        "--nodes 1000001",
    ),
    published(
        "graph read in another format",
        "ap",
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"/>',
        "x.txt: is a graph in GraphML; read it with --format-in graphml",
    ),
    published(
        "cap demand by which a cost cannot be divided",
        "cap",
        TWO_CAP.replace("5\n1 2", "5e-324\n1 2"),
        "x.txt: tables.demand.0.volume_t_per_year: 5e-324 is too near to 0; write 0 or at least 1e-12",
    ),
    published(
        "truncated ap file",
        "ap",
        AP.replace("0.75\n2.0\n", ""),
        "x.txt:13: the file ends where chi, alpha and delta should stand: 1 of 3 are there",
    ),
    published(
        "ap file that ends in its flows",
        "ap",
        AP[: AP.index("9 8 7")],
        "x.txt:9: the file ends where flows should stand: 15 of 25 are there",
    ),
    published(
        "padded ap file",
        "ap",
        AP + "4 5\n",
        "x.txt:16: 2 words are left after chi, alpha and delta; check the counts at the top",
    ),
    published(
        "ap file with commas",
        "ap",
        AP.replace("5 0 1 2 3", "5,0,1,2,3"),
        "x.txt:8: flows: '5,0,1,2,3' is no number; numbers are separated by blanks and have a decimal point",
    ),
    published(
        "ap file with decimal commas",
        "ap",
        AP.replace("0.75", "0,75"),
        "x.txt:14: chi, alpha and delta: '0,75' is no number; numbers are separated by blanks and have a decimal point",
    ),
    published(
        "ap file with a negative flow",
        "ap",
        AP.replace("9 8 7", "9 -8 7"),
        "x.txt:10: flows: -8 is found where a number from 0 to 1e+12 is expected",
    ),
    published(
        "ap file with more hubs than nodes",
        "ap",
        AP.replace("\n2\n3.0", "\n6\n3.0"),
        "x.txt:12: p is 6; a whole number from 1 to 5 is expected",
    ),
    published(
        "ap file of half a node",
        "ap",
        AP.replace("5\n0 0", "5.5\n0 0", 1),
        "x.txt:1: the number of nodes is 5.5; a whole number from 2 to 2,000 is expected",
    ),
    published(
        "ap file with a flow that is no number",
        "ap",
        AP.replace("9 8 7", "9 nan 7"),
        "x.txt:10: flows: nan is found where a number from 0 to 1e+12 is expected",
    ),
    option(
        "ap cut that is no multiple of 5",
        "ap",
        AP,
        "--nodes 3: an AP file of 5 nodes is cut to a multiple of 5 up to 5",
        "--nodes 3",
    ),
    option(
        "ap cut over the file",
        "ap",
        AP,
        "--nodes 10: an AP file of 5 nodes is cut to a multiple of 5 up to 5",
        "--nodes 10",
    ),
    published(
        "fixed costs of another size",
        "ap",
        AP,
        "fixed.txt:1: the file ends where one number for each of the 5 nodes should stand: 4 of 5 are there",
        "--fixed-costs fixed.txt",
        **{"fixed.txt": "1 2 3 4\n"},
    ),
    published("device for the fixed costs", "ap", AP, "/dev/zero: is no ordinary file", "--fixed-costs /dev/zero"),
    published("pipe for a graph", "graphml", os.mkfifo, "x.txt: is no ordinary file"),
    published("empty ap file", "ap", "", "x.txt: is empty"),
    published(
        "NUL bytes",
        "holmberg",
        HOLMBERG + "\0\0\0",
        "x.txt:7: a NUL byte stands here, as in a copy that was padded; cut the file before it",
    ),
    published(
        "cab file without its end",
        "cab",
        CAB.replace(";", ""),
        "x.txt:12: the table of flows and costs stands between ':=' and a ';' that ends the file",
    ),
    published(
        "cab file with a pair missing",
        "cab",
        CAB.replace(" 2  3        2.        15.\n", ""),
        "x.txt:11: 8 pairs are listed; 3 nodes have 9, 2 3 is missing",
    ),
    published(
        "cab file with a pair twice", "cab", CAB.replace(" 2  3  ", " 2  2  "), "x.txt:9: 2 2 2. 15. stands twice"
    ),
    published(
        "cab file with a negative flow",
        "cab",
        CAB.replace("6. ", "-6. "),
        "x.txt:5: 1 2 -6. 10. is not 'i j W C': two node numbers, a flow and a cost, neither under 0",
    ),
    published(
        "cab row of five words",
        "cab",
        CAB.replace("20.\n 2  1", "20. 1\n 2  1"),
        "x.txt:6: 1 3 2. 20. 1 is not 'i j W C': two node numbers, a flow and a cost, neither under 0",
    ),
    option("cab cut over the file", "cab", CAB, "--nodes 4: the file has 3 nodes; give 2 to 3", "--nodes 4"),
    option("cab cut to one node", "cab", CAB, "--nodes 1: the file has 3 nodes; give 2 to 3", "--nodes 1"),
    published(
        "capacity left open",
        "cap",
        CAP_WORD,
        "x.txt:2: the word 'capacity' stands for a number that the file leaves open; give --capacity NUMBER",
    ),
    published(
        "unknown capacity word",
        "cap",
        CAP_WORD.replace("capacity", "kapazitaet"),
        "x.txt:2: the word 'kapazitaet' stands where a number or the word 'capacity' is expected",
        "--capacity 40",
    ),
    option(
        "capacity for a file that has its own",
        "cap",
        CAP,
        "--capacity 40: the file states the capacities itself; leave it out",
        "--capacity 40",
    ),
    option("capacity of nothing", "cap", CAP_WORD, "--capacity 0: give a number over 0", "--capacity 0"),
    published(
        "cap file with a customer too many",
        "cap",
        CAP.replace("2 3", "2 4", 1),
        "x.txt:9: the file ends where a demand and the costs of each customer should stand: 9 of 12 are there",
    ),
    published(
        "cap file with a customer too few",
        "cap",
        CAP.replace("2 3", "2 2", 1),
        "x.txt:8: 3 words are left after the costs of the last customer; check the counts at the top",
    ),
    published(
        "customer without demand",
        "cap",
        CAP.replace("\n15\n", "\n0\n"),
        "x.txt:6: customer 2 has no demand, yet capacities count it; take it out",
    ),
    published(
        "capacity under the demand",
        "cap",
        CAP.replace("40 100.", "4 100.").replace("30 50", "3 50"),
        "x.txt: policies.capacity: the hubs that may open together lift at most 7 t/year; the volume is 45 t/year",
    ),
    published(
        "truncated holmberg file",
        "holmberg",
        HOLMBERG[:-4],
        "x.txt:6: the file ends where the costs should stand: 5 of 6 are there",
    ),
    published(
        "negative cost",
        "holmberg",
        HOLMBERG.replace("60 15", "60 -15"),
        "x.txt:6: the costs: -15 is found where a number from 0 to 1e+12 is expected",
    ),
    published(
        "more medians than nodes",
        "pmed",
        PMED.replace("4 5 2", "4 5 7"),
        "x.txt:1: p is 7; a whole number from 1 to 4 is expected",
    ),
    published(
        "edges wrongly counted",
        "pmed",
        PMED.replace("4 5 2", "4 6 2"),
        "x.txt:6: the file ends where the edges, each 'i j cost', should stand: 15 of 18 are there",
    ),
    published(
        "an edge too many",
        "pmed",
        PMED.replace("4 5 2", "4 4 2"),
        "x.txt:6: 3 words are left after 4 edges; check the counts at the top",
    ),
    published(
        "edge to nowhere",
        "pmed",
        PMED.replace("3 4 1", "3 9 1"),
        "x.txt:4: edge 3 9 1: its ends are no nodes from 1 to 4",
    ),
    published(
        "ufllib file in the wrong order",
        "ufllib",
        UFLLIB.replace("\n2 50", "\n3 50"),
        "x.txt:4: the number of facility 2 is 3; 2 is expected",
    ),
    published(
        "ufllib header of another kind",
        "ufllib",
        UFLLIB.replace("2 3 0", "2 3 7"),
        "x.txt:2: the third number of the header is 7; 0 is expected",
    ),
    published(
        "truncated ufllib file",
        "ufllib",
        UFLLIB.replace(" 10\n", "\n"),
        "x.txt:4: the file ends where the fixed cost and 3 costs of facility 2 should stand: 3 of 4 are there",
    ),
    published(
        "cap file read as holmberg",
        "holmberg",
        TWO_CAP,
        "x.txt:4: this looks like cap (each customer's demand, then its costs), which has as many numbers as holmberg "
        "(all demands, then each facility's costs); read it with --format-in cap, or ufllib where capacities do not "
        "count",
    ),
    published(
        "holmberg file read as cap",
        "cap",
        HOLMBERG,
        "x.txt:4: this looks like holmberg (all demands, then each facility's costs), which has as many numbers as "
        "cap (each customer's demand, then its costs); read it with --format-in holmberg",
    ),
    published(
        "holmberg file read as ufllib",
        "ufllib",
        HOLMBERG,
        "x.txt:4: this looks like holmberg (all demands, then each facility's costs), which has as many numbers as "
        "cap (each customer's demand, then its costs); read it with --format-in holmberg",
    ),
    published(
        "file that may be cap or holmberg",
        "holmberg",
        " ".join(TWO_CAP.split()),
        "x.txt:1: this may be holmberg (all demands, then each facility's costs) or cap (each customer's demand, then "
        "its costs): the numbers are as many, and the lines do not tell; for holmberg write a facility's capacity and "
        "fixed cost on one line, the demands one a line, and each facility's costs on one line; for cap write each "
        "customer's demand on a line of its own above its costs",
    ),
    published(
        "holmberg file with a row of costs for each customer",
        "holmberg",
        "2 3\n40 100\n30 50\n1 2 3\n20 30\n80 60\n15 10\n",
        "x.txt:4: this looks like holmberg with a row of costs for each customer, which has as many numbers as "
        "holmberg (all demands, then each facility's costs); write a row of costs for each facility",
    ),
    published(
        "square TBED1 file read as holmberg",
        "holmberg",
        "3 3\n5 6 7\n90 80 70\n100 50 60\n1.5 2.5 3.5\n4.5 5.5 6.5\n7.5 8.5 9.5\n",
        "x.txt:4: this looks like TBED1 (demands, capacities, fixed costs, costs of a unit), which has as many numbers "
        "as holmberg (all demands, then each facility's costs); no format reads it",
    ),
    published(
        "TBED1 file read as cap",
        "cap",
        "3 2\n5 6 7\n90 80\n100 50\n1 2 3\n4 5 6\n",
        "x.txt:6: the file ends where a demand and the costs of each customer should stand: 7 of 8 are there; this "
        "looks like TBED1 (customers counted first; demands, capacities, fixed costs), which is not read",
    ),
    published(
        "uflp file read as cap",
        "cap",
        "2 2\n0 100\n0 50\n0\n1 2\n0\n3 4\n",
        "x.txt:2: all capacities are 0, as in UflLib's files; read it with --format-in ufllib",
    ),
    published(
        "pmed file read as ap",
        "ap",
        PMED,
        "x.txt:6: the file ends where flows should stand: 9 of 16 are there; this looks like pmed: read it with "
        "--format-in pmed",
    ),
    published(
        "ap file read as holmberg",
        "holmberg",
        AP,
        "x.txt:2: the number of customers is 0; a whole number from 1 to 100,000 is expected; this looks like ap: read "
        "it with --format-in ap",
    ),
    published(
        "cab file read as pmed",
        "pmed",
        CAB,
        "x.txt:1: the number of nodes: 'A' is no number; this looks like cab: read it with --format-in cab",
    ),
    published(
        "cap file read as cab",
        "cab",
        CAP,
        "x.txt:10: the table of flows and costs stands between ':=' and a ';' that ends the file; this looks like cap: "
        "read it with --format-in cap",
    ),
    published(
        "cab file with its columns the other way round",
        "cab",
        CAB.replace("W           C", "C           W"),
        "x.txt:3: the columns are named C W; 'param: W C :=' is expected: flow, cost",
    ),
    published(
        "ufllib file read as holmberg",
        "holmberg",
        UFLLIB,
        "x.txt:1: the number of facilities: 'FILE:' is no number; this looks like ufllib: read it with --format-in "
        "ufllib",
    ),
    published(
        "last number that is no optimum",
        "holmberg",
        HOLMBERG + "9999\n",
        "x.txt:7: 1 word is left after the costs of the last facility; as an optimum it would lie from 95.00 to "
        "320.00; check the counts at the top",
    ),
    published(
        "words after the costs",
        "holmberg",
        HOLMBERG + "optimum 210\n",
        "x.txt:7: 2 words are left after the costs of the last facility; 'optimum' is no number; take it out",
    ),
    published(
        "thousands apart by a comma",
        "holmberg",
        HOLMBERG.replace("40 100", "1,040 100"),
        "x.txt:2: a capacity and a fixed cost for each facility: '1,040' is no number; numbers are separated by blanks "
        "and have a decimal point",
    ),
    published(
        "ufllib file without its first line",
        "ufllib",
        UFLLIB.replace("FILE: small\n", ""),
        "x.txt:3: the file ends where a demand and the costs of each customer should stand: 7 of 9 are there; this "
        "looks like ufllib without its first line, 'FILE: name'",
    ),
    published(
        "graph as JSON read as cap",
        "cap",
        '{"nodes": []}',
        "x.txt:1: the number of facilities: '{\"nodes\":' is no number; this looks like nodelink: read it with "
        "--format-in nodelink",
    ),
    published(
        "ap file with numbers that may be either",
        "ap",
        AP + "20 30 20 30 20\n",
        "x.txt:16: the 5 numbers behind delta may be fixed costs or capacities; put each kind in a file of its own and "
        "give --fixed-costs, --capacities",
    ),
    published(
        "ap file with capacities before fixed costs",
        "ap",
        AP + "20 30 20 30 20\n500 600 700 800 900\n",
        "x.txt:17: capacities come after the fixed costs here; these last numbers are no capacities for a flow of 77; "
        "put each kind in a file of its own and give --fixed-costs, --capacities",
    ),
    option(
        "ap file that states fixed costs, and an option",
        "ap",
        AP + "500 600 700 800 900\n",
        "--fixed-costs fixed.txt: the file states them itself, behind delta; leave the option out, or take them out of "
        "the file",
        "--fixed-costs fixed.txt",
        **{"fixed.txt": "1 2 3 4 5\n"},
    ),
    published(
        "I-set read as ap",
        "ap",
        AP.replace("3.0\n0.75\n2.0", "1\n0.2\n1") + "500 600 700 800 900\n",
        "x.txt:16: with chi and delta of 1 and fixed costs behind them this looks like the I-set of Contreras et al. "
        "(2011), whose distances are 5/1000 of the Euclidean ones; if AP's 1/1000 is meant, put the fixed costs in a "
        "file of their own and give --fixed-costs",
    ),
    published(
        "16 bytes that ask for gigabytes",
        "pmed",
        "30000 1 1\n1 2 3",
        "x.txt:1: the number of nodes is 30000; a whole number from 2 to 5,000 is expected",
    ),
    published(
        "ufllib file of more places than are read",
        "ufllib",
        "FILE: x\n1 50000 0\n1 5 " + "1 " * 50_000,
        "x.txt:2: 1 facilities and 50,000 customers are 50,001 places; at most 5,000 are read",
    ),
    published(
        "ufllib file that declares what it does not hold",
        "ufllib",
        "FILE: x\n2000 3000 0\n1 5 6",
        "x.txt:3: the file ends where the fixed cost and 3000 costs of facility 1 should stand: 2 of 3,001 are there",
    ),
    published(
        "cab file that declares what it does not hold",
        "cab",
        "param: W C :=\n1 2000 5 5;",
        "x.txt:1: 1 pairs are listed; 2000 nodes have 4,000,000, 1 1 is missing",
    ),
    published(
        "edge from a node to itself",
        "pmed",
        PMED.replace("3 4 1", "3 3 1"),
        "x.txt:4: edge 3 3 1: it leads from a node to itself; take it out",
    ),
    published(
        "number with a line below",
        "holmberg",
        HOLMBERG.replace("60 15", "6_0 15"),
        "x.txt:6: the costs: '6_0' is no number; numbers are separated by blanks and have a decimal point",
    ),
    published(
        "digits of another script",
        "pmed",
        PMED.replace("3 4 1", "3 4 \u0661"),
        "x.txt:4: the edges, each 'i j cost',: '\u0661' is no number; numbers are separated by blanks and have a "
        "decimal point",
    ),
    published(
        "cab row in digits of another script",
        "cab",
        CAB.replace(" 2  3  ", " 2  \u0663  "),
        "x.txt:9: 2 \u0663 2. 15. is not 'i j W C': two node numbers, a flow and a cost, neither under 0",
    ),
    published(
        "thousands apart by a no-break space",
        "cap",
        CAP.replace("40 100.", "40 1\u00a0100."),
        "x.txt:2: a no-break space or its like stands here; numbers are separated by blanks",
    ),
    published(
        "infinite capacity",
        "holmberg",
        HOLMBERG.replace("40 100", "inf 100"),
        "x.txt:2: a capacity and a fixed cost for each facility: inf is found where a number from 0 to 1e+12 is "
        "expected",
    ),
    published(
        "graph that is no JSON",
        "nodelink",
        "{nodes",
        "x.txt:1:2: is not JSON: Expecting property name enclosed in double quotes",
    ),
    published(
        "JSON that is no graph",
        "nodelink",
        "[1, 2]",
        "x.txt: is no graph as networkx.node_link_data writes it: nodes with an id, edges with source, target",
    ),
    published(
        "attributes of a graph that are none",
        "nodelink",
        '{"graph": "x", "nodes": [], "edges": []}',
        "x.txt: the attributes of the graph are no block of names and values",
    ),
    published("GraphML that is no XML", "graphml", GRAPHML[:-12], "x.txt:7:11: is not XML, hence no GraphML"),
    published(
        "graph without hubs",
        "graphml",
        GRAPHML,
        "x.txt: no node of the graph may be a hub; give those that may the attribute status, such as existing or "
        "candidate",
    ),
    Case(
        "graph without freight",
        faults(
            "x.txt: no edge of the graph has freight; give edges of a directed graph the attribute volume_t_per_year, "
            "or the graph's attribute tables a table demand",
            "x.txt: edge A to B: road and ferry links need a `road` block",
            "x.txt: node A: A: give fixed_cost_eur_per_year, or a hub_cost block from which it follows",
        ),
        call=("solve", FILE, "--format-in", "nodelink", "-o", "result.json"),
        files={
            FILE: '{"directed": true, "multigraph": false, "graph": {}, "nodes": [{"id": "A", "status": "existing"}, '
            '{"id": "B"}], "edges": [{"source": "A", "target": "B", "km": 3}]}'
        },
    ),
    published(
        "workbook that is none",
        "excel",
        "a,b\n1,2\n",
        "x.txt: is no Excel workbook: no ZIP archive, as a workbook is, or cut off",
    ),
    Case(
        "unknown published format",
        "netdesign: --format-in cba: there is no such format; allowed: netdesign, ap, cab, cap, csv, excel, "
        "graphml, holmberg, nodelink, pmed, tr81, ufllib; did you mean 'cap'?\n",
        2,
        ("solve", "x.txt", "--format-in", "cba"),
        {FILE: CAB},
    ),
    Case(
        "option of another format",
        "netdesign: --capacity says nothing about the format cab, which takes --alpha, --nodes\n",
        2,
        ("solve", "x.txt", "--format-in", "cab", "--capacity", "3"),
        {FILE: CAB},
    ),
    Case(
        "alpha for a folder",
        "netdesign: --alpha is for files in a published format; name it with --format-in\n",
        2,
        ("solve", ".", "--alpha", "0.5"),
    ),
    Case(
        "file that is not there",
        "netdesign: x.txt: there is no such file to read as ap\n",
        2,
        ("solve", FILE, "--format-in", "ap"),
    ),
    Case(
        "import into a folder that exists",
        "netdesign: .: exists already; name a folder that does not\n",
        2,
        ("import", "cab", FILE, "."),
        {FILE: CAB},
    ),
]

TABLE = "file,format_in,problem,optimum\n"

BENCH = [
    Case(
        "table of optima that is not there",
        "netdesign: t.csv: cannot be read as a table of optima: No such file or directory\n",
        2,
        ("bench", "t.csv"),
    ),
    Case(
        "table of optima without optima",
        "netdesign: t.csv:1: a table of optima has the columns file, problem and optimum, or those of a collection\n",
        2,
        ("bench", "t.csv"),
        {"t.csv": "a,b\n1,2\n"},
    ),
    Case(
        "table of optima with an unknown column",
        "netdesign: t.csv:1: unknown column colour; allowed: instance, file, problem, optimum, status, "
        "format_in, nodes, alpha, fixed_costs, capacities, capacity, flows, fixed_cost_factor, hubs, model, set\n",
        2,
        ("bench", "t.csv"),
        {"t.csv": "file,problem,optimum,colour\n"},
    ),
    Case(
        "optimum in words",
        "netdesign: t.csv:2: optimum: 'ten' is no number\n",
        2,
        ("bench", "t.csv"),
        {"t.csv": TABLE + "x.txt,cab,p,ten\n", FILE: CAB},
    ),
    *(
        Case(
            f"optimum of {optimum}",
            f"netdesign: t.csv:2: optimum: {message}\n",
            2,
            ("bench", "t.csv"),
            {"t.csv": TABLE + f'x.txt,cab,p,"{optimum}"\n', FILE: CAB},
        )
        for optimum, message in (
            ("-5", "'-5' is no number from 0 up, such as 1040444.375, 1,040,444 or 1.04e+06"),
            ("nan", "'nan' is no number from 0 up, such as 1040444.375, 1,040,444 or 1.04e+06"),
            ("1e400", "1e400 is no number that is told from 0 and under 1e+100"),
            ("0e400", "0e400 is no number that is told from 0 and under 1e+100"),
            ("1,23", "'1,23' is no number"),
            ("1_000", "'1_000' is no number from 0 up, such as 1040444.375, 1,040,444 or 1.04e+06"),
        )
    ),
    Case(
        "table of optima with several faults",
        "netdesign: t.csv:2: instance: '=1+1' begins like a formula\n"
        "t.csv:2: there is no file y.txt beside the table\n"
        "t.csv:3: status 'Optimal' is unknown; allowed: optimal, best_known; did you mean 'optimal'?\n"
        "t.csv:4: has 4 cells; the header has 5\n"
        "t.csv:5: has 6 cells; the header has 5\n"
        "t.csv:6: ../x.txt lies outside the table's folder; move it inside\n",
        2,
        ("bench", "t.csv"),
        {
            "t.csv": "instance,file,problem,optimum,status\n=1+1,y.txt,p,1,\na,x.txt,p,1,Optimal\na,x.txt,p,1\n"
            "a,x.txt,p,1,,1\na,../x.txt,p,1,\n",
            FILE: CAB,
        },
    ),
    Case(
        "table of optima without rows",
        "netdesign: t.csv: has no rows under its header\n",
        2,
        ("bench", "t.csv"),
        {"t.csv": TABLE},
    ),
    Case(
        "table of optima with a column twice",
        "netdesign: t.csv:1: column optimum stands twice\n",
        2,
        ("bench", "t.csv"),
        {"t.csv": "file,problem,optimum,optimum\n"},
    ),
    Case(
        "no row that begins so",
        "netdesign: --only zz: no row of t.csv has an instance or a problem that begins so\n",
        2,
        ("bench", "t.csv", "--only", "zz"),
        {"t.csv": TABLE + "x.txt,cab,p,10\n", FILE: CAB},
    ),
    Case(
        "collection without the number of nodes",
        "netdesign: t.csv:2: n: is missing; it says how many nodes of APdata200 count\n",
        2,
        ("bench", "t.csv"),
        {"t.csv": "family,instance,problem,optimum\nAP,x,UMApHMP,1\n"},
    ),
    Case(
        "output of bench that is a note of one line",
        "netdesign: old.csv: is no output of `netdesign bench`; name another file\n",
        2,
        ("bench", "t.csv", "-o", "old.csv"),
        {"t.csv": TABLE + "x.txt,cab,p,10\n", FILE: CAB, "old.csv": "a note\n"},
    ),
    Case(
        "table of optima of a file that is missing",
        "netdesign: t.csv:2: there is no file y.txt beside the table\n",
        2,
        ("bench", "t.csv"),
        {"t.csv": TABLE + "y.txt,cab,p,10\n"},
    ),
    Case(
        "collection with an unknown family",
        "netdesign: t.csv:2: family 'APP' is unknown; did you mean 'AP'?\n",
        2,
        ("bench", "t.csv"),
        {"t.csv": "family,instance,problem,optimum\nAPP,x,UFLP,1\n"},
    ),
    Case(
        "output of bench that is another file",
        "netdesign: old.csv: is no output of `netdesign bench`; name another file\n",
        2,
        ("bench", "t.csv", "-o", "old.csv"),
        {"t.csv": TABLE + "x.txt,cab,p,10\n", FILE: CAB, "old.csv": "a,b\n1,2\n"},
    ),
]
