"""What a client can do, noun by noun."""
