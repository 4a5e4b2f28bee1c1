// Calendar and tree of a plan over years.

const MOST_PATHS = 6;

function calendar(record, width) {
  const { nodes } = record;
  const paths = pathsOf(nodes);
  const shown = paths.slice(0, mostRows(MOST_PATHS, 3));
  const years = [...new Set(nodes.map((node) => node.year))].sort((a, b) => a - b);
  const left = Math.min(110, width * 0.24);
  const cell = (width - left) / years.length;
  const row = 24;
  const drawing = canvas(width, 10);
  let y = 18;
  years.forEach((year, i) =>
    drawing.append(
      svg(
        "text",
        { class: "tick", x: left + (i + 0.5) * cell, y: 12, "text-anchor": "middle" },
        cell < 34 ? `\u2019${String(year).slice(2)}` : year,
      ),
    ),
  );
  for (const path of shown) {
    if (paths.length > 1) {
      y += 18;
      const leaf = nodes[path.at(-1)];
      drawing.append(
        svg(
          "text",
          { class: "row-name", x: 0, y: y - 4 },
          fitted(`${leaf.branch}, ${percent(leaf.probability, 0)} probable`, width),
        ),
      );
    }
    for (const hub of [...new Set(path.flatMap((i) => nodes[i].hubs))]) {
      append(drawing, calendarRow(nodes, path, hub, { y, left, cell, row, years }));
      y += row;
    }
    y += 6;
  }
  if (paths.length > shown.length) {
    y += 14;
    drawing.append(
      svg(
        "text",
        { class: "tick", x: 0, y },
        `The first ${shown.length} of ${paths.length} paths; all are in the ${isOnPaper ? "file" : "table"}`,
      ),
    );
  }
  drawing.setAttribute("viewBox", `0 0 ${width} ${y + 4}`);
  return drawing;
}

function calendarRow(nodes, path, hub, { y, left, cell, row, years }) {
  const parts = [svg("text", { class: "row-name", x: 0, y: y + 16 }, svg("title", {}, hub), fitted(hub, left - 8))];
  parts.push(svg("line", { class: "grid", x1: 0, x2: left + cell * years.length, y1: y + row, y2: y + row }));
  path.forEach((i, step) => {
    const node = nodes[i];
    const x = left + years.indexOf(node.year) * cell;
    const next = step + 1 < path.length ? years.indexOf(nodes[path[step + 1]].year) : years.indexOf(node.year) + 1;
    const width = (next - years.indexOf(node.year)) * cell;
    const isNew = !nodes[path[0]].hubs.includes(hub);
    const count = d3.sum(
      node.modules.filter((module) => module.hub === hub),
      (module) => module.count,
    );
    if (node.hubs.includes(hub)) {
      parts.push(
        svg("rect", { class: isNew ? "open new" : "open", x: x + 1, y: y + 4, width: width - 2, height: row - 8 }),
      );
      if (count)
        parts.push(
          svg(
            "text",
            { class: "in-bar", x: x + width / 2, y: y + 16, "text-anchor": "middle" },
            fitted(`${count}`, width - 4, 11),
          ),
        );
    }
    const orders = node.orders.filter((order) => order.hub === hub);
    if (orders.length) {
      const words = orders
        .map((order) => `${order.count} ${order.module}, in use from ${order.in_use_from}`)
        .join("; ");
      parts.push(
        svg(
          "path",
          { class: "order", d: "M0 -5L5 4H-5Z", transform: translate([x + 9, y + row / 2]) },
          svg("title", {}, `Ordered ${node.year}: ${words}`),
        ),
      );
    }
  });
  return parts;
}

function tree(record, width) {
  const { nodes } = record;
  const paths = pathsOf(nodes);
  const rows = new Map(paths.map((path, i) => [path.at(-1), i]));
  const children = d3.group(
    nodes.map((_, i) => i),
    (i) => nodes[i].parent,
  );
  const rowOf = (i) => {
    if (!rows.has(i)) rows.set(i, d3.mean(children.get(i), rowOf));
    return rows.get(i);
  };
  const years = [...new Set(nodes.map((node) => node.year))].sort((a, b) => a - b);
  const step = mostRows(Math.max(34, Math.min(64, 520 / paths.length)), 36);
  const x = linear([0, Math.max(1, years.length - 1)], [26, width - Math.min(120, width * 0.25)]);
  const at = (i) => [x(years.indexOf(nodes[i].year)), 40 + rowOf(i) * step];
  const drawing = canvas(width, 40 + (paths.length - 1) * step + 34);
  years.forEach((year, i) =>
    drawing.append(svg("text", { class: "tick", x: x(i), y: 12, "text-anchor": "middle" }, year)),
  );
  nodes.forEach((node, i) => {
    if (node.parent === null) return;
    const [[x1, y1], [x2, y2]] = [at(node.parent), at(i)];
    drawing.append(
      svg("path", {
        class: "branch",
        d: `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`,
        "stroke-width": (1 + 6 * node.probability).toFixed(1),
      }),
    );
  });
  nodes.forEach((node, i) => {
    const before = node.parent === null ? [] : nodes[node.parent].hubs;
    const opened = node.parent === null ? node.hubs : node.hubs.filter((hub) => !before.includes(hub));
    const [cx, cy] = at(i);
    drawing.append(
      svg(
        "circle",
        {
          class: opened.length && node.parent !== null ? "node opens" : "node",
          cx,
          cy,
          r: 3.5 + 5 * Math.sqrt(node.probability),
        },
        svg("title", {}, `${nodeName(node)}, ${percent(node.probability, 0)} probable: ${networkName(node.hubs)}`),
      ),
    );
    if (opened.length)
      drawing.append(
        svg(
          "text",
          { class: "row-name halo", x: cx - 4, y: cy - 12 },
          fitted((node.parent === null ? "" : "+ ") + opened.join(" + "), 150),
        ),
      );
    if (node.orders.length)
      drawing.append(
        svg(
          "path",
          { class: "order", d: "M0 -5L5 4H-5Z", transform: translate([cx, cy + 16]) },
          svg("title", {}, orderWords(node)),
        ),
      );
    if (!children.has(i))
      drawing.append(
        svg(
          "text",
          { class: "tick", x: cx + 13, y: cy + 4 },
          fitted(`${node.branch} ${percent(node.probability, 0)}`, width - cx - 14),
        ),
      );
  });
  return drawing;
}
