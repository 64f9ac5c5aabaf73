"""Random Tensors: the constants are what PyTorch 2.13 gives after ``torch.manual_seed(0)``, float32 unless a dtype is named."""

import math

import pytest

import backprop
from backprop import Generator, Tensor, manual_seed, nn, no_grad, tensor, zeros

DOUBLE = backprop.float64
LONG = backprop.int64
RANDN_20 = """-1.1258398294448853 -1.152360200881958 -0.2505785822868347 -0.4338788092136383 0.5988394618034363
    -1.5550950765609741 -0.3413603901863098 1.85300612449646 0.46809640526771545 -0.1577124446630478 1.4436601400375366
    0.26604941487312317 1.3893661499023438 1.586334228515625 0.946298360824585 -0.843676745891571 0.9318265914916992
    1.2590092420578003 2.0049805641174316 0.05373690277338028"""

DRAWS = {
    "rand": (lambda: backprop.rand(3), [0.49625658988952637, 0.7682217955589294, 0.08847743272781372]),
    "randn": (lambda: backprop.randn(3), [1.5409960746765137, -0.293428897857666, -2.1787893772125244]),
    "randn 20": (lambda: backprop.randn(20), [float(x) for x in RANDN_20.split()]),
    "randint": (lambda: backprop.randint(10, (5,)), [4, 9, 3, 0, 3]),
    "randint by name": (lambda: backprop.randint(low=0, high=10, size=(5,)), [4, 9, 3, 0, 3]),
    "randint from": (lambda: backprop.randint(2, 9, (2, 2)), [[6, 5], [2, 4]]),
    "randperm": (lambda: backprop.randperm(10), [4, 1, 7, 5, 3, 9, 0, 8, 6, 2]),
    "rand 64": (
        lambda: backprop.rand(3, dtype=DOUBLE),
        [0.9700530018065531, 0.707819864399788, 0.45938294312745087],
    ),
    "randn 64": (
        lambda: backprop.randn(3, dtype=DOUBLE),
        [1.5409961082440433, -0.2934289057609464, -2.1787893820745574],
    ),
    "rand_like": (lambda: backprop.rand_like(zeros(2, dtype=DOUBLE)), [0.9700530018065531, 0.707819864399788]),
    "randint_like": (lambda: backprop.randint_like(zeros(5), 10), [4.0, 9.0, 3.0, 0.0, 3.0]),
    "normal": (
        lambda: backprop.normal(1.0, 2.0, (2, 2)),
        [[4.081992149353027, 0.4131421744823456], [-3.357578754425049, 2.1368625164031982]],
    ),
    "normal of two": (
        lambda: backprop.normal(tensor([0.0, 1.0, 2.0]), tensor([1.0, 2.0, 3.0])),
        [1.5409960746765137, 0.41314220428466797, -4.536368370056152],
    ),
    "normal of a mean": (
        lambda: backprop.normal(tensor([0.0, 1.0, 2.0]), 2.0),
        [3.0819921493530273, 0.41314220428466797, -2.357578754425049],
    ),
    "normal of a std": (lambda: backprop.normal(1.0, tensor([1.0, 2.0])), [2.5409960746765137, 0.41314220428466797]),
    "bernoulli": (lambda: backprop.bernoulli(tensor([0.2, 0.5, 0.9])), [0.0, 0.0, 1.0]),
    "multinomial": (lambda: backprop.multinomial(tensor([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]]), 2), [[2, 1], [1, 0]]),
    "multinomial again": (
        lambda: tensor([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]]).multinomial(4, replacement=True),
        [[2, 2, 2, 2], [1, 1, 0, 0]],
    ),
    "uniform_": (
        lambda: zeros(3).uniform_(2, 3),
        [2.4962565898895264, 2.768221855163574, 2.088477373123169],
    ),
    "normal_": (
        lambda: zeros(4, dtype=DOUBLE).normal_(1, 2),
        [4.081992216488087, 0.41314218847810724, -3.357578764149115, 2.1368625545613353],
    ),
    "cauchy_": (lambda: zeros(3).cauchy_(), [10.597729682922363, 0.7647672891616821, -0.12829934060573578]),
    "cauchy_ 64": (
        lambda: zeros(3, dtype=DOUBLE).cauchy_(1.0, 2.0),
        [22.195458653364593, 2.5295345192117997, 0.7434013158336519],
    ),
    "log_normal_": (lambda: zeros(3).log_normal_(), [59.2634162902832, 1.5115599632263184, 0.03481946140527725]),
    "geometric_": (lambda: zeros(3).geometric_(0.25), [1.0, 2.0, 3.0]),
    "geometric_ of ints": (lambda: zeros(3, dtype=LONG).geometric_(0.25), [1, 2, 3]),
    "exponential_": (lambda: zeros(3).exponential_(2.0), [1.754163146018982, 0.6151923537254333, 0.3075220584869385]),
    "bernoulli_": (lambda: zeros(2, dtype=LONG).bernoulli_(tensor([0.2, 0.9])), [0, 1]),
    "random_": (
        lambda: zeros(3, dtype=LONG).random_(),
        [900450186894289455, 3969543146641149120, 1895649597198586619],
    ),
    "random_ int32": (lambda: zeros(3, dtype=backprop.int32).random_(), [209652396, 398764591, 924231285]),
    "random_ int16": (lambda: zeros(3, dtype=backprop.int16).random_(), [2732, 10799, 9845]),
    "random_ uint8": (lambda: zeros(3, dtype=backprop.uint8).random_(), [172, 47, 117]),
    "random_ bool": (lambda: zeros(3, dtype=backprop.bool).random_(), [False, True, True]),
    "random_ float32": (lambda: zeros(3).random_(), [8325664.0, 12888472.0, 1484222.0]),
    "random_ float64": (
        lambda: zeros(3, dtype=DOUBLE).random_(),
        [8737460674930124.0, 6375474555111176.0, 4137753702977065.0],
    ),
    "random_ to": (lambda: zeros(3).random_(5), [4.0, 4.0, 3.0]),
    "random_ from": (lambda: zeros(3, dtype=LONG).random_(-2, 5), [2, 1, -2]),
}


