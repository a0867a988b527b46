"""What is told of a model that was logged."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialog.models.signature import ModelSignature


@dataclass(kw_only=True)
class ModelInfo:
    """A model that was logged, under MLflow's names.

    Attributes:
        model_uri: What loads it: `models:/` and its id, or `runs:/`, the run and the name.
        model_id: Id of the logged model; None for one that is kept among the files of its run.
        run_id: The run that made it; None if none did.
        name: Its name.
        artifact_path: Where its files are.
        flavors: How each library loads it.
        signature: What it takes and gives; None if that is not known.
        saved_input_example_info: Which files hold its input example.
        model_uuid: An id of its own.
        utc_time_created: When it was made.
        mlflow_version: Version of MLflow whose format it has.
        metadata: What was noted beside it.
        params: Params of the logged model.
        tags: Tags of the logged model.
        creation_timestamp: Milliseconds since 1970 UTC; None for one among the files of its run.
        registered_model_version: The version that it was registered as; None if it was not.
    """

    model_uri: str
    model_id: str | None
    run_id: str | None
    name: str
    artifact_path: str | None
    flavors: dict[str, dict[str, Any]]
    signature: "ModelSignature | None"
    saved_input_example_info: dict[str, Any] | None
    model_uuid: str | None
    utc_time_created: str
    mlflow_version: str | None
    metadata: dict[str, Any] | None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    creation_timestamp: int | None = None
    registered_model_version: int | str | None = None

    @property
    def signature_dict(self) -> dict[str, str | None] | None:
        """The signature as it stands in the file `MLmodel`."""
        return None if self.signature is None else self.signature.to_dict()
