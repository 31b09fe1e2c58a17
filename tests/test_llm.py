"""One contract for every language model, and what goes to it and comes from it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeGenerator
from linernotes.errors import GenerationError
from linernotes.evaluate.cache import CachedGenerator
from linernotes.llm import Generation, HttpGenerator, LocalGenerator, Prompt, TextGenerator
from linernotes.llm.protocol import payload, read_answer
from openai_server import Scripted, openai_server

TOO_LONG = "word " * 3000
SCHEMA = {
    "type": "object",
    "properties": {"mood": {"type": "string", "enum": ["happy", "sad"]}},
    "required": ["mood"],
    "additionalProperties": False,
}


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    with openai_server() as server:
        yield server


@pytest.fixture(scope="session")
def gguf_path(models_dir: Path) -> Path:
    return next(models_dir.rglob("SmolLM2*.gguf"))


XLLAMACPP_SERVER = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx, params.n_parallel, params.n_gpu_layers = 1536, 2, 0
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.warmup, params.verbosity, params.use_jinja = False, -1, True
server = xllamacpp.Server(params)
print("address", server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="session")
def llama_server(gguf_path: Path) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-c", XLLAMACPP_SERVER, str(gguf_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield next(line.split()[1] for line in process.stdout if line.startswith("address "))
        process.kill()


def fake(_request: pytest.FixtureRequest) -> TextGenerator:
    def answer(prompt: Prompt) -> str | Generation:
        if prompt.user == TOO_LONG:
            return Generation(text="", finish_reason="error", error="the prompt is too long")
        return '{"mood": "sad"}' if "JSON" in prompt.user else f"You said: {prompt.user}"

    return FakeGenerator(default=answer)


def http(request: pytest.FixtureRequest) -> TextGenerator:
    return HttpGenerator(request.getfixturevalue("scripted").url, "echo", sleep=lambda _s: None)


def cached(request: pytest.FixtureRequest) -> TextGenerator:
    return CachedGenerator(fake(request), request.getfixturevalue("tmp_path"))


def local(request: pytest.FixtureRequest) -> TextGenerator:
    return LocalGenerator(request.getfixturevalue("gguf_path"), workers=1, context=512)


def http_to_llama(request: pytest.FixtureRequest) -> TextGenerator:
    return HttpGenerator(request.getfixturevalue("llama_server"), "smollm2", sleep=lambda _s: None)


@pytest.fixture(
    params=[
        fake,
        http,
        cached,
        pytest.param(local, marks=pytest.mark.models),
        pytest.param(http_to_llama, marks=pytest.mark.models),
    ]
)
def generator(request: pytest.FixtureRequest) -> Iterator[TextGenerator]:
    make: Callable[[pytest.FixtureRequest], TextGenerator] = request.param
    made = make(request)
    yield made
    made.close()


def ask(generator: TextGenerator, *users: str, max_tokens: int = 8, **more: Any) -> list[Generation]:
    prompts = [Prompt(user=user) for user in users]
    return generator.generate(prompts, max_tokens=max_tokens, temperature=0.0, seed=1, **more)


def test_no_prompts_give_no_generations(generator: TextGenerator) -> None:
    assert ask(generator) == []


def test_generations_come_in_the_order_of_the_prompts(generator: TextGenerator) -> None:
    users = [f"Repeat after me: {word}" for word in ("apple", "river", "seven", "Monday", "violin")]
    together = ask(generator, *users)
    alone = [ask(generator, user)[0] for user in users]
    assert [one.text for one in together] == [one.text for one in alone]
    assert len({one.text for one in together}) > 1


def test_a_text_cut_at_max_tokens_says_so(generator: TextGenerator) -> None:
    (cut,) = ask(generator, "Tell me a long story about a band on the road.", max_tokens=3)
    assert cut.finish_reason == "length"
    assert 0 < len(cut.text) < 60


def test_a_prompt_that_fails_does_not_stop_the_others(generator: TextGenerator) -> None:
    first, second, third = ask(generator, "Say hello.", TOO_LONG, "Say goodbye.")
    assert second.finish_reason == "error"
    assert second.text == ""
    assert second.error
    assert (first.error, third.error) == (None, None)
    assert first.text
    assert third.text


def test_a_schema_gives_json_that_fulfils_it(generator: TextGenerator) -> None:
    (answer,) = ask(generator, "Is rain happy or sad? Answer in JSON.", max_tokens=40, schema=SCHEMA)
    assert json.loads(answer.text)["mood"] in {"happy", "sad"}


@pytest.mark.parametrize("odd", ["", "\x00", "\ud800 half a letter", "🎻 " * 20])
def test_odd_prompts_are_answered_or_refused_one_by_one(generator: TextGenerator, odd: str) -> None:
    first, second = ask(generator, odd, "Say hello.")
    assert (first.finish_reason == "error") == (first.error is not None)
    assert second.text


def test_closing_twice_is_fine_and_a_closed_model_refuses(generator: TextGenerator) -> None:
    generator.close()
    generator.close()
    with pytest.raises(GenerationError, match="closed"):
        ask(generator, "Hello?")


def test_a_model_has_a_name(generator: TextGenerator) -> None:
    assert generator.model
    assert generator.adapter is None


# --- the bodies of requests and answers -------------------------------------------------------------


def test_a_chat_prompt_becomes_messages() -> None:
    body = payload(Prompt(user="Hi", system="Be brief."), max_tokens=5, temperature=0.5, seed=3, schema=None)
    assert body == {
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "max_tokens": 5,
        "temperature": 0.5,
        "seed": 3,
    }


def test_a_completion_continues_the_bare_text() -> None:
    body = payload(
        Prompt(user="tempo: fast\n", completion=True), max_tokens=5, temperature=0.0, seed=0, schema=None
    )
    assert body["prompt"] == "tempo: fast\n"
    assert "messages" not in body


@pytest.mark.parametrize("seed", [-1, 2**32 - 1])
def test_no_seed_means_random(seed: int) -> None:
    body = payload(Prompt(user="Hi"), max_tokens=5, temperature=1.0, seed=seed, schema=None)
    assert body["seed"] == 2**31 - 1


@pytest.mark.parametrize(
    "nonsense",
    [None, [], "text", {}, {"choices": []}, {"choices": [{}]}, {"choices": [{"message": {"content": None}}]}],
)
def test_an_answer_without_a_text_is_an_error(nonsense: object) -> None:
    generation = read_answer(nonsense)
    assert generation.finish_reason == "error"
    assert generation.error
