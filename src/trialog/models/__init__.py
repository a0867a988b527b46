"""Model folders as MLflow writes and reads them."""
