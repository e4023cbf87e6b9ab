"""What families of theorems share."""
