"""Rules that keep the code small, layered and honest, each in a file of its own."""
