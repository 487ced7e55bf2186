"""Where a bearer token comes from. What is shown of one never has its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from modelregistry.errors import SettingsError

POD_TOKEN_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
"""Where Kubernetes keeps the token of a pod's service account; it is replaced about once an hour."""

_PATH = re.compile(r"^(/|~|\.{1,2}/|[A-Za-z]:[\\/])")
_TOKEN = re.compile(r"^[\x21-\x7e]+$")


class TokenSource(Protocol):
    """Gives the token of the moment. Two sources are equal if they always give the same."""

    def read(self) -> str:
        """The token, ready for an HTTP header. Raises `SettingsError` if there is none to be had."""


@dataclass(frozen=True)
class LiteralToken:
    """A token that was given as it is."""

    text: str = field(repr=False)
    setting: str

    def read(self) -> str:
        return _checked(self.text, self.setting)


@dataclass(frozen=True)
class FileToken:
    """A token in a file that others replace as it expires. The file is read for each request: that costs less than to watch it."""

    path: Path
    setting: str

    def read(self) -> str:
        try:
            text = self.path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(self.setting, f"the token's file can't be read ({type(error).__name__})") from error
        return _checked(text, self.setting)


def token_source(text: str, setting: str) -> TokenSource:
    """The source that `text` means: the path of a file if it looks like one or there is such a file, else the token itself.

    Raises `SettingsError` for a path without a file, without showing it: it may be a token after all.
    """
    path = Path(text.removeprefix("file://")).expanduser()
    if _is_file(path):
        return FileToken(path, setting)
    if text.startswith("file://") or _PATH.match(text):
        raise SettingsError(setting, "it looks like the path of a file, but there is no such file")
    return LiteralToken(text, setting)


def pod_token_source(path: Path = POD_TOKEN_FILE) -> TokenSource | None:
    """The token of the pod's service account, where there is one."""
    return FileToken(path, f"the pod's service account token {path}") if _is_file(path) else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # longer than a path can be
        return False


def _checked(text: str, setting: str) -> str:
    if not text:
        raise SettingsError(setting, "the token is empty")
    if not _TOKEN.match(text):
        raise SettingsError(
            setting, "the token has characters that an HTTP header can't carry, such as spaces or line ends"
        )
    return text
