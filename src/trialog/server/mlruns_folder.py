"""What is different where a server shows MLflow's folder `mlruns/`, which it only reads."""

from typing import Final

from trialog.artifacts import ArtifactRoots, open_artifact_roots
from trialog.artifacts.mlruns import open_mlruns_roots
from trialog.config import Settings
from trialog.entities import Identity, PermissionLevel
from trialog.errors import ConfigurationError
from trialog.store.address import check_folder_of_file
from trialog.store.mlruns import check_folder, mlruns_folder

EVERYBODY_READS: Final = Identity(is_admin=True, scope=PermissionLevel.READ)
"""Who asks where nobody can change anything: sees everything, and is told that she may only read."""


def shows_mlruns(settings: Settings) -> bool:
    """Tell whether the store is a folder of MLflow.

    Args:
        settings: Say where it is.
    """
    return mlruns_folder(settings.backend_store_uri) is not None


def open_roots(settings: Settings) -> ArtifactRoots:
    """Open the artifacts that belong to a store.

    Args:
        settings: Say where it is, and what the operator chose for artifacts.

    Raises:
        ConfigurationError: They cannot be opened.
    """
    destination = settings.artifacts_destination if settings.serve_artifacts else None
    folder = mlruns_folder(settings.backend_store_uri)
    if folder is None and not settings.artifacts_only:
        # Artifacts lie beside the file, and their folder is made with all that it is in.
        check_folder_of_file(settings.backend_store_uri)
    if folder is None or settings.artifacts_only:
        return open_artifact_roots(destination, settings.default_artifact_root)
    # What is wrong with it is said here, not by what serves its files.
    check_folder(folder)
    return open_mlruns_roots(folder, destination, settings.default_artifact_root)


def check_read_only(settings: Settings) -> None:
    """Refuse what a folder that is only read has no place for.

    Args:
        settings: What the operator chose.

    Raises:
        ConfigurationError: She chose such a thing (`settings.contradiction`).
    """
    asked = {
        "--accounts": settings.accounts is True or settings.oidc_issuer is not None,
        "--enable-workspaces": settings.enable_workspaces,
        "--bin-retention-days": settings.bin_retention_days is not None,
    }
    for option, is_asked in asked.items():
        if is_asked:
            raise ConfigurationError(
                "settings.contradiction",
                f"{option} does not go with a --backend-store-uri that is a folder of MLflow, which is only read and"
                " has no place for that; leave one out.",
            )
