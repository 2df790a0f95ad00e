package io.github.hunyuanvideo.core.torch;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Owns what is made on the way to a result, and closes it whatever happens.
 *
 * <pre>{@code
 * try (TensorScope scope = new TensorScope()) {
 *   Tensor hidden = scope.own(program.hidden(x));
 *   return program.result(hidden);
 * }
 * }</pre>
 */
public final class TensorScope implements AutoCloseable {

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  /**
   * Takes a tensor, or something that holds tensors, over.
   *
   * @return the same
   */
  public <T extends AutoCloseable> T own(T tensor) {
    owned.push(tensor);
    return tensor;
  }

  /**
   * Closes everything, the last first. What fails to close does not keep the rest open.
   *
   * @throws IllegalStateException if something could not be closed
   */
  @Override
  public void close() {
    IllegalStateException failed = null;
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        if (failed == null) {
          failed = new IllegalStateException("what holds tensors must close without an exception");
        }
        failed.addSuppressed(e);
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
