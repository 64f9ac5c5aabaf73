"""The playground: what it answers, what it refuses, and how its page behaves."""
