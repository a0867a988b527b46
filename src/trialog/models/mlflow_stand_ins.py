"""What stands for the classes and functions that a pickle made by MLflow names, where MLflow is not installed."""

from typing import Any, Final, NamedTuple

from trialog.errors import InvalidParameter
from trialog.models.python_model import FunctionModel, PythonModel, PythonModelContext, as_annotated

_DESCRIPTIONS: Final = frozenset({"mlflow.models.signature", "mlflow.types.schema"})


class Description:
    """A signature, or a part of one, that MLflow keeps with a model: the file `MLmodel` says the same, and is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what it is made of, of which nothing is needed."""

    def __setstate__(self, state: Any) -> None:
        """Take what it held, of which nothing is needed."""


class Annotated(NamedTuple):
    """What MLflow keeps of the annotation of a function.

    Attributes:
        input_type_hint: Type of what goes in.
        input_param_name: Name of the parameter that takes it.
    """

    input_type_hint: Any
    input_param_name: str


class WrongInput(InvalidParameter):
    """What goes in is not what the annotation of the function says.

    Args:
        message: What is wrong.
    """

    def __init__(self, message: str) -> None:
        super().__init__("model.input_invalid", message)


def with_annotated_input(
    args: tuple[Any, ...], kwargs: dict[str, Any], position: int, hint: Any, name: str
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return what a function is called with, after bringing what goes in into the type of its annotation.

    Args:
        args: What it is called with.
        kwargs: What it is called with by name.
        position: Where among `args` stands what goes in, unless it has a name.
        hint: The annotation.
        name: Name of the parameter that it belongs to.
    """
    if name in kwargs:
        return args, {**kwargs, name: as_annotated(kwargs[name], hint)}
    if position < len(args):
        return (*args[:position], as_annotated(args[position], hint), *args[position + 1 :]), kwargs
    return args, kwargs


_STAND_INS: Final = {
    ("mlflow.exceptions", "MlflowException"): WrongInput,
    ("mlflow.pyfunc.model", "PythonModel"): PythonModel,
    ("mlflow.pyfunc.model", "PythonModelContext"): PythonModelContext,
    ("mlflow.pyfunc.model", "_FunctionPythonModel"): FunctionModel,
    ("mlflow.pyfunc.utils.data_validation", "FuncInfo"): Annotated,
    ("mlflow.pyfunc.utils.data_validation", "_validate_model_input"): with_annotated_input,
}


def stand_in(module: str, name: str) -> Any:
    """Return what stands for a class or function of MLflow; None if nothing does.

    Args:
        module: Its module.
        name: Its name there.
    """
    return Description if module in _DESCRIPTIONS else _STAND_INS.get((module, name))
