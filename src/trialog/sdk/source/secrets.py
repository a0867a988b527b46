"""Tells secrets by their names and by their looks, so that they are left out of what is recorded."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from trialog.config import redact

MASK: Final = "***"

_PRIVATE_FILES: Final = (
    ".env",
    ".env.*",
    "*.env",
    ".envrc",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".pypirc",
    ".npmrc",
    ".htpasswd",
    ".git-credentials",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "*.kdbx",
    "*.ppk",
    "*.tfvars",
    "*.tfstate",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    "*credential*",
    "*password*",
    "*secret*",
    "*service_account*.json",
    "*service-account*.json",
    "kaggle.json",
    "kubeconfig",
)
_PRIVATE_FOLDERS: Final = (".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".git", "secrets", ".secrets")
# A program that handles secrets holds none by its name alone.
_PROGRAM: Final = (".py", ".ipynb", ".pyi")
_LOOKS: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bgithub_pat_[A-Za-z0-9_]{30,}"
    r"|\bglpat-[A-Za-z0-9_-]{20,}"
    r"|\bhf_[A-Za-z0-9]{30,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\bsk-[A-Za-z0-9_-]{20,}"
    r"|\bAIza[0-9A-Za-z_-]{35}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+"
)
_WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_SECRET_WORDS: Final = frozenset(
    {"password", "passwd", "passphrase", "pwd", "secret", "secrets", "credential", "credentials", "apikey", "pat"}
)
_KEY_OF: Final = frozenset({"api", "access", "secret", "private", "auth", "account", "encryption", "signing"})
# Tokens of languages, of which models are told.
_WORDS_OF_LANGUAGE: Final = frozenset(
    {"pad", "eos", "bos", "unk", "sep", "cls", "mask", "image", "special", "start", "end", "stop", "per", "class"}
)
_OPTION: Final = re.compile(r"(?P<name>(?:--?|\+{0,2})[A-Za-z][\w.:/-]*)=(?P<value>.+)", re.DOTALL)


def is_private_file(path: str) -> bool:
    """Tell whether a file is never recorded, whatever it holds.

    Args:
        path: Path with `/` between the names.
    """
    *folders, name = path.lower().split("/")
    if any(folder in _PRIVATE_FOLDERS for folder in folders):
        return True
    return not name.endswith(_PROGRAM) and any(fnmatchcase(name, pattern) for pattern in _PRIVATE_FILES)


def holds_secret(content: bytes) -> bool:
    """Tell whether something in a text looks like a key that gives access to something."""
    # Made where it is used, which the beginning of a run does not wait for; it is kept by `re`.
    return re.search(_LOOKS.pattern.encode(), content) is not None


def masked_command(arguments: Sequence[str]) -> list[str]:
    """Return a command with `***` in place of values that look secret or whose option is called so.

    Args:
        arguments: The command.
    """
    masked = []
    is_secret_next = False
    for argument in arguments:
        if is_secret_next and not argument.startswith("--"):
            masked.append(MASK)
            is_secret_next = False
            continue
        found = _OPTION.fullmatch(argument)
        if found and is_secret_name(found["name"]):
            masked.append(f"{found['name']}={MASK}")
        else:
            masked.append(_LOOKS.sub(MASK, redact(argument)))
        is_secret_next = found is None and argument.startswith("-") and is_secret_name(argument)
    return masked


def is_secret_name(name: str) -> bool:
    """Tell whether something called so is a secret: `--db-password`, `HF_TOKEN`, `apiKey`, but not `--max-tokens`."""
    words = [word.lower() for word in _WORD.findall(name)]
    if _SECRET_WORDS.intersection(words):
        return True
    pairs = list(zip(["", *words], words, strict=False))
    return any(word == "key" and before in _KEY_OF for before, word in pairs) or (
        words[-1:] == ["token"] and words[-2:-1] not in [[word] for word in _WORDS_OF_LANGUAGE]
    )


def without_credentials(url: str) -> str:
    """Return the address of a repository without names and passwords in it; one for SSH keeps its user.

    Args:
        url: The address, as `https://host/path` or `user@host:path`, or a path.
    """
    if "://" not in url:
        return url
    scheme, rest = url.split("://", 1)
    authority, slash, path = rest.partition("/")
    before, at, host = authority.rpartition("@")
    if at:
        user = before.partition(":")[0]
        authority = f"{user}@{host}" if scheme.lower() in {"ssh", "git+ssh"} and user else host
    try:
        # What stands behind the path may be a token as well.
        parts = urlsplit(f"{scheme}://{authority}{slash}{path}")
    except ValueError:
        return f"{scheme}://{MASK}"
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
