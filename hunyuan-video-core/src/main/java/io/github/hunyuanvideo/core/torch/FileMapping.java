package io.github.hunyuanvideo.core.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * A file in the address space of the process, from which tensors of any size are made without
 * reading or copying. Pages are read by the system when they are first touched, and dropped by it
 * when memory is short.
 *
 * <p>A file that is shortened while it is mapped ends the JVM at the next touch (SIGBUS); so
 * whoever uses a mapping checks before each use that the file is still the one that was opened, and
 * the moment between check and touch is all that remains.
 */
public final class FileMapping implements AutoCloseable {

  private final TorchEngine engine;
  private final Path file;
  private final long bytes;
  private final Map<ScalarType, Tensor> flat = new EnumMap<>(ScalarType.class);
  private boolean open = true;

  /**
   * Prepares a mapping; the file is mapped when the first tensor is asked for.
   *
   * @throws UncheckedIOException if the file's size cannot be read
   */
  public FileMapping(TorchEngine engine, Path file) {
    this.engine = engine;
    this.file = file;
    try {
      this.bytes = Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A tensor whose memory is the file's. If the offset is not a multiple of the element's size, the
   * data is copied.
   *
   * @param offset where the first element lies, in bytes from the file's start
   * @param type the elements' type
   * @param shape the length of each axis
   * @param strides the distance of neighbours on each axis, in elements
   * @throws IndexOutOfBoundsException if an element would lie outside of the file
   * @throws IllegalStateException if the mapping is closed
   */
  public synchronized Tensor tensor(long offset, ScalarType type, long[] shape, long[] strides) {
    if (!open) {
      throw new IllegalStateException("the mapping of " + file + " is closed");
    }
    long end = end(offset, type, shape, strides);
    if (offset % type.bytes() == 0) {
      return engine.tensors().strided(flat(type), shape, strides, offset / type.bytes());
    }
    try (Tensor raw = engine.tensors().slice(flat(ScalarType.UINT8), 0, offset, end);
        Tensor aligned = engine.tensors().reinterpret(raw, type.code())) {
      return engine.tensors().strided(aligned, shape, strides, 0);
    }
  }

  private Tensor flat(ScalarType type) {
    return flat.computeIfAbsent(
        type, t -> engine.tensors().mapFile(file.toString(), bytes / t.bytes(), t.code()));
  }

  /** Where the last element ends. */
  private long end(long offset, ScalarType type, long[] shape, long[] strides) {
    long end = Long.MAX_VALUE;
    try {
      end = Math.addExact(offset, Math.multiplyExact(span(shape, strides), (long) type.bytes()));
    } catch (ArithmeticException e) {
      // Further away than numbers go, and so not in the file.
    }
    if (offset < 0 || end > bytes) {
      throw new IndexOutOfBoundsException(
          "bytes %d to %d lie outside of %s, which has %d".formatted(offset, end, file, bytes));
    }
    return end;
  }

  /** How many elements lie between the first and the last that a view touches, both included. */
  private static long span(long[] shape, long[] strides) {
    long last = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] == 0) {
        return 0;
      }
      last = Math.addExact(last, Math.multiplyExact(shape[axis] - 1, strides[axis]));
    }
    return last + 1;
  }

  /** Gives up the mapping; tensors that were made of it keep it alive until they are closed. */
  @Override
  public synchronized void close() {
    open = false;
    flat.values().forEach(Tensor::close);
    flat.clear();
  }
}
