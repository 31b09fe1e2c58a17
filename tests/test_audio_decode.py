"""Decoding: every rate and channel layout, broken files, long files, and ffmpeg for the rest."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from linernotes.audio import containers
from linernotes.audio.decode import ANALYSIS_RATE_HZ, TAGGER_RATE_HZ, Sound, decode
from linernotes.errors import AudioError, UndecodableError

Samples = NDArray[np.float32]


def tone(seconds: float, rate_hz: int, channels: int = 1, frequency_hz: float = 440.0) -> Samples:
    """A sine of amplitude one half, the same in all channels."""
    wave = 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(int(seconds * rate_hz)) / rate_hz)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def written(path: Path, samples: Samples, rate_hz: int, subtype: str | None = None) -> Path:
    soundfile.write(path, samples, rate_hz, subtype=subtype)
    return path


def frequency_of(samples: Samples, rate_hz: int) -> float:
    """The strongest frequency of the middle second."""
    middle = samples[len(samples) // 2 - rate_hz // 2 :][:rate_hz]
    return float(np.argmax(np.abs(np.fft.rfft(middle))) * rate_hz / len(middle))


def check_tone(sound: Sound, seconds: float) -> None:
    assert sound.duration_s == pytest.approx(seconds, abs=0.1)
    for samples, rate_hz in ((sound.analysis, ANALYSIS_RATE_HZ), (sound.tagging, TAGGER_RATE_HZ)):
        assert samples.dtype == np.float32
        assert len(samples) == pytest.approx(seconds * rate_hz, rel=0.05)
        assert frequency_of(samples, rate_hz) == pytest.approx(440, abs=2)
        assert np.abs(samples).max() == pytest.approx(0.5, abs=0.1)
    assert not sound.silent


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_every_rate_is_brought_to_the_two_wanted(tmp_path: Path, rate_hz: int) -> None:
    sound = decode(written(tmp_path / "a.wav", tone(3, rate_hz, 2), rate_hz))
    check_tone(sound, 3)
    assert sound.channels_rate_hz == min(rate_hz, 48_000)
    assert sound.channels.shape == pytest.approx((3 * sound.channels_rate_hz, 2), rel=0.01)
    assert sound.warnings == ()


@pytest.mark.parametrize(("channels", "counted"), [(1, 1), (2, 2), (3, 3), (6, 5), (8, 5)])
def test_every_number_of_channels_is_mixed_down(tmp_path: Path, channels: int, counted: int) -> None:
    sound = decode(written(tmp_path / "a.wav", tone(2, 44_100, channels), 44_100))
    check_tone(sound, 2)
    assert sound.channels.shape[1:] == ((counted,) if counted > 1 else ())


def test_the_low_frequency_channel_does_not_count_for_loudness(tmp_path: Path) -> None:
    samples = np.zeros((44_100, 6), np.float32)
    samples[:, 3] = 0.5
    samples[:, 4] = 0.25
    sound = decode(written(tmp_path / "a.wav", samples, 44_100, "FLOAT"))
    np.testing.assert_allclose(sound.channels.max(axis=0), [0, 0, 0, 0.25, 0])


@pytest.mark.parametrize("name", ["a.flac", "a.ogg", "a.mp3", "a.aiff", "a.opus"])
def test_every_format_of_libsndfile_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rate_hz = 48_000
    if name.endswith(".opus"):
        soundfile.write(path, tone(3, rate_hz, 2), rate_hz, format="OGG", subtype="OPUS")
    else:
        soundfile.write(path, tone(3, rate_hz, 2), rate_hz)
    check_tone(decode(path), 3)


def test_samples_that_are_no_numbers_are_set_to_zero(tmp_path: Path) -> None:
    samples = tone(1, 44_100)
    samples[[5, 6, 7, 8], 0] = [np.nan, np.inf, -np.inf, 1e30]
    sound = decode(written(tmp_path / "a.wav", samples, 44_100, "FLOAT"))
    assert sound.warnings == ("4 broken samples were set to zero",)
    assert np.isfinite(sound.analysis).all()
    assert np.abs(sound.analysis).max() < 0.6


@pytest.mark.parametrize(
    "samples",
    [np.zeros((44_100, 2), np.float32), np.full((44_100, 2), 0.3, np.float32)],
    ids=["zero", "constant"],
)
def test_silence_is_seen_whatever_its_offset(tmp_path: Path, samples: Samples) -> None:
    assert decode(written(tmp_path / "a.wav", samples, 44_100)).silent


def test_a_quiet_tone_is_not_silence(tmp_path: Path) -> None:
    assert not decode(
        written(tmp_path / "a.wav", tone(1, 44_100) * np.float32(0.001), 44_100, "FLOAT")
    ).silent


def test_one_sample_is_a_sound(tmp_path: Path) -> None:
    sound = decode(written(tmp_path / "a.wav", np.full((1, 1), 0.5, np.float32), 44_100))
    assert sound.duration_s == 1 / 44_100
    assert sound.channels.shape == (1,)


def test_a_file_without_samples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UndecodableError, match="holds no sound"):
        decode(written(tmp_path / "a.wav", np.zeros((0, 2), np.float32), 44_100))


def test_what_comes_before_a_break_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "a.flac", tone(20, 44_100) + noise(20 * 44_100), 44_100)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    sound = decode(path)
    assert 5 < sound.duration_s < 12
    assert "could be decoded" in sound.warnings[0]


def noise(frames: int) -> Samples:
    return (np.random.default_rng(0).standard_normal((frames, 1)) / 50).astype(np.float32)


def test_a_long_recording_is_measured_on_excerpts_of_all_its_quarters(tmp_path: Path) -> None:
    # 16 minutes at 8 kHz; each quarter has its own frequency.
    quarters = [tone(240, 8_000, frequency_hz=frequency) for frequency in (300, 500, 700, 900)]
    sound = decode(written(tmp_path / "a.wav", np.concatenate(quarters), 8_000))
    assert sound.duration_s == 960
    assert len(sound.tagging) == pytest.approx(720 * TAGGER_RATE_HZ, rel=0.001)
    heard = [
        frequency_of(sound.tagging[n * 180 * TAGGER_RATE_HZ :][: 180 * TAGGER_RATE_HZ], TAGGER_RATE_HZ)
        for n in range(4)
    ]
    assert heard == pytest.approx([300, 500, 700, 900], abs=2)
    assert sound.warnings == ("measured on 4 excerpts, 12 of 16 minutes",)
    assert len(sound.channels) <= 320 * 8_000
    assert [sound.in_recording_s(at_s) for at_s in (0, 179, 181, 719)] == [30, 209, 271, 929]


def test_loudness_is_sampled_all_along_a_recording_of_ten_minutes(tmp_path: Path) -> None:
    loud_half = np.concatenate([tone(300, 8_000) / 100, tone(300, 8_000)])
    sound = decode(written(tmp_path / "a.wav", loud_half, 8_000))
    assert len(sound.channels) == pytest.approx(300 * 8_000, rel=0.05)
    share_loud = np.mean(np.abs(sound.channels.reshape(-1, 8)).max(axis=1) > 0.1)
    assert share_loud == pytest.approx(0.5, abs=0.05)


# --- what libsndfile refuses -----------------------------------------------------------------------

FAKE_PROBE = """
import json, sys
assert sys.argv[-1].startswith("file:"), sys.argv
print(json.dumps({"streams": [{"sample_rate": "16000", "channels": 2}], "format": {"duration": "2.5"}}))
"""
FAKE_FFMPEG = """
import sys
import numpy as np
options = dict(zip(sys.argv[1:], sys.argv[2:]))
assert options["-i"].startswith("file:") and options["-protocol_whitelist"] == "file", sys.argv
seconds = np.arange(int(16000 * min(float(options["-t"]), 2.5))) / 16000
wave = 0.5 * np.sin(2 * np.pi * 440 * seconds)
sys.stdout.buffer.write(np.repeat(wave[:, None], 2, axis=1).astype("<f4").tobytes() + b"xyz")
"""


@pytest.fixture
def m4a(tmp_path: Path) -> Path:
    path = tmp_path / "- a song.m4a"
    path.write_bytes(b"\0\0\0\x20ftypM4A ")
    return path


def program(path: Path, code: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{code}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH on which nothing but our own programs stand."""
    folder = tmp_path / "bin"
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_m4a_without_ffmpeg_says_so(m4a: Path, programs: Path) -> None:
    with pytest.raises(AudioError, match="m4a needs ffmpeg, which is not installed") as caught:
        decode(m4a)
    assert not isinstance(caught.value, UndecodableError)


