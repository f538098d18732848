"""What computes SenseVoice's logits: one backend for each kind of machine, and the choice."""
