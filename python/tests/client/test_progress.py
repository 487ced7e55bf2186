"""What is told and shown of a transfer."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from modelregistry.client import ModelRegistryClient
from modelregistry.client.progress import PlainBar, reporting

Unique = Callable[[str], str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal() -> None:
    out = Terminal()
    bar = PlainBar("Upload", out)
    for done in (0, 1, 2**20, 2**21):
        bar.show(done, 2**21)
    bar.close()
    lines = out.getvalue().split("\r")
    assert lines[1].startswith("Upload:   0 % |")
    assert lines[-1].strip().endswith("2.0 of 2.0 MiB")
    assert out.getvalue().endswith("\n")


def test_a_bar_without_a_total() -> None:
    out = Terminal()
    bar = PlainBar("Upload", out)
    bar.show(3 * 2**19, None)
    bar.close()
    assert "1.5 MiB" in out.getvalue()


def test_nothing_is_shown_where_there_is_no_terminal() -> None:
    out = io.StringIO()
    bar = PlainBar("Upload", out)
    bar.show(1, 1)
    bar.close()
    assert out.getvalue() == ""


def test_tqdm_shows_it_where_it_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    with reporting(True, "Upload") as report:
        report(0, 10)
        report(10, 10)
        report(5, 10)
    shown = capsys.readouterr().err
    assert "Upload" in shown and "5.00/10.0" in shown


def test_a_function_is_told_both_ways(client: ModelRegistryClient, tmp_path: Path, unique: Unique) -> None:
    data = bytes(3 * 2**20)
    told: list[tuple[int, int | None]] = []
    model = client.upload_model(data, {"name": unique("told")}, progress=lambda *each: told.append(each))
    assert told[0] == (0, len(data)) and told[-1] == (len(data), len(data))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    told.clear()
    client.download_model(model.metadata_id, tmp_path / "copy", progress=lambda *each: told.append(each))
    assert told[0] == (0, len(data)) and told[-1] == (len(data), len(data))


def test_what_the_function_raises_ends_the_transfer(client: ModelRegistryClient, unique: Unique) -> None:
    class Cancelled(Exception):  # noqa: N818
        pass

    def cancel(done: int, total: int | None) -> None:
        if done:
            raise Cancelled

    name = unique("cancelled")
    with pytest.raises(Cancelled):
        client.upload_model(bytes(2**22), {"name": name}, progress=cancel)
    assert list(client.list_models(name=name)) == []
