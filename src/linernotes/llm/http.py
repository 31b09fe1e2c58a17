"""A language model on any OpenAI-compatible server: vLLM, llama-server, Ollama."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from linernotes.errors import GenerationError, InputError
from linernotes.llm.protocol import Generation, Prompt, failed, payload, read_answer, seed_of

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_CONCURRENCY = 4
_PAUSES_S = (0.5, 1.0, 2.0)
"""Between tries; one more try than pauses."""
_LONGEST_PAUSE_S = 30.0
"""However long a server asks us to wait."""
_REFUSALS = {
    401: "is the API key right?",
    403: "is the API key right?",
    404: "is the URL, or the model, right?",
}


class HttpGenerator:
    """The model ``model`` of the server at ``url``, with or without ``/v1`` at its end.

    Timeouts, 429 and 5xx are tried again after a pause. A prompt that fails for good gives a Generation
    with ``error``; a server that cannot be reached, or refuses us, raises GenerationError.
    """

    def __init__(
        self,
        url: str,
        model: str,
        api_key: str | None = None,
        timeout_s: float = 120.0,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises InputError for a URL that is none."""
        import httpx

        self.model = model
        self.adapter: str | None = None
        self._url = _base_url(url)
        self._sleep = sleep
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        try:
            self._client = httpx.Client(base_url=self._url, timeout=timeout_s, headers=headers)
        except httpx.InvalidURL as err:
            raise InputError(f"{url} is no URL: {err}") from err

    def generate(
        self,
        prompts: Sequence[Prompt],
        *,
        max_tokens: int,
        temperature: float,
        seed: int,
        schema: Mapping[str, object] | None = None,
    ) -> list[Generation]:
        """See TextGenerator; four prompts are under way at a time."""
        if self._client.is_closed:
            raise GenerationError("the language model is closed")
        bodies = [
            {
                "model": self.model,
                **payload(
                    prompt,
                    max_tokens=max_tokens,
                    temperature=temperature,
                    seed=seed_of(prompt, seed, place),
                    schema=schema,
                ),
            }
            for place, prompt in enumerate(prompts)
        ]
        pool = ThreadPoolExecutor(_CONCURRENCY)
        try:
            return list(pool.map(self._generation, bodies))
        finally:
            pool.shutdown(cancel_futures=True)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _generation(self, body: Mapping[str, object]) -> Generation:
        for pause_s in _PAUSES_S:
            try:
                return self._attempt(body)
            except _PassingError as err:
                logger.info("%s; trying again", err)
                self._sleep(min(max(pause_s, err.wait_s), _LONGEST_PAUSE_S))
        try:
            return self._attempt(body)
        except _UnreachableError as err:
            raise GenerationError(str(err)) from err
        except _PassingError as err:
            return failed(str(err))

    def _attempt(self, body: Mapping[str, object]) -> Generation:
        import httpx

        try:
            response = self._client.post(
                "completions" if "prompt" in body else "chat/completions", json=dict(body)
            )
        except (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout) as err:
            raise _PassingError(f"no answer in time from {self._url}") from err
        except httpx.RequestError as err:
            raise _UnreachableError(f"cannot reach {self._url}: {err}") from err
        if response.status_code == 429 or response.status_code >= 500:
            problem = f"{self._url} answered {response.status_code} {response.reason_phrase}"
            raise _PassingError(problem, wait_s=_retry_after_s(response))
        return self._read(response)

    def _read(self, response: httpx.Response) -> Generation:
        status = response.status_code
        if status in _REFUSALS:
            raise GenerationError(f"{self._url} refused with status {status}: {_REFUSALS[status]}")
        try:
            answer = response.json()
        except ValueError:
            return failed(f"{self._url} answered {status} and no JSON: {response.text[:120]!r}")
        if status != 200 and not (isinstance(answer, dict) and "error" in answer):
            return failed(f"{self._url} answered {status}: {response.text[:120]!r}")
        return read_answer(answer)


class _PassingError(Exception):
    """Something that may go away; ``wait_s`` is how long the server asks us to wait."""

    def __init__(self, problem: str, wait_s: float = 0.0) -> None:
        super().__init__(problem)
        self.wait_s = wait_s


class _UnreachableError(_PassingError):
    """No connection at all: the other prompts will fare no better."""


def _base_url(url: str) -> str:
    trimmed = url.strip().rstrip("/")
    if not trimmed.startswith(("http://", "https://")):
        raise InputError(f"the URL of the language model, {url!r}, must begin with http:// or https://")
    host_and_path = trimmed.partition("://")[2]
    return f"{trimmed}/" if "/" in host_and_path else f"{trimmed}/v1/"


def _retry_after_s(response: httpx.Response) -> float:
    try:
        return float(response.headers.get("Retry-After", ""))
    except ValueError:  # absent, or a date
        return 0.0
