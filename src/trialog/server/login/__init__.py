"""The pages on which people log in and out, and on which the first administrator is made."""

from trialog.server.login.endpoints import LOGIN_PAGE, LoginPages

__all__ = ["LOGIN_PAGE", "LoginPages"]
