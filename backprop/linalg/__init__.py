"""Rules of linear algebra on one matrix: the values of ``backprop.linalg`` and, beside them, their pullbacks."""
