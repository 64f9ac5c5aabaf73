// The form: what stands in it as an experiment, and what the engine refuses of it, beside the field that it is about.
import {SETTINGS} from "./settings.js";
import {title} from "./colours.js";

const form = document.getElementById("experiment"), fields = form.elements;
const PLAIN = ["task", "data", "points", "test", "noise", "activation", "optimizer", "lr", "batch", "regularization", "rate", "seed"];
const LABELS = {csv: "a CSV of my own", beta1: "β₁", beta2: "β₂", weight_decay: "Weight decay", lr_decay: "Rate decay",
  momentum: "Momentum", alpha: "α"};
// What is not a field of the form: the network draws these.
export const shape = {layers: [], features: []};

export function prepare() {
  fill(fields.task, Object.keys(SETTINGS.tasks));
  for (const name of ["activation", "optimizer", "regularization"]) {
    fill(fields[name], name === "regularization" ? SETTINGS.regularizations : Object.keys(SETTINGS[`${name}s`]));
  }
  SETTINGS.presets.forEach((preset, i) => fields.preset.add(new Option(preset.name, i)));
}

function fill(select, words) {
  select.replaceChildren(...words.map((word) => new Option(LABELS[word] || word, word)));
}

// A number as it was typed, or what was typed if it is not a number: the engine says what is wrong with it.
function typed(field) {
  return field.type === "number" && Number.isFinite(field.valueAsNumber) ? field.valueAsNumber : field.value;
}

export function experiment() {
  const found = {...shape, settings: {}};
  for (const name of PLAIN) found[name] = typed(fields[name]);
  for (const field of document.querySelectorAll("#settings input")) found.settings[field.name.slice(9)] = typed(field);
  return found;
}

function fillIn(field, value) {
  field.value = Number.isNaN(value) ? "" : value;
}

// Fills the form; what is left out becomes as it is by default.
export function show(given) {
  const all = {...SETTINGS.default, ...given};
  shape.layers = [...all.layers];
  shape.features = [...all.features];
  fields.task.value = all.task in SETTINGS.tasks ? all.task : SETTINGS.default.task;
  arrange();
  for (const name of PLAIN) fillIn(fields[name], all[name]);
  arrange();
  for (const [name, value] of Object.entries(given.settings || {})) {
    const field = fields[`settings.${name}`];
    if (field) fillIn(field, value);
  }
}

// Shows the fields that belong to the task, the data and the optimizer that are chosen.
export function arrange() {
  const choices = SETTINGS.tasks[fields.task.value], data = fields.data.value;
  if ([...fields.data.options].map((option) => option.value).join() !== choices.join()) fill(fields.data, choices);
  if (choices.includes(data)) fields.data.value = data;
  const own = fields.data.value === "csv";
  for (const part of form.querySelectorAll(".own")) part.hidden = !own;
  for (const part of form.querySelectorAll(".made")) part.hidden = own;
  const place = document.getElementById("settings"), settings = SETTINGS.optimizers[fields.optimizer.value] || {};
  if (place.dataset.of === fields.optimizer.value) return;
  place.dataset.of = fields.optimizer.value;
  place.replaceChildren(...Object.entries(settings).map(([name, value]) => {
    const label = document.createElement("label"), field = document.createElement("input");
    Object.assign(field, {name: `settings.${name}`, type: "number", min: 0, max: 1, step: "any", value});
    label.append(`${LABELS[name]} `, field);
    return label;
  }));
}

export const dataName = (name) => LABELS[name] || title(name);

// ---------------------------------------------------------------- what is refused

const about = (field) => (field === "layers" || field === "features" || field === "weight" ? null
  : form.elements[field] || document.querySelector(`#choice [name="${CSS.escape(field)}"]`));

// Says it beside the field, or above everything where it is about none that is shown.
export function refuse(field, sentence) {
  const input = field && about(field);
  if (!input) return say("trouble", sentence, field);
  forgive(field);
  const note = document.createElement("span");
  note.className = "wrong";
  note.id = `wrong-${field}`;
  note.setAttribute("role", "alert");
  note.textContent = sentence;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", note.id);
  input.closest("label").append(note);
}

export function forgive(field) {
  document.getElementById(`wrong-${field}`)?.remove();
  const input = about(field);
  input?.removeAttribute("aria-invalid");
  input?.removeAttribute("aria-describedby");
}

// What was said of any setting; that of the example and of a weight stays until they are mended.
export function forgiveAll() {
  for (const note of form.querySelectorAll(".wrong")) forgive(note.id.slice(6));
  say("trouble", "");
}

export function say(place, sentence, field = "") {
  const element = document.getElementById(place);
  if (element.textContent !== sentence) element.textContent = sentence;
  element.dataset.field = field;
}
