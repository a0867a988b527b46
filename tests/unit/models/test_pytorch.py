"""Modules of PyTorch, where it is installed: whole, exported and as weights alone; loaded by MLflow as well."""

import logging
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trialog.pyfunc
import trialog.pytorch
from trialog.errors import DamagedData, InvalidParameter, PermissionDenied, ResourceNotFound
from trialog.models import ModelWarning
from trialog.models.checksums import seal

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: its modules cannot be saved and loaded")

ROWS = np.arange(80, dtype=np.float32).reshape(40, 2)


def _theirs() -> Any:
    with warnings.catch_warnings():
        # The first import of MLflow's module warns of type hints in it.
        warnings.simplefilter("ignore")
        from mlflow import pyfunc, pytorch

        logging.getLogger("mlflow").setLevel(logging.ERROR)
        return pyfunc, pytorch


def _linear(size: int = 2) -> Any:
    return torch.nn.Linear(size, 1)


def _tied() -> Any:
    """Return a module with two names for one tensor."""
    twice = torch.nn.Linear(2, 2)
    return torch.nn.Sequential(twice, torch.nn.BatchNorm1d(2), twice)


def _outcome(model: Any) -> Any:
    with torch.no_grad():
        return model(torch.from_numpy(ROWS)).numpy()


@pytest.mark.filterwarnings("ignore:.*type hint:UserWarning")  # MLflow warns of hints in code of its own
@pytest.mark.parametrize("form", ["pickle", "pt2"])
def test_modules_that_mlflow_loads(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = _linear()
    trialog.pytorch.save_model(model, tmp_path / "m", serialization_format=form, input_example=ROWS[:2])
    with pytest.raises(PermissionDenied, match="kept as a pickle" if form == "pickle" else "runs as Python"):
        trialog.pytorch.load_model(tmp_path / "m")
    loaded = trialog.pytorch.load_model(tmp_path / "m", allow_pickle=True)
    assert np.allclose(_outcome(loaded), _outcome(model))
    assert np.allclose(trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True).predict(ROWS), _outcome(model))
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "true")
    pyfunc, pytorch = _theirs()
    assert np.allclose(pyfunc.load_model(str(tmp_path / "m")).predict(ROWS), _outcome(model))
    assert np.allclose(_outcome(pytorch.load_model(str(tmp_path / "m"))), _outcome(model))


@pytest.mark.filterwarnings("ignore:.*type hint:UserWarning")  # MLflow warns of hints in code of its own
@pytest.mark.parametrize("form", ["pickle", "pt2"])
def test_modules_that_mlflow_saved(tmp_path: Path, form: str) -> None:
    model = _linear()
    _, pytorch = _theirs()
    pytorch.save_model(
        model, str(tmp_path / "m"), serialization_format=form, input_example=ROWS[:2], pip_requirements=["torch"]
    )
    loaded = trialog.pytorch.load_model(tmp_path / "m", allow_pickle=True)
    assert np.allclose(_outcome(loaded), _outcome(model))
    assert np.allclose(trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True).predict(ROWS), _outcome(model))


