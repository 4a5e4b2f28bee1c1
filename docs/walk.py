# %% [markdown]
# From a first instance to a proven answer. Each cell runs by itself in an editor or a notebook that knows `# %%`;
# `python docs/walk.py` runs them all.

# %% Five cities in a row, a hub at B
import netdesign as nd

tiny = nd.read("tiny")
print(tiny)
print(nd.check(tiny))

# %% Does a second hub pay?
answer = nd.solve(tiny)
print(answer)
assert answer.verdict == "pays"

# %% Which freight goes where, and what does each hub carry?
for route in answer.best.routes.rows():
    print(route["origin"], "to", route["destination"], "over", route["first_hub"], "and", route["last_hub"])
print(answer.best.hub_loads.to_dict())

# %% Why not E?
print(nd.compare(tiny, "B", "B,D", "B,E"))

# %% From which volume on does it pay? One instance, many questions: nothing is read again.
by_factor = {factor: nd.solve(tiny.with_values({"volume_factor": factor})) for factor in (0.25, 0.5, 1, 2)}
for factor, found in by_factor.items():
    print(factor, found.verdict, found.best.hubs)
assert [found.verdict for found in by_factor.values()] == ["does_not_pay", "does_not_pay", "pays", "pays"]

# %% The same problem from matrices: all-or-nothing costs between the cities, no graph
names = list(tiny.cities)
km = [[100 * abs(i - j) for j in range(len(names))] for i in range(len(names))]
flow = [[0] * len(names) for _ in names]
for row in tiny.to_dict()["tables"]["demand"]:
    flow[names.index(row["origin"])][names.index(row["destination"])] = row["volume_t_per_year"]
abstract = nd.Instance.from_matrices(flow, km, names=names, hubs=2, alpha=0.5)
print(nd.solve(abstract).best)

# %% Is the answer true? The plans are priced again, and another engine proves the bounds.
verified = nd.verify(tiny, answer, prove=True)
print(verified.proofs)
assert verified.is_proven

# %% What is wrong is told at once, and where.
try:
    nd.Instance.from_matrices([[0, 1], [float("nan"), 0]], [[0, -5], [5, 0]], names=["A", "B"])
except nd.InstanceError as error:
    print(error)
