"""A chat's process that pretends: a real child with real requests and events, without a model.

It answers "You asked: <question>" in three pieces. Questions that begin with "slow" are answered a word at a time until
they are stopped, "die" kills it in the middle of an answer, "spent" has no memory left, "refuse" gets no answer.
"""

from __future__ import annotations

import sys

from engine.contract.specs import ChatSpec
from studio.jobs.chat_child import ChatChild
from studio.services.chatting.left_over import chat_home
from studio.services.projects.project import Project

FIRST = "#Score: 3\n#Explain: A quiet picture."
LOADING_SECONDS = 0.0
WORKER = """
import json, os, signal, sys, threading, time
folder, loading, fd = sys.argv[2], float(sys.argv[1]), os.dup(1)
os.dup2(2, 1)
FIRST = "#Score: 3\\n#Explain: A quiet picture."
waiting, stopped, ended = [], set(), threading.Event()
def emit(**body): os.write(fd, (json.dumps(body) + "\\n").encode())
def read():
    rest = b""
    while data := os.read(0, 65536):
        *lines, rest = (rest + data).split(b"\\n")
        for line in map(json.loads, lines):
            stopped.add(line["number"]) if line["kind"] == "stop" else waiting.append(line)
    ended.set()
threading.Thread(target=read, daemon=True).start()
emit(event="Started", stage="chat", total=0, unit="answers", pid=os.getpid())
time.sleep(loading)
emit(event="Loaded", base="fake", revision="", device="cpu", dtype="float32", attention="sdpa", quantization="none")
def reply(number, pieces, pause):
    text = ""
    for piece in pieces:
        if number in stopped or ended.is_set():
            return text, "stopped"
        emit(event="AnswerPiece", number=number, start=len(text), text=piece)
        text += piece
        time.sleep(pause)
    return text, "complete"
while not ended.is_set():
    if not waiting:
        time.sleep(0.01)
        continue
    asked = waiting.pop(0)
    number, question = asked["number"], (asked["questions"] or [""])[-1]
    if question.startswith("refuse"):
        emit(event="Unanswered", number=number, message="This is too long.", remedy="Be brief.")
        continue
    if question.startswith(("die", "spent")):
        emit(event="AnswerPiece", number=number, start=0, text="I was about")
        time.sleep(0.1)
        if question.startswith("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        emit(event="OutOfMemory", message="Not enough memory for this answer.", remedy="Buy some.")
        sys.exit(2)
    if not asked["answers"]:
        pieces, pause = [FIRST], 0
    elif question.startswith("slow"):
        pieces, pause = [f"word{n} " for n in range(2000)], 0.03
    else:
        pieces, pause = ["You ", "asked: ", question], 0.01
    text, how = reply(number, pieces, pause)
    logprobs = None if asked["answers"] else [-2.3] * 10
    row = dict(number=number, text=text, ended=how, tokens=7, logprobs=logprobs)
    with open(folder + "/journal.0.jsonl", "a") as journal:
        journal.write(json.dumps(row) + "\\n")
    emit(event="Answered", seconds=0.1, **row)
emit(event="Finished", result={})
"""


def fake_chat(spec: ChatSpec, project: Project) -> ChatChild:
    """Make the process of a chat in a project."""
    return ChatChild(spec, chat_home(project), [sys.executable, "-c", WORKER, str(LOADING_SECONDS)])
