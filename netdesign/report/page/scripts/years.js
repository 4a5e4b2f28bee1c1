// A plan over years: when which hub is in use, the tree of what may come, and what waiting costs.

/** Return the section of a plan over years. */
function yearsSection(record, choice) {
  const isTree =
    new Set(record.nodes.map((node) => node.branch)).size > 1 ||
    record.nodes.some(
      (node) => node.parent !== null && record.nodes.filter((other) => other.parent === node.parent).length > 1,
    );
  const parts = [
    figure("Calendar", calendarWords(record), (width) => calendar(record, width), {
      note: "Hubs that are open in each year; \u25b2 an order, with the modules in use",
      size: "full",
    }),
  ];
  if (isTree)
    parts.push(
      figure(
        "Tree",
        `${counted(record.nodes.length, "year")} in ${counted(record.paths.length, "path")}`,
        (width) => tree(record, width),
        { note: "Each point is a year; its size is its probability; hubs that open there are named", size: "full" },
      ),
    );
  parts.push(html("div", { class: "full" }, nodeTable(record, choice)));
  if (record.delays.length) parts.push(html("div", { class: "half" }, delayTable(record)));
  if (record.values) parts.push(html("div", { class: "half" }, valueTable(record.values)));
  if (record.single_years.length) parts.push(html("div", { class: "half" }, singleYearTable(record)));
  if (record.paths.length > 1) parts.push(html("div", { class: "half" }, pathTable(record)));
  return section(record.title, sentences(record.sentences), html("div", { class: "grid" }, parts));
}

function calendarWords(record) {
  return record.nodes.map((node) => `${nodeName(node)}: ${networkName(node.hubs)}`).join("; ");
}

function nodeName(node) {
  return node.branch && node.branch !== "base" ? `${node.year} (${node.branch})` : String(node.year);
}

/** Return the paths from the root to each leaf, as lists of positions. */
function pathsOf(nodes) {
  const parents = new Set(nodes.map((node) => node.parent));
  return nodes
    .map((_, i) => i)
    .filter((i) => !parents.has(i))
    .map((leaf) => {
      const path = [];
      for (let at = leaf; at !== null; at = nodes[at].parent) path.unshift(at);
      return path;
    });
}

function orderWords(node) {
  const modules = node.orders.map(
    (order) => `${order.count} ${order.module} at ${order.hub} (from ${order.in_use_from})`,
  );
  const links = node.link_orders.map((order) => `link ${order.link.join("-")} (from ${order.in_use_from})`);
  return [...modules, ...links].join("; ") || "\u2013";
}

function nodeTable(record, choice) {
  const rows = record.nodes.map((node) => [
    planLink({ name: nodeName(node), hubs: node.hubs, plan: node.plan }, choice),
    percent(node.probability, 0),
    networkName(node.hubs),
    orderWords(node),
    node.closings.length ? node.closings.join(", ") : "\u2013",
    inAmounts(node.cost_eur),
    percent(node.inside_share),
  ]);
  return table(
    "Years",
    [
      textColumn("Year"),
      numberColumn("Probable"),
      textColumn("Open"),
      textColumn("Orders"),
      textColumn("Closes"),
      numberColumn(`${amounts.words} of the year`),
      numberColumn("Inside"),
    ],
    rows,
    { shown: 12, printed: 6 },
  );
}

/** Return a difference with its proven limits. */
function between(interval) {
  if (interval.is_infinite) return "there is no such plan";
  if (interval.value !== null && interval.at_least === interval.at_most) return money(interval.value);
  return `${money(interval.at_least)} to ${money(interval.at_most)}`;
}

function delayTable(record) {
  return table(
    "What it costs to order a year later",
    [textColumn("Hub"), numberColumn("Ordered"), numberColumn("Costs more")],
    record.delays.map((delay) => [delay.hub, String(delay.ordered), between(delay.extra_cost_eur)]),
  );
}

function valueTable(values) {
  return table(
    "What knowing and waiting are worth",
    [textColumn(""), numberColumn("EUR of the first year")],
    [
      ["Waiting", between(values.waiting)],
      ["Knowing the future", between(values.perfect_information)],
      ["Deciding on the tree, not on its mean", between(values.stochastic_solution)],
    ],
  );
}

function singleYearTable(record) {
  return table(
    "What the one-year model says of each year",
    [textColumn("Year"), textColumn("Orders"), numberColumn(`${amounts.words} a year`)],
    record.single_years.map((one) => [
      String(one.year),
      one.orders.map((order) => `${order.count} ${order.module} at ${order.hub}`).join("; ") || "\u2013",
      inAmounts(one.objective_eur_per_year),
    ]),
  );
}

function pathTable(record) {
  return table(
    `Paths, ${amounts.words} of the first year`,
    [textColumn("Ends with"), numberColumn("Probable"), numberColumn("Cost"), numberColumn("Regret")],
    record.paths.map((path) => [
      nodeName(record.nodes[path.leaf]),
      percent(path.probability, 0),
      inAmounts(path.cost_eur),
      inAmounts(path.regret_eur),
    ]),
    { printed: 6 },
  );
}
