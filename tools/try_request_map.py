"""What a map of requests (``linernotes.learn.mapping``) gains in dense search, and what it unlearns.

    python tools/try_request_map.py --data FOLDER

FOLDER holds ``cpcd`` as ``linernotes evaluate`` wants it. The liked songs of its dialogues that are in the
demo's catalogue are searched for by the meaning of what was said alone, five folds by dialogue: a map is
learned from four of them, with and without our own requests mixed in. Beside it: what a map does to our own
requests that are held out.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from linernotes.config import load_settings
from linernotes.embed import NO_MAP, RequestMap
from linernotes.evaluate.metrics import ndcg_at
from linernotes.evaluate.search.cpcd import DIALOGUES
from linernotes.ingest import open_embedder
from linernotes.learn.corpora.rows import read_rows
from linernotes.learn.fixed import shipped_requests
from linernotes.learn.mapping import Wishes, learn_map, old_wishes
from linernotes.library import Library
from linernotes.serve.demo_catalogue import demo_catalogue_path
from linernotes.types import Vector

FOLDS = 5
FIRST, MORE = 20, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A turn of a dialogue: what was said ``(d,)``, the rows of the songs that were liked then, the fold."""

    vector: Vector
    liked: tuple[int, ...]
    fold: int


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    options = parser.parse_args()
    songs, rows = catalogue()
    turns = list(read_turns(options.data, rows))
    nothing = old_wishes(shipped_requests().old_pairs).part(slice(0))
    ways = {"a map": nothing, "with our own requests mixed in": old_wishes(shipped_requests().old_pairs)}
    print(f"{len(turns)} turns, {len(songs)} songs")
    tell("no map", turns, songs, [NO_MAP] * FOLDS)
    for name, old in ways.items():
        maps = [learned([one for one in turns if one.fold != fold], songs, old) for fold in range(FOLDS)]
        tell(name, turns, songs, maps)


def catalogue() -> tuple[Vector, dict[str, int]]:
    """The vectors of the demo's songs that have one, ``(m, d)``, and their rows by the catalogue's ids."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Library(replace(load_settings(), library_dir=Path(folder))) as library,
    ):
        library.add(demo_catalogue_path(), editors=True, notes=False)
        (source,) = library.store.catalogue.sources()
        known = library.store.catalogue.known(source.id)
        vectors = library.text_vectors(file.track_id for file in known.values())
    ids = list(vectors)
    row = {track_id: at for at, track_id in enumerate(ids)}
    rows = {key: row[file.track_id] for key, file in known.items() if file.track_id in row}
    return np.stack([vectors[one] for one in ids]), rows


def read_turns(data_dir: Path, rows: dict[str, int]) -> Iterator[Said]:
    """The turns in which something was liked that is there."""
    embedder = open_embedder(threads=2)
    for number, (_, dialogue) in enumerate(read_rows(data_dir / DIALOGUES)):
        for turn in dialogue["turns"]:
            liked = tuple(rows[one] for one in turn["liked"] if one in rows)
            if liked and turn["user_query"].strip():
                (vector,) = embedder.embed([turn["user_query"]])
                yield Said(vector=vector, liked=liked, fold=number % FOLDS)


def learned(turns: list[Said], songs: Vector, old: Wishes) -> RequestMap:
    """The map from what was liked in these turns, against all songs."""
    liked = np.stack([songs[list(one.liked)].mean(axis=0) for one in turns])
    new = Wishes(
        requests=np.stack([one.vector for one in turns]),
        directions=liked - songs.mean(axis=0),
        weights=np.ones(len(turns), dtype=np.float32),
    )
    mean, matrix = learn_map(new, old)
    return RequestMap(model="", mean=mean, matrix=matrix, name="learned")


def tell(name: str, turns: list[Said], songs: Vector, maps: list[RequestMap]) -> None:
    """A line of figures; ``maps`` are those of the folds."""
    places = [places_of(one, songs, maps[one.fold]) for one in turns]
    ndcg = np.mean([ndcg_at(own, len(own), FIRST) for own in places])
    first, more = (np.mean([np.mean(np.array(own) <= k) for own in places]) for k in (FIRST, MORE))
    kept = np.mean([np.mean(shipped_requests().by_meaning(one, NO_MAP).candidate) for one in maps])
    print(
        f"{name:<32} nDCG@{FIRST} {ndcg:.4f}  recall@{FIRST} {first:.4f}  recall@{MORE} {more:.4f}"
        f"  own requests nDCG@10 {kept:.4f}",
        flush=True,
    )


def places_of(one: Said, songs: Vector, request_map: RequestMap) -> list[int]:
    """The places of the liked songs, rising."""
    vector = one.vector if request_map is NO_MAP else request_map.turned(one.vector[None])[0]
    scores = songs @ vector
    return sorted(int((scores > scores[row]).sum()) + 1 for row in one.liked)


if __name__ == "__main__":
    main()
