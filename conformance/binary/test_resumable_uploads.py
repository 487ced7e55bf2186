"""Uploads that are interrupted and go on, by `tuspy`, which others have written; what is finished becomes a model."""

import asyncio
import hashlib
import io
import os

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

CONTENT = os.urandom(5_000_000)
CHUNK = 1_000_000


@pytest.fixture
def tus(url) -> TusClient:
    return TusClient(f"{url}/api/v1/uploads")


def uploader(tus: TusClient, **options):
    return tus.uploader(file_stream=io.BytesIO(CONTENT), chunk_size=CHUNK, metadata={"filename": "模型.pkl"}, **options)


def make_model(url: str, name: str, upload_url: str) -> dict:
    metadata = {"name": name, "upload_id": upload_url.rsplit("/", 1)[-1]}
    answer = requests.post(f"{url}/api/v1/models", json=metadata, timeout=30)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_finished_upload_becomes_a_model(url, name, tus):
    upload = uploader(tus)
    upload.upload()
    model = make_model(url, name, upload.url)
    assert model["size"] == len(CONTENT)
    assert model["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    downloaded = requests.get(f"{url}/api/v1/models/{model['metadata_id']}/content", timeout=30)
    assert downloaded.content == CONTENT
    assert requests.head(upload.url, timeout=30).status_code == 404


def test_another_client_goes_on_where_the_first_one_stopped(url, name, tus):
    first = uploader(tus)
    first.upload(stop_at=2 * CHUNK)
    second = uploader(tus, url=first.url)
    assert second.offset == 2 * CHUNK
    second.upload()
    assert make_model(url, name, first.url)["sha256"] == hashlib.sha256(CONTENT).hexdigest()


def test_each_chunk_with_its_checksum(url, name, tus):
    upload = uploader(tus, upload_checksum=True)
    upload.upload()
    assert make_model(url, name, upload.url)["sha256"] == hashlib.sha256(CONTENT).hexdigest()


def test_the_asynchronous_client(url, name, tus):
    upload = tus.async_uploader(file_stream=io.BytesIO(CONTENT), chunk_size=CHUNK)
    asyncio.run(upload.upload())
    assert make_model(url, name, upload.url)["sha256"] == hashlib.sha256(CONTENT).hexdigest()


def test_what_is_not_finished_becomes_no_model(url, name, tus):
    upload = uploader(tus)
    upload.upload(stop_at=CHUNK)
    metadata = {"name": name, "upload_id": upload.url.rsplit("/", 1)[-1]}
    answer = requests.post(f"{url}/api/v1/models", json=metadata, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")


def test_an_upload_that_was_given_up_is_gone(tus):
    upload = uploader(tus)
    upload.upload(stop_at=CHUNK)
    assert requests.delete(upload.url, headers={"Tus-Resumable": "1.0.0"}, timeout=30).status_code == 204
    with pytest.raises(TusCommunicationError):
        uploader(tus, url=upload.url)
