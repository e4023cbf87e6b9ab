"""What theorems share: rings, fields, cones, enclosures, and the notation of claims."""