def flat(x):
    return [z for y in x for z in flat(y)] if isinstance(x, list) else [x]


def assert_near(x, expected, double):
    """float32 numbers to 6 digits, as large as 1 where a cosine near 0 has lost some; float64 ones to a rounding or two."""
    for a, b in zip(flat(x), flat(expected)):
        assert math.isclose(a, b, rel_tol=4e-16 if double else 1e-6, abs_tol=4e-16 if double else 5e-7)
        assert type(a) is type(b)


@pytest.mark.parametrize("name", DRAWS)
def test_the_numbers_are_pytorchs(name):
    draw, expected = DRAWS[name]
    manual_seed(0)
    x = draw()
    assert tensor(expected).shape == x.shape
    assert_near(x.tolist(), expected, x.dtype is DOUBLE)


# The first three numbers of each parameter and the sum of all, under both default dtypes.
LAYERS = {
    "Linear": (
        lambda: nn.Linear(3, 2),
        [
            ([-0.004322517663240433, 0.3097158372402191, -0.4751853346824646], -0.6622348427772522),
            ([-0.011439144611358643, 0.45777493715286255], 0.4463357925415039),
        ],
        [
            ([0.5427704542528101, 0.23996970930833816, -0.046900537438113156], 1.7253252609328005),
            ([-0.3711136225274598, -0.17192610627289664], -0.5430397288003564),
        ],
    ),
    "Conv2d": (
        lambda: nn.Conv2d(1, 2, 3),
        [
            ([-0.0024956068955361843, 0.17881453037261963, -0.2743483781814575], -0.5647700428962708),
            ([-0.22598037123680115, -0.14515428245067596], -0.3711346387863159),
        ],
        [
            ([0.3133686678710353, 0.13854657626652528, -0.027078037915032747], 0.023783711368655786),
            ([0.11002545050009963, 0.18991593363674514], 0.2999413841368448),
        ],
    ),
    "Embedding": (
        lambda: nn.Embedding(5, 3),
        [([1.5409960746765137, -0.293428897857666, -2.1787893772125244], -3.9689929485321045)],
        [([1.5409961082440433, -0.2934289057609464, -2.1787893820745574], -3.968993225936182)],
    ),
    "LSTM": (
        lambda: nn.LSTM(3, 4),
        [
            ([-0.003743410110473633, 0.26822179555892944, -0.4115225672721863], -2.1700336933135986),
            ([-0.2217475175857544, -0.01804119348526001, 0.3197803497314453], 0.36736762523651123),
            ([-0.30426955223083496, 0.45368504524230957, 0.3426499366760254], -0.7658242583274841),
            ([-0.17491668462753296, -0.4098108410835266, -0.10635757446289062], 0.9904949069023132),
        ],
        [
            ([0.4700530018065531, 0.20781986439978795, -0.04061705687254913], -0.24883891256209012),
            ([0.4972603835252126, 0.37966409923898103, 0.2629971687438133], -0.03959279942693705),
            ([0.03356033144088266, -0.3491226353532302, 0.15793486205107776], -0.7032918045327538),
            ([-0.4645932731671315, -0.4210546572388525, 0.19559466799251368], -1.1127064571718202),
        ],
    ),
    "Bilinear": (
        lambda: nn.Bilinear(2, 2, 1),
        [
            ([-0.005293981172144413, 0.37932288646698, -0.5819807648658752], -0.7283393144607544),
            ([-0.27234524488449097], -0.27234524488449097),
        ],
        [
            ([0.6647553301890122, 0.2939016707647176, -0.0574411926928383], 1.4962428894832387),
            ([0.20509507754883882], 0.20509507754883882),
        ],
    ),
    "MultiheadAttention": (
        lambda: nn.MultiheadAttention(4, 2),
        [
            ([0.22242416441440582, 0.508506715297699, -0.12602636218070984], -0.18749690055847168),
            ([0.0, 0.0, 0.0], 0.0),
            ([-0.003743410110473633, 0.26822179555892944, -0.4115225672721863], -1.3448340892791748),
            ([0.0, 0.0, 0.0], 0.0),
        ],
        [
            ([-0.3547271744267757, 0.21646033191818537, -0.4779747385091611], 0.19888787618334025),
            ([0.0, 0.0, 0.0], 0.0),
            ([0.470053001806553, 0.20781986439978792, -0.04061705687254912], 0.42295539922695496),
            ([0.0, 0.0, 0.0], 0.0),
        ],
    ),
}


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("name", LAYERS)
def test_first_weights_are_pytorchs_in_the_default_dtype(name, double):
    make, *figures = LAYERS[name]
    if double:
        backprop.set_default_dtype(DOUBLE)
    try:
        manual_seed(0)
        parameters = list(make().parameters())
    finally:
        backprop.set_default_dtype(backprop.float32)
    assert len(parameters) == len(figures[double])
    for own, (first, total) in zip(parameters, figures[double]):
        assert own.dtype is (DOUBLE if double else backprop.float32)
        entries = own.detach().flatten().tolist()
        assert_near(entries[:3], first, double)
        # A sum of n numbers, each of them to within the figure above.
        assert math.isclose(math.fsum(entries), total, abs_tol=len(entries) * (2e-15 if double else 1e-6))


