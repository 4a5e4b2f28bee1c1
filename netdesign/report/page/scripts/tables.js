// Tables that a screen reader can walk, that show their first rows until asked, and that can be searched.

const SHOWN_ROWS = 12;
const PRINTED_ROWS = 8;
const SHORT_NAME = 22;

/**
 * Return a table.
 *
 * `columns` are those of `textColumn` and `numberColumn`, `rows` lists of texts or elements; the first cell of a row is
 * its heading. `marked` says which row stands out, `shown` and `printed` how many rows there are before someone asks
 * and on paper, `isSearched` whether there is a field to filter by.
 */
function table(
  caption,
  columns,
  rows,
  { marked = -1, shown = SHOWN_ROWS, printed = PRINTED_ROWS, isSearched = false } = {},
) {
  const body = html("tbody");
  const built = rows.map((cells, index) => {
    const row = html(
      "tr",
      { class: index === marked ? "marked" : null },
      cells.map((cell, column) =>
        html(column ? "td" : "th", { scope: column ? null : "row", class: cellClass(cell, columns[column]) }, cell),
      ),
    );
    body.append(row);
    return row;
  });
  const head = html(
    "tr",
    {},
    columns.map((column) =>
      sized(html("th", { scope: "col", class: column.isNumber ? "number" : null }, column.title), column.width),
    ),
  );
  const captionId = newId("caption");
  const scroller = html(
    "div",
    { class: "scroller", role: "region", tabindex: "0", "aria-labelledby": captionId },
    html("table", {}, html("caption", { id: captionId }, caption), html("thead", {}, head), body),
  );
  const block = html("div", { class: "table" });
  const state = { isOpen: rows.length <= shown, wanted: "" };
  const more = html("button", {
    type: "button",
    class: "more",
    click: () => {
      state.isOpen = true;
      show();
    },
  });
  const printedNote = html("p", { class: "printed-note" });

  function show() {
    let matching = 0;
    built.forEach((row, index) => {
      const isWanted = !state.wanted || texts[index].includes(state.wanted);
      if (isWanted) matching += 1;
      row.hidden = !isWanted || (!state.isOpen && matching > shown);
      row.classList.toggle("not-printed", matching > printed && index !== marked);
    });
    more.hidden = state.isOpen || matching <= shown;
    more.textContent = `Show all ${grouped(matching, 0)}`;
    printedNote.textContent =
      matching > printed ? `The first ${printed} of ${grouped(matching, 0)}; all are in the file.` : "";
  }

  const texts = isSearched ? built.map((row) => row.textContent.toLowerCase()) : built;
  if (isSearched) {
    const id = newId("filter");
    block.append(
      html(
        "p",
        { class: "filter" },
        html("label", { for: id }, "Show rows with "),
        html("input", {
          id,
          type: "search",
          autocomplete: "off",
          spellcheck: "false",
          input: (event) => {
            state.wanted = event.target.value.trim().toLowerCase();
            show();
          },
        }),
      ),
    );
  }
  append(block, [scroller, more, printedNote]);
  show();
  return block;
}

function sized(element, width) {
  if (width !== null) {
    element.style.width = `${width}%`;
    element.style.minWidth = `${width * 0.4}em`;
  }
  return element;
}

/** Return the class of a cell: numbers, and names that are short, stay on one line. */
function cellClass(cell, column) {
  if (column.isNumber) return "number";
  const text = cell instanceof Node ? cell.textContent : cell;
  return typeof text === "string" && text.length <= SHORT_NAME ? "short" : null;
}

/** Return a column of texts; a share of the width in per cent keeps a long one from pressing the others. */
function textColumn(title, width = null) {
  return { title, width, isNumber: false };
}

/** Return a column of numbers. */
function numberColumn(title) {
  return { title, width: null, isNumber: true };
}
