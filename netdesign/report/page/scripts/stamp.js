// By what the page can be checked, and made again.

/** Return the section of the stamp. */
function stampSection(data) {
  const { stamp } = data;
  const facts = [
    ["Instance", stamp.instance], ["SHA-256 of its files", html("code", {}, stamp.digest)], ["Made by", stamp.made_by],
    ["Made again with", html("code", { class: "command" }, stamp.command)],
  ];
  return section("Checked, and made again",
    html("dl", { class: "stamp" }, facts.map(([term, value]) => [html("dt", {}, term), html("dd", {}, value)])),
    html("div", { class: "grid" }, html("div", { class: "full" }, resultTable(stamp.results))),
    html("div", { class: "not-on-paper" }, details("What this page holds of others", table("Libraries and data", [textColumn("Name"), textColumn("Version"), textColumn("Licence")],
      stamp.libraries.map((one) => [one.name, one.version, one.licence]), { shown: 40 }),
    (data.licences || []).map((licence) => [html("h3", {}, licence.of), html("pre", {}, licence.text)]))),
    html("p", { class: "note only-on-paper" }, `Holds ${stamp.libraries.map((one) => `${one.name} ${one.version} (${one.licence})`).join(", ")}.`));
}

function resultTable(results) {
  const rows = results.map((one) => [
    one.file || one.format, one.command ? html("code", {}, one.command) : "\u2013", one.termination, one.engine || "\u2013",
    `${one.verify_exit_code}${one.verified ? `: ${one.verified}` : ""}`, Object.entries(one.versions).map(([name, version]) => `${name} ${version}`).join(", "),
    one.sha256 ? html("code", { title: one.sha256 }, `${one.sha256.slice(0, 12)}\u2026`) : "\u2013",
  ]);
  return table("Results that are shown", [textColumn("Result"), textColumn("Command"), textColumn("Ended"), textColumn("Engine"), textColumn("Exit code of verify"), textColumn("Versions"), textColumn("SHA-256")], rows);
}
