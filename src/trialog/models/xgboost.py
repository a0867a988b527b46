"""Models of XGBoost: boosters, and the estimators that work like those of scikit-learn."""

from os import PathLike
from pathlib import Path
from typing import Any, Final, Unpack

from trialog.errors import InvalidParameter, require
from trialog.models.data_types import shown
from trialog.models.folder import ModelMetadata, inside
from trialog.models.loaded import is_a
from trialog.models.requirements import pinned, requirements_of
from trialog.models.saving import SaveOptions, Written, save_folder

FLAVOR: Final = "xgboost"
LOADER: Final = "mlflow.xgboost"
_FORMATS: Final = ("ubj", "json", "xgb")


def save_model(
    xgb_model: Any,
    path: str | PathLike[str],
    *,
    mlflow_model: ModelMetadata | None = None,
    model_format: str = "ubj",
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a model of XGBoost as a model folder, in XGBoost's own format: loading it runs no code.

    Args:
        xgb_model: A booster, or an estimator such as `XGBClassifier`.
        path: The folder.
        mlflow_model: What is known of the model already, such as its run.
        model_format: `ubj`, `json` or `xgb`.
        options: What is said of any model; see `trialog.models.saving.SaveOptions`.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: There is no such format (`model.unknown_format`), or it is no such model
            (`model.wrong_kind`).
    """
    xgboost = require("xgboost", extra=None)
    if model_format not in _FORMATS:
        raise InvalidParameter(
            "model.unknown_format", f"There is no model_format {model_format!r}; it is one of {', '.join(_FORMATS)}."
        )
    if not isinstance(xgb_model, xgboost.Booster | xgboost.XGBModel):
        raise InvalidParameter("model.wrong_kind", f"{type(xgb_model).__name__} is no model of XGBoost.")
    kind = type(xgb_model)

    def write(folder: Path) -> Written:
        file = f"model.{model_format}"
        xgb_model.save_model(folder / file)
        return Written(
            FLAVOR,
            {
                "data": file,
                "model_class": f"{kind.__module__}.{kind.__qualname__}",
                "model_format": model_format,
                "xgb_version": xgboost.__version__,
            },
            [
                pinned("xgboost"),
                *requirements_of({"numpy", "scipy"} | ({"sklearn"} if hasattr(kind, "fit") else set())),
            ],
            {"data": file, "loader_module": LOADER},
        )

    return save_folder(path, write, lambda data, params: predict(xgb_model, data, params), options, mlflow_model)


def load_folder(folder: Path, metadata: ModelMetadata) -> Any:
    """Return the model of a folder: what it was when it was saved, a booster or an estimator.

    Args:
        folder: The folder.
        metadata: What its file `MLmodel` says.

    Raises:
        ResourceNotFound: The folder has no such model (`model.flavor_not_found`, `model.file_not_found`).
        InvalidParameter: Its class is none of XGBoost (`model.wrong_kind`), or the file is damaged (`model.damaged`).
    """
    xgboost = require("xgboost", extra=None)
    options = metadata.flavor(FLAVOR)
    path = inside(folder, options.get("data"))
    named = options.get("model_class", "xgboost.core.Booster")
    kind = getattr(xgboost, str(named).rpartition(".")[2], None)
    # The file says which class to make, and may be anybody's.
    if not isinstance(kind, type) or not issubclass(kind, xgboost.Booster | xgboost.XGBModel):
        raise InvalidParameter("model.wrong_kind", f"The model says that it is {shown(named)}, no class of XGBoost.")
    model = kind()
    try:
        model.load_model(path)
    except (xgboost.core.XGBoostError, ValueError, TypeError) as error:
        raise InvalidParameter(
            "model.damaged", f"XGBoost cannot read {path.name} of the model: {str(error).strip()[:300]}"
        ) from error
    return model


def predict(model: Any, data: Any, params: dict[str, Any] | None = None) -> Any:
    """Return predictions for a frame or an array.

    Args:
        model: A booster or an estimator.
        data: What goes in.
        params: What to tell its `predict` beside the data.
    """
    xgboost = require("xgboost", extra=None)
    if isinstance(model, xgboost.Booster) and not is_a(data, "xgboost", "DMatrix"):
        data = xgboost.DMatrix(data)
    return model.predict(data, **(params or {}))
