# The Llama language model (arXiv:2407.21783), as far as its hidden states are needed. Letters: L tokens, D width, d width of a head.

def turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  """Rotary position embedding (B, heads, L, d): the first half of a head is turned against the second."""
  one, other = x.chunk(2, -1)
  return torch.cat([one * cos - other * sin, other * cos + one * sin], -1)

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def embed(self, ids: Tensor, table: Tensor, device: str, type: int) -> Tensor:
    """Rows of the embedding table, which stays where and as it is: (L) to (1, L, D)."""
    return torch.to(torch.index_select(table, 0, ids), torch.device(device), type).unsqueeze(0)

  def rotation(self, length: int, width: int, theta: float, device: str, type: int) -> Tuple[Tensor, Tensor]:
    """Cosines and sines of positions 0 to L, (L, d / 2); angles in float32."""
    frequencies = 1.0 / torch.pow(theta, torch.arange(0, width, 2, dtype=6) / width)
    angles = torch.outer(torch.arange(length, dtype=6), frequencies)
    where = torch.device(device)
    return torch.to(torch.cos(angles), where, type), torch.to(torch.sin(angles), where, type)

  def layer(self, x: Tensor, w: Dict[str, Tensor], cos: Tensor, sin: Tensor, heads: int, kv_heads: int, epsilon: float) -> Tensor:
    """A decoder layer, (1, L, D). Each group of heads / kv_heads queries shares a head of keys and values."""
    h = __torch__.lib.rms_norm(x, w["input_layernorm.weight"], epsilon)
    q = __torch__.turn(__torch__.lib.split_heads(__torch__.lib.linear(h, w, "self_attn.q_proj"), heads), cos, sin)
    k = __torch__.turn(__torch__.lib.split_heads(__torch__.lib.linear(h, w, "self_attn.k_proj"), kv_heads), cos, sin)
    v = __torch__.lib.split_heads(__torch__.lib.linear(h, w, "self_attn.v_proj"), kv_heads)
    attended = torch.scaled_dot_product_attention(q, k, v, None, 0., True, enable_gqa=True)
    x = x + __torch__.lib.linear(__torch__.lib.merge_heads(attended), w, "self_attn.o_proj")
    h = __torch__.lib.rms_norm(x, w["post_attention_layernorm.weight"], epsilon)
    gate = torch.silu(__torch__.lib.linear(h, w, "mlp.gate_proj"))
    return x + __torch__.lib.linear(gate * __torch__.lib.linear(h, w, "mlp.up_proj"), w, "mlp.down_proj")

  def norm(self, x: Tensor, w: Dict[str, Tensor], epsilon: float) -> Tensor:
    return __torch__.lib.rms_norm(x, w["weight"], epsilon)
