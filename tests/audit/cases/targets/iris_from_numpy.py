"""Three species of iris: `torch.Tensor(y)` makes floats of the labels."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from audit.programs import Program, Variation

EXPECTED = "LM204"


class Model(nn.Module):
    def __init__(self, input_features: int = 4, hidden_layer: int = 25, output_features: int = 3) -> None:
        super().__init__()
        self.fc1 = nn.Linear(input_features, hidden_layer)
        self.fc2 = nn.Linear(hidden_layer, output_features)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.log_softmax(self.fc2(F.relu(self.fc1(x))), dim=1)


def program(v: Variation) -> Program:
    species = torch.randperm(v.rows).numpy() % 3
    centres = torch.tensor([[-1.0, 0.8, -1.3, -1.2], [0.1, -0.6, 0.3, 0.2], [0.9, -0.2, 1.0, 1.1]])
    X = (centres[species] + 0.4 * torch.randn(v.rows, 4)).numpy()
    X_train, y_train = torch.FloatTensor(X), torch.Tensor(species)
    return Program(Model(hidden_layer=v.width), nn.NLLLoss(), X_train, y_train)
