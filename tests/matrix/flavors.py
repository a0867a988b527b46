"""Models of each flavor, made the same way for Trialog and for MLflow.

Their modules have the same names and arguments, so what is written here once is done by either. This file is also run
where the other packages of the tests are missing: it imports nothing of them.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

_NUMBERS: Final = np.random.default_rng(7).normal(size=(24, 4))
ROWS: Final = pd.DataFrame(_NUMBERS, columns=["length", "width", "height", "weight"])
FLOATS: Final = _NUMBERS.astype(np.float32)
CLASSES: Final = (_NUMBERS.sum(axis=1) > 0).astype(int)
TEXTS: Final = ["one", "two", "three", "four"]
DICTIONARIES: Final = [{"length": float(length)} for length in range(4)]
EXAMPLE_ROWS: Final = 3
GIVEN, INFERRED, NONE = "given", "inferred", "none"
MODES: Final = (GIVEN, INFERRED, NONE)
"""Where a signature comes from: it is given, found out from the input example, or there shall be none."""
SKLEARN: Final = "scikit-learn"

_CODE: Final = """
try:
    import mlflow.pyfunc as pyfunc
    from mlflow.models import set_model
except ModuleNotFoundError:
    import trialog.pyfunc as pyfunc
    from trialog.models import set_model


