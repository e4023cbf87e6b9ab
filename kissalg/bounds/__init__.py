"""One module per theorem: the parameters of the user become an exact model."""
