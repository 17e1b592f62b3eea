"""A worker that pretends to predict: a real child process with real events and rows, without a model.

Modes: "well"; "slow" and "pausable" take 0.3 s and 0.1 s a row; "crash" (SIGSEGV), "fail",
"rude" (with a hostile message) and "hang" after five rows.
"""

from __future__ import annotations

import sys

import pytest

from engine.contract.specs import RunFolder
from studio.jobs import runner
from studio.jobs.process import ChildProcess

WORKER = """
import json, os, signal, sys, time
from pathlib import Path
folder, mode, fd = Path(sys.argv[1]), sys.argv[2], os.dup(1)
os.dup2(2, 1)
def emit(**body): os.write(fd, (json.dumps(body) + "\\n").encode())
wanted = [json.loads(line) for line in (folder / "input.jsonl").read_text().splitlines()]
journal = folder / "journal.0.jsonl"
there = len(journal.read_text().splitlines()) if journal.exists() else 0
signal.signal(signal.SIGTERM, lambda *_: (emit(event="Cancelled"), os._exit(130)))
emit(event="Started", stage="predict", total=len(wanted), unit="images", done=there)
emit(event="Note", level="warning", code="odd", text="One <b>image</b> is odd.")
print("hello from the child", flush=True)
emit(event="Phase", name="loading", done=0, total=0)
time.sleep(0.6 if mode == "slow" else 0)
emit(event="Phase", name="", done=0, total=0)
emit(event="Memory", rss=2_500_000_000, device=3_000_000_000, reserved=4_000_000_000, free=20_000_000_000,
     total=24_000_000_000)
sizing = folder / "sizing.json"
spec = json.loads((folder / "spec.json").read_text())
batch = json.loads(sizing.read_text())["batch"] if sizing.exists() else spec["batch_size"] or 8
if mode == "starving" or (mode == "hungry" and batch > 2):
    emit(event="OutOfMemory", message="Not enough memory.", remedy="Buy some.", batch=batch)
    sys.exit(2)
with journal.open("a") as out:
    for done, row in enumerate(wanted[there:], there + 1):
        if (folder / "cancel").exists():
            (folder / "cancel").unlink()
            emit(event="Cancelled")
            sys.exit(130)
        answer = {"image_id": row["image_id"], "logprobs": [-1.0] * 10, "label": 3, "text": "good", "raw": "good",
                  "parse_ok": True, "truncated": False, "explained": row["explain"]}
        out.write(json.dumps(answer) + "\\n")
        out.flush()
        emit(event="Rows", count=done)
        emit(event="Progress", done=done, total=len(wanted))
        emit(event="Throughput", items=4, unit="images", tokens=240, seconds=2.0)
        time.sleep({"slow": 0.3, "pausable": 0.1}.get(mode, 0))
        if done == 5 and mode == "crash":
            print("Bus error in the last line", flush=True)
            os.kill(os.getpid(), signal.SIGSEGV)
        if done == 5 and mode == "fail":
            emit(event="Failed", message="The model is tired.", remedy="Let it sleep.", user_error=True)
            sys.exit(2)
        if done == 5 and mode == "rude":
            words = os.environ["RUDE_WORDS"] + "\\x1b[31m lone \\ud800 surrogates"
            print(words.encode("utf-8", "replace").decode(), flush=True)
            emit(event="Note", level="warning", code=words, text=words)
            emit(event="Failed", message=words, remedy=words, user_error=True, detail=words)
            sys.exit(2)
        if done == 5 and mode == "hang":
            time.sleep(60)
emit(event="Finished", result={})
"""


def use_fake_worker(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    """Let the runner start this worker in the place of the engine's."""

    def child(folder: RunFolder, **_: object) -> ChildProcess:
        return ChildProcess(folder, [sys.executable, "-c", WORKER, str(folder.path), mode], grace=10)

    monkeypatch.setattr(runner, "ChildProcess", child)
