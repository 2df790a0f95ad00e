# What tests ask of tensors, and no model does.

class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def reshape(self, x: Tensor, shape: List[int]) -> Tensor:
    return x.reshape(shape)

  def transpose(self, x: Tensor, one: int, other: int) -> Tensor:
    return x.transpose(one, other)

  def real_and_imaginary(self, x: Tensor) -> Tensor:
    return torch.view_as_real(x)

  def rows(self, table: Tensor, index: Tensor) -> Tensor:
    return torch.index_select(table, 0, index)

  def uniform(self, shape: List[int], seed: int) -> Tensor:
    where = torch.device("cpu")
    return torch.rand(shape, generator=torch.Generator(device=where, seed=seed), dtype=6, layout=0, device=where)
