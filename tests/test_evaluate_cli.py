"""The command ``evaluate``: what it prints, writes and refuses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import linernotes.ingest
import linernotes.llm
import linernotes.models
from fakes import FakeGenerator
from linernotes.evaluate.clips import CAPTIONS, GPT_PROMPTS, PREDICTIONS
from linernotes.serve.cli import app

CORPUS = Path(__file__).parents[1] / "corpora" / "liner_notes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the data of two clips."""
    captions, predictions = tmp_path / "data" / CAPTIONS, tmp_path / "data" / PREDICTIONS
    rows = [
        {"ytid": "a", "is_eval": True, "caption_clean": "A sad piano.", "aspects": ["sad", "piano"]},
        {"ytid": "b", "is_eval": True, "caption_clean": "Loud drums.", "aspects": ["loud", "drums"]},
    ]
    texts = [
        {"ytid": row["ytid"], "prompt": prompt, "prediction": f"A {prompt}."}
        for row in rows
        for prompt in GPT_PROMPTS
    ]
    for path, lines in (
        (captions, [{**row, "aspects_clean": row["aspects"]} for row in rows]),
        (predictions, texts),
    ):
        path.parent.mkdir(parents=True)
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
    return tmp_path


@pytest.fixture
def env(folder: Path) -> dict[str, str]:
    return {
        "LINERNOTES_LIBRARY_DIR": str(folder / "library"),
        "LINERNOTES_MODELS_DIR": str(folder / "no models"),
        "LINERNOTES_CONFIG": str(folder / "no config"),
        "COLUMNS": "200",
    }


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> FakeGenerator:
    """The writer that the command opens in place of a real one; the base says something else."""
    ours = FakeGenerator(default="{title} is calm.", adapter="tuned@1")
    monkeypatch.setattr(linernotes.ingest, "open_generator", lambda settings: ours)
    monkeypatch.setattr(linernotes.models, "smollm2_gguf", lambda models_dir: models_dir)
    monkeypatch.setattr(linernotes.llm, "LocalGenerator", lambda path: FakeGenerator(default="Banjo."))
    return ours


def run(env: Mapping[str, str], folder: Path, *args: str) -> Result:
    where = ["--data", str(folder / "data"), "--corpus", str(CORPUS), "--cache", str(folder / "cache")]
    return CliRunner().invoke(app, ["evaluate", "descriptions", *where, *args], env=dict(env))


def test_baselines_are_printed_as_a_table(env: dict[str, str], folder: Path) -> None:
    result = run(env, folder, "--no-models", "--part", "captions")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "captions"
    assert lines[1].split()[:3] == ["system", "n", "told"]
    assert any(line.startswith("raw tags ") for line in lines)
    assert not any(line.startswith("corpus") for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_json_is_one_object_on_one_line(env: dict[str, str], folder: Path) -> None:
    result = run(env, folder, "--no-models", "--part", "captions", "--json")
    assert result.stdout.count("\n") == 1
    told = json.loads(result.stdout)
    assert list(told) == ["suite", "data", "n", "metrics", "baselines", "seconds"]
    assert (told["n"], told["metrics"]) == (2, {})
    assert told["baselines"]["raw tags"]["captions"]["recall_at_1"] == 1.0


def test_models_write_once_and_are_remembered(
    env: dict[str, str], folder: Path, writer: FakeGenerator
) -> None:
    first = json.loads(run(env, folder, "--part", "captions", "--json").stdout)
    asked = len(writer.prompts)
    assert asked == 2 * 2  # both texts fail the check, and are tried again
    again = FakeGenerator(default="never", adapter="tuned@1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linernotes.ingest, "open_generator", lambda settings: again)
        second = json.loads(run(env, folder, "--part", "captions", "--json").stdout)
    assert again.prompts == []
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert set(first["metrics"]) == {"first text", "stored"}
    assert first["baselines"]["base"]["captions"]["n"] == 2


def test_a_report_is_written(env: dict[str, str], folder: Path) -> None:
    target = folder / "report.md"
    result = run(env, folder, "--no-models", "--part", "captions", "--report", str(target))
    assert "the report is in" in result.stderr
    assert target.read_text().startswith("# Evaluation: descriptions\n")


def test_pairs_are_written_and_verdicts_read_back(
    env: dict[str, str], folder: Path, writer: FakeGenerator
) -> None:
    pairs = folder / "pairs"
    result = run(env, folder, "--part", "captions", "--pairs", "2", str(pairs))
    assert result.exit_code == 0, result.output
    assert "2 pairs in" in result.stderr
    key = json.loads((folder / "pairs.key.json").read_text())
    lines = ["pair,verdict", *(f"{name},{one['ours']}" for name, one in key.items())]
    (pairs / "verdicts.csv").write_text("\n".join(lines))
    told = run(env, folder, "--verdicts", str(pairs))
    assert told.stdout == (
        "against GPT-3.5 caption_writing: ours preferred in 100% (95 % interval 34% to 100%; "
        "2 won, 0 tied, 0 lost, on 2 pairs)\n"
    )
    as_json = json.loads(run(env, folder, "--verdicts", str(pairs), "--json").stdout)
    assert as_json["metrics"]["gpt"]["preferred"] == 1.0


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (["--part", "library"], "--part library needs --library"),
        (["--report", "no/such/folder/report.md"], "no/such/folder"),
        (["--no-models", "--pairs", "5", "new"], "--pairs needs"),
        (["--pairs", "0", "new"], "--pairs needs"),
        (["--data", "nowhere"], "captions.jsonl.gz"),
        (["--corpus", "nowhere", "--no-models", "--part", "corpus"], "no"),
        (["--library", "nowhere", "--no-models", "--part", "library"], "nowhere"),
        (["--verdicts", "nowhere"], "not the key"),
        (["--part", "everything"], "everything"),
    ],
)
def test_wrong_usage_is_told(
    env: dict[str, str], folder: Path, writer: FakeGenerator, args: list[str], problem: str
) -> None:
    result = run(env, folder, *args)
    assert result.exit_code == 2
    assert problem in result.stderr
    assert writer.prompts == []


def test_an_unknown_suite_is_wrong_usage(env: dict[str, str]) -> None:
    result = CliRunner().invoke(app, ["evaluate", "everything"], env=env)
    assert result.exit_code == 2


def test_missing_models_are_told(env: dict[str, str], folder: Path) -> None:
    result = run(env, folder, "--part", "captions")
    assert result.exit_code == 1
    assert "linernotes models fetch" in result.stderr
