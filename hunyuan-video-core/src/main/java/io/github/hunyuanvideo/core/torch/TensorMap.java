package io.github.hunyuanvideo.core.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tensors by name, as a TorchScript program takes the weights of one block ({@code Dict[str,
 * Tensor]}). Owns its tensors.
 *
 * <p>The native dictionary is made once and handed to every call.
 */
public final class TensorMap implements AutoCloseable {

  private final Map<String, Tensor> tensors;
  private final TorchEngine engine;
  private final IValue dictionary;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private TensorMap(TorchEngine engine, Map<String, Tensor> tensors, IValue dictionary) {
    this.engine = engine;
    this.tensors = tensors;
    this.dictionary = dictionary;
    engine.census().opened();
  }

  /**
   * Takes ownership of tensors, unless it fails.
   *
   * @param engine the engine that they belong to
   * @param tensors by name; the map keeps their order
   * @throws IllegalStateException if one of them is closed
   */
  public static TensorMap of(TorchEngine engine, Map<String, Tensor> tensors) {
    Map<String, PtNDArray> arrays = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> arrays.put(name, tensor.handle()));
    return new TensorMap(engine, ImmutableMap.copyOf(tensors), IValue.stringMapFrom(arrays));
  }

  /** The names. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * One of the tensors; it stays with this map.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "there is no tensor \"" + name + "\", only " + tensors.keySet());
    }
    return tensor;
  }

  IValue dictionary() {
    if (!open.get()) {
      throw new IllegalStateException("the map of tensors is closed");
    }
    return dictionary;
  }

  /** Closes the tensors. Closing twice does nothing. */
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      dictionary.close();
      tensors.values().forEach(Tensor::close);
      engine.census().closed();
    }
  }
}
