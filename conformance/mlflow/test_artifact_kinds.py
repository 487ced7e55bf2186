"""The things that log_* turns into files: dictionaries, text, figures, images, tables."""

import json

import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
import pytest
from PIL import Image


@pytest.fixture
def active(run_id):
    with mlflow.start_run(run_id=run_id) as run:
        yield run


def text_of(run, path):
    return mlflow.artifacts.load_text(f"{run.info.artifact_uri}/{path}")


def test_dictionary(active):
    mlflow.log_dict({"layers": [64, 32], "name": "ключ"}, "config/model.json")
    mlflow.log_dict({"rate": 0.1}, "config/rates.yml")
    assert json.loads(text_of(active, "config/model.json")) == {"layers": [64, 32], "name": "ключ"}
    assert text_of(active, "config/rates.yml").strip() == "rate: 0.1"
    assert mlflow.artifacts.load_dict(f"{active.info.artifact_uri}/config/model.json")["layers"] == [64, 32]


def test_text(active):
    text = "first line\nзначение ✅\n"
    mlflow.log_text(text, "notes/today.txt")
    assert text_of(active, "notes/today.txt") == text


def test_logging_again_replaces(active):
    mlflow.log_text("first and longer", "note.txt")
    mlflow.log_text("second", "note.txt")
    assert text_of(active, "note.txt") == "second"


def test_empty_text(active, client):
    mlflow.log_text("", "empty.txt")
    assert text_of(active, "empty.txt") == ""
    (listed,) = client.list_artifacts(active.info.run_id)
    assert (listed.path, listed.is_dir, listed.file_size or 0) == ("empty.txt", False, 0)


def test_figure(active):
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.plot([0, 1], [1, 0])
    mlflow.log_figure(figure, "plots/line.png")
    plt.close(figure)
    image = mlflow.artifacts.load_image(f"{active.info.artifact_uri}/plots/line.png")
    assert image.size == (100, 100)


def test_image_under_a_name(active):
    mlflow.log_image(np.full((4, 6, 3), 200, dtype=np.uint8), "pictures/grey.png")
    image = mlflow.artifacts.load_image(f"{active.info.artifact_uri}/pictures/grey.png")
    assert (image.size, image.convert("RGB").getpixel((0, 0))) == ((6, 4), (200, 200, 200))


def test_images_over_steps(active, client):
    """Older clients put `%` between the parts of the name, so that steps and times look like escapes of odd characters."""
    steps = (0, 10, 80, 200)
    for step in steps:
        mlflow.log_image(Image.new("RGB", (8, 8), (step, 0, 0)), key="samples", step=step)
    mlflow.flush_artifact_async_logging()
    paths = [file.path for file in client.list_artifacts(active.info.run_id, "images")]
    pictures = [path for path in paths if path.startswith("images/samples") and path.endswith(".png")]
    assert len(pictures) == len(steps)
    shades = {mlflow.artifacts.load_image(f"{active.info.artifact_uri}/{path}").getpixel((0, 0))[0] for path in pictures}
    assert shades == set(steps)


def test_table(active):
    mlflow.log_table({"question": ["a", "b"], "score": [1, 0.5]}, "results/eval.json")
    mlflow.log_table(pd.DataFrame({"question": ["c"], "score": [0.0]}), "results/eval.json")
    table = mlflow.load_table("results/eval.json", run_ids=[active.info.run_id])
    assert list(table["question"]) == ["a", "b", "c"]
    assert list(table["score"]) == [1, 0.5, 0]


def test_tables_of_several_runs(client, experiment_id):
    for name in ("one", "two"):
        with mlflow.start_run(run_name=name):
            mlflow.log_table({"answer": [name]}, "eval.json")
    table = mlflow.load_table("eval.json", extra_columns=["run_id"])
    assert sorted(table["answer"]) == ["one", "two"]
    assert table["run_id"].nunique() == 2


def test_failing_to_read_what_is_not_there(active):
    with pytest.raises(mlflow.MlflowException):
        text_of(active, "missing.txt")
