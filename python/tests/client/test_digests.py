"""Bytes that change on the way are refused, in both directions, and nothing is kept of them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from own_server import OwnServer
from proxy import Fault, Proxy

from modelregistry.client import ModelRegistryClient
from modelregistry.client.downloads import promised_sha256
from modelregistry.client.exceptions import DamagedError, DigestMismatchError

DATA = os.urandom(4 * 2**20)
MIDDLE = 2**21
Unique = Callable[[str], str]


@pytest.mark.parametrize("resumable", [False, True])
def test_an_upload_that_was_spoilt(
    proxy: Proxy, patient: ModelRegistryClient, client: ModelRegistryClient, unique: Unique, resumable: bool
) -> None:
    name = unique("spoilt")
    proxy.faults.append(Fault("spoil", "up", MIDDLE))
    with pytest.raises(DigestMismatchError) as raised:
        patient.upload_model(DATA, {"name": name}, resumable=resumable)
    assert (raised.value.status, raised.value.code) == (400, "digest-mismatch")
    assert list(client.list_models(name=name)) == []


def test_a_stream_that_was_spoilt(
    proxy: Proxy, patient: ModelRegistryClient, client: ModelRegistryClient, unique: Unique
) -> None:
    """Its digest is known only once it has been sent: what was stored is removed again."""

    def pieces() -> Iterator[bytes]:
        yield from (DATA[at : at + 2**20] for at in range(0, len(DATA), 2**20))

    name = unique("spoilt")
    proxy.faults.append(Fault("spoil", "up", MIDDLE))
    with pytest.raises(DigestMismatchError):
        patient.upload_model(pieces(), {"name": name})
    assert list(client.list_models(name=name)) == []


def test_a_folder_that_was_spoilt(
    proxy: Proxy, patient: ModelRegistryClient, client: ModelRegistryClient, unique: Unique, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights.bin").write_bytes(DATA)
    name = unique("spoilt")
    proxy.faults.append(Fault("spoil", "up", MIDDLE))
    with pytest.raises(DigestMismatchError):
        patient.upload_folder(tmp_path / "model", {"name": name})
    assert list(client.list_models(name=name)) == []


def test_a_download_that_was_spoilt(
    proxy: Proxy, patient: ModelRegistryClient, client: ModelRegistryClient, unique: Unique, tmp_path: Path
) -> None:
    model = client.upload_model(DATA, {"name": unique("spoilt")})
    target = tmp_path / "model.bin"
    for refused in (
        lambda: patient.download_model(model.metadata_id, target),
        lambda: patient.get_model(metadata_id=model.metadata_id),
    ):
        patient.close()
        proxy.faults.append(Fault("spoil", "down", MIDDLE))
        with pytest.raises(DigestMismatchError, match="Try once more"):
            refused()
    assert list(tmp_path.iterdir()) == []
    patient.close()
    assert patient.download_model(model.metadata_id, target).read_bytes() == DATA


def test_what_the_servers_disk_has_spoilt(own_server: OwnServer, tmp_path: Path) -> None:
    with ModelRegistryClient(own_server.url, retries=1) as client:
        model = client.upload_model(DATA, {"name": "spoilt"})
        (blob,) = (
            path for path in (tmp_path / "data").rglob("*") if path.is_file() and path.stat().st_size == len(DATA)
        )
        blob.chmod(0o600)
        with blob.open("r+b") as file:
            file.seek(MIDDLE)
            file.write(bytes([DATA[MIDDLE] ^ 1]))
        with pytest.raises(DamagedError):
            client.download_model(model.metadata_id, tmp_path / "copy")
        assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    ("header", "digest"),
    [
        ("sha-256=:AQI=:", "0102"),
        ("sha-512=:AAA=:, sha-256=:AQI=:", "0102"),
        ("sha-512=:AQI=:", None),
        ("sha-256=:?:", None),
        ("sha-256=:A:", None),
        ("", None),
        (None, None),
    ],
)
def test_promised_digests(header: str | None, digest: str | None) -> None:
    assert promised_sha256(header) == digest
