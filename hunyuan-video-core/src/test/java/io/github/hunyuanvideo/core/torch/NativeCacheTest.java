package io.github.hunyuanvideo.core.torch;

import static io.github.hunyuanvideo.core.torch.StartProgram.Task.ENGINE;
import static io.github.hunyuanvideo.core.torch.StartProgram.Task.SETTINGS;
import static io.github.hunyuanvideo.core.torch.StartProgram.Task.TOKENIZER;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.ChildJvm;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where natives are unpacked, and what happens to those that are not whole. */
@ExtendWith(EngineExtension.class)
class NativeCacheTest {

  private static final Path TOKENIZER_FILE = Golden.path("tiny-ckpts/text_encoder/tokenizer.json");
  private static final String TOKENS = "TOKENIZER: [773, 64, 670]";

  @TempDir private Path folder;

  private final InstalledNatives installed;

  NativeCacheTest(TorchEngine engine) {
    this.installed = InstalledNatives.of(engine);
  }

  private Path engines() {
    return folder.resolve("cache/djl/pytorch");
  }

  private Path unpacked() {
    return engines().resolve(installed.folder().getFileName());
  }

  private Path tokenizers() {
    return folder.resolve("cache/djl/tokenizers");
  }

  private Path tokenizerLibrary() throws IOException {
    try (Stream<Path> files = Files.walk(tokenizers())) {
      return files
          .filter(file -> file.endsWith(System.mapLibraryName("tokenizers")))
          .findFirst()
          .orElseThrow();
    }
  }

  private ChildJvm jvm() {
    return new ChildJvm(folder).withVariable("HUNYUANVIDEO_CACHE", folder.resolve("cache"));
  }

  private String runsFrom(Path natives) {
    return "ENGINE: %s cpu here=true %s [1.0, 2.0]".formatted(installed.version(), natives);
  }

  /** All files have the sizes of those that work. */
  private void requireWhole(Path natives) throws IOException {
    for (Path file : installed.files()) {
      assertThat(natives.resolve(file.getFileName())).hasSize(Files.size(file));
    }
  }

