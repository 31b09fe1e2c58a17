"""The JSON API against its own OpenAPI document, with inputs that Schemathesis makes up.

``pip install '.[interop]'`` brings it; the same inputs come every time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from linernotes.library import Library
from linernotes.serve.access import Door
from linernotes.serve.adding import Adding
from linernotes.serve.http import create_app
from table_library import make_library

schemathesis = pytest.importorskip("schemathesis", reason="needs the extra [interop]")
pytestmark = [pytest.mark.interop, pytest.mark.slow]

EXAMPLES = 25
"""Calls of each operation, good and bad ones."""
OPERATIONS = 28
"""At least so many are tried, so that a document that says less is noticed."""
ITS_HOST = "testserver"


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The document of an application with something of everything in it."""
    with Library(make_library(tmp_path_factory.mktemp("openapi"))) as library:
        answer = library.ask("calm ambient", listener="me")
        library.feedback("me", answer.picks[0].track.id, "like", answer_id=answer.id)
        library.say("me", "I like calm piano")
        adding = Adding(library.settings, [sys.executable, "-c", ""])  # no made-up folder is really added
        app = create_app(library, Door(hosts=frozenset({ITS_HOST})), adding)
        yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


def test_every_reply_is_as_described(described: Any) -> None:
    failures: list[str] = []
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()
        tried += 1
        try:
            _try_out(operation)
        except (Exception, BaseExceptionGroup) as failure:  # noqa: BLE001 - the others are tried as well
            failures.append(f"{operation.label}: {failure!s}")
    assert not failures, "\n\n".join(failures)
    assert tried >= OPERATIONS


def _try_out(operation: Any) -> None:
    modes = schemathesis.GenerationMode
    for mode in (modes.POSITIVE, modes.NEGATIVE):

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def holds(case: Any) -> None:
            case.call_and_validate()

        try:
            holds()
        except Unsatisfiable:
            continue  # nothing that is sent could be wrong
