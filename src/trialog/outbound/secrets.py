"""Secrets at rest, encrypted with keys that the operator keeps elsewhere."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trialog.errors import ConfigurationError, InvalidParameter

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

KEY_VARIABLE = "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY"
HOW_TO_MAKE_A_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
_KEY_BYTES = 32


class SecretBox:
    """Encrypts secrets with the first key and decrypts them with any.

    Args:
        keys: Fernet keys; none means that no secret can be kept.

    Raises:
        ConfigurationError: One of them is no Fernet key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        for position, key in enumerate(keys, start=1):
            _check_key(key, position)
        self._keys = tuple(keys)
        self._cipher: MultiFernet | None = None

    def seal(self, secret: str) -> str:
        """Encrypt a secret.

        Raises:
            InvalidParameter: There is no key.
        """
        if not self._keys:
            raise InvalidParameter(
                "webhook.no_key",
                "A webhook's secret is kept encrypted, and this server has no key for that. Make one with"
                f" {HOW_TO_MAKE_A_KEY}, set {KEY_VARIABLE} to it, keep it safe and start the server again. Without a"
                " secret, webhooks work unsigned.",
            )
        return self._open().encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str | None:
        """Decrypt a secret; None if none of the keys fits."""
        # A heavy package that servers without signed webhooks need not load.
        from cryptography.fernet import InvalidToken

        if not self._keys:
            return None
        try:
            return self._open().decrypt(sealed).decode()
        except InvalidToken:
            return None

    def _open(self) -> "MultiFernet":
        if self._cipher is None:
            # As above.
            from cryptography.fernet import Fernet, MultiFernet

            self._cipher = MultiFernet([Fernet(key) for key in self._keys])
        return self._cipher


def _check_key(key: str, position: int) -> None:
    try:
        fits = len(urlsafe_b64decode(key)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        fits = False
    if not fits:
        # Never with the key in it.
        raise ConfigurationError(
            "webhook.bad_key",
            f"Key {position} of {KEY_VARIABLE} is no Fernet key: 32 bytes in URL-safe base64. Make one with"
            f" {HOW_TO_MAKE_A_KEY}.",
            position=position,
        )
