"""What is fetched for a model, where files of a run that are no model will do as well."""

from pathlib import Path

import pytest

import trialog
from trialog.errors import ResourceNotFound
from trialog.sdk.model_fetching import fetched


def test_files_of_a_run_that_are_no_model_are_fetched_where_they_will_do(tracked: str, tmp_path: Path) -> None:
    (tmp_path / "state_dict.pth").write_bytes(b"weights")
    with trialog.start_run() as run:
        trialog.log_artifacts(str(tmp_path), "weights")
    uri = f"runs:/{run.info.run_id}/weights"
    with fetched(uri, takes_files=True) as folder:
        assert (folder / "state_dict.pth").read_bytes() == b"weights"
    with pytest.raises(ResourceNotFound, match="has no model 'weights'"), fetched(uri):
        pass
    with pytest.raises(ResourceNotFound, match="other"), fetched(f"runs:/{run.info.run_id}/other", takes_files=True):
        pass
