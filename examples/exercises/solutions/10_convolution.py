"""Solution 10: a place of the result for each place of the kernel, and a sum over the kernel at each.

What networks call convolution mathematicians call correlation: a convolution turns the kernel round first. Since the
kernel is learned, it makes no difference.
"""

from __future__ import annotations

Image = list["list[float]"]


def convolution(x: Image, k: Image) -> Image:
    h, w = len(k), len(k[0])
    return [
        [sum(x[i + a][j + b] * k[a][b] for a in range(h) for b in range(w)) for j in range(len(x[0]) - w + 1)]
        for i in range(len(x) - h + 1)
    ]


def padded(x: Image, k: Image) -> Image:
    """The kernel goes beyond the lower and right edge, where zeros are."""
    more = [[*row, *[0.0] * (len(k[0]) - 1)] for row in x]
    return convolution(more + [[0.0] * len(more[0])] * (len(k) - 1), k)


def stopping(x: Image, k: Image) -> Image:
    """range(H − h): the last place is left out."""
    return [row[:-1] for row in convolution(x, k)[:-1]]


HINT = (
    "Four loops: i and j over the places of the result, range(H - h + 1) and range(W - w + 1), and at each place a and b over "
    "the kernel."
)

MISTAKES = {
    "The last row and column are missing: a kernel as large as the image has one place, so it is H − h + 1.": stopping,
    "The kernel must lie wholly on the image: there are H − h + 1 rows, fewer than the image has.": padded,
    "The kernel must lie wholly on the image; yours goes over the edge: range(H - h + 1), columns likewise.": lambda x, k: [
        [sum(x[i + a][j + b] * k[a][b] for a in range(len(k)) for b in range(len(k[0]))) for j in range(len(x[0]))]
        for i in range(len(x))
    ],
    "The kernel is turned round: x[i + a][j + b] belongs to k[a][b], with the same a and b.": lambda x, k: convolution(
        x, [row[::-1] for row in k[::-1]]
    ),
    "The kernel is transposed: a counts its rows, b its columns, k[a][b].": lambda x, k: [
        [sum(x[i + a][j + b] * k[b][a] for a in range(len(k)) for b in range(len(k[0]))) for j in range(len(row))]
        for i, row in enumerate(convolution(x, k))
    ],
    "The sum over the kernel is missing: your result has a single product at each place.": lambda x, k: [
        [x[i][j] * k[0][0] for j in range(len(row))] for i, row in enumerate(convolution(x, k))
    ],
    "You divide by the size of the kernel: it is a sum, not a mean.": lambda x, k: [
        [y / (len(k) * len(k[0])) for y in row] for row in convolution(x, k)
    ],
    "The kernel does not move: under it lies x[i + a][j + b], not x[a][b].": lambda x, k: [
        [convolution(x, k)[0][0] for _ in row] for row in convolution(x, k)
    ],
    "What lies under the kernel is multiplied by it, not added to it.": lambda x, k: [
        [y + sum(map(sum, k)) for y in row] for row in convolution(x, [[1.0] * len(k[0]) for _ in k])
    ],
    "Under k[a][b] lies x[i + a][j + b]: with a minus you read to the left and above, in Python from the far end.": lambda x, k: [
        [
            sum(x[i - a][j - b] * k[a][b] for a in range(len(k)) for b in range(len(k[0])))
            for j in range(len(x[0]) - len(k[0]) + 1)
        ]
        for i in range(len(x) - len(k) + 1)
    ],
    "All is in one row: begin a new list for each row of the result.": lambda x, k: [
        y for row in convolution(x, k) for y in row
    ],
    "[[0.0] * w] * h is h times the same list, so that all rows change together: make a new one for each.": lambda x, k: [
        [sum(column) for column in zip(*convolution(x, k))] for _ in convolution(x, k)
    ],
    "That is the last product alone: add it to what is there, +=.": lambda x, k: [
        [x[i + len(k) - 1][j + len(k[0]) - 1] * k[-1][-1] for j in range(len(row))]
        for i, row in enumerate(convolution(x, k))
    ],
    "Rows and columns have numbers of their own: len(k) and len(k[0]), len(x) and len(x[0]).": lambda x, k: [
        [
            sum(x[i + a][j + b] * k[a][b] for a in range(len(k)) for b in range(len(k)))
            for j in range(len(x) - len(k) + 1)
        ]
        for i in range(len(x) - len(k) + 1)
    ],
    "* does not multiply lists: multiply their numbers, one by one.": lambda x, k: x * k,
}
