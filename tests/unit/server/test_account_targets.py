"""Which routes make what is remembered of accounts worthless."""

import pytest

from trialog.server.account_targets import changes_accounts, makes_something
from trialog.wire.routes import Route
from trialog.wire.routes.table import ROUTES

OF_ACCOUNTS = ("user", "role", "permission", "token", "group", "session", "account")
CHANGES = {
    route.operation: route
    for route in ROUTES
    if route.method != "GET"
    and not route.operation.startswith("find_")
    and any(noun in route.operation for noun in OF_ACCOUNTS)
}


@pytest.mark.parametrize("route", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_of_accounts_is_known_for_one(route: Route) -> None:
    assert changes_accounts(route)


def test_there_are_changes_of_each_kind() -> None:
    assert len(CHANGES) > 25
    for noun in OF_ACCOUNTS:
        assert any(noun in operation for operation in CHANGES), noun


def test_who_makes_something_owns_it() -> None:
    assert {route.operation for route in ROUTES if makes_something(route)} == {
        "create_experiment",
        "create_registered_model",
    }


def test_what_is_removed_takes_permissions_along() -> None:
    changing = {route.operation for route in ROUTES if changes_accounts(route)}
    assert {"delete_registered_model", "remove_for_good", "delete_workspace"} <= changing


def test_what_is_read_and_logged_changes_none() -> None:
    for route in ROUTES:
        if route.method == "GET" or route.is_logging:
            assert not changes_accounts(route), route.operation
