"""Train a small network twice on data with gross outliers: squared error against Huber's loss.

Run it: python examples/train_with_criterion.py
"""

import torch

import lossmith as lm


def curve(x: torch.Tensor) -> torch.Tensor:
    """What the network should learn."""
    return (3 * x).sin()


def train(loss: lm.Loss, x: torch.Tensor, y: torch.Tensor) -> torch.nn.Module:
    """A network trained with a loss, which is nothing but an argument."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(1, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
    torch.nn.init.constant_(model[-1].bias, loss.best_constant(y).item())
    criterion = lm.Criterion(loss)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(500):
        optimiser.zero_grad()
        criterion(model(x), y).backward()
        optimiser.step()
    return model


def main() -> None:
    """Compare what the two networks make of clean points."""
    noise = torch.Generator().manual_seed(1)
    x = torch.linspace(-1, 1, 200).unsqueeze(1)
    y = curve(x) + 0.1 * torch.randn(x.shape, generator=noise)
    y[::10] += 8.0  # every tenth measurement is wrong

    clean = torch.linspace(-0.95, 0.95, 101).unsqueeze(1)
    for loss in (lm.MSE(), lm.Huber(delta=0.3)):
        model = train(loss, x, y)
        error = lm.MAE()(model(clean), curve(clean)).item()
        print(f"{loss!s:18} mean error on clean points {error:.3f}")


if __name__ == "__main__":
    main()
