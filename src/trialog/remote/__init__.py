"""Another server, asked over HTTP: how it is found and spoken with, and its data as a `Store`."""
