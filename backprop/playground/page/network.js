// The network: its neurons with what each responds to, and its weights as lines.
import {colour, css, number, ramp, title} from "./colours.js";
import {drawMap} from "./plane.js";
import {SETTINGS} from "./settings.js";
import {shape} from "./controls.js";

const place = document.getElementById("network"), columns = document.getElementById("columns");
const canvas = document.getElementById("edges"), tip = document.getElementById("tip");
let neurons = [], built = "", lines = [];

export const layerName = (layer, count) => (layer === count - 1 ? "the output" : `hidden layer ${layer + 1}`);

export function inputNames(data, state, layer) {
  return layer === 0 ? data.features.map(title) : state.weights[layer - 1].map((_, k) => `neuron ${k + 1}`);
}

export function outputName(data, layer, k, count) {
  return layer < count - 1 ? `neuron ${k + 1} of hidden layer ${layer + 1}`
    : data.classes.length ? `the output for class ${data.classes[k]}` : "the output";
}

// `act` has what a click does: change(layers, features), choose(layer, neuron), point(layer, neuron) or point(null).
export function drawNetwork(data, state, views, act, chosen) {
  const sizes = [data.features.length, ...state.weights.map((rows) => rows.length)];
  const wanted = JSON.stringify([sizes, data.features, data.classes]);
  if (wanted !== built) build(data, sizes, act);
  built = wanted;
  neurons.forEach((layer, l) => layer.forEach((button, k) => {
    drawMap(button.firstChild, state.maps[l][k]);
    const silent = l > 0 && (state.silent[l - 1] || []).includes(k);
    button.classList.toggle("silent", silent);
    if (l) button.setAttribute("aria-pressed", String(Boolean(chosen) && chosen[0] === l - 1 && chosen[1] === k));
    if (l && !state.running) {
      const bias = state.weights[l - 1][k].at(-1);
      button.setAttribute("aria-label", `${outputName(data, l - 1, k, state.weights.length)}: bias ${number(bias)}, outputs up to `
        + `${number(state.sizes[l][k])}${silent ? ", the same for all examples" : ""}`);
    }
  }));
  drawEdges(state, views);
}

