"""Accounts in SQL: users, groups, roles, permissions, tokens and logins, one module each."""

from trialog.store.accounts.all import SqlAccounts
from trialog.store.accounts.permissions import forget_resource

__all__ = ["SqlAccounts", "forget_resource"]
