from pathlib import Path

import pytest

from linernotes.config import load_settings
from linernotes.errors import InputError


def test_environment_goes_before_the_file(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('jobs = 3\nnotes_for = "all"\n')
    settings = load_settings(environ={"LINERNOTES_CONFIG": str(config), "LINERNOTES_JOBS": "5"})
    assert (settings.jobs, settings.notes_for) == (5, "all")


def test_option_goes_before_everything(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "here", environ={"LINERNOTES_LIBRARY_DIR": "/elsewhere"})
    assert settings.library_dir == tmp_path / "here"


def test_home_is_expanded() -> None:
    assert load_settings(environ={"LINERNOTES_MODELS_DIR": "~/m"}).models_dir == Path.home() / "m"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("jbos = 3", "unknown setting 'jbos'"),
        ("jobs = [", "not valid TOML"),
        ('jobs = "many"', "whole number"),
        ("jobs = -3", "0 or more"),
        ('index_url = "milvus"', "unknown setting 'index_url'"),
        ('notes_for = "some"', "notes_for = 'some'"),
    ],
)
def test_a_bad_file_is_named_with_the_cure(tmp_path: Path, text: str, part: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text)
    with pytest.raises(InputError, match=part.replace("[", r"\[")):
        load_settings(environ={"LINERNOTES_CONFIG": str(config)})
