// The engine that the page speaks to: a stream of the local server, or a worker that runs Python in this browser.
import {SETTINGS} from "./settings.js";

// Whoever asks gets a promise of the last answer, "done" or "refused"; all other answers go to `told`.
class Engine {
  #number = 0;
  #asked = new Map();

  constructor(told) {
    this.told = told;
  }

  ask(what, rest = {}) {
    const number = ++this.#number, message = JSON.stringify({do: what, number, ...rest});
    return new Promise((answered) => {
      this.#asked.set(number, answered);
      this.#note();
      this.post(message);
    });
  }

  get waiting() {
    return this.#asked.size;
  }

  receive(answer) {
    if (answer.tell !== "done" && answer.tell !== "refused") return this.told(answer);
    const answered = this.#asked.get(answer.number);
    this.#asked.delete(answer.number);
    this.#note();
    answered?.(answer);
  }

  // Nothing that was asked before will be answered.
  forget() {
    for (const answered of this.#asked.values()) answered({tell: "lost"});
    this.#asked.clear();
    this.#note();
  }

  #note() {
    document.body.toggleAttribute("data-waiting", this.waiting > 0);
  }
}

// Requests go out one after the other, so that they arrive in their order; answers come in one stream.
class ServerEngine extends Engine {
  #sent = Promise.resolve();
  #session = "";

  constructor(path, told) {
    super(told);
    this.path = path;
    this.begin();
  }

  begin() {
    this.stream = new EventSource(this.path);
    this.stream.addEventListener("message", ({data}) => {
      const answer = JSON.parse(data);
      if (answer.tell !== "session") return this.receive(answer);
      this.forget();
      this.#session = answer.name;
      this.told({tell: "ready"});
    });
    this.stream.addEventListener("error", () => {
      this.#session = "";
      this.forget();
      this.told({tell: "lost", sentence: this.stream.readyState === EventSource.CLOSED
        ? "The playground is not to be had: it has ended, or too many of its pages are open. Close one and load this one again."
        : "The playground does not answer; it may have ended."});
    });
  }

  post(message) {
    const session = this.#session;
    this.#sent = this.#sent.then(async () => {
      const {number} = JSON.parse(message), refused = {tell: "refused", number, field: ""};
      if (session !== this.#session || !session) return;
      try {
        const answer = await fetch(`sessions/${session}`, {method: "POST", body: message});
        if (!answer.ok) this.receive({...refused, sentence: await answer.text()});
      } catch {
        this.receive({...refused, sentence: "The playground does not answer; it may have ended."});
      }
    });
  }

  close() {
    this.stream.close();
  }
}

// A worker keeps the order by itself. It is asked for nothing before Python is ready.
class BrowserEngine extends Engine {
  constructor(path, told) {
    super(told);
    this.path = path;
    this.begin();
  }

  begin() {
    this.worker = new Worker(new URL("worker.js", import.meta.url), {type: "module"});
    this.worker.addEventListener("message", ({data}) => this.receive(JSON.parse(data)));
    this.worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.forget();
      this.told({tell: "lost", sentence: `Python does not run in this browser: ${event.message || "its files are not found"}.`});
    });
    this.worker.postMessage({start: this.path, pyodide: new URL(SETTINGS.engine.pyodide, import.meta.url).href});
  }

  post(message) {
    this.worker.postMessage(message);
  }

  close() {
    this.worker.terminate();
  }
}

export const inBrowser = SETTINGS.engine.kind === "browser";

export function connect(path, told) {
  return inBrowser ? new BrowserEngine(path, told) : new ServerEngine(path, told);
}
