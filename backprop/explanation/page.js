"use strict";
// One step is shown at a time; on the graph stands what is known by then, and the numbers go where they are used.
(() => {
  const steps = [...document.querySelectorAll(".step")];
  const figure = document.querySelector("figure"), svg = figure.querySelector("svg");
  const nav = document.querySelector("nav"), output = nav.querySelector("output");
  // The graph is drawn with one line; here each edge has its own.
  for (const line of svg.querySelectorAll("[data-edges]")) {
    const curves = line.getAttribute("d").split(/(?=M)/);
    line.dataset.edges.split(",").forEach((edge, i) => {
      const own = line.cloneNode();
      own.setAttribute("d", curves[i]);
      own.dataset.edge = edge;
      line.before(own);
    });
    line.remove();
  }
  const nodes = [...svg.querySelectorAll("[data-node]")];
  const values = nodes.map((node) => node.querySelectorAll("text")[1].textContent);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let now = -1, turn = 0;

  function show(to) {
    to = Math.max(0, Math.min(to, steps.length - 1));
    if (to === now) return;
    now = to;
    turn += 1;
    const step = steps[now];
    steps.forEach((other) => other.classList.toggle("now", other === step));
    nodes.forEach((node) => node.classList.toggle("here", node.dataset.node === step.dataset.node));
    output.textContent = `${now + 1} of ${steps.length}`;
    for (const button of nav.querySelectorAll("button")) button.disabled = target(button.dataset.go) === now;
    history.replaceState(null, "", `#${now + 1}`);
    look(step.dataset.node);
    know(steps.slice(0, now));
    move(JSON.parse(step.dataset.moves), () => know(steps.slice(0, now + 1)));
  }

  // At each node what the steps so far have shown there.
  function know(past) {
    const notes = Object.assign({}, ...past.map((step) => JSON.parse(step.dataset.shows)));
    for (const node of nodes) {
      const note = notes[node.dataset.node] || "";
      node.classList.toggle("known", note !== "");
      node.classList.toggle("slope", note.startsWith("∂"));
      write(node, note);
    }
  }

  // The note, as narrow as the box.
  function write(node, note) {
    const text = node.querySelectorAll("text")[1], room = node.querySelector("rect").width.baseVal.value - 8;
    text.textContent = note;
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
  function look(id) {
    const node = nodes.find((node) => node.dataset.node === id);
    if (!node) return;
    const box = node.getBoundingClientRect(), frame = figure.getBoundingClientRect();
    figure.scrollBy({
      left: box.left + box.width / 2 - frame.left - frame.width / 2,
      top: box.top + box.height / 2 - frame.top - frame.height / 2,
      behavior: still.matches || turn === 1 ? "auto" : "smooth",
    });
  }

  // The numbers go along the edges, forward or backward; and then they have arrived.
  function move(moves, arrived) {
    svg.querySelectorAll(".token").forEach((token) => token.remove());
    svg.querySelectorAll(".way").forEach((edge) => edge.classList.remove("way"));
    const tokens = [];
    for (const [from, to, numbers] of moves) {
      for (const edge of svg.querySelectorAll(`[data-edge="${from} ${to}"], [data-edge="${to} ${from}"]`)) {
        const token = document.createElementNS(svg.namespaceURI, "text");
        token.setAttribute("class", "token");
        token.textContent = numbers;
        edge.classList.add("way");
        edge.parentNode.append(token);
        tokens.push({token, edge, backward: edge.dataset.edge !== `${from} ${to}`});
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
  addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1));

  // On paper the graph has all values.
  addEventListener("beforeprint", () => {
    move([], () => nodes.forEach((node, i) => write(node, values[i])));
  });
  addEventListener("afterprint", () => know(steps.slice(0, now + 1)));

  nav.hidden = document.querySelector(".keys").hidden = false;
  document.body.classList.add("stepping");
  show((Number(location.hash.slice(1)) || 1) - 1);
})();