def test_a_parameter_of_float64_is_filled_with_float64_numbers():
    """Whatever the default dtype is: it is that of the tensor which counts."""
    manual_seed(0)
    weight = nn.init.uniform_(nn.Parameter(zeros(1, 3, 1, dtype=DOUBLE)))
    assert_near(weight.flatten().tolist(), [0.9700530018065531, 0.707819864399788, 0.45938294312745087], True)
    assert weight.shape == (1, 3, 1) and weight.requires_grad and weight.is_leaf and weight.grad_fn is None


def test_a_generator_gives_a_stream_of_its_own():
    state = backprop.get_rng_state()
    for name, (draw, _) in DRAWS.items():
        if name in ("rand", "randn", "randint", "randperm"):
            arguments = {"rand": (3,), "randn": (3,), "randint": (10, (5,)), "randperm": (10,)}[name]
            rng = Generator().manual_seed(0)
            own = getattr(backprop, name)(*arguments, generator=rng).tolist()
            manual_seed(0)
            assert own == draw().tolist()
    backprop.set_rng_state(state)
    zeros(3).uniform_(generator=Generator())
    assert backprop.get_rng_state().equal(state)


def test_what_is_filled_no_longer_depends_on_what_it_was():
    x = Tensor([1.0, 2.0], requires_grad=True)
    for fill in (lambda y: y.uniform_(), lambda y: y.normal_(), lambda y: y.zero_(), lambda y: y.fill_(3)):
        x.grad = None
        y = x * 2
        fill(y)
        assert y.requires_grad
        (y + x).sum().backward()
        assert x.grad.tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="leaf"):
        x.uniform_()
    with no_grad():
        assert x.uniform_() is x and x.requires_grad and x.is_leaf


