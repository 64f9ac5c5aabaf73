"""Beginners' mistakes: each is refused by what the user called, with what must be, what came and what to write.

None is silent, and none ends in an error from inside, as an IndexError, an AttributeError or a StopIteration of Python's
own is: the sentence is written in this package.
"""

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
    ("Tensor([1, 2, 3])", TypeError, ["Tensor", "list of numbers", "row 0 is 1", "[[x, y, …]]", "[[x], [y], …]"]),
    ("Parameter([1.0, 2.0])", TypeError, ["Parameter", "list of numbers", "row 0 is 1.0", "[[x, y, …]]"]),
    ("Matrix([1, 2, 3])", TypeError, ["Matrix", "list of numbers", "row 0 is 1", "[[x, y, …]]", "[[x], [y], …]"]),
    ("Tensor('abc')", TypeError, ["Tensor", "list of rows", "'abc'", "[[x]]"]),
    ("Tensor(None)", TypeError, ["Tensor", "list of rows", "None", "[[x]]"]),
    ("Matrix(5)", TypeError, ["Matrix", "list of rows", "5", "[[x]]"]),
    ("Matrix({1: 2})", TypeError, ["Matrix", "list of rows", "{1: 2}"]),
    ("Tensor([])", ValueError, ["Tensor", "at least one row and one column", "[]"]),
    ("Tensor([[1, 2], [3]])", ValueError, ["Tensor", "row 1 has 1 entries", "row 0 has 2"]),
    ("Tensor([['1', '2']])", TypeError, ["Tensor", "entry [0, 0]", "'1'", "real number"]),
    ("Tensor([[1.0, None]])", TypeError, ["Tensor", "entry [0, 1]", "None", "real number"]),
    ("Tensor([[loss, loss]])", TypeError, ["Tensor", "entry [0, 0]", "real number", "x.item()"]),
    ("Tensor([w, w])", TypeError, ["Tensor", "rows of numbers", "a list of Tensors", "cat(a, b, …)"]),
    ("cat([w, w])", TypeError, ["cat", "rows of numbers", "a list of Tensors", "cat(a, b, …)"]),
    ("Tensor([[[1.0], [2.0]]])", TypeError, ["Tensor", "entry [0, 0]", "[1.0]", "real number"]),
    ("Tensor([[1.0], [2.0]], [[3.0]])", TypeError, ["requires_grad is True or False", "[[3.0]]"]),
    ("float(w)", ValueError, ["float()", "a single entry", "1×2", "tensor[i, j]", "mean()"]),
    ("w += 1", TypeError, ["tensor +=", "leaf", "tensor.data = tensor.matrix + …"]),
    ("if w: pass", RuntimeError, ["truth of a Tensor", "1×2", "ambiguous", "any()"]),
    ("jacobian(5, w)", TypeError, ["jacobian", "function", "5"]),
    ("Tensor(Tensor([[1.0]]))", TypeError, ["Tensor already", "tensor.detach()"]),
    ("table[2]", IndexError, ["row 2 of 2", "0 to 1"]),
    ("table[0, 2]", IndexError, ["column 2 of 2", "0 to 1"]),
    ("table[1.0]", TypeError, ["a row is chosen by an int", "1.0"]),
    ("table[0][0] = 1", TypeError, ["a Matrix never changes", "m.tolist()"]),
    ("table.item()", ValueError, ["single entry", "2×2", "m[i, j]"]),
    ("table @ Matrix([[1, 2]])", ValueError, ["2×2 @ 1×2", "2 columns", "1 rows"]),
    ("table + Matrix([[1, 2, 3]])", ValueError, ["2×2 and 1×3", "do not fit"]),
    ("table + [[1, 2], [3, 4]]", TypeError, ["+ needs a Matrix or a number", "got a list", "Matrix(list)"]),
    ("[[1, 2], [3, 4]] @ table", TypeError, ["unsupported operand", "'list'", "'Matrix'"]),
    ("table / 0", ZeroDivisionError, ["Matrix /", "1 / 0", "[0, 0]"]),
    ("Matrix([[10**400]]) * 0.5", OverflowError, ["Matrix *", "...", "[0, 0]", "beyond the largest float"]),
    ("table.reshape(3, 2)", ValueError, ["reshape(3, 2)", "4 entries", "2×2"]),
    ("table.sum(axis=2)", ValueError, ["sum", "axis", "0 or 1", "got 2"]),
    ("tables.zeros(-1, 2)", ValueError, ["at least one row", "-1×2"]),
    ("tables.zeros('2', 2)", TypeError, ["number of rows is an int", "'2'"]),
    # ------------------------------------------------------------ tensors and gradients
    ("Tensor([[1.0, 2.0]])[0][0] = 1", TypeError, ["Tensor", "not changed in place", "tensor.data"]),
    ("Tensor([[1.0, 2.0]])[1]", IndexError, ["row 1 of 1"]),
    ("Tensor([[1.0, 2.0]]).item()", ValueError, ["single entry", "1×2"]),
    ("math.exp(Tensor([[1.0, 2.0]]))", ValueError, ["Tensor of a single entry", "1×2", "exp, log"]),
    ("Tensor(5.0).backward()", RuntimeError, ["backward()", "requires a gradient"]),
    ("(w * 2).backward()", ValueError, ["backward()", "single number", "1×2", "sum() or mean()"]),
    ("y = w.sum(); y.backward(); y.backward()", RuntimeError, ["backward()", "already", "compute the loss again"]),
    ("w.data = 5", TypeError, ["Tensor.matrix is a Matrix", "got 5"]),
    ("w.data = Matrix([[1.0]])", ValueError, ["Tensor.data", "1×2", "got 1×1"]),
    ("w + Matrix([[1.0, 2.0, 3.0]])", ValueError, ["1×2 and 1×3", "do not fit"]),
    ("w + 'a'", TypeError, ["add", "list of rows", "'a'"]),
    ("w + None", TypeError, ["add", "a Tensor, a Matrix or a number", "None"]),
    ("log(w * 0)", ValueError, ["log", "above 0", "entry [0, 0] is 0.0"]),
    ("functional.relu('a')", TypeError, ["relu", "list of rows", "'a'"]),
    ("functional.softmax(w, dim=5)", ValueError, ["softmax", "dim", "0, 1, -1 or -2", "got 5"]),
    ("gradcheck(lambda x: x * x, 3.0)", TypeError, ["gradcheck", "list of Tensors", "3.0", "requires_grad=True"]),
    ("gradcheck(lambda x: x * x, [Tensor(3.0)])", ValueError, ["gradcheck", "at least one", "requires_grad=True"]),
    ("gradcheck(w, [w])", TypeError, ["gradcheck", "func is a function", "gradcheck(func, inputs)"]),
    ("gradcheck(lambda x: x.matrix, [w])", TypeError, ["gradcheck", "func gives a Tensor", "got a Matrix"]),
    ("loss.backward(); explain(loss)", RuntimeError, ["already", "compute the loss again"]),
    ("loss.backward(); loss.graph()", RuntimeError, ["graph()", "draw it before"]),
    ("explain(model)", TypeError, ["explain", "the loss as a Tensor", "Linear"]),
    ("manual_seed('abc')", TypeError, ["manual_seed", "an int", "'abc'"]),
    # ------------------------------------------------------------ layers
    ("Linear(64, 10)(tables.ones(64, 5))", ValueError, ["Linear(64, 10)", "rows of 5", "needs 64"]),
    ("model([1.0, 2.0, 3.0, 4.0])", TypeError, ["Linear", "row 0 is 1.0", "[[x, y, …]]"]),
    ("model.forward([1.0, 2.0, 3.0, 4.0])", TypeError, ["Linear", "row 0 is 1.0", "[[x, y, …]]"]),
    ("model(None)", TypeError, ["Linear", "list of rows", "None"]),
    ("model(iris)", TypeError, ["Linear", "list of rows", "Dataset"]),
    ("Sequential(model)([1.0, 2.0])", TypeError, ["Sequential", "row 0 is 1.0", "[[x, y, …]]"]),
    ("Linear('3', 2)", ValueError, ["Linear", "in_features is an int from 1 up", "'3'"]),
    ("Linear(3.0, 2)", ValueError, ["Linear", "in_features is an int from 1 up", "3.0"]),
    ("Linear(3, 0)", ValueError, ["Linear", "out_features is an int from 1 up", "0"]),
    ("Dropout(50)", ValueError, ["Dropout", "p is a finite number from 0 to 1", "50"]),
    ("Conv2d(1, 8, 3)(tables.ones(2, 30))", ValueError, ["conv2d", "rows of 30", "input_size=(H, W)"]),
    ("MaxPool2d(2, in_channels=1)(tables.ones(2, 30))", ValueError, ["max_pool2d", "30", "input_size=(H, W)"]),
    ("MultiheadAttention(10, 3)", ValueError, ["MultiheadAttention", "num_heads=3 does not divide embed_dim=10"]),
    ("LSTM(3, 4)(tables.ones(5, 3), sequence_length=2)", ValueError, ["LSTM(3, 4)", "5 rows", "sequence_length=2"]),
    (
        "Embedding(10, 4)(Matrix([[1.0, 2.0]]))",
        TypeError,
        ["embedding", "list of indices (ints)", "Matrix([[1.0, 2.0]])"],
    ),
    ("Embedding(10, 4)([3, 10])", ValueError, ["embedding", "index 1", "10", "0 to 9"]),
    ("Sequential([Linear(2, 3), ReLU()])", TypeError, ["Sequential", "Modules", "a list", "Sequential(*layers)"]),
    ("Sequential(Linear(2, 3), ReLU)", TypeError, ["Sequential", "Modules", "the class ReLU", "ReLU(…)"]),
    ("Sequential(Linear(2, 3), functional.relu)", TypeError, ["Sequential", "Modules", "a function, relu", "ReLU()"]),
    ("Sequential(Linear(2, 3), 'relu')", TypeError, ["Sequential", "Modules", "'relu'", "ReLU()"]),
    ("Sequential(Linear(2, 3), Linear(4, 1))(tables.ones(1, 2))", ValueError, ["Linear(4, 1)", "rows of 3", "needs 4"]),
    ("Residual([Linear(2, 2)])", TypeError, ["Residual", "a Module", "a list", "Sequential(*layers)"]),
    ("Residual(Linear)", TypeError, ["Residual", "a Module", "the class Linear", "Linear(…)"]),
    ("Softmax()([1.0, 2.0])", TypeError, ["softmax:", "row 0 is 1.0", "[[x, y, …]]"]),
    ("Linear(2, 1, rng=42)", TypeError, ["rng", "a Generator", "42", "rng=Generator().manual_seed(seed)"]),
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
    ("model.load_state_dict(Linear(3, 1).state_dict())", ValueError, ["load_state_dict", "3×4", "1×3"]),
    # ------------------------------------------------------------ losses
    ("cross_entropy(scores, [1, 2])", ValueError, ["target 1 is 2", "0 to 1", "[t - 1 for t in targets]"]),
    ("cross_entropy(scores, [-1, 1])", ValueError, ["cross_entropy", "target 0 is -1", "0 to 1"]),
    (
        "cross_entropy(scores, [0.0, 1.0])",
        TypeError,
        ["class indices (ints)", "[0.0, 1.0]", "[int(t) for t in targets]"],
    ),
    (
        "cross_entropy(scores, [[0], [1]])",
        ValueError,
        ["class indices (ints)", "2×1", "[int(t) for [t] in targets.tolist()]"],
    ),
    (
        "cross_entropy(scores, Matrix([[0], [1]]))",
        ValueError,
        ["class indices (ints)", "2×1", "for [t] in targets.tolist()"],
    ),
    ("cross_entropy(scores, ['cat', 'dog'])", TypeError, ["class indices (ints)", "['cat', 'dog']", "names.index(t)"]),
    ("cross_entropy(scores, [0, 1, 1])", ValueError, ["cross_entropy", "3 targets for 2 rows", "each row has one"]),
    ("cross_entropy(scores, 1)", TypeError, ["cross_entropy", "class indices (ints)", "got 1"]),
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
    ("CrossEntropyLoss('sum')", TypeError, ["CrossEntropyLoss", "weight is a Matrix or a list of numbers", "'sum'"]),
    (
        "BCELoss()(Matrix([[3.0]]), Matrix([[1.0]]))",
        ValueError,
        ["binary_cross_entropy", "input [0, 0] is 3.0", "from 0 to 1"],
    ),
    (
        "BCEWithLogitsLoss()(Matrix([[3.0], [1.0]]), [1, 0])",
        TypeError,
        ["binary_cross_entropy_with_logits", "row 0 is 1", "[[x], [y], …]"],
    ),
    ("BCEWithLogitsLoss()(Matrix([[3.0]]), Matrix([[2.0]]))", ValueError, ["target [0, 0] is 2.0", "from 0 to 1"]),
    ("MSELoss()(Matrix([[3.0], [1.0]]), [3.0, 1.0])", TypeError, ["mse_loss", "row 0 is 3.0", "[[x], [y], …]"]),
    ("MSELoss()(Matrix([[3.0], [1.0]]), Matrix([[3.0, 1.0]]))", ValueError, ["mse_loss", "same shape", "2×1 and 1×2"]),
    ("MSELoss()(scores, None)", TypeError, ["mse_loss", "target is a Tensor, a Matrix or a number", "None"]),
    # ------------------------------------------------------------ optimizers and schedulers
    ("SGD(model)", TypeError, ["SGD", "parameters", "a Linear", "model.parameters()"]),
    ("SGD(model.parameters)", TypeError, ["SGD", "parameters", "a method", "model.parameters()"]),
    (
        "SGD(model.state_dict())",
        TypeError,
        ["SGD needs a list of parameters", "got a dict", "list(parameters.values())"],
    ),
    ("SGD([Tensor([[1.0]])])", TypeError, ["SGD learns Parameters", "Tensor([[1.0]])", "Parameter(…)"]),
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
    (
        "StreamLoader([([1.0], 0)], 1, drop_last='no')",
        TypeError,
        ["StreamLoader", "drop_last is True or False", "'no'"],
    ),
    ("DataLoader(iris, batchsize=10)", TypeError, ["DataLoader has no setting 'batchsize'", "batch_size"]),
    ("DataLoader(iris.inputs, 10)", TypeError, ["DataLoader", "Dataset(inputs, targets)", "a Matrix"]),
    ("DataLoader([([1.0], 0)], 10)", TypeError, ["DataLoader", "Dataset(inputs, targets)", "a list"]),
    ("train_test_split(iris, 200)", ValueError, ["train_test_split", "test_size", "150 examples", "200"]),
    (
        "train_test_split(iris.inputs, iris.targets)",
        TypeError,
        ["train_test_split", "Dataset(inputs, targets)", "a Matrix"],
    ),
    ("k_folds(iris, 1)", ValueError, ["k_folds", "k is an int from 2 to 150", "1"]),
    ("Dataset(Matrix([[1.0], [2.0]]), [0])", ValueError, ["Dataset", "1 targets for 2 rows"]),
    ("Dataset([1.0, 2.0], [0, 1])", TypeError, ["Dataset: inputs", "row 0 is 1.0", "[[x], [y], …]"]),
    (
        "Dataset(Matrix([[1.0]]), [0.5])",
        TypeError,
        ["Dataset", "class indices (ints)", "[0.5]", "[[t] for t in targets]"],
    ),
    ("Dataset(Matrix([[1.0]]), ['cat'])", TypeError, ["Dataset", "class indices (ints)", "['cat']"]),
    ("one_hot(['cat', 'dog'])", TypeError, ["one_hot", "class indices (ints)", "['cat', 'dog']", "names.index(t)"]),
    ("one_hot([0, 1, 2], 2)", ValueError, ["one_hot", "target 2 is 2", "0 to 1"]),
    (
        "read_csv(file('a,b,y\\n1,x,0\\n'), 'y')",
        ValueError,
        ["read_csv", "line 2, column 'b'", "'x' is not a finite number"],
    ),
    ("read_csv(file('a,b,y\\n1,,0\\n'), 'y')", ValueError, ["read_csv", "line 2, column 'b'", "missing value"]),
    ("read_csv(file('a,b\\n1,0\\n'), 'y')", ValueError, ["read_csv", "no column 'y'", "'a', 'b'"]),
    ("read_csv(file('a;y\\n1;0\\n'), 'y')", ValueError, ["read_csv", "no column 'y'", "'a;y'", "delimiter=';'"]),
    ("read_csv(file(''), 'y')", ValueError, ["read_csv", "is empty"]),
    (
        "read_csv(file(b'PK\\x03\\x04\\x14\\x00\\xff\\xfe'), 'y')",
        ValueError,
        ["read_csv", ".xlsx", "zip archive", "as CSV"],
    ),
    ("read_image(file('a,b'))", ValueError, ["read_image", "b'a,b'", "PNG"]),
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
        ["fit", "a batch is a pair (inputs, targets)", "DataLoader(Dataset(inputs"],
    ),
    ("fit(model, cross_entropy, optimizer, [None], epochs=1)", TypeError, ["fit", "a batch is a pair", "None"]),
    ("fit(model, CrossEntropyLoss, optimizer, batches, epochs=1)", TypeError, ["fit", "CrossEntropyLoss()"]),
    ("fit(model, cross_entropy, optimizer, iter([]), epochs=1)", ValueError, ["fit", "no batches", "used up"]),
    (
        "fit(model, cross_entropy, optimizer, (iris.inputs, iris.targets), epochs=1)",
        TypeError,
        ["fit", "a batch is a pair (inputs, targets)", "a Matrix", "[(inputs, targets)] or DataLoader(Dataset(inputs"],
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
    ("fit(model, MSELoss(), optimizer, batches, epochs=1)", TypeError, ["mse_loss", "row 0 is 0", "[[x], [y], …]"]),
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
        ["evaluate", "a batch is a pair (inputs, targets)", "a Matrix", "DataLoader(Dataset(inputs"],
    ),
    ("evaluate(model, batches, cross_entropy)", TypeError, ["evaluate", "CrossEntropyLoss()", "DataLoader"]),
    ("evaluate(model, cross_entropy, iris)", TypeError, ["evaluate", "not in batches", "DataLoader(dataset"]),
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
        **public,
        "backprop": backprop,
        "math": math,
        "file": file,
        "model": model,
        "optimizer": backprop.optim.SGD(model.parameters()),
        "iris": iris,
        "batches": backprop.utils.data.DataLoader(iris, batch_size=50),
        "cross_entropy": backprop.nn.CrossEntropyLoss(),
        "table": backprop.Matrix([[1, 2], [3, 4]]),
        "scores": backprop.Matrix([[1.0, 2.0], [3.0, 4.0]]),
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


def test_there_are_enough_of_them_and_each_comes_once():
    assert len({program for program, _, _ in MISTAKES}) == len(MISTAKES) >= 60
