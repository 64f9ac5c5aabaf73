"use strict";
// One step is shown at a time; on the graph stands what is known by then, and the numbers go where they are used.
(() => {
  const steps = [...document.querySelectorAll(".step")];
  const layers = [...document.querySelectorAll("details")];
  const figures = [...document.querySelectorAll("figure")];
  const nav = document.querySelector("nav"), output = nav.querySelector("output");
  // Each graph is drawn with one line; here each edge has its own. Nodes and edges get the numbers of their steps.
  for (const figure of figures) {
    const shown = JSON.parse(figure.dataset.steps);
    for (const line of figure.querySelectorAll("[data-edges]")) {
      const curves = line.getAttribute("d").split(/(?=M)/);
      line.dataset.edges.split(",").forEach((edge, i) => {
        const own = line.cloneNode();
        own.setAttribute("d", curves[i]);
        own.ends = edge.split(" ").map((node) => shown[node]);
        line.before(own);
      });
      line.remove();
    }
    for (const node of figure.querySelectorAll("[data-node]")) {
      node.steps = shown[node.dataset.node];
      node.opens = JSON.parse(figure.dataset.opens)[node.dataset.node];
      [, node.value, node.gradient] = node.querySelectorAll("text");
      node.all = [node.value, node.gradient].map((text) => text && text.textContent);
      node.setAttribute("tabindex", 0);
      node.setAttribute("role", "button");
      if (node.opens !== null) node.setAttribute("aria-label", `Open ${node.querySelector("text").textContent}`);
      node.addEventListener("click", () => visit(node));
      node.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        visit(node);
      });
    }
    figure.querySelector("svg").setAttribute("role", "group");
  }
  const nodes = [...document.querySelectorAll("svg [data-node]")];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let now = -1, turn = 0, open = null;

  function show(to) {
    to = Math.max(0, Math.min(to, steps.length - 1));
    if (to === now) return;
    now = to;
    turn += 1;
    const step = steps[now];
    steps.forEach((other) => other.classList.toggle("now", other === step));
    layers.forEach((layer) => layer.classList.toggle("now", layer.contains(step)));
    layers.forEach((layer) => layer.open ||= layer.contains(step));
    nodes.forEach((node) => node.classList.toggle("here", String(node.steps[0]) === step.dataset.node));
    output.textContent = `${now + 1} of ${steps.length}`;
    for (const button of nav.querySelectorAll("button")) button.disabled = target(button.dataset.go) === now;
    history.replaceState(null, "", `#${now + 1}`);
    see(figures[step.dataset.figure]);
    look(Number(step.dataset.node || -1));
    know(steps.slice(0, now));
    move(JSON.parse(step.dataset.moves), () => know(steps.slice(0, now + 1)));
  }

  // The graph that is open.
  function see(figure) {
    open = figure;
    figures.forEach((other) => other.classList.toggle("now", other === figure));
  }

  // Open a layer, or go to the nearest step at a value.
  function visit(node) {
    if (node.opens !== null) {
      see(figures[node.opens]);
      open.focus();
      return;
    }
    const there = steps.map((step, i) => [Math.abs(i - now), i]).filter(([, i]) => steps[i].dataset.node === String(node.steps[0]));
    if (there.length) show(there.sort(([a], [b]) => a - b)[0][1]);
  }

  // At each node what the steps so far have shown there: its value, and below it its gradient.
  function know(past) {
    const notes = {};
    for (const step of past) {
      for (const [node, [value, gradient]] of Object.entries(JSON.parse(step.dataset.shows))) {
        const [before, grad] = notes[node] || ["", ""];
        notes[node] = [value ?? before, gradient ?? grad];
      }
    }
    for (const node of nodes) {
      const [value, gradient] = notes[node.steps[0]] || ["", ""];
      node.classList.toggle("known", value !== "");
      write(node, node.value, value);
      write(node, node.gradient, gradient);
    }
  }

  // The text, as narrow as the box.
  function write(node, text, words) {
    if (!text || text.textContent === words) return;
    const room = node.querySelector("rect").width.baseVal.value - 8;
    text.textContent = words;
    text.removeAttribute("textLength");
    if (text.getComputedTextLength() > room) {
      text.setAttribute("textLength", room);
      text.setAttribute("lengthAdjust", "spacingAndGlyphs");
    }
  }

  function target(go) {
    return Math.max(0, Math.min({first: 0, back: now - 1, on: now + 1, last: steps.length - 1}[go], steps.length - 1));
  }

  // The node in the middle of the figure, as far as that can be.
  function look(step) {
    const node = nodes.find((node) => node.steps[0] === step && open.contains(node));
    if (!node) return;
    const box = node.getBoundingClientRect(), frame = open.getBoundingClientRect();
    open.scrollBy({
      left: box.left + box.width / 2 - frame.left - frame.width / 2,
      top: box.top + box.height / 2 - frame.top - frame.height / 2,
      behavior: still.matches || turn === 1 ? "auto" : "smooth",
    });
  }

  // The numbers go along the edges, forward or backward; and then they have arrived.
  function move(moves, arrived) {
    document.querySelectorAll(".token").forEach((token) => token.remove());
    document.querySelectorAll(".way").forEach((edge) => edge.classList.remove("way"));
    const tokens = [];
    for (const [from, to, numbers] of moves) {
      for (const edge of open.querySelectorAll("path")) {
        if (!edge.ends) continue;
        const [upper, lower] = edge.ends, forward = upper.includes(from) && lower.includes(to);
        if (!forward && !(upper.includes(to) && lower.includes(from))) continue;
        const token = document.createElementNS(edge.namespaceURI, "text");
        token.setAttribute("class", "token");
        token.textContent = numbers;
        edge.classList.add("way");
        edge.parentNode.append(token);
        tokens.push({token, edge, backward: !forward});
      }
    }
    const begin = performance.now(), mine = turn, time = still.matches || !tokens.length ? 0 : 1200;
    (function frame(at) {
      if (mine !== turn) return;
      const gone = time ? Math.min(1, Math.max(0, (at - begin) / time)) : 1, way = gone * gone * (3 - 2 * gone);
      for (const {token, edge, backward} of tokens) {
        const point = edge.getPointAtLength(edge.getTotalLength() * (backward ? 1 - way : way));
        token.setAttribute("x", point.x);
        token.setAttribute("y", point.y + 4);
        if (gone === 1) token.remove();
      }
      if (gone === 1) arrived();
      else requestAnimationFrame(frame);
    })(begin);
  }

  const keys = {ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "last"};
  document.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(target(keys[event.key]));
  });
  nav.addEventListener("click", (event) => {
    if (event.target.dataset.go) show(target(event.target.dataset.go));
  });
  for (const button of document.querySelectorAll("figcaption button")) {
    button.addEventListener("click", () => see(figures[button.dataset.figure]));
  }
  addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1));

  // On paper the graphs have all values.
  addEventListener("beforeprint", () => {
    layers.forEach((layer) => layer.open = true);
    move([], () => nodes.forEach((node) => {
      write(node, node.value, node.all[0]);
      write(node, node.gradient, node.all[1]);
    }));
  });
  addEventListener("afterprint", () => know(steps.slice(0, now + 1)));

  nav.hidden = document.querySelector(".keys").hidden = false;
  document.body.classList.add("stepping");
  show((Number(location.hash.slice(1)) || 1) - 1);
})();
