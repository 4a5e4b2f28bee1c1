// The best network for many values, along a line or over two figures.

/** Return the section of a sweep. */
function sweepSection(data, record) {
  const isLine = record.paths.length === 1 && record.rows.filter((row) => row.values[0] !== null).length > 1;
  const parts = [];
  if (isLine) {
    parts.push(
      figure(
        `The best network over ${record.paths[0]}`,
        sweepWords(record),
        (width) => sweepLine(data, record, width),
        { note: `${axisUnit(data.objective_unit)}; the line of today's network is grey`, size: "half" },
      ),
    );
  } else if (record.paths.length === 2) {
    const grid = gridOf(record);
    if (grid) parts.push(gridBlock(grid));
  }
  parts.push(html("div", { class: isLine ? "half not-on-paper" : "full" }, sweepTable(data, record)));
  return section(
    record.title,
    sentences(record.sentences),
    html("div", { class: "grid" }, parts),
    record.left ? html("p", { class: "note" }, `${counted(record.left, "row")} not answered.`) : null,
  );
}

function sweepWords(record) {
  return bands(record.rows)
    .map(({ hubs, from, to }) => `${networkName(hubs)} from ${plain(from)} to ${plain(to)}`)
    .join("; ");
}

/** Return runs of values with one best network. */
function bands(rows) {
  const found = [];
  for (const row of [...rows]
    .filter((one) => one.values[0] !== null)
    .sort((one, other) => one.values[0] - other.values[0])) {
    const last = found.at(-1);
    if (last && networkName(last.hubs) === networkName(row.hubs)) last.to = row.values[0];
    else found.push({ hubs: row.hubs, from: row.values[0], to: row.values[0] });
  }
  return found;
}

function sweepLine(data, record, width) {
  const rows = record.rows
    .filter((row) => row.values[0] !== null && row.objective !== null)
    .sort((one, other) => one.values[0] - other.values[0]);
  const runs = bands(rows);
  const names = [...new Set(runs.map((run) => networkName(run.hubs)))];
  const keyHeight = names.length * 17 + 6;
  const height = (isOnPaper ? 190 : 250) + keyHeight;
  const [left, right, top, bottom] = [50, width - 8, keyHeight + 8, height - 38];
  const drawing = canvas(width, height);
  const fill = fills(drawing);
  const xRange = d3.extent(rows, (row) => row.values[0]);
  const yRange = niceRange(rows.flatMap((row) => [row.objective, row.today]));
  const x = linear(xRange, [left, right]);
  const y = linear(yRange, [bottom, top + 14]);
  verticalAxis(drawing, y, yRange, { left, right, words: axisWords(data.objective_unit, yRange) });
  horizontalAxis(drawing, x, xRange, {
    top,
    bottom,
    width: right,
    title: withUnitTitle(record.paths[0], record.units[0]),
  });
  runs.forEach((run, i) => {
    const edge = (a, b) => (a === undefined || b === undefined ? null : (x(a) + x(b)) / 2);
    const from = i ? edge(runs[i - 1].to, run.from) : left;
    const to = i < runs.length - 1 ? edge(run.to, runs[i + 1].from) : right;
    drawing.append(
      svg("rect", {
        x: from,
        y: top,
        width: Math.max(1, to - from),
        height: 9,
        fill: fill(names.indexOf(networkName(run.hubs))),
      }),
    );
    if (i) drawing.append(svg("line", { class: "deadline", x1: from, x2: from, y1: top, y2: bottom }));
  });
  names.forEach((name, i) =>
    append(drawing, [
      svg("rect", { x: left, y: i * 17 + 3, width: 16, height: 9, fill: fill(i) }),
      svg("text", { class: "row-name", x: left + 22, y: i * 17 + 12 }, fitted(name, width - left - 30)),
    ]),
  );
  const line = d3.line().x((row) => x(row.values[0]).toFixed(1));
  drawing.append(
    svg("path", {
      class: "curve today",
      d: line.y((row) => y(row.today).toFixed(1))(rows.filter((row) => row.today !== null)),
    }),
  );
  drawing.append(svg("path", { class: "curve", d: line.y((row) => y(row.objective).toFixed(1))(rows) }));
  const [present] = record.present_values;
  if (present !== null && present >= xRange[0] && present <= xRange[1]) {
    drawing.append(svg("line", { class: "present", x1: x(present), x2: x(present), y1: top, y2: bottom }));
    drawing.append(svg("text", { class: "tick strong halo", x: x(present) + 4, y: bottom - 6 }, "now"));
  }
  return drawing;
}

function withUnitTitle(path, unit) {
  return unit && unit !== "1" ? `${path}, ${unit}` : path;
}

