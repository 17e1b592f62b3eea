"""A headless Chromium, driven by its own protocol through a pipe: no driver, no port, no library."""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SECONDS = 60.0
PROGRAMS = ("chromium", "google-chrome")


class Browser:
    """One page of a browser that starts with the block and ends with it."""

    def __init__(self, profile: Path) -> None:
        program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
        assert program is not None, "run scripts/system-libraries offscreen, or install chromium"
        self._numbers = itertools.count(1)
        self._buffer = b""
        self.events: list[dict[str, Any]] = []
        reads, self._to = os.pipe()
        self._from, writes = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}",
                 "--window-size=1000,1100", "--remote-debugging-pipe", "about:blank"]  # fmt: skip
        command = ["bash", "-c", f'exec "$0" "$@" 3<&{reads} 4>&{writes}', program, *flags]
        self._process = subprocess.Popen(
            command, pass_fds=(reads, writes), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(reads)
        os.close(writes)
        self._session: str | None = None

    def __enter__(self) -> Self:
        """Attach to a page."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log", "DOM"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End the browser."""
        self._session = None
        try:
            self.call("Browser.close")
            self._process.wait(10)
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            os.close(self._to)
            os.close(self._from)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the result of one method of the protocol."""
        number = next(self._numbers)
        body: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            body["sessionId"] = self._session
        os.write(self._to, json.dumps(body).encode() + b"\0")
        end = time.monotonic() + SECONDS
        while True:
            answer = self._next(end)
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, url: str) -> None:
        """Open a page from the beginning, also where only what is behind the # differs."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=url)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def value(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, expression: str, holds: Callable[[Any], object] = bool) -> Any:
        """Wait until an expression has a value for which something holds, and return it."""
        end = time.monotonic() + SECONDS
        while not holds(found := self.value(expression)):
            if time.monotonic() > end:
                text = self.value("document.body.innerText")
                raise TimeoutError(f"{expression} is {found!r}; the page says: {text}")
            time.sleep(0.05)
        return found

    def drop(self, selector: str, files: list[Path]) -> None:
        """Drag files from outside onto an element and let them go."""
        box = f"(() => {{ const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect(); "
        x, y = self.value(box + "return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        data = {"items": [], "files": list(map(str, files)), "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.call("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def type(self, text: str) -> None:
        """Type into the element that has the focus."""
        self.call("Input.insertText", text=text)

    def press_enter(self) -> None:
        """Press the return key."""
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, **key)

    def requests(self) -> list[str]:
        """Return the addresses of all that pages have asked for since the start."""
        self.value("1")
        return [one["params"]["request"]["url"] for one in self.events if one["method"] == "Network.requestWillBeSent"]

    def problems(self) -> list[str]:
        """Return errors of scripts and of the security policy."""
        self.value("1")
        thrown = [str(one["params"]) for one in self.events if one["method"] == "Runtime.exceptionThrown"]
        logged = [one["params"]["entry"] for one in self.events if one["method"] == "Log.entryAdded"]
        return thrown + [entry["text"] for entry in logged if entry["level"] == "error"]

    def screenshot(self, file: Path) -> None:
        """Save what is seen."""
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0.0, end - time.monotonic()))
            data = os.read(self._from, 1 << 16) if ready else b""
            assert data, "the browser does not answer"
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self.events.append(message)
        return message
