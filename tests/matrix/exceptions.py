"""Ways that models cannot go, and why: each is tried, and must end as is said here."""

from dataclasses import dataclass
from typing import Final

from tests.matrix.flavors import CASES


@dataclass(frozen=True)
class Exempt:
    """A way that a model cannot go.

    Attributes:
        case: Name of the case.
        program: What cannot do it: `trialog`, or a short version of MLflow.
        doing: `save` or `load`.
        says: What stands in its error.
        reason: Why, as the table tells.
        by: What it cannot be loaded by, `pyfunc` or `flavor`; either if empty.
        place: How the address begins that it cannot be loaded from; any if empty.
    """

    case: str
    program: str
    doing: str
    says: str
    reason: str
    by: str = ""
    place: str = ""


_OLD, _NEW = "2.22", "3.17"
_MODELS: Final = [case.name for case in CASES if case.what == "model"]
_SKOPS: Final = "MLflow 2.22 does not know the format skops."
_PT2: Final = "MLflow 2.22 does not know graphs that `torch.export` made."
_WEIGHTS: Final = (
    "Weights alone are no model of MLflow's, which keeps whole modules; as a `state_dict` they go both ways."
)
_LOGGED: Final = (
    "MLflow 2.22 knows no logged models, as Trialog and MLflow 3 make them: it loads them by `models:/name/latest`, "
    "and not by `models:/m-ID` or `runs:/ID/name`."
)
_SAFETENSORS: Final = "PyTorch module, safetensors"

EXEMPT: Final = (
    *(Exempt(model, _OLD, "load", "Not a proper models:/ URI", _LOGGED, place="models:/m-") for model in _MODELS),
    *(Exempt(model, _OLD, "load", "No such artifact", _LOGGED, place="runs:/") for model in _MODELS),
    Exempt("scikit-learn pipeline, skops", _OLD, "save", "unexpected keyword argument", _SKOPS),
    Exempt("scikit-learn pipeline, skops", _OLD, "load", "Unrecognized serialization format: skops", _SKOPS),
    Exempt("LightGBM estimator, skops", _OLD, "save", "unexpected keyword argument", _SKOPS),
    Exempt("LightGBM estimator, skops", _OLD, "load", "UnpicklingError", _SKOPS),
    Exempt("PyTorch module, pt2", _OLD, "save", "unexpected keyword argument", _PT2),
    Exempt("PyTorch module, pt2", _OLD, "load", "pickle_module_info.txt", _PT2),
    Exempt(_SAFETENSORS, _OLD, "save", "unexpected keyword argument", _WEIGHTS),
    Exempt(_SAFETENSORS, _NEW, "save", "must be one of 'pickle' or 'pt2'", _WEIGHTS),
    *(Exempt(_SAFETENSORS, old, "load", "python_function", _WEIGHTS, by="pyfunc") for old in (_OLD, _NEW)),
    *(Exempt(_SAFETENSORS, old, "load", "No such file", _WEIGHTS, by="flavor") for old in (_OLD, _NEW)),
)


def exempt_of(case: str, program: str, doing: str, by: str = "", place: str = "") -> Exempt | None:
    """Return what is said of a way that a model might go; None if it is to go well.

    Args:
        case: Name of the case.
        program: What does it.
        doing: `save` or `load`.
        by: What it is loaded by.
        place: From where.
    """
    for one in EXEMPT:
        asked = one.case == case and one.by in ("", by) and place.startswith(one.place)
        if asked and (one.program, one.doing) == (program, doing):
            return one
    return None
