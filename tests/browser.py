"""A Chromium without a window, driven through its DevTools protocol over a pipe: nothing has to be installed for it."""

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time

from tests.time_limit import PATIENCE

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
MISSING = "no Chromium is installed"
# It reads commands from 3 and writes to 4.
START = "import os, sys; a, b, *args = sys.argv[1:]; os.dup2(int(a), 3); os.dup2(int(b), 4); os.execv(args[0], args)"


@contextlib.contextmanager
def browser(profile, width=1280, height=800):
    """A Tab of a Chromium of its own, which is ended with the block."""
    to_it, out = os.pipe()
    back, from_it = os.pipe()
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_it, from_it)]
    program = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"]
    process = subprocess.Popen(
        [sys.executable, "-c", START, *map(str, ends), *program, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=ends,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for end in (to_it, from_it, *ends):
        os.close(end)
    try:
        yield Tab(out, back, width, height)
    finally:
        process.kill()
        process.wait()
        os.close(out)
        os.close(back)


class Tab:
    """One page: ``errors`` are what its console has complained of, ``requests`` the addresses that it and its workers
    asked for."""

    def __init__(self, out, back, width, height):
        self._out, self._back, self._rest, self._number = out, back, b"", 0
        self._session, self._document, self.errors, self.requests = None, None, [], []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True)
        self.resize(width, height)

    def call(self, method, **arguments):
        """What the command gives; events that come meanwhile are noted."""
        self._send(method, arguments, self._session)
        number, end = self._number, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for answer in self._arrived(end):
                if answer.get("id") == number:
                    assert "error" not in answer, (method, answer["error"])
                    return answer["result"]
        raise TimeoutError(method)

    def _send(self, method, arguments, session):
        self._number += 1
        message = {"id": self._number, "method": method, "params": arguments}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")

    def _arrived(self, end):
        """What has come, after every event of it is noted; at the ``end`` of the patience nothing."""
        if not select.select([self._back], [], [], max(end - time.monotonic(), 0))[0]:
            return []
        piece = os.read(self._back, 1 << 20)
        assert piece, "the browser has ended"
        *whole, self._rest = (self._rest + piece).split(b"\0")
        messages = list(map(json.loads, whole))
        for message in messages:
            self._note(message.get("method"), message.get("params", {}))
        return messages

    def _note(self, event, message):
        if event == "Runtime.exceptionThrown":
            self.errors.append(message["exceptionDetails"].get("exception", message["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and message["type"] in ("error", "warning", "assert"):
            self.errors.append(message["args"])
        elif event == "Log.entryAdded" and message["entry"]["level"] in ("error", "warning"):
            self.errors.append(message["entry"]["text"])
        elif event == "Network.requestWillBeSent":
            self.requests.append(message["request"]["url"])
        elif event == "Page.frameNavigated" and "parentId" not in message["frame"]:
            self._document = message["frame"]["loaderId"]
        elif event == "Target.attachedToTarget" and message["waitingForDebugger"]:
            # A worker, which begins when its requests are listened to.
            for method in ("Network.enable", "Runtime.runIfWaitingForDebugger"):
                self._send(method, {}, message["sessionId"])

    def run(self, script):
        """The value of an expression in the page; a promise is waited for."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait(self, script):
        """The value of the expression as soon as it is true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"it never was true: {script}")

    def press(self, key, text=""):
        """A key as a finger presses it: "Tab", "Enter", "ArrowRight", a letter."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowRight": 39}
        text = text or {"Enter": "\r", " ": " "}.get(key, key if len(key) == 1 else "")
        about = {"key": key, "code": key, "windowsVirtualKeyCode": code.get(key, ord(key[0]))}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def click(self, name):
        """The middle of the element with this id, by the mouse."""
        x, y = self.run(
            f"""(() => {{
              const element = document.getElementById("{name}");
              element.scrollIntoView({{block: "center"}});
              const {{x, y, width, height}} = element.getBoundingClientRect();
              return [x + width / 2, y + height / 2];
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def resize(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    def prefer(self, **features):
        """What the reader's system is set to: ``prefers_color_scheme="dark"``."""
        media = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=media)

    def open(self, address):
        # Until the new document is there, questions would be answered by the one before.
        document, end = self.call("Page.navigate", url=address)["loaderId"], time.monotonic() + PATIENCE
        while self._document != document:
            assert time.monotonic() < end, f"it never opened: {address}"
            self._arrived(end)
        self.wait("document.readyState === 'complete'")

    def picture(self, path):
        """What is seen of the whole page, as a PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))
