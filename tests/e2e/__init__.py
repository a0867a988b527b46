"""The server as a process, seen through nothing but its REST API."""
