"""Beginners' mistakes: each is refused by what the user called, with what must be, what came and what to write.

None is silent, and none ends in an error from inside, as an IndexError, an AttributeError or a StopIteration of Python's
own is: the sentence is written in this package.
"""

import builtins
import copy
import math
import os
import random
import traceback
from pathlib import Path

import pytest

import backprop
from tests.public import PUBLIC

PACKAGE = str(Path(backprop.__file__).parent)
BARE = (StopIteration, RecursionError, KeyError, AssertionError)

# (what is written, the error, words of its message)
MISTAKES = [
    # ------------------------------------------------------------ tables
    ("Matrix([1, 2, 3])", TypeError, ["Matrix", "list of rows", "got [1, 2, 3]", "[[x, y, …]]", "[[x], [y], …]"]),
    ("Tensor('abc')", TypeError, ["Tensor", "a number, nested lists of numbers", "'abc'"]),
    ("Tensor(None)", TypeError, ["Tensor", "a number, nested lists of numbers", "None"]),
    ("Matrix(5)", TypeError, ["Matrix", "list of rows", "5", "[[x]]"]),
    ("Matrix({1: 2})", TypeError, ["Matrix", "list of rows", "{1: 2}"]),
    ("Tensor([[1, 2], [3]])", ValueError, ["Tensor", "part 1 has the shape [1]", "part 0 [2]", "the same shape"]),
    ("Tensor([['1', '2']])", TypeError, ["Tensor", "entry [0, 0]", "'1'", "real number"]),
    ("Tensor([[1.0, None]])", TypeError, ["Tensor", "entry [0, 1]", "None", "real number"]),
    ("Tensor([w, w])", TypeError, ["Tensor", "a list of Tensors", "stack(tensors)"]),
    ("Tensor([[1.0], [2.0]], [[3.0]])", TypeError, ["requires_grad is True or False", "[[3.0]]"]),
    ("float(w)", ValueError, ["float()", "a single entry", "[1, 2]", "tensor[i, j]", "mean()"]),
    ("w += 1", RuntimeError, ["add_", "a leaf Variable that requires grad", "in-place", "under no_grad()"]),
    ("if w: pass", RuntimeError, ["truth of a Tensor", "2 entries", "ambiguous", "any()", "all()"]),
    ("jacobian(5, w)", TypeError, ["jacobian", "function", "5"]),
    ("table[2]", IndexError, ["row 2 of 2", "0 to 1"]),
    ("table[0, 2]", IndexError, ["column 2 of 2", "0 to 1"]),
    ("table[1.0]", TypeError, ["a row is chosen by an int", "1.0"]),
    ("table.item()", ValueError, ["single entry", "2×2", "m[i, j]"]),
    ("table @ Matrix([[1, 2]])", ValueError, ["2×2 @ 1×2", "2 columns", "1 rows"]),
    ("table + Matrix([[1, 2, 3]])", ValueError, ["2×2 and 1×3", "do not fit"]),
    ("table + [[1, 2], [3, 4]]", TypeError, ["unsupported operand", "'Matrix'", "'list'"]),
    ("[[1, 2], [3, 4]] @ table", TypeError, ["unsupported operand", "'list'", "'Matrix'"]),
    ("table / 0", ZeroDivisionError, ["Matrix /", "1 / 0", "[0, 0]"]),
    ("Matrix([[10**400]]) * 0.5", OverflowError, ["Matrix *", "...", "[0, 0]", "too large"]),
    # ------------------------------------------------------------ tensors and gradients
    ("Tensor([[1.0, 2.0]])[1]", IndexError, ["from -1 to 0", "axis 0 of size 1", "got 1"]),
    ("Tensor([[1.0, 2.0]]).item()", RuntimeError, ["2 elements", "item()", "a single entry"]),
    ("math.exp(Tensor([[1.0, 2.0]]))", ValueError, ["Tensor of a single entry", "[1, 2]", "exp, log"]),
    ("Tensor(5.0).backward()", RuntimeError, ["backward()", "requires a gradient"]),
    ("(w * 2).backward()", RuntimeError, ["scalar outputs", "[1, 2]", "sum() or mean()", "gradient="]),
    ("y = w.sum(); y.backward(); y.backward()", RuntimeError, ["backward()", "already", "compute the loss again"]),
    ("w.data = 5", TypeError, ["Tensor.data is a Tensor", "got 5"]),
    ("w.data = Matrix([[1.0]])", ValueError, ["Tensor.data", "[1, 2]", "got [1, 1]"]),
    (
        "w + Matrix([[1.0, 2.0, 3.0]])",
        ValueError,
        ["add", "size of tensor a (2)", "tensor b (3)", "dimension 1: w [1, 2], b [1, 3]"],
    ),
    ("w + 'a'", TypeError, ["add", "nested lists of numbers", "'a'"]),
    ("w + None", TypeError, ["add", "a Tensor, a Matrix or a number", "None"]),
    ("functional.relu('a')", TypeError, ["relu", "nested lists of numbers", "'a'"]),
    ("functional.softmax(w, dim=5)", IndexError, ["softmax", "dim", "from -2 to 1", "2 axes", "got 5"]),
    ("gradcheck(lambda x: x * x, 3.0)", TypeError, ["gradcheck", "list of Tensors", "3.0", "requires_grad=True"]),
    ("gradcheck(lambda x: x * x, [Tensor(3.0)])", ValueError, ["gradcheck", "at least one", "requires_grad=True"]),
    ("gradcheck(w, [w])", TypeError, ["gradcheck", "func is a function", "gradcheck(func, inputs)"]),
    ("gradcheck(lambda x: x.matrix, [w])", TypeError, ["gradcheck", "func gives a Tensor", "got a Matrix"]),
    ("loss.backward(); explain(loss)", RuntimeError, ["already", "compute the loss again"]),
    ("loss.backward(); loss.graph()", RuntimeError, ["graph()", "draw it before"]),
    ("explain(model)", TypeError, ["explain", "the loss as a Tensor", "Linear"]),
    ("manual_seed('abc')", TypeError, ["manual_seed", "an int", "'abc'"]),
    # ------------------------------------------------------------ layers
    ("Linear(64, 10)(ones(64, 5))", ValueError, ["Linear(64, 10)", "rows of 5", "needs 64"]),
    ("model([1.0, 2.0, 3.0])", ValueError, ["Linear(4, 3)", "rows of 3", "needs 4"]),
    ("model(None)", TypeError, ["Linear", "nested lists of numbers", "None"]),
    ("model(iris)", TypeError, ["Linear", "nested lists of numbers", "LabeledDatase"]),
    ("Sequential(model)([1.0, 2.0])", ValueError, ["Linear(4, 3)", "rows of 2", "needs 4"]),
    ("Linear('3', 2)", ValueError, ["Linear", "in_features is an int from 1 up", "'3'"]),
    ("Linear(3.0, 2)", ValueError, ["Linear", "in_features is an int from 1 up", "3.0"]),
    ("Linear(3, 0)", ValueError, ["Linear", "out_features is an int from 1 up", "0"]),
    ("Dropout(50)", ValueError, ["Dropout", "p is a finite number from 0 to 1", "50"]),
    ("Conv2d(1, 8, 3)(ones(2, 30))", ValueError, ["conv2d", "(N, C, H, W) or (C, H, W)", "[2, 30]"]),
    ("MaxPool2d(2)(ones(2, 30))", ValueError, ["max_pool2d", "(N, C, H, W) or (C, H, W)", "[2, 30]"]),
    ("MultiheadAttention(10, 3)", ValueError, ["MultiheadAttention", "num_heads=3 does not divide embed_dim=10"]),
    ("LSTM(3, 4)(ones(3))", ValueError, ["LSTM", "(T, N, 3)", "(T, 3) for one sequence", "[3]"]),
    (
        "Embedding(10, 4)(Matrix([[1.0, 2.0]]))",
        TypeError,
        ["embedding", "indices are ints", "got 1.0 at position 0, 0"],
    ),
    ("Embedding(10, 4)([3, 10])", IndexError, ["embedding", "index 10 at position 1", "0 to 9"]),
    ("Sequential([Linear(2, 3), ReLU()])", TypeError, ["Sequential", "Modules", "a list", "Sequential(*layers)"]),
    ("Sequential(Linear(2, 3), ReLU)", TypeError, ["Sequential", "Modules", "the class ReLU", "ReLU(…)"]),
    ("Sequential(Linear(2, 3), functional.relu)", TypeError, ["Sequential", "Modules", "a function, relu", "ReLU()"]),
    ("Sequential(Linear(2, 3), 'relu')", TypeError, ["Sequential", "Modules", "'relu'", "ReLU()"]),
    ("Sequential(Linear(2, 3), Linear(4, 1))(ones(1, 2))", ValueError, ["Linear(4, 1)", "rows of 3", "needs 4"]),
    ("Residual([Linear(2, 2)])", TypeError, ["Residual", "layer is a Module", "a list", "Sequential(*layers)"]),
    ("Residual(Linear)", TypeError, ["Residual", "a Module", "the class Linear", "Linear(…)"]),
    ("Linear(2, 1, rng=42)", TypeError, ["a generator is", "a Generator", "42", "Generator().manual_seed(seed)"]),
    ("model.train = False", TypeError, ["Linear", "train is a method", "False", "layer.train(…)"]),
    ("model.eval = True", TypeError, ["Linear", "eval is a method", "True", "layer.eval(…)"]),
    (
        "model.weight = Matrix([[1.0, 2.0, 3.0, 4.0]] * 3)",
        TypeError,
        ["Linear", "'Matrix' as parameter 'weight'", "layer.weight.data = …"],
    ),
    (
        "load_model('model.safetensors', model)",
        TypeError,
        ["load_model", "a Module", "a str", "load_model(model, path)"],
    ),
    (
        "save_model('model.safetensors', model)",
        TypeError,
        ["save_model", "a Module", "a str", "save_model(model, path)"],
    ),
    ("load_model(model, file(b'PK\\x03\\x04archive/data.pkl'))", ValueError, ["safetensors"]),
    ("model.load_state_dict('model.safetensors')", TypeError, ["load_state_dict", "state_dict()", "got a str"]),
    ("model.load_state_dict({'weight': ones(1, 3), 'bias': ones(3)})", RuntimeError, ["weight", "[3, 4]", "[1, 3]"]),
    # ------------------------------------------------------------ losses
    ("cross_entropy(scores, [1, 2])", IndexError, ["target 1 is 2", "0 to 1", "[t - 1 for t in targets]"]),
    ("cross_entropy(scores, [-1, 1])", IndexError, ["cross_entropy", "target 0 is -1", "0 to 1"]),
    (
        "cross_entropy(scores, [0.0, 1.0])",
        TypeError,
        ["class indices (ints)", "[0.0, 1.0]", "[int(t) for t in targets]"],
    ),
    (
        "cross_entropy(scores, [[0], [1]])",
        ValueError,
        ["cross_entropy", "targets of the shape [2]", "[2, 1]", "[t for [t] in targets]"],
    ),
    (
        "cross_entropy(scores, Matrix([[0], [1]]))",
        TypeError,
        ["class indices (ints)", "Matrix([[0], [1]])", "[int(t) for [t] in targets.tolist()]"],
    ),
    ("cross_entropy(scores, ['cat', 'dog'])", TypeError, ["class indices (ints)", "['cat', 'dog']", "names.index(t)"]),
    ("cross_entropy(scores, [0, 1, 1])", ValueError, ["cross_entropy", "3 targets for 2 rows", "batch_size (3)"]),
    ("cross_entropy(scores, 1)", ValueError, ["cross_entropy", "targets of the shape [2]", "got []"]),
    ("cross_entropy(scores, None)", TypeError, ["cross_entropy", "class indices (ints)", "got None"]),
    (
        "cross_entropy([0, 1], scores)",
        TypeError,
        ["CrossEntropyLoss", "scores come first", "[0, 1]", "loss(output, targets)"],
    ),
    (
        "NLLLoss()(scores, Matrix([[0, 1], [1, 0]]))",
        TypeError,
        ["nll_loss", "class indices (ints)", "targets.argmax(axis=1)"],
    ),
    ("NLLLoss()([0, 1], scores)", TypeError, ["NLLLoss", "scores come first", "loss(output, targets)"]),
    ("CrossEntropyLoss(reduction='average')", ValueError, ["CrossEntropyLoss", "'mean', 'sum' or 'none'", "'average'"]),
    ("CrossEntropyLoss('sum')", TypeError, ["CrossEntropyLoss", "weight is a Tensor or a list of numbers", "'sum'"]),
    (
        "BCELoss()(Matrix([[3.0]]), Matrix([[1.0]]))",
        ValueError,
        ["binary_cross_entropy", "input [0, 0] is 3.0", "from 0 to 1"],
    ),
    (
        "BCEWithLogitsLoss()(Matrix([[3.0], [1.0]]), [1, 0])",
        ValueError,
        ["binary_cross_entropy_with_logits", "the same shape", "[2, 1] and [2]", "unsqueeze(1)"],
    ),
    ("BCEWithLogitsLoss()(Matrix([[3.0]]), Matrix([[2.0]]))", ValueError, ["target [0, 0] is 2.0", "from 0 to 1"]),
    ("MSELoss()(scores, None)", TypeError, ["mse_loss", "nested lists of numbers", "None"]),
    # ------------------------------------------------------------ optimizers and schedulers
    ("SGD(model)", TypeError, ["SGD", "parameters", "a Linear", "model.parameters()"]),
    ("SGD(model.parameters)", TypeError, ["SGD", "parameters", "a method", "model.parameters()"]),
    (
        "SGD(model.state_dict())",
        TypeError,
        ["SGD needs a list of parameters", "got a OrderedDict", "list(parameters.values())"],
    ),
    ("p = model.parameters(); SGD(p); Adam(p)", ValueError, ["Adam", "no parameters", "model.parameters()", "used up"]),
    ("SGD(model.parameters(), lr='0.1')", ValueError, ["SGD", "lr is a finite number from 0 up", "'0.1'"]),
    ("SGD(model.parameters(), lr=-0.1)", ValueError, ["SGD", "lr is a finite number from 0 up", "-0.1"]),
    (
        "SGD(model.parameters(), learning_rate=0.1)",
        TypeError,
        ["SGD has no setting 'learning_rate'", "it has params, lr"],
    ),
    ("Adam(model.parameters(), betas=0.9)", ValueError, ["Adam", "betas are two numbers", "0.9"]),
    ("StepLR(0.1, 10)", TypeError, ["StepLR", "an Optimizer", "0.1", "SGD(model.parameters())"]),
    ("StepLR(SGD, 10)", TypeError, ["StepLR", "an Optimizer", "the class SGD", "SGD(model.parameters())"]),
    ("StepLR(optimizer, 0)", ValueError, ["StepLR", "step_size is an int from 1 up", "0"]),
    ("StepLR(optimizer, step=10)", TypeError, ["StepLR has no setting 'step'", "step_size"]),
    ("ReduceLROnPlateau(optimizer).step()", TypeError, ["ReduceLROnPlateau.step", "number", "None"]),
    ("clip_grad_norm_(model, 1.0)", TypeError, ["clip_grad_norm_", "parameters", "model.parameters()", "Linear"]),
    # ------------------------------------------------------------ data
    ("DataLoader(iris, batch_size=0)", ValueError, ["DataLoader", "batch_size is an int from 1 up", "0"]),
    ("DataLoader(iris, 10, 'yes')", TypeError, ["DataLoader", "shuffle is True or False", "'yes'"]),
    ("train_test_split(iris, 30, stratify=iris.targets)", TypeError, ["train_test_split", "stratify is True or False"]),
    ("DataLoader(iris, batchsize=10)", TypeError, ["DataLoader has no setting 'batchsize'", "batch_size"]),
    ("DataLoader(5, 10)", TypeError, ["DataLoader", "needs a Dataset", "__getitem__", "a int"]),
    ("train_test_split(iris, 200)", ValueError, ["train_test_split", "test_size", "150 examples", "200"]),
    (
        "train_test_split(iris.inputs, iris.targets)",
        TypeError,
        ["train_test_split", "needs a Dataset", "a Tensor"],
    ),
    ("k_folds(iris, 1)", ValueError, ["k_folds", "k is an int from 2 to 150", "1"]),
    (
        "LabeledDataset(Matrix([[1.0], [2.0]]), [0])",
        ValueError,
        ["LabeledDataset", "the same number", "[2, 1] and [1]"],
    ),
    ("LabeledDataset(Matrix([[1.0]]), ['cat'])", TypeError, ["LabeledDataset: targets", "'cat'", "names.index(t)"]),
    ("one_hot(['cat', 'dog'])", TypeError, ["one_hot", "indices are ints", "['cat', 'dog']", "names.index(t)"]),
    ("one_hot([0, 1, 2], 2)", ValueError, ["one_hot", "index 2 at position 2", "0 to 1"]),
    (
        "read_table(file('a,b,y\\n1,x,0\\n1,x,1\\n'), 'y')",
        ValueError,
        ["read_table", "no column to learn from", "'b' is constant"],
    ),
    ("read_table(file('a,b\\n1,0\\n'), 'y')", ValueError, ["read_table", "no column 'y'", "'a', 'b'"]),
    ("read_table(file('a;b\\n1;0\\n'), 'y')", ValueError, ["read_table", "no column 'y'", "'a', 'b'"]),
    ("read_table(file(''), 'y')", ValueError, ["read_table", "is empty"]),
    (
        "read_table(file(b'PK\\x03\\x04\\x14\\x00\\xff\\xfe'), 'y')",
        ValueError,
        ["read_table", ".xlsx", "zip archive", "as CSV"],
    ),
    ("read_image(file('a,b'))", ValueError, ["read_image", "b'a,b'", "PNG"]),
    # ------------------------------------------------------------ making tensors
    ("tensor([[1, 2], [3]])", ValueError, ["tensor", "part 1 has the shape [1]", "part 0 [2]"]),
    ("tensor([1, [2, 3]])", ValueError, ["tensor", "part 1 has the shape [2]", "part 0 []"]),
    ("tensor('abc')", TypeError, ["tensor", "a number, nested lists of numbers", "'abc'"]),
    ("tensor([1.0, None])", TypeError, ["tensor", "entry [1]", "None", "real number"]),
    ("tensor(['1', '2'])", TypeError, ["tensor", "entry [0]", "'1'", "real number"]),
    ("tensor([v, v])", TypeError, ["tensor", "a list of Tensors", "stack(tensors)"]),
    ("tensor([1, 2], requires_grad=True)", RuntimeError, ["floating point", "require gradients", "torch.int64"]),
    ("tensor([1.0], dtype='float32')", TypeError, ["tensor", "dtype", "float32", "'float32'"]),
    ("tensor([300], dtype=backprop.uint8)", RuntimeError, ["tensor", "uint8", "0 to 255", "300"]),
    ("Tensor(3, 4.0)", TypeError, ["Size", "a size is an int", "4.0"]),
    ("zeros(2, 3.0)", TypeError, ["zeros", "a size is an int", "3.0"]),
    ("zeros('2', 3)", TypeError, ["zeros", "a size is an int", "'2'"]),
    ("zeros(2, -3)", ValueError, ["zeros", "from 0 up", "-3 at axis 1"]),
    ("zeros()", TypeError, ["zeros", "zeros(2, 3)", "zeros(())"]),
    ("ones(2, device='cuda')", RuntimeError, ["'cuda'", "on the CPU", "device('cpu')"]),
    ("images.cuda()", RuntimeError, ["'cuda'", "on the CPU", "leave .cuda() out"]),
    ("images.to('cuda')", RuntimeError, ["'cuda'", "on the CPU", "device('cpu')"]),
    ("images.type('int')", TypeError, ["type", "dtype", "int64", "'int'"]),
    ("arange()", TypeError, ["arange", "end", "arange(3)"]),
    ("arange(0, 10, 0)", RuntimeError, ["arange", "step", "0, 10, 0"]),
    ("arange(10, 0)", RuntimeError, ["arange", "step", "10, 0, 1"]),
    ("linspace(0, 1, 2.5)", TypeError, ["linspace", "steps is an int", "2.5"]),
    ("randn(2.0)", TypeError, ["randn", "a size is an int", "2.0"]),
    ("randint(10)", TypeError, ["randint", "randint(high, (2, 3))", "(10,)"]),
    ("randint(5, 5, (2,))", ValueError, ["randint", "low is below high", "5 and 5"]),
    ("from_numpy([1.0])", TypeError, ["from_numpy", "an array of NumPy", "tensor(data)"]),
    ("set_default_dtype('float64')", TypeError, ["set_default_dtype", "float32 or float64", "'float64'"]),
    # ------------------------------------------------------------ shapes
    ("x.view(5, 5)", ValueError, ["view", "'[5, 5]'", "input of size 24", "multiply"]),
    ("x.view(-1, -1)", ValueError, ["view", "one size at most is -1", "(-1, -1)"]),
    ("x.reshape(7, -1)", ValueError, ["reshape", "divide the number of entries, 24", "(7, -1)"]),
    ("x.reshape((2, 3), 4)", TypeError, ["reshape", "a size is an int", "(2, 3)"]),
    ("images.view(images.shape[0] / 2, -1)", TypeError, ["view", "a size is an int", "4.0"]),
    ("x.unsqueeze(5)", IndexError, ["unsqueeze", "dim", "from -3 to 2", "2 axes", "got 5"]),
    ("x.squeeze(5)", IndexError, ["squeeze", "dim", "from -2 to 1", "got 5"]),
    ("x.flatten(2)", IndexError, ["flatten", "dim", "from -2 to 1", "got 2"]),
    ("images.permute(0, 2, 3)", ValueError, ["permute", "each of the 4 axes once", "(0, 2, 3)"]),
    ("images.permute(0, 2, 2, 3)", ValueError, ["permute", "each axis is named once", "(0, 2, 2, 3)"]),
    ("x.transpose(1, 2)", IndexError, ["transpose", "dim", "from -2 to 1", "got 2"]),
    ("images.t()", RuntimeError, ["t:", "two axes at most", "[8, 3, 4, 4]", "transpose(dim0, dim1)"]),
    ("x.expand(8, 4)", ValueError, ["expand", "expanded size of the tensor (4)", "existing size (3)", "dimension 1"]),
    ("x.expand(3)", ValueError, ["expand", "2 or more", "(8, 3)", "(3,)"]),
    ("x.repeat(2)", RuntimeError, ["repeat", "each axis of [8, 3]", "[2]"]),
    ("cat(x, x)", TypeError, ["cat", "a list or a tuple of Tensors", "cat([a, b])"]),
    ("cat([])", RuntimeError, ["cat", "a Tensor at least", "an empty list"]),
    (
        "cat([x, ones(4, 2)])",
        RuntimeError,
        ["cat", "except in dimension 0", "3 but got size 2", "tensor number 1", "x [8, 3], tensor_1 [4, 2]"],
    ),
    (
        "cat([x, ones(8)], dim=1)",
        RuntimeError,
        ["cat", "same number of dimensions", "2 and 1", "x [8, 3], tensor_1 [8]"],
    ),
    ("cat([x, x], dim=2)", IndexError, ["cat", "dim", "from -2 to 1", "got 2"]),
    ("stack([x, ones(8, 2)])", RuntimeError, ["stack", "equal size", "[8, 3] at entry 0 and [8, 2] at entry 1"]),
    ("split(x, [3, 3])", RuntimeError, ["split", "add up to 8", "[3, 3]"]),
    ("x[8]", IndexError, ["from -8 to 7", "axis 0 of size 8", "got 8"]),
    ("x[0, 3]", IndexError, ["from -3 to 2", "axis 1 of size 3", "got 3"]),
    ("x[0, 0, 0]", IndexError, ["2 axes at most", "(8, 3)", "got 3"]),
    ("x[1.0]", TypeError, ["an int, a slice, None", "got 1.0"]),
    ("x['a']", TypeError, ["an int, a slice, None", "got 'a'"]),
    ("x[::-1]", ValueError, ["step from 1 up", "-1", "flip(dims)"]),
    ("x[tensor([0.0, 1.0])]", IndexError, ["indices", "long", "index.long()"]),
    ("x[tensor([True, False])]", IndexError, ["a mask", "(8,)", "(2,)"]),
    ("x.sum()[0]", IndexError, ["0 axes", "item()"]),
    ("x[0] = zeros(4)", RuntimeError, ["x[index]", "[4]", "[3]", "broadcast"]),
    ("len(tensor(1.0))", TypeError, ["len() of a 0-d tensor"]),
    ("for t in tensor(1.0): pass", TypeError, ["iteration over a 0-d tensor"]),
    ("range(tensor(2.0))", TypeError, ["integer tensors of a single element", "index"]),
    # ------------------------------------------------------------ arithmetic of tensors
    ("x + ones(4)", ValueError, ["add", "size of tensor a (3)", "tensor b (4)", "dimension 1: x [8, 3], b [4]"]),
    ("x - ones(8)", ValueError, ["sub", "must match the size", "x [8, 3], b [8]", "unsqueeze(1)", "a column"]),
    ("images * ones(3)", ValueError, ["mul", "a (4)", "b (3)", "dimension 3: images [8, 3, 4, 4], b [3]"]),
    ("where(x > 0, x, ones(4))", ValueError, ["where", "a (3)", "b (4)", "dimension 1"]),
    ("where(x, 1, 0)", RuntimeError, ["where", "bool", "x > 0", "torch.float32"]),
    ("x @ x", ValueError, ["matmul", "(8x3 and 8x3)", "3 columns", "8 rows", "x [8, 3], x [8, 3]"]),
    ("x @ 2", ValueError, ["matmul", "a number", "*"]),
    ("mm(images, images)", ValueError, ["mm", "input has 2 axes", "[8, 3, 4, 4]"]),
    ("mv(x, ones(8))", ValueError, ["mv", "size mismatch", "3 columns", "8 rows", "x [8, 3]"]),
    ("dot(x, x)", ValueError, ["dot", "input has 1 axis", "[8, 3]"]),
    ("dot(ones(3), ones(4))", ValueError, ["dot", "expected tensor [3] and src [4]"]),
    ("bmm(ones(2, 3, 4), ones(3, 4, 5))", ValueError, ["bmm", "the same size", "2 and 3"]),
    ("einsum('ij,jk->ik', x)", ValueError, ["einsum", "2 operands", "got 1"]),
    ("einsum('ij,jk->ik', x, x)", ValueError, ["einsum", "'j'", "(8, 3) and (8, 3)"]),
    ("tensor([1, 2]).mean()", RuntimeError, ["mean", "floating", "torch.int64", "tensor.float()"]),
    ("(x > 0).mean()", RuntimeError, ["mean", "floating", "torch.bool", "tensor.float()"]),
    ("tensor([1, 2]).std()", RuntimeError, ["std", "floating", "torch.int64", "tensor.float()"]),
    ("functional.softmax(tensor([1, 2]), dim=0)", RuntimeError, ["softmax", "floating", "tensor.float()"]),
    ("x.sum(dim=2)", IndexError, ["sum", "dim", "from -2 to 1", "got 2"]),
    ("x.mean(dim='rows')", TypeError, ["mean", "dim is an int", "'rows'"]),
    ("x.argmax(2)", IndexError, ["argmax", "dim", "from -2 to 1", "got 2"]),
    ("tensor([]).max()", IndexError, ["max", "an entry at least", "[0]"]),
    ("x.topk(4)", RuntimeError, ["topk", "from 0 to 3", "got 4"]),
    ("tensor([1, 2]) // 0", ZeroDivisionError, ["div", "an int is not divided by 0", "tensor.float()"]),
    ("x & x", RuntimeError, ["bitwise_and", "ints or bools", "torch.float32"]),
    ("~x", RuntimeError, ["bitwise_not", "ints or bools", "torch.float32"]),
    ("if x == x: pass", RuntimeError, ["truth of a Tensor", "24 entries", "any()", "all()"]),
    ("x > 0 and x < 1", RuntimeError, ["truth of a Tensor", "24 entries", "any()", "all()"]),
    ("gather(x, 1, tensor([0]))", RuntimeError, ["gather", "as many axes as the input, 2", "got 1"]),
    ("gather(x, 1, tensor([[3]]))", RuntimeError, ["gather", "index 3", "size 3"]),
    ("gather(x, 1, ones(8, 1))", RuntimeError, ["gather", "int64", "index.long()"]),
    ("x.masked_fill(ones(8, 3), 0.0)", RuntimeError, ["masked_fill", "bool", "torch.float32"]),
    ("clamp(x)", RuntimeError, ["clamp", "min or max", "None"]),
    ("x.unsqueze(0)", AttributeError, ["Tensor has no unsqueze", "did you mean unsqueeze?"]),
    ("x.numpy()", ImportError, ["numpy()", "not installed", "tolist()"]),
    # ------------------------------------------------------------ the graph
    ("w.add_(1)", RuntimeError, ["add_", "leaf Variable", "in-place", "under no_grad()"]),
    ("w[0, 0] = 5.0", RuntimeError, ["leaf Variable", "in-place", "under no_grad()"]),
    ("w.zero_()", RuntimeError, ["zero_", "leaf Variable", "in-place", "under no_grad()"]),
    ("loss.backward(); loss.backward()", RuntimeError, ["backward()", "already", "retain_graph=True"]),
    ("y = w * 2; y.sum().backward(); y.mean().backward()", RuntimeError, ["already", "retain_graph=True"]),
    (
        "loss.detach().backward()",
        RuntimeError,
        [
            "backward()",
            "element 0 of tensors does not require grad and does not have a grad_fn",
            "none that requires a gradient",
        ],
    ),
    ("with backprop.no_grad():\n    (w * w).sum().backward()", RuntimeError, ["backward()", "under no_grad()"]),
    ("(w * 2).backward(ones(3))", ValueError, ["backward(gradient)", "[1, 2]", "[3]"]),
    ("(w * 2).backward(1.0)", TypeError, ["backward(gradient)", "a Tensor", "1.0"]),
    ("grad(w * 2, w)", RuntimeError, ["scalar outputs", "[1, 2]", "sum() or mean()"]),
    ("grad(loss, x)", RuntimeError, ["grad", "input 0", "requires_grad=True"]),
    ("grad(loss, 'w')", TypeError, ["grad", "inputs are Tensors", "'w'"]),
    ("grad(loss.item(), w)", TypeError, ["grad", "outputs are Tensors", "5.0"]),
    ("w.grad = ones(3)", ValueError, ["Tensor.grad", "[1, 2]", "[3]"]),
    ("w.requires_grad = 'yes'", TypeError, ["requires_grad is True or False", "'yes'"]),
    ("(w * 2).requires_grad = False", RuntimeError, ["requires_grad", "leaf variables", "detach()"]),
    ("tensor([1, 2]).requires_grad_()", RuntimeError, ["floating point", "torch.int64"]),
    ("copy.deepcopy(w * 2)", RuntimeError, ["only a leaf", "tensor.detach()", "tensor.clone()"]),
    ("w.numpy()", RuntimeError, ["numpy()", "tensor.detach().numpy()"]),
    # ------------------------------------------------------------ modules on tensors of any shape
    ("model(x)", ValueError, ["Linear(4, 3)", "rows of 3", "needs 4"]),
    ("Linear(48, 10)(images)", ValueError, ["Linear(48, 10)", "rows of 4", "needs 48", "input.flatten(1)"]),
    ("Linear(4, 3)(tensor(1.0))", ValueError, ["Linear(4, 3)", "a single number", "needs 4"]),
    (
        "Conv2d(3, 8, 3)(images.permute(0, 2, 3, 1))",
        ValueError,
        ["conv2d", "3 channels, but got 4", "weight [8, 3, 3, 3]", "channels come first", "input.movedim(-1, -3)"],
    ),
    ("Conv2d(1, 8, 3)(ones(8, 4, 4))", ValueError, ["conv2d", "1 channels, but got 8", "input.unsqueeze(1)"]),
    (
        "Conv2d(1, 8, 3)(images)",
        ValueError,
        ["conv2d", "1 channels, but got 3", "images [8, 3, 4, 4], weight [8, 1, 3, 3]"],
    ),
    ("Conv2d(3, 8, 3)(ones(4, 4))", ValueError, ["conv2d", "(N, C, H, W) or (C, H, W)", "[4, 4]"]),
    ("Conv2d(3, 8, 5)(images)", ValueError, ["conv2d", "a kernel of 5×5", "an image of 4×4"]),
    ("Conv2d(3, 8, 3, groups=2)", ValueError, ["Conv2d", "groups", "3 and 8 channels", "got 2"]),
    ("Conv2d(3, 8, 3, padding='samee')", ValueError, ["Conv2d", "padding", '"same" or "valid"', "'samee'"]),
    ("Conv2d(3, 8, 3, padding='same', stride=2)", ValueError, ["Conv2d", 'padding="same"', "stride of 1"]),
    (
        "Conv1d(3, 8, 3)(ones(2, 10, 3))",
        ValueError,
        ["conv1d", "3 channels, but got 10", "channels come first", "input.movedim(-1, -2)"],
    ),
    (
        "functional.conv2d(images, ones(8, 3, 3, 3), bias=ones(3))",
        ValueError,
        ["conv2d", "bias has the shape [8]", "[3]"],
    ),
    ("functional.conv2d(images, ones(3, 3))", ValueError, ["conv2d", "weight is (out, C/groups, kh, kw)", "[3, 3]"]),
    ("MaxPool2d(5)(images)", ValueError, ["max_pool2d", "a kernel of 5×5", "an image of 4×4"]),
    ("BatchNorm1d(3)(images)", ValueError, ["BatchNorm1d(3)", "(N, C) or (N, C, L)", "[8, 3, 4, 4]"]),
    ("BatchNorm2d(3)(x)", ValueError, ["BatchNorm2d(3)", "(N, C, H, W)", "[8, 3]"]),
    (
        "BatchNorm2d(3)(images.permute(0, 2, 3, 1))",
        ValueError,
        ["BatchNorm2d(3)", "(N, C, H, W) with C = 3", "[8, 4, 4, 3]"],
    ),
    ("BatchNorm1d(3)(ones(1, 3))", ValueError, ["batch_norm", "more than one number a channel", "[1, 3]", "eval()"]),
    ("LayerNorm(4)(x)", ValueError, ["layer_norm", "normalized_shape=[4]", "shape [*, 4]", "x [8, 3]"]),
    ("GroupNorm(2, 4)(images)", ValueError, ["GroupNorm(2, 4)", "C = 4", "[8, 3, 4, 4]"]),
    ("Flatten(5)(images)", IndexError, ["Flatten", "dim", "from -4 to 3", "got 5"]),
    ("Unflatten(1, (2, 2))(x)", ValueError, ["Unflatten", "'[2, 2]'", "input of size 3"]),
    ("Embedding(10, 4)(tensor([1.0]))", TypeError, ["embedding", "indices are ints", "float32", "input.long()"]),
    ("Embedding(10, 4)(tensor([10]))", IndexError, ["embedding", "index 10 at position 0", "0 to 9"]),
    ("Embedding(10, 4)([0, True])", TypeError, ["embedding", "indices are ints", "True at position 1"]),
    ("Embedding(10, 4, padding_idx=10)", ValueError, ["Embedding", "padding_idx", "-10 to 9", "got 10"]),
    (
        "Sequential(LSTM(3, 4), Linear(4, 1))(ones(5, 2, 3))",
        TypeError,
        ["Linear", "a tuple of Tensors", "take one of them"],
    ),
    ("LSTM(3, 4)(ones(5, 2, 4))", ValueError, ["LSTM(3, 4)", "rows of 4", "needs 3"]),
    ("LSTM(3, 4)(ones(5, 2, 3), ones(1, 2, 4))", TypeError, ["LSTM", "hx is the pair (h_0, c_0)"]),
    ("GRU(3, 4)(ones(5, 2, 3), ones(2, 2, 4))", ValueError, ["GRU(3, 4)", "hx", "[2, 2, 4]", "[1, 2, 4]"]),
    ("LSTMCell(3, 4)(ones(2, 5))", ValueError, ["LSTMCell(3, 4)", "rows of 5", "needs 3"]),
    ("MultiheadAttention(8, 2)(ones(5, 2, 8))", TypeError, ["forward()", "'key' and 'value'"]),
    (
        "MultiheadAttention(8, 2)(ones(5, 2, 8), ones(5, 3, 8), ones(5, 3, 8))",
        ValueError,
        ["multi_head_attention_forward", "(T, N, E)", "(S, N, …)", "[5, 2, 8], [5, 3, 8]"],
    ),
    (
        "MultiheadAttention(8, 2)(*[ones(5, 2, 8)] * 3, attn_mask=ones(3, 3))",
        ValueError,
        ["attn_mask has the shape [5, 5] or [4, 5, 5]", "[3, 3]"],
    ),
    (
        "MultiheadAttention(8, 2)(*[ones(5, 2, 8)] * 3, key_padding_mask=ones(5, 2) > 0)",
        ValueError,
        ["key_padding_mask has the shape [2, 5]", "[5, 2]"],
    ),
    ("TransformerEncoderLayer(8, 2)(ones(5, 2, 6))", ValueError, ["TransformerEncoderLayer(8, 2)", "rows of 6", "8"]),
    (
        "functional.scaled_dot_product_attention(ones(2, 4, 8), ones(2, 4, 6), ones(2, 4, 6))",
        ValueError,
        ["scaled_dot_product_attention", "[2, 4, 8], [2, 4, 6]", "(…, T, d), (…, S, d)"],
    ),
    ("PReLU(5)(x)", RuntimeError, ["prelu", "3 channels", "[8, 3]", "[5]"]),
    ("Softmax(dim=2)(x)", IndexError, ["softmax", "dim", "from -2 to 1", "got 2"]),
    ("Upsample(scale_factor=2)(x)", ValueError, ["interpolate", "(N, C, …)", "'nearest'", "[8, 3]"]),
    ("functional.interpolate(images)", ValueError, ["interpolate", "size or scale_factor", "None and None"]),
    ("functional.pad(x, 1)", ValueError, ["pad", "two ints for each of the last axes", "got 1"]),
    ("functional.dropout(x, p=2)", ValueError, ["dropout", "p is a finite number from 0 to 1", "2"]),
    ("one_hot(tensor([-1]))", ValueError, ["one_hot", "index -1 at position 0", "from 0"]),
    ("one_hot(tensor([0.0, 1.0]))", TypeError, ["one_hot", "indices are ints", "float32", "input.long()"]),
    ("model.weight = ones(3, 4)", TypeError, ["Linear", "'Tensor' as parameter 'weight'", "layer.weight.data = …"]),
    ("model.weight.data = ones(4, 3)", ValueError, ["Tensor.data", "[3, 4]", "got [4, 3]"]),
    (
        "model.load_state_dict({'weight': ones(3, 4)})",
        RuntimeError,
        ["state_dict for Linear", "Missing key(s)", '"bias"'],
    ),
    (
        "class Net(Module):\n    def __init__(self): self.fc = Linear(3, 1)\nNet()",
        AttributeError,
        ["Net", "module", "write super().__init__() first"],
    ),
    ("class Net(Module): pass\nNet()(x)", NotImplementedError, ["Net", "a forward method"]),
    # ------------------------------------------------------------ losses on tensors of any shape
    (
        "cross_entropy(x, zeros(8))",
        ValueError,
        ["cross_entropy", "class indices (ints)", "[8, 3]", "floats of the shape [8]", "targets.long()"],
    ),
    (
        "cross_entropy(x, zeros(8).long().unsqueeze(1))",
        ValueError,
        ["cross_entropy", "the shape [8]", "[8, 1]", "targets.squeeze(-1)"],
    ),
    (
        "cross_entropy(x, one_hot(tensor([0, 1, 2, 0, 1, 2, 0, 1])))",
        ValueError,
        ["cross_entropy", "the shape [8]", "[8, 3]", "targets.argmax(1)"],
    ),
    ("cross_entropy(x, ones(8, 2))", ValueError, ["cross_entropy", "the same shape", "[8, 3] and [8, 2]"]),
    ("cross_entropy(x, zeros(7).long())", ValueError, ["cross_entropy", "7 targets for 8 rows"]),
    ("cross_entropy(x, full((8,), 3))", IndexError, ["cross_entropy", "target 0 is 3", "0 to 2"]),
    ("cross_entropy(x, x[:, 0] > 0)", TypeError, ["cross_entropy", "class indices (ints)", "targets.long()"]),
    (
        "cross_entropy(x.argmax(1), zeros(8).long())",
        ValueError,
        ["cross_entropy", "scores of a batch are (batch, classes)"],
    ),
    (
        "cross_entropy(ones(2, 5, 10), zeros(2, 5).long())",
        ValueError,
        ["cross_entropy", "[2, 10]", "[2, 5]", "the classes are axis 1", "input.movedim(-1, 1)"],
    ),
    ("CrossEntropyLoss(weight=ones(4))(x, zeros(8).long())", ValueError, ["weight", "[4]", "3 classes need [3]"]),
    ("functional.cross_entropy(x, zeros(8).long(), 'sum')", TypeError, ["cross_entropy", "weight", "'sum'"]),
    ("NLLLoss()(x, zeros(8))", TypeError, ["nll_loss", "class indices (ints)", "targets.long()"]),
    (
        "BCELoss()(x * 5 + 2, ones(8, 3))",
        ValueError,
        ["binary_cross_entropy", "input [0, 0] is 7.0", "a probability, from 0 to 1"],
    ),
    (
        "BCELoss()(x[:, :1], ones(8))",
        ValueError,
        ["binary_cross_entropy", "the same shape", "[8, 1] and [8]", "unsqueeze(1)"],
    ),
    ("BCEWithLogitsLoss()(x, 2 * x)", ValueError, ["target [0, 0] is 2.0", "a probability, from 0 to 1"]),
    (
        "BCEWithLogitsLoss(pos_weight=ones(2))(x, x)",
        ValueError,
        ["binary_cross_entropy_with_logits", "pos_weight", "[2]", "[8, 3]"],
    ),
    ("MSELoss()(x, ones(8))", ValueError, ["mse_loss", "x [8, 3], b [8]", "unsqueeze(1)"]),
    ("L1Loss()(x, ones(8, 2))", ValueError, ["l1_loss", "a (3)", "b (2)", "dimension 1"]),
    ("KLDivLoss(reduction='average')", ValueError, ["KLDivLoss", "'batchmean'", "'average'"]),
    ("CosineEmbeddingLoss()(x, x, zeros(8))", ValueError, ["cosine_embedding_loss", "target 0 is 0.0", "1 (alike)"]),
    # ------------------------------------------------------------ optimizers on tensors of any shape
    ("SGD([w * 2])", ValueError, ["SGD", "leaves", "number 0 was made by mul", "tensor.detach()"]),
    ("SGD(w)", TypeError, ["SGD", "a list of parameters", "a Tensor", "[parameter]"]),
    ("SGD([1.0])", TypeError, ["SGD", "learns Tensors", "number 0 is 1.0", "model.parameters()"]),
    ("SGD(model.parameters(), nesterov=True)", ValueError, ["SGD", "nesterov", "a momentum above 0"]),
    ("LBFGS(model.parameters()).step()", TypeError, ["LBFGS.step", "a closure"]),
    ("OneCycleLR(optimizer, 0.1)", ValueError, ["OneCycleLR", "total_steps", "epochs and steps_per_epoch"]),
    ("LambdaLR(optimizer, 0.5)", TypeError, ["LambdaLR", "a function of the epoch", "0.5"]),
    ("optimizer.load_state_dict(model.state_dict())", TypeError, ["SGD.load_state_dict", "what state_dict() gives"]),
    ("LabeledDataset(x, zeros(7).long())", ValueError, ["LabeledDataset", "the same number", "and [7]"]),
    ("nn.init.xavier_uniform_(ones(3))", ValueError, ["xavier_uniform_", "two dimensions", "[3]"]),
    # ------------------------------------------------------------ metrics, names, linear algebra
    (
        "metrics.accuracy([0, 1], [0.2, 0.9])",
        TypeError,
        ["accuracy", "class indices (ints)", "[0.2, 0.9]", "int(p > 0.5)"],
    ),
    ("metrics.accuracy([0, 1], [0])", ValueError, ["accuracy", "1 predictions for 2 targets"]),
    ("metrics.accuracy([], [])", ValueError, ["accuracy", "y_true is empty", "at least one"]),
    ("metrics.accuracy(['a'], ['b'])", TypeError, ["accuracy", "class indices (ints)", "['a']", "names.index(t)"]),
    ("metrics.roc_auc([0, 0], [0.1, 0.2])", ValueError, ["roc_auc", "no example of class 1"]),
    ("backprop.nn.Liner(2, 3)", AttributeError, ["backprop.nn has no Liner", "did you mean Linear?"]),
    ("functional.rleu(w)", AttributeError, ["backprop.nn.functional has no rleu", "did you mean relu?"]),
    ("linalg.inv([[1, 2], [3, 4]])", TypeError, ["inv needs a Matrix", "[[1, 2], [3, 4]]", "Matrix(rows)"]),
    ("linalg.inv(Matrix([[1, 2], [2, 4]]))", ValueError, ["inv", "singular"]),
    ("linalg.det(Matrix([[1, 2]]))", ValueError, ["det", "square", "1×2"]),
    # ------------------------------------------------------------ training
    (
        "fit(model, cross_entropy, optimizer, batches, epochs='10')",
        ValueError,
        ["fit", "epochs is an int from 1 up", "'10'"],
    ),
    ("fit(model, cross_entropy, optimizer, batches, epochs=0)", ValueError, ["fit", "epochs is an int from 1 up", "0"]),
    (
        "fit(model, cross_entropy, optimizer, iris, epochs=1)",
        TypeError,
        ["fit", "not in batches", "DataLoader(dataset"],
    ),
    (
        "fit(Linear, cross_entropy, optimizer, batches, epochs=1)",
        TypeError,
        ["fit", "the model is a Module, as Sequential(…) is", "the class Linear", "the order is fit(model, loss"],
    ),
    ("fit([model], cross_entropy, optimizer, batches, epochs=1)", TypeError, ["fit", "as Sequential(…) is", "a list"]),
    (
        "fit(model, cross_entropy, optimizer, [(table, [0, 1], [0, 1])], epochs=1)",
        TypeError,
        ["fit", "a batch is a pair (inputs, targets)", "DataLoader(TensorDataset(inputs"],
    ),
    ("fit(model, cross_entropy, optimizer, [None], epochs=1)", TypeError, ["fit", "a batch is a pair", "None"]),
    ("fit(model, CrossEntropyLoss, optimizer, batches, epochs=1)", TypeError, ["fit", "CrossEntropyLoss()"]),
    ("fit(model, cross_entropy, optimizer, iter([]), epochs=1)", ValueError, ["fit", "no batches", "used up"]),
    (
        "fit(model, cross_entropy, optimizer, (iris.inputs, iris.targets), epochs=1)",
        TypeError,
        [
            "fit",
            "a batch is a pair (inputs, targets)",
            "a Tensor",
            "[(inputs, targets)] or DataLoader(TensorDataset(inputs",
        ],
    ),
    (
        "fit(model, cross_entropy, Adam, batches, epochs=1)",
        TypeError,
        ["fit", "the optimizer is an Optimizer, as Adam(model.parameters()) is", "the class Adam"],
    ),
    (
        "fit(model, cross_entropy, model.parameters(), batches, epochs=1)",
        TypeError,
        ["fit", "the optimizer is an Optimizer, as SGD(model.parameters()) is", "a generator"],
    ),
    (
        "fit(model, optimizer, cross_entropy, batches, epochs=1)",
        TypeError,
        ["fit", "the loss is a function", "a SGD", "the order is fit(model, loss, optimizer, batches)"],
    ),
    (
        "fit(cross_entropy, model, optimizer, batches, epochs=1)",
        TypeError,
        ["fit", "the model is a Module", "a CrossEntropyLoss", "the order is fit(model, loss, optimizer, batches)"],
    ),
    (
        "fit(model, MSELoss(), optimizer, batches, epochs=1)",
        ValueError,
        ["mse_loss", "a (3)", "b (50)", "a [50, 3], b [50]", "unsqueeze(1)"],
    ),
    (
        "fit(model, cross_entropy, optimizer, batches, epochs=1, scheduler=StepLR)",
        TypeError,
        ["fit", "the scheduler is an LRScheduler, as StepLR(optimizer, 10) is", "the class StepLR"],
    ),
    (
        "fit(model, cross_entropy, optimizer, batches, epochs=1, validation=0.2)",
        TypeError,
        ["fit", "validation are pairs of (inputs, targets)", "a float"],
    ),
    (
        "fit(model, cross_entropy, optimizer, batches, epochs=1, validation=iris)",
        TypeError,
        ["fit", "validation", "not in batches", "DataLoader(dataset"],
    ),
    (
        "fit(model, cross_entropy, optimizer, batches, epochs=1, progress='no')",
        TypeError,
        ["fit", "progress is True or False", "'no'"],
    ),
    (
        "evaluate(model, cross_entropy, (iris.inputs, iris.targets))",
        TypeError,
        ["evaluate", "a batch is a pair (inputs, targets)", "a Tensor", "DataLoader(TensorDataset(inputs"],
    ),
    ("evaluate(model, batches, cross_entropy)", TypeError, ["evaluate", "CrossEntropyLoss()", "DataLoader"]),
    ("evaluate(model, cross_entropy, iris)", TypeError, ["evaluate", "not in batches", "DataLoader(dataset"]),
]


