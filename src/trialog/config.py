"""Settings: what the command line, the environment and a `.env` file say, read once into one frozen object.

An option of the command line beats a variable of the environment, which beats a line of `.env`. MLflow's variables
keep their names and meaning; what only Trialog knows begins with `TRIALOG_`.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from trialog.errors import ConfigurationError

DEFAULT_PORT: Final = 5000
PROXIED_ARTIFACT_ROOT: Final = "mlflow-artifacts:/"
DOTENV_NAME: Final = ".env"
ADDRESS_FILE_NAME: Final = "trialog.address"

_DEFAULT_PERMISSIONS = ("READ", "USE", "EDIT", "MANAGE", "NO_PERMISSIONS")
_FILE_ENDING = "_FILE"
_LONGEST_SECRET_FILE = 64 * 1024
_TRUE_WORDS = frozenset({"1", "true", "t", "yes", "y", "on"})
_FALSE_WORDS = frozenset({"0", "false", "f", "no", "n", "off"})
_SECRET_IN_URI = re.compile(r"(?P<before>\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@]*):[^\s/]*(?=@)")
_SECRET_IN_QUERY = re.compile(
    r"(?P<before>[?&;](?:password|passwd|pwd|secret|token|access_key|secret_key|api_key|sslpassword)=)[^&;\s'\"]*",
    re.IGNORECASE,
)
# Windows drive letters look like a one-letter scheme.
_URI_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can choose.

    Attributes:
        backend_store_uri: Where experiments and runs are kept.
        auto_upgrade: Whether a store that an older Trialog wrote is backed up and upgraded when the server starts.
        default_artifact_root: URI under which new experiments keep their artifacts.
        serve_artifacts: Whether clients send and fetch artifacts through this server.
        artifacts_only: Whether nothing but artifacts is served.
        artifacts_destination: Where the artifacts that pass through this server are kept; `mlartifacts` beside the file
            of the store, or in the working directory if the store is no file.
        host: Name or address of the network interface to listen on.
        port: Port to listen on; 0 is any free one, None the default or, if that is busy, the next free one.
        workers: How many server processes answer.
        static_prefix: Prepended to every path; empty, or with a slash in front and none at the end.
        allowed_hosts: Host headers taken beside the usual ones; `*` in one stands for any text.
        cors_allowed_origins: Origins of web pages that may call beside the server's own; `*` stands for any text.
        x_frame_options: Header that says which pages may frame ours: SAMEORIGIN, DENY or NONE (no header).
        allow_open: Whether to listen beyond this machine although nobody has to log in.
        address_file: File that holds the server's URL while it runs.
        log_level: Least severe log lines to write: debug, info, warning or error.
        ssl_certfile: Certificate of the server; it speaks HTTPS if given.
        ssl_keyfile: Private key of the certificate.
        ssl_keyfile_password: What unlocks the private key.
        ssl_ca_certs: Certificates that clients' certificates are checked against.
        keep_alive_seconds: How long an unused connection is kept.
        shutdown_seconds: How long requests under way may take to finish when the server stops.
        max_json_bytes: Largest JSON body taken.
        body_seconds: Seconds a client may take for a JSON body beyond what its length needs at 64 KiB/s; also how
            long it may pause while it sends a file.
        webhook_allowed_schemes: Schemes that the URLs of webhooks may have.
        webhook_allow_private_ips: Whether webhooks may reach private networks and this machine.
        webhook_allowed_networks: Networks that webhooks may reach whatever they are.
        webhook_ca_certs: Authorities whose certificates receivers of webhooks may have beside the system's.
        webhook_secret_encryption_keys: Keys that secrets of webhooks are kept under; the first encrypts, all decrypt.
        webhook_request_timeout: Seconds that one delivery may take.
        webhook_request_max_retries: How often a delivery is tried again before it is given up.
        webhook_delivery_max_workers: How many webhooks are delivered to at once.
        bin_retention_days: After how many days in the bin runs, experiments and logged models are removed for good;
            None keeps them until somebody removes them.
        enable_workspaces: Whether there are workspaces beside the default one, which see nothing of each other.
        accounts: Whether everybody has to log in; None asks for it where the store has accounts, or users log in at
            an identity provider.
        default_permission: What everybody with an account may do with what others made: READ, USE, EDIT, MANAGE or
            NO_PERMISSIONS.
        admin_username: Name of the first administrator, who is made when the server starts without any account.
        admin_password: Her password; without one, a secret is shown with which she is made in the browser.
        session_seconds: How long a login in a browser lasts.
        trusted_proxies: Networks of proxies that are believed from which address a request came.
        public_url: Address by which browsers reach the server, with the prefix if there is one; its host is one of
            the allowed ones.
        oidc_issuer: Address of the identity provider that users may log in at, as it calls itself.
        oidc_client_id: By which name the provider knows this server.
        oidc_client_secret: What this server shows the provider.
        oidc_scopes: What the provider is asked for.
        oidc_username_claim: Which claim of the provider is the user's name: one that users cannot choose themselves.
        oidc_groups_claim: Which claim of the provider names the user's groups.
        oidc_groups: Groups of the provider and the groups here that they stand for, such as `ml-team=team,ops=ops`.
        oidc_creates_users: Whether who logs in at the provider for the first time gets an account.
        oidc_ca_certs: Authorities whose certificate the provider may have beside the system's.
    """

    backend_store_uri: str = "sqlite:///trialog.db"
    auto_upgrade: bool = True
    default_artifact_root: str = PROXIED_ARTIFACT_ROOT
    serve_artifacts: bool = True
    artifacts_only: bool = False
    artifacts_destination: str = "./mlartifacts"
    host: str = "127.0.0.1"
    port: int | None = None
    workers: int = 1
    static_prefix: str = ""
    allowed_hosts: tuple[str, ...] = ()
    cors_allowed_origins: tuple[str, ...] = ()
    x_frame_options: str = "SAMEORIGIN"
    allow_open: bool = False
    address_file: Path | None = None
    log_level: str = "info"
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    ssl_keyfile_password: str | None = None
    ssl_ca_certs: Path | None = None
    keep_alive_seconds: int = 75
    shutdown_seconds: int = 25
    max_json_bytes: int = 32 * 1024 * 1024
    body_seconds: int = 60
    webhook_allowed_schemes: tuple[str, ...] = ("https",)
    webhook_allow_private_ips: bool = False
    webhook_allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    webhook_ca_certs: Path | None = None
    webhook_secret_encryption_keys: tuple[str, ...] = field(default=(), repr=False)
    webhook_request_timeout: int = 30
    webhook_request_max_retries: int = 10
    webhook_delivery_max_workers: int = 10
    bin_retention_days: int | None = None
    enable_workspaces: bool = False
    accounts: bool | None = None
    default_permission: str = "READ"
    admin_username: str = "admin"
    admin_password: str | None = field(default=None, repr=False)
    session_seconds: int = 12 * 60 * 60
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    public_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    oidc_scopes: tuple[str, ...] = ("openid", "profile", "email")
    oidc_username_claim: str = "preferred_username"
    oidc_groups_claim: str | None = None
    oidc_groups: tuple[tuple[str, str], ...] = ()
    oidc_creates_users: bool = True
    oidc_ca_certs: Path | None = None


