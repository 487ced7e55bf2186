"""Prompts, which the client keeps in the model registry."""

import json

import mlflow
import pytest
from support import create_versions, error_code_of, needs_mlflow_3

pytestmark = needs_mlflow_3


@pytest.fixture
def prompt_name(unique):
    return unique("summarize")


@pytest.fixture
def prompt(prompt_name):
    return mlflow.genai.register_prompt(
        name=prompt_name, template="Summarize {{ text }}.", commit_message="the first", tags={"task": "summary"}
    )


def test_register_and_load(prompt, prompt_name):
    loaded = mlflow.genai.load_prompt(f"prompts:/{prompt_name}/1")
    assert (loaded.name, loaded.version, loaded.template) == (prompt_name, 1, "Summarize {{ text }}.")
    assert (loaded.commit_message, loaded.tags) == ("the first", {"task": "summary"})
    assert loaded.format(text="this") == "Summarize this."


def test_next_version(prompt, prompt_name):
    second = mlflow.genai.register_prompt(name=prompt_name, template="Be brief about {{text}}")
    assert second.version == 2
    assert mlflow.genai.load_prompt(prompt_name, version=1).template == prompt.template
    assert mlflow.genai.load_prompt(f"prompts:/{prompt_name}@latest").version == 2


def test_chat_prompt(prompt_name):
    messages = [{"role": "system", "content": "You are {{tone}}."}, {"role": "user", "content": "{{question}}"}]
    mlflow.genai.register_prompt(name=prompt_name, template=messages)
    loaded = mlflow.genai.load_prompt(f"prompts:/{prompt_name}/1")
    assert loaded.template == messages
    assert loaded.format(tone="kind", question="Why?")[1] == {"role": "user", "content": "Why?"}


def test_response_format_and_model_settings(prompt_name):
    schema = {"type": "object", "properties": {"summary": {"type": "string"}}}
    mlflow.genai.register_prompt(
        name=prompt_name, template="{{a}}", response_format=schema, model_config={"model_name": "m", "temperature": 0.5}
    )
    loaded = mlflow.genai.load_prompt(f"prompts:/{prompt_name}/1")
    assert loaded.response_format == schema
    assert loaded.model_config["temperature"] == 0.5


def test_aliases(prompt, prompt_name):
    mlflow.genai.register_prompt(name=prompt_name, template="second")
    mlflow.genai.set_prompt_alias(prompt_name, alias="production", version=1)
    assert mlflow.genai.load_prompt(f"prompts:/{prompt_name}@production").version == 1
    mlflow.genai.set_prompt_alias(prompt_name, alias="production", version=2)
    assert mlflow.genai.load_prompt(f"prompts:/{prompt_name}@production").template == "second"
    mlflow.genai.delete_prompt_alias(prompt_name, alias="production")
    with pytest.raises(mlflow.MlflowException):
        mlflow.genai.load_prompt(f"prompts:/{prompt_name}@production")


def test_tags(client, prompt, prompt_name):
    mlflow.genai.set_prompt_tag(prompt_name, "team", "search")
    mlflow.genai.set_prompt_version_tag(prompt_name, 1, "reviewed", "yes")
    assert client.get_prompt(prompt_name).tags["team"] == "search"
    assert client.get_prompt_version(prompt_name, 1).tags["reviewed"] == "yes"
    mlflow.genai.delete_prompt_tag(prompt_name, "team")
    mlflow.genai.delete_prompt_version_tag(prompt_name, 1, "reviewed")
    assert "team" not in client.get_prompt(prompt_name).tags
    assert "reviewed" not in client.get_prompt_version(prompt_name, 1).tags


def test_search(prompt, prompt_name, unique):
    other = mlflow.genai.register_prompt(name=unique("other"), template="x")
    found = mlflow.genai.search_prompts(filter_string=f"name LIKE '{prompt_name[:14]}%'")
    assert prompt_name in [candidate.name for candidate in found]
    assert other.name not in [candidate.name for candidate in found]
    (only,) = mlflow.genai.search_prompts(filter_string=f"name = '{prompt_name}'")
    assert only.name == prompt_name


def test_versions_listed(client, prompt, prompt_name):
    mlflow.genai.register_prompt(name=prompt_name, template="second")
    assert sorted(version.version for version in client.search_prompt_versions(prompt_name)) == [1, 2]


def test_hidden_from_model_searches(client, prompt, prompt_name):
    assert list(client.search_registered_models(f"name = '{prompt_name}'")) == []
    assert list(client.search_model_versions(f"name = '{prompt_name}'")) == []


def test_names_are_shared_with_models(client, prompt, prompt_name, model_name):
    assert error_code_of(lambda: client.create_registered_model(prompt_name)) == "RESOURCE_ALREADY_EXISTS"
    create_versions(client, model_name, 1)
    with pytest.raises(mlflow.MlflowException):
        mlflow.genai.register_prompt(name=model_name, template="x")


def test_delete(client, prompt, prompt_name):
    client.delete_prompt_version(prompt_name, "1")
    assert error_code_of(lambda: client.get_prompt_version(prompt_name, 1)) == "RESOURCE_DOES_NOT_EXIST"
    client.delete_prompt(prompt_name)
    assert client.get_prompt(prompt_name) is None


def test_missing(prompt_name):
    assert mlflow.genai.load_prompt(f"prompts:/{prompt_name}/1", allow_missing=True) is None
    with pytest.raises(mlflow.MlflowException):
        mlflow.genai.load_prompt(f"prompts:/{prompt_name}/1")


def test_linked_to_a_run(client, experiment_id, prompt, prompt_name):
    with mlflow.start_run() as run:
        mlflow.genai.load_prompt(f"prompts:/{prompt_name}/1")
    linked = json.loads(client.get_run(run.info.run_id).data.tags["mlflow.linkedPrompts"])
    assert linked == [{"name": prompt_name, "version": "1"}]
