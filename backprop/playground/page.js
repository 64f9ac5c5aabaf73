"use strict";
// The page tells the server what is wanted and draws what the stream of events says; it computes nothing itself.
(() => {
  const GRID = 32, LEVELS = 8, MOST_BYTES = 1e6, MOST_LOSSES = 600;
  const DIVERGING = [[0, 74, 117], [0, 114, 178], [140, 197, 227], [247, 247, 247], [242, 180, 130], [213, 94, 0], [138, 61, 0]];
  const MARKS = ["M-1 0a1 1 0 1 1 2 0a1 1 0 1 1-2 0z", "M-.9-.9h1.8v1.8h-1.8z", "M0-1.2l1.2 2h-2.4z", "M0-1.3l1.3 1.3l-1.3 1.3l-1.3-1.3z"];
  const find = (id) => document.getElementById(id);
  const form = find("experiment"), fields = form.elements, choice = find("choice"), train = find("train");
  const still = matchMedia("(prefers-reduced-motion: reduce)"), dark = matchMedia("(prefers-color-scheme: dark)");
  let session = "", data = null, state = null, csv = "", losses = [], drawn = 0, waiting = 0, said = 0, explained = 0;
  let asked = Promise.resolve(), accepted = false;  // accepted, or a promise of it: the experiment is the one of the form

  // ---------------------------------------------------------------- what is wanted

  // One request after the other: a field that is left by a click on a button comes before what the button does.
  function ask(method, what, body) {
    asked = asked.then(async () => {
      try {
        const answer = await fetch(`sessions/${session}/${what}`, {method, body});
        if (!answer.ok) complain(await answer.text());
        return answer.ok;
      } catch {
        complain("The playground does not answer; it may have ended.");
        return false;
      }
    });
    return asked;
  }

  function complain(sentence) {
    find("trouble").textContent = sentence;
  }

  // PUT begins untrained; PATCH goes on where only the way of learning is another.
  function send(method) {
    const own = fields.data.value === "csv";
    for (const part of form.querySelectorAll(".own")) part.hidden = !own;
    form.querySelector(".made").hidden = own;
    fields.points.disabled = own;
    accepted = false;
    if (!session || (own && !csv) || !form.reportValidity()) return accepted;
    complain("");
    accepted = ask(method, "experiment", JSON.stringify({
      data: fields.data.value,
      csv: own ? csv : "",
      points: own ? 200 : fields.points.valueAsNumber,
      layers: fields.layers.value.split(",").map((word) => word.trim()).filter(Boolean).map(Number),
      activation: fields.activation.value,
      optimizer: fields.optimizer.value,
      lr: fields.lr.valueAsNumber,
      seed: fields.seed.valueAsNumber,
    }));
    return accepted;
  }

  async function read(file) {
    csv = "";
    if (!file) return false;
    if (file.size > MOST_BYTES) complain("The file is larger than a million bytes.");
    else {
      csv = await file.text();
      if (csv) return send("PUT");
      complain("The file is empty.");
    }
    return false;
  }

  form.addEventListener("change", (event) => {
    if (event.target === fields.file) accepted = read(fields.file.files[0]);
    else send("PATCH");
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  find("restart").addEventListener("click", () => send("PUT"));
  train.addEventListener("click", async () => {
    if (train.textContent === "Stop") ask("DELETE", "training");
    else if (await accepted) {
      complain("");
      ask("PUT", "training");
    } else if (fields.data.value === "csv" && !fields.file.files.length) complain("Choose a file first.");
    else form.reportValidity();
  });
  choice.addEventListener("input", () => state && draw());
  choice.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!data) return;
    const frame = find("explanation");
    frame.hidden = false;
    frame.addEventListener("load", () => frame.focus(), {once: true});
    // Each is another page, though the address may be the same; and what was asked before comes first.
    asked.then(() => {
      frame.src = `sessions/${session}/explanation?example=${choice.elements.example.value}&number=${++explained}`;
    });
  });
  find("plane").addEventListener("click", (event) => {
    if (!data) return;
    const [x, y] = [event.offsetX, event.offsetY].map((at) => (2 * at / event.target.clientWidth - 1) * data.half);
    const far = data.points.map(([px, py]) => (px - x) ** 2 + (py + y) ** 2);
    choice.elements.example.value = far.indexOf(Math.min(...far));
    draw();
  });

  // ---------------------------------------------------------------- what happens

  const stream = new EventSource("events");
  const on = (event, react) => stream.addEventListener(event, ({data}) => react(JSON.parse(data)));
  on("session", (name) => {
    session = name;
    send("PUT");
  });
  on("data", (examples) => {
    [data, losses, state] = [examples, [], null];  // what was seen was of the examples before
    choice.elements.example.max = data.points.length - 1;
    legend();
  });
  on("state", (now) => {
    state = now;
    losses.push(...state.losses);
    while (losses.length > MOST_LOSSES) losses = losses.filter((_, i) => i % 2 === 0);
    train.disabled = false;
    train.textContent = state.running ? "Stop" : "Train";
    if (state.trouble) complain(state.trouble);
    look();
  });
  stream.addEventListener("error", () => {
    train.disabled = true;
    complain(stream.readyState === EventSource.CLOSED
      ? "The playground is not to be had: it has ended, or too many of its pages are open. Close one and load this one again."
      : "The playground does not answer; it may have ended.");
  });

  // As often as the screen shows it; where motion shall be little, once a second.
  function look() {
    const rest = still.matches && state.running ? drawn + 1000 - performance.now() : 0;
    if (!waiting) waiting = setTimeout(() => requestAnimationFrame(draw), Math.max(0, rest));
  }

  function draw() {
    clearTimeout(waiting);
    waiting = 0;
    drawn = performance.now();
    if (!data || !state) return;
    find("epoch").textContent = state.epoch;
    find("loss").textContent = number(state.loss);
    find("accuracy").textContent = `${(100 * state.accuracy).toFixed(1)} %`;
    drawPlane();
    drawCurve();
    drawLayers();
    say();
  }

  // Not each of ten numbers a second is said aloud.
  function say() {
    if (state.running && drawn - said < 5000) return;
    said = drawn;
    const sentence = `Epoch ${state.epoch}: loss ${number(state.loss)}, ${(100 * state.accuracy).toFixed(1)} % right.`;
    find("said").textContent = sentence;
    find("plane").setAttribute("aria-label", `The plane as the network sees it. ${data.points.length} examples. ${sentence}`);
    find("curve").setAttribute("aria-label", `The loss over the epochs, from ${number(losses[0][1])} to ${number(state.loss)}.`);
  }

  // ---------------------------------------------------------------- drawings

  const number = (x) => (x === null ? "too large"
    : (x === 0 || Math.abs(x) >= 1e-3 && Math.abs(x) < 1e6 ? x.toPrecision(3) : x.toExponential(1)).replaceAll("-", "−"));
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const palette = () => [0, 1, 2, 3, 4].map((i) => colour(`c${i}`));

  // The pen of a canvas as large as it is shown, in whose units it is drawn.
  function pen(canvas) {
    const scale = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    return [pen, width, height];
  }

  function mark(pen, kind, x, y, size, fill) {
    pen.save();
    pen.translate(x, y);
    pen.scale(size, size);
    const way = new Path2D(MARKS[kind % MARKS.length]);
    pen.fillStyle = fill;
    pen.fill(way);
    pen.strokeStyle = colour("paper");
    pen.lineWidth = 1 / size;
    pen.stroke(way);
    pen.restore();
  }

  function drawPlane() {
    const [ink, width] = pen(find("plane")), colours = palette(), cell = width / GRID;
    const size = data.points.length > 500 ? 3 : 4.5, at = (x) => (1 + x / data.half) * width / 2;
    state.plane.forEach((code, i) => {
      ink.fillStyle = colours[Math.floor(code / LEVELS)];
      ink.globalAlpha = 0.06 + 0.3 * (code % LEVELS) / (LEVELS - 1);
      const x = Math.floor((i % GRID) * cell), y = Math.floor(Math.floor(i / GRID) * cell);
      ink.fillRect(x, y, Math.floor((i % GRID + 1) * cell) - x, Math.floor((Math.floor(i / GRID) + 1) * cell) - y);
    });
    ink.globalAlpha = 1;
    for (const [x, y, kind] of data.points) mark(ink, kind, at(x), at(-y), size, colours[kind]);
    const chosen = data.points[choice.elements.example.value];
    if (!chosen) return;
    ink.strokeStyle = colour("ink");
    ink.lineWidth = 2;
    ink.beginPath();
    ink.arc(at(chosen[0]), at(-chosen[1]), size + 5, 0, 2 * Math.PI);
    ink.stroke();
  }

  function legend() {
    const place = find("legend"), colours = palette();
    place.replaceChildren(...data.classes.map((name, kind) => {
      const entry = document.createElement("span"), sign = document.createElement("canvas");
      [sign.width, sign.height] = [32, 32];
      mark(sign.getContext("2d"), kind, 16, 16, 10, colours[kind]);
      entry.append(sign, `class ${name}`);
      return entry;
    }), `${data.features[0]} to the right, ${data.features[1]} upwards; the ring is the example below`);
  }

  function drawCurve() {
    const [ink, width, height] = pen(find("curve")), left = 46, foot = height - 8;
    const known = losses.filter(([, loss]) => loss !== null), most = Math.max(...known.map(([, loss]) => loss), 1e-9);
    const last = Math.max(state.epoch, 1);
    ink.font = "12px Helvetica, Arial, sans-serif";
    ink.textAlign = "right";
    ink.lineWidth = 1;
    for (const [value, y] of [[most, 12], [0, foot]]) {
      ink.strokeStyle = colour("grid");
      ink.fillStyle = colour("soft");
      ink.beginPath();
      ink.moveTo(left, y);
      ink.lineTo(width - 8, y);
      ink.stroke();
      ink.fillText(value ? number(value) : "0", left - 6, y + 4);
    }
    ink.strokeStyle = colour("c0");
    ink.lineWidth = 2;
    ink.beginPath();
    for (const [epoch, loss] of known) ink.lineTo(left + (width - 8 - left) * epoch / last, foot - (foot - 12) * loss / most);
    ink.stroke();
  }

  function drawLayers() {
    const place = find("layers");
    if (place.children.length !== state.layers.length) place.replaceChildren(...state.layers.map(layer));
    state.layers.forEach(({weights, gradients}, i) => {
      const [own, slope] = place.children[i].querySelectorAll("figure");
      map(own, weights, "Weights");
      map(slope, gradients || weights.map((row) => row.map(() => null)), "Gradients");
      const rows = weights.length, columns = weights[0].length;
      const title = i === state.layers.length - 1 ? "Output" : `Hidden layer ${i + 1}`;
      place.children[i].firstChild.textContent = `${title}: ${columns - 1} → ${rows}`;
    });
  }

  function layer() {
    const box = document.createElement("div"), title = document.createElement("h3");
    box.className = "layer";
    box.append(title, ...[0, 1].map(() => {
      const figure = document.createElement("figure"), canvas = document.createElement("canvas");
      canvas.setAttribute("role", "img");
      figure.append(canvas, document.createElement("figcaption"));
      return figure;
    }));
    return box;
  }

  function map(figure, rows, name) {
    const [canvas, caption] = figure.children, numbers = rows.flat().filter((x) => x !== null);
    const low = Math.min(...numbers), high = Math.max(...numbers), most = Math.max(-low, high) || 1;
    [canvas.width, canvas.height] = [rows[0].length, rows.length];
    const ink = canvas.getContext("2d"), image = ink.createImageData(canvas.width, canvas.height);
    rows.flat().forEach((x, i) => image.data.set([...ramp((1 + (x || 0) / most) / 2), 255], 4 * i));
    ink.putImageData(image, 0, 0);
    caption.textContent = numbers.length ? `${name} ${number(low)} to ${number(high)}` : `No ${name.toLowerCase()} yet`;
    canvas.setAttribute("aria-label", caption.textContent);
  }

  function ramp(share) {
    const place = Math.max(0, Math.min(1, share)) * (DIVERGING.length - 1), below = Math.min(Math.floor(place), DIVERGING.length - 2);
    return DIVERGING[below].map((low, i) => low + (DIVERGING[below + 1][i] - low) * (place - below));
  }

  // A page that is left ends its session, and one that comes back needs another.
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  new ResizeObserver(() => data && state && look()).observe(find("plane"));
  dark.addEventListener("change", () => {
    if (!data) return;
    legend();
    look();
  });
})();
