// The page: it asks the engine for what is wanted and shows what comes of it; all numbers are the engine's.
import {addressOf, readAddress, VIEWS, writeAddress} from "./address.js";
import {drawLines} from "./charts.js";
import {number} from "./colours.js";
import {arrange, experiment, forgive, forgiveAll, prepare, refuse, say, shape, show} from "./controls.js";
import {drawLayers, redrawLandscape, showCheck, showLandscape, showProgram} from "./deeper.js";
import {drawNeuron, focusWeight, forgiveWeight, refuseWeight} from "./details.js";
import {connect, inBrowser} from "./engine.js";
import {showPage} from "./frames.js";
import {drawNetwork, lineAt, outputName, inputNames, showTip} from "./network.js";
import {leaveOut, offerParts} from "./parts.js";
import {drawLegend, drawPlane, nearest, placeOf, saidAt} from "./plane.js";
import {SETTINGS} from "./settings.js";

const MOST_BYTES = 1e6, MOST_MOMENTS = 600;
const find = (id) => document.getElementById(id);
const form = find("experiment"), fields = form.elements, choice = find("choice").elements;
const still = matchMedia("(prefers-reduced-motion: reduce)"), dark = matchMedia("(prefers-color-scheme: dark)");
const views = {...VIEWS, without: []};
let ready = false, running = false;  // running: what is wanted, which a click decides before the engine has answered
let data = null, state = null, moments = [], chosen = null, pointed = null, here = null;
let drawn = 0, said = 0, timer = 0, asked = 0, csv = "", reading = Promise.resolve();

// ---------------------------------------------------------------- what is wanted

// Asks for something to be done with the experiment of the form; the last such answer decides what is said of the form.
async function ask(what, rest = {}) {
  await reading;
  return put(what, rest);
}

async function put(what, rest = {}) {
  if (!ready) return false;
  const number = ++asked;
  const answer = await engine.ask(what, {experiment: experiment(), ...rest});
  if (number === asked && answer.tell !== "lost") {
    forgiveAll();
    if (answer.tell === "refused") refuse(answer.field, answer.sentence);
    else {
      say("trouble", state?.trouble || "");
      if ("example" in rest) forgive("example");
    }
  }
  settle(answer);
  return answer.tell === "done";
}

// What needs nothing of the form.
async function tell(what, rest = {}) {
  await reading;
  if (!ready) return {tell: "lost"};
  const answer = await engine.ask(what, rest);
  settle(answer);
  return answer;
}

// Once nothing waits any more it is the engine that knows whether it runs.
function settle(answer) {
  if (engine.waiting === 0) setRunning(Boolean(answer.running));
}

function setRunning(now) {
  running = now;
  find("train").textContent = running ? "Stop" : "Train";
}

let changing = false, again = false;
// A field has changed. While one change is on its way the next waits, and the last of many is what is asked for.
async function change() {
  writeAddress(experiment(), views);
  if (changing) {
    again = true;
    return;
  }
  changing = true;
  await ask("change");
  changing = false;
  if (again) {
    again = false;
    change();
  }
}

function begin(given) {
  if (given) show(given);
  writeAddress(experiment(), views);
  setRunning(false);
  return ask("begin");
}

function train(now) {
  setRunning(now);
  return now ? ask("train") : tell("stop");
}

// What is asked for meanwhile waits until the file is read and taken up.
function read(file) {
  reading = (async () => {
    csv = file && file.size <= MOST_BYTES ? await file.text() : "";
    if (ready) await engine.ask("table", {text: csv});
    if (file && !csv) refuse("file", file.size ? "The file is larger than a million bytes." : "The file is empty.");
    else await put("begin");
  })();
}

const act = {
  change(shapes) {
    Object.assign(shape, shapes);
    chosen = null;
    change();
  },
  choose(layer, row) {
    if (layer < 0) return;
    chosen = chosen && chosen[0] === layer && chosen[1] === row ? null : [layer, row];
    draw();
    if (chosen) find("neuron").scrollIntoView({block: "nearest", behavior: still.matches ? "auto" : "smooth"});
  },
  point(neuron) {
    pointed = neuron;
    look();
  },
};

async function edit(layer, row, column, value) {
  const answer = await tell("weight", {layer, row, column, value});
  if (answer.tell === "refused") refuseWeight(column, answer.sentence);
  else forgiveWeight(column);
}

