// The page from top to bottom.

const FORMAT = "netdesign.page/1";

const EVIDENCE = {
  alternatives: (data, record, choice) => alternativesSection(data, record, choice),
  tipping: (data, record) => tippingSection(data, record),
  sweep: (data, record) => sweepSection(data, record),
  frontier: (data, record, choice) => frontierSection(record, choice),
  failures: (data, record, choice) => failuresSection(data, record, choice),
  draws: (data, record, choice) => drawsSection(record, choice),
  explanation: (data, record) => explanationSection(record),
  years: (data, record, choice) => yearsSection(record, choice),
  first_decisions: (data, record) => firstDecisionsSection(record),
};

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

function begin() {
  const read = (id) => unpacked(JSON.parse(document.getElementById(id).textContent));
  // What is around the data: the outline of countries, and the licences of what the page holds of others.
  const data = { ...read("netdesign-data"), ...read("netdesign-around") };
  const page = document.getElementById("page");
  document.getElementById("summary").remove();
  if (data.format !== FORMAT) {
    page.append(html("p", {}, `This page reads ${FORMAT}; its data are ${data.format}.`));
    return;
  }
  chooseAmounts(data);
  titles = data.titles;
  append(page, [decisionPart(data)]);
  const choice = planChoice(data);
  const evidences = html("div", { class: "evidences" });
  if (data.plans.length) waiting.push(() => append(page, planParts(data, choice, evidences)));
  waiting.push(() => append(page, [evidences]));
  for (const record of data.evidence) waiting.push(() => evidences.append(evidencePart(data, record, choice)));
  waiting.push(() => append(page, [assumptionsSection(data), limitsSection(data), codesSection(data), stampSection(data)]));
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
