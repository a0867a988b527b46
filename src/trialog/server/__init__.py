"""The composition root: store, artifacts, routes and handlers become one server."""
