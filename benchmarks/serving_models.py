"""The models that are served in the benchmark, and what they are asked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

import trialog.sklearn
from trialog.models.inference import infer_signature

COLUMNS: Final = 10
TREES: Final = 100
_ROWS: Final = 2000
_JSON: Final = "application/json"

Kind = Literal["tensor", "frame"]
KINDS: Final[Sequence[Kind]] = ("tensor", "frame")


@dataclass(frozen=True)
class Body:
    """What is asked.

    Attributes:
        name: As the table calls it.
        kind: What the model takes that is asked so.
        rows: How many rows it has.
        content_type: Its type.
        content: The bytes.
    """

    name: str
    kind: Kind
    rows: int
    content_type: str
    content: bytes


def save_models(folder: Path) -> dict[str, dict[Kind, Path]]:
    """Train and save the models: each once for arrays and once for frames.

    Args:
        folder: Where to.

    Returns:
        Their folders, by name and by what they take.
    """
    array, frame = _data(_ROWS)
    classes = (array[:, 0] + array[:, 1] * array[:, 2] > 0).astype(int)
    estimators = {
        "logistic regression": LogisticRegression(),
        f"random forest, {TREES} trees": RandomForestClassifier(TREES, random_state=0),
    }
    saved: dict[str, dict[Kind, Path]] = {}
    for number, (name, estimator) in enumerate(estimators.items()):
        given: dict[Kind, Any] = {"tensor": array, "frame": frame}
        saved[name] = {kind: folder / f"model-{number}-{kind}" for kind in KINDS}
        for kind, data in given.items():
            estimator.fit(data, classes)
            signature = infer_signature(data, estimator.predict(data))
            trialog.sklearn.save_model(estimator, saved[name][kind], signature=signature)
    return saved


def bodies(sizes: Sequence[int] = (1, 100)) -> list[Body]:
    """Return what is asked: each format in each size.

    Args:
        sizes: How many rows.
    """
    made: list[Body] = []
    for rows in sizes:
        array, frame = _data(rows)
        split = frame.to_dict(orient="split", index=False)
        for key, kind, content in (
            ("inputs", "tensor", array.tolist()),
            ("dataframe_split", "frame", split),
            ("dataframe_records", "frame", frame.to_dict(orient="records")),
        ):
            made.append(Body(key, _kind(kind), rows, _JSON, json.dumps({key: content}).encode()))
        made.append(Body("csv", "frame", rows, "text/csv", frame.to_csv(index=False).encode()))
    return made


def _kind(text: str) -> Kind:
    return "tensor" if text == "tensor" else "frame"


def _data(rows: int) -> tuple[Any, pd.DataFrame]:
    array = np.random.default_rng(rows).normal(size=(rows, COLUMNS)).round(6)
    return array, pd.DataFrame(array, columns=[f"feature_{place}" for place in range(COLUMNS)])
