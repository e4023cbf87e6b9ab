"""Settings of the whole suite: Hypothesis profiles, chosen by the variable HYPOTHESIS_PROFILE (fast, ci, thorough)."""

import os

from hypothesis import HealthCheck, settings

# No deadline: an example that builds a certificate takes longer than one that adds two polynomials, and slow machines
# are not bugs. No too_slow for the same reason.
settings.register_profile("fast", max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
