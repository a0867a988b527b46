"""What the text of a source says, in whatever way it is written."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.errors import InvalidParameter
from trialog.registry.uris import (
    ModelsUri,
    check_absolute,
    check_relative,
    is_proxied,
    lies_within,
    local_path,
    parse_models_uri,
    parse_runs_uri,
    split_source,
)

UPWARDS = ["..", "%2e%2e", "%2E.", ".%252e", "%25252e%25252e", "..%2f..", "..%5c..", ".. "]


def coded(text: str, times: int) -> str:
    for _ in range(times):
        text = quote(text, safe="")
    return text


@pytest.mark.parametrize("step", UPWARDS)
@pytest.mark.parametrize("before", ["s3://bucket/a/", "mlflow-artifacts:/1/", "dbfs:/a/", "http://host/a/"])
def test_a_uri_does_not_lead_upwards(before: str, step: str) -> None:
    with pytest.raises(InvalidParameter, match="relative path references"):
        check_absolute(f"{before}{step}/b")


@pytest.mark.parametrize(
    "source", ["javascript:alert(1)", "s3://bucket", "s3://bucket/", "s3://b/./x", "s3:x/y", "s3://b/\0"]
)
def test_a_uri_has_an_absolute_path(source: str) -> None:
    with pytest.raises(InvalidParameter, match="provide an absolute path"):
        check_absolute(source)


@pytest.mark.parametrize(
    "source", ["s3://b/x?a=..", "s3://b/x#part", "s3://b//x/", "abfss://c@h/x", "dbfs:/x", "s3://b/a..b"]
)
def test_other_uris_pass(source: str) -> None:
    check_absolute(source)


@pytest.mark.parametrize("step", UPWARDS)
def test_a_relative_path_does_not_lead_upwards(step: str) -> None:
    for source in (f"models/{step}/x.pkl", f"{step}/x.pkl", f"models/{step}"):
        with pytest.raises(InvalidParameter, match="A relative path is kept as it is"):
            check_relative(source)


@pytest.mark.parametrize("hidden", ["/etc/passwd", "C:/x", "a\\b", "~/x", "a\nb", "file:/etc/passwd", "models/../x"])
@pytest.mark.parametrize("times", range(4))
def test_a_relative_path_is_none_but_that_however_often_it_is_coded(hidden: str, times: int) -> None:
    with pytest.raises(InvalidParameter, match="A relative path is kept as it is"):
        check_relative(coded(hidden, times))


@pytest.mark.parametrize(
    "source", ["artifacts/models/xgboost_production_v5.pkl", "dummy", "модель/1", "a b+c", "a..b/c"]
)
def test_other_relative_paths_pass(source: str) -> None:
    check_relative(source)


@given(st.lists(st.sampled_from(["a", "..", "b c"]), min_size=1, max_size=4), st.integers(0, 4))
def test_dots_are_found_at_any_depth_of_coding(names: list[str], times: int) -> None:
    source = coded("/".join(names), times)
    if ".." in names:
        with pytest.raises(InvalidParameter, match="A relative path is kept as it is"):
            check_relative(source)
    else:
        check_relative(source)


@pytest.mark.parametrize(
    ("source", "root", "within"),
    [
        ("mlflow-artifacts:/1/r/artifacts/model", "mlflow-artifacts:/1/r/artifacts", True),
        ("mlflow-artifacts:/1/r/artifacts", "mlflow-artifacts:/1/r/artifacts", True),
        ("mlflow-artifacts:/1/r/artifacts2", "mlflow-artifacts:/1/r/artifacts", False),
        ("mlflow-artifacts:/1/%72/artifacts/x", "mlflow-artifacts:/1/r/artifacts", True),
        ("mlflow-artifacts://other/1/r/artifacts/x", "mlflow-artifacts:/1/r/artifacts", False),
        ("s3://1/r/artifacts/x", "mlflow-artifacts:/1/r/artifacts", False),
        ("mlflow-artifacts:/x", "mlflow-artifacts:/", False),
    ],
)
def test_what_lies_within_a_root(source: str, root: str, within: bool) -> None:
    assert lies_within(source, root) is within


@pytest.mark.parametrize(
    ("source", "proxied"),
    [
        ("mlflow-artifacts:/1", True),
        ("https://h/prefix/api/2.0/mlflow-artifacts/artifacts/1", True),
        ("https://h/api%2F2.0/mlflow-artifacts/artifacts/1", False),
        ("https://h/api/2.0/%6dlflow-artifacts/artifacts/1", True),
        ("https://h/x", False),
        ("s3://h/api/2.0/mlflow-artifacts/artifacts/1", False),
    ],
)
def test_what_lies_behind_a_tracking_server(source: str, proxied: bool) -> None:
    assert is_proxied(source) is proxied


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("/a/b/", "/a/b"),
        ("file:///a/b", "/a/b"),
        ("file://localhost/a%20b", "/a b"),
        ("FILE:/a", "/a"),
        ("file:///a/%2e%2e/b", None),
        ("/a/../b", None),
        ("file://host/a", None),
        ("a/b", None),
        ("C:\\a\\b", "/C:/a/b"),
        ("file:///C:/a", "/C:/a"),
    ],
)
def test_local_paths(uri: str, path: str | None) -> None:
    assert local_path(uri) == path


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("models:/m-1", ModelsUri("m-1", "", "")),
        ("models:/name/3", ModelsUri(None, "name", "3")),
        ("models:/name/latest", ModelsUri(None, "name", "latest")),
        ("models:/a@b@champion", ModelsUri(None, "a@b", "@champion")),
    ],
)
def test_models_are_named(source: str, named: ModelsUri) -> None:
    assert parse_models_uri(source, split_source(source)) == named


@pytest.mark.parametrize(
    "source", ["models:/", "models:name/1", "models:/a/b/c", "models:/a/ ", "models:/@x", "models:/a@ "]
)
def test_models_that_are_none(source: str) -> None:
    with pytest.raises(InvalidParameter, match="must identify the resource"):
        parse_models_uri(source, split_source(source))


def test_runs_are_named() -> None:
    assert parse_runs_uri("runs:/abc/model/") == ("abc", "model")
    assert parse_runs_uri("runs:/abc") == ("abc", "")
    for source in ("runs:/", "runs:abc/model", "runs://host/abc/model", "runs:"):
        with pytest.raises(InvalidParameter, match="must identify the resource"):
            parse_runs_uri(source)