def _text(value: str) -> str:
    return value


def boolean(value: str) -> bool:
    """Return the truth value that a word stands for.

    Raises:
        ValueError: It stands for none; the message says what it must be.
    """
    word = value.strip().lower()
    if word in _TRUE_WORDS:
        return True
    if word in _FALSE_WORDS:
        return False
    raise ValueError("it must be true or false")


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return number

    return parse


def _list(value: str) -> tuple[str, ...]:
    return tuple(item for item in (part.strip() for part in value.split(",")) if item)


def _schemes(value: str) -> tuple[str, ...]:
    schemes = tuple(scheme.lower() for scheme in _list(value))
    if not schemes or not set(schemes) <= {"http", "https"}:
        raise ValueError("it must be https, http or both with a comma between")
    return schemes


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(item) for item in _list(value))
    except ValueError as error:
        raise ValueError("it must be networks such as 10.1.0.0/16 or fd00:1::/32, with commas between") from error


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        for word in words:
            if value.strip().lower() == word.lower():
                return word
        raise ValueError(f"it must be one of {', '.join(words)}")

    return parse


def _pairs(value: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for item in _list(value):
        # The last sign, because providers have it in names of their own.
        theirs, _, ours = item.rpartition("=")
        if not theirs.strip() or not ours.strip():
            raise ValueError("it must be pairs such as theirs=ours, with commas between")
        pairs.append((theirs.strip(), ours.strip()))
    return tuple(pairs)


def _url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@\\]+(/[\w.~/-]*)?", value, re.ASCII):
        raise ValueError("it must be an address such as https://ml.example.org, without user, query and fragment")
    return value.rstrip("/")


