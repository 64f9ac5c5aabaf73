from backprop.derivatives.functional import hessian as hessian
from backprop.derivatives.functional import hvp as hvp
from backprop.derivatives.functional import jacobian as jacobian
from backprop.derivatives.functional import jvp as jvp
from backprop.derivatives.functional import vhp as vhp
from backprop.derivatives.functional import vjp as vjp
