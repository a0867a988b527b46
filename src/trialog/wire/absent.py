"""What MLflow serves and this release does not, so that who asks for it is told so."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_API = re.compile(r"/(?:ajax-)?api/[0-9]\.[0-9]/mlflow/")

_TRACES = "Traces are"
_GATEWAY = "The AI gateway is"
_EVALUATION = "The evaluation of generative models is"
_SIGNING_UP = "Signing up by oneself is"

# By the beginning of the path, behind the API's own beginning if it has that.
_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "traces": _TRACES,
        "unified-traces": _TRACES,
        "get-online-trace-details": _TRACES,
        "get-trace-artifact": _TRACES,
        "/v1/metrics": "Intake of OpenTelemetry is",
        "/v1/logs": "Intake of OpenTelemetry is",
        "gateway": _GATEWAY,
        "gateway-proxy": _GATEWAY,
        "/gateway": _GATEWAY,
        "scorer": _EVALUATION,
        "scorers": _EVALUATION,
        "genai": _EVALUATION,
        "issues": _EVALUATION,
        "label-schemas": _EVALUATION,
        "review-queues": _EVALUATION,
        "prompt-optimization": _EVALUATION,
        "datasets": "Evaluation datasets are",
        "users/create-ui": _SIGNING_UP,
        "/signup": _SIGNING_UP,
        "/graphql": "GraphQL is",
    }
)


def absent_part(path: str) -> str | None:
    """Return the part of MLflow that a path belongs to, if it is one that is not served here.

    Args:
        path: Path of a request, without the server's prefix.

    Returns:
        The part with the verb that goes with it, such as `Traces are`; None for any other path.
    """
    api = _API.match(path)
    segments = (path[api.end() :] if api else path).split("/")
    # A path that is not of the API begins with an empty segment.
    for count in (1, 2, 3):
        if (part := _PARTS.get("/".join(segments[:count]))) is not None:
            return part
    return None
