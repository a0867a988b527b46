"""Secrets at rest, and signatures made with them."""

import pytest
from cryptography.fernet import Fernet

from trialog.errors import ConfigurationError, InvalidParameter
from trialog.outbound import SecretBox, signed_headers


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_a_secret_comes_back_and_is_not_to_be_read_meanwhile() -> None:
    box = SecretBox([new_key()])
    sealed = box.seal("swordfish")
    assert "swordfish" not in sealed
    assert box.unseal(sealed) == "swordfish"


def test_keys_can_be_changed_one_after_the_other() -> None:
    old, new = new_key(), new_key()
    sealed = SecretBox([old]).seal("swordfish")
    assert SecretBox([new, old]).unseal(sealed) == "swordfish"
    assert SecretBox([new]).unseal(sealed) is None
    assert SecretBox([]).unseal(sealed) is None
    assert SecretBox([new]).unseal(SecretBox([new, old]).seal("swordfish")) == "swordfish"


def test_without_a_key_no_secret_is_kept() -> None:
    with pytest.raises(InvalidParameter, match=r"Make one with python -c"):
        SecretBox([]).seal("swordfish")


@pytest.mark.parametrize("key", ["short", "ä" * 44, "A" * 43, "=" * 44])
def test_a_key_that_is_none_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ConfigurationError, match="Key 2 of MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY") as refused:
        SecretBox([new_key(), key])
    assert key not in refused.value.message


def test_a_signature_is_mlflows() -> None:
    # Made with MLflow 3.17.2's own function.
    assert signed_headers("id", 1700000000, b'{"a": 1}', "swordfish") == {
        "X-MLflow-Delivery-Id": "id",
        "X-MLflow-Timestamp": "1700000000",
        "X-MLflow-Signature": "v1,dMN0+icFwBtMISU73pIdPJCkLTpqlRjl1h10kw0HnC4=",
    }


def test_without_a_secret_there_is_no_signature() -> None:
    assert "X-MLflow-Signature" not in signed_headers("id", 1700000000, b"{}", None)
