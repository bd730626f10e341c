"""The least of a smooth loss of a few weights (L-BFGS, Liu and Nocedal 1989)."""

from __future__ import annotations

from collections.abc import Callable

import torch


def minimum(loss: Callable[[torch.Tensor], torch.Tensor], count: int) -> torch.Tensor:
    """The weights, (count,), from zero."""
    weights = torch.zeros(count, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        lost = loss(weights)
        lost.backward()  # type: ignore[no-untyped-call]
        return lost

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return weights.detach()
