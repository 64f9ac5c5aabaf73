"""Exercise 10: a convolution by hand.

A small kernel slides over an image. At each place it is multiplied entry by entry with what lies under it, and the sum is
an entry of the result:

    y[i][j] = Σₐ Σ_b  x[i + a][j + b] · k[a][b]

It is a neuron with few weights that looks at each place in turn. An image of H rows and a kernel of h rows give
H − h + 1 rows, since the kernel must lie wholly on the image, and columns likewise. Images here are lists of rows:

    [[1, 2, 3],   with  [[1, 0],   gives  [[1·1 + 5·(−1), 2·1 + 6·(−1)],   that is  [[-4, -4],
     [4, 5, 6],          [0, -1]]          [4·1 + 8·(−1), 5·1 + 9·(−1)]]             [-4, -4]]
     [7, 8, 9]]

The chapter backprop/nn/functional/convolution.md goes on from there.
"""

from __future__ import annotations

from check import check, same_values

Image = list["list[float]"]


def convolution(x: Image, k: Image) -> Image:
    """The image y that the kernel k makes of x."""
    raise NotImplementedError


if __name__ == "__main__":
    check(
        convolution,
        same_values("y"),
        ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]], [[1.0, 0.0], [0.0, -1.0]]),
        ([[1.0, 0.0, 2.0, -1.0], [3.0, 1.0, 0.0, 2.0], [0.5, -2.0, 1.0, 4.0]], [[1.0, 2.0, -3.0], [0.0, 1.0, 0.5]]),
        ([[2.0, -1.0]], [[3.0]]),
    )