function sweepTable(data, record) {
  const columns = [
    ...record.paths.map((path, i) => numberColumn(withUnitTitle(path, record.units[i]))),
    textColumn("Best network"),
    numberColumn(axisUnit(data.objective_unit)),
    numberColumn("Against today"),
    numberColumn("Inside"),
  ];
  const isNamed = record.rows.some((row) => row.scenario);
  if (isNamed) columns.unshift(textColumn("Scenario"));
  const isMoney = data.objective_unit.startsWith("EUR");
  const shown = (value) => (isMoney ? inAmounts(value) : plain(value));
  const rows = record.rows.map((row) => [
    ...(isNamed ? [row.scenario] : []),
    ...row.values.map((value) => (value === null ? "as now" : plain(value))),
    row.hubs.length ? networkName(row.hubs) : row.reason || "no network",
    shown(row.objective),
    row.today === null || row.objective === null ? "\u2013" : shown(row.objective - row.today),
    percent(row.inside_share),
  ]);
  return table("The best network for each value", columns, rows, { shown: 10, printed: 8 });
}

/** Return rows over two figures as a grid, or null where they are none. */
function gridOf(record) {
  const values = record.paths.map((_, i) =>
    [...new Set(record.rows.map((row) => row.values[i]))].filter((value) => value !== null).sort((a, b) => a - b),
  );
  const find = (a, b) => record.rows.find((row) => row.values[0] === a && row.values[1] === b);
  const points = values[0].flatMap((a) => values[1].map((b) => find(a, b)));
  if (!points.length || points.some((point) => point === undefined)) return null;
  return { paths: record.paths, units: record.units, present: record.present_values, values, points };
}

/** Return the best network over two figures: a field of patterns with its legend. */
function gridBlock(grid) {
  const names = [...new Set(grid.points.map((point) => networkName(point.hubs)))];
  return figure(
    `The best network over ${grid.paths.join(" and ")}`,
    names.join("; "),
    (width) => gridField(grid, names, width),
    { size: "half", tables: [gridTable(grid)] },
  );
}

function gridField(grid, names, width) {
  const [across, up] = grid.values;
  const keyHeight = names.length * 17 + 8;
  const cellHeight = Math.max(16, Math.min(34, 240 / up.length));
  const [left, top] = [64, keyHeight];
  const cellWidth = (width - left - 4) / across.length;
  const bottom = top + cellHeight * up.length;
  const drawing = canvas(width, bottom + 40);
  const fill = fills(drawing);
  names.forEach((name, i) =>
    append(drawing, [
      svg("rect", { x: left, y: i * 17 + 2, width: 16, height: 11, fill: fill(i) }),
      svg("text", { class: "row-name", x: left + 22, y: i * 17 + 12 }, fitted(name, width - left - 30)),
    ]),
  );
  const y = (j) => bottom - (j + 1) * cellHeight;
  grid.points.forEach((point, number) => {
    const [i, j] = [Math.floor(number / up.length), number % up.length];
    drawing.append(
      svg(
        "rect",
        {
          x: left + i * cellWidth,
          y: y(j),
          width: cellWidth - 1,
          height: cellHeight - 1,
          fill: fill(names.indexOf(networkName(point.hubs))),
        },
        svg("title", {}, `${plain(across[i])}, ${plain(up[j])}: ${networkName(point.hubs)}`),
      ),
    );
  });
  const every = Math.ceil(across.length / Math.max(2, Math.floor((width - left) / 52)));
  across.forEach((value, i) => {
    if (i % every === 0)
      drawing.append(
        svg(
          "text",
          { class: "tick", x: left + (i + 0.5) * cellWidth, y: bottom + 14, "text-anchor": "middle" },
          plain(value),
        ),
      );
  });
  up.forEach((value, j) =>
    drawing.append(
      svg("text", { class: "tick", x: left - 6, y: y(j) + cellHeight / 2 + 4, "text-anchor": "end" }, plain(value)),
    ),
  );
  drawing.append(
    svg(
      "text",
      { class: "axis-title", x: width, y: bottom + 32, "text-anchor": "end" },
      `across: ${withUnitTitle(grid.paths[0], grid.units[0])}; up: ${withUnitTitle(grid.paths[1], grid.units[1])}`,
    ),
  );
  return drawing;
}

function gridTable(grid) {
  const [across, up] = grid.values;
  const rows = grid.points.map((point, number) => [
    plain(across[Math.floor(number / up.length)]),
    plain(up[number % up.length]),
    networkName(point.hubs),
  ]);
  return table(
    "The best network over two figures",
    [numberColumn(grid.paths[0]), numberColumn(grid.paths[1]), textColumn("Best network")],
    rows,
  );
}
