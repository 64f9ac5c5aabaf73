"""A solution for each exercise, how it is derived, and the mistakes that are often made with their hints."""
