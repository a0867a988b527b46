"""What errors say, in the words of the command line."""

from typing import Final

from trialog.errors import TrialogError

# What the server says in the words of its requests, by the code of the error, and how a command line says it.
_OPTIONS: Final = {
    "best_run.different_units": (("say the unit and scale", "say the unit and scale with `trialog metrics set`"),),
    "best_run.unknown_direction": (
        ("Give direction 'higher' or 'lower' with the question", "Give --direction higher or --direction lower"),
        ("PUT /api/trialog/v1/metric-meanings/overrides/", "`trialog metrics set --direction ...` for "),
    ),
    "model.code_not_allowed": (("with allow_pickle=True", "with --allow-pickle"),),
    "model.pickle_not_allowed": (("with allow_pickle=True", "with --allow-pickle"),),
    "model.untrusted_types": (("with allow_pickle=True", "with --allow-pickle"),),
    "model_version.in_production": (("with force=true", "with --force"),),
    "registered_model.in_production": (("with force=true", "with --force"),),
    "registry.files_missing": (("say 'force'", "say --force"),),
}


def sentence_of(error: TrialogError) -> str:
    """Return the sentence of an error, with options in place of the fields of a request or the arguments of a call.

    Args:
        error: The error.
    """
    message = error.message
    for field, option in _OPTIONS.get(error.code, ()):
        # A name that the sentence holds stands before its advice.
        before, found, after = message.rpartition(field)
        message = f"{before}{option}{after}" if found else message
    return message
