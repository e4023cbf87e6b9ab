"""What bounds for packings of balls share."""
