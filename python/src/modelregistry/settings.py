"""What an address and the environment say about a server.

Each setting is taken from the address, else from the environment, else from its default. An empty value is the same as none.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

from modelregistry.errors import SettingsError
from modelregistry.tokens import POD_TOKEN_FILE, TokenSource, pod_token_source, token_source

SCHEMES = ("modelregistry", "modelregistry+http", "modelregistry+https")
_URL_SCHEMES = ("http", "https")

_VARIABLES = {
    "host": ("MODEL_REGISTRY_HOST",),
    "port": ("MODEL_REGISTRY_PORT",),
    "author": ("MODEL_REGISTRY_AUTHOR",),
    "is-secure": ("MODEL_REGISTRY_SECURE",),
    "user-token": ("MODEL_REGISTRY_TOKEN",),
    "custom-ca": ("MODEL_REGISTRY_CA", "MODELREGISTRY_CA_CERT_PATH"),
}
_SAID_BY_URLS = ("host", "port", "is-secure")
_PARAMETERS = ("author", "is-secure", "user-token", "custom-ca")
_BOOLEANS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


@dataclass(frozen=True)
class Settings:
    """How to reach a server, and as whom. Equal settings reach the same server in the same way."""

    host: str
    """A name or an address; IPv6 without brackets."""
    port: int
    is_secure: bool
    """HTTPS rather than HTTP."""
    prefix: str = ""
    """Path below which the server's APIs are, such as `/registry`; "" where it is alone on its host."""
    author: str | None = None
    """Owner or author of what is created; None leaves it to MLflow."""
    token: TokenSource | None = field(default=None)
    custom_ca: str | None = None
    """A PEM file, or a folder of certificates, that the server's certificate is checked against; None for those of the system."""

    @property
    def netloc(self) -> str:
        """Host and port as URLs have them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Where the server's APIs begin: `https://host:port/prefix`, without a slash at the end."""
        return f"{'https' if self.is_secure else 'http'}://{self.netloc}{self.prefix}"


@dataclass(frozen=True)
class _Given:
    """The text of a setting, and the name that the user gave it by."""

    text: str = field(repr=False)
    setting: str
    in_address: bool = False


def read_settings(
    address: str, environment: Mapping[str, str] | None = None, pod_token_file: Path = POD_TOKEN_FILE
) -> Settings:
    """The settings of an address such as `modelregistry://host:port?author=…`; `modelregistry:///` takes all from the environment.

    `environment` is the process's own unless given. Raises `SettingsError`, which names what is wrong.
    """
    parts = _split(address, SCHEMES)
    given = _given(parts, os.environ if environment is None else environment)
    return _settings(parts, given, pod_token_file)


def read_url_settings(
    url: str,
    *,
    token: str | None = None,
    custom_ca: str | None = None,
    environment: Mapping[str, str] | None = None,
    pod_token_file: Path = POD_TOKEN_FILE,
) -> Settings:
    """As `read_settings`, of `http://` and `https://` URLs too: these say themselves where the server is, whatever the environment says.

    `token` and `custom_ca` decide before all else. A token goes to another host over plain HTTP only where a `modelregistry` address
    says so: `http://` alone is too easily meant without it.
    """
    parts = _split(url, (*_URL_SCHEMES, *SCHEMES))
    given = _given(parts, os.environ if environment is None else environment)
    if token:
        given["user-token"] = _Given(token, "token")
    if custom_ca:
        given["custom-ca"] = _Given(custom_ca, "ca")
    return _settings(parts, given, pod_token_file)


def _settings(parts: SplitResult, given: Mapping[str, _Given], pod_token_file: Path) -> Settings:
    host = _host(given.get("host"))
    is_secure = _is_secure(parts.scheme, given.get("is-secure"), host)
    author = given.get("author")
    return Settings(
        host=host,
        port=_port(given.get("port"), is_secure),
        is_secure=is_secure,
        prefix=unquote(parts.path).rstrip("/"),
        author=author.text if author else None,
        token=_token(given, is_secure or _is_meant_plain(parts.scheme, given.get("is-secure"), host), pod_token_file),
        custom_ca=_custom_ca(given.get("custom-ca")) if is_secure else None,
    )


def is_registry_address(address: str | None) -> bool:
    """Whether an address has one of this package's schemes."""
    return address is not None and address.split(":", 1)[0].lower() in SCHEMES


def _split(address: str, schemes: Sequence[str]) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise SettingsError("the address", f"its host or port can't be read: write {schemes[0]}://host:port") from None
    if parts.scheme not in schemes or not address[len(parts.scheme) :].startswith("://"):
        raise SettingsError(
            "the address", f"it must begin with one of {', '.join(f'{scheme}://' for scheme in schemes)}"
        )
    if "@" in parts.netloc:
        raise SettingsError(
            "the address", "it has a user or password before the host: give a token as user-token instead"
        )
    if parts.fragment or "#" in address:
        raise SettingsError("the address", "it has a '#': write %23 where it belongs to a value")
    return parts


