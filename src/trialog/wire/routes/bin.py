"""Trialog's own routes about the bin, and about removing from it for good."""

from trialog.wire.messages import bin as messages
from trialog.wire.routes.route import Route, read, write
from trialog.wire.routes.target import SERVER, Permission, Target, TargetKind

_BIN = "/api/trialog/v1/bin"
# Without a name, all of the bin is meant.
_NAMED = (
    Target(TargetKind.RUN, "run_ids", is_optional=True),
    Target(TargetKind.EXPERIMENT, "experiment_ids", is_optional=True),
    Target(TargetKind.LOGGED_MODEL, "logged_model_ids", is_optional=True),
)

BIN_ROUTES: tuple[Route, ...] = (
    read("look_into_bin", _BIN, messages.LookIntoBin, messages.BinContentResponse, *_NAMED),
    write(
        "remove_for_good",
        f"{_BIN}/remove",
        messages.RemoveForGood,
        *_NAMED,
        response=messages.RemovalResponse,
        permission=Permission.MANAGE,
    ),
    write(
        "continue_removal",
        f"{_BIN}/continue",
        messages.ContinueRemoval,
        SERVER,
        response=messages.RemovalResponse,
        permission=Permission.MANAGE,
    ),
)
