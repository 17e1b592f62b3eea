"""What a stage tells of speed and memory."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.contract.context import ListContext
from engine.contract.events import Memory, Phase, Throughput, decode, encode
from engine.contract.specs import RunFolder
from engine.usage import REPORT_SECONDS, Meter, memory_of

CUDA = torch.device("cuda", 1)


def test_that_without_a_gpu_only_the_process_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.cuda, "mem_get_info")  # nobody may ask
    told = memory_of(torch.device("cpu"))
    assert told.rss > 2**20
    assert (told.device, told.reserved, told.free, told.total) == (0, 0, 0, 0)


def test_that_a_gpu_is_asked_for_the_very_device_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"max_memory_allocated": 5, "max_memory_reserved": 7, "mem_get_info": (11, 13)}
    asked: list[tuple[str, torch.device]] = []
    for name, answer in answers.items():
        monkeypatch.setattr(torch.cuda, name, lambda device, n=name, a=answer: (asked.append((n, device)), a)[1])
    told = memory_of(CUDA)
    assert (told.device, told.reserved, told.free, told.total) == (5, 7, 11, 13)
    assert {device for _, device in asked} == {CUDA} and len(asked) == 3


def test_that_work_is_told_now_and_then_and_none_of_it_twice(tmp_path: Path) -> None:
    context = ListContext(RunFolder(tmp_path), [], world_size=2)
    meter = Meter(context, "images", torch.device("cpu"))
    meter.report()
    meter.add(4, 100, REPORT_SECONDS / 2)
    assert context.events == []
    meter.add(4, 60, REPORT_SECONDS / 2)
    meter.add(1, 0, 0.5)
    meter.report()
    meter.report()
    assert context.events == [Throughput(16, "images", 320, REPORT_SECONDS), Throughput(2, "images", 0, 0.5)]


@pytest.mark.parametrize("event", [Throughput(3, "pairs", 900, 2.5), Phase("margins", 3, 9), Memory(1, 2, 3, 4, 5)])
def test_that_the_events_survive_the_wire(event: Throughput | Phase | Memory) -> None:
    assert decode(encode(event)) == event


def test_that_what_an_older_version_told_of_memory_still_reads() -> None:
    assert decode('{"event": "Memory", "at": 1.5, "rss": 300, "device": 7}') == Memory(300, 7)
