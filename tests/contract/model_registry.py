"""What a store promises about a model registry, as plain lists and dictionaries."""

from dataclasses import dataclass, field

from trialog.entities import ModelStage
from trialog.errors import Conflict, InvalidParameter, ResourceAlreadyExists, ResourceNotFound, TrialogError

MoveTold = tuple[str, int | None, str | None, str | None, str | None, int | None]
"""Name, version, alias, stage before, stage after, version before."""


@dataclass
class PlainModel:
    """One registered model."""

    name: str
    stages: dict[int, ModelStage] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)
    last_version: int = 0
    moves: list[tuple[int, MoveTold]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    lives: bool = True

    def inside(self, stage: ModelStage) -> list[int]:
        """Versions in a stage, newest number first."""
        return sorted((version for version, its in self.stages.items() if its is stage), reverse=True)


def not_found() -> TrialogError:
    """The error for a model or version that is not there."""
    return ResourceNotFound("plain.not_found", "It is not there.")


@dataclass
class PlainRegistry:
    """Registered models by name, those that are gone, and all moves in order."""

    models: list[PlainModel] = field(default_factory=list)
    count: int = 0

    def find(self, name: str) -> PlainModel:
        """Return the model that has a name.

        Raises:
            ResourceNotFound: None has.
        """
        for model in self.models:
            if model.lives and model.name == name:
                return model
        raise not_found()

    def names(self) -> list[str]:
        """Names of all models that are there."""
        return sorted(model.name for model in self.models if model.lives)

    def has(self, name: str, version: int) -> bool:
        """Tell whether a version is there."""
        return any(model.lives and model.name == name and version in model.stages for model in self.models)

    def create(self, name: str) -> None:
        """Register a name."""
        self._check_free(name)
        self.models.append(PlainModel(name, names={name}))

    def rename(self, name: str, new_name: str) -> None:
        """Give a model another name."""
        model = self.find(name)
        if new_name != name:
            self._check_free(new_name)
        model.name = new_name
        model.names.add(new_name)

    def delete(self, name: str, *, force: bool) -> None:
        """Remove a model."""
        model = self.find(name)
        self._check_unused(model, list(model.stages), force=force)
        self._remove(model, sorted(model.stages))
        model.lives = False

    def create_version(self, name: str, label: str | None) -> int:
        """Register a version and return its number."""
        model = self.find(name)
        if label is not None and label in model.labels.values():
            raise ResourceAlreadyExists("plain.taken", "The label is taken.")
        model.last_version += 1
        model.stages[model.last_version] = ModelStage.NONE
        if label is not None:
            model.labels[model.last_version] = label
        return model.last_version

    def delete_version(self, name: str, version: int, *, force: bool) -> None:
        """Remove a version."""
        model = self._with(name, version)
        self._check_unused(model, [version], force=force)
        self._remove(model, [version])

    def set_label(self, name: str, version: int, label: str | None) -> None:
        """Give a version a label, or take it away."""
        model = self._with(name, version)
        if label is None:
            model.labels.pop(version, None)
            return
        if label in model.labels.values() and model.labels.get(version) != label:
            raise ResourceAlreadyExists("plain.taken", "The label is taken.")
        model.labels[version] = label

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """Give an alias to a version."""
        model = self._with(name, version)
        before = model.aliases.get(alias)
        if before != version:
            model.aliases[alias] = version
            self._note(model, version, alias, None, None, before)

    def delete_alias(self, name: str, alias: str) -> None:
        """Take an alias away."""
        model = self.find(name)
        before = model.aliases.pop(alias, None)
        if before is not None:
            self._note(model, None, alias, None, None, before)

    def change_stage(self, name: str, version: int, stage: ModelStage, *, archive: bool, stale: bool) -> None:
        """Move a version into a stage.

        Args:
            name: Name of the model.
            version: The version.
            stage: Where it goes.
            archive: Whether all others leave that stage.
            stale: Whether the caller knows an earlier state of the stage.
        """
        if archive and stage not in {ModelStage.STAGING, ModelStage.PRODUCTION}:
            raise InvalidParameter("plain.archive", "Nothing is archived from there.")
        model = self._with(name, version)
        others = sorted(set(model.inside(stage)) - {version}) if archive else []
        if model.stages[version] is stage and not others:
            return
        if stale:
            raise Conflict("plain.stale", "The stage has moved.")
        if model.stages[version] is not stage:
            self._note(model, version, None, model.stages[version], stage, None)
            model.stages[version] = stage
        for other in others:
            self._note(model, other, None, stage, ModelStage.ARCHIVED, None)
            model.stages[other] = ModelStage.ARCHIVED

    def seen(self, name: str, stage: ModelStage) -> int:
        """How many moves touched a stage of a model."""
        return sum(stage in told[3:5] for _, told in self.find(name).moves)

    def history(self, name: str) -> list[MoveTold]:
        """Moves of the model that has a name and of those that had it and are gone; of others those under this name.

        Raises:
            ResourceNotFound: No model has or had the name.
        """
        bearers = [model for model in self.models if name in model.names]
        if not bearers:
            raise not_found()
        found = [
            each
            for model in bearers
            for each in model.moves
            if not model.lives or model.name == name or each[1][0] == name
        ]
        return [told for _, told in sorted(found, reverse=True)]

    def occupants(self) -> dict[tuple[str, ModelStage], list[int]]:
        """What is in each stage but None, of every model that lives."""
        return {
            (model.name, stage): model.inside(stage)
            for model in self.models
            if model.lives
            for stage in ModelStage
            if stage is not ModelStage.NONE
        }

    def _with(self, name: str, version: int) -> PlainModel:
        model = self.find(name)
        if version not in model.stages:
            raise not_found()
        return model

    def _check_free(self, name: str) -> None:
        if any(model.lives and model.name == name for model in self.models):
            raise ResourceAlreadyExists("plain.taken", "The name is taken.")

    def _check_unused(self, model: PlainModel, versions: list[int], *, force: bool) -> None:
        if not force and any(model.stages[version] is ModelStage.PRODUCTION for version in versions):
            raise Conflict("plain.used", "It is in Production.")

    def _remove(self, model: PlainModel, versions: list[int]) -> None:
        for version in versions:
            if model.stages[version] is not ModelStage.NONE:
                self._note(model, version, None, model.stages[version], None, None)
        for alias in sorted(model.aliases):
            if model.aliases[alias] in versions:
                self._note(model, None, alias, None, None, model.aliases[alias])
        model.aliases = {alias: version for alias, version in model.aliases.items() if version not in versions}
        for version in versions:
            del model.stages[version]
            model.labels.pop(version, None)

    def _note(
        self,
        model: PlainModel,
        version: int | None,
        alias: str | None,
        from_stage: ModelStage | None,
        to_stage: ModelStage | None,
        from_version: int | None,
    ) -> None:
        self.count += 1
        model.moves.append((self.count, (model.name, version, alias, from_stage, to_stage, from_version)))
