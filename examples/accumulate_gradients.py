"""Sequences of different lengths in small batches: the gradient of the whole, exactly, by ``normalizer``.

Run it: python examples/accumulate_gradients.py
"""

import torch

import lossmith as lm

WORDS, WIDTH, PADDING = 50, 16, -100


def main() -> None:
    """Accumulate over four batches and compare with one large batch."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Embedding(WORDS, WIDTH), torch.nn.Linear(WIDTH, WORDS))
    lengths = torch.tensor([12, 3, 9, 1, 12, 5, 2, 7])
    tokens = torch.randint(WORDS, (8, 13))
    inputs, labels = tokens[:, :-1], tokens[:, 1:].clone()
    labels[torch.arange(12) >= lengths[:, None]] = PADDING
    weight = torch.where(torch.arange(8) % 2 == 0, 1.0, 0.5)[:, None].expand(labels.shape)  # some sources count half

    criterion = lm.Criterion(lm.CrossEntropy(label_smoothing=0.1), ignore_index=PADDING, axis=-1)

    def gradient() -> torch.Tensor:
        gathered = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
        model.zero_grad()
        return gathered

    criterion(model(inputs), labels, weight=weight).backward()
    whole = gradient()

    total = weight[labels != PADDING].sum()  # in distributed training: summed over all machines
    for rows in torch.arange(8).split(2):
        criterion(model(inputs[rows]), labels[rows], weight=weight[rows], normalizer=total).backward()
    print(f"with normalizer: off by {(gradient() - whole).abs().max():.0e}")

    for rows in torch.arange(8).split(2):
        (criterion(model(inputs[rows]), labels[rows], weight=weight[rows]) / 4).backward()
    print(f"mean of means:   off by {(gradient() - whole).abs().max():.0e}")


if __name__ == "__main__":
    main()
