// By what the page can be checked, and made again.

/** Return the section of the stamp. */
function stampSection(data) {
  const { stamp } = data;
  const facts = [
    ["Instance", stamp.instance],
    ["SHA-256 of its files", html("code", {}, stamp.digest)],
    ["Made by", stamp.made_by],
  ];
  for (const [term, wordsOf] of COMMON) {
    const all = eachOnce(stamp.results, wordsOf);
    if (all.length === 1) facts.push([term, all[0]]);
  }
  if (stamp.command) facts.push(["Made again with", html("code", { class: "command" }, stamp.command)]);
  return section(
    "Checked, and made again",
    html(
      "dl",
      { class: "stamp" },
      facts.map(([term, value]) => [html("dt", {}, term), html("dd", {}, value)]),
    ),
    html("div", { class: "grid" }, html("div", { class: "full" }, resultTable(stamp.results))),
    html(
      "div",
      { class: "not-on-paper" },
      details(
        "What this page holds of others",
        table(
          "Libraries and data",
          [textColumn("Name"), textColumn("Version"), textColumn("Licence")],
          stamp.libraries.map((one) => [one.name, one.version, one.licence]),
          { shown: 40 },
        ),
        data.licences.map((licence) => [html("h3", {}, licence.of), html("pre", {}, licence.text)]),
      ),
    ),
    html(
      "p",
      { class: "note only-on-paper" },
      `Holds ${stamp.libraries.map((one) => `${one.name} ${one.version} (${one.licence})`).join(", ")}.`,
    ),
  );
}

function resultTable(results) {
  const columns = [
    textColumn("Result"),
    textColumn("Command", 34),
    textColumn("Ended"),
    textColumn("Engine"),
    textColumn("SHA-256"),
  ];
  const differing = COMMON.filter(([, wordsOf]) => eachOnce(results, wordsOf).length > 1);
  const rows = results.map((one) => [
    one.file ? breakable(one.file) : one.format,
    breakable(one.call || "\u2013"),
    one.termination.replace(/_/g, " "),
    one.engine || "\u2013",
    one.sha256 ? html("code", { title: one.sha256 }, `${one.sha256.slice(0, 12)}\u2026`) : "\u2013",
    ...differing.map(([, wordsOf]) => wordsOf(one)),
  ]);
  return table("Results that are shown", [...columns, ...differing.map(([term]) => textColumn(term, 30))], rows);
}

// What stands once where it is the same for all results.
const COMMON = [
  ["Exit code of verify", verifyWords],
  ["Versions", versionWords],
];

function verifyWords(result) {
  return `${result.verify_exit_code}${result.verified ? `: ${result.verified}` : ""}`;
}

function eachOnce(results, wordsOf) {
  return [...new Set(results.map(wordsOf))];
}

function versionWords(result) {
  return Object.entries(result.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}