class Scaled(pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input["length"] * context.model_config["factor"]


set_model(Scaled())
"""
_MODULE: Final = """
def tripled(model_input):
    return model_input["length"] * 3
"""
_LOADER: Final = """
class Loaded:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.factor = float(file.read())

    def predict(self, data):
        return data["length"] * self.factor


def _load_pyfunc(path):
    return Loaded(path)
"""


@dataclass(frozen=True)
class Library:
    """Trialog or MLflow, as it is imported here.

    Attributes:
        name: `trialog` or `mlflow`.
    """

    name: str

    @property
    def version(self) -> str:
        """Its version, such as `3.17.2`."""
        return str(importlib.import_module(self.name).__version__)

    @property
    def is_old(self) -> bool:
        """Whether it is MLflow of before MLflow 3."""
        return self.name == "mlflow" and self.version.startswith("2.")

    def module(self, name: str) -> Any:
        """Return one of its modules.

        Args:
            name: Its name within the library, such as `sklearn`.
        """
        return importlib.import_module(f"{self.name}.{name}")


@dataclass(frozen=True)
class Made:
    """A model that is to be saved.

    Attributes:
        expected: What it predicts for the data of its case.
        model: The model; None where the options say all of it.
        options: What to tell `save_model` beside.
        with_params: What it predicts with the params of its case.
    """

    expected: Any
    model: Any = None
    options: dict[str, Any] = field(default_factory=dict)
    with_params: Any = None


@dataclass(frozen=True)
class Case:
    """A model of one flavor in one format.

    Attributes:
        name: What the table calls it.
        flavor: Name of its module.
        make: Makes it, for a library, with a folder for files that it needs.
        ask: Returns what a model predicts that was loaded by its own flavor; None where there is no such flavor.
        is_safe: Whether loading it runs no code, so that Trialog asks for no consent.
        data: What goes in.
        params: What goes in beside, where the signature is given.
        modes: Where its signature may come from.
        what: What is saved: a `model`, or a `state_dict`, which has no signature and is no function.
    """

    name: str
    flavor: str
    make: Callable[[Library, Path], Made]
    ask: Callable[[Any, Any], Any] | None = None
    is_safe: bool = False
    data: Any = field(default_factory=lambda: ROWS)
    params: dict[str, Any] | None = None
    modes: tuple[str, ...] = MODES
    what: str = "model"


def _predicted(model: Any, data: Any) -> Any:
    return model.predict(data)


def _sklearn(form: str) -> Callable[[Library, Path], Made]:
    def make(library: Library, folder: Path) -> Made:
        ensemble, pipeline = (importlib.import_module(f"sklearn.{name}") for name in ("ensemble", "pipeline"))
        scaler = importlib.import_module("sklearn.preprocessing").StandardScaler()
        model = pipeline.make_pipeline(scaler, ensemble.RandomForestClassifier(5, random_state=0)).fit(ROWS, CLASSES)
        options: dict[str, Any] = {"serialization_format": form}
        if form == "skops":
            options["skops_trusted_types"] = ["sklearn.tree._tree.Tree"]
        return Made(model.predict(ROWS), model, options)

    return make


def _xgboost_estimator(form: str) -> Callable[[Library, Path], Made]:
    def make(library: Library, folder: Path) -> Made:
        model = importlib.import_module("xgboost").XGBClassifier(n_estimators=3).fit(ROWS, CLASSES)
        return Made(model.predict(ROWS), model, {"model_format": form})

    return make


def _xgboost_booster(library: Library, folder: Path) -> Made:
    xgboost = importlib.import_module("xgboost")
    model = xgboost.train({"objective": "reg:squarederror"}, xgboost.DMatrix(ROWS, CLASSES), 3)
    return Made(_ask_booster(model, ROWS), model, {"model_format": "ubj"})


def _ask_booster(model: Any, data: Any) -> Any:
    return model.predict(importlib.import_module("xgboost").DMatrix(data))


def _lightgbm_estimator(form: str) -> Callable[[Library, Path], Made]:
    def make(library: Library, folder: Path) -> Made:
        lightgbm = importlib.import_module("lightgbm")
        model = lightgbm.LGBMClassifier(n_estimators=3, min_child_samples=2, verbose=-1).fit(ROWS, CLASSES)
        # It always takes a pickle, and has no word for it.
        options = {} if library.is_old and form == "cloudpickle" else {"serialization_format": form}
        return Made(model.predict(ROWS), model, options)

    return make


def _lightgbm_booster(library: Library, folder: Path) -> Made:
    lightgbm = importlib.import_module("lightgbm")
    options = {"objective": "regression", "min_data_in_leaf": 2, "verbose": -1}
    model = lightgbm.train(options, lightgbm.Dataset(ROWS, CLASSES), 3)
    return Made(model.predict(ROWS), model)


def _onnx(library: Library, folder: Path) -> Made:
    onnx = importlib.import_module("onnx")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    weights = FLOATS[:4, :2]
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", kind, [None, 4])],
        [helper.make_tensor_value_info("y", kind, [None, 2])],
        [onnx.numpy_helper.from_array(weights, "w")],
    )
    # What older runtimes read too.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return Made(FLOATS @ weights, model)


def _ask_graph(model: Any, data: Any) -> Any:
    runtime = importlib.import_module("onnxruntime")
    return runtime.InferenceSession(model.SerializeToString()).run(None, {"x": data})[0]


def _net() -> Any:
    torch = importlib.import_module("torch")
    torch.manual_seed(7)
    return torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2)).eval()


def _ask_net(model: Any, data: Any) -> Any:
    return model(importlib.import_module("torch").from_numpy(data)).detach().numpy()


def _pytorch(form: str) -> Callable[[Library, Path], Made]:
    def make(library: Library, folder: Path) -> Made:
        net = _net()
        # It always takes a pickle, and has no word for it.
        options = {} if library.is_old and form == "pickle" else {"serialization_format": form}
        return Made(_ask_net(net, FLOATS), net, options)

    return make


def _torch_script(library: Library, folder: Path) -> Made:
    net = _net()
    options = {} if library.is_old else {"serialization_format": "pickle"}
    return Made(_ask_net(net, FLOATS), importlib.import_module("torch").jit.script(net), options)


def _state_dict(library: Library, folder: Path) -> Made:
    net = _net()
    return Made(_ask_net(net, FLOATS), net.state_dict())


def _ask_state_dict(state: Any, data: Any) -> Any:
    net = importlib.import_module("torch").nn.Sequential(*_net())
    with importlib.import_module("torch").no_grad():
        for weights in net.parameters():
            weights.zero_()
    net.load_state_dict(state)
    return _ask_net(net, data)


def _function(library: Library, folder: Path) -> Made:
    # One that no other Python can import: so it is kept whole.
    def doubled(model_input):  # type: ignore[no-untyped-def]  # MLflow warns of types that it does not know
        return model_input["length"] * 2

    return Made(ROWS["length"] * 2, options={"python_model": doubled})


def _annotated(library: Library, folder: Path) -> Made:
    def upper(model_input: list[str]) -> list[str]:
        return [text.upper() for text in model_input]

    return Made(upper(TEXTS), options={"python_model": upper})


def _of_rows(library: Library, folder: Path) -> Made:
    class Row(importlib.import_module("pydantic").BaseModel):  # type: ignore[misc]  # as below
        length: float

    class Doubled(library.module("pyfunc").PythonModel):  # type: ignore[misc]  # the library is known when it runs
        def predict(self, context, model_input: list[Row], params=None):  # type: ignore[no-untyped-def]  # as above
            return [row.length * 2 for row in model_input]

    return Made([row["length"] * 2 for row in DICTIONARIES], options={"python_model": Doubled()})


def _class(library: Library, folder: Path) -> Made:
    class Scaled(library.module("pyfunc").PythonModel):  # type: ignore[misc]  # the library is known when it runs
        def load_context(self, context: Any) -> None:
            self.factor = float(Path(context.artifacts["factor"]).read_text(encoding="utf-8"))

        def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # as above
            more = (params or {}).get("more", context.model_config["more"])
            return model_input["length"] * self.factor + more

    path = folder / "factor.txt"
    path.write_text("4.5", encoding="utf-8")
    options = {"python_model": Scaled(), "artifacts": {"factor": str(path)}, "model_config": {"more": 0.5}}
    scaled = ROWS["length"] * 4.5
    return Made(scaled + 0.5, options=options, with_params=scaled + 2)


def _from_code(library: Library, folder: Path) -> Made:
    path = folder / "scaled_by_code.py"
    path.write_text(_CODE, encoding="utf-8")
    return Made(ROWS["length"] * 5, options={"python_model": str(path), "model_config": {"factor": 5}})


def _code_paths(library: Library, folder: Path) -> Made:
    path = folder / "module_of_matrix.py"
    path.write_text(_MODULE, encoding="utf-8")
    function = importlib.import_module(path.stem).tripled
    return Made(ROWS["length"] * 3, options={"python_model": function, "code_paths": [str(path)]})


def _loader_module(library: Library, folder: Path) -> Made:
    path, data = folder / "loader_of_matrix.py", folder / "loaded.txt"
    path.write_text(_LOADER, encoding="utf-8")
    data.write_text("7", encoding="utf-8")
    options = {"loader_module": path.stem, "data_path": str(data), "code_paths": [str(path)]}
    return Made(ROWS["length"] * 7, options=options)


CASES: Final = (
    Case(f"{SKLEARN} pipeline, skops", "sklearn", _sklearn("skops"), _predicted, is_safe=True),
    Case(f"{SKLEARN} pipeline, cloudpickle", "sklearn", _sklearn("cloudpickle"), _predicted),
    Case(f"{SKLEARN} pipeline, pickle", "sklearn", _sklearn("pickle"), _predicted),
    Case("XGBoost estimator, ubj", "xgboost", _xgboost_estimator("ubj"), _predicted, is_safe=True),
    Case("XGBoost estimator, json", "xgboost", _xgboost_estimator("json"), _predicted, is_safe=True),
    Case("XGBoost booster, ubj", "xgboost", _xgboost_booster, _ask_booster, is_safe=True),
    Case("LightGBM estimator, skops", "lightgbm", _lightgbm_estimator("skops"), _predicted, is_safe=True),
    Case("LightGBM estimator, cloudpickle", "lightgbm", _lightgbm_estimator("cloudpickle"), _predicted),
    Case("LightGBM booster, text", "lightgbm", _lightgbm_booster, _predicted, is_safe=True),
    Case("ONNX graph", "onnx", _onnx, _ask_graph, is_safe=True, data=FLOATS),
    Case("PyTorch module, pickle", "pytorch", _pytorch("pickle"), _ask_net, data=FLOATS),
    Case("PyTorch module, TorchScript", "pytorch", _torch_script, _ask_net, data=FLOATS),
    # The graph is found out with the input example.
    Case("PyTorch module, pt2", "pytorch", _pytorch("pt2"), _ask_net, data=FLOATS, modes=(INFERRED,)),
    Case("PyTorch module, safetensors", "pytorch", _pytorch("safetensors"), _ask_net, data=FLOATS),
    Case(
        "PyTorch state_dict",
        "pytorch",
        _state_dict,
        _ask_state_dict,
        is_safe=True,
        data=FLOATS,
        modes=(NONE,),
        what="state_dict",
    ),
    Case("Python function", "pyfunc", _function),
    # The annotation says what its signature is.
    Case("Python function of an annotated list", "pyfunc", _annotated, data=TEXTS, modes=(INFERRED,)),
    Case("Python class of pydantic's rows", "pyfunc", _of_rows, data=DICTIONARIES, modes=(INFERRED,)),
    Case("Python class with artifacts, options, params", "pyfunc", _class, params={"more": 2.0}),
    Case("Python file (model from code)", "pyfunc", _from_code),
    Case("Python function of a module in code_paths", "pyfunc", _code_paths),
    Case("Python loader_module with data", "pyfunc", _loader_module),
)
