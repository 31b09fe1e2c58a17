"""A tenth of our own requests, for tests in which a turn is to be quick."""

from __future__ import annotations

from functools import cache

from linernotes.learn.corpora.rows import read_rows
from linernotes.learn.fixed import OWN_REQUESTS, FixedRequests, read_request


@cache
def few_own_requests() -> FixedRequests:
    rows = [row for at, row in enumerate(read_rows(OWN_REQUESTS)) if at % 10 == 0]
    return FixedRequests([read_request(song, *row) for song, row in enumerate(rows, start=1)])
