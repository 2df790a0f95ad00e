# CLIP's text encoder (arXiv:2103.00020). Letters: L tokens, D width.

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def embed(self, ids: Tensor, tokens: Tensor, positions: Tensor, device: str, type: int) -> Tensor:
    """Token embedding plus position embedding: (L) to (1, L, D). The tables stay where and as they are."""
    where = torch.device(device)
    x = torch.to(torch.index_select(tokens, 0, ids), where, type)
    return (x + torch.to(positions[:ids.shape[0]], where, type)).unsqueeze(0)

  def layer(self, x: Tensor, w: Dict[str, Tensor], heads: int, epsilon: float, activation: str) -> Tensor:
    """A layer, (1, L, D); each token sees itself and those before it."""
    h = __torch__.lib.layer_norm(x, w, "layer_norm1", epsilon)
    q = __torch__.lib.split_heads(__torch__.lib.linear(h, w, "self_attn.q_proj"), heads)
    k = __torch__.lib.split_heads(__torch__.lib.linear(h, w, "self_attn.k_proj"), heads)
    v = __torch__.lib.split_heads(__torch__.lib.linear(h, w, "self_attn.v_proj"), heads)
    attended = __torch__.lib.merge_heads(torch.scaled_dot_product_attention(q, k, v, None, 0., True))
    x = x + __torch__.lib.linear(attended, w, "self_attn.out_proj")
    h = __torch__.lib.linear(__torch__.lib.layer_norm(x, w, "layer_norm2", epsilon), w, "mlp.fc1")
    if activation == "quick_gelu":
      h = h * torch.sigmoid(h * 1.702)
    else:
      h = torch.gelu(h)
    return x + __torch__.lib.linear(h, w, "mlp.fc2")

  def pooled(self, x: Tensor, index: int, w: Dict[str, Tensor], epsilon: float) -> Tensor:
    """The normalised state of one token, (1, D), float32."""
    return torch.layer_norm(x[:, index], [x.shape[-1]], w["weight"], w["bias"], epsilon).to(6)
