// Parts of the cost: plans side by side, and where the chosen one differs from today.

/** Return the charts of the cost: plans side by side, what is other than today, and the same as a table. */
function costFigures(data, choice) {
  const parts = costParts(data.plans);
  const compared = () => comparedPlans(data, choice);
  const words = () =>
    compared()
      .map((plan) => `${plan.name}: ${money(plan.cost_eur_per_year)}`)
      .join("; ");
  const found = [
    figure("Cost by part", words, (width) => costBars(compared(), parts, width), {
      note: `${amounts.words} a year`,
      size: data.today_plan === null ? "full" : "half",
    }),
  ];
  if (data.today_plan !== null) {
    found.push(
      figure(
        "Where it differs from today",
        () => `Cost parts of ${choice.plan.name} less those of today`,
        (width) => changeBars(data, choice.plan, parts, width),
        { note: `${amounts.words} a year; left is cheaper` },
      ),
    );
  }
  const list = html("div", { class: "full" });
  choice.onPlan(() => list.replaceChildren(costTable(data, compared(), parts)));
  return [...found, list];
}

/** Return the parts that any plan has, as { key, name }, the largest first where the plans do not say otherwise. */
function costParts(plans) {
  const parts = new Map();
  for (const plan of plans)
    for (const part of plan.cost_parts)
      if (!parts.has(part.key)) parts.set(part.key, { key: part.key, name: part.name });
  return [...parts.values()].filter(({ key }) => plans.some((plan) => Math.abs(partOf(plan, key)) > 0.5));
}

function partOf(plan, key) {
  const found = plan.cost_parts.find((part) => part.key === key);
  return found ? found.eur_per_year : 0;
}

const MOST_COMPARED = 12;

/** Return the plans of the switch, and the chosen one if it is another; of years those on its way through the tree. */
function comparedPlans(data, choice) {
  if (choice.plan.group === "year") return yearsWith(data, choice.index);
  const shown = data.plans.filter((plan) => plan.group === "number" || plan.group === "own").slice(0, MOST_COMPARED);
  return shown.includes(choice.plan) ? shown : [...shown, choice.plan];
}

/** Return the plans of the years before a year, and of those that follow it most probably. */
function yearsWith(data, index) {
  const record = data.evidence.find((one) => one.kind === "years" && one.nodes.some((node) => node.plan === index));
  if (!record) return data.plans.filter((plan) => plan.group === "year").slice(0, MOST_COMPARED);
  const at = record.nodes.findIndex((node) => node.plan === index);
  const ways = pathsOf(record.nodes).filter((path) => path.includes(at));
  const way = ways[d3.maxIndex(ways, (path) => record.nodes[path.at(-1)].probability)];
  return way
    .map((i) => record.nodes[i].plan)
    .filter((plan) => plan !== null)
    .map((plan) => data.plans[plan])
    .slice(0, MOST_COMPARED);
}

function costBars(plans, parts, width) {
  const rows = barRows(
    width,
    plans.map((plan) => ({
      name: plan.label === plan.name ? plan.name : `${plan.label}: ${plan.name}`,
      value: inAmounts(plan.cost_eur_per_year),
      isBest: plan.is_best,
    })),
    { row: 44 },
  );
  const drawing = canvas(width, rows.bottom + 20);
  const fill = fills(drawing);
  const sums = (sign) =>
    plans.map((plan) => d3.sum(parts, (part) => Math.max(0, sign * partOf(plan, part.key)) * sign));
  const range = niceRange([...sums(1), ...sums(-1)], { fromZero: true });
  const scale = axisUnder(drawing, rows, range, axisWords("EUR", range));
  plans.forEach((plan, i) => {
    append(drawing, [rows.label(i), stackedBar(plan, parts, scale, fill, rows.barY(i), isOnPaper ? 11 : 17)]);
    if (plan.is_best && !isOnPaper)
      drawing.append(
        svg("rect", {
          class: "best-line",
          x: scale(0),
          y: rows.barY(i) + 18.5,
          width: scale(sums(1)[i]) - scale(0),
          height: 2,
        }),
      );
  });
  return drawing;
}

