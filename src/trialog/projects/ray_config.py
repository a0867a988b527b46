"""What `--backend-config` says of Ray."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from trialog.errors import InvalidParameter

_MAXIMUM_BYTES: Final = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class RayConfig:
    """Where a command runs, and what it is given.

    Attributes:
        address: Address of a cluster: `auto`, `host:6379` of its head node, or `ray://host:10001` from outside of it;
            None or `local` for a Ray of its own on this machine, which lives as long as the command.
        num_cpus: Cores that are kept free for it.
        num_gpus: Graphics processors that are kept free for it.
        resources: Further resources that the nodes have by the user's own names.
        excludes: Files of the project that are not sent, as in a `.gitignore`, beside those that never are.
        variables: Variables of this process that it gets.
    """

    address: str | None = None
    num_cpus: float = 1
    num_gpus: float = 0
    resources: Mapping[str, float] = field(default_factory=dict)
    excludes: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether a Ray of its own is started on this machine."""
        return self.address in (None, "local")


def read_ray_config(given: str | None) -> RayConfig:
    """Return what is said of Ray.

    Args:
        given: A JSON object, or the path of a file with one; None for a Ray of its own with one core.

    Raises:
        InvalidParameter: It is no such thing (`project.ray_config_invalid`).
    """
    if given is None:
        return RayConfig()
    text = given if given.lstrip().startswith("{") else _read(Path(given))
    try:
        said = json.loads(text)
    except ValueError as error:
        raise _invalid(f"it is no JSON: {error}") from error
    if not isinstance(said, dict):
        raise _invalid("it is no JSON object")
    known = [one.name for one in fields(RayConfig)]
    unknown = sorted(set(said) - set(known))
    if unknown:
        raise _invalid(f"it has the field {unknown[0]!r}; its fields are {', '.join(known)}")
    return RayConfig(
        address=_address(said.get("address")),
        num_cpus=_number(said, "num_cpus", 1),
        num_gpus=_number(said, "num_gpus", 0),
        resources=_resources(said.get("resources")),
        excludes=_texts(said, "excludes"),
        variables=_texts(said, "variables"),
    )


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAXIMUM_BYTES + 1)
        if len(content) > _MAXIMUM_BYTES:
            raise _invalid(f"{path} is larger than {_MAXIMUM_BYTES} bytes")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise _invalid(f"{str(path)!r} cannot be read: {error.strerror}; name a JSON file, or give JSON") from error
    except UnicodeDecodeError as error:
        raise _invalid(f"{path} is no text in UTF-8") from error


def _address(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise _invalid("its address is no text")
    if value.startswith(("http://", "https://")):
        raise _invalid(
            "its address is that of Ray's dashboard; give that of the cluster: auto, host:6379, or ray://host:10001 "
            "from outside of it"
        )
    return value.strip()


def _number(said: Mapping[str, Any], name: str, usual: float) -> float:
    value = said.get(name, usual)
    # JSON of Python knows infinity and NaN, too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise _invalid(f"its {name} is {json.dumps(value)[:50]}, and no number of 0 or more")
    return value


def _resources(value: Any) -> dict[str, float]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _invalid("its resources are no mapping of names to numbers")
    return {name: _number(value, name, 0) for name in value}


def _texts(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = said.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise _invalid(f"its {name} are no list of texts")
    return tuple(value)


def _invalid(fault: str) -> InvalidParameter:
    return InvalidParameter(
        "project.ray_config_invalid", f"The configuration of the backend ray cannot be used: {fault}.", fault=fault
    )
