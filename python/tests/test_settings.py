"""What an address and the environment say together."""

from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException

from modelregistry.errors import SettingsError
from modelregistry.settings import Settings, is_registry_address, read_settings, read_url_settings
from modelregistry.tracking import open_tracking_store

NOWHERE = Path("/nowhere")
TOKEN = "s3cret-t0ken"


def read(address: str, **environment: str) -> Settings:
    return read_settings(address, environment, NOWHERE)


@pytest.mark.parametrize(
    ("address", "environment", "url"),
    [
        ("modelregistry://registry.example.com", {}, "https://registry.example.com:443"),
        ("modelregistry://registry.example.com:8443", {}, "https://registry.example.com:8443"),
        ("modelregistry+https://registry.example.com", {}, "https://registry.example.com:443"),
        ("modelregistry+http://registry.example.com:8080", {}, "http://registry.example.com:8080"),
        ("modelregistry+http://registry.example.com", {}, "http://registry.example.com:80"),
        ("modelregistry://registry.example.com:80?is-secure=false", {}, "http://registry.example.com:80"),
        ("modelregistry://registry.example.com:80?is-secure=NO", {}, "http://registry.example.com:80"),
        ("modelregistry://localhost:8080", {}, "http://localhost:8080"),
        ("modelregistry://my.localhost:8080", {}, "https://my.localhost:8080"),
        ("modelregistry://127.0.0.2:8080", {}, "http://127.0.0.2:8080"),
        ("modelregistry://[::1]:8080", {}, "http://[::1]:8080"),
        ("modelregistry://localhost:8443?is-secure=true", {}, "https://localhost:8443"),
        ("modelregistry+https://localhost:8443", {}, "https://localhost:8443"),
        ("modelregistry://[2001:db8::1]", {}, "https://[2001:db8::1]:443"),
        ("modelregistry://registry.example.com/team/registry/", {}, "https://registry.example.com:443/team/registry"),
        ("modelregistry:///", {"MODEL_REGISTRY_HOST": "registry"}, "https://registry:443"),
        ("modelregistry://", {"MODEL_REGISTRY_HOST": "registry", "MODEL_REGISTRY_PORT": "99"}, "https://registry:99"),
        ("modelregistry+http:///", {"MODEL_REGISTRY_HOST": "::1"}, "http://[::1]:80"),
        ("modelregistry://other", {"MODEL_REGISTRY_HOST": "registry", "MODEL_REGISTRY_PORT": "99"}, "https://other:99"),
        (
            "modelregistry://other:1",
            {"MODEL_REGISTRY_HOST": "registry", "MODEL_REGISTRY_PORT": "99"},
            "https://other:1",
        ),
        ("modelregistry://registry", {"MODEL_REGISTRY_SECURE": "false"}, "http://registry:80"),
        ("modelregistry://localhost", {"MODEL_REGISTRY_SECURE": "true"}, "https://localhost:443"),
        ("modelregistry://registry?is-secure=true", {"MODEL_REGISTRY_SECURE": "false"}, "https://registry:443"),
        ("modelregistry+https://registry", {"MODEL_REGISTRY_SECURE": "false"}, "https://registry:443"),
        ("modelregistry+http://registry", {"MODEL_REGISTRY_SECURE": "true"}, "http://registry:80"),
        # Kubernetes sets this beside a service that is called model-registry.
        ("modelregistry://registry", {"MODEL_REGISTRY_PORT": "tcp://10.96.0.1:8080"}, "https://registry:443"),
        ("modelregistry://registry", {"MODEL_REGISTRY_PORT": ""}, "https://registry:443"),
    ],
)
def test_the_url(address: str, environment: dict[str, str], url: str) -> None:
    assert read(address, **environment).url == url


