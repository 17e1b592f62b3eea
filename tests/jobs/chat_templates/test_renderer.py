"""A chat template in a child: the texts that are wanted, while what a hostile template does ends with the child."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from engine.contract.resources import resource_path
from studio.jobs.chat_templates import renderer
from studio.jobs.chat_templates.renderer import render_in_child
from studio.jobs.chat_templates.renderer_child import READY
from studio.jobs.process import child_environment
from studio.services.prompting.chat_template import read_chat_template
from studio.services.prompting.rendering import TemplateError, render_conversations
from studio.services.prompting.types import TemplateConversation, TemplateRequest

ASKED = (TemplateConversation("How good is it? ü"), TemplateConversation("How good is it? ü", "#Score: 6"))
ENDLESS = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
DOUBLING = "{% set n = namespace(a='a') %}{% for i in range(40) %}{% set n.a = n.a ~ n.a %}{% endfor %}{{ n.a }}"
LARGE = (
    '{{ "%50000000d" % 1 }}',
    '{{ "a"|center(50000000) }}',
    '{{ "x".ljust(50000000) }}',
    "{{ 'a' * 99999999999 }}",
    '{{ "x".ljust(900000000)|length }}',
    DOUBLING,
)
needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="the system does not limit memory")


def request(source: str) -> TemplateRequest:
    return TemplateRequest(source, {}, ASKED)


def test_that_the_child_writes_what_this_process_would_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = read_chat_template(resource_path("demo", "model"))
    asked = TemplateRequest(demo.source, demo.named, ASKED)
    renderer._answer.cache_clear()
    texts = render_in_child(asked)
    assert texts == render_conversations(asked) and "ü" in texts[0] and texts[1].startswith(texts[0])
    monkeypatch.setattr(renderer, "LineProcess", None)
    assert render_in_child(asked) == texts


@needs_limits
@pytest.mark.parametrize("source", LARGE)
def test_that_a_template_that_grows_is_refused_without_its_text(source: str) -> None:
    with pytest.raises(TemplateError, match="cannot be rendered") as caught:
        render_in_child(request(source))
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("source", [ENDLESS, "{{ 9 ** (9 ** 9) }}"])
def test_that_one_that_does_not_end_is_ended(source: str) -> None:
    start = time.monotonic()
    with pytest.raises(TemplateError):
        render_in_child(request(source))
    assert time.monotonic() - start < renderer.START_SECONDS + 2 * renderer.SECONDS


def test_that_its_reason_is_said_and_short() -> None:
    with pytest.raises(TemplateError, match=r"^The chat template cannot be rendered: no images here\.$"):
        render_in_child(request("{{ raise_exception('no images here') }}"))
    with pytest.raises(TemplateError) as caught:
        render_in_child(request("{{ raise_exception('a' * 9999) }}"))
    assert len(str(caught.value)) < 500


def test_that_the_child_imports_neither_qt_nor_torch_nor_a_database(tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(asdict(request("{{ messages|length }}"))), "utf-8")
    code = (
        f"import sys, pathlib, {renderer._MODULE} as child\n"
        "print(*sys.modules)\n"
        f"child.main(pathlib.Path({str(file)!r}))\n"
        "print(*sys.modules)"
    )
    before, ready, answer, after = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, env=child_environment()
    ).stdout.splitlines()
    assert ready == READY and json.loads(answer) == {"texts": ["1", "2"]}
    assert "jinja2.sandbox" in after.split() and "jinja2" not in before.split()  # the window imports the module, too
    far = ("PySide6", "torch", "sqlalchemy", "pydantic", "db")
    assert not [name for name in after.split() if name.split(".")[0] in far]
