"""What programs ask of graphics cards before they use one: there is none."""

__all__ = ["device_count", "empty_cache", "is_available", "manual_seed", "manual_seed_all", "synchronize"]


def is_available() -> bool:
    """False: all is computed on the CPU."""
    return False


def device_count() -> int:
    """0."""
    return 0


def manual_seed(seed: int) -> None:
    """Nothing, as in PyTorch where there is no graphics card."""


def manual_seed_all(seed: int) -> None:
    """Nothing, as in PyTorch where there is no graphics card."""


def empty_cache() -> None:
    """Nothing, as in PyTorch where there is no graphics card."""


def synchronize(device: object = None) -> None:
    """Nothing: there is nothing to wait for."""