function build(data, sizes, act) {
  const last = sizes.length - 1;
  neurons = sizes.map(() => []);
  const focused = document.activeElement?.dataset?.key;
  columns.replaceChildren(...sizes.map((size, l) => {
    const column = document.createElement("div"), head = document.createElement("div");
    column.className = "column";
    head.className = "head";
    if (l === 0) head.append("Features");
    else if (l === last) head.append("Output");
    else {
      const pair = document.createElement("span");
      pair.append(
        small("+", `One more neuron in hidden layer ${l}`, () => resize(l - 1, 1, act), `more${l}`, size >= SETTINGS.most_neurons),
        small("−", `One neuron less in hidden layer ${l}`, () => resize(l - 1, -1, act), `less${l}`, size <= 1));
      head.append(`${size}`, pair);
    }
    column.append(head);
    if (l === 0) column.append(...features(data, act));
    else for (let k = 0; k < size; k++) column.append(neuron(l, k, act));
    return column;
  }));
  place.style.setProperty("--neuron", `${Math.max(18, Math.min(40, Math.floor(460 / Math.max(...sizes)) - 6))}px`);
  document.getElementById("layer_count").textContent = last - 1 === 1 ? "1 hidden layer" : `${last - 1} hidden layers`;
  if (focused) columns.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function small(text, label, click, key, disabled) {
  const button = document.createElement("button");
  Object.assign(button, {type: "button", textContent: text, disabled});
  button.className = "small";
  button.dataset.key = key;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", click);
  return button;
}

function resize(l, by, act) {
  const layers = [...shape.layers];
  if (l >= layers.length) return;  // the layer has just been removed
  layers[l] = Math.max(1, Math.min(SETTINGS.most_neurons, layers[l] + by));
  act.change({layers});
}

function picture(key) {
  const button = document.createElement("button"), map = document.createElement("canvas");
  button.type = "button";
  button.className = "neuron";
  button.dataset.key = key;
  button.append(map);
  return button;
}

function neuron(l, k, act) {
  const button = picture(`n${l}.${k}`);
  button.addEventListener("click", () => act.choose(l - 1, k));
  for (const event of ["pointerenter", "focus"]) button.addEventListener(event, () => act.point([l, k]));
  for (const event of ["pointerleave", "blur"]) button.addEventListener(event, () => act.point(null));
  neurons[l][k] = button;
  return button;
}

// All features can be chosen; those of a table beyond the second column are always there.
function features(data, act) {
  const names = [...SETTINGS.features, ...data.features.slice(shape.features.length)];
  return names.map((name, i) => {
    const own = i >= SETTINGS.features.length, place = own ? shape.features.length + i - SETTINGS.features.length : data.features.indexOf(name);
    const button = picture(`f${name}`), label = document.createElement("span");
    label.textContent = title(name);
    button.append(label);
    button.classList.add("feature");
    button.setAttribute("aria-pressed", String(place >= 0));
    button.setAttribute("aria-label", `Feature ${title(name)}`);
    button.disabled = own;
    button.addEventListener("click", () => act.change({
      features: SETTINGS.features.filter((other) => (other === name) !== shape.features.includes(other)),
    }));
    if (place >= 0) {
      for (const event of ["pointerenter", "focus"]) button.addEventListener(event, () => act.point([0, place]));
      for (const event of ["pointerleave", "blur"]) button.addEventListener(event, () => act.point(null));
      neurons[0][place] = button;
    }
    return button;
  });
}

// ---------------------------------------------------------------- the lines

function drawEdges(state, views) {
  const frame = columns.getBoundingClientRect(), scale = devicePixelRatio || 1;
  const [width, height] = [Math.round(columns.offsetWidth), Math.round(columns.offsetHeight)];
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
  }
  const ink = canvas.getContext("2d"), boxes = neurons.map((layer) => layer.map((button) => {
    const box = button.getBoundingClientRect();
    return {left: box.left - frame.left, right: box.right - frame.left, y: (box.top + box.bottom) / 2 - frame.top};
  }));
  ink.setTransform(scale, 0, 0, scale, 0, 0);
  ink.clearRect(0, 0, width, height);
  const numbers = views.show_gradients ? state.gradients : state.weights;
  const most = Math.max(...numbers.flat(2).filter((x) => x !== null).map(Math.abs), 1e-12);
  lines = [];
  numbers.forEach((rows, l) => rows?.forEach((row, k) => row.slice(0, -1).forEach((value, j) => {
    const from = boxes[l][j], to = boxes[l + 1][k];
    const line = {layer: l, row: k, column: j, x1: from.right, y1: from.y, x2: to.left, y2: to.y};
    lines.push(line);
    const share = value === null ? 1 : Math.abs(value) / most;
    const strength = views.show_gradients ? share : Math.min(1, Math.abs(value ?? 9) / 2);
    const middle = (line.x1 + line.x2) / 2;
    ink.beginPath();
    ink.moveTo(line.x1, line.y1);
    ink.bezierCurveTo(middle, line.y1, middle, line.y2, line.x2, line.y2);
    ink.lineWidth = 0.4 + 5 * strength;
    ink.globalAlpha = 0.25 + 0.65 * Math.max(share, strength);
    ink.strokeStyle = css(ramp(value === null || value > 0 ? 1 : -1));
    ink.stroke();
  })));
  ink.globalAlpha = 1;
}

// The line under the pointer: a curve's height at a place comes from the same cubic that is drawn.
export function lineAt(event) {
  const frame = columns.getBoundingClientRect(), x = event.clientX - frame.left, y = event.clientY - frame.top;
  let best = null, least = 6;
  for (const line of lines) {
    if (x < line.x1 || x > line.x2) continue;
    let low = 0, high = 1;
    const middle = (line.x1 + line.x2) / 2;
    const across = (t) => (1 - t) ** 3 * line.x1 + 3 * (1 - t) * t * middle + t ** 3 * line.x2;
    for (let i = 0; i < 12; i++) if (across((low + high) / 2) < x) low = (low + high) / 2; else high = (low + high) / 2;
    const at = line.y1 + (line.y2 - line.y1) * (3 * low ** 2 - 2 * low ** 3), far = Math.abs(at - y);
    if (far < least) [best, least] = [line, far];
  }
  return best;
}

export function showTip(event, sentence) {
  tip.hidden = !sentence;
  if (!sentence) return;
  tip.textContent = sentence;
  const room = innerWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(8, Math.min(event.clientX + 12, room))}px`;
  tip.style.top = `${event.clientY + 16}px`;
}