def test_the_address_decides_before_the_environment(ca_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(ca_file.read_bytes())
    environment = {
        "MODEL_REGISTRY_AUTHOR": "Environment",
        "MODEL_REGISTRY_TOKEN": "of-the-environment",
        "MODEL_REGISTRY_CA": str(ca_file),
        "MODELREGISTRY_CA_CERT_PATH": "/not/used",
    }
    settings = read("modelregistry://registry", **environment)
    assert (settings.author, settings.custom_ca) == ("Environment", str(ca_file))
    assert settings.token and settings.token.read() == "of-the-environment"
    settings = read(f"modelregistry://registry?author=Ada+Lovelace&user-token={TOKEN}&custom-ca={other}", **environment)
    assert (settings.author, settings.custom_ca) == ("Ada Lovelace", str(other))
    assert settings.token and settings.token.read() == TOKEN


def test_the_other_variable_of_the_ca(ca_file: Path) -> None:
    assert read("modelregistry://registry", MODELREGISTRY_CA_CERT_PATH=str(ca_file)).custom_ca == str(ca_file)


def test_nothing_is_given_where_nothing_is_said() -> None:
    settings = read("modelregistry://registry?author=&user-token=&custom-ca=", MODEL_REGISTRY_TOKEN=" ")
    assert (settings.author, settings.token, settings.custom_ca) == (None, None, None)


def test_a_plus_sign_belongs_to_a_token() -> None:
    settings = read("modelregistry://registry?user-token=ab+c/d==&author=%C3%84da")
    assert settings.token and settings.token.read() == "ab+c/d=="
    assert settings.author == "Äda"


@pytest.mark.parametrize(
    ("address", "environment", "setting"),
    [
        ("modelregistry:///", {}, "MODEL_REGISTRY_HOST"),
        ("modelregistry://:8080", {}, "MODEL_REGISTRY_HOST"),
        ("modelregistry:///", {"MODEL_REGISTRY_HOST": "https://registry"}, "MODEL_REGISTRY_HOST"),
        ("modelregistry:///", {"MODEL_REGISTRY_HOST": "registry:8080"}, "MODEL_REGISTRY_HOST"),
        ("modelregistry://registry", {"MODEL_REGISTRY_PORT": "many"}, "MODEL_REGISTRY_PORT"),
        ("modelregistry://registry", {"MODEL_REGISTRY_PORT": "70000"}, "MODEL_REGISTRY_PORT"),
        ("modelregistry://registry:0", {}, "port of the address"),
        ("modelregistry://registry:port", {}, "the address"),
        ("modelregistry://registry:70000", {}, "the address"),
        ("modelregistry://registry", {"MODEL_REGISTRY_SECURE": "maybe"}, "MODEL_REGISTRY_SECURE"),
        ("modelregistry://registry?is-secure=maybe", {}, "is-secure of the address"),
        ("modelregistry+http://registry?is-secure=true", {}, "is-secure of the address"),
        ("modelregistry+https://registry?is-secure=false", {}, "is-secure of the address"),
        ("modelregistry://registry?is_secure=false", {}, "the address"),
        ("modelregistry://registry?author=a&author=b", {}, "author of the address"),
        ("modelregistry://registry?author=a#b", {}, "the address"),
        ("modelregistry://registry?custom-ca=/nowhere/ca.pem", {}, "custom-ca of the address"),
        ("modelregistry://registry", {"MODEL_REGISTRY_CA": "/nowhere/ca.pem"}, "MODEL_REGISTRY_CA"),
        ("modelregistry://registry", {"MODELREGISTRY_CA_CERT_PATH": "/nowhere/ca.pem"}, "MODELREGISTRY_CA_CERT_PATH"),
        ("modelregistry://registry", {"MODEL_REGISTRY_CA": __file__}, "MODEL_REGISTRY_CA"),
        ("modelregistry://ada:s3cret-t0ken@registry", {}, "the address"),
        ("modelregistry://registry?user-token=/s3cret-t0ken", {}, "user-token of the address"),
        ("modelregistry://registry", {"MODEL_REGISTRY_TOKEN": "file:///s3cret-t0ken"}, "MODEL_REGISTRY_TOKEN"),
        ("modelregistry://registry?s3cret-t0ken", {}, "the address"),
        ("http://registry", {}, "the address"),
        ("modelregistry:registry", {}, "the address"),
    ],
)
def test_what_is_wrong_is_named(address: str, environment: dict[str, str], setting: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(address, **environment)
    assert raised.value.setting == setting
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "is_sent"),
    [
        ("modelregistry://registry", True),
        ("modelregistry+http://registry", True),
        ("modelregistry://registry?is-secure=false", True),
        ("modelregistry://localhost", True),
    ],
)
def test_a_token_goes_where_the_address_says(address: str, is_sent: bool) -> None:
    assert (read(address, MODEL_REGISTRY_TOKEN=TOKEN).token is not None) is is_sent


def test_no_token_over_plain_http_because_of_a_variable() -> None:
    with pytest.raises(SettingsError, match=r"modelregistry\+http://") as raised:
        read("modelregistry://registry", MODEL_REGISTRY_TOKEN=TOKEN, MODEL_REGISTRY_SECURE="false")
    assert raised.value.setting == "MODEL_REGISTRY_SECURE"
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://localhost", "http://localhost:80"),
        ("https://registry/team/", "https://registry:443/team"),
        ("modelregistry+http://registry:8080", "http://registry:8080"),
        ("modelregistry:///", "https://elsewhere:99"),
    ],
)
def test_urls_say_themselves_where_the_server_is(url: str, expected: str) -> None:
    elsewhere = {"MODEL_REGISTRY_HOST": "elsewhere", "MODEL_REGISTRY_PORT": "99", "MODEL_REGISTRY_SECURE": "true"}
    assert read_url_settings(url, environment=elsewhere, pod_token_file=NOWHERE).url == expected


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost", "http:///", "http://registry:x", ""])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(SettingsError):
        read_url_settings(url, environment={}, pod_token_file=NOWHERE)


def test_what_is_given_beside_a_url_decides(ca_file: Path) -> None:
    environment = {"MODEL_REGISTRY_TOKEN": "of-the-environment", "MODEL_REGISTRY_CA": "/nowhere"}
    settings = read_url_settings("https://registry", token=TOKEN, custom_ca=str(ca_file), environment=environment)
    assert settings.token and settings.token.read() == TOKEN
    assert settings.custom_ca == str(ca_file)


def test_no_token_over_plain_http_by_a_url(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"the address: .*plain HTTP to another host"):
        read_url_settings("http://registry", token=TOKEN, environment={}, pod_token_file=NOWHERE)
    pod_token = tmp_path / "token"
    pod_token.write_text("of-the-pod")
    assert read_url_settings("http://registry", environment={}, pod_token_file=pod_token).token is None
    assert read_url_settings("http://localhost", environment={}, pod_token_file=pod_token).token is not None


def test_mlflow_code_catches_its_own_exception() -> None:
    with pytest.raises(MlflowException) as raised:
        open_tracking_store("modelregistry://registry?is-secure=perhaps")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"
    assert isinstance(raised.value, SettingsError)


def test_settings_show_no_token() -> None:
    assert TOKEN not in repr(read(f"modelregistry://registry?user-token={TOKEN}"))


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("modelregistry://a", True),
        ("modelregistry+http://a", True),
        ("http://a", False),
        ("sqlite:///a.db", False),
        (None, False),
    ],
)
def test_whose_address_it_is(address: str | None, is_ours: bool) -> None:
    assert is_registry_address(address) is is_ours
