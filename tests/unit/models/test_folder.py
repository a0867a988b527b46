"""The file `MLmodel` of a folder, written by whoever."""

from pathlib import Path

import pytest

from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.models import infer_signature
from trialog.models.folder import ModelMetadata, inside, to_yaml


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    shared = ["a.B"]
    metadata = ModelMetadata(
        flavors={"sklearn": {"types": shared, "code": None}, "other": {"types": shared}},
        signature=infer_signature({"a": [1.5]}, [1], {"p": 1}),
        run_id="r",
        model_id="m-1",
        metadata={"note": "заметка", "n": 1},
        model_size_bytes=7,
    )
    metadata.save(tmp_path)
    read = ModelMetadata.load(tmp_path)
    assert read == metadata
    # An anchor would be refused by whoever reads files of others.
    assert "&" not in (tmp_path / "MLmodel").read_text(encoding="utf-8")


def test_fields_of_others_are_kept(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}\nenv_vars: [A]\nutc_time_created: 2020-01-01\n", encoding="utf-8")
    read = ModelMetadata.load(tmp_path)
    assert read.to_dict()["env_vars"] == ["A"]
    assert (read.mlflow_version, read.utc_time_created) == (None, "2020-01-01")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xff\xfe", "no YAML"),
        (b"a: [", "no YAML"),
        (b"- 1", "no mapping"),
        (b"a: &x 1\nb: *x", "anchors"),
        (b"a: !!python/object/apply:os.system ['true']", "no YAML"),
        (b"a: " + b"[" * 200 + b"]" * 200, "nested too deeply"),
        (b"a: " + b"x" * 2_000_000, "larger than"),
        (b"flavors: 1", "flavors is 1 and no mapping"),
        (b"flavors: {sklearn: 1}", "the flavor 'sklearn' is 1"),
        (b"run_id: [1]", "run_id is"),
        (b"signature: {inputs: '[{}]'}", "is no type"),
    ],
)
def test_a_broken_or_hostile_file_is_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "MLmodel").write_bytes(content)
    with pytest.raises(InvalidParameter, match=fault):
        ModelMetadata.load(tmp_path)


def test_a_folder_without_the_file_holds_no_model(tmp_path: Path) -> None:
    with pytest.raises(ResourceNotFound, match="There is no model at"):
        ModelMetadata.load(tmp_path)
    with pytest.raises(ResourceNotFound, match="There is no model at"):
        ModelMetadata.load(tmp_path / "nothing")


@pytest.mark.parametrize("named", ["../x", "/etc/passwd", "a/../../x", "C:\\x", "..\\x", None, 1])
def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path: Path, named: object) -> None:
    with pytest.raises(InvalidParameter, match="no path within the model"):
        inside(tmp_path, named)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    (tmp_path / "model").mkdir()
    try:
        (tmp_path / "model" / "x").symlink_to(tmp_path / "secret")
    except OSError:
        pytest.skip("this account may not make links")
    with pytest.raises(InvalidParameter, match="leads out of its folder"):
        inside(tmp_path / "model", "x")


def test_what_yaml_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="cannot be described"):
        to_yaml({"a": object()})
