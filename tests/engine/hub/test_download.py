"""The real client, in a real child, against a hub on this machine: what comes, what is refused, what is kept."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.hubs.model_hub import TOKEN, Hub, serving

from engine.contract import hub_cache
from engine.contract.context import StageError
from engine.contract.events import Cancelled, Event, Failed, Finished, Note, Phase, Progress, Started, decode
from engine.contract.hub_client import HubFile, explain
from engine.contract.specs import DownloadSpec, ModelSpec, RunFolder
from engine.hub.fetching import check_space

pytestmark = pytest.mark.child

REPO = "owner/tiny"
COMMIT = "c0ffee" + "0" * 34
MEGABYTES = 4
SETTINGS = {
    "config.json": b'{"model_type": "llava", "vision_config": {}}',
    "tokenizer.json": b"{}",
    "tokenizer_config.json": b"{}",
    "processor_config.json": b"{}",
    "chat_template.jinja": b"{{ messages }}",
}
UNWANTED = {
    "README.md": b"# about",
    "modeling_tiny.py": b"raise SystemExit('run')",
    "pytorch_model.bin": b"pickle",
    "tiny.gguf": b"gguf",
    "onnx/model.onnx": b"onnx",
    "original/consolidated.00.safetensors": b"other",
}


def weights(seed: int = 0, megabytes: int = MEGABYTES) -> bytes:
    return bytes((seed + index * 31) % 251 for index in range(1 << 16)) * (16 * megabytes)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as served:
        served.add(REPO, {**SETTINGS, **UNWANTED, "model.safetensors": weights()})
        yield served


class Child:
    """A download in a worker of its own."""

    def __init__(
        self,
        hub: Hub,
        place: Path,
        repo: str = REPO,
        revision: str | None = None,
        *,
        before: Callable[[], None] | None = None,
        **more: str,
    ) -> None:
        self.folder = RunFolder(place / more.pop("run", "run"))
        self.home = place / "home"
        self.folder.path.mkdir(parents=True, exist_ok=True)
        offline = more.pop("offline", "") == "yes"
        spec = DownloadSpec(ModelSpec(repo, revision), offline=offline)
        self.folder.spec.write_text(spec.to_json(), "utf-8")
        environment = {**os.environ, **hub.environment(self.home), **more}
        command = [sys.executable, "-m", "engine.worker", str(self.folder.path)]
        root = Path(__file__).parents[3]
        self.process = subprocess.Popen(
            command, env=environment, cwd=root, stderr=subprocess.PIPE, text=True, preexec_fn=before
        )

    def end(self) -> list[Event]:
        _, errors = self.process.communicate(timeout=60)
        assert "Traceback" not in errors, errors
        return self.events()

    def events(self) -> list[Event]:
        lines = self.folder.events.read_text().splitlines() if self.folder.events.exists() else []
        return [decode(line) for line in lines]

    @property
    def repository(self) -> Path:
        return self.home / "hub" / "models--owner--tiny"

    def snapshot(self, commit: str = COMMIT) -> set[str]:
        folder = self.repository / "snapshots" / commit
        return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}

    def partial(self) -> int:
        return sum(file.stat().st_size for file in self.repository.glob("blobs/*.score-studio.incomplete"))

    def wait_for_partial(self, size: int) -> None:
        deadline = time.monotonic() + 30
        while self.partial() < size:
            assert time.monotonic() < deadline and self.process.poll() is None, self.events()
            time.sleep(0.02)


def failure(child: Child) -> Failed:
    last = child.end()[-1]
    assert isinstance(last, Failed) and last.user_error, last
    return last


def test_that_only_data_is_fetched_and_the_commit_is_told(hub: Hub, tmp_path: Path) -> None:
    child = Child(hub, tmp_path)
    events = child.end()
    assert isinstance(events[-1], Finished)
    assert events[-1].result["commit"] == COMMIT and events[-1].result["files"] == len(SETTINGS) + 1
    assert child.snapshot() == {*SETTINGS, "model.safetensors"}
    folder = Path(events[-1].result["folder"])
    assert (folder / "model.safetensors").read_bytes() == weights()
    assert not any(path.endswith((".py", ".bin", ".gguf", ".md")) for _, path, _ in hub.asked)
    started = next(event for event in events if isinstance(event, Started))
    assert (started.total, started.unit) == (MEGABYTES * (1 << 20) // 1_000_000 + 1, "MB")
    assert Progress(started.total, started.total) in events
    assert Phase("files", 6, 6) in events


def test_that_the_child_needs_no_torch() -> None:
    code = "import sys, engine.hub.fetching, engine.stages.download; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False).returncode == 0


def test_that_a_model_that_is_here_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    Child(hub, tmp_path).end()
    hub.asked.clear()
    again = Child(hub, tmp_path, revision=COMMIT).end()
    assert isinstance(again[-1], Finished) and again[-1].result["commit"] == COMMIT
    assert hub.asked == []


def test_that_a_branch_is_resolved_to_its_commit(hub: Hub, tmp_path: Path) -> None:
    commit = "b" * 40
    hub.repositories[REPO].branches["refs/pr/1"] = commit
    child = Child(hub, tmp_path, revision="refs/pr/1")
    last = child.end()[-1]
    assert isinstance(last, Finished) and last.result["commit"] == commit
    assert (child.repository / "refs/refs/pr/1").read_text() == commit
    assert not (child.repository / "refs/main").exists()


def test_that_sharded_weights_come_by_their_index(hub: Hub, tmp_path: Path) -> None:
    names = [f"model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    index = {"weight_map": {"a": names[0], "b": names[1]}}
    shards = {name: weights(seed, 1) for seed, name in enumerate(names)}
    stray = {"model.safetensors": weights(9, 1), "model-00003-of-00003.safetensors": b"stray"}
    hub.add(REPO, {**SETTINGS, **shards, **stray, "model.safetensors.index.json": json.dumps(index).encode()})
    child = Child(hub, tmp_path)
    assert isinstance(child.end()[-1], Finished)
    assert child.snapshot() == {*SETTINGS, *names, "model.safetensors.index.json"}


def test_that_a_stopped_download_goes_on_within_its_file(hub: Hub, tmp_path: Path) -> None:
    hub.seconds_a_piece = 0.03
    child = Child(hub, tmp_path)
    child.wait_for_partial(1 << 20)
    child.process.send_signal(signal.SIGTERM)
    assert isinstance(child.end()[-1], Cancelled)
    kept = child.partial()
    assert (1 << 20) <= kept < len(weights())
    hub.seconds_a_piece = 0.0
    again = Child(hub, tmp_path)
    assert isinstance(again.end()[-1], Finished)
    assert hub.fetched("/storage/owner/tiny/model.safetensors") == [None, f"bytes={kept}-"]
    assert (again.repository / "snapshots" / COMMIT / "model.safetensors").read_bytes() == weights()
    assert again.partial() == 0


def test_that_a_killed_download_goes_on_within_its_file(hub: Hub, tmp_path: Path) -> None:
    hub.seconds_a_piece = 0.03
    child = Child(hub, tmp_path)
    child.wait_for_partial(1 << 20)
    child.process.kill()
    child.process.communicate()
    hub.seconds_a_piece = 0.0
    again = Child(hub, tmp_path)
    assert isinstance(again.end()[-1], Finished)
    ranges = hub.fetched("/storage/owner/tiny/model.safetensors")
    assert len(ranges) == 2 and ranges[1] is not None and int(ranges[1][6:-1]) >= 1 << 20
    assert (again.repository / "snapshots" / COMMIT / "model.safetensors").read_bytes() == weights()


def test_that_two_downloads_of_one_model_fetch_it_once_and_the_waiting_one_hears_a_stop(
    hub: Hub, tmp_path: Path
) -> None:
    hub.seconds_a_piece = 0.2
    first = Child(hub, tmp_path)
    first.wait_for_partial(1 << 19)
    waiting, stopped = (Child(hub, tmp_path, run=name) for name in ("waiting", "stopped"))
    deadline = time.monotonic() + 30
    while not any(isinstance(event, Started) for event in stopped.events()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    stopped.process.send_signal(signal.SIGTERM)
    assert isinstance(stopped.end()[-1], Cancelled) and first.process.poll() is None
    hub.seconds_a_piece = 0.0
    assert isinstance(first.end()[-1], Finished) and isinstance(waiting.end()[-1], Finished)
    assert hub.fetched("/storage/owner/tiny/model.safetensors") == [None]


def test_that_a_connection_that_breaks_is_taken_up_again(hub: Hub, tmp_path: Path) -> None:
    hub.cut_after, hub.seconds_a_piece = 1 << 20, 0.01
    child = Child(hub, tmp_path)
    child.wait_for_partial(1 << 19)
    hub.cut_after = None
    assert isinstance(child.end()[-1], Finished)
    assert (child.repository / "snapshots" / COMMIT / "model.safetensors").read_bytes() == weights()


def test_that_a_server_that_sends_everything_again_is_understood(hub: Hub, tmp_path: Path) -> None:
    hub.seconds_a_piece = 0.03
    child = Child(hub, tmp_path)
    child.wait_for_partial(1 << 20)
    child.process.kill()
    child.process.communicate()
    hub.seconds_a_piece, hub.ignores_range = 0.0, True
    again = Child(hub, tmp_path)
    assert isinstance(again.end()[-1], Finished)
    assert (again.repository / "snapshots" / COMMIT / "model.safetensors").read_bytes() == weights()


def test_that_damaged_weights_are_refused_and_not_kept(hub: Hub, tmp_path: Path) -> None:
    hub.damages = True
    child = Child(hub, tmp_path)
    assert "is damaged" in failure(child).message
    assert child.partial() == 0 and "model.safetensors" not in child.snapshot()
    hub.damages = False
    assert isinstance(Child(hub, tmp_path).end()[-1], Finished)


def test_that_a_disk_that_fills_up_is_named_and_what_came_is_kept(hub: Hub, tmp_path: Path) -> None:
    limit = 1 << 21

    def small_files_only() -> None:  # the system refuses to write on, as it does on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    child = Child(hub, tmp_path, before=small_files_only)
    failed = failure(child)
    assert str(child.home) in failed.message and "cannot be stored" in failed.message
    kept = child.partial()
    assert 0 < kept <= limit
    assert isinstance(Child(hub, tmp_path).end()[-1], Finished)
    assert int((hub.fetched("/storage/owner/tiny/model.safetensors")[-1] or "bytes=0-")[6:-1]) == kept


def test_that_a_full_disk_has_a_remedy() -> None:
    told = explain(OSError(errno.ENOSPC, "No space left on device"), REPO, None)
    assert "disk is full" in told.message and "HF_HOME" in told.remedy


def test_that_a_model_that_does_not_fit_is_refused_before_its_weights_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    file = HubFile("model.safetensors", 10**18)
    (hub_cache.repository(REPO) / "blobs").mkdir(parents=True)
    with pytest.raises(StageError, match=r"needs 1000000000\.0 GB more, but .* GB are free") as caught:
        check_space(REPO, [file])
    assert "Free some space" in caught.value.remedy
    check_space(REPO, [HubFile("model.safetensors", 1000)])


def test_that_pickled_weights_are_refused_before_anything_is_fetched(hub: Hub, tmp_path: Path) -> None:
    hub.add(REPO, {**SETTINGS, "pytorch_model.bin": b"pickle"})
    failed = failure(Child(hub, tmp_path))
    assert "only available as pytorch_model.bin" in failed.message and "safetensors" in failed.remedy
    assert not any("/resolve/" in path for _, path, _ in hub.asked)


@pytest.mark.parametrize(
    ("lacking", "told"),
    [("config.json", "no config.json"), ("tokenizer.json", "no tokenizer"), ("processor_config.json", "no image proc")],
)
def test_that_a_repository_without_a_part_is_refused(hub: Hub, tmp_path: Path, lacking: str, told: str) -> None:
    del hub.repositories[REPO].files[lacking]
    assert told in failure(Child(hub, tmp_path)).message


def test_that_a_model_of_text_alone_is_refused_before_its_weights_come(hub: Hub, tmp_path: Path) -> None:
    hub.repositories[REPO].files["config.json"] = b'{"model_type": "llama", "hidden_size": 8}'
    assert "no vision part" in failure(Child(hub, tmp_path)).message
    assert hub.fetched("model.safetensors") == []


def test_that_a_layout_that_is_not_converted_is_refused_before_its_weights_come(hub: Hub, tmp_path: Path) -> None:
    config: dict[str, object] = {"model_type": "internvl_chat", "vision_config": {}}
    files = hub.repositories[REPO].files
    files["config.json"] = json.dumps(config | {"llm_config": {"architectures": ["Qwen2ForCausalLM"]}}).encode()
    failed = failure(Child(hub, tmp_path / "1"))
    assert "Qwen2ForCausalLM: only InternLM2ForCausalLM" in failed.message and "-hf" in failed.remedy
    assert hub.fetched("model.safetensors") == []
    files["config.json"] = json.dumps(config | {"llm_config": {"architectures": ["InternLM2ForCausalLM"]}}).encode()
    assert isinstance(Child(hub, tmp_path / "2").end()[-1], Finished)


def test_that_an_unknown_model_and_an_unknown_revision_are_named(hub: Hub, tmp_path: Path) -> None:
    failed = failure(Child(hub, tmp_path / "1", repo="owner/none"))
    assert "no model owner/none" in failed.message and "score-studio login" in failed.remedy
    assert "no revision 'nowhere'" in failure(Child(hub, tmp_path / "2", revision="nowhere")).message


def test_that_a_gated_model_asks_for_a_token_and_comes_with_it(hub: Hub, tmp_path: Path) -> None:
    hub.repositories[REPO].gated = True
    failed = failure(Child(hub, tmp_path))
    assert "gated" in failed.message and "score-studio login" in failed.remedy
    assert isinstance(Child(hub, tmp_path, HF_TOKEN=TOKEN).end()[-1], Finished) and not hub.leaked
    assert "rejected the token" in failure(Child(hub, tmp_path / "2", HF_TOKEN="hf_wrong")).message
    written = [file for file in tmp_path.rglob("*") if file.is_file() and TOKEN.encode() in file.read_bytes()]
    assert written == []


def test_that_without_network_it_fails_at_once_with_a_remedy(hub: Hub, tmp_path: Path) -> None:
    began = time.monotonic()
    failed = failure(Child(hub, tmp_path, HF_ENDPOINT="http://127.0.0.1:9"))
    assert time.monotonic() - began < 8
    assert "cannot be reached" in failed.message and "network" in failed.remedy


def test_that_a_hub_that_is_out_of_order_says_so_unless_the_model_is_here(hub: Hub, tmp_path: Path) -> None:
    hub.error = 503
    assert "error 503" in failure(Child(hub, tmp_path)).message
    hub.error = None
    Child(hub, tmp_path).end()
    hub.error = 503
    events = Child(hub, tmp_path).end()
    assert isinstance(events[-1], Finished)
    assert any(isinstance(event, Note) and "copy on this machine" in event.text for event in events)


@pytest.mark.parametrize("how", [{"HF_HUB_OFFLINE": "1"}, {"offline": "yes"}])
def test_that_offline_mode_uses_what_is_here_and_asks_nobody(hub: Hub, tmp_path: Path, how: dict[str, str]) -> None:
    assert "offline mode" in failure(Child(hub, tmp_path, **how)).message
    Child(hub, tmp_path).end()
    hub.asked.clear()
    last = Child(hub, tmp_path, **how).end()[-1]
    assert isinstance(last, Finished) and last.result["commit"] == COMMIT
    assert hub.asked == []