def test_texts_of_an_exported_graph_are_code_and_need_consent(tmp_path: Path) -> None:
    """Why a graph without any pickle in it is not loaded: PyTorch hands formulas in it to Python."""
    trialog.pytorch.save_model(_linear(), tmp_path / "m", serialization_format="pt2", input_example=ROWS[:2])
    path = tmp_path / "m" / "data" / "model.pt2"
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    graph = next(name for name in contents if name.endswith("models/model.json"))
    mark = tmp_path / "ran"
    code = f"__import__('pathlib').Path({str(mark)!r}).touch() or Symbol('s"
    assert b"Symbol('s" in contents[graph]
    contents[graph] = contents[graph].replace(b"Symbol('s", code.encode(), 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    seal(tmp_path / "m")
    with pytest.raises(PermissionDenied, match="runs as Python"):
        trialog.pytorch.load_model(tmp_path / "m")
    assert not mark.exists()
    trialog.pytorch.load_model(tmp_path / "m", allow_pickle=True)
    assert mark.exists()


def test_a_pickle_that_nobody_asked_for_is_warned_of(tmp_path: Path) -> None:
    with pytest.warns(ModelWarning, match='give serialization_format="safetensors"'):
        trialog.pytorch.save_model(_linear(), tmp_path / "m")
    assert (tmp_path / "m" / "data" / "model.pth").is_file()


def test_weights_load_into_a_module_without_consent(tmp_path: Path) -> None:
    model = _tied()
    said = trialog.pytorch.save_model(
        model.eval(), tmp_path / "m", serialization_format="safetensors", input_example=ROWS[:2]
    )
    assert said.signature is not None
    assert list(said.flavors) == ["pytorch"]
    assert {file.name for file in (tmp_path / "m" / "data").iterdir()} == {"model.safetensors"}
    assert "safetensors==" in (tmp_path / "m" / "requirements.txt").read_text(encoding="utf-8")

    other = _tied()
    loaded = trialog.pytorch.load_model(tmp_path / "m", module=other)
    assert loaded is other
    assert not loaded.training
    assert np.array_equal(_outcome(loaded), _outcome(model))
    assert set(trialog.pytorch.load_state_dict(str(tmp_path / "m"))) >= {"1.running_mean", "1.weight"}


def test_weights_want_a_module_that_they_fit(tmp_path: Path) -> None:
    trialog.pytorch.save_model(_linear(), tmp_path / "m", serialization_format="safetensors")
    with pytest.raises(InvalidParameter, match=r"put into a module that you make.*module=Net\(\)"):
        trialog.pytorch.load_model(tmp_path / "m")
    with pytest.raises(InvalidParameter, match=r"cannot be put into Linear.*size mismatch"):
        trialog.pytorch.load_model(tmp_path / "m", module=_linear(3))
    with pytest.raises(InvalidParameter, match="cannot be put into ReLU"):
        trialog.pytorch.load_model(tmp_path / "m", module=torch.nn.ReLU())
    with pytest.raises(ResourceNotFound, match="has no flavor 'python_function'; it has: pytorch"):
        trialog.pyfunc.load_model(tmp_path / "m")
    trialog.pytorch.save_model(_linear(), tmp_path / "whole", serialization_format="pickle")
    with pytest.raises(InvalidParameter, match="without module="):
        trialog.pytorch.load_model(tmp_path / "whole", module=_linear())


@pytest.mark.parametrize("content", [b"", struct.pack("<Q", 2**62) + b"{}", b"\x02\0\0\0\0\0\0\0{}more", None])
def test_damaged_weights_are_said_so(tmp_path: Path, content: bytes | None) -> None:
    trialog.pytorch.save_model(_linear(), tmp_path / "m", serialization_format="safetensors")
    path = tmp_path / "m" / "data" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-3] if content is None else content)
    # Whoever damages a file of a model may name its new sum as well.
    seal(tmp_path / "m")
    with pytest.raises(InvalidParameter, match=r"model\.safetensors"):
        trialog.pytorch.load_model(tmp_path / "m", module=_linear())
    with pytest.raises(InvalidParameter, match=r"model\.safetensors"):
        trialog.pytorch.load_state_dict(str(tmp_path / "m"))


def test_weights_that_were_changed_are_not_loaded(tmp_path: Path) -> None:
    for name, model in (("m", _linear()), ("other", _linear())):
        trialog.pytorch.save_model(model, tmp_path / name, serialization_format="safetensors")
    weights = Path("data", "model.safetensors")
    (tmp_path / "m" / weights).write_bytes((tmp_path / "other" / weights).read_bytes())
    with pytest.raises(DamagedData, match=r"'data/model\.safetensors': expected was SHA-256"):
        trialog.pytorch.load_state_dict(str(tmp_path / "m"))


