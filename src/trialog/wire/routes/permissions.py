"""MLflow's routes of what users are permitted: those of 3.x, and those of 2.x."""

from msgspec import Struct

from trialog.wire.messages import permissions
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.routes.route import MLFLOW, Route, read, write
from trialog.wire.routes.target import EXPERIMENT, MEMBER, OWN_ACCOUNT, REGISTERED_MODEL, RESOURCE, Permission, Target

_USERS = "/api/3.0/mlflow/users"
_GRANTS = f"{_USERS}/permissions"
_MANAGE = Permission.MANAGE


def _of_type(
    noun: str,
    path: str,
    target: Target,
    requests: tuple[type[Struct], type[Struct], type[Struct], type[Struct]],
    response: type[Struct],
) -> tuple[Route, ...]:
    """Return the four routes of 2.x for one type of thing, which all take managing the thing."""
    create, get, update, delete = requests
    return (
        write(f"create_{noun}", f"{path}/create", create, target, response=response, permission=_MANAGE),
        Route(f"get_{noun}", "GET", f"{path}/get", get, response, _MANAGE, (target,)),
        write(f"update_{noun}", f"{path}/update", update, target, method="PATCH", permission=_MANAGE),
        write(f"delete_{noun}", f"{path}/delete", delete, target, method="DELETE", permission=_MANAGE),
    )


PERMISSION_ROUTES: tuple[Route, ...] = (
    read(
        "list_current_user_permissions",
        f"{_USERS}/current/permissions",
        permissions.ListCurrentUserPermissions,
        permissions.UserPermissionsResponse,
        OWN_ACCOUNT,
    ),
    read(
        "list_user_permissions",
        f"{_GRANTS}/list",
        permissions.ListUserPermissions,
        permissions.UserPermissionsResponse,
        MEMBER,
    ),
    read(
        "get_user_permission",
        f"{_GRANTS}/get",
        permissions.GetUserPermission,
        permissions.UserPermissionResponse,
        MEMBER,
    ),
    write(
        "grant_user_permission",
        f"{_GRANTS}/grant",
        permissions.GrantUserPermission,
        RESOURCE,
        response=EmptyResponse,
        permission=_MANAGE,
    ),
    write(
        "revoke_user_permission",
        f"{_GRANTS}/revoke",
        permissions.RevokeUserPermission,
        RESOURCE,
        response=EmptyResponse,
        permission=_MANAGE,
    ),
    *_of_type(
        "experiment_permission",
        f"{MLFLOW}/experiments/permissions",
        EXPERIMENT,
        (
            permissions.CreateExperimentPermission,
            permissions.GetExperimentPermission,
            permissions.UpdateExperimentPermission,
            permissions.DeleteExperimentPermission,
        ),
        permissions.ExperimentPermissionResponse,
    ),
    *_of_type(
        "registered_model_permission",
        f"{MLFLOW}/registered-models/permissions",
        REGISTERED_MODEL,
        (
            permissions.CreateRegisteredModelPermission,
            permissions.GetRegisteredModelPermission,
            permissions.UpdateRegisteredModelPermission,
            permissions.DeleteRegisteredModelPermission,
        ),
        permissions.RegisteredModelPermissionResponse,
    ),
)