  @Test
  void aHomeFolderThatCannotBeWrittenToIsLikeNone() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Path home = Files.createDirectory(folder.resolve("home"));
    Path obstacle = Files.createFile(home.resolve(".djl.ai"));
    Path noFolder = Files.createFile(folder.resolve("a-file"));
    Path cache =
        temporary.resolve("hunyuan-video-" + System.getProperty("user.name")).resolve("djl");
    for (Path wrong : List.of(home, noFolder)) {
      ChildJvm.Result result =
          new ChildJvm(folder)
              .with("-Duser.home=" + wrong, "-Djava.io.tmpdir=" + temporary)
              .run(StartProgram.class, TOKENIZER, TOKENIZER_FILE, SETTINGS)
              .succeeded();
      assertThat(result.out()).contains(TOKENS).contains("SETTINGS: true " + cache);
    }
    assertThat(obstacle).isEmptyFile();
  }

  @Test
  void withoutAnyFolderToUnpackIntoTheMessageSaysWhatToSet()
      throws IOException, InterruptedException {
    Path noFolder = Files.createFile(folder.resolve("a-file"));
    ChildJvm.Result result =
        new ChildJvm(folder)
            .with("-Duser.home=" + noFolder, "-Djava.io.tmpdir=" + noFolder.resolve("temporary"))
            .run(StartProgram.class, ENGINE, TOKENIZER, TOKENIZER_FILE)
            .succeeded();
    assertThat(result.out().lines().filter(line -> line.contains(": NativeLibraryException: ")))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("There is no folder to unpack natives into")
                    .contains("hunyuanvideo.cache")
                    .contains("HUNYUANVIDEO_CACHE"));
  }

  /** DJL alone may delete what another process has unpacked a moment ago. */
  @RepeatedTest(3)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
  void withoutAHomeFolderProcessesThatStartAtOnceShareAFolderThatOnlyThisUserCanEnter()
      throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Path home = folder.resolve("no-home");
    List<ChildJvm.Running> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ChildJvm(folder)
              .with("-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary)
              .start(StartProgram.class, TOKENIZER, TOKENIZER_FILE, ENGINE));
    }
    Path ofThisUser = temporary.resolve("hunyuan-video-" + System.getProperty("user.name"));
    Path natives = ofThisUser.resolve("djl/pytorch").resolve(installed.folder().getFileName());
    for (ChildJvm.Running process : processes) {
      assertThat(process.finish().succeeded().out()).contains(TOKENS).contains(runsFrom(natives));
    }
    requireWhole(natives);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ofThisUser)))
        .isEqualTo("rwx------");
    assertThat(temporary.resolve(".djl.ai")).as("DJL's own choice").doesNotExist();
    assertThat(home).doesNotExist();
    try (Stream<Path> left = Files.list(ofThisUser.resolve("djl/pytorch"))) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .as("no half-unpacked folders")
          .containsExactlyInAnyOrder(natives.getFileName().toString(), "hunyuan-video.lock");
    }
  }

  @Test
  void aCacheInWhichNothingCanBeMadeIsRefusedWithWhatToSet()
      throws IOException, InterruptedException {
    Files.createDirectory(folder.resolve("cache"));
    Files.createFile(folder.resolve("cache/djl"));
    ChildJvm.Result result =
        jvm().run(StartProgram.class, ENGINE, TOKENIZER, TOKENIZER_FILE).succeeded();
    assertThat(result.out())
        .contains("ENGINE: NativeLibraryException: Natives would be unpacked into " + unpacked())
        .contains(
            "TOKENIZER: NativeLibraryException: Natives would be unpacked into " + tokenizers())
        .contains("nothing can be written there. Set the system property hunyuanvideo.cache");
  }

  /** As in a container whose disk can be written to in one place only. */
  @Test
  void aChosenCacheIsEnough() throws IOException, InterruptedException {
    installed.linkInto(unpacked());
    Path noFolder = Files.createFile(folder.resolve("a-file"));
    ChildJvm.Result result =
        jvm()
            .with("-Duser.home=" + noFolder, "-Djava.io.tmpdir=" + noFolder.resolve("temporary"))
            .run(StartProgram.class, ENGINE, TOKENIZER, TOKENIZER_FILE)
            .succeeded();
    assertThat(result.out())
        .contains(runsFrom(unpacked()))
        .contains(TOKENS)
        .doesNotContain("conflict version of JNA");
    assertThat(folder.resolve("cache/jna")).isDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch_cpu", "djl_torch"})
  void aTruncatedLibraryIsUnpackedAgain(String name) throws IOException, InterruptedException {
    installed.linkInto(unpacked());
    Path library =
        installed.files().stream()
            .filter(file -> file.toString().endsWith(System.mapLibraryName(name)))
            .findFirst()
            .orElseThrow();
    InstalledNatives.truncate(unpacked().resolve(library.getFileName()));
    ChildJvm.Result result = jvm().run(StartProgram.class, ENGINE).succeeded();
    assertThat(result.out())
        .containsPattern("WARN .*" + unpacked().resolve(library.getFileName()) + " is damaged")
        .contains(runsFrom(unpacked()));
    requireWhole(unpacked());
  }

  @Test
  void aTruncatedTokenizerIsUnpackedAgain() throws IOException, InterruptedException {
    jvm().run(StartProgram.class, TOKENIZER, TOKENIZER_FILE).succeeded();
    Path library = tokenizerLibrary();
    long size = Files.size(library);
    InstalledNatives.truncate(library);
    ChildJvm.Result result = jvm().run(StartProgram.class, TOKENIZER, TOKENIZER_FILE).succeeded();
    assertThat(result.out()).contains(TOKENS).containsPattern("WARN .*" + library + " is damaged");
    assertThat(library).hasSize(size);
  }

  @Test
  void aTokenizerThatCannotBeLoadedIsNamedWithItsFolder() throws IOException, InterruptedException {
    jvm().run(StartProgram.class, TOKENIZER, TOKENIZER_FILE).succeeded();
    InstalledNatives.replaceByZeros(tokenizerLibrary());
    ChildJvm.Result result =
        jvm()
            .run(StartProgram.class, TOKENIZER, TOKENIZER_FILE, TOKENIZER, TOKENIZER_FILE)
            .succeeded();
    assertThat(result.out().lines().filter(line -> line.startsWith("TOKENIZER: ")))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("NativeLibraryException")
                    .contains("could not be loaded")
                    .contains("below " + tokenizers() + ": delete that folder"));
  }

  /** In such a folder the lock cannot be had. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
  void nativesInACacheThatCannotBeWrittenToAreUsed() throws IOException, InterruptedException {
    installed.linkInto(unpacked());
    Files.createDirectory(engines().resolve("hunyuan-video.lock"));
    Files.setPosixFilePermissions(unpacked(), PosixFilePermissions.fromString("r-x------"));
    Files.setPosixFilePermissions(engines(), PosixFilePermissions.fromString("r-x------"));
    try {
      assertThat(jvm().run(StartProgram.class, ENGINE).succeeded().out())
          .contains(runsFrom(unpacked()));
    } finally {
      Files.setPosixFilePermissions(engines(), PosixFilePermissions.fromString("rwx------"));
      Files.setPosixFilePermissions(unpacked(), PosixFilePermissions.fromString("rwx------"));
    }
  }
}
