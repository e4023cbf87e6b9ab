"""What bounds for points on spheres share."""
