"""A client of a server for each noun, on the standard library's HTTP alone."""
