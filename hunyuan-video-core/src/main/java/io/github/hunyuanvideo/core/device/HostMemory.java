package io.github.hunyuanvideo.core.device;

import com.google.common.base.Splitter;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory of this machine, or of the container that the process runs in.
 *
 * @param total bytes that the process and its neighbours may use together
 * @param available bytes that can be taken without pushing anything but cached files out
 */
public record HostMemory(long total, long available) {

  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path CONTROL_GROUP = Path.of("/sys/fs/cgroup");

  /** Reads it now. */
  public static HostMemory read() {
    // Respects the limit of a control group.
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long total = system.getTotalMemorySize();
    long machine = number(MEMORY, "MemAvailable:").orElse(system.getFreeMemorySize() >> 10) << 10;
    long available = Math.min(machine, ofControlGroup().orElse(machine));
    return new HostMemory(total, Math.min(total, available));
  }

  /** What a control group leaves: its limit less what it uses, where cached files do not count. */
  private static OptionalLong ofControlGroup() {
    try {
      String limit = Files.readString(CONTROL_GROUP.resolve("memory.max")).strip();
      if (limit.equals("max")) {
        return OptionalLong.empty();
      }
      long used = Long.parseLong(Files.readString(CONTROL_GROUP.resolve("memory.current")).strip());
      Path statistics = CONTROL_GROUP.resolve("memory.stat");
      long cached =
          number(statistics, "inactive_file").orElse(0)
              + number(statistics, "active_file").orElse(0);
      return OptionalLong.of(Math.max(0, Long.parseLong(limit) - used + cached));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty(); // no control groups here, or another version of them
    }
  }

  /** The number behind a word at the beginning of a line. */
  private static OptionalLong number(Path file, String word) {
    try {
      for (String line : Files.readAllLines(file)) {
        List<String> words = Splitter.onPattern("\\s+").omitEmptyStrings().splitToList(line);
        if (words.size() >= 2 && words.get(0).equals(word)) {
          return OptionalLong.of(Long.parseLong(words.get(1)));
        }
      }
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty(); // not Linux
    }
    return OptionalLong.empty();
  }
}
