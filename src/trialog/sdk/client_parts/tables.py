"""What a client can do with tables among the artifacts of runs."""

import json
import posixpath
import uuid
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import msgspec

from trialog.entities.limits import MAX_PAGE_ITEMS
from trialog.errors import InvalidParameter, ResourceNotFound, require
from trialog.sdk.artifact_images import image_content, is_image, thumbnail
from trialog.sdk.artifact_tables import (
    LOGGED_TABLES_TAG,
    Table,
    check_table_name,
    joined,
    read_table,
    table_content,
    table_of,
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
        table = self._without_images(run_id, table_of(data), artifact_file)
        if self._is_there(run_id, artifact_file):
            table = joined(read_table(self._content(run_id, artifact_file), artifact_file), table)
        self._artifacts.upload_content(run_id, table_content(table, artifact_file), artifact_file)
        self._note(run_id, {"path": artifact_file, "type": "table"})

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
        wanted = {"path": artifact_file, "type": "table"}
        runs = [run_of(message) for message in answer.runs]
        # The pattern takes an underscore for any character.
        return [run for run in runs if wanted in _noted_tables(run.data.tags.get(LOGGED_TABLES_TAG))]

    def _is_there(self, run_id: str, artifact_file: str) -> bool:
        folder = posixpath.dirname(artifact_file) or None
        return any(file.path == artifact_file for file in self._artifacts.list(run_id, folder))

    def _content(self, run_id: str, artifact_file: str) -> bytes:
        return b"".join(self._artifacts.open(run_id, artifact_file))

    def _note(self, run_id: str, noted: dict[str, str]) -> None:
        """Say in the run's tag that there is a table, if that is not said yet."""
        tags = {tag.key: tag.value for tag in self._transport.call("get_run", RunResponse, run_id=run_id).run.data.tags}
        known = _noted_tables(tags.get(LOGGED_TABLES_TAG))
        if noted not in known:
            self._transport.call(
                "set_tag", EmptyResponse, run_id=run_id, key=LOGGED_TABLES_TAG, value=json.dumps([*known, noted])
            )

    def _without_images(self, run_id: str, table: Table, artifact_file: str) -> Table:
        rows = [list(row) for row in table.rows]
        for index, name in enumerate(table.columns):
            images = [is_image(row[index]) for row in rows]
            if not any(images):
                continue
            if not all(images):
                raise InvalidParameter(
                    "artifact.no_table", f"The column {name!r} holds images and something else. Keep them apart."
                )
            for row in rows:
                row[index] = self._sent_image(run_id, row[index], artifact_file)
        return Table(table.columns, rows)

    def _sent_image(self, run_id: str, image: object, artifact_file: str) -> dict[str, str]:
        path = f"table_images/{posixpath.splitext(artifact_file)[0]}/{uuid.uuid4()}"
        self._artifacts.upload_content(run_id, image_content(image, f"{path}.png"), f"{path}.png")
        self._artifacts.upload_content(run_id, thumbnail(image), f"{path}.webp")
        return {"type": "image", "filepath": f"{path}.png", "compressed_filepath": f"{path}.webp"}


def _noted_tables(tag: str | None) -> list[dict[str, str]]:
    try:
        return msgspec.json.decode(tag or "[]", type=list[dict[str, str]])
    except msgspec.DecodeError:
        # Somebody wrote the tag in another way.
        return []
