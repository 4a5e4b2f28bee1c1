// Parts of the cost: plans side by side, and where the chosen one differs from today.

/** Return both charts of the cost. */
function costFigures(data, choice) {
  const parts = costParts(data.plans);
  const sideBySide = () => comparedPlans(data, choice);
  const bars = figure("Cost by part", () => sideBySide().map((plan) => `${plan.name}: ${money(plan.cost_eur_per_year)} a year`).join("; "),
    (width) => costBars(sideBySide(), parts, width), { note: "EUR million a year" });
  const changes = figure("Where it differs from today", () => `Cost parts of ${choice.plan.name} less those of today`,
    (width) => changeBars(data, choice.plan, parts, width), { note: "EUR million a year; left is cheaper" });
  const list = html("div", { class: "full" });
  choice.onPlan(() => list.replaceChildren(costTable(data, sideBySide(), parts)));
  return data.today_plan === null ? [bars, list] : [bars, changes, list];
}

/** Return the parts that any plan has, as { key, name }, the largest first where the plans do not say otherwise. */
function costParts(plans) {
  const parts = new Map();
  for (const plan of plans) for (const part of plan.cost_parts) if (!parts.has(part.key)) parts.set(part.key, { key: part.key, name: part.name });
  return [...parts.values()].filter(({ key }) => plans.some((plan) => Math.abs(partOf(plan, key)) > 0.5));
}

function partOf(plan, key) {
  const found = plan.cost_parts.find((part) => part.key === key);
  return found ? found.eur_per_year : 0;
}

/** Return the plans of the switch, and the chosen one if it is another; of years only those of its kind. */
function comparedPlans(data, choice) {
  const isYear = choice.plan.group === "year";
  const shown = data.plans.filter((plan) => (isYear ? plan.group === "year" : plan.group === "number" || plan.group === "own")).slice(0, 12);
  return shown.includes(choice.plan) ? shown : [...shown, choice.plan];
}

function costBars(plans, parts, width) {
  const row = 44;
  const top = 4;
  const height = top + plans.length * row + 20;
  const drawing = canvas(width, height);
  const fill = fills(drawing);
  const sums = plans.map((plan) => d3.sum(parts, (part) => Math.max(0, partOf(plan, part.key))));
  const lows = plans.map((plan) => d3.sum(parts, (part) => Math.min(0, partOf(plan, part.key))));
  const range = niceRange([...sums, ...lows], { fromZero: true });
  const scale = linear(range, [0, width]);
  horizontalAxis(drawing, scale, range, { top, bottom: height - 20, width, words: (value) => grouped(value / 1e6, 0) });
  plans.forEach((plan, index) => {
    const y = top + index * row;
    const name = plan.label === plan.name ? plan.name : `${plan.label}: ${plan.name}`;
    append(drawing, rowName(name, 0, y + 14, width, { isBest: plan.is_best, value: grouped(plan.cost_eur_per_year / 1e6, 2) }));
    let [over, under] = [0, 0];
    parts.forEach((part, number) => {
      const value = partOf(plan, part.key);
      const from = value >= 0 ? over : under + value;
      if (value >= 0) over += value;
      else under += value;
      if (Math.abs(value) < 0.5) return;
      drawing.append(svg("rect", { x: scale(from), y: y + 20, width: Math.max(0.5, scale(from + Math.abs(value)) - scale(from) - 1), height: 17, fill: fill(number) },
        svg("title", {}, `${part.name}: ${money(value)} a year`)));
    });
    if (plan.is_best) drawing.append(svg("rect", { class: "best-line", x: 0, y: y + 38.5, width: scale(over), height: 2 }));
  });
  return drawing;
}

function changeBars(data, plan, parts, width) {
  const today = data.plans[data.today_plan];
  const changes = parts.map((part, number) => ({ ...part, number, change: partOf(plan, part.key) - partOf(today, part.key) }))
    .filter(({ change }) => Math.abs(change) > 0.5).sort((one, other) => one.change - other.change);
  if (!changes.length) return emptyDrawing(width, plan === today ? "This is today's network." : "Every part is as today.");
  changes.push({ name: "in all", number: -1, change: plan.cost_eur_per_year - today.cost_eur_per_year });
  const row = 34;
  const height = changes.length * row + 22;
  const drawing = canvas(width, height);
  const fill = fills(drawing);
  const range = niceRange(changes.map(({ change }) => change), { fromZero: true });
  const scale = linear(range, [0, width]);
  horizontalAxis(drawing, scale, range, { top: 0, bottom: height - 20, width, words: (value) => grouped(value / 1e6, Math.abs(range[1] - range[0]) < 5e6 ? 1 : 0) });
  changes.forEach(({ name, number, change }, index) => {
    const y = index * row;
    append(drawing, rowName(name, 0, y + 13, width, { isBest: number < 0, value: millionsDifference(change) }));
    const [from, to] = [Math.min(scale(0), scale(change)), Math.max(scale(0), scale(change))];
    drawing.append(svg("rect", { x: from, y: y + 17, width: Math.max(1, to - from), height: 12, fill: number < 0 ? "var(--accent)" : fill(number) }));
  });
  drawing.append(svg("line", { class: "zero", x1: scale(0), x2: scale(0), y1: 0, y2: height - 20 }));
  return drawing;
}

function emptyDrawing(width, words) {
  const drawing = canvas(width, 40);
  drawing.append(svg("text", { class: "tick", x: 0, y: 22 }, words));
  return drawing;
}

/** Return the parts as a table whose first column is the legend of the bars. */
function costTable(data, plans, parts) {
  const best = plans.findIndex((plan) => plan.is_best);
  const columns = [textColumn("EUR million a year"), ...plans.map((plan) => numberColumn(plan.label === plan.name ? plan.name : `${plan.label}: ${plan.name}`))];
  const rows = parts.map((part, number) => [
    html("span", { class: "keyed" }, fillKey(number), part.name), ...plans.map((plan) => millions(partOf(plan, part.key))),
  ]);
  rows.push(["in all", ...plans.map((plan) => millions(plan.cost_eur_per_year))]);
  if (best >= 0) rows.push(["against the best", ...plans.map((plan) => (plan.is_best ? "\u2013" : millionsDifference(plan.cost_eur_per_year - plans[best].cost_eur_per_year)))]);
  return table("Cost by part", columns, rows, { shown: 20, printed: 20, marked: parts.length });
}

function fillKey(number) {
  const drawing = svg("svg", { width: 14, height: 11, viewBox: "0 0 14 11", "aria-hidden": "true" });
  const fill = fills(drawing);
  drawing.append(svg("rect", { width: 14, height: 11, fill: fill(number) }));
  return drawing;
}
