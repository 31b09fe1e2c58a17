"""Bringing a database to the schema of this version."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table

from linernotes.errors import StoreError
from linernotes.store.schema import SCHEMA_VERSION

_VERSION_TABLE = table("alembic_version", column("version_num"))


def migrate(engine: Engine, write: Callable[[], AbstractContextManager[Connection]], shown: str) -> None:
    """Runs the migrations that the database has not seen; an up-to-date one is only looked at.

    Raises StoreError when it holds tables of another program, or of a newer version of ours.
    """
    with engine.begin() as connection:
        if schema_version(connection, shown) == SCHEMA_VERSION:
            return
    with write() as connection:
        _upgrade(connection, schema_version(connection, shown), shown)


def schema_version(connection: Connection, shown: str) -> str | None:
    """The version of the schema; None for a database without tables."""
    names = inspect(connection).get_table_names()
    if not names:
        return None
    if _VERSION_TABLE.name not in names:
        raise StoreError(
            f"{shown} is a database of another program (it has a table {names[0]!r}): name another file"
        )
    version: str | None = connection.execute(select(_VERSION_TABLE.c.version_num)).scalar()
    return version


def _upgrade(connection: Connection, version: str | None, shown: str) -> None:
    from alembic import command  # heavy, and only needed where the schema is not the newest
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StoreError(
            f"{shown} has schema version {version!r}, which this version of Linernotes does not know"
            f" (its own is {SCHEMA_VERSION}): upgrade linernotes, or name another file"
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
