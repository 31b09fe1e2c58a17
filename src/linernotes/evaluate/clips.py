"""The clips of MusicCaps that GPT-3.5 described as well: aspects, a person's caption, its texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linernotes.errors import InputError
from linernotes.evaluate.aspects import sheet_from_aspects
from linernotes.evaluate.data import data_file
from linernotes.evaluate.values import Subject
from linernotes.learn.corpora.rows import Row, read_rows, text_in, texts_in, truth_in

CAPTIONS = Path("musiccaps/captions.jsonl.gz")
PREDICTIONS = Path("lp_musiccaps_llm/predictions.jsonl.gz")
_NEEDED = f"{CAPTIONS} (MusicCaps, CC BY-SA 4.0) and {PREDICTIONS} (LP-MusicCaps)"
GPT_PROMPTS = ("caption_writing", "caption_summary", "caption_paraphrase", "caption_attribute_prediction")
"""What GPT-3.5 was asked, each a baseline of its own (Doh et al., ISMIR 2023)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One clip: the subject to describe, and what GPT-3.5 made of its aspects, by prompt.

    ``said_of_recording`` are the aspects that judge the recording; GPT-3.5 was told them, a sheet is not.
    """

    subject: Subject
    gpt_texts: Mapping[str, str]
    said_of_recording: tuple[str, ...]


def read_clips(data_dir: Path) -> list[Clip]:
    """The evaluation clips with a caption, aspects and all four texts of GPT-3.5, in the order of their ids.

    Raises InputError if the files are not there, with where they come from, or are of another form.
    """
    gpt_texts = _gpt_texts(data_file(data_dir / PREDICTIONS, _NEEDED))
    clips = [
        clip
        for place, row in read_rows(data_file(data_dir / CAPTIONS, _NEEDED))
        if truth_in(row, "is_eval", place)
        if (clip := _clip(row, place, gpt_texts.get(text_in(row, "ytid", place), {})))
    ]
    if not clips:
        raise InputError(f"{data_dir} has no clip with a caption and the texts of GPT-3.5 on it")
    return sorted(clips, key=lambda clip: clip.subject.id)


def _gpt_texts(path: Path) -> dict[str, dict[str, str]]:
    texts_by_clip: dict[str, dict[str, str]] = {}
    for place, row in read_rows(path):
        prompt = text_in(row, "prompt", place)
        if prompt in GPT_PROMPTS:
            texts = texts_by_clip.setdefault(text_in(row, "ytid", place), {})
            texts[prompt] = text_in(row, "prediction", place)
    return texts_by_clip


def _clip(row: Row, place: str, gpt_texts: Mapping[str, str]) -> Clip | None:
    """The clip in a row; None where it lacks a caption, aspects, or one of the texts of GPT-3.5."""
    caption, words = text_in(row, "caption_clean", place), texts_in(row, "aspects_clean", place)
    if not caption or not words or len(gpt_texts) < len(GPT_PROMPTS):
        return None
    said = tuple(one for one in texts_in(row, "aspects", place) if one not in words)
    subject = Subject(
        id=text_in(row, "ytid", place),
        sheet=sheet_from_aspects(words),
        reference=caption,
        words=words,
        names={},
    )
    return Clip(subject=subject, gpt_texts=gpt_texts, said_of_recording=said)
