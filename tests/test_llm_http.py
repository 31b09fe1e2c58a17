"""A language model on a server, and everything that a server may do instead of answering."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from linernotes.errors import GenerationError, InputError
from linernotes.llm import Generation, HttpGenerator, Prompt
from openai_server import Scripted, openai_server


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    with openai_server() as server:
        yield server


def ask(generator: HttpGenerator, *users: str) -> list[Generation]:
    prompts = [Prompt(user=user) for user in users]
    return generator.generate(prompts, max_tokens=8, temperature=0.0, seed=1)


def test_busy_answers_are_tried_again_after_a_pause(scripted: Scripted) -> None:
    pauses: list[float] = []
    scripted.replies = [(429, {"Retry-After": "7"}, "slow down"), (503, {}, "starting")]
    generator = HttpGenerator(scripted.url, "echo", sleep=pauses.append)
    (answer,) = ask(generator, "Hi")
    generator.close()
    assert answer.text == "You said: Hi"
    assert pauses == [7.0, 1.0]


def test_a_server_that_stays_broken_fails_the_prompt_after_four_tries(scripted: Scripted) -> None:
    scripted.replies = [(500, {}, "oops")] * 4
    generator = HttpGenerator(scripted.url, "echo", sleep=lambda _s: None)
    first, second = ask(generator, "Hi")[0], ask(generator, "Hi")[0]
    generator.close()
    assert first.finish_reason == "error"
    assert "500" in (first.error or "")
    assert second.text == "You said: Hi"


@pytest.mark.parametrize("nonsense", ["", "<html>Welcome</html>", "[1, 2]", '{"choices": 7}', '{"id": 1}'])
def test_a_server_that_answers_nonsense_fails_the_prompt(scripted: Scripted, nonsense: str) -> None:
    scripted.replies = [(200, {}, nonsense)]
    generator = HttpGenerator(scripted.url, "echo", sleep=lambda _s: None)
    (answer,) = ask(generator, "Hi")
    generator.close()
    assert answer.finish_reason == "error"
    assert answer.error


def test_a_refused_key_stops_the_call(scripted: Scripted) -> None:
    scripted.replies = [(401, {}, '{"error": "no"}')]
    generator = HttpGenerator(scripted.url, "echo", api_key="wrong", sleep=lambda _s: None)
    with pytest.raises(GenerationError, match="key"):
        ask(generator, "Hi")
    generator.close()


def test_a_server_that_is_not_there_stops_the_call() -> None:
    pauses: list[float] = []
    generator = HttpGenerator("http://127.0.0.1:9", "echo", sleep=pauses.append)
    with pytest.raises(GenerationError, match="cannot reach"):
        ask(generator, "Hi")
    generator.close()
    assert pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("url", ["localhost:8080", "", "ftp://host"])
def test_a_url_without_http_is_named(url: str) -> None:
    with pytest.raises(InputError, match="http://"):
        HttpGenerator(url, "echo")


def test_a_url_that_is_none_is_named() -> None:
    with pytest.raises(InputError, match="is no URL"):
        HttpGenerator("http://localhost:80a80", "echo")


def test_a_server_that_hangs_fails_the_prompt() -> None:
    with _deaf_port() as port:
        generator = HttpGenerator(f"http://127.0.0.1:{port}", "echo", timeout_s=0.05, sleep=lambda _s: None)
        (answer,) = ask(generator, "Hi")
        generator.close()
    assert "in time" in (answer.error or "")


def test_key_model_and_paths_reach_the_server(scripted: Scripted) -> None:
    for url in (scripted.url, scripted.url + "/v1/", scripted.url + "/api/v3"):
        generator = HttpGenerator(url, "echo", api_key="sesame")
        ask(generator, "Hi")
        generator.close()
    paths = [path for path, _, _ in scripted.requests]
    assert paths == ["/v1/chat/completions", "/v1/chat/completions", "/api/v3/chat/completions"]
    _, headers, body = scripted.requests[0]
    assert headers["Authorization"] == "Bearer sesame"
    assert body["model"] == "echo"


def test_a_completion_prompt_goes_to_the_completions_door(scripted: Scripted) -> None:
    generator = HttpGenerator(scripted.url, "echo")
    prompts = [Prompt(user="Once upon", completion=True)]
    (answer,) = generator.generate(prompts, max_tokens=9, temperature=0.0, seed=0)
    generator.close()
    assert answer.text == "You said: Once upon"
    assert scripted.requests[0][0] == "/v1/completions"


@contextmanager
def _deaf_port() -> Iterator[int]:
    """A port where connections are taken up and never answered."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        yield deaf.getsockname()[1]
