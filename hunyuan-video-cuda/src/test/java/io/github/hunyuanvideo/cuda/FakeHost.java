package io.github.hunyuanvideo.cuda;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A machine of which a test says what it has. */
final class FakeHost {

  private final Path root;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, Commands.Answer> answers = new HashMap<>();
  private String system = "Linux";

  FakeHost(Path root) {
    this.root = root;
    environment.put("PATH", root.resolve("usr/bin").toString());
  }

  /** A machine that is ready: driver, GPUs, and what the loader knows. */
  static FakeHost ready(Path root, String gpuTable) {
    return new FakeHost(root)
        .file("/proc/driver/nvidia/version", Recorded.OPEN_MODULE)
        .smi(gpuTable, Recorded.BANNER_580)
        .ldconfig("");
  }

  FakeHost system(String name) {
    system = name;
    return this;
  }

  FakeHost variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  FakeHost file(String absolutePath, String text) {
    try {
      Path file = root.resolve(absolutePath.substring(1));
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FakeHost smi(String gpuTable, String banner) {
    return answer("/usr/bin/nvidia-smi", GpuTable.QUERY, new Commands.Answer(true, gpuTable))
        .answer("/usr/bin/nvidia-smi", List.of(), new Commands.Answer(true, banner));
  }

  FakeHost smiFails(String why) {
    return answer("/usr/bin/nvidia-smi", GpuTable.QUERY, new Commands.Answer(false, why));
  }

  FakeHost smiList(String text) {
    return answer("/usr/bin/nvidia-smi", List.of("-L"), new Commands.Answer(true, text));
  }

  /** The loader's list, with further lines. */
  FakeHost ldconfig(String lines) {
    String text = "9 libs found in cache `/etc/ld.so.cache'\n" + lines;
    return answer("/sbin/ldconfig", List.of("-p"), new Commands.Answer(true, text));
  }

  /** What the loader says of a library. */
  FakeHost ldd(Path library, String lines) {
    return answer("/usr/bin/ldd", List.of(library.toString()), new Commands.Answer(true, lines));
  }

  private FakeHost answer(String program, List<String> arguments, Commands.Answer answer) {
    file(program, "");
    Path file = root.resolve(program.substring(1));
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    } catch (UnsupportedOperationException e) {
      // Windows takes every file for a program.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    answers.put(file + String.join(" ", arguments), answer);
    return this;
  }

  Host host() {
    return new Host(
        system,
        root,
        environment::get,
        command ->
            Objects.requireNonNull(
                answers.get(command.get(0) + String.join(" ", command.subList(1, command.size()))),
                () -> "nobody should run " + command));
  }

  /** Folders as a variable lists them. */
  static String folders(Path... folders) {
    return String.join(File.pathSeparator, List.of(folders).stream().map(Path::toString).toList());
  }
}
