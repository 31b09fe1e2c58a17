import subprocess
import sys

HEAVY = ("torch", "transformers", "onnxruntime", "ray", "fastapi", "pyarrow", "scipy", "xllamacpp", "sonara")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_import_linernotes_loads_nothing_heavy() -> None:
    assert loaded_by("import linernotes").isdisjoint(HEAVY)


def test_import_of_the_library_loads_nothing_heavy() -> None:
    assert loaded_by("import linernotes; linernotes.Library").isdisjoint(HEAVY)
