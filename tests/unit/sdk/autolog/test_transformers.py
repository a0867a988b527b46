"""What the trainer of transformers trains is logged by itself."""

from pathlib import Path
from typing import Any

import pytest

import trialog
from tests.unit.sdk.autolog.conftest import Logged

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: transformers cannot be tried out")
pytest.importorskip("accelerate", reason="accelerate is not installed: the trainer cannot be tried out")
transformers: Any = pytest.importorskip("transformers", reason="transformers is not installed: it cannot be tried out")
# Of the libraries about themselves, none about what is logged.
pytestmark = pytest.mark.filterwarnings("ignore")


def trainer(folder: Path) -> Any:
    config = transformers.BertConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8
    )
    words = [{"input_ids": torch.tensor([1, 2, 3]), "labels": torch.tensor(place % 2)} for place in range(8)]
    return transformers.Trainer(
        model=transformers.BertForSequenceClassification(config),
        args=transformers.TrainingArguments(
            output_dir=str(folder),
            max_steps=4,
            logging_steps=1,
            per_device_train_batch_size=2,
            report_to=[],
            save_strategy="no",
            use_cpu=True,
            disable_tqdm=True,
        ),
        train_dataset=words,
    )


def test_what_the_trainer_tells_is_logged(logged: Logged, tmp_path: Path) -> None:
    trialog.autolog()
    made = trainer(tmp_path)
    before = list(made.callback_handler.callbacks)
    outcome = made.train()
    run = logged.run()
    assert run.info.status == "FINISHED"
    assert (run.data.params["max_steps"], run.data.params["hidden_size"]) == ("4", "8")
    points = logged.client.get_metric_history(run.info.run_id, "loss")
    assert [point.step for point in points] == [1, 2, 3, 4]
    assert [point.value for point in points] == [said["loss"] for said in made.state.log_history if "loss" in said]
    assert run.data.metrics["train_loss"] == outcome.training_loss
    assert made.callback_handler.callbacks == before


def test_disable_gives_train_back(logged: Logged) -> None:
    before = transformers.Trainer.train
    trialog.autolog()
    assert transformers.Trainer.train is not before
    trialog.autolog(disable=True)
    assert transformers.Trainer.train is before
    assert logged.runs() == []
