"""What a page must never do while somebody looks at it: ask another host, break its own policy, fail in silence."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

# The browser says so on its console too, but not for every kind of violation.
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`Policy broken: ${event.violatedDirective} by ${event.blockedURI} in ${event.documentURI}`);
});
"""
_OWN_SCHEMES = frozenset({"about", "blob", "data"})


class Watch:
    """Notes what goes wrong in all pages of a browser's context.

    Args:
        context: The context, which has no page yet.
        host: Host and port of the server; whatever goes to another one is noted.
    """

    def __init__(self, context: BrowserContext, host: str) -> None:
        self._host = host
        self._faults: list[str] = []
        self._away: dict[Request, str] = {}
        self._expected: list[re.Pattern[str]] = []
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("request", self._note_request)
        context.on("requestfailed", self._note_failure)
        context.on("console", self._note_message)
        context.on("weberror", self._note_error)

    def expect(self, pattern: str) -> None:
        """Take what is like this for something that belongs to the test, such as a request that it made fail."""
        self._expected.append(re.compile(pattern))

    @property
    def faults(self) -> list[str]:
        """What went wrong so far, but for what was to be expected."""
        faults = [*self._faults, *(f"request to another host: {url}" for url in self._away.values())]
        return [fault for fault in faults if not any(pattern.search(fault) for pattern in self._expected)]

    def _note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in _OWN_SCHEMES and address.netloc != self._host:
            self._away[request] = request.url

    def _note_failure(self, request: Request) -> None:
        # What the policy forbids is told of like a request, and goes nowhere.
        if request.failure in {"csp", "net::ERR_BLOCKED_BY_CSP"}:
            self._away.pop(request, None)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._faults.append(f"{message.type} on the console: {message.text} ({message.location['url']})")

    def _note_error(self, error: WebError) -> None:
        self._faults.append(f"exception: {error.error}")
