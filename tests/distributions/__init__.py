"""Tests of ``backprop.distributions``."""
