"""The ASGI kit: requests in, responses out, one gate in front, one error shape. It knows no nouns."""

from trialog.web.application import Application
from trialog.web.door import Door
from trialog.web.gate import Gate, allowed_hosts_for
from trialog.web.proxies import TrustedProxies
from trialog.web.request import BodyLimits, Request, is_navigation
from trialog.web.response import Answer, Response, StreamedResponse, json_response
from trialog.web.router import Endpoint, Router

__all__ = [
    "Answer",
    "Application",
    "BodyLimits",
    "Door",
    "Endpoint",
    "Gate",
    "Request",
    "Response",
    "Router",
    "StreamedResponse",
    "TrustedProxies",
    "allowed_hosts_for",
    "is_navigation",
    "json_response",
]
