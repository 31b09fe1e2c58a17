"""The front end of the taggers and what is made of their answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from linernotes import models
from linernotes.audio.tagger import TaggerPaths, mel_filters, mel_patches, tag
from linernotes.errors import ModelError

Samples = NDArray[np.float32]


def tone(seconds: float, frequency_hz: float = 440.0) -> Samples:
    return np.sin(2 * np.pi * frequency_hz * np.arange(int(seconds * 16_000)) / 16_000).astype(np.float32)


def test_mel_filters_match_the_reference() -> None:
    # Recorded from librosa 0.11: filters.mel(sr=16000, n_fft=512, n_mels=96).
    filters = mel_filters()
    assert filters.shape == (96, 257)
    assert filters.dtype == np.float32
    recorded = {
        (0, 1): 0.03199922,
        (20, 21): 0.02882777,
        (40, 42): 0.01487791,
        (41, 44): 0.02076695,
        (60, 81): 0.01093231,
        (80, 153): 0.00617385,
        (95, 248): 0.00398456,
        (95, 245): 0.00252213,
    }
    for (band, frequency_bin), weight in recorded.items():
        assert float(filters[band, frequency_bin]) == pytest.approx(weight, rel=1e-5)
    assert float(filters.sum()) == pytest.approx(3.0719139, rel=1e-6)


@pytest.mark.parametrize("frequency_hz", [200.0, 1000.0, 3000.0, 7000.0])
def test_a_tone_answers_in_the_band_of_its_frequency(frequency_hz: float) -> None:
    (patch,) = mel_patches(tone(3.0, frequency_hz)[:48_128])
    band = int(patch.mean(axis=0).argmax())
    filters = mel_filters()
    nearest = int(filters[:, round(frequency_hz / 31.25)].argmax())
    assert abs(band - nearest) <= 1


def test_full_scale_gives_the_level_of_the_formula() -> None:
    # The middle of a Hann window of 512 samples collects (512 / 4)^2 of power at the tone's own bin.
    (patch,) = mel_patches(tone(3.01, 1000.0))
    filters = mel_filters()
    power = np.zeros(257)
    power[31:34] = [64**2, 128**2, 64**2]
    np.testing.assert_allclose(patch[50], np.log10(1 + 10_000 * (filters @ power)), atol=0.02)


@pytest.mark.parametrize(
    ("seconds", "patches"), [(0.01, 1), (3.0, 1), (5.9, 1), (6.1, 2), (29.0, 9), (60.0, 10), (600.0, 10)]
)
def test_up_to_ten_patches_are_spread_over_the_sound(seconds: float, patches: int) -> None:
    mels = mel_patches(tone(seconds))
    assert mels.shape == (patches, 187, 96)
    assert mels.dtype == np.float32


def test_patches_come_from_all_parts_of_the_sound() -> None:
    rising = np.concatenate([tone(6, 200 * 2**n) for n in range(5)])
    bands = [int(patch.mean(axis=0).argmax()) for patch in mel_patches(rising)]
    assert bands == sorted(bands)
    assert len(set(bands)) >= 5


def test_silence_gives_zeros_and_no_samples_are_refused() -> None:
    assert not mel_patches(np.zeros(48_128, np.float32)).any()
    with pytest.raises(ValueError, match="no samples"):
        mel_patches(np.zeros(0, np.float32))


# --- a tagger small enough to predict --------------------------------------------------------------


def write_tagger(path: Path, labels: list[str], bands: list[int], hidden: list[list[float]]) -> Path:
    """Tags are the mean level of some mel bands; the hidden layer is a linear map of them."""
    pick = np.zeros((96, len(bands)), np.float32)
    pick[bands, range(len(bands))] = 0.1
    nodes = [
        helper.make_node("ReduceMean", ["mel"], ["mean"], axes=[1], keepdims=0),
        helper.make_node("MatMul", ["mean", "pick"], ["tags"]),
        helper.make_node("MatMul", ["tags", "hidden"], ["penultimate"]),
    ]
    constants = [
        numpy_helper.from_array(pick, "pick"),
        numpy_helper.from_array(np.array(hidden, np.float32), "hidden"),
    ]
    inputs = [helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["n", 187, 96])]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", None])
        for name in ("tags", "penultimate")
    ]
    graph = helper.make_graph(nodes, "small", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, {"labels": json.dumps(labels)})
    path.write_bytes(model.SerializeToString())
    return path


@pytest.fixture
def small_taggers(tmp_path: Path) -> TaggerPaths:
    return TaggerPaths(
        msd=write_tagger(tmp_path / "msd.onnx", ["low", "high"], [5, 70], [[1, 0, 0], [0, 2, 0]]),
        mtt=write_tagger(tmp_path / "mtt.onnx", ["dull", "bright"], [5, 70], [[3, 0], [0, 4]]),
    )


def test_tags_come_with_their_model_best_first(small_taggers: TaggerPaths) -> None:
    filters = mel_filters()
    high_hz = float(filters[70].argmax() * 31.25)
    found = tag(tone(30, high_hz), small_taggers)
    assert [(score.model, score.tag) for score in found.tags] == [
        ("MSD", "high"),
        ("MSD", "low"),
        ("MTT", "bright"),
        ("MTT", "dull"),
    ]
    assert found.tags[0].score > found.tags[1].score


def test_the_embedding_has_norm_one_and_equal_halves(small_taggers: TaggerPaths) -> None:
    embedding = tag(tone(30), small_taggers).embedding
    assert embedding.shape == (5,)
    assert embedding.dtype == np.float32
    assert float(np.linalg.norm(embedding)) == pytest.approx(1)
    assert float(np.linalg.norm(embedding[:3])) == pytest.approx(float(np.linalg.norm(embedding[3:])))


def test_sound_shorter_than_a_patch_is_repeated(small_taggers: TaggerPaths) -> None:
    short, long = (tag(tone(seconds, 1000.0), small_taggers).tags for seconds in (0.5, 30))
    assert [score.score for score in short] == pytest.approx([score.score for score in long], abs=0.02)


@pytest.mark.parametrize(
    ("low_s", "high_s", "start_s"),
    [(60, 180, (60, 195)), (180, 60, (0, 150)), (240, 0, (0, 210)), (8, 4, (0, 0)), (1, 0, (0, 0))],
)
def test_the_typical_part_is_thirty_seconds_of_what_there_is_most_of(
    small_taggers: TaggerPaths, low_s: int, high_s: int, start_s: tuple[int, int]
) -> None:
    high_hz = float(mel_filters()[70].argmax() * 31.25)
    sound = np.concatenate([tone(low_s, 165.0), tone(high_s, high_hz)])
    first, last = start_s
    assert first <= tag(sound, small_taggers).typical_start_s <= last


def test_a_missing_tagger_and_a_file_that_is_none_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not onnx")
    for path, reason in ((tmp_path / "gone.onnx", "is missing"), (broken, "is no tagger of ours")):
        with pytest.raises(ModelError, match=f"{reason}.*run `linernotes models fetch`"):
            tag(tone(3), TaggerPaths(msd=path, mtt=path))


@pytest.mark.models
def test_the_real_taggers_hear_a_click_track_as_techno_and_hum_as_ambient(models_dir: Path) -> None:
    paths = TaggerPaths(
        msd=models.musicnn_onnx(models_dir, "MSD"), mtt=models.musicnn_onnx(models_dir, "MTT")
    )
    noise = np.random.default_rng(0).standard_normal(16_000 * 12).astype(np.float32)
    time_s = np.arange(len(noise)) / 16_000
    kick = np.sin(2 * np.pi * 60 * time_s) * np.exp(-20 * (time_s % 0.48))
    beat = (0.6 * kick + 0.1 * noise * np.exp(-60 * ((time_s + 0.24) % 0.48))).astype(np.float32)
    hum = (0.05 * (np.sin(2 * np.pi * 220 * time_s) + np.sin(2 * np.pi * 277 * time_s))).astype(np.float32)
    loud, calm = tag(beat, paths), tag(hum, paths)
    assert len(loud.tags) == 100
    assert loud.embedding.shape == (400,)
    score = {(tags, s.tag): s.score for tags, found in (("loud", loud), ("calm", calm)) for s in found.tags}
    assert score["loud", "techno"] > score["calm", "techno"]
    assert score["calm", "ambient"] > score["loud", "ambient"]
    assert float(loud.embedding @ calm.embedding) < 0.9
