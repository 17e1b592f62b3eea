"""``score-studio serve`` with the demo model: a real server, a real model in its process, real requests."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from PIL import Image
from support.serving.browser import Browser
from support.serving.exported import REFERENCE, make_export
from support.serving.served import Served

from engine.contract import artifacts
from studio.jobs.one_shot import run_outside
from studio.services.exports.standalone import exported_predictor

pytestmark = pytest.mark.child


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_export(tmp_path_factory.mktemp("export") / "model")


@pytest.fixture(scope="module")
def served(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that takes images up to 0.2 MB, three in a request and six at a time."""
    limits = ["--max-mb", "0.2", "--max-images", "3", "--max-waiting", "6"]
    one = Served("--model", str(export), *limits, scratch=tmp_path_factory.mktemp("scratch"))
    try:
        one.wait_until_ready()
        yield one
    finally:
        one.stop()


def picture(hue: int, size: tuple[int, int] = (96, 96), kind: str = "PNG") -> bytes:
    """An image file, a different one for each hue."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste((hue, 255 - hue, 128), (10, 20, 50, 70))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def test_that_an_image_gets_score_interval_explanation_and_model(served: Served, export: Path) -> None:
    status, found = served.post("/v1/score", picture(10), content_type="image/png")
    assert status == 200
    shares = [one["probability"] for one in found["probabilities"]]
    assert sum(shares) == pytest.approx(1)
    assert [one["value"] for one in found["probabilities"]] == list(REFERENCE)
    expected = sum(share * value for share, value in zip(shares, REFERENCE, strict=True))
    assert found["score"] == pytest.approx(expected)
    low, high = found["interval"]["low"], found["interval"]["high"]
    inside = sum(share for share, value in zip(shares, REFERENCE, strict=True) if low <= value <= high)
    below = sum(share for share, value in zip(shares, REFERENCE, strict=True) if value < low)
    above = sum(share for share, value in zip(shares, REFERENCE, strict=True) if value > high)
    assert found["interval"]["coverage"] == 0.9
    assert inside >= 0.9 and below <= 0.05 and above <= 0.05
    assert found["explanation"] and found["format_ok"] and found["label"] in range(10)
    assert found["model"] == {"version": "demo/base", "digest": artifacts.digest(export)}


def test_that_forms_and_other_formats_are_read_as_the_engine_reads_them(served: Served) -> None:
    _, plain = served.post("/v1/score", picture(10))
    status, form = served.post("/v1/score", [("image", "a b.png", picture(10))])
    assert (status, form["name"]) == (200, "a b.png")
    assert form["score"] == pytest.approx(plain["score"])
    turned = Image.open(io.BytesIO(picture(10))).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    turned.save(out, "PNG", exif=exif)
    _, upright = served.post("/v1/score", out.getvalue())
    assert upright["score"] == pytest.approx(plain["score"], abs=1e-3), "shown upright, as everywhere"
    assert served.post("/v1/score", picture(10, kind="WEBP"))[0] == 200


def test_that_several_images_are_answered_in_order_and_bad_ones_in_their_places(served: Served) -> None:
    files = [("images", "one.png", picture(200)), ("x", "no.jpg", b"no image"), ("images", "two.png", picture(10))]
    status, found = served.post("/v1/scores?explain=false", files)
    assert status == 200
    first, bad, last = found["results"]
    assert [one["name"] for one in found["results"]] == ["one.png", "no.jpg", "two.png"]
    assert bad == {"name": "no.jpg", "problem": "not a readable image"}
    assert first["explanation"] == "" and first["score"] != last["score"]
    assert last["score"] == pytest.approx(served.post("/v1/score?explain=false", picture(10))[1]["score"], abs=1e-3)
    status, found = served.post("/v1/scores", [("images", "no.jpg", b"no image")])
    assert (status, found["error"]) == (422, "No image can be used. The first: not a readable image.")


def test_that_requests_at_the_same_time_are_all_answered_or_told_to_wait(served: Served) -> None:
    with ThreadPoolExecutor(12) as clients:
        answers = list(clients.map(lambda n: served.post("/v1/score", picture(20 * (n % 2))), range(12)))
    scores = {n % 2: found["score"] for n, (status, found) in enumerate(answers) if status == 200}
    assert len(scores) == 2
    for number, (status, found) in enumerate(answers):
        if status == 200:
            assert found["score"] == pytest.approx(scores[number % 2], abs=1e-3)
        else:
            assert (status, "already waiting" in found["error"]) == (503, True)
    assert sum(status == 200 for status, _ in answers) >= 6


BAD = {
    "no token": ("/v1/score", b"x", {"token": None}, 401, "token is missing or wrong"),
    "another token": ("/v1/score", b"x", {"token": "é" * 24}, 401, "token is missing or wrong"),
    "no image": ("/v1/score", b"x", {}, 422, "cannot be used: not a readable image."),
    "cut off": ("/v1/score", picture(1)[:300], {}, 422, "damaged or unreadable"),
    "empty": ("/v1/score", b"", {}, 400, "has no image"),
    "JSON": ("/v1/score", b"{}", {"content_type": "application/json"}, 415, "application/json is no image"),
    "too large": ("/v1/score", b"x" * 300_000, {}, 413, "larger than 0.2 MB"),
    "much too large": ("/v1/score", b"x" * 30_000_000, {}, 413, "larger than 0.2 MB"),
    "too large in a form": ("/v1/score", [("image", "a", b"x" * 230_000)], {}, 413, "larger than 0.2 MB"),
    "one too large of two": ("/v1/scores", [("a", "a", b"x" * 230_000)], {}, 422, "larger than 0.2 MB"),
    "two for one": ("/v1/score", [("image", "a", b"x"), ("image", "b", b"x")], {}, 400, "Too many files"),
    "too many": ("/v1/scores", [("image", "a", b"x")] * 4, {}, 400, "Too many files"),
    "no file": ("/v1/scores", b"--B--\r\n", {"content_type": "multipart/form-data; boundary=B"}, 400, "no file"),
    "no boundary": ("/v1/scores", b"x", {"content_type": "multipart/form-data"}, 400, "boundary"),
    "odd question": ("/v1/score?explain=perhaps", b"x", {}, 422, "explain"),
    "unknown": ("/v2/score", b"x", {}, 404, "Not Found"),
    "foreign name": ("/v1/score", b"x", {"host": "evil.example:80"}, 421, "on this computer only"),
}


@pytest.mark.parametrize("name", BAD)
def test_that_a_bad_request_is_refused_with_a_reason(name: str, served: Served) -> None:
    path, body, how, status, part = BAD[name]
    found = served.post(path, body, **how)  # type: ignore[arg-type]
    assert found[0] == status, found
    assert part in found[1]["error"]


def test_that_health_and_documentation_need_no_token_and_nothing_from_elsewhere(served: Served) -> None:
    assert served.get("/health", token=None) == (200, {"status": "ready", "version": "demo/base", "message": ""})
    status, text = served.get("/docs", token=None)
    assert status == 200
    links = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert set(links) == {"data:,", "/files/page.css", "/", "/openapi.json"}
    for word in ("POST /v1/score", "POST /v1/scores", "GET /health", "ScoreInterval", "reference values", "image/*"):
        assert word in text
    status, description = served.get("/openapi.json", token=None)
    assert status == 200
    assert set(description["paths"]) == {"/health", "/v1/model", "/v1/score", "/v1/scores"}
    assert "security" in description["paths"]["/v1/score"]["post"]
    assert served.get("/files/../serve.py", token=None)[0] == 404
    facts = served.get("/v1/model")[1]
    assert (facts["low"], facts["high"], facts["lower_is_better"], facts["device"]) == (1.0, 10.0, False, "cpu")
    assert facts["limits"] == {"image_bytes": 200_000, "images": 3, "request_bytes": 600_000, "waiting": 6}


def test_that_the_server_loads_no_torch_and_its_model_keeps_nothing(served: Served) -> None:
    (model,) = (one for one in served.children() if "engine.worker" in " ".join(one.cmdline()))
    maps = {one.pid: {Path(region.path).name for region in psutil.Process(one.pid).memory_maps()} for one in
            (psutil.Process(served.process.pid), model)}  # fmt: skip
    assert not any("torch" in name for name in maps[served.process.pid])
    assert any("torch" in name for name in maps[model.pid])
    home = Path(next(one for one in model.cmdline() if "score-studio-model-" in one))
    assert "Predicted" not in (home / "events.jsonl").read_text()
    assert not list(home.glob("journal*"))
    assert [one.name for one in home.parent.iterdir() if one.name != ".owner.lock"] == [home.name], "no upload is kept"


def test_that_the_page_scores_what_is_dropped_on_it(served: Served, tmp_path: Path) -> None:
    files = [tmp_path / "one <b>bold.png", tmp_path / "no.jpg"]
    files[0].write_bytes(picture(200))
    files[1].write_text("no image")
    with Browser(tmp_path / "profile") as browser:
        browser.open(f"{served.page}#token={served.token}")
        browser.until(
            "document.getElementById('model').textContent", lambda text: "demo/base" in text and "cpu" in text
        )
        assert browser.value("location.href") == served.page, "the token is not left in the address"
        browser.drop("#drop", files)
        score = browser.until("document.querySelector('.score')?.textContent")
        problem = browser.until("document.querySelector('.problem')?.textContent")
        assert score == f"{served.post('/v1/score', picture(200))[1]['score']:.2f}"
        assert problem == "The image cannot be used: not a readable image."
        assert browser.value("document.querySelectorAll('.bars span').length") == 10
        assert "one <b>bold.png" in browser.value("document.body.innerText"), "a name is shown, not obeyed"
        assert len(browser.value("document.querySelector('.explanation').textContent")) > 20
        browser.open(f"{served.page}docs")
        assert "POST /v1/score" in browser.value("document.body.innerText")
        own = (served.page, f"blob:{served.page}", "about:blank", "data:,")
        assert [one for one in browser.requests() if not one.startswith(own)] == []
        assert [one for one in browser.problems() if "422" not in one] == []


def test_that_the_page_asks_for_the_token_and_takes_files_by_the_keyboard(served: Served, tmp_path: Path) -> None:
    (tmp_path / "one.png").write_bytes(picture(30))
    (tmp_path / "large.png").write_bytes(b"x" * 200_001)
    with Browser(tmp_path / "profile") as browser:
        browser.open(served.page)
        browser.until("!document.getElementById('access').hidden")
        assert "token is missing or wrong" in browser.value("document.getElementById('model').textContent")
        browser.value("document.getElementById('token').focus()")
        assert served.token is not None
        browser.type(served.token)
        browser.press_enter()
        browser.until("document.getElementById('access').hidden")
        node = browser.call("DOM.getDocument")["root"]["nodeId"]
        field = browser.call("DOM.querySelector", nodeId=node, selector="#images")["nodeId"]
        files = [str(tmp_path / "one.png"), str(tmp_path / "large.png")]
        browser.call("DOM.setFileInputFiles", nodeId=field, files=files)
        assert float(browser.until("document.querySelector('.score')?.textContent")) >= 1
        assert "larger than" in browser.until("document.querySelector('.problem')?.textContent")


@pytest.mark.slow
def test_that_a_killed_model_is_started_again_and_the_request_is_answered(served: Served) -> None:
    before = served.post("/v1/score", picture(60))[1]
    for process in served.children():
        process.kill()
    status, after = served.post("/v1/score", picture(60))
    assert (status, after["score"]) == (200, pytest.approx(before["score"]))
    assert after["explanation"] == before["explanation"]
    assert "SIGKILL" in served.wait_for(".*The model is loaded again")


@pytest.mark.slow
def test_that_answers_are_those_of_the_command_predict(served: Served, export: Path, tmp_path: Path) -> None:
    (tmp_path / "one.png").write_bytes(picture(90))
    predictor = exported_predictor(export)
    (row,) = run_outside(predictor.spec, [{"image_id": 0, "path": str(tmp_path / "one.png"), "explain": True}])
    found = served.post("/v1/score", picture(90))[1]
    assert found["score"] == pytest.approx(predictor.score(row["logprobs"]), abs=1e-6)
    assert (found["explanation"], found["label"]) == (row["text"], row["label"])