def _static_prefix(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError("it must begin with a slash")
    if value.endswith("/"):
        raise ValueError("it must not end with a slash")
    if not re.fullmatch(r"(/[\w.~-]+)+", value, re.ASCII):
        raise ValueError("it may hold letters, digits and . _ ~ - between its slashes")
    return value


@dataclass(frozen=True)
class Variable:
    """How one setting is named outside and read from text.

    Attributes:
        name: Name of the environment variable.
        field: Name of the setting.
        parse: Makes the value of the text; raises ValueError saying what the text must be.
        is_secret: Whether the text may also stand in a file, whose path the variable of this name with `_FILE` behind
            it holds; messages show none of it.
    """

    name: str
    field: str
    parse: Callable[[str], Any]
    is_secret: bool = False


VARIABLES: Final = (
    Variable("MLFLOW_BACKEND_STORE_URI", "backend_store_uri", _text, is_secret=True),
    Variable("TRIALOG_AUTO_UPGRADE", "auto_upgrade", boolean),
    Variable("MLFLOW_DEFAULT_ARTIFACT_ROOT", "default_artifact_root", _text),
    Variable("MLFLOW_SERVE_ARTIFACTS", "serve_artifacts", boolean),
    Variable("MLFLOW_ARTIFACTS_ONLY", "artifacts_only", boolean),
    Variable("MLFLOW_ARTIFACTS_DESTINATION", "artifacts_destination", _text),
    Variable("MLFLOW_HOST", "host", _text),
    Variable("MLFLOW_PORT", "port", _whole_number(0, 65535)),
    Variable("MLFLOW_WORKERS", "workers", _whole_number(1, 1024)),
    Variable("MLFLOW_STATIC_PREFIX", "static_prefix", _static_prefix),
    Variable("MLFLOW_SERVER_ALLOWED_HOSTS", "allowed_hosts", _list),
    Variable("MLFLOW_SERVER_CORS_ALLOWED_ORIGINS", "cors_allowed_origins", _list),
    Variable("MLFLOW_SERVER_X_FRAME_OPTIONS", "x_frame_options", _one_of("SAMEORIGIN", "DENY", "NONE")),
    Variable("TRIALOG_ALLOW_OPEN", "allow_open", boolean),
    Variable("TRIALOG_ADDRESS_FILE", "address_file", Path),
    Variable("TRIALOG_LOG_LEVEL", "log_level", _one_of("debug", "info", "warning", "error")),
    Variable("TRIALOG_SSL_CERTFILE", "ssl_certfile", Path),
    Variable("TRIALOG_SSL_KEYFILE", "ssl_keyfile", Path),
    Variable("TRIALOG_SSL_KEYFILE_PASSWORD", "ssl_keyfile_password", _text, is_secret=True),
    Variable("TRIALOG_SSL_CA_CERTS", "ssl_ca_certs", Path),
    Variable("TRIALOG_KEEP_ALIVE_SECONDS", "keep_alive_seconds", _whole_number(1, 3600)),
    Variable("TRIALOG_SHUTDOWN_SECONDS", "shutdown_seconds", _whole_number(0, 3600)),
    Variable("TRIALOG_MAX_JSON_BYTES", "max_json_bytes", _whole_number(1024, 2**31)),
    Variable("TRIALOG_BODY_SECONDS", "body_seconds", _whole_number(1, 3600)),
    Variable("MLFLOW_WEBHOOK_ALLOWED_SCHEMES", "webhook_allowed_schemes", _schemes),
    Variable("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS", "webhook_allow_private_ips", boolean),
    Variable("TRIALOG_WEBHOOK_ALLOWED_NETWORKS", "webhook_allowed_networks", _networks),
    Variable("TRIALOG_WEBHOOK_CA_CERTS", "webhook_ca_certs", Path),
    Variable("MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY", "webhook_secret_encryption_keys", _list, is_secret=True),
    Variable("MLFLOW_WEBHOOK_REQUEST_TIMEOUT", "webhook_request_timeout", _whole_number(1, 600)),
    Variable("MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES", "webhook_request_max_retries", _whole_number(0, 100)),
    Variable("MLFLOW_WEBHOOK_DELIVERY_MAX_WORKERS", "webhook_delivery_max_workers", _whole_number(1, 100)),
    Variable("TRIALOG_BIN_RETENTION_DAYS", "bin_retention_days", _whole_number(1, 36_500)),
    Variable("MLFLOW_ENABLE_WORKSPACES", "enable_workspaces", boolean),
    Variable("TRIALOG_ACCOUNTS", "accounts", boolean),
    Variable("TRIALOG_DEFAULT_PERMISSION", "default_permission", _one_of(*_DEFAULT_PERMISSIONS)),
    Variable("MLFLOW_AUTH_ADMIN_USERNAME", "admin_username", _text),
    Variable("MLFLOW_AUTH_ADMIN_PASSWORD", "admin_password", _text, is_secret=True),
    Variable("TRIALOG_SESSION_SECONDS", "session_seconds", _whole_number(60, 90 * 24 * 60 * 60)),
    Variable("TRIALOG_TRUSTED_PROXIES", "trusted_proxies", _networks),
    Variable("TRIALOG_PUBLIC_URL", "public_url", _url),
    Variable("TRIALOG_OIDC_ISSUER", "oidc_issuer", _text),
    Variable("TRIALOG_OIDC_CLIENT_ID", "oidc_client_id", _text),
    Variable("TRIALOG_OIDC_CLIENT_SECRET", "oidc_client_secret", _text, is_secret=True),
    Variable("TRIALOG_OIDC_SCOPES", "oidc_scopes", _list),
    Variable("TRIALOG_OIDC_USERNAME_CLAIM", "oidc_username_claim", _text),
    Variable("TRIALOG_OIDC_GROUPS_CLAIM", "oidc_groups_claim", _text),
    Variable("TRIALOG_OIDC_GROUPS", "oidc_groups", _pairs),
    Variable("TRIALOG_OIDC_CREATES_USERS", "oidc_creates_users", boolean),
    Variable("TRIALOG_OIDC_CA_CERTS", "oidc_ca_certs", Path),
)

# Folders come from others too, such as with a project that was cloned. Each with what may be said of it nevertheless.
_NOT_FROM_FOLDER: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {
        # The passwords of whoever enters a folder would be sent there.
        "MLFLOW_BACKEND_STORE_URI": lambda value: not names_server(value),
        "TRIALOG_ALLOW_OPEN": lambda value: not value or value.strip().lower() in _FALSE_WORDS,
        "TRIALOG_ADDRESS_FILE": lambda value: not value,
        "MLFLOW_SERVER_ALLOWED_HOSTS": lambda value: "*" not in value,
        "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS": lambda value: "*" not in value,
        "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": lambda value: not value or value.strip().lower() == "https",
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": lambda value: not value or value.strip().lower() in _FALSE_WORDS,
        "TRIALOG_WEBHOOK_ALLOWED_NETWORKS": lambda value: not value,
        "TRIALOG_WEBHOOK_CA_CERTS": lambda value: not value,
        # Whoever enters a folder does not ask that its data be removed.
        "TRIALOG_BIN_RETENTION_DAYS": lambda value: not value,
        # Nor that somebody else be let in, or be believed.
        "TRIALOG_ACCOUNTS": lambda value: not value or value.strip().lower() in _TRUE_WORDS,
        "TRIALOG_DEFAULT_PERMISSION": lambda value: value.strip().upper() in {"", "NO_PERMISSIONS"},
        "TRIALOG_SESSION_SECONDS": lambda value: not value,
        "TRIALOG_TRUSTED_PROXIES": lambda value: not value,
        "TRIALOG_PUBLIC_URL": lambda value: not value,
        "MLFLOW_AUTH_CONFIG_PATH": lambda value: not value,
        **{
            variable.name: lambda value: not value
            for variable in VARIABLES
            if variable.field.startswith(("admin_", "oidc_"))
        },
        # A file may hold a secret of this machine, which is then sent somewhere or shown.
        **{variable.name + _FILE_ENDING: lambda value: not value for variable in VARIABLES if variable.is_secret},
    }
)


