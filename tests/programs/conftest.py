"""The programs are run by test_programs.py, each in a process of its own; pytest does not look into them."""

collect_ignore_glob = ["exact/*", "seeded/*"]
