// The page from top to bottom.

const FORMAT = "netdesign.page/1";

const EVIDENCE = {
  alternatives: (data, record, choice) => alternativesSection(data, record, choice),
  tipping: (data, record) => tippingSection(data, record),
  sweep: (data, record) => sweepSection(data, record),
  frontier: (data, record, choice) => frontierSection(record, choice),
  failures: (data, record, choice) => failuresSection(record, choice),
  draws: (data, record, choice) => drawsSection(record, choice),
  explanation: (data, record) => explanationSection(record),
  years: (data, record, choice) => yearsSection(record, choice),
  first_decisions: (data, record) => firstDecisionsSection(record),
};

function decisionPart(data) {
  const { verdict } = data;
  const rest = verdict.sentences.filter((line) => line.trim() !== verdict.headline.trim());
  return html(
    "header",
    { id: "decision", tabindex: "-1" },
    html("p", { class: "kicker" }, data.title),
    html("h1", {}, verdict.headline),
    html(
      "dl",
      { class: "key-figures" },
      keyFigures(data).map(([term, value, more]) =>
        html(
          "div",
          {},
          html("dt", {}, term),
          html("dd", {}, value),
          more ? html("dd", { class: "more-of-it" }, more) : null,
        ),
      ),
    ),
    html(
      "div",
      { class: "told" },
      html("div", { class: "answer" }, sentences(rest)),
      data.description ? html("p", { class: "description" }, data.description) : null,
    ),
  );
}

function keyFigures(data) {
  const { verdict, objective_unit: unit } = data;
  const best = data.plans.find((plan) => plan.is_best);
  const rows = [];
  if (best)
    rows.push([
      "Recommended",
      html("span", { class: "best" }, best.name),
      best.hubs.map((hub) => data.places.name[hub.place]).join(", "),
    ]);
  if (verdict.objective !== null)
    rows.push([
      unit.startsWith("EUR") ? "Cost" : "Value",
      objectiveText(verdict.objective, unit),
      best && data.today_plan !== null && !Object.is(data.plans[data.today_plan], best) && unit === "EUR/year"
        ? `${moneyDifference(best.cost_eur_per_year - data.plans[data.today_plan].cost_eur_per_year)} against today`
        : null,
    ]);
  if (verdict.bound !== null)
    rows.push([
      "How sure",
      verdict.is_proven ? "Proven" : "Not proven",
      `nothing is below ${objectiveText(verdict.bound, unit)}${verdict.gap ? `; gap ${percent(verdict.gap, 2)}` : ""}`,
    ]);
  const second = verdict.runner_up;
  if (second) rows.push(["Runner-up", networkName(second.hubs), runnerUpWords(second, unit)]);
  return rows;
}

function runnerUpWords(second, unit) {
  const more = second.more === null ? null : `${objectiveDifference(second.more, unit)}`;
  if (second.more_at_least === null || second.more_at_least === second.more) return more;
  return `${more || ""}; no other has less than ${objectiveDifference(second.more_at_least, unit)}`;
}

function planPart(data, places, choice) {
  const map = mapPart(data, places, (listener) => choice.onPlan(listener));
  const title = html("h2", { id: "plan" }, "The network");
  return html(
    "section",
    { "aria-labelledby": "plan", class: "network" },
    title,
    planSwitch(data, choice),
    html(
      "div",
      { class: map.map ? "map-part" : "map-part without-map" },
      html("div", {}, map.map, map.keys),
      planPanel(data, places, choice),
    ),
    map.lists,
  );
}

// Parts that wait for their turn, so that the decision is on the screen before the rest is drawn.
const waiting = [];

function workOff() {
  const part = waiting.shift();
  if (!part) return;
  part();
  if (waiting.length) setTimeout(workOff);
  else document.documentElement.dataset.ready = "";
}

window.addEventListener("beforeprint", () => {
  while (waiting.length) workOff();
});

function begin() {
  const data = JSON.parse(document.getElementById("netdesign-data").textContent);
  const page = document.getElementById("page");
  document.getElementById("summary").remove();
  if (data.format !== FORMAT) {
    page.append(html("p", {}, `This page reads ${FORMAT}; its data are ${data.format}.`));
    return;
  }
  append(page, [decisionPart(data)]);
  const choice = planChoice(data);
  const evidences = html("div", { class: "evidences" });
  if (data.plans.length) waiting.push(() => append(page, planParts(data, choice, evidences)));
  waiting.push(() => append(page, [evidences]));
  for (const record of data.evidence) waiting.push(() => evidences.append(evidencePart(data, record, choice)));
  waiting.push(() => append(page, [assumptionsSection(data), limitsSection(data), stampSection(data)]));
  requestAnimationFrame(() => setTimeout(workOff));
}

/** Return the network with its map and what it costs; how fast it is stands first among the evidence. */
function planParts(data, choice, evidences) {
  const parts = [
    planPart(data, placesOf(data), choice),
    section("What it costs", html("div", { class: "grid" }, costFigures(data, choice))),
  ];
  const service = serviceFigures(data, choice);
  if (service.length) evidences.append(section("How fast it is", html("div", { class: "grid" }, service)));
  choice.begin();
  choice.onPlan(() => {
    redrawFigures();
    history.replaceState(null, "", `#plan=${choice.index}`);
  });
  return parts;
}

function evidencePart(data, found, choice) {
  const said = new Set([data.verdict.headline, ...data.verdict.sentences].map((line) => line.trim()));
  const record = { ...found, sentences: found.sentences.filter((line) => !said.has(line.trim())) };
  const part = (EVIDENCE[record.kind] || (() => section(record.title, sentences(record.sentences))))(
    data,
    record,
    choice,
  );
  part.classList.add("evidence", record.kind);
  if (!record.is_complete)
    part
      .querySelector("h2")
      .append(" ", html("span", { class: "badge open" }, `not complete: ${record.termination.replace(/_/g, " ")}`));
  return part;
}

begin();
