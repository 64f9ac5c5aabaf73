// The address of the page holds every setting that is not as it is by default, so that a link shows the same experiment.
import {PARTS} from "./parts.js";
import {SETTINGS} from "./settings.js";

export const VIEWS = {show_test: false, discrete: false, show_gradients: false};

// What the address says: the settings by name, the views, and the parts of the page that it leaves out.
export function readAddress() {
  const words = new URLSearchParams(location.hash.slice(1)), experiment = {}, views = {...VIEWS, without: []}, settings = {};
  for (const [name, text] of words) {
    if (name === "without") views.without = text.split(",").filter((part) => part in PARTS);
    else if (name in VIEWS) views[name] = text === "1";
    else if (name.startsWith("settings.")) settings[name.slice(9)] = Number(text);
    else if (["layers", "features"].includes(name)) experiment[name] = list(name, text);
    else if (name in SETTINGS.default && name !== "csv") experiment[name] = value(name, text);
  }
  return {experiment: {...experiment, ...(Object.keys(settings).length ? {settings} : {})}, views};
}

// What can be drawn: with other neurons or features there would be nothing on which to mend them.
function list(name, text) {
  const words = text ? text.split(",") : [], numbers = words.map(Number);
  if (name === "features") return words.filter((word) => SETTINGS.features.includes(word));
  return numbers.filter((n) => Number.isInteger(n) && n >= 1 && n <= SETTINGS.most_neurons).slice(0, SETTINGS.most_layers);
}

const value = (name, text) => (typeof SETTINGS.default[name] === "number" ? Number(text) : text);

export function addressOf(experiment, views) {
  const words = [];
  for (const [name, standard] of Object.entries(SETTINGS.default)) {
    const now = experiment[name];
    if (name === "settings") {
      const usual = SETTINGS.optimizers[experiment.optimizer] || {};
      for (const [setting, x] of Object.entries(now)) if (x !== usual[setting]) words.push([`settings.${setting}`, x]);
    } else if (now !== undefined && String(now) !== String(standard)) words.push([name, now]);
  }
  for (const [name, standard] of Object.entries(VIEWS)) if (views[name] !== standard) words.push([name, views[name] ? 1 : 0]);
  if (views.without.length) words.push(["without", views.without]);
  return words.length ? `#${words.map(([name, x]) => `${name}=${encodeURIComponent(x).replaceAll("%2C", ",")}`).join("&")}` : "#";
}

const REST = 100;  // milliseconds from one change of the address to the next: browsers refuse more than 20 a second
let wanted = "", known = location.hash, last = 0, timer = 0;

export function writeAddress(experiment, views) {
  wanted = addressOf(experiment, views);
  if (!timer) timer = setTimeout(write, Math.max(0, last + REST - performance.now()));
}

function write() {
  [timer, last] = [0, performance.now()];
  if (location.hash !== known) return;  // somebody has followed a link, of which the page has yet to hear
  history.replaceState(null, "", wanted);
  known = location.hash;
}

// What was to be written is of before.
addEventListener("hashchange", () => {
  known = location.hash;
  clearTimeout(timer);
  timer = 0;
});
