"""The bin of a store that the command opens itself, beside a server that may have it open too."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from trialog.artifacts import ArtifactRoots, configured_folder, open_artifact_roots
from trialog.cli.opened_store import opened_store
from trialog.config import Settings
from trialog.contracts import BinStore
from trialog.entities import DEFAULT_WORKSPACE
from trialog.entities.bin import BinContent, BinSelection
from trialog.errors import ConfigurationError
from trialog.retention import RemovalReport, continue_removal, deleted_before, remove_for_good, weigh_artifacts

Answer = TypeVar("Answer")
OnProgress = Callable[[RemovalReport], None]

# A server that has the same file open must have its turn: who waits for a file looks again after some milliseconds.
_PAUSE_SECONDS: Final = 0.01
# While a server removes from the same store.
_WAIT_SECONDS: Final = 1.0


class OpenedBin:
    """The bin of a store that this process opens.

    Args:
        settings: Where store and artifacts are.
        keeps_artifacts: Whether the files of artifacts are left.
        workspace: Of which workspace the bin is; None for those of all.
    """

    def __init__(self, settings: Settings, *, keeps_artifacts: bool, workspace: str | None = DEFAULT_WORKSPACE) -> None:
        self._settings = settings
        self._workspace = workspace
        self._keeps_artifacts = keeps_artifacts

    def look(
        self, selection: BinSelection, older_than_seconds: int | None, *, count_artifacts: bool = False
    ) -> BinContent:
        """Say what is in the bin.

        Raises:
            ConfigurationError: There is no store.
        """
        aged = _aged(selection, older_than_seconds)
        return self._run(lambda bin_: self._look(bin_, aged, count_artifacts=count_artifacts))

    def remove_for_good(
        self, selection: BinSelection, older_than_seconds: int | None, on_progress: OnProgress
    ) -> RemovalReport:
        """Remove for good until it is done.

        Raises:
            ConfigurationError: There is no store, or the folder of its artifacts is not there.
        """
        return self._run(lambda bin_: self._remove(bin_, _aged(selection, older_than_seconds), on_progress))

    async def _look(self, bin_: BinStore, selection: BinSelection, *, count_artifacts: bool) -> BinContent:
        content = await bin_.look(selection)
        if not count_artifacts or self._missing_folder() is not None:
            return content
        roots = self._roots()
        try:
            weight = await weigh_artifacts(bin_, roots, selection)
        finally:
            await roots.close()
        return replace(content, artifact_bytes=weight.bytes, all_artifacts_counted=weight.is_complete)

    def _roots(self) -> ArtifactRoots:
        if self._keeps_artifacts:
            return ArtifactRoots(None)
        return open_artifact_roots(self._settings.artifacts_destination, self._settings.default_artifact_root)

    async def _remove(self, bin_: BinStore, selection: BinSelection, on_progress: OnProgress) -> RemovalReport:
        self._check_folders()
        roots = self._roots()
        try:
            report = RemovalReport(is_elsewhere=True)
            while report.is_elsewhere:
                report = (
                    await continue_removal(bin_, roots, pause_seconds=_PAUSE_SECONDS, on_progress=on_progress)
                    if report.is_begun
                    else await remove_for_good(
                        bin_, roots, selection, pause_seconds=_PAUSE_SECONDS, on_progress=on_progress
                    )
                )
                if report.is_elsewhere:
                    await asyncio.sleep(_WAIT_SECONDS)
            return report
        finally:
            await roots.close()

    def _check_folders(self) -> None:
        """Refuse to go on with an empty folder where the artifacts are not: all of them would be left for ever."""
        folder = None if self._keeps_artifacts else self._missing_folder()
        if folder is not None:
            raise ConfigurationError(
                "gc.no_artifacts",
                f"There is no folder of artifacts at {folder}. Name the one that the server uses with"
                " --artifacts-destination, or give --keep-artifacts to leave all files where they are.",
                place=str(folder),
            )

    def _missing_folder(self) -> Path | None:
        for location in (self._settings.artifacts_destination, self._settings.default_artifact_root):
            folder = configured_folder(location)
            if folder is not None and not folder.is_dir():
                return folder
        return None

    def _run(self, work: Callable[[BinStore], Coroutine[Any, Any, Answer]]) -> Answer:
        async def opened() -> Answer:
            async with opened_store(self._settings) as store:
                if self._workspace is None:
                    return await work(store.every_bin)
                workspace = await store.workspaces.get(self._workspace)
                return await work(store.in_workspace(workspace.name).bin)

        return asyncio.run(opened())


def _aged(selection: BinSelection, older_than_seconds: int | None) -> BinSelection:
    return BinSelection(
        selection.run_ids,
        selection.experiment_ids,
        selection.logged_model_ids,
        deleted_before(older_than_seconds),
    )
