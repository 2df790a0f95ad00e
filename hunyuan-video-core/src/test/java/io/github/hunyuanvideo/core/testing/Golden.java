package io.github.hunyuanvideo.core.testing;

import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.torch.FileMapping;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Tensors that the official code computed, by name. Closing it closes every tensor that it gave
 * out.
 */
public final class Golden implements AutoCloseable {

  private final TensorSource source;
  private final Map<Path, FileMapping> mappings = new HashMap<>();
  private final List<Tensor> given = new ArrayList<>();
  private final TorchEngine engine;

  private Golden(TorchEngine engine, TensorSource source) {
    this.engine = engine;
    this.source = source;
  }

  /** Opens a file of the golden data, for example {@code scheduler}. */
  public static Golden open(TorchEngine engine, String name) {
    return openFile(engine, "golden/" + name + ".safetensors");
  }

  /** Opens a file by its place below the golden folder of any module's resources. */
  public static Golden openFile(TorchEngine engine, String place) {
    return new Golden(engine, Safetensors.openFile(path(place), "It is a resource."));
  }

  /** A file or folder of the golden data, for example {@code tiny-ckpts}. */
  public static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Golden.class.getResource("/golden/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** A tensor; it is closed with this object. */
  public Tensor get(String name) {
    StoredTensor stored = Objects.requireNonNull(source.tensors().get(name), name);
    Tensor tensor =
        mappings
            .computeIfAbsent(stored.file().path(), path -> new FileMapping(engine, path))
            .tensor(stored.offset(), stored.type(), stored.shape(), stored.strides());
    given.add(tensor);
    return tensor;
  }

  /** The numbers of a float tensor. */
  public float[] floats(String name) {
    return get(name).toFloats();
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String name) {
    return source.tensors().containsKey(name);
  }

  /** The names in alphabetical order. */
  public List<String> names() {
    return source.tensors().keySet().stream().sorted().toList();
  }

  /** A text of the file's metadata. */
  public String metadata(String key) {
    return Objects.requireNonNull(source.metadata().get(key), key);
  }

  @Override
  public void close() {
    given.forEach(Tensor::close);
    mappings.values().forEach(FileMapping::close);
  }
}