# What runs, as in PyTorch, and is most often not what is meant: (what is written, words of the warning).
HINTS = [
    ("MSELoss()(x[:, :1], ones(8))", ["mse_loss", "[8]", "[8, 1]", "broadcast to [8, 8]", "unsqueeze(1)"]),
    ("L1Loss()(Matrix([[3.0], [1.0]]), Matrix([[3.0, 1.0]]))", ["l1_loss", "[1, 2]", "[2, 1]", "the same shape"]),
    ("functional.softmax(x)", ["softmax", "without dim", "softmax(x, dim=-1)"]),
    ("LogSoftmax()(x)", ["log_softmax", "without dim", "log_softmax(x, dim=-1)"]),
    ("(w * 2).grad", ["leaves alone", "retain_grad()", "autograd.grad(loss, tensor)"]),
    ("tensor([loss, 1.0])", ["tensor", "leaves its graph", "stack(tensors)"]),
]


@pytest.fixture
def names(tmp_path):
    """What a program has at hand; ``file`` writes one and gives its name."""

    def file(content):
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return os.fspath(path)

    public = {
        **PUBLIC,
        **{name: getattr(backprop, name) for name in backprop.__all__},
        "functional": backprop.nn.functional,
        "one_hot": backprop.nn.functional.one_hot,
    }
    model = backprop.nn.Linear(4, 3, rng=random.Random(0))
    w = backprop.Tensor([[1.0, 2.0]], requires_grad=True)
    iris = backprop.datasets.load_iris()
    return {
        **{name: value for name, value in public.items() if not hasattr(builtins, name)},
        "backprop": backprop,
        "copy": copy,
        "math": math,
        "file": file,
        "model": model,
        "optimizer": backprop.optim.SGD(model.parameters()),
        "iris": iris,
        "batches": backprop.utils.data.DataLoader(iris, batch_size=50),
        "cross_entropy": backprop.nn.CrossEntropyLoss(),
        "table": backprop.Matrix([[1, 2], [3, 4]]),
        "scores": backprop.Matrix([[1.0, 2.0], [3.0, 4.0]]),
        "x": backprop.ones(8, 3),
        "v": backprop.ones(2),
        "images": backprop.ones(8, 3, 4, 4),
        "w": w,
        "loss": (w * w).sum(),
    }


@pytest.mark.parametrize(("program", "error", "words"), MISTAKES, ids=[program for program, _, _ in MISTAKES])
def test_a_mistake_is_refused_in_a_sentence(program, error, words, names):
    with pytest.raises(error) as refused:
        exec(program, names)
    message, raised = str(refused.value), traceback.extract_tb(refused.tb)[-1]
    assert all(word in message for word in words), message
    assert len(message) < 300 and "object at 0x" not in message and not isinstance(refused.value, BARE), message
    # Python's own sentence is as good where it names both types and the line is the user's.
    assert raised.filename.startswith(PACKAGE) or "unsupported operand" in message, raised


@pytest.mark.parametrize(("program", "words"), HINTS, ids=[program for program, _ in HINTS])
def test_what_is_most_often_not_meant_is_warned_of(program, words, names):
    with pytest.warns(UserWarning) as caught:
        exec(program, names)
    (warning,) = caught
    assert all(word in str(warning.message) for word in words), warning.message


def test_there_are_enough_of_them_and_each_comes_once():
    assert len({program for program, _, _ in MISTAKES}) == len(MISTAKES) >= 182
