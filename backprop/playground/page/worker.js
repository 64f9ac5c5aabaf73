// A worker that runs Python: Pyodide, and in it the same engine that the local server has.
let engine, going = false;
const turn = new MessageChannel();  // lets messages in between two moments of work, without a timer's delay

const tell = (answer) => postMessage(JSON.stringify(answer));

async function start({start: name, pyodide: place}) {
  tell({tell: "loading", sentence: "Python is loading …"});
  const [{loadPyodide}, library] = await Promise.all([
    import(`${place}pyodide.mjs`),
    fetch(new URL("backprop.pyz", import.meta.url)).then((answer) => answer.arrayBuffer()),
  ]);
  const python = await loadPyodide({indexURL: place});
  tell({tell: "loading", sentence: "The library is loading …"});
  python.unpackArchive(library, "zip", {extractDir: "/home/pyodide"});
  python.globals.set("post", (text) => postMessage(text));
  engine = python.runPython(`
from json import dumps
from backprop.playground.workers import make_worker
make_worker("${name}", lambda answer: post(dumps(answer)))
`);
  tell({tell: "ready"});
}

function handle(message) {
  engine.handle(message);
  if (engine.running && !going) {
    going = true;
    turn.port2.postMessage(0);
  }
}

turn.port1.onmessage = () => {
  going = engine.running;
  if (!going) return;
  engine.work();
  turn.port2.postMessage(0);
};

addEventListener("message", ({data}) => {
  if (data.start) start(data).catch((error) => tell({tell: "lost", sentence: `Python cannot be loaded: ${error.message}`}));
  else handle(data);
});
