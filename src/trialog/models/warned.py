"""What is said of a model that is saved or loaded all the same."""


class ModelWarning(UserWarning):
    """A model is not saved or loaded quite as one might expect."""
