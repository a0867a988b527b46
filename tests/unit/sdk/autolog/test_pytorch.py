"""What Lightning trains is logged by itself."""

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

import trialog
import trialog.pytorch
from tests.unit.sdk.autolog.conftest import Logged

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: what Lightning trains cannot be tried out")
lightning: Any = pytest.importorskip(
    "lightning.pytorch", reason="Lightning is not installed: what it trains cannot be tried out"
)
# Of the libraries about how they are run here, none about what is logged.
pytestmark = pytest.mark.filterwarnings("ignore")


class Line(lightning.LightningModule):  # type: ignore[misc]  # of a library that may not be there
    def __init__(self, width: int = 1) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(width, 1)

    def training_step(self, batch: Any, _: int) -> Any:
        loss = ((self.layer(batch[0]) - batch[1]) ** 2).mean()
        self.log("loss", loss, on_step=False, on_epoch=True)
        return loss

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=0.1)


def trainer(folder: Path, *callbacks: Any) -> Any:
    return lightning.Trainer(
        max_epochs=3,
        accelerator="cpu",
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
        default_root_dir=folder,
        callbacks=list(callbacks),
    )


def data() -> Any:
    places = torch.linspace(-1, 1, 32)[:, None]
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(places, 2 * places), batch_size=16)


def test_each_epoch_is_logged_and_the_trainer_is_as_it_was(logged: Logged, tmp_path: Path) -> None:
    trialog.pytorch.autolog()
    fitting, model = trainer(tmp_path), Line()
    before = copy.copy(fitting.callbacks)
    fitting.fit(model, data())
    run = logged.run()
    assert run.info.status == "FINISHED"
    assert (run.data.params["optimizer_name"], run.data.params["lr"], run.data.params["width"]) == ("SGD", "0.1", "1")
    assert run.data.params["epochs"] == "3"
    points = logged.client.get_metric_history(run.info.run_id, "loss")
    assert [point.step for point in points] == [0, 1, 2]
    assert points[-1].value == pytest.approx(float(fitting.callback_metrics["loss"]))
    assert fitting.callbacks == before
    [model_logged] = trialog.search_logged_models([logged.experiment_id], output_format="list")
    loaded = trialog.pytorch.load_model(model_logged.model_uri, allow_pickle=True)
    assert torch.equal(loaded.layer.weight, model.layer.weight)


def test_what_is_put_into_a_trainer_can_go_to_another_process(logged: Logged, tmp_path: Path) -> None:
    class Look(lightning.Callback):  # type: ignore[misc]  # as above
        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            del pl_module
            pickle.loads(pickle.dumps([other for other in trainer.callbacks if other is not self]))  # noqa: S301  our own

    trialog.pytorch.autolog(log_models=False)
    trainer(tmp_path, Look()).fit(Line(), data())
    assert logged.run().info.status == "FINISHED"


def test_disable_gives_fit_back(logged: Logged) -> None:
    before = lightning.Trainer.fit
    trialog.autolog()
    assert lightning.Trainer.fit is not before
    trialog.autolog(disable=True)
    assert lightning.Trainer.fit is before
    assert logged.runs() == []
