"""From an artifact URI to the run or logged model whose files it names."""

import pytest

from trialog.remote.artifacts import owner_of

RUN = "0123456789abcdef0123456789abcdef"
MODEL = f"m-{RUN}"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        (f"mlflow-artifacts:/1/{RUN}/artifacts", ("runs", RUN)),
        (f"s3://bucket/a b/1/{RUN}/artifacts/model/x", ("runs", RUN, "model", "x")),
        (f"file:///srv/mlruns/1/{RUN}/artifacts/", ("runs", RUN)),
        (f"wasbs://c@a.net/1/{RUN}/artifacts?sig=x", ("runs", RUN)),
        (f"mlflow-artifacts:/1/models/{MODEL}/artifacts", ("logged-models", MODEL)),
        (f"models:/{MODEL}", ("logged-models", MODEL)),
        (f"models:/{MODEL}/inner", ("logged-models", MODEL, "inner")),
    ],
)
def test_uris_of_mlflow_name_their_owner(uri: str, path: tuple[str, ...]) -> None:
    assert owner_of(uri) == path


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "s3://bucket/model",
        "models:/iris/1",
        f"mlflow-artifacts:/1/{RUN}/artifacts/../../2",
        f"mlflow-artifacts:/1/{RUN}/artifacts/./x",
        f"mlflow-artifacts:/1/{RUN}/artifactsx",
        "/etc/passwd",
    ],
)
def test_other_uris_name_nothing(uri: str) -> None:
    assert owner_of(uri) is None
