package io.github.hunyuanvideo.core.device;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Memory of this machine, or of the container that the process runs in.
 *
 * @param total bytes that the process and its neighbours may use together
 * @param available bytes that can be taken without pushing anything but cached files out
 */
public record HostMemory(long total, long available) {

  /** Reads it now. */
  public static HostMemory read() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return read(Path.of("/"), system.getTotalMemorySize(), system.getFreeMemorySize());
  }

  /**
   * Reads it from the kernel's files, where there are any.
   *
   * @param root of the file system
   * @param total what the JVM says, which knows the limit of its own control group alone
   * @param free what the JVM says, to which cached files are not free
   */
  static HostMemory read(Path root, long total, long free) {
    ControlGroup group = ControlGroup.ofThisProcess(root);
    long machine =
        ControlGroup.entry(root.resolve("proc/meminfo"), "MemAvailable:").orElse(free >> 10) << 10;
    long all = Math.min(total, group.limit().orElse(total));
    long available = Math.min(machine, group.available().orElse(machine));
    return new HostMemory(all, Math.min(all, available));
  }
}
