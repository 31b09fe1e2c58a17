"""What every language model offers: prompts in, texts out, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

FinishReason = Literal["stop", "length", "error"]

LARGEST_SEED = 2**31
"""Seeds are taken modulo this: 2**32 - 1 means "random" to llama.cpp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an answer may not say: words, numbers in digits or in words, names in braces.

    ``barred`` and ``barred_numbers`` are single words in lower case; ``needed`` are those that stay possible
    even where a model can only write them by beginning with a barred one. ``numbers`` are the only ones in
    digits: whole runs of digits ("3" and "38" for 3:38), with letters where they belong ("1990s").
    ``barred_units`` are the words in lower case that may not stand right behind some of these numbers.
    ``placeholders`` are the only names that may stand in braces.
    """

    barred: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    barred_numbers: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    barred_units: tuple[tuple[str, tuple[str, ...]], ...] = ()
    placeholders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What the model is to answer.

    ``completion`` continues the bare text of ``user`` without a chat template; ``system`` is then put in
    front of it, with a blank line between. ``seed`` decides the random choices of this prompt alone,
    whatever stands beside it. A model on this machine keeps to ``bounds`` as far as its vocabulary lets
    it, unless there is a schema; others do not know them, so they are made when they are asked for.
    """

    user: str
    system: str | None = None
    completion: bool = False
    seed: int | None = None
    bounds: Callable[[], Bounds] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What the model answered.

    ``finish_reason`` is ``length`` where the text was cut at ``max_tokens``, and ``error`` where there is
    no text; ``error`` then says why.
    """

    text: str
    finish_reason: FinishReason
    error: str | None = None


def seed_of(prompt: Prompt, seed: int, place: int) -> int:
    """The seed of one prompt of a call."""
    return seed + (place if prompt.seed is None else prompt.seed)


class TextGenerator(Protocol):
    """A language model. ``model`` and ``adapter`` name its weights and change when they change."""

    model: str
    adapter: str | None

    def generate(
        self,
        prompts: Sequence[Prompt],
        *,
        max_tokens: int,
        temperature: float,
        seed: int,
        schema: Mapping[str, object] | None = None,
    ) -> list[Generation]:
        """One generation a prompt, in the prompts' order; no prompts give an empty list.

        ``seed`` and the prompt's place decide every random choice, unless the prompt has a seed of its own;
        ``temperature`` 0 is greedy. With ``schema`` (a JSON schema) each text is JSON that fulfils it, unless
        cut at ``max_tokens``. A prompt that fails gives a Generation with ``error``. Raises GenerationError
        if the model as a whole cannot answer, or after ``close``.
        """

    def close(self) -> None:
        """Frees the model; closing twice is fine."""


def failed(reason: str) -> Generation:
    """A generation without text, and why."""
    return Generation(text="", finish_reason="error", error=reason)


def payload(
    prompt: Prompt,
    *,
    max_tokens: int,
    temperature: float,
    seed: int,
    schema: Mapping[str, object] | None,
) -> dict[str, object]:
    """The body of an OpenAI-style request: ``messages`` for a chat, ``prompt`` for a completion."""
    body: dict[str, object] = {
        "max_tokens": max_tokens,
        "temperature": temperature,
        "seed": seed % LARGEST_SEED,
    }
    if schema is not None:
        wanted = {"name": "answer", "strict": True, "schema": dict(schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": wanted}
    user = _encodable(prompt.user)
    system = None if prompt.system is None else _encodable(prompt.system)
    if prompt.completion:
        body["prompt"] = user if system is None else f"{system}\n\n{user}"
        if schema is not None:
            body["json_schema"] = dict(schema)  # llama.cpp reads only this one in a completion
        return body
    leading = [] if system is None else [{"role": "system", "content": system}]
    body["messages"] = [*leading, {"role": "user", "content": user}]
    return body


def read_answer(answer: object) -> Generation:
    """The generation in the body of an OpenAI-style response, or one with ``error`` if there is none."""
    if not isinstance(answer, dict):
        return failed(f"the model answered {_short(answer)}, which is not a JSON object")
    if "error" in answer:
        problem = answer["error"]
        return failed(str(problem.get("message", problem)) if isinstance(problem, dict) else str(problem))
    try:
        choice = answer["choices"][0]
        text = choice["message"]["content"] if "message" in choice else choice["text"]
        reason = choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError):
        return failed(f"the model answered {_short(answer)}, which holds no text")
    if not isinstance(text, str):
        return failed(f"the model answered {_short(answer)}, which holds no text")
    return Generation(text=text, finish_reason="length" if reason == "length" else "stop")


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _short(value: object, most: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= most else text[:most] + "…"
