package io.github.hunyuanvideo.cuda;

import java.util.List;
import java.util.Optional;

/**
 * A GPU, as the driver describes it.
 *
 * @param index in the driver's order, which is that of the slots
 * @param uuid names this very GPU; may be empty
 * @param name for people
 * @param capability its generation, if the driver says so
 * @param memory how much is there and free, if the driver says so
 * @param divided whether it is in MIG mode, where programs only see its instances
 * @param instances in MIG mode
 */
record Gpu(
    int index,
    String uuid,
    String name,
    Optional<ComputeCapability> capability,
    Optional<CudaMemory> memory,
    boolean divided,
    List<MigInstance> instances) {

  /** Keeps a copy of the list. */
  Gpu {
    instances = List.copyOf(instances);
  }

  /** This GPU with the instances that it is divided into. */
  Gpu with(List<MigInstance> itsInstances) {
    return new Gpu(index, uuid, name, capability, memory, divided, itsInstances);
  }
}
