"""Trialog's own routes about the bin, and about removing from it for good."""

from trialog.wire.messages import bin as messages
from trialog.wire.routes.route import Permission, Route, read, write

_BIN = "/api/trialog/v1/bin"

BIN_ROUTES: tuple[Route, ...] = (
    read("look_into_bin", _BIN, messages.LookIntoBin, messages.BinContentResponse),
    write(
        "remove_for_good",
        f"{_BIN}/remove",
        messages.RemoveForGood,
        messages.RemovalResponse,
        permission=Permission.MANAGE,
    ),
    write(
        "continue_removal",
        f"{_BIN}/continue",
        messages.ContinueRemoval,
        messages.RemovalResponse,
        permission=Permission.MANAGE,
    ),
)
