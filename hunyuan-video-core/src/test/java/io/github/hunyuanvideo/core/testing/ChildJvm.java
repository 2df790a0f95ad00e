package io.github.hunyuanvideo.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs a program of the tests in a JVM of its own, with another class path or other settings. What
 * the environment of the tests says about caches and natives is not handed on unless that is asked
 * for.
 */
public final class ChildJvm {

  private static final int LONGEST_SECONDS = 120;

  private static final List<String> SETTINGS =
      List.of("HUNYUANVIDEO_", "DJL_", "ENGINE_CACHE", "PYTORCH_", "RUST_", "XDG_CACHE");

  private final Path folder;
  private final List<String> options = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Set<String> unset = new HashSet<>();
  private final List<Path> firstOnClassPath = new ArrayList<>();
  private Predicate<String> jars = jar -> true;
  private boolean settingsOfTheTests;

  /** What a program left behind. */
  public record Result(int exit, String out, String err) {

    public Result succeeded() {
      assertThat(exit).as("exit status; standard error was:%n%s", err).isZero();
      return this;
    }
  }

  /** A program that runs. */
  public static final class Running {
    private final Process process;
    private final Path out;
    private final Path err;

    private Running(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    /** Waits for its end. */
    public Result finish() throws IOException, InterruptedException {
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return new Result(process.waitFor(), text(out), text(err));
    }

    private static String text(Path file) throws IOException {
      return Files.readString(file, StandardCharsets.UTF_8);
    }
  }

  /** Its output is kept in a folder, which is also the one that it runs in. */
  public ChildJvm(Path folder) {
    this.folder = folder;
  }

  public ChildJvm with(String... more) {
    options.addAll(Arrays.asList(more));
    return this;
  }

  public ChildJvm withVariable(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  /** Does not hand a variable of the environment on. */
  public ChildJvm withoutVariable(String name) {
    unset.add(name);
    return this;
  }

  /** Hands on what the tests are told about caches and natives, for programs that just use them. */
  public ChildJvm withSettingsOfTheTests() {
    settingsOfTheTests = true;
    String cache = System.getProperty("hunyuanvideo.cache");
    return cache == null ? this : with("-Dhunyuanvideo.cache=" + cache);
  }

  /** Leaves out the entries of the class path with certain file names. */
  public ChildJvm without(Predicate<String> unwanted) {
    jars = jars.and(unwanted.negate());
    return this;
  }

  /** Puts a folder in front of the class path. */
  public ChildJvm first(Path classes) {
    firstOnClassPath.add(classes);
    return this;
  }

  public Result run(Class<?> program, Object... arguments)
      throws IOException, InterruptedException {
    return start(program, arguments).finish();
  }

  public Running start(Class<?> program, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp",
            classPath(),
            "-Djava.awt.headless=true",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED"));
    command.add(program.getName());
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> unset.contains(name) || (!settingsOfTheTests && isSetting(name)));
    builder.environment().putAll(environment);
    return new Running(builder.start(), out, err);
  }

  private static boolean isSetting(String variable) {
    return SETTINGS.stream().anyMatch(variable::startsWith);
  }

  private String classPath() {
    return Stream.concat(
            firstOnClassPath.stream().map(Path::toString),
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> jars.test(Path.of(entry).getFileName().toString()))
                .map(entry -> Path.of(entry).toAbsolutePath().toString()))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
