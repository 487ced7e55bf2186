"""The package as it is published and as its users' tools see it. Needs the tools of development."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> None:
    finished = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_types_hold() -> None:
    pytest.importorskip("mypy")
    run("mypy", "--cache-dir", "/dev/null")


@pytest.mark.parametrize("command", [("check",), ("format", "--check")])
def test_lint_and_format(command: tuple[str, ...]) -> None:
    pytest.importorskip("ruff")
    run("ruff", *command, "--no-cache", ".")


def test_it_can_be_built_and_published(tmp_path: Path) -> None:
    pytest.importorskip("uv")
    pytest.importorskip("twine")
    run("uv", "build", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(tmp_path))
    built = sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".whl", ".gz"))
    assert [name.split("-")[0] for name in built] == ["modelregistry", "modelregistry"]
    run("twine", "check", "--strict", *(str(tmp_path / name) for name in built))
    wheel = next(tmp_path.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "modelregistry/py.typed",
        "modelregistry/native/tracking.py",
        "modelregistry/client/client.py",
        "modelregistry_plugin/py.typed",
        "registry/client.py",
        "registry/py.typed",
    } <= set(names)
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "modelregistry",
        "modelregistry_plugin",
        "registry",
    }
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith("tests") for name in names)
