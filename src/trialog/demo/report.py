"""What the demo shows: the runs it finds through search, the best of them, and the comparison."""

from mlflow import MlflowClient
from rich.console import Console
from rich.table import Table

from trialog.demo.records import RunRecord
from trialog.demo.verify import Comparison

_COLUMNS = ("learning_rate", "max_depth", "roc_auc", "accuracy", "f1")


def show_runs(console: Console, client: MlflowClient, records: list[RunRecord]) -> None:
    """Search the runs of the grid, best first, and print them.

    Args:
        console: Where to print.
        client: Client of the server.
        records: What was logged; the parent of the grid is among it.
    """
    parent = next(record for record in records if "best_run_id" in record.tags)
    experiment = client.get_run(parent.run_id).info.experiment_id
    runs = client.search_runs(
        [experiment], f"tags.mlflow.parentRunId = '{parent.run_id}'", order_by=["metrics.roc_auc DESC"]
    )
    table = Table("run", *_COLUMNS, title="The grid, as search gives it: order_by metrics.roc_auc DESC")
    for run in runs:
        values = [run.data.params[key] for key in _COLUMNS[:2]] + [
            f"{run.data.metrics[key]:.4f}" for key in _COLUMNS[2:]
        ]
        table.add_row(str(run.info.run_name), *values, style="bold green" if run is runs[0] else "")
    console.print(table)
    best = runs[0]
    console.print(f"Best run: {best.info.run_name} ({best.info.run_id}), roc_auc {best.data.metrics['roc_auc']:.4f}")


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Print how much was compared and what differed."""
    counted = ", ".join(f"{count} {kind}" for kind, count in comparison.counts.items())
    if not comparison.differences:
        console.print(f"Read back and compared: {counted}. Everything equals what was logged.", style="green")
        return
    console.print(f"Read back and compared: {counted}. {len(comparison.differences)} differ:", style="bold red")
    for difference in comparison.differences:
        console.print(f"  {difference}", markup=False)