def test_weights_do_not_lie_outside_of_the_folder(tmp_path: Path) -> None:
    for form, name in (("safetensors", "model.safetensors"), ("pickle", "model.pth")):
        folder = tmp_path / form
        trialog.pytorch.save_model(_linear(), folder, serialization_format=form)
        (folder / "data" / name).rename(tmp_path / name)
        try:
            (folder / "data" / name).symlink_to(tmp_path / name)
        except OSError:
            pytest.skip("this account may not make links")
        seal(folder)
        with pytest.raises(InvalidParameter, match="leads out of its folder"):
            trialog.pytorch.load_model(folder, module=None if form == "pickle" else _linear(), allow_pickle=True)


def test_what_is_no_module_is_not_taken_for_one(tmp_path: Path) -> None:
    trialog.pytorch.save_model(_linear(), tmp_path / "m", serialization_format="pickle")
    torch.save(_linear().state_dict(), tmp_path / "m" / "data" / "model.pth")
    seal(tmp_path / "m")
    with pytest.raises(InvalidParameter, match=r"holds OrderedDict and no module; load_state_dict"):
        trialog.pytorch.load_model(tmp_path / "m", allow_pickle=True)


@pytest.mark.filterwarnings("ignore:.*type hint:UserWarning")  # MLflow warns of hints in code of its own
def test_state_dicts_go_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = _linear().state_dict()
    _, pytorch = _theirs()
    trialog.pytorch.save_state_dict(state, tmp_path / "ours")
    pytorch.save_state_dict(state, str(tmp_path / "theirs"))
    loaded = trialog.pytorch.load_state_dict(str(tmp_path / "theirs"))
    assert all(torch.equal(loaded[name], one) for name, one in state.items())
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "true")
    loaded = pytorch.load_state_dict(str(tmp_path / "ours"))
    assert all(torch.equal(loaded[name], one) for name, one in state.items())


def test_state_dicts_load_without_consent(tmp_path: Path) -> None:
    model = _linear()
    trialog.pytorch.save_state_dict({"model": model.state_dict(), "epoch": 3}, tmp_path / "w")
    loaded = trialog.pytorch.load_state_dict(str(tmp_path / "w"))
    assert loaded["epoch"] == 3
    assert torch.equal(loaded["model"]["weight"], model.weight)
    trialog.pytorch.save_state_dict({"model": model}, tmp_path / "whole")
    with pytest.raises(InvalidParameter, match="cannot load"):
        trialog.pytorch.load_state_dict(str(tmp_path / "whole"))


def test_state_dicts_as_safetensors_hold_tensors_alone(tmp_path: Path) -> None:
    model = _linear()
    trialog.pytorch.save_state_dict(model.state_dict(), tmp_path / "w", serialization_format="safetensors")
    assert [file.name for file in (tmp_path / "w").iterdir()] == ["state_dict.safetensors"]
    other = _linear()
    other.load_state_dict(trialog.pytorch.load_state_dict(str(tmp_path / "w"), map_location="cpu"))
    assert np.array_equal(_outcome(other), _outcome(model))
    with pytest.raises(InvalidParameter, match="cannot be kept as safetensors"):
        trialog.pytorch.save_state_dict({"epoch": 3}, tmp_path / "n", serialization_format="safetensors")
    with pytest.raises(InvalidParameter, match="one of pickle, safetensors"):
        trialog.pytorch.save_state_dict({}, tmp_path / "n", serialization_format="pt2")


def test_frames_go_in_as_floats(tmp_path: Path) -> None:
    model = _linear()
    trialog.pytorch.save_model(model, tmp_path / "m", serialization_format="pickle")
    given = trialog.pyfunc.load_model(tmp_path / "m", allow_pickle=True).predict(pd.DataFrame(ROWS))
    assert np.allclose(given.to_numpy(), _outcome(model))
