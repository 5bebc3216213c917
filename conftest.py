"""Settings of the tests that hold for all of them."""

from hypothesis import HealthCheck, settings

# Machines are busy and differ: how long an example takes is no test's business.
settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")
