// By what the page can be checked, and made again.

/** Return the section of the stamp. */
function stampSection(data) {
  const { stamp } = data;
  const facts = [
    ["Instance", stamp.instance], ["SHA-256 of its files", html("code", {}, stamp.digest)], ["Made by", stamp.made_by],
  ];
  const versions = versionsOf(stamp.results);
  if (versions.length === 1) facts.push(["Versions", versions[0]]);
  if (stamp.command) facts.push(["Made again with", html("code", { class: "command" }, stamp.command)]);
  return section("Checked, and made again",
    html("dl", { class: "stamp" }, facts.map(([term, value]) => [html("dt", {}, term), html("dd", {}, value)])),
    html("div", { class: "grid" }, html("div", { class: "full" }, resultTable(stamp.results))),
    html("div", { class: "not-on-paper" }, details("What this page holds of others", table("Libraries and data", [textColumn("Name"), textColumn("Version"), textColumn("Licence")],
      stamp.libraries.map((one) => [one.name, one.version, one.licence]), { shown: 40 }),
    (data.licences || []).map((licence) => [html("h3", {}, licence.of), html("pre", {}, licence.text)]))),
    html("p", { class: "note only-on-paper" }, `Holds ${stamp.libraries.map((one) => `${one.name} ${one.version} (${one.licence})`).join(", ")}.`));
}

function resultTable(results) {
  const isSame = versionsOf(results).length === 1;
  const columns = [textColumn("Result"), textColumn("Command", 30), textColumn("Ended"), textColumn("Engine"), textColumn("Exit code of verify", 30), textColumn("SHA-256")];
  if (!isSame) columns.push(textColumn("Versions", 30));
  const rows = results.map((one) => [
    one.file ? breakable(one.file) : one.format, breakable(commandOf(one)), one.termination.replace(/_/g, " "), one.engine || "\u2013",
    `${one.verify_exit_code}${one.verified ? `: ${one.verified}` : ""}`, one.sha256 ? html("code", { title: one.sha256 }, `${one.sha256.slice(0, 12)}\u2026`) : "\u2013",
    ...(isSame ? [] : [versionWords(one)]),
  ]);
  return table("Results that are shown", columns, rows);
}

function commandOf(result) {
  return [result.command, result.options, ...(result.values || [])].filter(Boolean).join(" ") || "\u2013";
}

function versionWords(result) {
  return Object.entries(result.versions).map(([name, version]) => `${name} ${version}`).join(", ");
}

/** Return the versions that the results were made with, each once. */
function versionsOf(results) {
  return [...new Set(results.map(versionWords))];
}
