"""Keys of judges' servers: where they are kept, and that each is bound to the address it was entered for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import keyring
import keyring.backends.fail
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from engine.contract.judge_types import JUDGE_KEY, JUDGE_KEY_ORIGIN, origin_of
from studio.services.errors import StudioError
from studio.services.judging import keys

HERE, OTHER = "http://localhost:8000/v1", "http://localhost:8001/v1"


class MemoryKeyring(KeyringBackend):
    """A keyring as a desktop has it."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("there is none")
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (JUDGE_KEY, JUDGE_KEY_ORIGIN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(keys, "_session", {})
    monkeypatch.setattr(keys, "_given", [])


@pytest.fixture(params=["keyring", "none"])
def kept_in(request: pytest.FixtureRequest) -> Iterator[str]:
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring() if request.param == "keyring" else keyring.backends.fail.Keyring())
    yield "keyring" if request.param == "keyring" else "session"
    keyring.set_keyring(before)


def test_that_a_key_is_kept_for_its_address_alone_until_it_is_forgotten(kept_in: str) -> None:
    assert keys.key_of(HERE) is None and keys.environment_for(HERE) == {}
    assert keys.set_key(HERE, "secret") == kept_in
    assert keys.key_of(HERE) == ("secret", kept_in) == keys.key_of("http://LOCALHOST:8000/another/path")
    assert keys.environment_for(HERE) == {JUDGE_KEY: "secret", JUDGE_KEY_ORIGIN: "http://localhost:8000"}
    for other in (OTHER, "https://localhost:8000/v1", "http://localhost.example.org:8000/v1", "http://localhost/v1"):
        assert keys.key_of(other) is None
    keys.forget_key(HERE)
    keys.forget_key(OTHER)
    assert keys.key_of(HERE) is None


def test_that_a_key_in_the_environment_is_openais_unless_it_is_bound(
    monkeypatch: pytest.MonkeyPatch, kept_in: str
) -> None:
    monkeypatch.setenv(JUDGE_KEY, "given")
    keys.take_from_environment()
    assert JUDGE_KEY not in os.environ, "no child inherits it, nor a program that opens a folder or a link"
    assert keys.key_of("https://api.openai.com/v1") == ("given", "environment")
    assert keys.key_of(HERE) is None
    keys.bind_environment_key(HERE)
    assert keys.key_of(HERE) == ("given", "environment") and keys.key_of("https://api.openai.com/v1") is None
    keys.bind_environment_key(OTHER)
    assert keys.key_of(OTHER) is None, "it is bound once"


@pytest.mark.parametrize(("bound", "found"), [(HERE, True), ("HTTP://Localhost:8000", True), ("http://[x", False)])
def test_that_a_key_may_be_bound_by_any_address_of_its_server(
    monkeypatch: pytest.MonkeyPatch, kept_in: str, bound: str, found: bool
) -> None:
    monkeypatch.setenv(JUDGE_KEY, "given")
    monkeypatch.setenv(JUDGE_KEY_ORIGIN, bound)
    keys.take_from_environment()
    assert (keys.key_of(HERE) == ("given", "environment")) is found
    assert keys.key_of("https://api.openai.com/v1") is None and JUDGE_KEY not in os.environ


def test_that_a_process_that_continues_the_queue_gets_what_no_keyring_has(
    monkeypatch: pytest.MonkeyPatch, kept_in: str
) -> None:
    keys.set_key(HERE, "secret")
    expected = {} if kept_in == "keyring" else {JUDGE_KEY: "secret", JUDGE_KEY_ORIGIN: "http://localhost:8000"}
    assert keys.handed_over([OTHER, HERE]) == expected
    assert keys.handed_over([OTHER]) == {} == keys.handed_over([])


@pytest.mark.parametrize("key", ["sk two", "sk-\u2026", "sk\nsk"])
def test_that_what_is_no_key_is_not_kept_nor_repeated(key: str, kept_in: str) -> None:
    with pytest.raises(StudioError) as caught:
        keys.set_key(HERE, key)
    assert key not in str(caught.value) and keys.key_of(HERE) is None
    assert keys.set_key(HERE, " secret\r\n") == kept_in and keys.key_of(HERE) == ("secret", kept_in)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com"),
        ("https://API.OpenAI.com", "https://api.openai.com"),
        ("http://[::1]:8000/v1", "http://[::1]:8000"),
        ("http://user:pass@evil.org/v1", "http://evil.org"),
        ("https://api.openai.com@evil.org/v1", "https://evil.org"),
    ],
)
def test_that_an_origin_is_scheme_host_and_port(address: str, origin: str) -> None:
    assert origin_of(address) == origin
