package io.github.hunyuanvideo.core.weights;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.checkpoint.TensorFile;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.torch.FileMapping;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Weights straight from mapped files. On the CPU, tensors that are stored in the type that is
 * computed in are used in place; others are converted when their block is leased, and only then.
 */
public final class MappedWeightStore implements WeightStore {

  private final TorchEngine engine;
  private final TensorSource source;
  private final WeightLayout layout;
  private final ScalarType type;
  private final WeightResidency residency;
  private final Map<TensorFile, FileMapping> mappings = new HashMap<>();
  private final Map<BlockId, Held> held = new HashMap<>();

  /** A block's tensors and the number of leases on them. */
  private static final class Held {
    private final TensorMap tensors;
    private int leases;

    Held(TensorMap tensors) {
      this.tensors = tensors;
    }
  }

  /** A store on a source that was held against the layout. */
  MappedWeightStore(
      TorchEngine engine,
      TensorSource source,
      WeightLayout layout,
      ScalarType type,
      WeightResidency residency) {
    this.engine = engine;
    this.source = source;
    this.layout = layout;
    this.type = type;
    this.residency = residency;
  }

  /**
   * Opens a checkpoint. Nothing of it is read or mapped until a block is leased.
   *
   * @param engine makes the tensors
   * @param source the checkpoint, under the names of the layout
   * @param layout what the model expects
   * @param ignorable names of surplus tensors that are known and not used
   * @param type what is computed in
   * @param residency what becomes of a block after its lease
   * @throws io.github.hunyuanvideo.api.CheckpointException if the checkpoint is not what the model
   *     expects
   */
  public static MappedWeightStore open(
      TorchEngine engine,
      TensorSource source,
      WeightLayout layout,
      Predicate<String> ignorable,
      ScalarType type,
      WeightResidency residency) {
    layout.requireIn(source, ignorable);
    return new MappedWeightStore(engine, source, layout, type, residency);
  }

  @Override
  public synchronized BlockWeights acquire(BlockId block, ComputeDevice device) {
    Held tensors = held.computeIfAbsent(block, id -> new Held(read(layout.block(id), device)));
    tensors.leases++;
    return new BlockWeights(tensors.tensors, () -> release(block));
  }

  private synchronized void release(BlockId block) {
    Held tensors = held.get(block);
    if (tensors != null && --tensors.leases == 0 && residency == WeightResidency.RELEASE) {
      held.remove(block);
      tensors.tensors.close();
    }
  }

  /** Files are read when they are touched; the system reads ahead by itself. */
  @Override
  public void prefetch(BlockId block, ComputeDevice device) {}

  private TensorMap read(BlockLayout block, ComputeDevice device) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Set<TensorFile> checked = new HashSet<>();
    boolean whole = false;
    try {
      for (String name : block.shapes().keySet()) {
        StoredTensor stored = stored(block.id().tensor(name));
        if (checked.add(stored.file())) {
          stored.file().requireUnchanged();
        }
        tensors.put(
            name,
            block.usesInPlace(stored, type, device) ? mapped(stored) : placed(stored, device));
      }
      TensorMap map = TensorMap.of(engine, tensors);
      whole = true;
      return map;
    } finally {
      if (!whole) {
        tensors.values().forEach(Tensor::close);
      }
    }
  }

  private StoredTensor stored(String name) {
    StoredTensor stored = source.tensors().get(name);
    if (stored == null) {
      throw new IllegalStateException("the layout was not checked against " + source.path());
    }
    return stored;
  }

  private Tensor mapped(StoredTensor stored) {
    return mappings
        .computeIfAbsent(stored.file(), file -> new FileMapping(engine, file.path()))
        .tensor(stored.offset(), stored.type(), stored.shape(), stored.strides());
  }

  private Tensor placed(StoredTensor stored, ComputeDevice device) {
    try (Tensor inFile = mapped(stored)) {
      return engine.tensors().place(inFile, device.toString(), type.code());
    }
  }

  @Override
  public synchronized void close() {
    held.values().forEach(block -> block.tensors.close());
    held.clear();
    mappings.values().forEach(FileMapping::close);
    mappings.clear();
  }
}
