"""Models that are a class or a function of the user's own.

What stands here is copied into the pickle of such a model, so that it loads where Trialog is not installed: so it
imports nothing but Python's own modules.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any


class PythonModelContext:
    """What a model finds beside it when it is loaded.

    Args:
        artifacts: Paths of its files by the names that they were saved under.
        model_config: Options it was saved with, or was given when it was loaded.
    """

    def __init__(self, artifacts: Mapping[str, str], model_config: Mapping[str, Any] | None) -> None:
        self._artifacts = dict(artifacts)
        self._model_config = None if model_config is None else dict(model_config)

    @property
    def artifacts(self) -> dict[str, str]:
        """Paths of its files by name."""
        return self._artifacts

    @property
    def model_config(self) -> dict[str, Any] | None:
        """Options it was saved with, or was given when it was loaded."""
        return self._model_config


class TypeHints:
    """What the annotations of `predict` say; MLflow asks for it.

    Args:
        input: Type of what goes in; None if nothing is said.
        output: Type of what comes out; None if nothing is said.
    """

    def __init__(self, input: Any = None, output: Any = None) -> None:  # noqa: A002  the name that MLflow gives it
        self.input = input
        self.output = output


class PythonModel:
    """A model of your own: a class with a method `predict`."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load what the model needs from its files. Called once, when the model is loaded.

        Args:
            context: The files and options.
        """

    def predict(self, context: PythonModelContext, model_input: Any, params: dict[str, Any] | None = None) -> Any:
        """Return predictions. A class may leave `context` and `params` away if it does not need them.

        Args:
            context: The files and options.
            model_input: What goes in.
            params: Parameters of the prediction.
        """
        raise NotImplementedError("A PythonModel needs a method predict.")

    def predict_stream(
        self, context: PythonModelContext, model_input: Any, params: dict[str, Any] | None = None
    ) -> Iterator[Any]:
        """Return predictions one after the other; see `predict`."""
        raise NotImplementedError("This model gives its predictions all at once.")

    @property
    def predict_type_hints(self) -> TypeHints:
        """What the annotations of `predict` say: nothing, for data are passed on as they come."""
        return TypeHints()


class FunctionModel(PythonModel):
    """A model that is a function.

    Args:
        func: The function. It takes what goes in, and `params` if it has a parameter of that name.
    """

    def __init__(self, func: Callable[..., Any]) -> None:
        self.func = func

    def predict(self, model_input: Any, params: dict[str, Any] | None = None) -> Any:  # type: ignore[override]
        # MLflow lets a class leave `context` away.
        """Return what the function returns."""
        if "params" in inspect.signature(self.func).parameters:
            return self.func(model_input, params=params)
        return self.func(model_input)


def ask(model: Any, context: PythonModelContext, data: Any, params: dict[str, Any] | None) -> Any:
    """Return the predictions of a model, telling it what its `predict` has parameters for.

    Args:
        model: A `PythonModel`, or what has its methods.
        context: The files and options.
        data: What goes in.
        params: Parameters of the prediction.
    """
    names = list(inspect.signature(model.predict).parameters)
    kwargs = {"params": params} if "params" in names else {}
    takes_context = "context" in names or len([name for name in names if name != "params"]) > 1
    return model.predict(context, data, **kwargs) if takes_context else model.predict(data, **kwargs)