function close() {
  const [layer, row] = chosen;
  chosen = null;
  draw();
  document.querySelector(`[data-key="n${layer + 1}.${row}"]`)?.focus();
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", ({target}) => target.name && forgive(target.name));
form.addEventListener("change", ({target}) => {
  const {name} = target;
  if (name in VIEWS) {
    views[name] = target.checked;
    writeAddress(experiment(), views);
    look();
  } else if (name === "file") read(target.files[0]);
  else if (name === "preset") preset();
  else if (name) {
    if (["task", "data", "optimizer"].includes(name)) arrange();
    change();
  }
});
fields.file.addEventListener("click", () => { fields.file.value = ""; });  // so that the same file, changed, can be chosen again
find("train").addEventListener("click", () => train(!running));
find("step").addEventListener("click", () => {
  setRunning(false);
  ask("step");
});
find("rewind").addEventListener("click", () => begin());
find("reseed").addEventListener("click", () => {
  fields.seed.value = (Number(fields.seed.value) + 1) % 1e9 || 0;
  begin();
});
find("add_layer").addEventListener("click", () => {
  if (shape.layers.length < SETTINGS.most_layers) act.change({layers: [...shape.layers, shape.layers.at(-1) || 4]});
});
find("remove_layer").addEventListener("click", () => {
  if (shape.layers.length) act.change({layers: shape.layers.slice(0, -1)});
});

function preset() {
  const lesson = SETTINGS.presets[fields.preset.value], place = find("preset");
  place.hidden = !lesson;
  if (!lesson) return;
  const [goal, why] = [document.createElement("p"), document.createElement("p")];
  goal.append(strong("To see: "), lesson.goal);
  why.append(strong("Why: "), lesson.why);
  place.replaceChildren(goal, why);
  begin(lesson.experiment);
}

function strong(words) {
  const element = document.createElement("strong");
  element.textContent = words;
  return element;
}

// ---------------------------------------------------------------- looking deeper

find("choice").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = choice.example;
  ask("explain", {example: Number.isFinite(field.valueAsNumber) ? field.valueAsNumber : field.value});
});
choice.example.addEventListener("input", () => {
  forgive("example");
  look();
});
for (const [button, what] of [["check", "check"], ["survey", "landscape"], ["write", "program"]]) {
  find(button).addEventListener("click", () => ask(what));
}

// ---------------------------------------------------------------- what happens

const reactions = {
  ready() {
    ready = true;
    say("state", "");
    const wanted = running;
    if (csv) engine.ask("table", {text: csv});
    begin().then(() => wanted && train(true));
  },
  loading({sentence}) {
    say("state", sentence);
  },
  lost({sentence}) {
    ready = false;
    setRunning(false);
    say("state", "");
    say("trouble", sentence);
  },
  data(examples) {
    data = examples;
    state = null;  // what was seen was of the examples before
    choice.example.max = data.points.length - 1;
    drawLegend(data);
  },
  state(now) {
    state = now;
    for (const moment of now.moments) {
      while (moments.length && moments.at(-1)[0] >= moment[0]) moments.pop();
      moments.push(moment);
    }
    while (moments.length > MOST_MOMENTS) moments = moments.filter((_, i) => i % 2 === 0 || i === moments.length - 1);
    if (engine.waiting === 0) setRunning(now.running);
    if (now.trouble) {
      setRunning(false);
      say("trouble", now.trouble);
    }
    look();
  },
  explanation: ({page}) => showPage(find("explanation"), page, true),
  check: (told) => showCheck(told, data, state),
  landscape: showLandscape,
  program: showProgram,
};

// As often as the screen shows it; where motion shall be little, once a second.
function look() {
  const rest = still.matches && state?.running ? drawn + 1000 - performance.now() : 0;
  if (!timer) timer = setTimeout(() => requestAnimationFrame(draw), Math.max(0, rest));
}

function draw() {
  clearTimeout(timer);
  timer = 0;
  drawn = performance.now();
  if (!data || !state) return;
  if (pointed && !state.maps[pointed[0]]?.[pointed[1]]) pointed = null;  // it is gone, and the pointer has not moved
  const right = (share) => (share === null ? "–" : data.classes.length ? `${(100 * share).toFixed(1)} %` : number(share));
  const measure = data.classes.length ? "Right" : "R²";
  const words = {epoch: state.epoch, loss: number(state.train), test_loss: state.test === null ? "–" : number(state.test),
    accuracy: right(state.accuracy), test_accuracy: right(state.test_accuracy),
    accuracy_of: measure, test_accuracy_of: `${measure} in the test`, speed: speed(), notice: state.notice};
  for (const [id, text] of Object.entries(words)) find(id).textContent = text;
  drawPlane(data, state, views, choice.example.value, pointed);
  drawLines(find("curve"), [
    {points: moments.map(([epoch, loss]) => [epoch, loss]), paint: "c0", dash: []},
    {points: moments.map(([epoch, , loss]) => [epoch, loss]), paint: "c1", dash: [6, 4]},
  ]);
  drawNetwork(data, state, views, act, chosen);
  drawNeuron(data, state, chosen, edit, close);
  drawLayers("activations", 3, moments);
  drawLayers("gradients", 4, moments);
  find("here").textContent = here ? saidAt(here, data, state) : pointed ? saidOf(pointed) : "";
  aloud();
}

