"""MLflow's folder `mlruns/` as a store: read as it is, never written, with all the speed of an index."""

from trialog.store.mlruns.address import check_folder, mlruns_folder
from trialog.store.mlruns.opening import MlrunsStore, open_mlruns

__all__ = ["MlrunsStore", "check_folder", "mlruns_folder", "open_mlruns"]
