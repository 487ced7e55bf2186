"""What the installed client speaks; the facts on the wire are asked of the same prefix."""

import pytest
from model_registry import ModelRegistry

SPEAKS_EXPERIMENTS = hasattr(ModelRegistry, "start_experiment_run")
# The releases that dropped experiments from the client are those that moved to v1, which has none.
PREFIX = "/api/model_registry/v1alpha3" if SPEAKS_EXPERIMENTS else "/api/model_registry/v1"

needs_experiments = pytest.mark.skipif(not SPEAKS_EXPERIMENTS, reason="v1 has no experiments")
needs_v1 = pytest.mark.skipif(SPEAKS_EXPERIMENTS, reason="v1alpha3 does otherwise")
