"""What a client can do with tables among the artifacts of runs."""

import posixpath
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from trialog.entities.limits import MAX_PAGE_ITEMS
from trialog.errors import ResourceNotFound, require
from trialog.sdk.artifact_tables import (
    LOGGED_TABLES_TAG,
    check_table_name,
    joined,
    noted_tables,
    read_table,
    table_content,
    table_of,
    with_table,
    without_images,
)
from trialog.sdk.client_parts.connected import Connected
from trialog.sdk.entities import Run
from trialog.sdk.entities.conversions import run_of
from trialog.sdk.flat_runs import flat_row
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.messages.runs import RunResponse, SearchRunsResponse


class TableClient(Connected):
    """Tables among the artifacts of runs."""

    def log_table(self, run_id: str, data: Any, artifact_file: str) -> None:
        """Send a table as a file; if the file is there, the rows are added to it.

        Images in a column are sent as files of their own, and the table names them.

        Args:
            run_id: The run.
            data: A `pandas.DataFrame`, or a dictionary of columns.
            artifact_file: Path among the artifacts, which ends with `.json` or `.parquet`.
        """
        check_table_name(artifact_file)
        table = without_images(
            table_of(data), artifact_file, lambda image, path: self._artifacts.upload_content(run_id, image, path)
        )
        if self._is_there(run_id, artifact_file):
            table = joined(read_table(self._content(run_id, artifact_file), artifact_file), table)
        self._artifacts.upload_content(run_id, table_content(table, artifact_file), artifact_file)
        self._note(run_id, artifact_file)

    def load_table(
        self,
        experiment_id: str,
        artifact_file: str,
        run_ids: Sequence[str] | None = None,
        extra_columns: Sequence[str] | None = None,
    ) -> Any:
        """Return the tables of one name of an experiment's runs as one `pandas.DataFrame`.

        Args:
            experiment_id: The experiment.
            artifact_file: Path among the artifacts.
            run_ids: Only of these runs.
            extra_columns: What is added of each run, such as `run_id` or `metrics.f1`.

        Raises:
            ResourceNotFound: No run has such a table.
            MissingDependency: pandas is not installed.
        """
        check_table_name(artifact_file)
        pandas = require("pandas", extra="models")
        frames = []
        for run in self._runs_with(experiment_id, artifact_file, run_ids):
            content = BytesIO(self._content(run.info.run_id, artifact_file))
            is_json = artifact_file.endswith(".json")
            frame = pandas.read_json(content, orient="split") if is_json else pandas.read_parquet(content)
            row = flat_row(run)
            for name in extra_columns or ():
                frame[f"{name}_" if name in frame else name] = row.get(name)
            frames.append(frame)
        if not frames:
            raise ResourceNotFound(
                "artifact.not_found",
                f"No run of experiment {experiment_id} has a table {artifact_file!r}.",
                path=artifact_file,
            )
        return pandas.concat(frames, ignore_index=True)

    def _runs_with(self, experiment_id: str, artifact_file: str, run_ids: Sequence[str] | None) -> list[Run]:
        noted = f'%"path"%:%"{artifact_file}",%"type"%:%"table"%'
        conditions = [f"tags.{LOGGED_TABLES_TAG} LIKE '{noted}'"]
        if run_ids:
            conditions.append(f"attributes.run_id IN ({', '.join(repr(run_id) for run_id in run_ids)})")
        answer = self._transport.call(
            "search_runs",
            SearchRunsResponse,
            experiment_ids=[str(experiment_id)],
            filter=" AND ".join(conditions),
            max_results=MAX_PAGE_ITEMS,
        )
        runs = [run_of(message) for message in answer.runs]
        # The pattern takes an underscore for any character.
        return [run for run in runs if artifact_file in noted_tables(run.data.tags.get(LOGGED_TABLES_TAG))]

    def _is_there(self, run_id: str, artifact_file: str) -> bool:
        folder = posixpath.dirname(artifact_file) or None
        return any(file.path == artifact_file for file in self._artifacts.list(run_id, folder))

    def _content(self, run_id: str, artifact_file: str) -> bytes:
        return b"".join(self._artifacts.open(run_id, artifact_file))

    def _note(self, run_id: str, artifact_file: str) -> None:
        """Say in the run's tag that there is a table, if that is not said yet."""
        tags = {tag.key: tag.value for tag in self._transport.call("get_run", RunResponse, run_id=run_id).run.data.tags}
        known = tags.get(LOGGED_TABLES_TAG)
        if artifact_file not in noted_tables(known):
            self._transport.call(
                "set_tag", EmptyResponse, run_id=run_id, key=LOGGED_TABLES_TAG, value=with_table(known, artifact_file)
            )
