package io.github.hunyuanvideo.core.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Natives in good and bad surroundings, each in a JVM of its own. */
class FfmpegLibraryTest {

  @TempDir private Path folder;

  @Test
  void theBuildIsNamedInOneLine() {
    FfmpegBuild build = FfmpegVideoEncoder.describe();
    assertThat(build).hasToString("FFmpeg " + build.version() + ", H.264 by libopenh264");
    assertThat(build.version()).matches("\\d+\\.\\d+.*");
    assertThat(build.license()).startsWith("LGPL");
  }

  @Test
  void nothingIsSaidOnStandardErrorOrOut() throws IOException, InterruptedException {
    Path file = folder.resolve("cat.mp4");
    ChildJvm.Result result =
        new ChildJvm(folder)
            .without(jar -> jar.startsWith("logback"))
            .with("-Dslf4j.internal.verbosity=ERROR")
            .run(EncodeProgram.class, file)
            .succeeded();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEmpty();
    assertThat(file).exists();
  }

  @Test
  void missingNativesAreNamedWithTheirCoordinatesEachTime()
      throws IOException, InterruptedException {
    String platform = Loader.getPlatform();
    Path image = folder.resolve("cat.png");
    ChildJvm.Result result =
        new ChildJvm(folder)
            .without(jar -> jar.startsWith("ffmpeg-") && jar.endsWith(platform + ".jar"))
            .run(EncodeProgram.class, folder.resolve("a.mp4"), folder.resolve("b.mp4"), image)
            .succeeded();
    assertThat(result.out().lines().filter(line -> line.startsWith("NativeLibraryException")))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .containsPattern("org\\.bytedeco:ffmpeg:\\d+\\.[0-9.]+-\\d[0-9.]+:" + platform)
                    .containsPattern("org\\.bytedeco:javacpp:\\d[0-9.]+:" + platform));
    assertThat(image).as("images need no natives").exists();
    assertThat(filesIn(folder, ".mp4")).isEmpty();
  }

  @Test
  void withoutAHomeFolderNativesAreUnpackedWhereOnlyThisUserCanEnter()
      throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Path home = folder.resolve("home");
    Path file = folder.resolve("cat.mp4");
    new ChildJvm(folder)
        .with("-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary)
        .run(EncodeProgram.class, file)
        .succeeded();
    assertThat(file).exists();
    try (Stream<Path> made = Files.list(temporary)) {
      assertThat(made.map(Path::getFileName).map(Path::toString).toList())
          .contains("hunyuan-video-" + System.getProperty("user.name"))
          .noneMatch(name -> name.startsWith(".javacpp"));
    }
    assertThat(home).doesNotExist();
  }

  @Test
  void withoutAnyFolderToUnpackIntoTheMessageSaysWhatToSet()
      throws IOException, InterruptedException {
    Path obstacle = Files.createFile(folder.resolve("a-file"));
    ChildJvm.Result result =
        new ChildJvm(folder)
            .with("-Duser.home=" + obstacle, "-Djava.io.tmpdir=" + obstacle.resolve("temporary"))
            .run(EncodeProgram.class, folder.resolve("cat.mp4"))
            .succeeded();
    assertThat(result.out())
        .contains("NativeLibraryException: ")
        .contains("org.bytedeco.javacpp.cachedir");
    assertThat(folder.resolve("cat.mp4")).doesNotExist();
  }

  @Test
  void aChosenCacheTakesTheNativesToo() throws IOException, InterruptedException {
    Path file = folder.resolve("cat.mp4");
    new ChildJvm(folder)
        .with("-Dhunyuanvideo.cache=" + folder.resolve("cache"))
        .run(EncodeProgram.class, file)
        .succeeded();
    assertThat(file).exists();
    assertThat(folder.resolve("cache/javacpp")).isNotEmptyDirectory();
  }

  @RepeatedTest(3)
  void processesThatStartForTheFirstTimeAtOnceBothEncode()
      throws IOException, InterruptedException {
    List<ChildJvm.Running> processes = new ArrayList<>();
    List<Path> files = List.of(folder.resolve("one.mp4"), folder.resolve("other.mp4"));
    for (Path file : files) {
      processes.add(
          new ChildJvm(folder)
              .withVariable("HUNYUANVIDEO_CACHE", folder.resolve("cache"))
              .start(EncodeProgram.class, file));
    }
    for (ChildJvm.Running process : processes) {
      assertThat(process.finish().succeeded().out()).isEmpty();
    }
    assertThat(files).allSatisfy(file -> assertThat(file).isNotEmptyFile());
  }

  @Test
  void aTruncatedLibraryIsUnpackedAgain() throws IOException, InterruptedException {
    Path file = folder.resolve("cat.mp4");
    ChildJvm jvm = new ChildJvm(folder).withVariable("HUNYUANVIDEO_CACHE", folder.resolve("cache"));
    jvm.run(EncodeProgram.class, file).succeeded();
    Files.delete(file);
    Path library;
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      library =
          files
              .filter(path -> path.getFileName().toString().contains("avcodec"))
              .filter(path -> path.toFile().length() > 10_000_000)
              .findFirst()
              .orElseThrow();
    }
    long size = Files.size(library);
    Files.write(library, Arrays.copyOf(Files.readAllBytes(library), 1_000_000));
    jvm.run(EncodeProgram.class, file).succeeded();
    assertThat(file).exists();
    assertThat(library).hasSize(size);
  }

  /**
   * JavaCPP refuses to allocate in a process of over four times the heap, as one with a model is.
   */
  @Test
  void aProcessMuchLargerThanItsHeapStillWritesVideos() throws IOException, InterruptedException {
    Path file = folder.resolve("cat.mp4");
    ChildJvm.Result result =
        new ChildJvm(folder)
            .with("-Xmx32m", "-XX:MaxDirectMemorySize=1g")
            .run(LargeProcessProgram.class, file)
            .succeeded();
    assertThat(result.out()).isEmpty();
    assertThat(file).exists();
  }

  private static Stream<Path> filesIn(Path folder, String part) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().contains(part)).toList().stream();
    }
  }
}
