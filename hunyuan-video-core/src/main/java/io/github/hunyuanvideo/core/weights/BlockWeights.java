package io.github.hunyuanvideo.core.weights;

import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** A lease on a block's weights; they are there until it is closed. */
public final class BlockWeights implements AutoCloseable {

  private final TensorMap tensors;
  private final Runnable release;
  private final AtomicBoolean open = new AtomicBoolean(true);

  BlockWeights(TensorMap tensors, Runnable release) {
    this.tensors = tensors;
    this.release = release;
  }

  /** The tensors by their names within the block; they stay with the store. */
  public TensorMap tensors() {
    if (!open.get()) {
      throw new IllegalStateException("the lease on these weights has ended");
    }
    return tensors;
  }

  /** One of the tensors; it stays with the store. */
  public Tensor get(String name) {
    return tensors().get(name);
  }

  /** Ends the lease. Closing twice does nothing. */
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      release.run();
    }
  }
}
