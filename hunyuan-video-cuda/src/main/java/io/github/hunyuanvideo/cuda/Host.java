package io.github.hunyuanvideo.cuda;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a machine that are looked at, so that tests can look at another one.
 *
 * @param system the operating system's name, as Java knows it
 * @param root where the file system begins
 * @param environment the environment's variables
 * @param commands runs programs
 */
record Host(
    String system, Path root, Function<String, @Nullable String> environment, Commands commands) {

  /**
   * A driver that has to wake its GPUs first takes some seconds to answer; one that hangs does not
   * answer at all.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int MOST_READ = 1 << 16;

  /** The machine that this program runs on. */
  static Host thisOne() {
    return new Host(
        System.getProperty("os.name", ""),
        Path.of("/"),
        System::getenv,
        new TimedCommands(PATIENCE));
  }

  boolean isLinux() {
    return system.toLowerCase(Locale.ROOT).startsWith("linux");
  }

  boolean isWindows() {
    return system.toLowerCase(Locale.ROOT).startsWith("win");
  }

  /** A variable of the environment; may be empty, which is not the same as missing. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.apply(name));
  }

  /** The folders that a variable lists. Relative ones are left out: they mean something else. */
  List<Path> folders(String variable) {
    return Splitter.on(File.pathSeparatorChar)
        .omitEmptyStrings()
        .splitToStream(variable(variable).orElse(""))
        .flatMap(Host::absolute)
        .toList();
  }

  private static Stream<Path> absolute(String text) {
    try {
      return Stream.of(Path.of(text)).filter(Path::isAbsolute);
    } catch (InvalidPathException e) {
      return Stream.of(); // what no path can be leads nowhere
    }
  }

  /** A file or folder of this machine. */
  Path file(String absolutePath) {
    return root.resolve(absolutePath.substring(1));
  }

  /** The beginning of a small text file; empty if it is not there or cannot be read. */
  Optional<String> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(MOST_READ), StandardCharsets.UTF_8));
    } catch (IOException | SecurityException e) {
      return Optional.empty();
    }
  }

  /**
   * A program on the PATH.
   *
   * @param name without ending
   * @param elsewhere folders to look in after those of the PATH
   */
  Optional<Path> program(String name, String... elsewhere) {
    String fileName = isWindows() ? name + ".exe" : name;
    return Stream.concat(folders("PATH").stream(), Arrays.stream(elsewhere).map(this::file))
        .map(folder -> folder.resolve(fileName))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }
}
