// Looking deeper: the gradient check, the loss landscape and the program, as the engine has told them.
import {drawLandscape, drawLines, lineStyle} from "./charts.js";
import {colour, number} from "./colours.js";
import {inputNames} from "./network.js";

const find = (id) => document.getElementById(id);

export function showCheck({rows, weights, examples, step, difference, largest}, data, state) {
  const summary = document.createElement("p"), table = document.createElement("table"), head = table.createTHead().insertRow();
  summary.textContent = `${rows.length === weights ? `All ${weights}` : `${rows.length} of ${weights}`} weights, the loss of ${examples} `
    + `examples, h = ${number(step)}: the two differ by ${number(difference)} at most; the largest gradient is ${number(largest)}.`;
  for (const words of ["weight", "backpropagation", "slope", "difference"]) {
    const cell = document.createElement("th");
    cell.textContent = words;
    head.append(cell);
  }
  for (const [layer, row, column, gradient, slope, apart] of rows.slice(0, 6)) {
    const inputs = inputNames(data, state, layer), line = table.insertRow(), last = layer === state.weights.length - 1;
    const words = `${column < inputs.length ? inputs[column] : "bias"} → ${last ? `output ${row + 1}` : `neuron ${row + 1}, layer ${layer + 1}`}`;
    for (const text of [words, number(gradient), number(slope), number(apart)]) line.insertCell().textContent = text;
  }
  find("checked").replaceChildren(summary, table);
}

let landscape = null;

export function showLandscape(told) {
  landscape = told;
  const figure = find("landscape_figure");
  figure.hidden = false;
  const [low, high] = drawLandscape(find("landscape"), told), middle = (told.rows.length - 1) / 2;
  const words = `From ${number(low)} to ${number(high)} where the blue is strongest, over ${told.examples} examples, after epoch `
    + `${told.epoch}; in the middle ${number(told.rows[middle][middle])}. To an edge it is as far as the weights are long.`;
  figure.querySelector("figcaption").textContent = words;
  find("landscape").setAttribute("aria-label", `The loss landscape. ${words}`);
}

// In the colours of now.
export function redrawLandscape() {
  if (landscape) drawLandscape(find("landscape"), landscape);
}

export function showProgram({text}) {
  find("written").hidden = false;
  find("text").textContent = text;
  find("copy").textContent = "Copy";
  find("open").href = `program.html#program=${encodeURIComponent(text)}`;
}

find("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(find("text").textContent);
    find("copy").textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(find("text"));
    find("copy").textContent = "Selected: press Ctrl-C";
  }
});

// The sizes of the activations (part 3 of a moment) or of the gradients (part 4), layer by layer over the epochs.
export function drawLayers(id, part, moments) {
  const last = moments.at(-1)[part], names = last.map((_, k) => (part === 4 && k === last.length - 1 ? "output" : `layer ${k + 1}`));
  drawLines(find(id), names.map((_, k) => ({points: moments.map((moment) => [moment[0], moment[part][k]]), ...lineStyle(k)})), true);
  find(id).parentElement.querySelector(".lines").replaceChildren(...names.map((name, k) => {
    const entry = document.createElement("span");
    entry.className = "line";
    entry.style.borderBottom = `3px ${k ? "dashed" : "solid"} ${colour(lineStyle(k).paint)}`;
    entry.textContent = `${name} ${number(last[k])}`;
    return entry;
  }));
}
