// What the answer rests on: every figure with its status, source and range; what was not modelled.

const KIND_TITLES = { fact: "fact", assumption: "assumption", unstated: "not stated" };

/** Return the section of the assumptions. */
function assumptionsSection(data) {
  const { figures: stated, tables } = data.assumptions;
  const counts = d3.rollup(
    stated,
    (group) => group.length,
    (one) => one.kind,
  );
  const turning = new Set(
    data.evidence
      .filter((one) => one.kind === "tipping")
      .flatMap((one) => one.figures.filter((each) => each.turns))
      .map((each) => each.path),
  );
  const words = ["assumption", "fact", "unstated"]
    .filter((kind) => counts.has(kind))
    .map((kind) => (kind === "unstated" ? `${counts.get(kind)} that state no status` : counted(counts.get(kind), kind)))
    .join(", ");
  return section(
    "What was assumed",
    html(
      "p",
      {},
      `${counted(stated.length, "figure")}: ${words}.`,
      counts.has("unstated") ? " Of what states no status, the files do not say whether it is a fact." : "",
      turning.size ? " Those that turn the answer stand first." : "",
    ),
    html(
      "div",
      { class: "grid" },
      html("div", { class: "full assumed" }, figureTable(stated, turning)),
      tables.length ? html("div", { class: "full not-on-paper" }, sourceTable(tables)) : null,
    ),
  );
}

function figureTable(stated, turning) {
  // What turns the answer stands first, then what nobody has measured; within that, what has a range and so can be put to the test.
  const order = { assumption: 0, unstated: 1, fact: 2 };
  const rows = [...stated]
    .sort(
      (one, other) =>
        turning.has(other.path) - turning.has(one.path) ||
        order[one.kind] - order[other.kind] ||
        (one.low === null) - (other.low === null),
    )
    .map((one) => [
      figureName(one.path),
      withUnit(one.value, one.unit),
      one.low === null && one.high === null ? "\u2013" : `${plain(one.low)} \u2026 ${plain(one.high)}`,
      statusMark(one),
      sourceOf(one),
      one.remark || "\u2013",
    ]);
  return table(
    "Figures",
    [
      textColumn("Figure", 24),
      numberColumn("Value"),
      numberColumn("Range"),
      textColumn("Status", 11),
      textColumn("Source", 20),
      textColumn("Remark", 27),
    ],
    rows,
    { isSearched: true, shown: 15, printed: 8 },
  );
}

function statusMark(one) {
  return html(
    "span",
    { class: `status ${one.kind}` },
    KIND_TITLES[one.kind],
    one.status && one.status !== KIND_TITLES[one.kind] ? `: ${one.status}` : "",
  );
}

function sourceOf(one) {
  const links = one.url
    .split(/\s+/)
    .filter((word) => word.startsWith("https://"))
    .map((href, i) => [
      " ",
      html(
        "a",
        {
          href,
          rel: "noopener noreferrer",
          target: "_blank",
          "aria-label": `Source of ${one.path}${i ? `, ${i + 1}` : ""}`,
        },
        "\u2197",
      ),
    ]);
  const words = [one.source, one.year].filter(Boolean).join(", ");
  return [words || (links.length ? "" : "\u2013"), links];
}

function sourceTable(tables) {
  return table(
    "Tables of the instance",
    [
      textColumn("Table"),
      numberColumn("Rows"),
      textColumn("Status, number of rows", 34),
      textColumn("Sources, number of rows", 50),
    ],
    tables.map((one) => [
      breakable(one.name),
      whole(one.rows),
      countList(one.statuses, 0),
      countList(one.sources, one.sources_left_out),
    ]),
    { printed: 6 },
  );
}

const FIRST_COUNTS = 2;

/** Return the first of some texts with their numbers of rows, and the others on request. */
function countList(counts, left) {
  if (!counts.length) return "\u2013";
  const words = (some) => some.map((count) => `${count.text || "none stated"} (${grouped(count.rows, 0)})`).join("; ");
  const others = counts.slice(FIRST_COUNTS);
  if (!others.length) return words(counts);
  return [
    words(counts.slice(0, FIRST_COUNTS)),
    details(
      `and ${others.length + left} more`,
      html("p", {}, words(others)),
      left ? html("p", {}, `${counted(left, "source")} stand in the files of the instance only.`) : null,
    ),
  ];
}

const NETWORK_KEYS = new Set(["hubs", "before", "after"]);

/** Return the ids of all sites that are open in networks of evidence, wherever these stand in it. */
function sitesIn(value, key = "") {
  if (Array.isArray(value)) {
    return NETWORK_KEYS.has(key) && value.every((one) => typeof one === "string") ? value : value.flatMap((one) => sitesIn(one));
  }
  return value && typeof value === "object" ? Object.entries(value).flatMap(([name, one]) => sitesIn(one, name)) : [];
}

/** Return the names of the sites that are open in some network of the page; nothing where the ids are the names. */
function codesSection(data) {
  const { id, name } = data.places;
  const open = new Set(sitesIn(data.evidence));
  for (const plan of data.plans) for (const hub of plan.hubs) open.add(id[hub.place]);
  const words = id
    .map((code, i) => ({ code, name: name[i] }))
    .filter((one) => open.has(one.code) && one.name && one.name !== one.code)
    .map((one) => `${one.code} ${one.name}`);
  return words.length ? section("Codes of hubs", html("p", { class: "codes" }, words.join("; "))) : null;
}

/** Return a warning with the file and line behind its sentence. */
function placeBehind(warning) {
  const found = /^([^\s:]+:\d+): ([^]*)$/.exec(warning);
  return found ? `${found[2]} (${found[1]})` : warning;
}

/** Return the section of what the page does not say. */
function limitsSection(data) {
  const lists = [];
  if (data.not_modelled.length)
    lists.push(
      section(
        "What was not modelled",
        html(
          "ul",
          { class: "columns" },
          data.not_modelled.map((one) => html("li", {}, one)),
        ),
      ),
    );
  if (data.warnings.length)
    lists.push(
      section(
        "Warnings",
        html(
          "ul",
          {},
          data.warnings.map((one) => html("li", {}, placeBehind(one))),
        ),
      ),
    );
  return lists;
}
