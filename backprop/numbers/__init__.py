"""Numbers that are more than their value, and the functions of ``math`` for them."""

from backprop.numbers.dual import Dual as Dual
from backprop.numbers.dual import slope_of as slope_of
from backprop.numbers.dual import value_of as value_of
from backprop.numbers.functions import Number as Number
from backprop.numbers.functions import generic as generic
from backprop.numbers.functions import math as math
