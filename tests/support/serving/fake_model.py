"""A model's process that pretends: a real child with real requests and events, without a model.

The image file's content decides. "score N" is answered with label N, "refuse" is no image, "tired" gets no answer now,
"die" kills the process, "die once" kills it the first time, "wait" is answered once there is a file "go".
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from engine.contract.specs import ServeSpec
from studio.jobs.serving.model_process import ModelProcess

WORKER = """
import json, os, signal, sys, time
from pathlib import Path
home, fd = Path(sys.argv[1]), os.dup(1)
os.dup2(2, 1)
def emit(**body): os.write(fd, (json.dumps(body) + "\\n").encode())
with (home / "starts").open("a") as starts: starts.write("x")
emit(event="Started", stage="serve", total=0, unit="images", pid=os.getpid())
if (home / "broken").exists():
    emit(event="Failed", message="The model is broken.", remedy="Mend it.", user_error=True)
    sys.exit(2)
while (home / "loading").exists():
    time.sleep(0.01)
emit(event="Loaded", base="fake", revision="", device="cpu", dtype="float32", attention="sdpa", quantization="none")
for line in sys.stdin:
    asked = json.loads(line)
    path = Path(asked["path"])
    text = path.read_text()
    if text.startswith("die"):
        if text == "die once":
            path.write_text("score 4")
        os.kill(os.getpid(), signal.SIGKILL)
    while text == "wait" and not (home / "go").exists():
        time.sleep(0.01)
    if text == "refuse":
        emit(event="NotPredicted", number=asked["number"], reason="not a readable image", image_problem=True)
    elif text == "tired":
        emit(event="NotPredicted", number=asked["number"], reason="Not enough memory.", image_problem=False)
    else:
        label = int(text.split()[1]) if text.startswith("score") else 0
        row = {"logprobs": [0.0 if n == label else -20.0 for n in range(10)], "label": label, "raw": "",
               "text": f"It is a {label}." if asked["explain"] else "", "parse_ok": True, "truncated": False,
               "explained": asked["explain"]}
        emit(event="Predicted", number=asked["number"], row=row)
emit(event="Finished", result={})
"""


def fake_model(home: Path) -> Callable[[ServeSpec], ModelProcess]:
    """Return what makes the process; it notes its starts in the folder ``home``."""

    def make(spec: ServeSpec) -> ModelProcess:
        return ModelProcess(spec, None, [sys.executable, "-c", WORKER, str(home)])

    return make
