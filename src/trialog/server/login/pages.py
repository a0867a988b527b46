"""The login pages as HTML: forms alone, without any script."""

import base64
from hashlib import sha256
from html import escape
from typing import Final

from trialog.server.login.texts import Texts
from trialog.web import Response
from trialog.web.response import Headers

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 22rem; margin: 12vh auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
label, button, .elsewhere { display: block; margin-top: 1rem; }
input { box-sizing: border-box; width: 100%; }
input, button { font: inherit; padding: .5rem; border: 1px solid; border-radius: .25rem; }
button { width: 100%; cursor: pointer; }
[role=alert] { border-inline-start: .25rem solid #c62828; padding-inline-start: .75rem; }
small { display: block; }
"""
# What makes a page act for somebody else is not there: no script, no frame, no form that leads elsewhere. The referrer
# stays within the server, because browsers that send none send no Origin with a form either.
_HEADERS: Final = (
    (b"content-type", b"text/html; charset=utf-8"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'sha256-"
        + base64.b64encode(sha256(_STYLE.encode()).digest())
        + b"'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"vary", b"accept-language, cookie"),
)
_PAGE: Final = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} · Trialog</title>
<link rel="icon" href="data:,">
<style>{style}</style>
<main>
<h1>{title}</h1>
{message}{content}</main>
</html>
"""


def login_page(
    texts: Texts,
    action: str,
    token: str,
    *,
    next_path: str,
    username: str = "",
    provider: tuple[str, str] | None = None,
    first: str | None = None,
) -> str:
    """Return the form in which somebody gives her name and password.

    Args:
        texts: Of her language.
        action: Where the form is sent; empty for the very address of the page.
        token: What has to come back with it.
        next_path: Where she wants to go.
        username: The name that she gave before.
        provider: Name and address of the identity provider that she may log in at instead.
        first: Address of the page that makes the first administrator; None if there is one.
    """
    elsewhere = ""
    if first is not None:
        elsewhere = f'<a class="elsewhere" href="{escape(first)}">{escape(texts.to_first)}</a>\n'
    if provider is not None:
        name, address = provider
        text = escape(texts.log_in_elsewhere.format(name=name))
        elsewhere += f'<a class="elsewhere" href="{escape(address)}">{text}</a>\n'
    return (
        f'<form method="post" action="{escape(action)}">\n'
        f"{_hidden('csrf', token)}{_hidden('next', next_path)}"
        f"{_field(texts.username, 'username', 'text', 'username', username)}"
        f"{_field(texts.password, 'password', 'password', 'current-password')}"
        f"<button>{escape(texts.log_in_now)}</button>\n</form>\n{elsewhere}"
    )


def logout_page(texts: Texts, action: str, token: str, username: str) -> str:
    """Return the form with which somebody logs out.

    Args:
        texts: Of her language.
        action: Where the form is sent.
        token: What has to come back with it.
        username: Who is logged in.
    """
    return (
        f"<p>{escape(texts.logged_in.format(name=username))}</p>\n"
        f'<form method="post" action="{escape(action)}">\n{_hidden("csrf", token)}'
        f"<button>{escape(texts.log_out_now)}</button>\n</form>\n"
    )


def first_page(texts: Texts, action: str, token: str, *, username: str = "") -> str:
    """Return the form that makes the first administrator.

    Args:
        texts: Of her language.
        action: Where the form is sent.
        token: What has to come back with it.
        username: The name that she gave before.
    """
    return (
        f"<p>{escape(texts.first_explained)}</p>\n"
        f'<form method="post" action="{escape(action)}">\n{_hidden("csrf", token)}'
        f"{_field(texts.secret, 'secret', 'password', 'off')}"
        f"{_field(texts.username, 'username', 'text', 'username', username)}"
        f"{_field(texts.password, 'password', 'password', 'new-password', note=texts.password_rule)}"
        f"<button>{escape(texts.create)}</button>\n</form>\n"
    )


def page_response(
    texts: Texts, title: str, content: str, *, message: str = "", status: int = 200, headers: Headers = ()
) -> Response:
    """Return a page as an answer.

    Args:
        texts: Of its language.
        title: Its heading.
        content: HTML.
        message: What went wrong, as text; empty if nothing did.
        status: HTTP status.
        headers: Headers beside those that each of these pages has.
    """
    shown = f'<p role="alert">{escape(message)}</p>\n' if message else ""
    page = _PAGE.format(language=texts.language, title=escape(title), style=_STYLE, message=shown, content=content)
    return Response(page.encode(), status, (*_HEADERS, *headers))


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">\n'


def _field(label: str, name: str, kind: str, autocomplete: str, value: str = "", note: str = "") -> str:
    shown = f' value="{escape(value)}"' if value else ""
    small = f"<small>{escape(note)}</small>" if note else ""
    return (
        f'<label>{escape(label)}<input name="{name}" type="{kind}" autocomplete="{autocomplete}"{shown} required>'
        f"{small}</label>\n"
    )
