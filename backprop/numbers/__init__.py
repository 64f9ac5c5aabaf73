"""Numbers that are more than their value, and the functions of ``math`` for them."""

from backprop.numbers.functions import Number as Number
from backprop.numbers.functions import generic as generic
from backprop.numbers.functions import is_generic as is_generic
from backprop.numbers.functions import math as math
from backprop.numbers.functions import named as named