/** Return the parts of a plan one after the other; what is handed on lies left of zero. */
function stackedBar(plan, parts, scale, fill, y, height) {
  let [over, under] = [0, 0];
  return parts.map((part, number) => {
    const value = partOf(plan, part.key);
    const from = value >= 0 ? over : under + value;
    if (value >= 0) over += value;
    else under += value;
    if (Math.abs(value) < 0.5) return null;
    return svg(
      "rect",
      {
        x: scale(from),
        y,
        width: Math.max(0.5, scale(from + Math.abs(value)) - scale(from) - 1),
        height,
        fill: fill(number),
      },
      svg("title", {}, `${part.name}: ${money(value)} a year`),
    );
  });
}

function changeBars(data, plan, parts, width) {
  const today = data.plans[data.today_plan];
  const changes = parts
    .map((part, number) => ({ ...part, number, change: partOf(plan, part.key) - partOf(today, part.key) }))
    .filter(({ change }) => Math.abs(change) > 0.5)
    .sort((one, other) => one.change - other.change);
  if (!changes.length)
    return emptyDrawing(width, plan === today ? "This is today's network." : "Every part is as today.");
  changes.push({ name: "in all", number: -1, change: plan.cost_eur_per_year - today.cost_eur_per_year });
  const rows = barRows(
    width,
    changes.map(({ name, number, change }) => ({ name, value: amountDifference(change), isBest: number < 0 })),
    { share: 0.24 },
  );
  const drawing = canvas(width, rows.bottom + 20);
  const fill = fills(drawing);
  const range = niceRange(
    changes.map(({ change }) => change),
    { fromZero: true },
  );
  const scale = axisUnder(drawing, rows, range, axisWords("EUR", range));
  changes.forEach(({ number, change }, i) => {
    const [from, to] = [Math.min(scale(0), scale(change)), Math.max(scale(0), scale(change))];
    append(drawing, [
      rows.label(i),
      svg("rect", {
        x: from,
        y: rows.barY(i),
        width: Math.max(1, to - from),
        height: 11,
        fill: number < 0 ? "var(--accent)" : fill(number),
      }),
    ]);
  });
  drawing.append(svg("line", { class: "zero", x1: scale(0), x2: scale(0), y1: 0, y2: rows.bottom }));
  return drawing;
}

function emptyDrawing(width, words) {
  const drawing = canvas(width, 40);
  drawing.append(svg("text", { class: "tick", x: 0, y: 22 }, words));
  return drawing;
}

/** Return the parts as a table whose first column is the legend of the bars. */
function costTable(data, compared, parts) {
  // The best stands first, where a narrow screen shows it.
  const plans = [...compared].sort((one, other) => other.is_best - one.is_best);
  const best = plans.findIndex((plan) => plan.is_best);
  const columns = [
    textColumn(`${amounts.words} a year`, 16),
    ...plans.map((plan) => numberColumn(plan.label === plan.name ? plan.name : `${plan.label}: ${plan.name}`)),
  ];
  const rows = parts.map((part, number) => [
    html("span", { class: "keyed" }, fillKey(number), part.name),
    ...plans.map((plan) => inAmounts(partOf(plan, part.key))),
  ]);
  rows.push(["in all", ...plans.map((plan) => inAmounts(plan.cost_eur_per_year))]);
  if (best >= 0)
    rows.push([
      "against the best",
      ...plans.map((plan) =>
        plan.is_best ? "\u2013" : amountDifference(plan.cost_eur_per_year - plans[best].cost_eur_per_year),
      ),
    ]);
  return table("Cost by part", columns, rows, { shown: 20, printed: 20, marked: parts.length });
}

function fillKey(number) {
  const drawing = svg("svg", { width: 14, height: 11, viewBox: "0 0 14 11", "aria-hidden": "true" });
  const fill = fills(drawing);
  drawing.append(svg("rect", { width: 14, height: 11, fill: fill(number) }));
  return drawing;
}
