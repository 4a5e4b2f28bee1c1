// Parts that wait for their turn, so that the decision is on the screen before the rest is drawn; and the paper.

const waiting = [];

/** Draw the parts that wait, one after another; the page is ready when all are there. */
function workOff() {
  const part = waiting.shift();
  if (!part) return;
  try {
    part();
  } finally {
    // A part that fails says so on the console, and does not take the others with it.
    if (waiting.length) setTimeout(workOff);
    else document.documentElement.dataset.ready = "";
  }
}

const paper = [];

/**
 * Call `begin` before the page is printed, and `end` afterwards.
 *
 * There is one listener for all: a browser that prints at once does so while parts wait, and a listener that a part
 * adds while it is drawn would not be called any more.
 */
function onPaper(begin, end) {
  paper.push({ begin, end });
}

window.addEventListener("beforeprint", () => {
  while (waiting.length) workOff();
  for (const { begin } of paper) begin();
});
window.addEventListener("afterprint", () => {
  for (const { end } of paper) end();
});
