"""Commands of readiness: doctor, provisioning, backup."""