def test_m4a_is_read_through_ffmpeg(m4a: Path, programs: Path) -> None:
    program(programs / "ffprobe", FAKE_PROBE)
    program(programs / "ffmpeg", FAKE_FFMPEG)
    sound = decode(m4a)
    check_tone(sound, 2.5)
    assert sound.channels.shape == (40_000, 2)


@pytest.mark.parametrize(
    "probe",
    ["raise SystemExit(1)", "print('{}')", "print('{\"streams\": []}')", "print('not json')"],
)
def test_a_file_without_sound_in_it_is_refused(m4a: Path, programs: Path, probe: str) -> None:
    program(programs / "ffprobe", probe)
    program(programs / "ffmpeg", FAKE_FFMPEG)
    with pytest.raises(UndecodableError, match=r"neither libsndfile \(.*\) nor ffmpeg finds sound in it"):
        decode(m4a)


def test_an_ffmpeg_that_gives_nothing_leaves_no_sound(m4a: Path, programs: Path) -> None:
    program(programs / "ffprobe", FAKE_PROBE)
    program(programs / "ffmpeg", "raise SystemExit(1)")
    with pytest.raises(UndecodableError, match="holds no sound"):
        decode(m4a)


def test_an_ffmpeg_that_hangs_is_ended(m4a: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs / "ffprobe", FAKE_PROBE)
    program(programs / "ffmpeg", "import signal; signal.pause()")
    monkeypatch.setattr(containers, "_DECODE_TIMEOUT_S", 0.3)
    with pytest.raises(UndecodableError, match="holds no sound"):
        decode(m4a)