function saidOf([layer, k]) {
  const size = number(state.sizes[layer][k]);
  if (layer === 0) return `${inputNames(data, state, 0)[k]}, up to ${size}.`;
  const name = outputName(data, layer - 1, k, state.weights.length);
  return `${name[0].toUpperCase()}${name.slice(1)}: bias ${number(state.weights[layer - 1][k].at(-1))}, outputs up to ±${size}.`;
}

function speed() {
  if (state.speed === null) return "";
  const share = state.looking < 0.005 ? "" : `, ${Math.round(100 * state.looking)} % of the time for the pictures`;
  return `${number(state.speed)} epochs a second${share}. ${state.slow}`;
}

// Not each of ten numbers a second is said aloud.
function aloud() {
  if (state.running && drawn - said < 5000) return;
  said = drawn;
  const test = state.test === null ? "" : `, in the test ${number(state.test)}`;
  const sentence = `Epoch ${state.epoch}: loss ${number(state.train)}${test}.`;
  find("said").textContent = sentence;
  find("plane").setAttribute("aria-label", `The plane as the network sees it. ${data.points.length} examples. ${sentence}`);
  find("curve").setAttribute("aria-label", `The loss over the epochs, from ${number(moments[0][1])} to ${number(state.train)}${test}.`);
  for (const [id, part] of [["activations", 3], ["gradients", 4]]) {
    find(id).setAttribute("aria-label", `The ${id} layer by layer: ${moments.at(-1)[part].map(number).join(", ")}.`);
  }
}

// ---------------------------------------------------------------- the pointer

find("plane").addEventListener("click", (event) => {
  if (!data) return;
  choice.example.value = nearest(placeOf(event, data), data);
  forgive("example");
  look();
});
find("plane").addEventListener("pointermove", (event) => {
  if (!data || !state) return;
  here = placeOf(event, data);
  find("here").textContent = saidAt(here, data, state);
});
find("plane").addEventListener("pointerleave", () => {
  here = null;
  find("here").textContent = "";
});
find("network").addEventListener("pointermove", (event) => {
  const line = state && !event.target.closest("button") ? lineAt(event) : null;
  find("network").style.cursor = line ? "pointer" : "";
  if (!line) return showTip(event, "");
  const {layer, row, column} = line, gradient = state.gradients[layer]?.[row][column];
  showTip(event, `${inputNames(data, state, layer)[column]} → ${outputName(data, layer, row, state.weights.length)}: weight `
    + `${number(state.weights[layer][row][column])}${state.gradients[layer] ? `, gradient ${number(gradient)}` : ""}. Click to set it.`);
});
find("network").addEventListener("pointerleave", (event) => showTip(event, ""));
find("network").addEventListener("click", (event) => {
  const line = state && !event.target.closest("button") ? lineAt(event) : null;
  if (!line) return;
  chosen = [line.layer, line.row];
  draw();
  focusWeight(line.column);
});

// ---------------------------------------------------------------- the page itself

function follow() {
  const {experiment: given, views: seen} = readAddress();
  show(given);
  for (const name of Object.keys(VIEWS)) fields[name].checked = views[name] = seen[name];
  views.without = seen.without;
  leaveOut(views.without);
}

prepare();
follow();
offerParts(find("parts"), find("lesson_link"), (without) => addressOf(experiment(), {...views, without}));
find("where").textContent = inBrowser ? "Every number here is computed by the library backprop, by Python in this browser."
  : "Every number here is computed by the library backprop, in Python, on this machine.";
const engine = connect("engine", (answer) => reactions[answer.tell]?.(answer));

addEventListener("hashchange", () => {
  if (location.hash === addressOf(experiment(), views) || location.hash === "#about") return;
  follow();
  if (ready) begin();
});
// A page that is left ends its session, and one that comes back needs another.
addEventListener("pagehide", () => engine.close());
addEventListener("pageshow", (event) => event.persisted && location.reload());
new ResizeObserver(look).observe(find("plane"));
new ResizeObserver(look).observe(find("columns"));
dark.addEventListener("change", () => {
  if (!data) return;
  drawLegend(data);
  redrawLandscape();
  look();
});
