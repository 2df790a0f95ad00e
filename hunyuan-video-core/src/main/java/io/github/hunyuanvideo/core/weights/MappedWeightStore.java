package io.github.hunyuanvideo.core.weights;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.checkpoint.TensorFile;
import io.github.hunyuanvideo.core.torch.FileMapping;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
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

  private final StoredWeights weights;
  private final WeightLayout layout;
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

  private MappedWeightStore(StoredWeights weights, WeightLayout layout) {
    this.weights = weights;
    this.layout = layout;
  }

  /**
   * Opens a checkpoint. Nothing of it is read or mapped until a block is leased.
   *
   * @param weights the checkpoint, under the names of the layout
   * @param layout what the model expects
   * @param ignorable names of surplus tensors that are known and not used
   * @throws io.github.hunyuanvideo.api.CheckpointException if the checkpoint is not what the model
   *     expects
   */
  public static MappedWeightStore open(
      StoredWeights weights, WeightLayout layout, Predicate<String> ignorable) {
    layout.requireIn(weights.source(), ignorable);
    return new MappedWeightStore(weights, layout);
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
    if (kept != null && --kept.leases == 0 && weights.residency() == WeightResidency.RELEASE) {
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
        if (block.isAsStored() || isUsableInPlace(stored, device)) {
          usedInPlace.add(stored.file());
          tensors.put(name, mapped(stored));
        } else {
          tensors.put(name, placed(stored, device));
        }
      }
      TensorMap map = TensorMap.of(weights.engine(), tensors);
      whole = true;
      return new Held(map, usedInPlace);
    } finally {
      if (!whole) {
        tensors.values().forEach(Tensor::close);
      }
    }
  }

  private StoredTensor stored(String name) {
    StoredTensor stored = weights.source().tensors().get(name);
    if (stored == null) {
      throw new IllegalStateException(
          "the layout was not checked against " + weights.source().path());
    }
    return stored;
  }

  private Tensor mapped(StoredTensor stored) {
    return mappings
        .computeIfAbsent(stored.file(), file -> new FileMapping(weights.engine(), file.path()))
        .tensor(stored.offset(), stored.type(), stored.shape(), stored.strides());
  }

  private boolean isUsableInPlace(StoredTensor stored, ComputeDevice device) {
    return stored.type() == weights.type() && !device.isGpu() && stored.isContiguous();
  }

  private Tensor placed(StoredTensor stored, ComputeDevice device) {
    try (Tensor inFile = mapped(stored)) {
      return weights.engine().tensors().place(inFile, device.toString(), weights.type().code());
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
