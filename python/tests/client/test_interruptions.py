"""Connections that break and servers that die, in the middle of everything."""

import hashlib
import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from own_server import OwnServer
from proxy import Fault, Proxy

from modelregistry.client import ModelMetadata, ModelRegistryClient
from modelregistry.client.exceptions import AlreadyExistsError, ConnectionFailedError, NotFoundError

Unique = Callable[[str], str]


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.hexdigest()


class Killing:
    """Kills a server once half of a transfer is done, and starts it again."""

    def __init__(self, server: OwnServer) -> None:
        self._server = server
        self.is_done = False
        self.told: list[int] = []

    def __call__(self, done: int, total: int | None) -> None:
        self.told.append(done)
        if not self.is_done and total and done > total // 2:
            self.is_done = True
            self._server.kill()
            self._server.start()


def test_uploads_and_downloads_go_on_when_the_server_has_died(
    own_server: OwnServer, large_file: Path, tmp_path: Path
) -> None:
    with ModelRegistryClient(own_server.url) as client:
        killing = Killing(own_server)
        model = client.upload_model(large_file, ModelMetadata(name="large", version="1"), progress=killing)
        assert killing.is_done
        assert model.sha256 == sha256(large_file)
        # What the server had before it died was not sent again.
        resumed = next(
            later for later, earlier in zip(killing.told[1:], killing.told, strict=False) if later <= earlier
        )
        assert resumed > 0
        killing = Killing(own_server)
        copy = client.download_model(model.metadata_id, tmp_path / "copy.bin", progress=killing)
        assert killing.is_done
        assert killing.told == sorted(killing.told), "what had arrived was asked for again"
        assert sha256(copy) == model.sha256
        assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_an_upload_goes_on_after_cuts(
    proxy: Proxy, patient: ModelRegistryClient, unique: Unique, large_file: Path
) -> None:
    megabyte = 2**20
    proxy.faults.extend(
        [
            Fault("cut", "up", 10 * megabyte),
            Fault("cut", "down", 0),
            Fault("cut", "up", 20 * megabyte),
            Fault("cut", "up", 5 * megabyte),
            Fault("cut", "up", 15 * megabyte),
        ]
    )
    model = patient.upload_model(large_file, {"name": unique("cut")})
    assert model.sha256 == sha256(large_file)
    assert not proxy.faults


def test_a_download_goes_on_after_cuts(
    proxy: Proxy,
    patient: ModelRegistryClient,
    client: ModelRegistryClient,
    unique: Unique,
    large_file: Path,
    tmp_path: Path,
) -> None:
    model = client.upload_model(large_file, {"name": unique("cut")})
    proxy.faults.extend(Fault("cut", "down", after * 2**20) for after in (10, 20, 1, 5, 30))
    copy = patient.download_model(model.metadata_id, tmp_path / "copy")
    assert sha256(copy) == model.sha256
    proxy.faults.extend([Fault("cut", "down", 2**20), Fault("cut", "down", 2**20)])
    assert patient.get_model(metadata_id=model.metadata_id)[0].getbuffer().nbytes == model.size


@pytest.mark.parametrize("resumable", [False, True])
@pytest.mark.parametrize("named", ["id", "version"])
def test_an_answer_that_gets_lost_makes_no_second_model(
    proxy: Proxy, patient: ModelRegistryClient, unique: Unique, named: str, resumable: bool
) -> None:
    said: dict[str, Any] = {"name": unique("lost"), named: unique("own"), "tags": {"a": "b"}, "metrics": {"auc": 1}}
    lost = Fault("cut", "down", once_sent=b"upload_id" if resumable else b"multipart/form-data")
    proxy.faults.append(lost)
    model = patient.upload_model(b"data", said, resumable=resumable)
    assert lost.is_armed and proxy.connections == 2
    assert (model.version_number, model.sha256) == (1, hashlib.sha256(b"data").hexdigest())
    assert list(patient.list_models(name=said["name"])) == [model]


def test_a_finished_upload_becomes_one_model_even_without_a_name_of_its_own(
    proxy: Proxy, patient: ModelRegistryClient, unique: Unique
) -> None:
    proxy.faults.append(Fault("cut", "down", once_sent=b"upload_id"))
    model = patient.upload_model(b"data", {"name": unique("lost")}, resumable=True)
    assert proxy.connections == 2
    assert list(patient.list_models(name=model.name)) == [model]


