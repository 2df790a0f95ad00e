package io.github.hunyuanvideo.cuda;

import com.google.common.base.Splitter;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer to {@code nvidia-smi -L}: a line for each GPU, followed by one for each of its MIG
 * instances.
 */
final class MigListing {

  private static final Pattern GPU =
      Pattern.compile("GPU (\\d{1,3}): .{1,100} \\(UUID: GPU-[0-9a-fA-F-]{8,36}\\)");

  private static final Pattern INSTANCE =
      Pattern.compile(
          "\\s+MIG (\\S{1,40})\\s+Device\\s+\\d{1,3}: \\(UUID: (MIG-[0-9a-zA-Z/-]{8,80})\\)");

  private final Map<Integer, List<MigInstance>> instances;

  private MigListing(Map<Integer, List<MigInstance>> instances) {
    this.instances = instances;
  }

  /** Reads the answer. */
  static MigListing parse(String text) throws MalformedDataException {
    Map<Integer, List<MigInstance>> instances = new HashMap<>();
    List<MigInstance> ofGpu = null;
    for (String line : Splitter.onPattern("\r?\n").split(text)) {
      Matcher gpu = GPU.matcher(line);
      Matcher instance = INSTANCE.matcher(line);
      if (gpu.matches()) {
        ofGpu =
            instances.computeIfAbsent(Integer.valueOf(gpu.group(1)), index -> new ArrayList<>());
      } else if (instance.matches() && ofGpu != null) {
        ofGpu.add(new MigInstance(instance.group(1), instance.group(2)));
      } else if (!line.isBlank()) {
        throw new MalformedDataException(
            "expected a line for a GPU or a MIG instance, got \"%s\"".formatted(Excerpt.of(line)));
      }
    }
    return new MigListing(instances);
  }

  /** The instances of the GPU with that index. */
  List<MigInstance> of(int gpu) {
    return instances.getOrDefault(gpu, List.of());
  }
}
