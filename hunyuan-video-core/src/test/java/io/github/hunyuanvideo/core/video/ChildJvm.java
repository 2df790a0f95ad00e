package io.github.hunyuanvideo.core.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Runs a program of the tests in a JVM of its own, with another class path or other settings. */
final class ChildJvm {

  private static final int LONGEST_SECONDS = 120;

  private final Path folder;
  private final List<String> options = new ArrayList<>();
  private Predicate<String> jars = jar -> true;

  /** What a program left behind. */
  record Result(int exit, String out, String err) {

    Result succeeded() {
      assertThat(exit).as("exit status; standard error was:%n%s", err).isZero();
      return this;
    }
  }

  ChildJvm(Path folder) {
    this.folder = folder;
  }

  ChildJvm with(String... more) {
    options.addAll(Arrays.asList(more));
    return this;
  }

  ChildJvm without(Predicate<String> unwanted) {
    jars = jars.and(unwanted.negate());
    return this;
  }

  Result run(Class<?> program, Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of("-cp", classPath(), "-Djava.awt.headless=true", "-XX:TieredStopAtLevel=1"));
    command.add(program.getName());
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new Result(process.waitFor(), text(out), text(err));
  }

  private String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> jars.test(Path.of(entry).getFileName().toString()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
