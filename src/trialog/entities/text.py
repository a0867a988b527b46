"""The text types of MLflow's wire."""

from typing import Annotated

from msgspec import Meta

RequiredText = Annotated[str, Meta(min_length=1)]
