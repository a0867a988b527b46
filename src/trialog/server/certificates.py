"""Checks the certificate and its key before anything else starts."""

import ssl
from pathlib import Path

from trialog.config import Settings
from trialog.errors import ConfigurationError


def check_certificates(settings: Settings) -> None:
    """See to it that the server can speak HTTPS as it was asked to.

    Raises:
        ConfigurationError: A key, its password or certificates of clients are named without a certificate of the
            server (`server.no_certificate`), a file cannot be read (`server.unreadable_certificate`) or does not hold
            what it should (`server.bad_certificate`).
    """
    if settings.ssl_certfile is None:
        _check_nothing_needs_one(settings)
        return
    _check_readable("--ssl-certfile", settings.ssl_certfile)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if settings.ssl_keyfile is not None:
        _check_readable("--ssl-keyfile", settings.ssl_keyfile)
    try:
        # Without a password OpenSSL would ask the terminal for one, and nobody may be there.
        context.load_cert_chain(
            settings.ssl_certfile, settings.ssl_keyfile, lambda: settings.ssl_keyfile_password or "none was given"
        )
    except (ssl.SSLError, ValueError) as error:
        raise ConfigurationError(
            "server.bad_certificate",
            f"The certificate {str(settings.ssl_certfile)!r} and its key cannot be used: {error}. --ssl-certfile must "
            "name a certificate in PEM, --ssl-keyfile its private key (or the first holds both), and "
            "--ssl-keyfile-password the password of the key if it has one.",
            file=str(settings.ssl_certfile),
        ) from error
    if settings.ssl_ca_certs is not None:
        _check_authorities(context, settings.ssl_ca_certs)


def _check_nothing_needs_one(settings: Settings) -> None:
    for option, value in (
        ("--ssl-keyfile", settings.ssl_keyfile),
        ("--ssl-keyfile-password", settings.ssl_keyfile_password),
        ("--ssl-ca-certs", settings.ssl_ca_certs),
    ):
        if value is not None:
            raise ConfigurationError(
                "server.no_certificate",
                f"{option} needs --ssl-certfile, without which the server does not speak HTTPS; give both or neither.",
                option=option,
            )


def _check_readable(option: str, path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise ConfigurationError(
            "server.unreadable_certificate",
            f"The file {str(path)!r} of {option} cannot be read: {error.strerror}.",
            file=str(path),
        ) from error


def _check_authorities(context: ssl.SSLContext, path: Path) -> None:
    _check_readable("--ssl-ca-certs", path)
    try:
        context.load_verify_locations(path)
    except ssl.SSLError as error:
        raise ConfigurationError(
            "server.bad_certificate",
            f"The file {str(path)!r} of --ssl-ca-certs cannot be used: {error}. It must hold certificates in PEM.",
            file=str(path),
        ) from error
