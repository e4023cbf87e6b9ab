"""Average kissing numbers by weights on a mesh of sizes."""
