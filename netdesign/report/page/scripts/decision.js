// The decision: the verdict, its figures, and the answer in sentences.

// A gap under this is rounding.
const LEAST_GAP = 5e-5;

/** Return the head of the page. */
function decisionPart(data) {
  const { verdict } = data;
  const rest = verdict.sentences.filter((line) => line.trim() !== verdict.headline.trim());
  const key = keyFigures(data).map(([term, value, more]) =>
    html(
      "div",
      {},
      html("dt", {}, term),
      html("dd", {}, value),
      more ? html("dd", { class: "more-of-it" }, more) : null,
    ),
  );
  return html(
    "header",
    { id: "decision", tabindex: "-1" },
    html("p", { class: "kicker" }, data.title),
    html("h1", {}, verdict.headline.replace(/\bEUR ([\d.,]+) m\b/g, "EUR\u00a0$1\u00a0m")),
    key.length ? html("dl", { class: "key-figures" }, key) : null,
    html(
      "div",
      { class: "told" },
      html("div", { class: "answer" }, sentences(rest)),
      data.description ? html("p", { class: "description" }, data.description) : null,
    ),
  );
}

/** Return what the hubs of a plan are called, where that is not what its name says already. */
function hubNames(data, plan) {
  const names = plan.hubs.map((hub) => data.places.short[hub.place]).join(", ");
  return names === plan.name.replace(/ \+ /g, ", ") ? null : names;
}

function keyFigures(data) {
  const { verdict, objective_unit: unit } = data;
  const best = data.plans.find((plan) => plan.is_best);
  const rows = [];
  if (best) rows.push([bestWords(data), html("span", { class: "best" }, best.name), hubNames(data, best)]);
  if (verdict.objective !== null)
    rows.push([
      unit.startsWith("EUR") ? "Cost" : "Value",
      objectiveText(verdict.objective, unit),
      best && data.today_plan !== null && !Object.is(data.plans[data.today_plan], best) && unit === "EUR/year"
        ? `${moneyDifference(best.cost_eur_per_year - data.plans[data.today_plan].cost_eur_per_year)} against today`
        : null,
    ]);
  if (verdict.bound !== null) rows.push(["How sure", ...sureWords(data)]);
  const second = verdict.runner_up;
  if (second) rows.push(["Runner-up", networkName(second.hubs), runnerUpWords(data, second)]);
  return rows;
}

/** Return what the proof covers, and what it leaves open: the figures, and the place where others are nearly as good. */
function sureWords(data) {
  const { verdict, objective_unit: unit } = data;
  const isMoney = unit.startsWith("EUR");
  const what = unit === "EUR/year" || !isMoney ? "network" : "plan";
  if (!verdict.is_proven) {
    const gap = verdict.gap > LEAST_GAP ? `; gap ${percent(verdict.gap, 2)}` : "";
    return ["Not proven", `nothing is below ${objectiveText(verdict.bound, unit)}${gap}`];
  }
  const better = isMoney ? "cheaper" : "better";
  return [
    `${isMoney ? "Cheapest" : "Best"} of all permitted ${what}s, at these figures`,
    `proven: no permitted ${what} is ${better} in this model at these figures; it says nothing about the figures${capWords(verdict)}${nearWords(data)}`,
  ];
}

/** Return that the best has as many hubs as are permitted, where it has. */
function capWords({ cap }) {
  return cap ? `. ${cap[0].toUpperCase()}${cap.slice(1)}` : "";
}

/** Return how many others are nearly as good, where their list is complete and there are any. */
function nearWords(data) {
  const near = data.evidence.find((one) => one.kind === "alternatives");
  const { objective } = data.verdict;
  if (!near || !near.is_complete || near.limit === null || !objective) return "";
  const [best] = near.networks;
  const others = near.networks.filter((one) => one.difference > 0 || one !== best);
  const unlike = others.filter((one) => one.hubs.length !== best.hubs.length).length;
  const within = plain(Number((100 * (near.limit / objective - 1)).toPrecision(3)));
  const number = unlike ? `, ${unlike} of them with another number of hubs` : "";
  return others.length ? `. The place is open: ${counted(others.length, "other")} within ${within}%${number}` : "";
}

function runnerUpWords(data, second) {
  const unit = data.objective_unit;
  const more = second.more === null ? null : `${objectiveDifference(second.more, unit)}`;
  const better = betterWords(data, second);
  if (second.more_at_least === null || second.more_at_least === second.more) return [more, better];
  const least = second.more_at_least > 0 ? objectiveDifference(second.more_at_least, unit) : null;
  const others = least ? `no other comes nearer than ${least}` : "another may be as good as the best, or better";
  return [[more, others].filter(Boolean).join("; "), better];
}

/** Return in what the runner-up is better than the best, where the page has both plans and it is. */
function betterWords(data, second) {
  const best = data.plans.find((plan) => plan.is_best);
  const other = data.plans[second.plan] || data.plans.find((plan) => plan.name === networkName(second.hubs));
  if (!best || !other) return "";
  const words = [];
  const points = 100 * ((other.service.inside_share || 0) - (best.service.inside_share || 0));
  if (points >= 0.05) words.push(`${grouped(points, 1)} points more inside the deadline`);
  const less = (best.co2e_t_per_year || 0) - (other.co2e_t_per_year || 0);
  if (less >= 0.001 * best.co2e_t_per_year && less >= 0.5) words.push(`${whole(less)} t/year less CO\u2082e`);
  return words.length ? `; it has ${words.join(" and ")}` : "";
}
