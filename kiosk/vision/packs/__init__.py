"""Packs of models: their manifests, weights and calibrations."""
