"""What is to be run of a project."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

BACKENDS: Final = ("local", "ray")


@dataclass(frozen=True, kw_only=True)
class ProjectRequest:
    """What is to be run.

    Attributes:
        uri: The project: a folder, or a git repository.
        experiment_id: Experiment of the run.
        tracking_uri: Where the run is tracked, as the project is to be told.
        entry_point: What is run of it.
        version: Commit, branch or tag of a git repository.
        parameters: Parameters by name.
        backend: Where it runs, one of `BACKENDS`.
        backend_config: What the backend is told: a path of a JSON file, or JSON.
        storage_dir: Folder that keeps what is fetched for parameters; a new one that is removed if None.
        run_id: A run to go on with, in place of a new one.
        run_name: Name of the run.
        parent_run_id: Run that it is a part of.
        env_manager: What makes its environment; as the project says if None.
        variables: Variables that it gets beside those of this process.
    """

    uri: str
    experiment_id: str
    tracking_uri: str
    entry_point: str = "main"
    version: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    backend: str = "local"
    backend_config: str | None = None
    storage_dir: str | None = None
    run_id: str | None = None
    run_name: str | None = None
    parent_run_id: str | None = None
    env_manager: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
