"""MLflow's own REST stores, with the address, the credentials and the author of the settings."""
