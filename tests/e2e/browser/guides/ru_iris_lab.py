"""The laboratory work of a Russian student: logistic regression on irises, twice, and once with a mistake in it."""

import sys

import matplotlib.pyplot as plt
import mlflow
import mlflow.sklearn
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score
from sklearn.model_selection import train_test_split

# The report sets these; the last one is what its program fails with.
TRIALS = (
    {"solver": "lbfgs", "max_iter": 1000, "random_state": 42},
    {"solver": "newton-cg", "max_iter": 1050, "random_state": 42},
    {"solver": "lbfgs", "max_iter": 1000, "multi_class": "auto", "random_state": 42, "no_such_parameter": 1},
)


def main() -> None:
    """Do the work as the report has it."""
    mlflow.set_experiment("Iris_Classification_Baseline")
    iris = load_iris()
    x_train, x_test, y_train, y_test = train_test_split(iris.data, iris.target, test_size=0.2, random_state=42)
    for params in TRIALS:
        try:
            train(params, x_train, x_test, y_train, y_test)
        except TypeError as error:
            sys.stderr.write(f"The program failed: {error}\n")


def train(params, x_train, x_test, y_train, y_test) -> None:  # type: ignore[no-untyped-def]  # arrays of a library without types
    """Log one run."""
    with mlflow.start_run():
        mlflow.log_params(params)
        model = LogisticRegression(**params)
        model.fit(x_train, y_train)
        y_pred = model.predict(x_test)
        values = {
            "accuracy": accuracy_score(y_test, y_pred),
            "precision": precision_score(y_test, y_pred, average="weighted"),
            "recall": recall_score(y_test, y_pred, average="weighted"),
            "f1_score": f1_score(y_test, y_pred, average="weighted"),
        }
        for key, value in values.items():
            mlflow.log_metric(key, value)
        mlflow.sklearn.log_model(model, name="model", input_example=x_train[:2], pip_requirements=["scikit-learn"])
        figure, axes = plt.subplots()
        axes.bar(list(values), list(values.values()))
        axes.set_title("Model Performance Metrics")
        figure.savefig("metrics_plot.png")
        plt.close(figure)
        mlflow.log_artifact("metrics_plot.png")


if __name__ == "__main__":
    main()
