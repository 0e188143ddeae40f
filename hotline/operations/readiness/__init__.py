"""Use cases of readiness: doctor, provisioning, backup."""
