"""Whether everybody has to log in: nothing is opened by accident."""

from pathlib import Path
from typing import Any

import pytest

from tests.in_memory_accounts import InMemoryAccounts
from trialog.config import Settings
from trialog.errors import ConfigurationError
from trialog.server.entry import are_accounts_on, is_surely_without_accounts

pytestmark = pytest.mark.anyio
PROVIDER = {"oidc_issuer": "https://login.example.com"}


async def accounts_with(*names: str) -> InMemoryAccounts:
    accounts = InMemoryAccounts()
    for name in names:
        await accounts.users.create(name, None, is_admin=True)
    return accounts


@pytest.mark.parametrize(
    ("choices", "names", "is_reachable", "expected"),
    [
        ({}, (), False, False),
        ({}, ("ada",), False, True),
        ({}, ("ada",), True, True),
        ({"accounts": True}, (), False, True),
        ({"accounts": True}, (), True, True),
        ({"accounts": False}, ("ada",), False, False),
        ({"accounts": False, "allow_open": True}, ("ada",), True, False),
        ({"allow_open": True}, (), True, False),
        ({"allow_open": True}, (), False, False),
        (PROVIDER, (), True, True),
        ({**PROVIDER, "accounts": False}, (), False, False),
    ],
)
async def test_who_has_to_log_in(
    choices: dict[str, Any], names: tuple[str, ...], is_reachable: bool, expected: bool
) -> None:
    accounts = await accounts_with(*names)
    assert await are_accounts_on(Settings(**choices), accounts, is_reachable=is_reachable) is expected


@pytest.mark.parametrize("choices", [{}, {"accounts": False}, {**PROVIDER, "accounts": False}])
async def test_no_server_is_open_to_others_unless_that_was_said(choices: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="--accounts") as refused:
        await are_accounts_on(Settings(**choices), await accounts_with(), is_reachable=True)
    assert refused.value.code == "server.open_address"


@pytest.mark.parametrize(
    ("choices", "names"), [({}, ("ada",)), ({"accounts": True}, ()), ({"accounts": True}, ("ada",)), (PROVIDER, ())]
)
async def test_what_was_said_before_there_were_accounts_lets_nobody_past_them(
    choices: dict[str, Any], names: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigurationError, match="--no-accounts") as refused:
        await are_accounts_on(Settings(allow_open=True, **choices), await accounts_with(*names), is_reachable=False)
    assert refused.value.code == "server.open_with_accounts"


def test_a_store_that_is_not_there_has_no_accounts(tmp_path: Path) -> None:
    uri = f"sqlite:///{(tmp_path / 'trialog.db').as_posix()}"
    assert is_surely_without_accounts(Settings(backend_store_uri=uri))
    assert not is_surely_without_accounts(Settings(backend_store_uri=uri, accounts=True))
    assert is_surely_without_accounts(Settings(backend_store_uri=uri, artifacts_only=True))
    (tmp_path / "trialog.db").touch()
    assert not is_surely_without_accounts(Settings(backend_store_uri=uri))
    assert is_surely_without_accounts(Settings(backend_store_uri=uri, accounts=False))
    assert not is_surely_without_accounts(Settings(backend_store_uri="postgresql://bot@db.example.org/trialog"))