def test_a_view_that_is_filled_fills_its_base():
    x = zeros(2, 2)
    x[0].random_(5, 6)
    assert x.tolist() == [[5.0, 5.0], [0.0, 0.0]]


def test_tensors_without_entries_draw_nothing():
    state = backprop.get_rng_state()
    for x in (
        backprop.rand(0),
        backprop.randn(2, 0),
        backprop.randint(5, (0,)),
        backprop.randperm(0),
        zeros(0).exponential_(),
    ):
        assert x.numel() == 0
    assert backprop.multinomial(zeros(0, 3), 2).shape == (0, 2)
    assert backprop.get_rng_state().equal(state)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: backprop.rand(2, dtype=LONG), NotImplementedError, "rand: the numbers are floats"),
        (lambda: backprop.rand_like(tensor([1])), NotImplementedError, "numbers are floats"),
        (lambda: zeros(1, dtype=LONG).normal_(), NotImplementedError, "normal_: the numbers are floats"),
        (lambda: backprop.bernoulli(tensor([1, 0])), NotImplementedError, "bernoulli: the numbers are floats"),
        (lambda: backprop.bernoulli(tensor([2.0])), ValueError, "bernoulli"),
        (lambda: backprop.randint(5, 3), TypeError, "randint: write"),
        (lambda: backprop.randint(5), TypeError, "randint: write"),
        (lambda: backprop.randint(3, 3, (1,)), ValueError, "randint"),
        (lambda: backprop.randint(1.5, (2,)), TypeError, "high is an int"),
        (lambda: backprop.randperm(-1), ValueError, "randperm"),
        (lambda: backprop.normal(0.0, 1.0), TypeError, "needs the size"),
        (lambda: backprop.normal(zeros(2), tensor([1.0, -1.0])), RuntimeError, "std is from 0 up"),
        (lambda: backprop.multinomial(zeros(2, 2, 2), 1), ValueError, "1 axis or 2"),
        (lambda: backprop.multinomial(zeros(2), 1), ValueError, "a weight above 0"),
        (lambda: zeros(2).uniform_(2, 1), ValueError, "low is not above high"),
        (lambda: zeros(2, dtype=backprop.uint8).random_(0, 300), ValueError, "both fit uint8"),
        (lambda: backprop.rand(2, generator=0), TypeError, "Generator"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