def read_environment(directory: Path | None = None, *, dotenv: Path | None = None) -> dict[str, str]:
    """Return the variables of this process over those of a `.env` file.

    Args:
        directory: Folder whose `.env` is read; the working directory if None.
        dotenv: Another file to read in place of `.env`.

    Returns:
        Every variable that is set, by name.

    Raises:
        ConfigurationError: `dotenv` names a file that is not there, or the file cannot be read, or the `.env` of a
            folder sets what nobody who merely works in that folder asked for (`settings.not_from_dotenv`).
    """
    path = dotenv or (directory or Path.cwd()) / DOTENV_NAME
    if not path.is_file():
        if dotenv is not None:
            raise ConfigurationError(
                "settings.no_dotenv", f"There is no file {str(path)!r} to read variables from.", path=str(path)
            )
        return dict(os.environ)
    # Most starts have no such file and need not wait for its reader.
    from dotenv import dotenv_values

    try:
        lines = dotenv_values(path, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            "settings.unreadable_dotenv", f"The file {str(path)!r} cannot be read: {error}", path=str(path)
        ) from error
    said = {name: value for name, value in lines.items() if value is not None and name not in os.environ}
    if dotenv is None:
        _check_unasked(said, path)
    return said | dict(os.environ)


def _check_unasked(variables: Mapping[str, str], path: Path) -> None:
    """Refuse what would open the server or its network, write to a file or remove data, because of a folder's file."""
    for name, is_harmless in _NOT_FROM_FOLDER.items():
        if not is_harmless(variables.get(name, "")):
            raise ConfigurationError(
                "settings.not_from_dotenv",
                f"The file {str(path)!r} sets {name}, which is not taken from a file that only happens to lie in the "
                f"working directory. If you want it, set {name} in the environment, give the option for it, or name "
                "the file with --env-file.",
                setting=name,
                path=str(path),
            )


