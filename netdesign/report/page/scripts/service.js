// How the promise is kept: which share arrives within how many hours.

const DASHES = ["", "7 4", "2 3", "9 3 2 3"];

/** Return the service curve of the chosen plan beside that of today, and the countries as a table; nothing without freight. */
function serviceFigures(data, choice) {
  if (!data.plans.some((plan) => plan.service.curves.length)) return [];
  const curves = figure("Time from order to door", () => serviceWords(data, choice.plan),
    (width) => serviceCurves(data, choice.plan, width), { note: "Share of the freight that has arrived after so many hours", size: "half" });
  const countries = html("div", { class: "half" });
  choice.onPlan((plan) => countries.replaceChildren(...countryTable(data, plan)));
  return [curves, countries];
}

function serviceWords(data, plan) {
  const { service } = plan;
  const inside = service.inside_share === null ? "nothing has a deadline" : `${percent(service.inside_share)} inside the deadline`;
  return `${plan.name}: ${inside}`;
}

function serviceCurves(data, plan, width) {
  const height = Math.min(300, Math.max(220, width * 0.55));
  const [left, right, top, bottom] = [40, width - 8, 12, height - 38];
  const drawing = canvas(width, height);
  const today = data.today_plan === null || data.plans[data.today_plan] === plan ? null : data.plans[data.today_plan];
  const drawn = [...(today ? today.service.curves : []), ...plan.service.curves];
  const deadlines = data.streams.filter((stream) => stream.deadline_h !== null);
  const range = niceRange([...drawn.flatMap((curve) => d3.extent(curve.hours)), ...deadlines.map((stream) => stream.deadline_h)], { fromZero: true });
  const x = linear(range, [left, right]);
  const y = linear([0, 1], [bottom, top]);
  verticalAxis(drawing, y, [0, 1], { left, right, words: (value) => percent(value, 0) });
  horizontalAxis(drawing, x, range, { top, bottom, width: right, title: "hours", words: plain });
  for (const [hours, names] of d3.group(deadlines, (stream) => stream.deadline_h, )) {
    drawing.append(svg("line", { class: "deadline", x1: x(hours), x2: x(hours), y1: top, y2: bottom }));
    const isLeft = x(hours) > width / 2;
    drawing.append(svg("text", { class: "tick strong", x: x(hours) + (isLeft ? -5 : 5), y: top + 10, "text-anchor": isLeft ? "end" : "start" },
      `promised: ${plain(hours)} h${names.length < data.streams.length ? ` (${names.map((stream) => stream.name).join(", ")})` : ""}`));
  }
  const names = plan.service.curves.map((curve) => curve.stream);
  if (today) for (const curve of today.service.curves) drawing.append(stepLine(curve, x, y, range, "curve today", names.indexOf(curve.stream)));
  plan.service.curves.forEach((curve, i) => drawing.append(stepLine(curve, x, y, range, plan.is_best ? "curve best" : "curve", i)));
  append(drawing, curveKeys(plan, today, names, right, bottom));
  return drawing;
}

function stepLine(curve, x, y, range, name, number) {
  let d = `M${x(range[0])} ${y(0)}`;
  curve.hours.forEach((hours, i) => { d += `H${x(hours).toFixed(1)}V${y(curve.shares[i]).toFixed(1)}`; });
  return svg("path", { class: name, d: `${d}H${x(range[1]).toFixed(1)}`, "stroke-dasharray": DASHES[Math.max(0, number) % DASHES.length] || null });
}

function curveKeys(plan, today, names, right, bottom) {
  const keys = names.map((name, i) => [names.length > 1 ? `${plan.name}: ${name}` : plan.name, plan.is_best ? "curve best" : "curve", i]);
  if (today) keys.push([`Today: ${today.name}`, "curve today", 0]);
  return keys.flatMap(([words, name, i], row) => {
    const y = bottom - 10 - (keys.length - 1 - row) * 17;
    const text = fitted(words, 200);
    return [
      svg("text", { class: "row-name halo", x: right - 34, y: y + 4, "text-anchor": "end" }, text),
      svg("path", { class: name, d: `M${right - 28} ${y}H${right - 4}`, "stroke-dasharray": DASHES[i % DASHES.length] || null }),
    ];
  });
}

function countryTable(data, plan) {
  const today = data.today_plan === null ? null : data.plans[data.today_plan];
  const isCompared = today !== null && today !== plan;
  const rows = Object.entries(plan.service.by_country).sort((one, other) => one[1] - other[1]).map(([country, share]) => {
    const row = [country, percent(share, 0)];
    if (isCompared) row.push(percent(today.service.by_country[country], 0));
    return row;
  });
  if (!rows.length) return [];
  const columns = [textColumn("Country"), numberColumn("Inside")];
  if (isCompared) columns.push(numberColumn("Today"));
  return [html("h3", {}, "Inside the deadline, by country"), table(`Share inside the deadline by country, the least first: ${plan.name}`, columns, rows, { shown: 9, printed: 6 })];
}
