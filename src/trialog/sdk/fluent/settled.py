"""Sending what this process has logged before something is read of it."""

from trialog.sdk.client import Client
from trialog.sdk.fluent.process import flush
from trialog.sdk.settings import Mode, client_settings


def settle() -> None:
    """Wait until what this process has logged was sent, within the bound that is set."""
    if client_settings().mode is Mode.ONLINE:
        flush()


def settled_client() -> Client:
    """Return a client for reading what this process has logged."""
    settle()
    return Client()
