package io.github.hunyuanvideo.core.device;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory that Linux's control groups leave to a process. A group is bound by its own limit and
 * by those of all groups above it, so the tightest counts. Both versions are read; on a system with
 * both, the first is the one that has memory (kernel documentation: {@code
 * admin-guide/cgroup-v1/memory.rst} and {@code admin-guide/cgroup-v2.rst}).
 *
 * @param limit bytes of the lowest limit; empty if there is none
 * @param available bytes that the tightest group leaves, where cached files do not count as used;
 *     empty if there is no limit
 */
record ControlGroup(OptionalLong limit, OptionalLong available) {

  /** Version 1 says "unlimited" with a number near 2⁶³; no machine has as much as this. */
  private static final long UNLIMITED = 1L << 60;

  private static final ControlGroup NONE =
      new ControlGroup(OptionalLong.empty(), OptionalLong.empty());

  /** Names of the files in a group's folder, and of the entries for cached files. */
  private record Version(String limit, String used, List<String> cached) {

    static final Version ONE =
        new Version(
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            List.of("total_inactive_file", "total_active_file"));

    static final Version TWO =
        new Version("memory.max", "memory.current", List.of("inactive_file", "active_file"));
  }

  /**
   * Reads the groups of this process.
   *
   * @param root of the file system
   */
  static ControlGroup ofThisProcess(Path root) {
    Path mount = root.resolve("sys/fs/cgroup");
    @Nullable String inSecond = null;
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      // hierarchy : controllers : path, which may hold colons itself
      List<String> parts = Splitter.on(':').limit(3).splitToList(line);
      if (parts.size() == 3 && Splitter.on(',').splitToList(parts.get(1)).contains("memory")) {
        return of(mount.resolve("memory"), parts.get(2), Version.ONE);
      } else if (line.startsWith("0::")) {
        inSecond = parts.get(2);
      }
    }
    return inSecond == null ? NONE : of(mount, inSecond, Version.TWO);
  }

  /**
   * Climbs from a group to the mount. In a container the path may be one that only the host sees;
   * the container's own group is the mount then.
   */
  private static ControlGroup of(Path mount, String path, Version version) {
    ControlGroup tightest = NONE;
    Path named = mount.resolve(path.replaceFirst("^/+", "")).normalize();
    Path group = named.startsWith(mount) ? named : mount;
    for (@Nullable Path at = group; at != null && at.startsWith(mount); at = at.getParent()) {
      tightest = tightest.and(alone(at, version));
    }
    return tightest;
  }

  private static ControlGroup alone(Path group, Version version) {
    OptionalLong limit = number(group.resolve(version.limit));
    OptionalLong used = number(group.resolve(version.used));
    if (limit.isEmpty() || limit.getAsLong() >= UNLIMITED) {
      return NONE;
    }
    long cached =
        version.cached.stream()
            .mapToLong(entry -> entry(group.resolve("memory.stat"), entry).orElse(0))
            .sum();
    long left = limit.getAsLong() - Math.max(0, used.orElse(0) - cached);
    return new ControlGroup(limit, OptionalLong.of(Math.max(0, left)));
  }

  private ControlGroup and(ControlGroup other) {
    return new ControlGroup(smaller(limit, other.limit), smaller(available, other.available));
  }

  private static OptionalLong smaller(OptionalLong a, OptionalLong b) {
    return a.isPresent() && (b.isEmpty() || a.getAsLong() < b.getAsLong()) ? a : b;
  }

  private static OptionalLong number(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? OptionalLong.empty() : parse(lines.get(0).strip());
  }

  /** The number behind a word at the beginning of a line. */
  static OptionalLong entry(Path file, String word) {
    for (String line : lines(file)) {
      List<String> words = Splitter.onPattern("\\s+").omitEmptyStrings().splitToList(line);
      if (words.size() >= 2 && words.get(0).equals(word)) {
        return parse(words.get(1));
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong parse(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // "max", which is no limit
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // not Linux, or the root group, which has no limit
    }
  }
}
