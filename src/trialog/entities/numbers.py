"""The number types of MLflow's wire."""

from typing import Annotated

from msgspec import Meta

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1

Int64 = Annotated[int, Meta(ge=INT64_MIN, le=INT64_MAX)]
