"""What is known of the tracks of a library, and a copy of it in which answers may be kept."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from linernotes.errors import InputError
from linernotes.evaluate.promises.values import Known
from linernotes.store import Store
from linernotes.types import Fact, FactValue

BELIEVED: Final = 0.5
"""The confidence from which on a fact is known."""
COMMON: Final = 40
_HEARD: Final = frozenset({"audio", "path"})
_FARTHER: Final = _HEARD | {"joined"}
_DATABASE: Final = "library.db"


@contextmanager
def copied(library_dir: Path) -> Iterator[Path]:
    """A copy of a library in a temporary folder, so that what is asked does not stay in the user's own.

    Raises InputError where there is no library.
    """
    if not (library_dir / _DATABASE).is_file():
        raise InputError(
            f"{library_dir} holds no library: `linernotes demo` makes the demo's, --library DIR names another"
        )
    # The index of words watches its files for as long as it lives, and may lock one while they are removed.
    with tempfile.TemporaryDirectory(prefix="linernotes-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "library"
        if (library_dir / "index").is_dir():
            shutil.copytree(library_dir / "index", copy / "index")
        copy.mkdir(exist_ok=True)
        origin = f"{(library_dir / _DATABASE).resolve().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(origin, uri=True)) as source,
            closing(sqlite3.connect(copy / _DATABASE)) as target,
        ):
            source.backup(target)
        yield copy


def read_known(library_dir: Path) -> dict[int, Known]:
    """Every track that can be answered with, by id."""
    store = Store.open(library_dir / _DATABASE)
    try:
        ids = store.catalogue.revisions().ids.tolist()
        tracks, facts = store.catalogue.tracks(ids), store.catalogue.facts(ids)
    finally:
        store.close()
    return {
        track_id: Known(track=track, values=believed(facts[track_id])) for track_id, track in tracks.items()
    }


def believed(facts: Iterable[Fact]) -> dict[str, tuple[FactValue, ...]]:
    """The values of each fact that are neither doubtful nor set aside for what is told of the song itself.

    What a table says of the artist counts where no tag or table speaks of the song; a genre that was heard
    counts where nobody names one.
    """
    claims: dict[str, list[Fact]] = {}
    for fact in facts:
        claims.setdefault(fact.name, []).append(fact)
    found = {
        name: tuple(fact.value for fact in _nearest(name, own) if fact.confidence >= BELIEVED)
        for name, own in claims.items()
    }
    return {name: values for name, values in found.items() if values}


def _nearest(name: str, claims: Sequence[Fact]) -> list[Fact]:
    kinds = {_kind(fact) for fact in claims}
    set_aside = set()
    if kinds - _FARTHER:
        set_aside.add("joined")
    if name == "genre" and kinds - _HEARD:
        set_aside |= _HEARD
    return [fact for fact in claims if _kind(fact) not in set_aside]


def _kind(fact: Fact) -> str:
    return fact.source.partition(":")[0]


def common_values(tracks: Iterable[Known]) -> Mapping[str, Sequence[str]]:
    """The words that most tracks hold as genre, instrument, mood, artist and country, the commonest first."""
    counts: dict[str, Counter[str]] = {
        fact: Counter() for fact in ("genre", "instrument", "mood", "artist", "country")
    }
    for track in tracks:
        for fact, counted in counts.items():
            counted.update(track.words(fact))
    return {fact: [value for value, _ in counted.most_common(COMMON)] for fact, counted in counts.items()}
