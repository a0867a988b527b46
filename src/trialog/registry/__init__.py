"""Rules of the model registry: where versions come from, how they are named, and how stages change."""
