// The page of programs: an editor, and what the program in it prints, draws and explains.
import {connect, inBrowser} from "./engine.js";
import {showPage} from "./frames.js";
import {PROGRAMS} from "./programs.js";

const find = (id) => document.getElementById(id);
const form = find("program"), fields = form.elements, output = find("output");
let ready = false, running = false;

function show(words) {
  find("state").textContent = words;
}

function setRunning(now) {
  running = now;
  find("run").textContent = running ? "Stop" : "Run";
}

// ---------------------------------------------------------------- what is wanted

async function run() {
  setRunning(true);
  if (!ready) return;  // it runs as soon as Python is there
  output.textContent = "";
  find("pictures").replaceChildren();
  find("explained").hidden = true;
  find("trouble").textContent = "";
  show("It runs …");
  const answer = await engine.ask("run", {text: fields.text.value, arguments: fields.arguments.value, explain: fields.explain.checked});
  if (answer.tell !== "refused") return;
  setRunning(false);
  show("");
  find("trouble").textContent = answer.sentence;
}

function stop() {
  setRunning(false);
  if (!ready) return;
  show("Stopped.");
  if (inBrowser) renew();
  else engine.ask("stop");
}

// Each program in the browser has a Python of its own: what one leaves behind another does not find.
function renew() {
  ready = false;
  engine.close();
  engine.forget();
  engine.begin();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) stop();
  else run();
});
fields.lesson.addEventListener("change", () => {
  const program = PROGRAMS[fields.lesson.value];
  if (program) [fields.text.value, fields.arguments.value] = [program.text, program.arguments];
  link();
});
fields.text.addEventListener("input", () => {
  fields.lesson.value = "";
  link();
});
fields.arguments.addEventListener("input", link);

let leaving = false;  // Escape was pressed: Tab goes on to the next field
fields.text.addEventListener("keydown", (event) => {
  const {key, ctrlKey, metaKey, shiftKey} = event, before = fields.text.value.slice(0, fields.text.selectionStart);
  const write = (text) => {
    event.preventDefault();
    document.execCommand("insertText", false, text);  // so that it can be undone
  };
  if (key === "Enter" && (ctrlKey || metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (key === "Enter") {
    const line = before.slice(before.lastIndexOf("\n") + 1);
    write(`\n${line.match(/^ */)[0]}${/:\s*$/.test(line) ? "    " : ""}`);
  } else if (key === "Tab" && !shiftKey && !leaving) write("    ");
  leaving = key === "Escape";
});

// The address holds a program of one's own, so that a link shows it to others; of a lesson its name.
function link() {
  const program = PROGRAMS[fields.lesson.value];
  const words = program ? `lesson=${program.name}` : `program=${encodeURIComponent(fields.text.value)}`;
  find("link").href = `#${words}${fields.arguments.value && !program ? `&arguments=${encodeURIComponent(fields.arguments.value)}` : ""}`;
}

function follow() {
  const words = new URLSearchParams(location.hash.slice(1).replaceAll("+", "%2B"));
  const chosen = words.has("program") ? -1 : Math.max(0, PROGRAMS.findIndex(({name}) => name === words.get("lesson")));
  fields.lesson.value = chosen < 0 ? "" : chosen;
  const {text, arguments: rest} = PROGRAMS[chosen] || {text: words.get("program"), arguments: words.get("arguments") || ""};
  [fields.text.value, fields.arguments.value] = [text, rest];
  link();
}

// ---------------------------------------------------------------- what comes of it

const reactions = {
  ready() {
    ready = true;
    if (running) run();
    else if (find("state").textContent.endsWith("…")) show("");
  },
  loading({sentence}) {
    if (running) show(sentence);
  },
  lost({sentence}) {
    ready = false;
    setRunning(false);
    show("");
    find("trouble").textContent = sentence;
  },
  output({text}) {
    const last = output.scrollTop + output.clientHeight >= output.scrollHeight - 4;
    output.append(text);
    if (last) output.scrollTop = output.scrollHeight;
  },
  picture({name, svg}) {
    const figure = document.createElement("figure"), image = document.createElement("img"), caption = document.createElement("figcaption");
    const [, title] = svg.match(/<title[^>]*>([^<]*)/) || svg.match(/<text[^>]*>([^<]*)/) || ["", ""];
    image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    image.alt = `${name}: ${title}`;
    caption.textContent = name;
    figure.append(image, caption);
    find("pictures").append(figure);
  },
  explanation({page}) {
    find("explained").hidden = false;
    showPage(find("explanation"), page, false);
  },
  ended({code}) {
    if (code === null) return;  // it was stopped, and another may run already
    setRunning(false);
    show(code ? `It has ended with the exit code ${code}.` : "It has ended.");
    if (inBrowser) renew();
  },
};

fields.lesson.replaceChildren(new Option("of your own", ""), ...PROGRAMS.map(({title}, i) => new Option(title, i)));
find("where").textContent = inBrowser ? "It runs in this browser." : "It runs on this machine, with all that your programs may do.";
follow();
const engine = connect("programs", (answer) => reactions[answer.tell]?.(answer));
addEventListener("hashchange", follow);
addEventListener("pagehide", () => engine.close());
addEventListener("pageshow", (event) => event.persisted && location.reload());
