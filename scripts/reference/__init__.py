"""Pages of `docs/reference`, made of the code; a test compares them with what is committed."""

from collections.abc import Callable

from scripts.reference.commands import commands_page
from scripts.reference.errors import errors_page
from scripts.reference.python import python_page
from scripts.reference.rest import rest_page
from scripts.reference.settings import settings_page

PAGES: dict[str, Callable[[], str]] = {
    "cli.md": commands_page,
    "errors.md": errors_page,
    "python.md": python_page,
    "rest.md": rest_page,
    "settings.md": settings_page,
}
"""What makes each page, by the name of its file."""
