"""Says which model a server serves, and how it is asked."""

from typing import Any

from msgspec import Raw

from trialog.serving.model import ServedModel
from trialog.version import __version__


def overview(served: ServedModel, loaded_at: float) -> dict[str, Any]:
    """Return what is known of a model, for JSON.

    Args:
        served: The model.
        loaded_at: When it was put in place, in seconds since 1970.
    """
    signature = served.signature
    schemas = None
    if signature is not None:
        parts = {"inputs": signature.inputs, "outputs": signature.outputs, "params": signature.params}
        schemas = {name: one.to_dict() for name, one in parts.items() if one is not None}
    example = served.model.served_input_example
    return {
        "server": f"trialog {__version__}",
        "model": {
            "uri": served.uri,
            "name": served.name,
            "version": served.version,
            "run_id": served.run_id,
            "model_id": served.model_id,
            "digest": served.digest,
            "flavor": served.flavor,
            "libraries": served.library_versions,
            "loaded_at": loaded_at,
        },
        "signature": schemas,
        "invocations": {
            "method": "POST",
            "path": "/invocations",
            "content_type": "application/json",
            "example": None if example is None else Raw(example),
        },
    }
