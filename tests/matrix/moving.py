"""Saves models, or loads those that another program saved: `python -m tests.matrix.moving RESULT LIBRARY URL DO PATH`.

LIBRARY is `trialog` or `mlflow`, and URL a server or nothing. `save` fills the folder PATH, and the server, and tells
in RESULT where each model is and what it predicts. `load` reads such results, whose paths PATH names, and tells what
came of each model.
"""

import importlib
import json
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from tests.matrix.flavors import CASES, EXAMPLE_ROWS, GIVEN, INFERRED, Case, Library, Made

_REQUIREMENTS = ["cloudpickle"]
"""Named, so that MLflow need not start a second Python for each model to find out what it needs."""


def save(library: Library, folder: Path, url: str | None, cases: Sequence[Case] = CASES) -> list[dict[str, Any]]:
    """Save each model as folders and, where there is a server, log it; return where they are, or why not.

    Args:
        library: What saves.
        folder: Where to.
        url: Address of the server; None for none.
        cases: The models.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = Path(tempfile.mkdtemp(dir=folder))
    sys.path.insert(0, str(sources))
    saved = []
    for case in cases:
        for mode in case.modes:
            path = folder / f"{_slug(case)}-{mode}"
            saved.append(_tried(case, mode, lambda: _save(library, case, mode, sources, path)))  # noqa: B023  called now
        if url is not None:
            mode = INFERRED if INFERRED in case.modes else case.modes[0]
            saved.append(_tried(case, mode, lambda: _log(library, case, mode, sources, url)))  # noqa: B023  called now
    sys.path.remove(str(sources))
    return saved


def _tried(case: Case, mode: str, do: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"case": case.name, "mode": mode}
    try:
        with warnings.catch_warnings():
            # MLflow warns of each pickle, and of much else.
            warnings.simplefilter("ignore")
            told |= do()
    except Exception as error:  # whatever it is, the table shows it, and the other models are still to come
        told["error"] = f"{type(error).__name__}: {error}"
    return told


def _save(library: Library, case: Case, mode: str, sources: Path, path: Path) -> dict[str, Any]:
    made = case.make(library, sources)
    module = library.module(case.flavor)
    if case.what != "model":
        module.save_state_dict(made.model, str(path))
        return {"places": [str(path)], "expected": _plain(made.expected), "signature": None}
    given = () if made.model is None else (made.model,)
    module.save_model(*given, path=str(path), **_options(library, case, mode, made))
    written = yaml.safe_load((path / "MLmodel").read_text(encoding="utf-8")).get("signature")
    expected = made.with_params if case.params is not None and mode == GIVEN else made.expected
    return {"places": [str(path)], "expected": _plain(expected), "signature": _read_signature(written)}


def _log(library: Library, case: Case, mode: str, sources: Path, url: str) -> dict[str, Any]:
    made = case.make(library, sources)
    fluent, module = importlib.import_module(library.name), library.module(case.flavor)
    fluent.set_tracking_uri(url)
    fluent.set_experiment(f"matrix of {library.name} {library.version}")
    slug = _slug(case)
    with fluent.start_run() as run:
        if case.what != "model":
            module.log_state_dict(made.model, slug)
            return {"places": [f"runs:/{run.info.run_id}/{slug}"], "expected": _plain(made.expected), "signature": None}
        given = () if made.model is None else (made.model,)
        name = {"artifact_path" if library.is_old else "name": slug}
        registered = f"{library.name}-{library.version}-{slug}"
        options = _options(library, case, mode, made)
        info = module.log_model(*given, **name, registered_model_name=registered, **options)
    places = [f"runs:/{run.info.run_id}/{slug}", f"models:/{registered}/latest"]
    if not library.is_old:
        places.append(info.model_uri)
    signature = None if info.signature is None else info.signature.to_dict()
    return {"places": places, "expected": _plain(made.expected), "signature": _read_signature(signature)}


def _options(library: Library, case: Case, mode: str, made: Made) -> dict[str, Any]:
    options = {**made.options, "pip_requirements": _REQUIREMENTS}
    if mode == GIVEN:
        infer = library.module("models").infer_signature
        options["signature"] = infer(case.data, made.expected, case.params)
    elif mode == INFERRED:
        options["input_example"] = case.data[:EXAMPLE_ROWS]
    else:
        options["signature"] = False
    return options


def load(library: Library, saved: Sequence[dict[str, Any]], url: str | None) -> list[dict[str, Any]]:
    """Load each model from each of its places, as a function and by its flavor, and return what came of it.

    Args:
        library: What loads.
        saved: What `save` returned.
        url: Address of the server on which they are; None for none.
    """
    if url is not None:
        importlib.import_module(library.name).set_tracking_uri(url)
    cases = {case.name: case for case in CASES}
    loaded = []
    for told in saved:
        case, mode = cases[told["case"]], told["mode"]
        for place in told.get("places", ()):
            for by in ("pyfunc", "flavor"):
                if (by == "pyfunc" and case.what == "model") or (by == "flavor" and case.ask is not None):
                    one = _tried(case, mode, lambda: _load(library, case, mode, place, by))  # noqa: B023  called now
                    loaded.append({**one, "place": place, "by": by})
    return loaded


def _load(library: Library, case: Case, mode: str, place: str, by: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if library.name == "trialog" and not case.is_safe:
        told["asks"] = _asks_for_consent(library, case, place, by)
    consent = {"allow_pickle": True} if library.name == "trialog" and not case.is_safe else {}
    if by == "flavor":
        assert case.ask is not None
        load_by_flavor = getattr(library.module(case.flavor), f"load_{case.what}")
        return {**told, "predictions": _plain(case.ask(load_by_flavor(place, **consent), case.data))}
    model = library.module("pyfunc").load_model(place, **consent)
    signature = model.metadata.signature
    more = {"params": case.params} if case.params is not None and mode == GIVEN else {}
    return {
        **told,
        "predictions": _plain(model.predict(case.data, **more)),
        "signature": _read_signature(None if signature is None else signature.to_dict()),
        "example": _plain(model.input_example) if mode == INFERRED else None,
    }


def _asks_for_consent(library: Library, case: Case, place: str, by: str) -> bool:
    module = library.module("pyfunc" if by == "pyfunc" else case.flavor)
    try:
        module.load_model(place)
    except library.module("errors").PermissionDenied:
        return True
    return False


def _plain(values: Any) -> Any:
    """Return predictions or an example as lists, whatever they come in."""
    if isinstance(values, dict):
        [values] = values.values()
    if isinstance(values, pd.DataFrame | pd.Series):
        values = values.to_numpy()
    return np.asarray(values).squeeze().tolist()


def _read_signature(written: dict[str, Any] | None) -> dict[str, Any] | None:
    if written is None:
        return None
    return {name: json.loads(text) for name, text in written.items() if text is not None}


def _slug(case: Case) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in case.name.lower())


def main(arguments: Sequence[str]) -> None:
    """Do what the command line says, and write what came of it."""
    result, name, url, doing, *paths = arguments
    library = Library(name)
    if doing == "save":
        told = save(library, Path(paths[0]), url or None)
    else:
        told = [
            {**one, "from": Path(path).stem}
            for path in paths
            for one in load(library, json.loads(Path(path).read_text(encoding="utf-8"))["models"], url or None)
        ]
    content = {"version": library.version, "models": told}
    Path(result).write_text(json.dumps(content), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