def load_settings(options: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """Make the settings of what was said.

    Args:
        options: Texts of the command line by name of the setting; None is an option that was not given.
        environment: Variables, from `read_environment`.

    Returns:
        The settings; artifact roots on this machine's disk are absolute.

    Raises:
        ConfigurationError: A value cannot be understood; the message names where it came from.
    """
    values: dict[str, Any] = {}
    for variable in VARIABLES:
        option = options.get(variable.field)
        text, origin = (
            (option, f"The option --{variable.field.replace('_', '-')}")
            if option is not None
            else (_text_of(variable, environment), f"The variable {variable.name}")
        )
        if text is None:
            continue
        try:
            values[variable.field] = variable.parse(text)
        except ValueError as error:
            shown = "***" if variable.is_secret else redact(text)
            raise ConfigurationError(
                "settings.bad_value", f"{origin} is {shown!r}: {error}.", setting=variable.field
            ) from error
    settings = Settings(**{"artifacts_destination": _destination_beside(values.get("backend_store_uri")), **values})
    return _with_artifact_root(settings, is_chosen="default_artifact_root" in values)


def _text_of(variable: Variable, environment: Mapping[str, str]) -> str | None:
    """Return what the environment says of a setting; for a secret also by the file that it names."""
    text = environment.get(variable.name) or None
    path = environment.get(variable.name + _FILE_ENDING) if variable.is_secret else None
    if not path:
        return text
    if text is not None:
        raise ConfigurationError(
            "settings.two_sources",
            f"The variables {variable.name} and {variable.name}{_FILE_ENDING} are both set, and only one can count: "
            "leave one out.",
            setting=variable.field,
        )
    try:
        secret = _secret_in(Path(path))
    except (OSError, ValueError) as error:
        # Of a file that is no text, the error would show a part.
        reason = error.strerror if isinstance(error, OSError) else "it holds no text in UTF-8, or too much"
        raise ConfigurationError(
            "settings.unreadable_secret",
            f"The file {path!r}, which {variable.name}{_FILE_ENDING} names, cannot be read: {reason}.",
            setting=variable.field,
        ) from None
    if not secret:
        raise ConfigurationError(
            "settings.empty_secret",
            f"The file {path!r}, which {variable.name}{_FILE_ENDING} names, is empty.",
            setting=variable.field,
        )
    return secret


def _secret_in(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_LONGEST_SECRET_FILE + 1)
    if len(content) > _LONGEST_SECRET_FILE:
        raise ValueError("too long to be a secret")
    # Most editors and many tools end a file with a line break, which belongs to no secret.
    return content.decode("utf-8").rstrip("\r\n")


def _with_artifact_root(settings: Settings, *, is_chosen: bool) -> Settings:
    root = settings.default_artifact_root
    if not is_chosen and not settings.serve_artifacts:
        root = "./mlruns"
    if not _URI_SCHEME.match(root):
        # Clients get this text; a relative path would mean another folder to each of them.
        root = Path(root).expanduser().absolute().as_uri()
    return Settings(**{**vars(settings), "default_artifact_root": root})


def names_server(backend_store_uri: str) -> bool:
    """Tell whether the address of a store is that of another server, whose data is to be shown.

    Args:
        backend_store_uri: The address.
    """
    return backend_store_uri.strip().lower().startswith(("http://", "https://"))


def redact(text: str) -> str:
    """Return the text with `***` for every password of a URI in it."""
    return _SECRET_IN_QUERY.sub(r"\g<before>***", _SECRET_IN_URI.sub(r"\g<before>:***", text))


def default_address_file(backend_store_uri: str) -> Path:
    """Return where a server that moved to another port writes its address: beside the file of its store."""
    return _folder_of_store(backend_store_uri) / ADDRESS_FILE_NAME


def _destination_beside(backend_store_uri: str | None) -> str:
    """Return where artifacts are kept if nobody says: where whoever opens the store finds them, wherever she works."""
    folder = _folder_of_store(backend_store_uri or Settings.backend_store_uri)
    is_here = folder == Path.cwd()
    return Settings.artifacts_destination if is_here else str(folder / Settings.artifacts_destination)


def _folder_of_store(backend_store_uri: str) -> Path:
    """Return the folder of a store's file; the working directory if it is no file."""
    _, separator, path = backend_store_uri.partition(":///")
    is_file = separator and backend_store_uri.startswith("sqlite")
    folder = Path(path.partition("?")[0]).expanduser().parent if is_file else Path()
    return Path(os.path.abspath(folder))  # noqa: PTH100  resolve() would follow links
