"""The page at the root of a server without the web page, and what that says to browsers that run no scripts."""

from html import escape
from typing import Final

from trialog.version import __version__
from trialog.web import Endpoint, Request, Response

_HEADERS: Final = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"),
    (b"cache-control", b"no-cache"),
)
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Trialog</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 10vh auto; padding: 0 1rem; }}
  pre {{ padding: .75rem 1rem; border: 1px solid; border-radius: .25rem; overflow-x: auto; }}
</style>
{text}</html>
"""
_TEXT: Final = """{banner}<h1>Trialog {version}</h1>
<p>This server answers. Log to it with any client of MLflow:</p>
<pre>import mlflow

mlflow.set_tracking_uri("{address}")
{experiment}with mlflow.start_run():
    mlflow.log_metric("accuracy", 0.9)</pre>
{login}<p>Its API is described <a href="{address}/docs">here</a>.</p>
"""


OPEN_BANNER: Final = (
    '<p role="alert"><strong>This server is open: everybody who can reach it can read and change everything, nobody '
    "has to log in.</strong></p>"
)
# With accounts, the experiment that runs go to otherwise is one that nobody but administrators may log to.
_OWN_EXPERIMENT: Final = 'mlflow.set_experiment("mine")\n'
_LOGIN: Final = """<p>Set <code>MLFLOW_TRACKING_USERNAME</code> and <code>MLFLOW_TRACKING_PASSWORD</code> before, or
<code>MLFLOW_TRACKING_TOKEN</code>. In a browser: <a href="{address}/login">log in</a>,
<a href="{address}/logout">log out</a>.</p>
"""


def start_text(request: Request, prefix: str, *, is_open: bool = False, has_accounts: bool = False) -> str:
    """Return what the page says, as a part of HTML.

    Args:
        request: Asks for the page, at the address that it is to name.
        prefix: Prefix of all paths of the server.
        is_open: Whether it says that everybody may do everything.
        has_accounts: Whether it says how to log in.
    """
    host = request.headers.get(b"host", b"").decode("latin-1")
    address = escape(f"{request.scheme}://{host}{prefix}")
    banner = f"{OPEN_BANNER}\n" if is_open else ""
    login = _LOGIN.format(address=address) if has_accounts else ""
    experiment = _OWN_EXPERIMENT if has_accounts else ""
    return _TEXT.format(version=__version__, address=address, banner=banner, experiment=experiment, login=login)


def start_page(prefix: str, *, is_open: bool = False, has_accounts: bool = False) -> Endpoint:
    """Return the endpoint of the page.

    Args:
        prefix: As for `start_text`.
        is_open: As for `start_text`.
        has_accounts: As for `start_text`.
    """

    async def answer(request: Request) -> Response:
        text = start_text(request, prefix, is_open=is_open, has_accounts=has_accounts)
        return Response(_PAGE.format(text=text).encode(), 200, _HEADERS)

    return answer
