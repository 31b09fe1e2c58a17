"""A language model in processes of our own: its files, its randomness, its deaths."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from linernotes.errors import GenerationError, ModelError
from linernotes.llm import Bounds, Generation, LocalGenerator, Prompt


@pytest.fixture(scope="session")
def gguf_path(models_dir: Path) -> Path:
    return next(models_dir.rglob("SmolLM2*.gguf"))


def ask(generator: LocalGenerator, *users: str, max_tokens: int = 8) -> list[Generation]:
    prompts = [Prompt(user=user) for user in users]
    return generator.generate(prompts, max_tokens=max_tokens, temperature=0.0, seed=1)


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nothing\.gguf"):
        LocalGenerator(tmp_path / "nothing.gguf")


def test_a_file_that_is_no_model_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF and then nothing")
    generator = LocalGenerator(tmp_path / "broken.gguf", workers=1)
    with pytest.raises(ModelError, match="cannot be loaded"):
        ask(generator, "Hi")
    bounded = Prompt(user="Hi", bounds=lambda: Bounds(barred=("polka",)))
    with pytest.raises(ModelError, match="cannot be loaded"):
        generator.generate([bounded], max_tokens=8, temperature=0.0, seed=1)
    generator.close()


def test_a_model_is_named_after_its_file_and_content(tmp_path: Path) -> None:
    path = tmp_path / "small.gguf"
    path.write_bytes(b"one")
    one = LocalGenerator(path).model
    path.write_bytes(b"other")
    other = LocalGenerator(path).model
    assert one == "small.gguf@7692c3ad3540"
    assert other.startswith("small.gguf@")
    assert other != one


@pytest.mark.models
def test_greedy_texts_are_the_same_however_they_are_spread(gguf_path: Path) -> None:
    users = [f"Describe a {mood} song in {key}." for mood in ("sad", "wild") for key in ("A", "C")]
    texts = []
    for workers, slots in ((1, 1), (2, 3)):
        generator = LocalGenerator(gguf_path, workers=workers, slots=slots, context=256)
        texts.append([one.text for one in ask(generator, *users, max_tokens=12)])
        generator.close()
    assert texts[0] == texts[1]


@pytest.mark.models
def test_equal_prompts_are_sampled_apart_and_repeatably(gguf_path: Path) -> None:
    generator = LocalGenerator(gguf_path, workers=1, slots=2, context=256)
    prompts = [Prompt(user="Name a colour and an animal.")] * 3
    one = generator.generate(prompts, max_tokens=16, temperature=1.0, seed=5)
    again = generator.generate(prompts, max_tokens=16, temperature=1.0, seed=5)
    generator.close()
    assert one == again
    assert len({answer.text for answer in one}) > 1


@pytest.mark.models
def test_a_model_that_dies_is_started_again(gguf_path: Path) -> None:
    generator = LocalGenerator(gguf_path, workers=1, context=256)
    before = ask(generator, "Say hello.")
    os.kill(generator._workers[0]._process.pid, signal.SIGKILL)
    assert ask(generator, "Say hello.") == before
    generator.close()


@pytest.mark.models
def test_a_model_that_dies_again_is_given_up(gguf_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = LocalGenerator(gguf_path, workers=1, context=256)
    start = generator._start

    def start_and_kill(count: int) -> None:
        start(count)
        for worker in generator._workers:
            os.kill(worker._process.pid, signal.SIGKILL)
            worker._process.wait()

    monkeypatch.setattr(generator, "_start", start_and_kill)
    with pytest.raises(GenerationError, match="died twice"):
        ask(generator, "Say hello.")
    generator.close()


@pytest.mark.models
def test_the_child_ends_with_its_parent(gguf_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from linernotes.llm import LocalGenerator, Prompt\n"
        "generator = LocalGenerator(Path(sys.argv[1]), workers=1, context=256)\n"
        "generator.generate([Prompt(user='Hi')], max_tokens=1, temperature=0.0, seed=0)\n"
        "print(generator._workers[0]._process.pid, flush=True); os._exit(0)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(gguf_path)], capture_output=True, text=True, check=True
    )
    child = int(run.stdout)
    gone = threading.Event()
    for _ in range(200):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            break
        if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
            break
        gone.wait(0.02)
    else:
        pytest.fail("the child outlived its parent")


@pytest.mark.models
def test_an_adapter_changes_what_is_written(gguf_path: Path, tmp_path: Path) -> None:
    adapter = tmp_path / "loud.gguf"
    write_lora(adapter, rank=2, width=576, blocks=30)
    texts = []
    for path in (None, adapter):
        generator = LocalGenerator(gguf_path, adapter_path=path, workers=1, context=256)
        texts.append(ask(generator, "Say hello.")[0].text)
        name = generator.adapter
        generator.close()
    assert texts[0] != texts[1]
    assert name is not None
    assert name.startswith("loud.gguf@")


def write_lora(path: Path, *, rank: int, width: int, blocks: int) -> None:
    """A LoRA adapter in GGUF (version 3, float32) that shakes the outputs of every attention block."""
    generator = np.random.default_rng(3)
    tensors = {}
    for block in range(blocks):
        for side, shape in (("a", (rank, width)), ("b", (width, rank))):
            noise = generator.normal(0.0, 0.3, shape).astype("<f4")
            tensors[f"blk.{block}.attn_output.weight.lora_{side}"] = noise

    def text(value: str) -> bytes:
        return len(value).to_bytes(8, "little") + value.encode()

    def entry(key: str, kind: int, value: bytes) -> bytes:
        return text(key) + kind.to_bytes(4, "little") + value

    head = (
        b"GGUF" + (3).to_bytes(4, "little") + len(tensors).to_bytes(8, "little") + (4).to_bytes(8, "little")
    )
    head += entry("general.architecture", 8, text("llama")) + entry("general.type", 8, text("adapter"))
    head += entry("adapter.type", 8, text("lora"))
    head += entry("adapter.lora.alpha", 6, np.float32(rank).tobytes())
    offset = 0
    for name, array in tensors.items():
        head += text(name) + (2).to_bytes(4, "little")
        head += b"".join(size.to_bytes(8, "little") for size in reversed(array.shape))
        head += (0).to_bytes(4, "little") + offset.to_bytes(8, "little")
        offset += -(-array.nbytes // 32) * 32
    body = b"".join(array.tobytes().ljust(-(-array.nbytes // 32) * 32, b"\0") for array in tensors.values())
    path.write_bytes(head.ljust(-(-len(head) // 32) * 32, b"\0") + body)


@pytest.mark.models
def test_a_prompt_with_a_seed_of_its_own_is_answered_alike_wherever_it_stands(gguf_path: Path) -> None:
    own = Prompt(user="Name a colour.", seed=7)
    others = [Prompt(user="Say hello."), Prompt(user="Count to five.")]
    generator = LocalGenerator(gguf_path, workers=1)
    try:
        alone = generator.generate([own], max_tokens=12, temperature=0.9, seed=1)
        beside = generator.generate([*others, own], max_tokens=12, temperature=0.9, seed=1)
    finally:
        generator.close()
    assert alone[0].text == beside[2].text