def _given(parts: SplitResult, environment: Mapping[str, str]) -> dict[str, _Given]:
    """What is given of each setting, from the place that decides."""
    given = {}
    for name, variables in _VARIABLES.items():
        if parts.scheme in _URL_SCHEMES and name in _SAID_BY_URLS:
            continue
        for variable in variables:
            text = environment.get(variable, "").strip()
            if text and name not in given and not _is_service_link(name, text):
                given[name] = _Given(text, variable)
    return given | _given_in_address(parts)


def _is_service_link(name: str, text: str) -> bool:
    """Kubernetes itself sets MODEL_REGISTRY_PORT=tcp://10.0.0.1:8080 in the pods beside a service `model-registry`."""
    return name == "port" and text.startswith(("tcp://", "udp://"))


def _given_in_address(parts: SplitResult) -> dict[str, _Given]:
    texts = _query(parts.query)
    if parts.hostname:
        texts["host"] = parts.hostname
    if parts.port is not None:
        texts["port"] = str(parts.port)
    return {name: _Given(text, f"{name} of the address", in_address=True) for name, text in texts.items() if text}


def _query(query: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for piece in filter(None, query.split("&")):
        name, _, value = piece.partition("=")
        if name not in _PARAMETERS:
            # What stands there may be a value that lost its name, so a token.
            shown = f" {name!r}" if re.fullmatch(r"[a-z_-]{1,24}", name) else ""
            raise SettingsError(
                "the address", f"it has an unknown parameter{shown}: there are {', '.join(_PARAMETERS)}"
            )
        if name in values:
            raise SettingsError(f"{name} of the address", "it is there twice")
        # A plus sign in a token is one: tokens have no spaces, but often are base64.
        values[name] = (unquote if name == "user-token" else unquote_plus)(value).strip()
    return values


def _host(given: _Given | None) -> str:
    if given is None:
        raise SettingsError(
            "MODEL_REGISTRY_HOST", "no host is given: write modelregistry://host:port, or set this variable"
        )
    host = given.text.removeprefix("[").removesuffix("]")
    if _ip_address(host) is None and any(character in host for character in ":/?#@ "):
        raise SettingsError(given.setting, "give the host's name alone, without a scheme, port or path")
    return host


def _port(given: _Given | None, is_secure: bool) -> int:
    if given is None:
        return 443 if is_secure else 80
    if not given.text.isascii() or not given.text.isdigit() or not 0 < int(given.text) < 65536:
        raise SettingsError(given.setting, f"{given.text!r} is no port: give a number from 1 to 65535")
    return int(given.text)


def _is_secure(scheme: str, given: _Given | None, host: str) -> bool:
    said = _boolean(given) if given else None
    explicit = scheme if scheme in _URL_SCHEMES else scheme.partition("+")[2]
    if not explicit:
        return not is_loopback(host) if said is None else said
    if given and given.in_address and said is not (explicit == "https"):
        raise SettingsError(given.setting, f"{given.text!r} contradicts {scheme}://: leave one of them out")
    return explicit == "https"


def _boolean(given: _Given) -> bool:
    value = _BOOLEANS.get(given.text.lower())
    if value is None:
        raise SettingsError(given.setting, f"{given.text!r} is neither true nor false")
    return value


def _is_meant_plain(scheme: str, given: _Given | None, host: str) -> bool:
    """Whether the address itself asks for HTTP, or its host is this machine."""
    return is_loopback(host) or scheme.endswith("+http") or bool(given and given.in_address)


def _token(given: Mapping[str, _Given], may_be_sent: bool, pod_token_file: Path) -> TokenSource | None:
    token = given.get("user-token")
    if token is None:
        return pod_token_source(pod_token_file) if may_be_sent else None
    if may_be_sent:
        return token_source(token.text, token.setting)
    raise SettingsError(
        given["is-secure"].setting if "is-secure" in given else "the address",
        "it would send the token over plain HTTP to another host. Use HTTPS, or say in the address that plain HTTP is meant: "
        "modelregistry+http://…",
    )


def _custom_ca(given: _Given | None) -> str | None:
    if given is None:
        return None
    path = Path(given.text).expanduser()
    if not path.exists():
        raise SettingsError(given.setting, f"there is no file {path}")
    try:
        ssl.create_default_context(capath=path) if path.is_dir() else ssl.create_default_context(cafile=path)
    except (ssl.SSLError, OSError) as error:
        raise SettingsError(given.setting, f"{path} has no certificates in PEM form that can be read") from error
    return str(path)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name alone; nothing is looked up."""
    address = _ip_address(host)
    return address.is_loopback if address else host.lower() == "localhost"


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
