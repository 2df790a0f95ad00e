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

/**
 * Weights straight from mapped files. On the CPU, tensors that are stored in the type that is
 * computed in are used in place; others are converted when their block is leased, and only then.
 */
final class MappedWeightStore implements WeightStore {

  private final TorchEngine engine;
  private final TensorSource source;
  private final WeightLayout layout;
  private final ScalarType type;
  private final WeightResidency residency;
  private final Map<TensorFile, FileMapping> mappings = new HashMap<>();
  private final Map<Place, Held> held = new HashMap<>();

  private record Place(BlockId block, ComputeDevice device) {}

  /** A block's tensors on a device, the files that some of them lie in, and the leases on them. */
  private static final class Held {
    private final TensorMap tensors;
    private final Set<TensorFile> usedInPlace;
    private int leases;

    Held(TensorMap tensors, Set<TensorFile> usedInPlace) {
      this.tensors = tensors;
      this.usedInPlace = usedInPlace;
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

  @Override
  public synchronized BlockWeights acquire(BlockId block, ComputeDevice device) {
    Place place = new Place(block, device);
    Held kept = held.get(place);
    if (kept == null) {
      kept = read(layout.block(block), device);
      held.put(place, kept);
    } else {
      kept.usedInPlace.forEach(TensorFile::requireUnchanged);
    }
    kept.leases++;
    return new BlockWeights(kept.tensors, () -> release(place));
  }

  private synchronized void release(Place place) {
    Held kept = held.get(place);
    if (kept != null && --kept.leases == 0 && residency == WeightResidency.RELEASE) {
      held.remove(place);
      kept.tensors.close();
    }
  }

  /** Files are read when they are touched; the system reads ahead by itself. */
  @Override
  public void prefetch(BlockId block, ComputeDevice device) {}

  private Held read(BlockLayout block, ComputeDevice device) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Set<TensorFile> checked = new HashSet<>();
    Set<TensorFile> usedInPlace = new HashSet<>();
    boolean whole = false;
    try {
      for (String name : block.shapes().keySet()) {
        StoredTensor stored = stored(block.id().tensor(name));
        if (checked.add(stored.file())) {
          stored.file().requireUnchanged();
        }
        if (block.usesInPlace(stored, type, device)) {
          usedInPlace.add(stored.file());
          tensors.put(name, mapped(stored));
        } else {
          tensors.put(name, placed(stored, device));
        }
      }
      TensorMap map = TensorMap.of(engine, tensors);
      whole = true;
      return new Held(map, usedInPlace);
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
