"""How much CPU and memory the analysis of a track takes, against librosa on the same recordings.

``python -m benchmarks.audio [--music FOLDER] [--json FILE]``. Without a folder of music, pieces of three
minutes are synthesised. Needs the extra ``[bench]`` and the fetched model weights.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.pieces import RATE_HZ, Piece, synthesise
from benchmarks.report import Row, finish
from linernotes import models
from linernotes.audio import TaggerPaths, analyse_file
from linernotes.config import load_settings

TRACK_S = 180.0
MAX_CPU_S = 4.5
MAX_RATIO = 1.2
_SUFFIXES = frozenset({".ogg", ".flac", ".mp3", ".opus", ".wav"})
_LENGTHS_S = (90.0, 600.0)
_TEMPO_TOLERANCE = 0.04  # of MIREX's tempo estimation
_PIECES = 24
_PIECE_S = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one way of analysing says of a recording."""

    tempo_bpm: float | None
    key: str | None


Analyse = Callable[[Path], Reading]


def main() -> int:
    arguments = _arguments()
    if arguments.measure:
        _measure(arguments.measure, [Path(file) for file in arguments.files], Path(arguments.models))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        recordings, what = _recordings(arguments, folder)
        pieces = [synthesise(100 + seed, _PIECE_S) for seed in range(_PIECES)]
        files = [*recordings, *_written(pieces, folder / "known")]
        found = {way: _run(way, files, arguments.models) for way in ("linernotes", "librosa")}
    rows = [*_cost(found, len(recordings)), *_accuracy(found, pieces)]
    return finish(f"audio analysis, {len(recordings)} {what}", rows, arguments.json)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audio", description=__doc__)
    parser.add_argument("files", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--music", help="a folder of recordings")
    parser.add_argument("--tracks", type=int, default=6, help="how many recordings to take")
    parser.add_argument("--models", default=str(load_settings().models_dir), help="the fetched weights")
    parser.add_argument("--json", type=Path, help="where to write the rows")
    parser.add_argument("--measure", choices=list(WAYS), help=argparse.SUPPRESS)
    return parser.parse_args()


# --- the recordings --------------------------------------------------------------------------------


def _recordings(arguments: argparse.Namespace, folder: Path) -> tuple[list[Path], str]:
    if not arguments.music:
        pieces = [synthesise(seed, TRACK_S) for seed in range(arguments.tracks)]
        return _written(pieces, folder / "synthesised"), "synthesised pieces"
    import soundfile

    found = sorted(path for path in Path(arguments.music).rglob("*") if path.suffix.lower() in _SUFFIXES)
    shortest, longest = _LENGTHS_S
    whole = [path for path in found if shortest <= soundfile.info(path).duration <= longest]
    if not whole:
        raise SystemExit(f"no recordings of 1.5 to 10 minutes in {arguments.music}")
    step = max(len(whole) // arguments.tracks, 1)
    return whole[::step][: arguments.tracks], "recordings"


def _written(pieces: Sequence[Piece], folder: Path) -> list[Path]:
    import soundfile

    folder.mkdir()
    paths = [folder / f"{number:03}.ogg" for number in range(len(pieces))]
    for path, piece in zip(paths, pieces, strict=True):
        with soundfile.SoundFile(path, "w", RATE_HZ, 2, format="OGG", subtype="VORBIS") as file:
            for start in range(0, len(piece.samples), RATE_HZ):  # libsndfile overflows on long blocks
                file.write(piece.samples[start : start + RATE_HZ])
    return paths


# --- the two ways ----------------------------------------------------------------------------------


def _linernotes(models_dir: Path) -> Analyse:
    taggers = TaggerPaths(
        msd=models.musicnn_onnx(models_dir, "MSD"), mtt=models.musicnn_onnx(models_dir, "MTT")
    )

    def analyse(path: Path) -> Reading:
        features = analyse_file(path, tagger_paths=taggers)
        return Reading(tempo_bpm=features.tempo_bpm, key=features.key)

    return analyse


def _librosa(_: Path) -> Analyse:
    """The usual recipe: decode, beat tracking, constant-Q chroma, MFCC; the key by template."""
    import soundfile
    from librosa import resample
    from librosa.beat import beat_track
    from librosa.feature import chroma_cqt, mfcc

    def analyse(path: Path) -> Reading:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        mono = resample(samples.mean(axis=1), orig_sr=rate_hz, target_sr=22_050)
        tempo, _ = beat_track(y=mono, sr=22_050)
        chroma = chroma_cqt(y=mono, sr=22_050)
        mfcc(y=mono, sr=22_050)
        return Reading(tempo_bpm=float(np.atleast_1d(tempo)[0]), key=_key_by_template(chroma.mean(axis=1)))

    return analyse


def _key_by_template(chroma: NDArray[np.float32]) -> str:
    """The key whose profile correlates best (Krumhansl and Kessler, Psychological Review 89, 1982)."""
    profiles = {
        "major": [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
        "minor": [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
    }
    tonics = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
    scores = {
        f"{tonic} {mode}": float(np.corrcoef(np.roll(profile, shift), chroma)[0, 1])
        for mode, profile in profiles.items()
        for shift, tonic in enumerate(tonics)
    }
    from linernotes.audio.analyse import usual_key_name

    return usual_key_name(max(scores, key=lambda key: scores[key]))


WAYS: dict[str, Callable[[Path], Analyse]] = {"linernotes": _linernotes, "librosa": _librosa}


# --- measuring -------------------------------------------------------------------------------------


def _run(way: str, files: Sequence[Path], models_dir: str) -> dict[str, Any]:
    """Measures one way in a process of its own, on one thread."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "benchmarks.audio", "--measure", way, "--models", models_dir]
    done = subprocess.run(
        [*command, *map(str, files)], check=True, stdout=subprocess.PIPE, env=os.environ | threads
    )
    return dict(json.loads(done.stdout))


def _measure(way: str, files: Sequence[Path], models_dir: Path) -> None:
    """Prints what was found in each file, its CPU seconds, and the memory of all. The first file warms up."""
    analyse = WAYS[way](models_dir)
    analyse(files[-1])
    results = []
    for path in files:
        before = _cpu_s()
        reading = analyse(path)
        cpu_s = _cpu_s() - before
        results.append(
            {"cpu_s": cpu_s, "seconds": _seconds(path), "tempo_bpm": reading.tempo_bpm, "key": reading.key}
        )
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"results": results, "peak_mb": peak_mb}))


def _cpu_s() -> float:
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in usage)


def _seconds(path: Path) -> float:
    import soundfile

    return float(soundfile.info(path).duration)


# --- the rows --------------------------------------------------------------------------------------


def _cost(found: dict[str, dict[str, Any]], recordings: int) -> list[Row]:
    cpu_s = {}
    for way, measured in found.items():
        results = measured["results"][:recordings]
        cpu_s[way] = TRACK_S * sum(r["cpu_s"] for r in results) / sum(r["seconds"] for r in results)
    memory = {way: measured["peak_mb"] for way, measured in found.items()}
    ours, theirs = cpu_s["linernotes"], cpu_s["librosa"]
    return [
        Row(
            name="CPU a 3-minute track",
            value=ours,
            unit="s",
            bar=f"<= {MAX_CPU_S:g} s",
            holds=ours <= MAX_CPU_S,
        ),
        Row(
            name="CPU against librosa",
            value=ours,
            unit="s",
            baseline=theirs,
            baseline_name="librosa",
            bar=f"ratio <= {MAX_RATIO:g}",
            holds=ours <= MAX_RATIO * theirs,
        ),
        Row(
            name="peak memory",
            value=memory["linernotes"],
            unit="MB",
            baseline=memory["librosa"],
            baseline_name="librosa",
        ),
    ]


def _accuracy(found: dict[str, dict[str, Any]], pieces: Sequence[Piece]) -> list[Row]:
    """Shares of the synthesised pieces, whose tempo and key are known."""
    shares = {way: _shares(measured["results"][-len(pieces) :], pieces) for way, measured in found.items()}
    return [
        Row(
            name=name,
            value=shares["linernotes"][name],
            unit="share",
            baseline=shares["librosa"][name],
            baseline_name="librosa",
        )
        for name in shares["linernotes"]
    ]


def _shares(results: Sequence[dict[str, Any]], pieces: Sequence[Piece]) -> dict[str, float]:
    pairs = list(zip(results, pieces, strict=True))
    octaves = (1, 2, 3, 1 / 2, 1 / 3)
    return {
        "tempo right (synthesised)": _mean([_near(r["tempo_bpm"], p.tempo_bpm) for r, p in pairs]),
        "tempo right but for octaves": _mean(
            [any(_near(r["tempo_bpm"], p.tempo_bpm * octave) for octave in octaves) for r, p in pairs]
        ),
        "key right (synthesised)": _mean([r["key"] == p.key for r, p in pairs]),
    }


def _near(measured_bpm: float | None, true_bpm: float) -> bool:
    return measured_bpm is not None and abs(measured_bpm - true_bpm) <= _TEMPO_TOLERANCE * true_bpm


def _mean(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags)


if __name__ == "__main__":
    raise SystemExit(main())
