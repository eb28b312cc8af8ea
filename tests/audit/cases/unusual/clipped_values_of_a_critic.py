"""One step of PPO with actor and critic: the ratio is clipped, and so is how far a value may go from the old one, the
worse of clipped and unclipped being taken each time; an entropy is subtracted.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class ActorCritic(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, width), nn.Tanh())
        self.actor = nn.Linear(width, 4)
        self.critic = nn.Linear(width, 1)

    def forward(self, state):
        h = self.body(state)
        return self.actor(h), self.critic(h).squeeze(-1)


class ProximalPolicy(nn.Module):
    def __init__(self, clip=0.2, value=0.5, entropy=0.01):
        super().__init__()
        self.clip, self.value, self.entropy = clip, value, entropy

    def forward(self, prediction, memory):
        score, value = prediction
        chances = score.log_softmax(dim=1)
        ratio = (chances.gather(1, memory["action"][:, None]).squeeze(1) - memory["log_chance"]).exp()
        gain = memory["advantage"]
        policy = -torch.min(ratio * gain, ratio.clamp(1 - self.clip, 1 + self.clip) * gain).mean()
        near = memory["value"] + (value - memory["value"]).clamp(-self.clip, self.clip)
        returned = memory["return"]
        critic = torch.max((value - returned).square(), (near - returned).square()).mean()
        entropy = -(chances.exp() * chances).sum(dim=1).mean()
        return policy + self.value * critic - self.entropy * entropy


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 6)
    action = torch.randint(4, (v.rows,))
    good = state.gather(1, action[:, None]).squeeze(1)
    returned = state[:, 4] + 0.6 * good + 0.2 * torch.randn(v.rows)
    returned = (returned - returned.mean()) / returned.std()
    value = 0.1 * torch.randn(v.rows)
    gain = returned - value
    memory = {
        "action": action,
        "log_chance": torch.full((v.rows,), 0.25).log(),
        "value": value,
        "return": returned,
        "advantage": (gain - gain.mean()) / gain.std(),
    }
    return Program(ActorCritic(v.width), ProximalPolicy(), state, memory)
