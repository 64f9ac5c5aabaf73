"""``python3 -m backprop``."""

import sys

from backprop.command_line import main

if __name__ == "__main__":
    sys.exit(main())
