// One neuron in numbers: each of its weights can be set by hand.
import {number} from "./colours.js";
import {inputNames, outputName} from "./network.js";

const box = document.getElementById("neuron");
let shown = "";

// `edit` is called with (layer, row, column, value).
export function drawNeuron(data, state, chosen, edit, close) {
  box.hidden = !chosen || !state.weights[chosen[0]]?.[chosen[1]];
  if (box.hidden) {
    shown = "";
    return;
  }
  const [layer, row] = chosen, weights = state.weights[layer][row], gradients = state.gradients[layer]?.[row];
  const wanted = JSON.stringify([chosen, data.features, state.weights.map((rows) => rows.length)]);
  if (wanted !== shown) build(data, state, layer, row, edit, close);
  shown = wanted;
  box.querySelector(".range").textContent = said(state, layer, row);
  weights.forEach((value, column) => {
    const entry = box.querySelector(`[data-column="${column}"]`), [field] = entry.getElementsByTagName("input");
    if (document.activeElement !== field && !entry.querySelector(".wrong")) field.value = value ?? "";
    entry.querySelector("output").textContent = gradients ? `gradient ${number(gradients[column])}` : "no gradient yet";
  });
}

function said(state, layer, row) {
  if (state.silent[layer]?.includes(row)) return "It says the same for all examples: nothing reaches the weights behind it.";
  const size = state.sizes[layer + 1][row];
  return size === null ? "Its outputs are too large for a float." : `Its outputs go up to ±${number(size)} on the plane.`;
}

function build(data, state, layer, row, edit, close) {
  const title = document.createElement("h3"), range = document.createElement("p"), list = document.createElement("div");
  const name = outputName(data, layer, row, state.weights.length), done = document.createElement("button");
  title.textContent = name[0].toUpperCase() + name.slice(1);
  range.className = "range";
  list.className = "weights";
  Object.assign(done, {type: "button", textContent: "Close"});
  done.addEventListener("click", close);
  list.append(...[...inputNames(data, state, layer), "bias"].map((words, column) => {
    const entry = document.createElement("label"), field = document.createElement("input");
    entry.dataset.column = column;
    Object.assign(field, {type: "number", step: "any"});
    field.addEventListener("change", () => edit(layer, row, column, Number.isFinite(field.valueAsNumber) ? field.valueAsNumber : field.value));
    entry.append(words, field, document.createElement("output"));
    return entry;
  }));
  box.replaceChildren(title, done, range, list);
}

export function focusWeight(column) {
  box.querySelector(`[data-column="${column}"] input`)?.select();
}

export function refuseWeight(column, sentence) {
  const entry = box.querySelector(`[data-column="${column}"]`);
  if (!entry) return;
  forgiveWeight(column);
  const note = document.createElement("span");
  note.className = "wrong";
  note.setAttribute("role", "alert");
  note.textContent = sentence;
  entry.append(note);
}

export function forgiveWeight(column) {
  box.querySelector(`[data-column="${column}"] .wrong`)?.remove();
}