def test_an_ffprobe_that_hangs_is_ended(m4a: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs / "ffprobe", "import signal; signal.pause()")
    program(programs / "ffmpeg", FAKE_FFMPEG)
    monkeypatch.setattr(containers, "_PROBE_TIMEOUT_S", 0.3)
    with pytest.raises(AudioError, match="did not answer"):
        decode(m4a)


def test_a_header_that_claims_nonsense_is_refused(m4a: Path, programs: Path) -> None:
    program(programs / "ffprobe", FAKE_PROBE.replace('"channels": 2', '"channels": 4096'))
    program(programs / "ffmpeg", FAKE_FFMPEG)
    with pytest.raises(UndecodableError, match="4096 channels at 16000 Hz: is its header damaged"):
        decode(m4a)


@pytest.mark.parametrize("name", ["a.mp3", "a.flac", "a.ogg"])
def test_a_damaged_file_is_called_damaged(tmp_path: Path, programs: Path, name: str) -> None:
    (tmp_path / name).write_bytes(np.random.default_rng(0).bytes(3000))
    with pytest.raises(UndecodableError, match=f"{name} cannot be decoded: is it damaged"):
        decode(tmp_path / name)


def test_a_file_that_is_gone_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.mp3", tmp_path):
        with pytest.raises(AudioError, match="cannot be opened") as caught:
            decode(path)
        assert not isinstance(caught.value, UndecodableError)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", tone(1, 8_000), 8_000)
    path.chmod(0)
    with pytest.raises(AudioError, match="are you allowed to read it"):
        decode(path)
