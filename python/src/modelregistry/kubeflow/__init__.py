"""Stores over Kubeflow's API alone, for servers that have no other."""
