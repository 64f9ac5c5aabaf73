// The plane: what the network says of every place of it, and the examples.
import {bytes, channels, colour, css, mix, number, pen, ramp, title} from "./colours.js";

const MARKS = ["M-1 0a1 1 0 1 1 2 0a1 1 0 1 1-2 0z", "M-.9-.9h1.8v1.8h-1.8z", "M0-1.2l1.2 2h-2.4z", "M0-1.3l1.3 1.3l-1.3 1.3l-1.3-1.3z"];
const canvas = document.getElementById("plane");

// Between the middles of the cells the numbers are interpolated: a coarse grid still gives a smooth boundary.
function smooth(map, size, x, y) {
  const column = Math.min(Math.max(x * size - 0.5, 0), size - 1), row = Math.min(Math.max(y * size - 0.5, 0), size - 1);
  const left = Math.min(Math.floor(column), size - 2), above = Math.min(Math.floor(row), size - 2);
  const across = column - left, down = row - above, at = above * size + left;
  return (map[at] * (1 - across) + map[at + 1] * across) * (1 - down)
    + (map[at + size] * (1 - across) + map[at + size + 1] * across) * down;
}

// A square of colours as an image of side × side pixels.
function image(side, colourAt) {
  const picture = new ImageData(side, side), all = picture.data;
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++, i += 4) {
      const [r, g, b] = colourAt((column + 0.5) / side, (row + 0.5) / side);
      all[i] = r; all[i + 1] = g; all[i + 2] = b; all[i + 3] = 255;
    }
  }
  return picture;
}

// One number for every place, from -1 to 1, blue to orange.
function numbersImage(side, map, size, discrete) {
  const shades = [...Array(511)].map((_, i) => mix(channels("paper"), ramp(i / 255 - 1), 0.9));
  return image(side, (x, y) => {
    const value = smooth(map, size, x, y) / 127.5 - 1;
    return shades[Math.round(255 * (1 + (discrete ? Math.sign(value) * 0.8 : value)))];
  });
}

function classesImage(side, maps, size, discrete) {
  const paper = channels("paper"), least = 1 / maps.length;
  const shades = maps.map((_, kind) => [...Array(256)].map((_, i) => mix(paper, channels(`c${kind}`), 0.08 + 0.42 * i / 255)));
  return image(side, (x, y) => {
    let best = 0, most = -1;
    maps.forEach((map, kind) => {
      const value = smooth(map, size, x, y);
      if (value > most) [best, most] = [kind, value];
    });
    const certain = Math.max(0, (most / 255 - least) / (1 - least));
    return shades[best][discrete ? 180 : Math.round(255 * certain)];
  });
}

const scratch = document.createElement("canvas");

function put(ink, picture, width) {
  [scratch.width, scratch.height] = [picture.width, picture.height];
  scratch.getContext("2d").putImageData(picture, 0, 0);
  ink.drawImage(scratch, 0, 0, width, width);
}

export function mark(ink, kind, x, y, size, fill, hollow = false) {
  ink.save();
  ink.translate(x, y);
  ink.scale(size, size);
  const way = new Path2D(MARKS[kind % MARKS.length]);
  ink.fillStyle = hollow ? colour("paper") : fill;
  ink.fill(way);
  ink.strokeStyle = hollow ? fill : colour("paper");
  ink.lineWidth = (hollow ? 2 : 1) / size;
  ink.stroke(way);
  ink.restore();
}

// `neuron` is null, or the [layer, number] of a neuron whose map is shown in place of the network's answer.
export function drawPlane(data, state, views, chosen, neuron) {
  const [ink, width] = pen(canvas), {size, maps} = state.plane, at = (x) => (1 + x / data.half) * width / 2;
  const side = Math.min(Math.round(width * (devicePixelRatio || 1)), state.running ? 200 : 420);
  if (neuron) put(ink, numbersImage(side, bytes(state.maps[neuron[0]][neuron[1]]), 16, false), width);
  else if (data.classes.length) put(ink, classesImage(side, maps.map(bytes), size, views.discrete), width);
  else put(ink, numbersImage(side, bytes(maps[0]), size, views.discrete), width);
  const dot = data.points.length > 500 ? 3 : 4.5, regression = !data.classes.length;
  data.points.forEach(([x, y, target], i) => {
    const test = i >= data.train;
    if (test && !views.show_test) return;
    const fill = regression ? css(ramp(target * 1.2)) : colour(`c${target}`);
    if (regression) ring(ink, at(x), at(-y), dot, fill, test);
    else mark(ink, target, at(x), at(-y), dot, fill, test);
  });
  const example = data.points[chosen];
  if (!example) return;
  ink.strokeStyle = colour("ink");
  ink.lineWidth = 2;
  ink.beginPath();
  ink.arc(at(example[0]), at(-example[1]), dot + 5, 0, 2 * Math.PI);
  ink.stroke();
}

function ring(ink, x, y, size, fill, test) {
  ink.beginPath();
  ink.arc(x, y, size, 0, 2 * Math.PI);
  ink.fillStyle = fill;
  ink.fill();
  ink.strokeStyle = colour(test ? "soft" : "ink");
  ink.lineWidth = test ? 2.5 : 0.8;
  ink.stroke();
}

export function drawLegend(data) {
  const place = document.getElementById("legend");
  place.replaceChildren(...data.classes.map((name, kind) => {
    const entry = document.createElement("span"), sign = document.createElement("canvas");
    [sign.width, sign.height] = [32, 32];
    mark(sign.getContext("2d"), kind, 16, 16, 10, colour(`c${kind}`));
    entry.append(sign, `class ${name}`);
    return entry;
  }), `${title(data.names[0])} to the right, ${title(data.names[1])} upwards. Hollow: held out for the test. The ring is the example below.`);
}

// The place of the pointer in the data's coordinates.
export function placeOf(event, data) {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top].map((at, i) => (i ? -1 : 1) * (2 * at / box.width - 1) * data.half);
}

// What the network says at a place, in words.
export function saidAt([x, y], data, state) {
  const place = [(1 + x / data.half) / 2, (1 - y / data.half) / 2], {size, maps} = state.plane;
  const values = maps.map((map) => smooth(bytes(map), size, ...place));
  const answer = data.classes.length
    ? data.classes.map((name, kind) => `${Math.round(values[kind] / 2.55)} % ${name}`).join(", ")
    : number(values[0] / 127.5 - 1);
  return `At (${number(x)}, ${number(y)}): ${answer}.`;
}

export function nearest([x, y], data) {
  const far = data.points.map(([px, py]) => (px - x) ** 2 + (py - y) ** 2);
  return far.indexOf(Math.min(...far));
}

// The map of a neuron in its own small canvas.
export function drawMap(small, text) {
  const map = bytes(text), side = 16;
  if (small.width !== side) [small.width, small.height] = [side, side];
  const picture = new ImageData(side, side), paper = channels("paper");
  for (let i = 0; i < side * side; i++) {
    const [r, g, b] = mix(paper, ramp(map[i] / 127.5 - 1), 0.95);
    picture.data.set([r, g, b, 255], 4 * i);
  }
  small.getContext("2d").putImageData(picture, 0, 0);
}
