"""The places where this suite sees Trialog answer otherwise than MLflow's own server, and means it to.

The suite runs against either: of what it looks at, all that is not named here is the same on both. It does not look at
everything; `docs/guide/differences.md` lists every difference that is known.
"""

from dataclasses import dataclass
from urllib.request import ProxyHandler, build_opener


@dataclass(frozen=True)
class Differences:
    """What a server does where Trialog and MLflow part.

    Attributes:
        keeps_infinity: An infinite metric comes back infinite; MLflow's SQL store clips it to the largest double.
        keeps_negative_zero: A metric of -0.0 keeps its sign; SQLite, and with it MLflow's store, drops it.
        multipart_on_local_disk: Multipart upload works with artifacts on the server's own disk; MLflow answers 501.
        failed_batch_changes_nothing: A refused `log_batch` leaves nothing; MLflow keeps what it wrote before the fault.
        cuts_long_values: A param or tag value over its limit is stored shortened; Trialog refuses it, naming the limit.
        ilike_folds_unicode: ILIKE takes `Ж` and `ж` as equal; MLflow on SQLite folds ASCII letters only.
        labels_name_versions: A version is found by its tag `trialog.label` wherever MLflow takes a number or a stage.
        production_is_guarded: What is in Production is not deleted until it has left, or unless forced.
        relative_sources: A relative path is kept as the source of a version; MLflow refuses it.
        archiving_fault_is_the_callers: Archiving others of a stage that holds many is a wrong request; MLflow fails.
    """

    keeps_infinity: bool
    keeps_negative_zero: bool
    multipart_on_local_disk: bool
    failed_batch_changes_nothing: bool
    cuts_long_values: bool
    ilike_folds_unicode: bool
    labels_name_versions: bool
    production_is_guarded: bool
    relative_sources: bool
    archiving_fault_is_the_callers: bool


TRIALOG = Differences(
    keeps_infinity=True,
    keeps_negative_zero=True,
    multipart_on_local_disk=True,
    failed_batch_changes_nothing=True,
    cuts_long_values=False,
    ilike_folds_unicode=True,
    labels_name_versions=True,
    production_is_guarded=True,
    relative_sources=True,
    archiving_fault_is_the_callers=True,
)
MLFLOW = Differences(
    keeps_infinity=False,
    keeps_negative_zero=False,
    multipart_on_local_disk=False,
    failed_batch_changes_nothing=False,
    cuts_long_values=True,
    ilike_folds_unicode=False,
    labels_name_versions=False,
    production_is_guarded=False,
    relative_sources=False,
    archiving_fault_is_the_callers=False,
)


def differences_of(url: str) -> Differences:
    """Ask the server at `url` which of the two it is: Trialog names itself in the header `Server`."""
    with build_opener(ProxyHandler({})).open(f"{url}/health", timeout=30) as response:
        name: str = response.headers.get("Server", "")
    return TRIALOG if name.startswith("trialog") else MLFLOW
