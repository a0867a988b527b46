"""Serves a model over HTTP: what comes in is held against its signature, what it predicts goes out."""
