package io.github.hunyuanvideo.cuda;

import com.google.common.base.Splitter;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The GPUs that a program sees, as {@code cuda:0}, {@code cuda:1} and so on: CUDA leaves out what
 * the variable {@code CUDA_VISIBLE_DEVICES} does not list, and shows of GPUs in MIG mode a single
 * instance only.
 *
 * @param devices in CUDA's order
 * @param ordered whether that order is certain
 * @param findings what there is to say of them
 */
record VisibleGpus(List<Device> devices, boolean ordered, List<Finding> findings) {

  private static final String MASK = "CUDA_VISIBLE_DEVICES";
  private static final String ORDER = "CUDA_DEVICE_ORDER";

  /** A GPU, or the part of one that is seen. */
  record Device(Gpu gpu, Optional<MigInstance> instance) {

    /** A sentence without its subject. */
    String description() {
      return instance.map(part -> "MIG instance %s of an ".formatted(part.profile())).orElse("an ")
          + gpu.name()
          + gpu.capability().map(c -> " with compute capability " + c).orElse("")
          + (instance.isPresent()
              ? ""
              : gpu.memory().map(memory -> " and " + memory).orElse(", memory unknown"));
    }
  }

  /** Keeps copies of the lists. */
  VisibleGpus {
    devices = List.copyOf(devices);
    findings = List.copyOf(findings);
  }

  /** Works out what CUDA shows of a machine's GPUs. */
  static VisibleGpus of(Host host, List<Gpu> gpus) {
    List<Device> all = enumerated(gpus);
    Optional<String> mask = host.variable(MASK);
    List<Device> shown = mask.map(text -> masked(text, all, gpus)).orElse(all);
    boolean ordered =
        shown.size() < 2
            || host.variable(ORDER).equals(Optional.of("PCI_BUS_ID"))
            || gpus.stream().map(Gpu::name).distinct().count() == 1;
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      findings.add(
          Finding.fact("%s is %s.".formatted(name(i, ordered), shown.get(i).description())));
    }
    if (!ordered) {
      findings.add(
          Finding.warning(
              "CUDA numbers GPUs by their speed, which may be another order than that of this list; set %s=PCI_BUS_ID to number them as nvidia-smi does."
                  .formatted(ORDER)));
    }
    obstacle(gpus, shown, mask).ifPresent(findings::add);
    return new VisibleGpus(shown, ordered, findings);
  }

  private static String name(int index, boolean certain) {
    return certain ? "cuda:" + index : "One GPU";
  }

  /** Without a mask: GPUs as a whole, or if all are divided the first instance. */
  private static List<Device> enumerated(List<Gpu> gpus) {
    List<Device> whole =
        gpus.stream()
            .filter(gpu -> !gpu.divided())
            .map(gpu -> new Device(gpu, Optional.empty()))
            .toList();
    return whole.isEmpty() ? instances(gpus).stream().limit(1).toList() : whole;
  }

  private static List<Device> instances(List<Gpu> gpus) {
    return gpus.stream()
        .flatMap(
            gpu -> gpu.instances().stream().map(instance -> new Device(gpu, Optional.of(instance))))
        .toList();
  }

  /** CUDA stops reading at the first entry that it does not know, and takes none of a repeated. */
  private static List<Device> masked(String mask, List<Device> all, List<Gpu> gpus) {
    List<Device> shown = new ArrayList<>();
    for (String entry : Splitter.on(',').trimResults().split(mask)) {
      Optional<Device> device = device(entry, all, gpus);
      if (device.isEmpty()) {
        return shown;
      } else if (shown.contains(device.get())) {
        return List.of();
      }
      shown.add(device.get());
    }
    return shown;
  }

  private static Optional<Device> device(String entry, List<Device> all, List<Gpu> gpus) {
    if (entry.matches("\\d{1,3}")) {
      int index = Integer.parseInt(entry);
      return index < all.size() ? Optional.of(all.get(index)) : Optional.empty();
    } else if (entry.startsWith("MIG-")) {
      return instances(gpus).stream()
          .filter(device -> device.instance().orElseThrow().uuid().startsWith(entry))
          .findFirst();
    } else if (entry.startsWith("GPU-")) {
      List<Device> named =
          all.stream().filter(device -> device.gpu().uuid().startsWith(entry)).toList();
      return named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty();
    }
    return Optional.empty();
  }

  private static Optional<Finding> obstacle(
      List<Gpu> gpus, List<Device> shown, Optional<String> mask) {
    if (gpus.isEmpty() || !shown.isEmpty()) {
      return Optional.empty();
    }
    if (mask.isPresent()) {
      return Optional.of(
          Finding.obstacle(
              "%s=\"%s\" hides every GPU of this machine; unset it, or list GPUs by the numbers 0 to %d."
                  .formatted(MASK, Excerpt.of(mask.get()), gpus.size() - 1)));
    }
    return Optional.of(
        Finding.obstacle(
            "Every GPU is in MIG mode, and no instance of one was found; make some (nvidia-smi mig -cgi … -C), or switch MIG off (nvidia-smi -mig 0)."));
  }

  /** The GPU with that number. */
  Optional<Device> at(int index) {
    return index < devices.size() ? Optional.of(devices.get(index)) : Optional.empty();
  }

  /** What may be asked for, for a message. */
  String names() {
    List<String> names = IntStream.range(0, devices.size()).mapToObj(i -> "cuda:" + i).toList();
    return switch (names.size()) {
      case 0 -> "none";
      case 1 -> "only cuda:0";
      default -> String.join(", ", names);
    };
  }
}
