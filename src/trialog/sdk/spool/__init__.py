"""What a training logs, kept in files of its own process until the server has it."""
