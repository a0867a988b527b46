"""Model folders as MLflow writes and reads them: what a model takes and gives, and one file per kind of model."""

from trialog.models.checksums import seal
from trialog.models.data_types import AnyType, Array, DataType, Map, Object, Property
from trialog.models.from_code import set_model
from trialog.models.inference import infer_signature
from trialog.models.schema import ColSpec, ParamSchema, ParamSpec, Schema, TensorSpec
from trialog.models.signature import ModelSignature
from trialog.models.warned import ModelWarning

__all__ = [
    "AnyType",
    "Array",
    "ColSpec",
    "DataType",
    "Map",
    "ModelSignature",
    "ModelWarning",
    "Object",
    "ParamSchema",
    "ParamSpec",
    "Property",
    "Schema",
    "TensorSpec",
    "infer_signature",
    "seal",
    "set_model",
]
