// Colours and numbers as all parts of the page show them; the colours are those of colours.css, in light and in dark.
let known = {};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { known = {}; });

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// A colour as [red, green, blue].
export function channels(name) {
  return known[name] ??= [1, 3, 5].map((i) => parseInt(colour(name).slice(i, i + 2), 16));
}

export const mix = (from, to, share) => from.map((x, i) => x + (to[i] - x) * share);

// From blue at -1 over paper at 0 to orange at 1.
export const ramp = (x) => mix(channels("paper"), channels(x < 0 ? "c0" : "c1"), Math.min(1, Math.abs(x)));

export const css = (rgb) => `rgb(${rgb.map(Math.round).join(",")})`;

export const number = (x) => (!Number.isFinite(x) ? "too large"
  : (x === 0 || Math.abs(x) >= 1e-3 && Math.abs(x) < 1e6 ? String(+x.toPrecision(3)) : x.toExponential(1)).replaceAll("-", "−"));

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
// x1*x2 as x₁x₂, x1^2 as x₁².
export const title = (name) => name.replace(/x(\d+)/g, (_, d) => `x${[...d].map((k) => SUBSCRIPTS[k]).join("")}`)
  .replace("^2", "²").replace("*", "").replace("sin ", "sin π");

export function bytes(text) {
  const raw = atob(text), found = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) found[i] = raw.charCodeAt(i);
  return found;
}

// The pen of a canvas as large as it is shown, in whose units it is drawn.
export function pen(canvas) {
  const scale = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const ink = canvas.getContext("2d");
  ink.setTransform(scale, 0, 0, scale, 0, 0);
  ink.clearRect(0, 0, width, height);
  return [ink, width, height];
}