def test_a_lost_answer_is_not_taken_for_anothers_model(
    proxy: Proxy, patient: ModelRegistryClient, client: ModelRegistryClient, unique: Unique
) -> None:
    said = {"name": unique("lost"), "version": "1"}
    client.upload_model(b"other bytes", said)
    client.upload_model(b"data", {**said, "version": "2", "tags": {"by": "another"}})
    for version in ("1", "2"):
        proxy.faults.append(Fault("cut", "down", 0))
        with pytest.raises(AlreadyExistsError):
            patient.upload_model(b"data", {**said, "version": version})
        patient.close()


def test_what_could_be_made_twice_is_not_sent_twice(
    proxy: Proxy, patient: ModelRegistryClient, client: ModelRegistryClient, unique: Unique
) -> None:
    name = unique("once")
    proxy.faults.append(Fault("cut", "down", 0))
    with pytest.raises(ConnectionFailedError, match="list_models"):
        patient.upload_model(b"data", {"name": name})
    assert len(list(client.list_models(name=name))) == 1
    assert proxy.connections == 1


def test_what_has_not_arrived_whole_is_sent_again(proxy: Proxy, patient: ModelRegistryClient, unique: Unique) -> None:
    proxy.faults.extend([Fault("cut", "up", 2**20), Fault("cut", "up", 2**21)])
    # More than the buffers of both sides hold: what has left this program counts as sent.
    model = patient.upload_model(bytes(2**25), {"name": unique("cut")})
    assert not proxy.faults
    assert list(patient.list_models(name=model.name)) == [model]


def test_what_never_arrived_is_sent_again(own_server: OwnServer) -> None:
    own_server.kill()
    with ModelRegistryClient(own_server.url, retries=0) as client:
        with pytest.raises(ConnectionFailedError, match="Is the server running") as raised:
            client.upload_model(b"data", {"name": "late"})
        assert "list_models" not in str(raised.value)
    start = threading.Thread(target=own_server.start)
    start.start()
    with ModelRegistryClient(own_server.url, retries=10) as client:
        assert client.upload_model(b"data", {"name": "late"}).version_number == 1
    start.join()


def test_changes_and_deletions_survive_lost_answers(
    proxy: Proxy, patient: ModelRegistryClient, client: ModelRegistryClient, unique: Unique
) -> None:
    model = client.upload_model(b"data", {"name": unique("m")})
    proxy.faults.append(Fault("cut", "down", 0))
    assert patient.set_tags(model.metadata_id, {"a": "b"}).tags == {"a": "b"}
    patient.close()
    proxy.faults.append(Fault("cut", "down", 0))
    patient.delete_model(model.metadata_id)
    with pytest.raises(NotFoundError):
        client.get_metadata(model.metadata_id)


def test_a_download_that_fails_leaves_what_was_there(
    proxy: Proxy, client: ModelRegistryClient, unique: Unique, tmp_path: Path
) -> None:
    model = client.upload_model(os.urandom(2**20), {"name": unique("m")})
    target = tmp_path / "model.bin"
    target.write_bytes(b"the one before")
    proxy.faults.extend([Fault("cut", "down", 2**19)] * 2)
    with ModelRegistryClient(proxy.url, retries=0) as hasty, pytest.raises(ConnectionFailedError):
        hasty.download_model(model.metadata_id, target)
    assert target.read_bytes() == b"the one before"
    assert [path.name for path in tmp_path.iterdir()] == ["model.bin"]


def test_an_upload_that_is_given_up_leaves_nothing(client: ModelRegistryClient, unique: Unique) -> None:
    name = unique("given-up")

    def stop(done: int, total: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client.upload_model(bytes(2**22), {"name": name}, progress=stop, resumable=True)
    assert list(client.list_models(name=name)) == []


def test_memory_is_constant(client: ModelRegistryClient, unique: Unique, large_file: Path, tmp_path: Path) -> None:
    """Python's own: that of a whole process, which libraries share, is looked at in test_memory_of_the_process."""

    def pieces() -> Iterator[bytes]:
        with large_file.open("rb") as file:
            while piece := file.read(2**20):
                yield piece

    tracemalloc.start()
    try:
        for source in (large_file, pieces()):
            model = client.upload_model(source, {"name": unique("large")})
            client.download_model(model.metadata_id, tmp_path / "copy")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * 2**20
