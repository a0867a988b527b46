"""One look at a folder: what of it is not as it is remembered, and what is gone."""

from collections.abc import Iterable, Iterator, Mapping

from trialog.store.mlruns.index_tables import Known
from trialog.store.mlruns.left_out import Notes, Reason
from trialog.store.mlruns.reading import Changed
from trialog.store.mlruns.units import (
    Kind,
    Unit,
    find_experiments,
    find_in_experiment,
    find_registered_models,
    look_closely,
    look_quickly,
)


class Look:
    """One look at a folder. All its methods block.

    Args:
        root: The folder.
        known: What is remembered, by key; what is written while the look goes on is found in it too.
        thorough: Whether the files of runs that have ended are looked at one by one.

    Attributes:
        notes: What cannot be served and belongs to no run, experiment or model.
    """

    def __init__(self, root: str, known: Mapping[str, Known], *, thorough: bool) -> None:
        self.notes = Notes()
        self._root = root
        self._known = known
        self._thorough = thorough
        self._seen: set[str] = set()
        self._unlisted: list[str] = []
        self._experiments: list[Unit] = []

    def begin(self) -> list[tuple[str, Kind]]:
        """Find the experiments, and return those that are gone with all that was in them, as `gone` does.

        Names and ids that they had are free for what came in their place.

        Raises:
            OSError: The folder cannot be looked through.
        """
        found = find_experiments(self._root)
        self.notes = found.notes
        self._experiments = found.found
        there = {unit.key for unit in found.found}
        return _inner_first(
            (key, known.kind)
            for key, known in self._known.items()
            if known.kind is not Kind.REGISTERED_MODEL and key.partition("/")[0] not in there
        )

    def experiments(self) -> Iterator[Changed]:
        """Return the experiments that changed."""
        for unit in self._experiments:
            yield from self._changed(unit)

    def contents(self, kind: Kind) -> Iterator[Changed]:
        """Return what changed in the experiments that can be served, after these were written.

        Args:
            kind: Runs, or logged models: their points belong to runs.
        """
        for experiment in self._experiments:
            known = self._known.get(experiment.key)
            is_first = kind is Kind.RUN
            try:
                if known is None or not known.is_served:
                    if is_first:
                        self._note_lost(experiment)
                    continue
                # Noted once, whatever is looked for.
                for unit in find_in_experiment(experiment, self.notes if is_first else Notes()):
                    if unit.kind is kind:
                        yield from self._changed(unit)
            except FileNotFoundError:
                continue  # it was moved between the two looks; the next one finds it
            except OSError as error:
                self._cannot_list(experiment.shown, f"{experiment.key}/", error)

    def registered_models(self) -> Iterator[Changed]:
        """Return the registered models that changed."""
        try:
            for unit in find_registered_models(self._root, self.notes):
                yield from self._changed(unit)
        except OSError as error:
            self._cannot_list("models", "models/", error)

    def gone(self) -> list[tuple[str, Kind]]:
        """Return what is remembered and was not seen, what stands in something else first."""
        return _inner_first(
            (key, known.kind)
            for key, known in self._known.items()
            if key not in self._seen and not any(key.startswith(beginning) for beginning in self._unlisted)
        )

    def _changed(self, unit: Unit) -> Iterator[Changed]:
        self._seen.add(unit.key)
        before = self._known.get(unit.key)
        quick = b""
        if unit.kind in (Kind.RUN, Kind.LOGGED_MODEL):
            quick = look_quickly(unit)
            if before and before.is_finished and before.digest and before.quick == quick and not self._thorough:
                return
        snapshot = look_closely(unit)
        if before is None or not before.digest or before.digest != snapshot.digest:
            yield Changed(unit, quick, snapshot)

    def _note_lost(self, experiment: Unit) -> None:
        """Note how much is left out with an experiment that cannot be served."""
        count = sum(1 for unit in find_in_experiment(experiment, Notes()) if unit.kind is Kind.RUN)
        if count:
            self.notes.add(Reason.NO_EXPERIMENT, f"{experiment.shown}/*", f"{count} runs", count)

    def _cannot_list(self, shown: str, beginning: str, error: OSError) -> None:
        self.notes.add(Reason.UNREADABLE, shown, error.strerror or "")
        # What is not seen now need not be gone.
        self._unlisted.append(beginning)


def _inner_first(gone: Iterable[tuple[str, Kind]]) -> list[tuple[str, Kind]]:
    order = list(Kind)
    return sorted(gone, key=lambda one: order.index(one[1]), reverse=True)
