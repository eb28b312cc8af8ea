"""Images and captions are encoded in bfloat16; their similarities and the loss are in float32."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class CLIP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.visual = nn.Sequential(nn.Flatten(), nn.Linear(64, width), nn.GELU(), nn.Linear(width, 16))
        self.token_embedding = nn.EmbeddingBag(30, 16)
        self.text_projection = nn.Linear(16, 16)
        self.to(torch.bfloat16)

    def forward(self, image, text):
        image_features = self.visual(image.bfloat16())
        text_features = self.text_projection(self.token_embedding(text))
        return image_features, text_features


def clip_loss(features, ground_truth, logit_scale=10.0):
    image_features, text_features = (F.normalize(f.float(), dim=-1) for f in features)
    logits = logit_scale * image_features @ text_features.T
    return (F.cross_entropy(logits, ground_truth) + F.cross_entropy(logits.T, ground_truth)) / 2


def program(v: Variation) -> Program:
    text = torch.randint(30, (v.rows, 5))
    image = torch.randn(30, 8, 8)[text].mean(1) * 2 + 0.2 * torch.randn(v.rows, 8, 8)
    return Program(CLIP(v.width), clip_loss, (image, text), torch.arange(v.rows))
